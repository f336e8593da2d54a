"""Whether the error bars of one camera hold, and how long they must be: `handball bench error-bars`.

Two throws of different players from the same side, as coach and learner: the difference that was measured against the
true one, in error bars. Factors are fitted to half of the players and checked on the other half.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.rendered import Progress, RenderedThrow, rendered_throws
from handball.config import ClipSettings, Settings
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.performance import Performance
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import HandballError
from handball.evaluation.fault_readings import read_triggers
from handball.evaluation.uncertainty import read_angle
from handball.kinematics.vectors import wrapped_deg
from handball.lifting.error_bars import Measuring, error_bars_of
from handball.pipeline.analysis import analyze_pose
from handball.synthesis.dataset import set_hash
from handball.synthesis.truth import ClipTruth, load_truth

Array = NDArray[np.float64]

SAME_SIDE_DEG = 10.0
_SHORTEST, _LONGEST, _STEPS = 0.2, 30.0, 120
_ONE, _TWO = 0.68, 0.92
"""Shares that must lie within one and two error bars; a few throws whose moments are taken wrongly lie far beyond."""
_FEWEST = 10


@attrs.frozen(kw_only=True)
class Pair:
    """One quantity of two throws: error of the difference, its parts of one standard deviation, whose it is.

    `moment` is the key action of an angle, empty of a measure; `at_moment` the factor that the whole bar has there as
    shipped, which the parts are without.
    """

    name: str
    moment: str
    error: float
    true: float
    pose_sigma: float
    timing_sigma: float
    at_moment: float
    players: tuple[int, int]


@attrs.frozen(kw_only=True)
class ErrorBarRow:
    """One quantity: errors of differences, and the share within one and two error bars of players not fitted to.

    `pooled` is the factor of the pairs of both halves together, which is the one to ship.
    """

    name: str
    pairs: int
    true_sd: float
    median_error: float
    median_bar: float
    within_1: Share
    within_2: Share
    factor: float
    fitted_bar: float
    fitted_within_1: Share
    fitted_within_2: Share
    pooled: float


@attrs.frozen(kw_only=True)
class MomentRow:
    """One angle at one key action, with the factor of the angle as fitted: what is left to correct there."""

    moment: str
    name: str
    pairs: int
    median_error: float
    factor: float
    bar: float
    within_1: Share
    within_2: Share
    pooled: float


@attrs.frozen(kw_only=True)
class ErrorBarBenchmark:
    """The tables, and the factors as they go into `lifting/error_bars.toml`."""

    source: str
    way: Measuring
    clips: int
    refused: int
    rows: tuple[ErrorBarRow, ...]
    moments: tuple[MomentRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}, lifted by `{self.way}`; {self.clips} clips, {self.refused} refused. "
            f"Differences of two players from the same side (within {SAME_SIDE_DEG:g} degrees) at the moments found. "
            "Factors are fitted to players with even numbers; every share is of pairs of the others.",
            "",
            "| quantity | pairs | players differ by (SD) | median error | bar as shipped | within 1 | within 2 "
            "| factor | bar | within 1 | within 2 |",
            "| --- | ---: | ---: | ---: | ---: | --- | --- | ---: | ---: | --- | --- |",
        ]
        lines += [
            f"| {row.name} | {row.pairs} | {row.true_sd:.3g} | {row.median_error:.3g} | {row.median_bar:.3g} "
            f"| {row.within_1} | {row.within_2} | {row.factor:.2f} | {row.fitted_bar:.3g} | {row.fitted_within_1} "
            f"| {row.fitted_within_2} |"
            for row in self.rows
        ]
        return "\n".join([*lines, "", *self._moment_lines()])

    def _moment_lines(self) -> list[str]:
        return [
            "Factors on the whole bar of an angle at a key action, fitted and checked in the same way.",
            "",
            "| key action | angle | pairs | median error | factor | bar | within 1 | within 2 |",
            "| --- | --- | ---: | ---: | ---: | ---: | --- | --- |",
            *(
                f"| {row.moment} | {row.name} | {row.pairs} | {row.median_error:.3g} | {row.factor:.2f} "
                f"| {row.bar:.3g} | {row.within_1} | {row.within_2} |"
                for row in self.moments
            ),
        ]

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)

    def to_toml(self) -> str:
        """Return the factors to ship as a table of TOML: refitted where they were measured, else as they are."""
        factors = dict(error_bars_of(self.way).factors)
        factors |= {row.name: row.pooled * factors.get(row.name, 1.0) for row in self.rows}
        lines = [f"[{self.way}]", *(f"{name} = {factors[name]:.2f}" for name in sorted(factors))]
        for moment in KEY_ACTION_NAMES:
            lines += ["", f"[at.{self.way}.{moment}]"]
            lines += [f"{row.name} = {row.pooled:.2f}" for row in self.moments if row.moment == moment]
        return "\n".join(lines)


def run(
    folder: Path,
    *,
    settings: Settings | None = None,
    cameras: Sequence[int] = (),
    progress: Progress | None = None,
) -> ErrorBarBenchmark:
    """Measure the throws of a rendered set, best one of the preset `phone`, or of `pair` with its cameras together.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    """
    settings = settings or Settings()
    seen: list[tuple[RenderedThrow, Performance, Performance]] = []
    count = 0
    for throw in rendered_throws(folder, settings=settings, cameras=cameras, progress=progress):
        count += 1
        true = true_performance(load_truth(folder / throw.row["truth"]), throw, settings)
        if throw.performance is not None and true is not None:
            seen.append((throw, throw.performance, true))
    pairs = list(_pairs(seen))
    rows = tuple(_rows(pairs))
    return ErrorBarBenchmark(
        source=f"set {set_hash(folder)}",
        way="rig" if cameras else settings.lift,
        clips=count,
        refused=count - len(seen),
        rows=rows,
        moments=tuple(_moment_rows(pairs, {row.name: row.pooled for row in rows})),
    )


def true_performance(truth: ClipTruth, throw: RenderedThrow, settings: Settings) -> Performance | None:
    """Measure the true joints at the true key actions, as a pose file would be; None where they are not all there."""
    joints = np.full((len(truth.times), len(BODY_23.joints), 3), np.nan)
    joints[:, : truth.coco_m.shape[1]] = truth.coco_m
    pose = Pose3D(
        skeleton=BODY_23,
        frames=np.arange(len(truth.times)),
        times=truth.times,
        positions=joints,
        scores=np.where(np.isnan(joints[..., 0]), 0.0, 1.0),
        sigma=np.zeros(joints.shape),
        origin="world",
    )
    key = {name: throw.truth.moments[name] for name in KEY_ACTION_NAMES}
    try:
        return analyze_pose(pose, ClipSettings(hand=throw.row["hand"], key=key), settings, Path(throw.row["video"]))
    except HandballError:
        return None


def _pairs(seen: Sequence[tuple[RenderedThrow, Performance, Performance]]) -> Iterator[Pair]:
    for (one, found_1, true_1), (other, found_2, true_2) in itertools.combinations(seen, 2):
        if not _alike(one, other):
            continue
        players = one.truth.player, other.truth.player
        values = [dict(_quantities(performance)) for performance in (found_1, found_2, true_1, true_2)]
        for key in values[0].keys() & values[1].keys() & values[2].keys() & values[3].keys():
            (a, pose_a, time_a), (b, pose_b, time_b), (c, *_), (d, *_) = (value[key] for value in values)
            in_angles = key[0] in found_1.angles.names
            turn = wrapped_deg if key[2] == "deg" else np.asarray
            true = float(turn(np.asarray(d - c)))
            error = float(turn(np.asarray(b - a - true)))
            if np.isfinite([error, pose_a, pose_b, time_a, time_b]).all():
                yield Pair(
                    name=key[0],
                    moment=str(key[1]) if in_angles else "",
                    at_moment=found_1.error_bars.at(str(key[1]), key[0]) if in_angles else 1.0,
                    error=error,
                    true=true,
                    pose_sigma=float(np.hypot(pose_a, pose_b)),
                    timing_sigma=float(np.hypot(time_a, time_b)),
                    players=players,
                )


def _alike(one: RenderedThrow, other: RenderedThrow) -> bool:
    same = (one.truth.technique, one.truth.arm_slot) == (other.truth.technique, other.truth.arm_slot)
    apart = abs(float(wrapped_deg(np.asarray(one.azimuth_deg - other.azimuth_deg))))
    return same and one.truth.player != other.truth.player and apart <= SAME_SIDE_DEG


Key = tuple[str, str | None, str]


def _quantities(performance: Performance) -> Iterator[tuple[Key, tuple[float, float, float]]]:
    """Every angle at each key action and every measure: value, and one standard deviation from pose and from timing."""
    for mark in performance.key_actions.marks:
        for name in performance.angles.names:
            reading = read_angle(performance.angles, name, mark)
            yield (name, mark.name, "deg"), (reading.value, reading.pose_sigma, reading.timing_sigma)
    measures = (*performance.measures, *read_triggers(performance, performance.key_actions.marks))
    for one in {
        (one.name, one.key_action): one for one in measures if one.name not in performance.angles.names
    }.values():
        yield (one.name, one.key_action, one.unit), (one.value, one.sigma, 0.0)


def _rows(pairs: Sequence[Pair]) -> Iterator[ErrorBarRow]:
    for name in sorted({pair.name for pair in pairs}):
        own = [pair for pair in pairs if pair.name == name]
        fitted, checked = _halves(own)
        if min(len(fitted), len(checked)) < _FEWEST:
            continue
        factor = fitted_factor(fitted)
        before = _bars(checked) * np.array([pair.at_moment for pair in checked])
        after = _bars(checked, factor)
        away = np.abs([pair.error for pair in checked])
        yield ErrorBarRow(
            name=name,
            pairs=len(checked),
            true_sd=float(np.std([pair.true for pair in checked])),
            median_error=float(np.median(away)),
            median_bar=float(np.median(before)),
            within_1=share_of(away <= before),
            within_2=share_of(away <= 2 * before),
            factor=factor,
            fitted_bar=float(np.median(after)),
            fitted_within_1=share_of(away <= after),
            fitted_within_2=share_of(away <= 2 * after),
            pooled=fitted_factor([*fitted, *checked]),
        )


def _halves(pairs: Sequence[Pair]) -> tuple[list[Pair], list[Pair]]:
    """Return pairs of players with even numbers, and of such with odd ones."""
    fitted, checked = ([pair for pair in pairs if all(one % 2 == odd for one in pair.players)] for odd in (0, 1))
    return fitted, checked


def _moment_rows(pairs: Sequence[Pair], factors: Mapping[str, float]) -> Iterator[MomentRow]:
    for moment, name in itertools.product(KEY_ACTION_NAMES, sorted({pair.name for pair in pairs if pair.moment})):
        own = factors.get(name, 1.0)
        fitted, checked = _halves([pair for pair in pairs if (pair.moment, pair.name) == (moment, name)])
        if min(len(fitted), len(checked)) < _FEWEST:
            continue
        factor = fitted_factor(fitted, own, whole=True)
        after = factor * _bars(checked, own)
        away = np.abs([pair.error for pair in checked])
        yield MomentRow(
            moment=moment,
            name=name,
            pairs=len(checked),
            median_error=float(np.median(away)),
            factor=factor,
            bar=float(np.median(after)),
            within_1=share_of(away <= after),
            within_2=share_of(away <= 2 * after),
            pooled=fitted_factor([*fitted, *checked], own, whole=True),
        )


def fitted_factor(pairs: Sequence[Pair], own: float = 1.0, *, whole: bool = False) -> float:
    """Return the least factor with which 68 % of the errors lie within one error bar and 92 % within two.

    On the errors of joints alone, or on the whole bar, whose errors of joints have a factor of their own.
    """
    away = np.abs([pair.error for pair in pairs])
    for factor in map(float, np.geomspace(_SHORTEST, _LONGEST, _STEPS)):
        length = factor * _bars(pairs, own) if whole else _bars(pairs, factor)
        if np.mean(away <= length) >= _ONE and np.mean(away <= 2 * length) >= _TWO:
            return factor
    return _LONGEST


def _bars(pairs: Sequence[Pair], factor: float = 1.0) -> Array:
    """Return the error bars of pairs, with a factor on the errors of joints."""
    pose, timing = np.array([(pair.pose_sigma, pair.timing_sigma) for pair in pairs]).T
    return np.asarray(np.hypot(factor * pose, timing))
