"""How often the first screen can tell something, and how often it is wrong: `handball bench verdicts`."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal

import attrs
import numpy as np

from handball.benchmarking.alignment import Progress
from handball.benchmarking.fault_tips import degree_faults, names_fault
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.rendered import RenderedThrow, rendered_throws
from handball.benchmarking.rendered_pairs import coach_for, sets_of
from handball.benchmarking.synthetic_throws import THROWS, analyzed, clip_seed, roster
from handball.benchmarking.throw_truth import ThrowTruth, truth_of
from handball.config import Settings
from handball.domain.assessment import Assessment, Finding
from handball.domain.performance import Performance
from handball.errors import HandballError, NoThrowError
from handball.evaluation.importance import first_screen
from handball.evaluation.spread import median_deg
from handball.kinematics.vectors import wrapped_deg
from handball.pipeline import Hooks, build_standard
from handball.pipeline.comparison import compare_throws
from handball.synthesis.dataset import set_hash
from handball.synthesis.faults import ImpossibleFaultError, fault
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player

FAULT_SIZES_DEG = (15.0, 20.0, 30.0, 40.0)
Standard = Literal["another", "band", "own"]
STANDARDS: tuple[Standard, ...] = ("another", "band", "own")
"""One clean clip of another player, one each of five others, one of the player's own."""
_BAND = 5
_DRAWN_DEG = 30.0
"""Middle of the sizes of 20 to 40 degrees that sets are made with: few clips have the same one."""
_SIDE_SHARE = 0.2
_GROSS = 0.5
"""A verdict is grossly wrong when the true difference is on the other side of the border by this many tolerances."""


@attrs.frozen(kw_only=True)
class Cell:
    """One cell of the first screen: what was said, and the true difference in tolerances (signed)."""

    verdict: str
    said: float
    true: float

    @property
    def decided(self) -> bool:
        """Whether anything was told at all."""
        return self.verdict in ("ok", "slight", "large")

    @property
    def wrong(self) -> bool:
        """Told, and on the wrong side of the tolerance, or in the wrong direction."""
        if not self.decided:
            return False
        if self.verdict == "ok":
            return abs(self.true) > 1
        return abs(self.true) <= 1 or self.said * self.true < 0

    @property
    def grossly_wrong(self) -> bool:
        """Wrong by at least half a tolerance beyond the border."""
        if not self.wrong:
            return False
        if self.verdict == "ok":
            return abs(self.true) > 1 + _GROSS
        return self.true * math.copysign(1.0, self.said) < 1 - _GROSS


@attrs.frozen(kw_only=True)
class Judged:
    """One evaluation of a synthetic throw: its first screen, its first tip, and whether that names the fault."""

    standard: str
    technique: str
    fault: str
    size: float
    cells: tuple[Cell, ...]
    tips: int
    first_is_fault: bool
    score: float


@attrs.frozen(kw_only=True)
class VerdictRow:
    """Shares over the evaluations of one technique and fault (`none` for clean throws of experts)."""

    standard: str
    technique: str
    fault: str
    size_deg: float
    evaluations: int
    decided: Share
    wrong: Share
    grossly_wrong: Share
    any_tip: Share
    first_is_fault: Share


@attrs.frozen(kw_only=True)
class VerdictBenchmark:
    """The table: clean throws first, then each fault by size."""

    source: str
    players: int
    seed: int
    refused: int
    rows: tuple[VerdictRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}; {self.players} players, seed {self.seed}; {self.refused} evaluations refused. "
            "The standard: a clean clip of another player, a band of five others, or another clip of the player's own.",
            "",
            "| standard | technique | fault | size, deg | evaluations | cells decided | of those wrong "
            "| grossly wrong | any tip | first tip names the fault |",
            "| --- | --- | --- | ---: | ---: | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {row.standard} | {row.technique} | {row.fault} | {row.size_deg:g} | {row.evaluations} "
            f"| {row.decided} | {row.wrong} | {row.grossly_wrong} | {row.any_tip} "
            f"| {row.first_is_fault if row.fault != 'none' else ''} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(
    *,
    players: int = 12,
    clips: int = 2,
    seed: int = 2020,
    techniques: Sequence[Technique] = THROWS,
    sizes: Sequence[float] = FAULT_SIZES_DEG,
    standards: Sequence[Standard] = STANDARDS,
    noise_mm: float = 0.0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> VerdictBenchmark:
    """Evaluate clean and faulty throws against clean ones with the same arm slot, from true joints at 120 Hz."""
    judge = _Judge(group=roster(players), noise_mm=noise_mm, settings=settings or Settings())
    found: list[Judged] = []
    refused = 0
    tasks = list(_tasks(judge.group, clips, seed, techniques, sizes, standards))
    for done, (standard, coaches, learner) in enumerate(tasks, start=1):
        try:
            found.append(judged([judge.coach(one) for one in coaches], [judge.seen(learner)], judge.settings, standard))
        except HandballError:
            refused += 1
        except ImpossibleFaultError:
            continue
        if progress is not None:
            progress(done, len(tasks))
    source = f"true joints at 120 Hz, {noise_mm:g} mm noise"
    return VerdictBenchmark(source=source, players=players, seed=seed, refused=refused, rows=tuple(summarized(found)))


def run_rendered(
    folder: Path,
    *,
    throws: int = 1,
    cameras: Sequence[int] = (),
    seed: int = 2020,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> VerdictBenchmark:
    """Evaluate the throws of a rendered set from their pictures, each against another player's clean throw.

    Coach and learner throw the same technique and are seen by cameras within 10 degrees of each other.

    Parameters
    ----------
    throws
        So many throws of one athlete are evaluated together, against one clip of the coach; for sets that were made
        with `sessions`. A throw that was refused is left out, as `handball evaluate` does.
    cameras
        Numbers of the cameras of each clip that are taken as one calibrated rig; none for each camera alone.
    """
    settings = settings or Settings()
    every = list(rendered_throws(folder, settings=settings, cameras=cameras, progress=progress))
    rng = np.random.default_rng([seed, 5])
    found: list[Judged] = []
    refused = 0
    for learner in sets_of(every, throws):
        coach = coach_for(learner[0], every, rng)
        if coach is None:
            continue
        try:
            one = judged([_seen(coach)], _all_seen(learner), settings, "another")
            found.append(attrs.evolve(one, size=_DRAWN_DEG if one.size else 0.0))
        except HandballError:
            refused += 1
    together = f", {throws} throws of an athlete together" if throws > 1 else ""
    return VerdictBenchmark(
        source=f"pictures of {len(every)} clips{together}, set {set_hash(folder)}",
        players=len({one.truth.player for one in every}),
        seed=seed,
        refused=refused,
        rows=tuple(summarized(found)),
    )


def _all_seen(throws: Sequence[RenderedThrow]) -> list[Seen]:
    seen = [_seen(one) for one in throws if one.performance is not None]
    if not seen:
        raise NoThrowError(f"{throws[0].row['clip']} was refused")
    return seen


def _seen(clip: RenderedThrow) -> Seen:
    if clip.performance is None:
        raise NoThrowError(f"{clip.row['clip']} was refused")
    return Seen(truth=clip.truth, performance=clip.performance)


@attrs.frozen(kw_only=True)
class Seen:
    """One throw: what is true, and what the pipeline found."""

    truth: ThrowTruth
    performance: Performance


@attrs.frozen(kw_only=True)
class Performing:
    """Who performs what with which fault; performed only when its turn comes."""

    player: int
    technique: Technique
    slot: str
    seed: int
    faults: tuple[Fault, ...] = ()


@attrs.define(kw_only=True)
class _Judge:
    """Performs and analyses; what has served as a standard is kept."""

    group: Sequence[Player]
    noise_mm: float
    settings: Settings
    _kept: dict[Performing, Seen] = attrs.field(factory=dict)

    def seen(self, one: Performing) -> Seen:
        """Perform at 120 Hz and analyse the joints."""
        motion = perform(
            self.group[one.player],
            one.technique,
            rate_hz=120.0,
            seed=one.seed,
            faults=one.faults,
            variant=one.slot,
        )
        throw = analyzed(motion, noise_mm=self.noise_mm, seed=one.seed, settings=self.settings)
        return Seen(truth=truth_of(motion, one.player), performance=throw.performance)

    def coach(self, one: Performing) -> Seen:
        """Do the same once."""
        if one not in self._kept:
            self._kept[one] = self.seen(one)
        return self._kept[one]


Task = tuple[Standard, tuple[Performing, ...], Performing]


def _tasks(
    group: Sequence[Player],
    clips: int,
    seed: int,
    techniques: Sequence[Technique],
    sizes: Sequence[float],
    standards: Sequence[Standard],
) -> Iterator[Task]:
    """List every standard with every player's throw, clean and with each fault."""
    for standard, technique in itertools.product(standards, techniques):
        named = [fault(name, size) for name in degree_faults(technique) for size in sizes]
        for faults in [(), *((one,) for one in named)]:
            for learner, clip in itertools.product(range(len(group)), range(clips)):
                rng = np.random.default_rng([seed, learner, clip])
                slot = "side" if rng.random() < _SIDE_SHARE else "overhead"
                coaches = _coaches(standard, learner, len(group), rng)
                yield (
                    standard,
                    tuple(
                        Performing(player=one, technique=technique, slot=slot, seed=clip_seed(seed, one, 500 + clip))
                        for one in coaches
                    ),
                    Performing(
                        player=learner,
                        technique=technique,
                        slot=slot,
                        seed=clip_seed(seed, learner, clip),
                        faults=faults,
                    ),
                )


def _coaches(standard: Standard, learner: int, count: int, rng: np.random.Generator) -> list[int]:
    """Draw who is the standard; the same ones for a throw with and without a fault."""
    if standard == "own":
        return [learner]
    others = [number for number in range(count) if number != learner]
    wanted = min(_BAND if standard == "band" else 1, len(others))
    return [int(one) for one in rng.choice(others, wanted, replace=False)]


def judged(coaches: Sequence[Seen], throws: Sequence[Seen], settings: Settings, name: str) -> Judged:
    """Evaluate one or several throws of an athlete and hold the result against the truth.

    True are the median of the athlete's angles and the middle of the coaches'.
    """
    hooks = Hooks()
    standard = build_standard([coach.performance for coach in coaches], hooks)
    truths = [one.truth for one in throws]
    settings = settings.model_copy(update={"action": truths[0].technique, "own_standard": name == "own"})
    assessment = compare_throws(standard, [one.performance for one in throws], settings, hooks)
    made = truths[0].fault
    first = assessment.advice[0] if assessment.advice else None
    return Judged(
        standard=name,
        technique=truths[0].technique,
        fault=made.name if made else "none",
        size=round(made.size) if made else 0.0,
        cells=tuple(_cells(assessment, [coach.truth for coach in coaches], truths)),
        tips=len(assessment.advice),
        first_is_fault=bool(made and first and names_fault(first, made.name)),
        score=assessment.score,
    )


def _cells(assessment: Assessment, coaches: Sequence[ThrowTruth], throws: Sequence[ThrowTruth]) -> Iterator[Cell]:
    for moment in assessment.key_actions:
        findings: dict[str, Finding] = {finding.name: finding for finding in moment.angles}
        performances = [one.angles_at(moment.name) for one in throws]
        references = [coach.angles_at(moment.name) for coach in coaches]
        for name in first_screen(moment.reference.role):
            finding = findings[name]
            performance = median_deg(np.array([one[name] for one in performances]))
            away = wrapped_deg(np.array([performance - reference[name] for reference in references]))
            difference = float(away.mean())
            yield Cell(
                verdict=finding.verdict,
                said=finding.difference / finding.tolerance,
                true=difference / finding.tolerance,
            )


def summarized(every: Sequence[Judged]) -> Iterator[VerdictRow]:
    """Put evaluations into rows by technique, fault and size."""
    for key in dict.fromkeys((one.standard, one.technique, one.fault, one.size) for one in every):
        own = [one for one in every if (one.standard, one.technique, one.fault, one.size) == key]
        standard, technique, name, size = key
        cells = [cell for one in own for cell in one.cells]
        decided = [cell for cell in cells if cell.decided]
        yield VerdictRow(
            standard=standard,
            technique=technique,
            fault=name,
            size_deg=size,
            evaluations=len(own),
            decided=share_of([cell.decided for cell in cells]),
            wrong=share_of([cell.wrong for cell in decided]),
            grossly_wrong=share_of([cell.grossly_wrong for cell in decided]),
            any_tip=share_of([one.tips > 0 for one in own]),
            first_is_fault=share_of([one.first_is_fault for one in own]),
        )
