"""How well the aligners find a known correspondence in time: `handball bench align`."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment import (
    CostRule,
    LinearAligner,
    PiecewiseAligner,
    RegisteredAligner,
    TimeMap,
    WarpingAligner,
    default_aligner,
    staircase,
    time_map,
)
from handball.alignment.warping_path import ASYMMETRIC, SYMMETRIC
from handball.benchmarking.analytic_warp import WarpedPair, warped
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.angles import AngleSeries
from handball.kinematics.angles import measure_angles
from handball.kinematics.smoothing import smoothed
from handball.stages import Aligner

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

EVENT_SIGMA_S = 0.010
"""Error of the key actions (one standard deviation) that the event-piecewise stretch gets."""


@attrs.frozen(kw_only=True)
class Entry:
    """One pair as the aligners see it: the reference's action, the whole performance, its noisy key rows."""

    reference: AngleSeries
    performance: AngleSeries
    marks: tuple[tuple[int, int], ...]

    @property
    def cut(self) -> AngleSeries:
        """The performance from its noisy start to its noisy finish."""
        return self.performance.rows(slice(self.marks[0][1], self.marks[-1][1] + 1))


@attrs.frozen(kw_only=True)
class Case(Entry):
    """A warped pair with its truth."""

    pair: WarpedPair


@attrs.frozen(kw_only=True)
class Contender:
    """An aligner in the race, whether the performance is cut to its action, and whether times are refined."""

    aligner: Aligner | None
    name: str
    cut: bool = False
    refined: bool = False

    def __call__(self, case: Entry) -> TimeMap:
        """Return the performance's times at the reference's."""
        aligner = self.aligner or PiecewiseAligner(marks=case.marks)
        performance = case.cut if self.cut else case.performance
        continuous = time_map if self.refined else staircase
        return continuous(aligner(case.reference, performance), case.reference, performance)


@attrs.frozen(kw_only=True)
class AlignmentRow:
    """Errors of one aligner at one frame rate, in milliseconds.

    `mean_ms` and `p90_ms` are over the pairs, of each pair's mean error from start to finish; the
    other two are medians over the pairs of the error of one key action carried over.
    """

    aligner: str
    rate_hz: float
    mean_ms: float
    p90_ms: float
    cocking_ms: float
    strike_ms: float


@attrs.frozen(kw_only=True)
class AlignmentBenchmark:
    """The table of all aligners."""

    count: int
    seed: int
    noise_mm: float
    style_deg: float
    rows: tuple[AlignmentRow, ...]

    def row(self, aligner: str, rate_hz: float) -> AlignmentRow:
        """Return the row of one aligner. Raises `KeyError` where it did not run."""
        for row in self.rows:
            if (row.aligner, row.rate_hz) == (aligner, rate_hz):
                return row
        raise KeyError(f"no {aligner!r} at {rate_hz} Hz in this benchmark")

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"{self.count} warped throws, seed {self.seed}, noise {self.noise_mm:g} mm, "
            f"style {self.style_deg:g} degrees; errors in ms",
            "",
            "| aligner | rate | mean | p90 | cocking | strike |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {row.aligner} | {row.rate_hz:g} | {row.mean_ms:.1f} | {row.p90_ms:.1f} "
            f"| {row.cocking_ms:.1f} | {row.strike_ms:.1f} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=2)


def contenders() -> tuple[Contender, ...]:
    """Return the aligners in the race, simplest first, the default last."""
    degrees = WarpingAligner(name="degrees", rule=CostRule(scaling="degrees"))
    closed = WarpingAligner(name="closed")
    fair_open = WarpingAligner(name="open", step=ASYMMETRIC, open_begin=True, open_end=True)
    return (
        Contender(name="linear stretch", aligner=LinearAligner()),
        Contender(name="event-piecewise", aligner=None),
        Contender(name="DTW, degrees, closed", aligner=degrees),
        Contender(name="DTW, z-scored, closed", aligner=closed),
        Contender(name="DTW, z-scored, closed on the cut action", aligner=closed, cut=True),
        Contender(
            name="DTW, z-scored, closed on the cut action, band", aligner=attrs.evolve(closed, band=0.15), cut=True
        ),
        Contender(name="DTW, z-scored, Huber, closed", aligner=attrs.evolve(closed, rule=CostRule(huber=0.5))),
        Contender(
            name="DTW, uncertainty-weighted, closed", aligner=attrs.evolve(closed, rule=CostRule(uncertainty=True))
        ),
        Contender(name="DTW, arm-weighted, closed", aligner=attrs.evolve(closed, weighted=True)),
        Contender(name="derivative DTW, closed", aligner=attrs.evolve(closed, features="derivatives")),
        Contender(name="DTW, angles + derivatives, closed", aligner=attrs.evolve(closed, features="both")),
        Contender(name="DTW, z-scored, open, symmetric steps", aligner=attrs.evolve(fair_open, step=SYMMETRIC)),
        Contender(name="DTW, z-scored, open", aligner=fair_open),
        Contender(name="DTW, arm-weighted, open", aligner=attrs.evolve(fair_open, weighted=True)),
        Contender(name="DTW, angles + derivatives, open", aligner=attrs.evolve(fair_open, features="both")),
        Contender(name="z-scored, open, registered", aligner=RegisteredAligner(name="z", seed=fair_open), refined=True),
        Contender(name="default, path in whole rows", aligner=default_aligner()),
        Contender(name="default", aligner=default_aligner(), refined=True),
    )


def run(
    count: int = 200,
    seed: int = 2020,
    rates: Sequence[float] = (30.0, 60.0, 120.0),
    *,
    noise_mm: float = 8.0,
    style_deg: float = 0.0,
    progress: Progress | None = None,
) -> AlignmentBenchmark:
    """Race all aligners on the same known warps.

    Parameters
    ----------
    count
        Pairs for each frame rate.
    seed
        Pairs are made from the seeds `seed` to `seed + count - 1`.
    style_deg
        Constant difference of each angle between coach and learner, one standard deviation.
    progress
        Called with the pairs done and the pairs to do.
    """
    rows: list[AlignmentRow] = []
    entered = contenders()
    for number, rate_hz in enumerate(rates):
        errors = np.empty((len(entered), count, 3))
        for index in range(count):
            case = _case(seed + index, rate_hz, noise_mm, style_deg)
            errors[:, index] = [_errors_ms(case, contender(case)) for contender in entered]
            if progress is not None:
                progress(number * count + index + 1, count * len(rates))
        rows += [summary_row(one.name, rate_hz, errors[k]) for k, one in enumerate(entered)]
    return AlignmentBenchmark(count=count, seed=seed, noise_mm=noise_mm, style_deg=style_deg, rows=tuple(rows))


def angles_of(pair: WarpedPair) -> tuple[AngleSeries, AngleSeries]:
    """Return the angles of reference and performance, smoothed as every clip is."""
    return measure_angles(smoothed(pair.reference.body)), measure_angles(smoothed(pair.performance.body))


def _case(seed: int, rate_hz: float, noise_mm: float, style_deg: float) -> Case:
    pair = warped(seed, rate_hz, noise_mm, style_deg)
    reference, performance = angles_of(pair)
    action = pair.reference.action_rows
    seen = np.random.default_rng([seed, 7]).normal(0.0, EVENT_SIGMA_S, (2, len(KEY_ACTION_NAMES)))
    marks = [
        (
            pair.reference.body.row_at(pair.reference.time_of(name) + seen[0, k]) - action.start,
            pair.performance.body.row_at(pair.performance.time_of(name) + seen[1, k]),
        )
        for k, name in enumerate(KEY_ACTION_NAMES)
    ]
    last = action.stop - action.start - 1
    bounded = ((0, marks[0][1]), *marks[1:-1], (last, marks[-1][1]))
    return Case(pair=pair, reference=reference.rows(action), performance=performance, marks=bounded)


def _errors_ms(case: Case, found: TimeMap) -> tuple[float, float, float]:
    """Return the mean error over the action, and the errors at the cocking and at the strike."""
    times = case.reference.times
    away = np.interp(times, found.reference, found.performance) - case.pair.true_time(times)
    keys = [
        abs(found(case.pair.reference.time_of(name)) - case.pair.performance.time_of(name))
        for name in ("cocking", "strike")
    ]
    return float(np.abs(away).mean() * 1000), keys[0] * 1000, keys[1] * 1000


def summary_row(name: str, rate_hz: float, errors: Array) -> AlignmentRow:
    """Summarize errors in ms, shape (pairs, 3): mean over the action, at the cocking, at the strike."""
    return AlignmentRow(
        aligner=name,
        rate_hz=rate_hz,
        mean_ms=float(errors[:, 0].mean()),
        p90_ms=float(np.quantile(errors[:, 0], 0.9)),
        cocking_ms=float(np.median(errors[:, 1])),
        strike_ms=float(np.median(errors[:, 2])),
    )
