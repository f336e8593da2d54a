"""How often the first screen can tell something, and how often it is wrong: `handball bench verdicts`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np

from handball.benchmarking.alignment import Progress
from handball.benchmarking.fault_tips import degree_faults, names_fault
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.rendered import RenderedThrow, rendered_throws
from handball.benchmarking.synthetic_throws import THROWS, analyzed, clip_seed, roster
from handball.benchmarking.throw_truth import ThrowTruth, truth_of
from handball.config import Settings
from handball.domain.assessment import Assessment, Finding
from handball.domain.performance import Performance
from handball.errors import HandballError, NoThrowError
from handball.evaluation.importance import first_screen
from handball.kinematics.vectors import wrapped_deg
from handball.pipeline import Hooks, build_standard, compare
from handball.synthesis.dataset import set_hash
from handball.synthesis.faults import ImpossibleFaultError, fault
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player

FAULT_SIZES_DEG = (15.0, 20.0, 30.0, 40.0)
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
        return abs(self.true) > 1 + _GROSS if self.verdict == "ok" else self.true * np.sign(self.said) < 1 - _GROSS


@attrs.frozen(kw_only=True)
class Judged:
    """One evaluation of a synthetic throw: its first screen, its first tip, and whether that names the fault."""

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
            f"Synthetic, {self.source}; {self.players} players, the standard another player's clip, seed {self.seed}; "
            f"{self.refused} evaluations refused",
            "",
            "| technique | fault | size, deg | evaluations | cells decided | of those wrong | grossly wrong | any tip "
            "| first tip names the fault |",
            "| --- | --- | ---: | ---: | --- | --- | --- | --- | --- |",
        ]
        lines += [
            f"| {row.technique} | {row.fault} | {row.size_deg:g} | {row.evaluations} | {row.decided} | {row.wrong} "
            f"| {row.grossly_wrong} | {row.any_tip} | {row.first_is_fault if row.fault != 'none' else ''} |"
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
    noise_mm: float = 0.0,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> VerdictBenchmark:
    """Evaluate clean and faulty throws against another player's clean throw, from true joints at 120 Hz."""
    settings = settings or Settings()
    group = roster(players)
    found: list[Judged] = []
    refused = 0
    tasks = list(_tasks(group, clips, seed, techniques, sizes))
    for done, (coach, learner) in enumerate(tasks, start=1):
        try:
            reference, tested = (one.seen(group, noise_mm, settings) for one in (coach, learner))
            found.append(judged(reference, tested, settings))
        except HandballError:
            refused += 1
        except ImpossibleFaultError:
            continue
        if progress is not None:
            progress(done, len(tasks))
    source = f"true joints at 120 Hz, {noise_mm:g} mm noise"
    return VerdictBenchmark(source=source, players=players, seed=seed, refused=refused, rows=tuple(summarized(found)))


def run_rendered(
    folder: Path, *, seed: int = 2020, settings: Settings | None = None, progress: Progress | None = None
) -> VerdictBenchmark:
    """Evaluate the throws of a rendered set from their pictures, each against another player's clean throw.

    Coach and learner throw the same technique and are seen by cameras within 10 degrees of each other.
    """
    settings = settings or Settings()
    every = list(rendered_throws(folder, settings=settings, progress=progress))
    rng = np.random.default_rng([seed, 5])
    found: list[Judged] = []
    refused = 0
    for learner in every:
        coaches = [one for one in every if _fits(one, learner)]
        if not coaches:
            continue
        coach = coaches[int(rng.integers(len(coaches)))]
        try:
            found.append(judged(_seen(coach), _seen(learner), settings))
        except HandballError:
            refused += 1
    return VerdictBenchmark(
        source=f"pictures of {len(every)} clips, set {set_hash(folder)}",
        players=len({one.truth.player for one in every}),
        seed=seed,
        refused=refused,
        rows=tuple(summarized(found)),
    )


_SAME_SIDE_DEG = 10.0


def _fits(coach: RenderedThrow, learner: RenderedThrow) -> bool:
    """Whether a clip can be the standard of another one."""
    same = coach.truth.technique == learner.truth.technique and coach.truth.player != learner.truth.player
    clean = not coach.truth.faults and coach.performance is not None
    return same and clean and abs(coach.azimuth_deg - learner.azimuth_deg) <= _SAME_SIDE_DEG


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

    player: Player
    technique: Technique
    seed: int
    faults: tuple[Fault, ...] = ()

    def seen(self, group: Sequence[Player], noise_mm: float, settings: Settings) -> Seen:
        """Perform at 120 Hz and analyse the joints."""
        motion = perform(self.player, self.technique, rate_hz=120.0, seed=self.seed, faults=self.faults)
        throw = analyzed(motion, noise_mm=noise_mm, seed=self.seed, settings=settings)
        return Seen(truth=truth_of(motion, group.index(self.player)), performance=throw.performance)


def _tasks(
    group: Sequence[Player], clips: int, seed: int, techniques: Sequence[Technique], sizes: Sequence[float]
) -> Iterator[tuple[Performing, Performing]]:
    """List (coach, learner): every player with each fault and without, the coach another one drawn by chance."""
    rng = np.random.default_rng([seed, 5])
    for technique in techniques:
        named = [fault(name, size) for name in degree_faults(technique) for size in sizes]
        faults: list[tuple[Fault, ...]] = [(), *((one,) for one in named)]
        for added in faults:
            for number, learner in enumerate(group):
                for clip in range(clips):
                    other = (number + 1 + int(rng.integers(len(group) - 1))) % len(group)
                    yield (
                        Performing(player=group[other], technique=technique, seed=clip_seed(seed, other, 500 + clip)),
                        Performing(
                            player=learner, technique=technique, seed=clip_seed(seed, number, clip), faults=added
                        ),
                    )


def judged(coach: Seen, learner: Seen, settings: Settings) -> Judged:
    """Evaluate a throw and hold the result against the truth of both."""
    hooks = Hooks()
    assessment = compare(build_standard([coach.performance], hooks), learner.performance, settings, hooks)
    made = learner.truth.fault
    first = assessment.advice[0] if assessment.advice else None
    return Judged(
        technique=learner.truth.technique,
        fault=made.name if made else "none",
        size=round(made.size) if made else 0.0,
        cells=tuple(_cells(assessment, coach.truth, learner.truth)),
        tips=len(assessment.advice),
        first_is_fault=bool(made and first and names_fault(first, made.name)),
        score=assessment.score,
    )


def _cells(assessment: Assessment, coach: ThrowTruth, learner: ThrowTruth) -> Iterator[Cell]:
    for moment in assessment.key_actions:
        findings: dict[str, Finding] = {finding.name: finding for finding in moment.angles}
        reference, performance = coach.angles_at(moment.name), learner.angles_at(moment.name)
        for name in first_screen(moment.name):
            finding = findings[name]
            difference = float(wrapped_deg(np.asarray(performance[name] - reference[name])))
            yield Cell(
                verdict=finding.verdict,
                said=finding.difference / finding.tolerance,
                true=difference / finding.tolerance,
            )


def summarized(every: Sequence[Judged]) -> Iterator[VerdictRow]:
    """Put evaluations into rows by technique, fault and size."""
    for technique, name, size in dict.fromkeys((one.technique, one.fault, one.size) for one in every):
        own = [one for one in every if (one.technique, one.fault, one.size) == (technique, name, size)]
        cells = [cell for one in own for cell in one.cells]
        decided = [cell for cell in cells if cell.decided]
        yield VerdictRow(
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
