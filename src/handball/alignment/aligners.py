"""Ways to say which moment of a performance meets which moment of the reference."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment.features import FeatureKind, check_comparable, degrees_at, features_of
from handball.alignment.local_costs import CostRule, local_costs
from handball.alignment.registration import time_map
from handball.alignment.stretching import alignment_along, nearest_rows
from handball.alignment.warping_path import ASYMMETRIC_WIDE, SYMMETRIC, StepPattern, banded, warping_path
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries

Array = NDArray[np.float64]

_SAME_RATE = 0.1


@attrs.frozen(kw_only=True)
class WarpingAligner:
    """Dynamic time warping on angles, their speeds, or both.

    Attributes
    ----------
    weighted
        Throwing arm 2, trunk 1.5, rest 1 instead of all equal.
    step
        With steps that count the reference alone, a performance of another frame rate is compared
        at the reference's rate, because such steps bound the tempo in rows.
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
        check_comparable(reference, performance)
        compared = performance if self.step.counts_both else at_rate_of(reference, performance)
        costs = self.costs(reference, compared)
        path = warping_path(costs, self.step, open_begin=self.open_begin, open_end=self.open_end)
        rows = path.rows
        if compared is not performance:
            met = nearest_rows(performance.times, compared.times[rows[:, 1]])
            rows = np.stack([rows[:, 0], met], axis=1)
        return Alignment(path=rows, costs=path.costs, distance=path.distance, method=self.name)

    def costs(self, reference: AngleSeries, performance: AngleSeries) -> Array:
        """Return the cost of each pair of rows, shape (reference rows, performance rows)."""
        first, second = (features_of(s, self.features, weighted=self.weighted) for s in (reference, performance))
        costs = local_costs(first, second, self.rule)
        return costs if self.band is None else banded(costs, self.band)


@attrs.frozen(kw_only=True)
class RegisteredAligner:
    """A path of another aligner, refined between the rows by `time_map` and written back as a path."""

    name: str
    seed: WarpingAligner

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the refined path, reference first. Raises `ValueError` for empty or unlike series."""
        path = self.seed(reference, performance)
        continuous = time_map(path, reference, performance)
        rows = np.unique(path.path[:, 0])
        return alignment_along(rows, continuous.performance, (reference, performance), self.name)


def default_aligner() -> RegisteredAligner:
    """Return the aligner that measured best (`handball bench align`).

    Dynamic time warping on angles and their speeds in units of their spread, each reference row
    once, open at both ends of the performance; then refined between the rows. Give it the
    reference's action from start to finish, and a performance with or without lead-in.

    What lost: symmetric steps with open ends skip the start when bodies differ by some degrees, as a
    short path is then cheaper; angles without speeds now and then find a wrong ending at 30 fps;
    closed ends pull standing still into the action; weights and uncertainty change little.
    """
    seed = WarpingAligner(
        name="open warping of angles and speeds",
        features="both",
        step=ASYMMETRIC_WIDE,
        open_begin=True,
        open_end=True,
    )
    return RegisteredAligner(name="registered open warping", seed=seed)


def at_rate_of(reference: AngleSeries, performance: AngleSeries) -> AngleSeries:
    """Return the performance at the reference's frame rate, itself where the rates agree within 10 %."""
    if min(len(reference.times), len(performance.times)) < 2:
        return performance
    step, own = (float(np.median(np.diff(series.times))) for series in (reference, performance))
    if abs(own / step - 1) <= _SAME_RATE:
        return performance
    times = np.arange(performance.times[0], performance.times[-1] + step * 1e-6, step)
    near = nearest_rows(performance.times, times)
    return AngleSeries(
        names=performance.names,
        frames=performance.frames[near],
        times=times,
        degrees=degrees_at(performance, times),
        sigma_deg=performance.sigma_deg[near],
    )
