"""Whether a file plays slower than life: from its tags, from how a body falls, or from how slow a throw would be."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pose import Pose2D

FACTORS = (2.0, 4.0, 8.0, 16.0)
"""Slow motions of phones: 60 to 480 pictures a second, stored at 30 or 60."""
_LEAST_TAG = 1.2
_MOST_TAG = 64.0
_GRAVITY = 9.81
_HEIGHT_M = 1.70
_OFF_FLOOR = 0.05
"""Share of the height by which both feet are off the floor in a flight."""
_FEWEST_ROWS = 5
_LEAST_RISE = 0.08
_REAL_UP_TO = 1.6
"""A fall that is slower than in life by less than this is within what heights and joints are wrong by."""
_MOST_MISFIT = 0.25
_FEET = ("left_ankle", "right_ankle", "left_big_toe", "right_big_toe", "left_heel", "right_heel")


def tagged_factor(capture_rate_hz: float | None, file_rate_hz: float) -> float | None:
    """Return how many times slower than life a file plays, as its tags tell; None without a tag that makes sense.

    Parameters
    ----------
    capture_rate_hz
        Pictures a second that the phone says it took (`com.android.capture.fps`).
    file_rate_hz
        Pictures a second of the file.

    Examples
    --------
    >>> tagged_factor(240.0, 30.0), tagged_factor(240.0, 239.8), tagged_factor(None, 30.0)
    (8.0, 1.0, None)
    """
    if capture_rate_hz is None or not capture_rate_hz > 0 or not file_rate_hz > 0:
        return None
    factor = capture_rate_hz / file_rate_hz
    if factor > _MOST_TAG or factor < 1 / _LEAST_TAG:
        return None
    return 1.0 if factor < _LEAST_TAG else round(factor, 1)


def nearest_factor(factor: float) -> float:
    """Return the usual slow motion that is nearest, by ratio.

    Examples
    --------
    >>> nearest_factor(3.5)
    4.0
    """
    return min(FACTORS, key=lambda known: abs(np.log(known / factor)))


def beyond_life(factor: float | None) -> float | None:
    """Return the usual slow motion of a fall that is slower than life; None where it is as in life, or not known."""
    return nearest_factor(factor) if factor is not None and factor > 1 else None


def fall_factor(flat: Pose2D, height_px: float) -> float | None:
    """Return how many times slower than life a jumper falls; None where nobody flies long enough.

    While both feet are off the floor the hips fall freely: by 9.81 m/s2, about 5.8 heights of the body.
    In slow motion of factor k it is that over k squared. 1 for a fall as in life.

    Parameters
    ----------
    flat
        Joints in the picture.
    height_px
        Height of the athlete in pixels.
    """
    hips = -flat.middle("left_hip", "right_hip")[:, 1] / height_px
    factors = [_factor(flat.times[rows], hips[rows]) for rows in _flights(flat, height_px)]
    known = [factor for factor in factors if factor is not None]
    return float(np.median(known)) if known else None


def _flights(flat: Pose2D, height_px: float) -> list[NDArray[np.int64]]:
    """Return the runs of rows in which both feet are off the floor."""
    feet = np.nanmax(flat.positions[:, flat.skeleton.indices(_FEET), 1], axis=1, initial=-np.inf)
    feet = np.where(np.isfinite(feet), feet, np.nan)
    if np.isnan(feet).all():
        return []
    floor = float(np.nanquantile(feet, 0.8))
    off = np.nan_to_num(floor - feet, nan=0.0) > _OFF_FLOOR * height_px
    edges = np.flatnonzero(np.diff(np.concatenate([[0], off.astype(np.int8), [0]])))
    runs = [np.arange(a, b) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    return [run for run in runs if len(run) >= _FEWEST_ROWS]


def _factor(times: Float[np.ndarray, " rows"], heights: Float[np.ndarray, " rows"]) -> float | None:
    seen = ~np.isnan(heights)
    if seen.sum() < _FEWEST_ROWS:
        return None
    fit = np.polyfit(times[seen] - times[seen].mean(), heights[seen], 2)
    left = heights[seen] - np.polyval(fit, times[seen] - times[seen].mean())
    rise = float(np.ptp(heights[seen]))
    if rise < _LEAST_RISE or fit[0] >= 0 or float(np.std(left)) > _MOST_MISFIT * rise:
        return None
    factor = float(np.sqrt(_GRAVITY / _HEIGHT_M / (-2 * fit[0])))
    return 1.0 if factor < _REAL_UP_TO else factor
