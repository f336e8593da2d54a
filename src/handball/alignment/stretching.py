"""Even stretches in time: what warping has to beat, and paths along a known time map."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment.features import check_comparable, features_of
from handball.alignment.local_costs import CostRule, local_costs
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries

Array = NDArray[np.float64]


@attrs.frozen(kw_only=True)
class LinearAligner:
    """Stretch the performance evenly in time onto the reference."""

    name: str = "linear stretch"

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the even stretch, reference first. Raises `ValueError` for empty or unlike series."""
        ends = ((0, 0), (len(reference.times) - 1, len(performance.times) - 1))
        return PiecewiseAligner(name=self.name, marks=ends)(reference, performance)


@attrs.frozen(kw_only=True)
class PiecewiseAligner:
    """Stretch evenly between moments that are known in both clips.

    `marks` are pairs of rows (reference, performance) in rising order, the first and the last of
    which bound the path.
    """

    marks: tuple[tuple[int, int], ...]
    name: str = "event-piecewise"

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the stretch between the marks, reference first. Raises `ValueError` for unlike series."""
        check_comparable(reference, performance)
        knots = np.array([(reference.times[i], performance.times[j]) for i, j in self.marks])
        rows = np.arange(self.marks[0][0], self.marks[-1][0] + 1)
        times = np.interp(reference.times[rows], *knots.T)
        return alignment_along(rows, times, (reference, performance), self.name)


def alignment_along(
    rows: NDArray[np.int64], times: Array, pair: tuple[AngleSeries, AngleSeries], method: str
) -> Alignment:
    """Return the alignment in which reference rows meet times of the performance (never falling).

    Each performance row between two met ones goes to the nearer reference row, so that none is
    left out.
    """
    met = nearest_rows(pair[1].times, times)
    path = np.concatenate([_stair(rows, met, offset) for offset in range(len(rows))])
    first, second = (features_of(series) for series in pair)
    costs = local_costs(first, second, CostRule())[path[:, 0], path[:, 1]]
    return Alignment(path=path, costs=costs, distance=_mean_cost(path, costs), method=method)


def _stair(rows: NDArray[np.int64], met: NDArray[np.int64], offset: int) -> NDArray[np.int64]:
    """Return the pairs of one reference row: the row it meets and its half of those skipped on either side."""
    here = int(met[offset])
    before = int(met[offset - 1]) if offset else here
    after = int(met[offset + 1]) if offset + 1 < len(met) else here
    first = min(before + _skipped(before, here) // 2 + 1, here)
    columns = np.arange(first, here + _skipped(here, after) // 2 + 1)
    return np.stack([np.full(len(columns), rows[offset]), columns], axis=1)


def _skipped(first: int, second: int) -> int:
    return max(second - first - 1, 0)


def _mean_cost(path: NDArray[np.int64], costs: Array) -> float:
    """Return the mean cost, a diagonal step counting twice as in the symmetric step pattern."""
    weights = np.concatenate([[1], np.abs(np.diff(path, axis=0)).clip(0, 1).sum(axis=1)])
    return float((weights * costs).sum() / weights.sum())


def nearest_rows(rising: Array, times: Array) -> NDArray[np.int64]:
    """Return for each time the row of the nearest of some rising times."""
    rows: NDArray[np.int64] = np.searchsorted((rising[:-1] + rising[1:]) / 2, times)
    return rows
