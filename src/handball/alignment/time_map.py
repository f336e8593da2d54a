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

from handball.alignment.features import Features, features_of, speeds_of, spreads
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries
from handball.domain.arrays import check_rising, check_shape, column
from handball.kinematics.vectors import wrapped_deg

Array = NDArray[np.float64]

STEADINESS = 1.0
_ROUNDS = 6
_ROBUST = 0.3


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
    """Make the path of an alignment continuous."""
    rows = np.unique(alignment.path[:, 0])
    met = _mean_met_times(alignment, performance.times, rows)
    if len(rows) >= 5 and len(performance.times) >= 5:
        met = _refined(rows, met, (reference, performance), steadiness)
    met = np.clip(np.maximum.accumulate(met), performance.times[0], performance.times[-1])
    return TimeMap(reference=reference.times[rows], performance=met)


def _mean_met_times(alignment: Alignment, times: Array, rows: NDArray[np.int64]) -> Array:
    """Return the mean time of the performance rows that meet each reference row."""
    sums = np.zeros(rows[-1] + 1)
    np.add.at(sums, alignment.path[:, 0], times[alignment.path[:, 1]])
    counts = np.bincount(alignment.path[:, 0], minlength=len(sums))
    means: Array = sums[rows] / counts[rows]
    return means


def _refined(rows: NDArray[np.int64], met: Array, pair: tuple[AngleSeries, AngleSeries], steadiness: float) -> Array:
    reference, performance = pair
    both = tuple(features_of(series, weighted=True) for series in pair)
    scale = spreads(*both)
    speeds = np.nan_to_num(speeds_of(performance)) / scale
    bend = _bend_penalty(reference.times[rows], steadiness)
    target = reference.degrees[rows]
    moved = met
    for _ in range(_ROUNDS):
        away = wrapped_deg(target - _sampled(both[1], performance.times, moved)) / scale
        slope = _interpolated(speeds, performance.times, moved)
        share = np.where(np.isnan(away), 0.0, both[0].weights / np.maximum(1.0, np.abs(away) / _ROBUST))
        away = np.nan_to_num(away)
        pull, push = (share * slope**2).sum(axis=1), (share * slope * away).sum(axis=1)
        matrix = bend.copy()
        matrix[-1] += pull + 1e-6
        step = solveh_banded(matrix, push - _times(bend, moved))
        moved = moved + np.clip(step, -0.03, 0.03)
    return moved


def _sampled(features: Features, times: Array, at: Array) -> Array:
    """Return the angles between rows, the short way round the circle."""
    values = features.values
    left = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    share = np.clip((at - times[left]) / (times[left + 1] - times[left]), 0.0, 1.0)[:, None]
    sampled: Array = values[left] + share * wrapped_deg(values[left + 1] - values[left])
    return sampled


def _interpolated(values: Array, times: Array, at: Array) -> Array:
    return np.stack([np.interp(at, times, values[:, k]) for k in range(values.shape[1])], axis=1)


def _bend_penalty(times: Array, steadiness: float) -> Array:
    """Return the upper bands of D'D, D the second derivative in time on the (even) rows, shape (3, rows)."""
    count, step = len(times), float(np.median(np.diff(times)))
    second = np.zeros((count - 2, count))
    index = np.arange(count - 2)
    second[index, index], second[index, index + 1], second[index, index + 2] = 1.0, -2.0, 1.0
    full = steadiness * (second.T @ second) / step**4
    bands = np.zeros((3, count))
    for offset in range(3):
        bands[2 - offset, offset:] = np.diagonal(full, offset)
    return bands


def _times(bands: Array, vector: Array) -> Array:
    """Multiply a symmetric banded matrix with a vector."""
    product: Array = bands[2] * vector
    for offset in (1, 2):
        band = bands[2 - offset, offset:]
        product[:-offset] += band * vector[offset:]
        product[offset:] += band * vector[:-offset]
    return product
