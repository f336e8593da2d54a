"""Ways to say which moment of a performance meets which moment of the reference."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment.features import FeatureKind, features_of
from handball.alignment.local_costs import CostRule, local_costs
from handball.alignment.warping_path import SYMMETRIC, StepPattern, banded, warping_path
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries

Array = NDArray[np.float64]


@attrs.frozen(kw_only=True)
class WarpingAligner:
    """Dynamic time warping on angles, their speeds, or both.

    Attributes
    ----------
    weighted
        Throwing arm 2, trunk 1.5, rest 1 instead of all equal.
    open_begin, open_end
        Whether the performance may begin before and end after the reference's action.
    band
        Half-width of the Sakoe-Chiba band as a share of the longer clip; None for none.
    """

    name: str
    features: FeatureKind = "angles"
    weighted: bool = False
    rule: CostRule = attrs.field(factory=CostRule)
    step: StepPattern = SYMMETRIC
    open_begin: bool = False
    open_end: bool = False
    band: float | None = None

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the cheapest path, reference first. Raises `ValueError` for empty or unlike series."""
        costs = self.costs(reference, performance)
        path = warping_path(costs, self.step, open_begin=self.open_begin, open_end=self.open_end)
        return Alignment(path=path.rows, costs=path.costs, distance=path.distance, method=self.name)

    def costs(self, reference: AngleSeries, performance: AngleSeries) -> Array:
        """Return the cost of each pair of rows, shape (reference rows, performance rows)."""
        check_comparable(reference, performance)
        first, second = (features_of(s, self.features, weighted=self.weighted) for s in (reference, performance))
        costs = local_costs(first, second, self.rule)
        return costs if self.band is None else banded(costs, self.band)


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

    `marks` are pairs of rows (reference, performance) in rising order, at least two.
    """

    marks: tuple[tuple[int, int], ...]
    name: str = "event-piecewise"

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the stretch between the marks, reference first. Raises `ValueError` for unlike series."""
        check_comparable(reference, performance)
        knots = np.array([(reference.times[i], performance.times[j]) for i, j in self.marks])
        inside = slice(self.marks[0][0], self.marks[-1][0] + 1)
        times = np.interp(reference.times[inside], *knots.T)
        return path_along(times, inside.start, (reference, performance), self.name)


def path_along(times: Array, first_row: int, pair: tuple[AngleSeries, AngleSeries], method: str) -> Alignment:
    """Return the alignment in which each reference row from `first_row` on meets a performance time.

    Rows of the performance that no reference row meets are put to the nearest one, so that both
    columns go up in steps of at most one.
    """
    reference, performance = pair
    step = np.median(np.diff(performance.times)) if len(performance.times) > 1 else 1.0
    middles = performance.times[:-1] + np.diff(performance.times) / 2
    met = np.maximum.accumulate(np.searchsorted(middles, times - 1e-9 * step))
    path = [(first_row, int(met[0]))]
    for offset in range(1, len(met)):
        here, there = int(met[offset - 1]), int(met[offset])
        half = (here + there) // 2
        path += [(first_row + offset - 1, row) for row in range(here + 1, half + 1)]
        path += [(first_row + offset, row) for row in range(max(half + 1, min(here + 1, there)), there + 1)] or [
            (first_row + offset, there)
        ]
    rows = np.array(path, dtype=np.int64)
    costs = pair_costs(reference, performance, rows)
    return Alignment(path=rows, costs=costs, distance=float(costs.mean()), method=method)


def pair_costs(reference: AngleSeries, performance: AngleSeries, rows: NDArray[np.int64]) -> Array:
    """Return the cost of some pairs of rows in units of each angle's spread, shape (pairs,)."""
    first, second = (features_of(series) for series in (reference, performance))
    costs: Array = local_costs(first, second, CostRule())[rows[:, 0], rows[:, 1]]
    return costs


def check_comparable(reference: AngleSeries, performance: AngleSeries) -> None:
    """Raise `ValueError` unless both series have rows and the same angles in the same order."""
    if reference.names != performance.names:
        raise ValueError(f"both clips must have the same angles, found {reference.names} and {performance.names}")
    if not (len(reference.times) and len(performance.times)):
        raise ValueError("an empty clip cannot be aligned")
