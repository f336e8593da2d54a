"""A path in whole rows made continuous: times between frames.

At 120 pictures a second a row is 8 ms and the elbow turns 10 degrees in it near the strike, so that
moments are carried over between the rows. The staircase of the path is first averaged, then refined
by a few Gauss-Newton steps on the angle curves themselves under a penalty on sudden changes of
tempo (continuous registration, after Ramsay and Li 1998, J R Stat Soc B 60:351).
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.linalg import solveh_banded

from handball.alignment.features import centers_deg, degrees_at, features_of, speeds_of, spreads
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries
from handball.domain.arrays import check_rising, check_shape, column
from handball.kinematics.vectors import wrapped_deg

Array = NDArray[np.float64]

STEADINESS = 0.03
"""Weight of the squared change of tempo (1/s) against squared differences in units of an angle's spread."""

_FEWEST_ROWS = 5
_ROUNDS = 8
_ROBUST = 0.2
_LEAST_PULL = 1e-6
_LONGEST_STEP_S = 0.03
_GAIN_ROUNDS = 3
_GAIN_LIMITS = (0.5, 2.0)
_GAIN_PRIOR = 0.1
"""How firmly a gain is held at 1: this share of an angle's variance counts as seen with equal size."""


@attrs.frozen(kw_only=True)
class TimeMap:
    """Performance seconds at reference seconds; the former never fall."""

    reference: Float[np.ndarray, " rows"] = column(np.float64)
    performance: Float[np.ndarray, " rows"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("performance", self.performance, self.reference.shape)
        check_rising("reference", self.reference)
        if np.any(np.diff(self.performance) < 0):
            raise ValueError("a time map must never run backwards")

    def __call__(self, time: float) -> float:
        """Return the performance's time; beyond the ends the first or last one."""
        return float(np.interp(time, self.reference, self.performance))


def time_map(
    alignment: Alignment, reference: AngleSeries, performance: AngleSeries, steadiness: float = STEADINESS
) -> TimeMap:
    """Make the path of an alignment continuous, on the reference rows that it meets.

    Clips of fewer than five rows keep the averaged staircase.
    """
    stairs = staircase(alignment, reference, performance)
    rows = np.unique(alignment.path[:, 0])
    if len(rows) < _FEWEST_ROWS or len(performance.times) < _FEWEST_ROWS:
        return stairs
    met = _refined(rows, stairs.performance, (reference, performance), steadiness)
    met = np.clip(np.maximum.accumulate(met), performance.times[0], performance.times[-1])
    return TimeMap(reference=reference.times[rows], performance=met)


def staircase(alignment: Alignment, reference: AngleSeries, performance: AngleSeries) -> TimeMap:
    """Return the mean time of the performance rows that meet each reference row, unrefined."""
    rows, columns = alignment.path[:, 0], performance.times[alignment.path[:, 1]]
    counts = np.bincount(rows)
    met = np.flatnonzero(counts)
    means = np.bincount(rows, weights=columns)[met] / counts[met]
    return TimeMap(reference=reference.times[met], performance=np.maximum.accumulate(means))


def _refined(rows: NDArray[np.int64], met: Array, pair: tuple[AngleSeries, AngleSeries], steadiness: float) -> Array:
    """Move the met times until the angle curves lie on each other, up to an offset and a gain of each angle."""
    reference, performance = pair
    first, second = (features_of(series, weighted=True) for series in pair)
    scale = spreads(first, second)
    speeds = np.nan_to_num(speeds_of(performance)) / scale
    bend = _bend_penalty(reference.times[rows], steadiness)
    target, moved = reference.degrees[rows], met
    for _ in range(_ROUNDS):
        away, gain = _unlike(target, degrees_at(performance, moved), scale)
        share = np.where(np.isnan(away), 0.0, first.weights * _trust(away))
        slope = gain * _interpolated(speeds, performance.times, moved)
        matrix = bend.copy()
        matrix[-1] += (share * slope**2).sum(axis=1) + _LEAST_PULL
        push = (share * slope * np.nan_to_num(away)).sum(axis=1) - _times(bend, moved)
        moved = moved + np.clip(solveh_banded(matrix, push), -_LONGEST_STEP_S, _LONGEST_STEP_S)
    return moved


def _unlike(target: Array, current: Array, scale: Array) -> tuple[Array, Array]:
    """Return what the best offset and gain of each angle leave between two curves, in units of `scale`, and the gains.

    Players differ in posture and in how far they move; neither says that they are at another moment.
    """
    center = centers_deg(target)
    first = wrapped_deg(target - center)
    second = first - wrapped_deg(target - current)
    first, second = (values - _column_medians(values) for values in (first, second))
    held = _GAIN_PRIOR * len(target) * scale**2
    away, gain = first - second, np.ones(len(scale))
    for _ in range(_GAIN_ROUNDS):
        share = _trust((away - _column_medians(away)) / scale)
        both = np.nansum(share * first * second, axis=0) + held
        gain = np.clip(both / (np.nansum(share * second**2, axis=0) + held), *_GAIN_LIMITS)
        away = first - gain * second
    return (away - _column_medians(away)) / scale, gain


def _trust(away: Array) -> Array:
    """Weigh scaled differences, large ones less."""
    share: Array = 1.0 / np.maximum(1.0, np.abs(away) / _ROBUST)
    return share


def _column_medians(values: Array) -> Array:
    """Return the median of each column without its missing values, 0 where all are missing."""
    medians = np.zeros(values.shape[1])
    present = ~np.isnan(values).all(axis=0)
    medians[present] = np.nanmedian(values[:, present], axis=0)
    return medians


def _interpolated(values: Array, times: Array, at: Array) -> Array:
    return np.stack([np.interp(at, times, values[:, k]) for k in range(values.shape[1])], axis=1)


def _bend_penalty(times: Array, steadiness: float) -> Array:
    """Return the upper bands of D'D, D the second derivative in time on the (even) rows, shape (3, rows)."""
    count, step = len(times), float(np.median(np.diff(times)))
    bands, second = np.zeros((3, count)), (1.0, -2.0, 1.0)
    for i in range(3):
        for j in range(i, 3):
            bands[2 - (j - i), j : count - 2 + j] += second[i] * second[j]
    penalty: Array = bands * (steadiness / step**4)
    return penalty


def _times(bands: Array, vector: Array) -> Array:
    """Multiply a symmetric banded matrix with a vector."""
    product: Array = bands[2] * vector
    for offset in (1, 2):
        band = bands[2 - offset, offset:]
        product[:-offset] += band * vector[offset:]
        product[offset:] += band * vector[:-offset]
    return product
