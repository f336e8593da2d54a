"""Whether the score orders throws rightly and stays the same where it should: `handball bench score`."""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.alignment import Progress
from handball.benchmarking.fault_tips import degree_faults
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.synthetic_throws import THROWS, clip_seed, observed, roster
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.pose import Pose3D
from handball.domain.standard import StandardAction
from handball.errors import HandballError
from handball.pipeline import Hooks, analyze_pose, build_standard, compare
from handball.synthesis.faults import ImpossibleFaultError, fault
from handball.synthesis.motion import Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player

Array = NDArray[np.float64]
Change = Callable[[Pose3D], Pose3D]

STEP_DEG = 10.0
_LADDER_DEG = (0.0, 10.0, 20.0, 30.0, 40.0)
_REPEATS = 5


@attrs.frozen(kw_only=True)
class ScoreRow:
    """One question to the score of one technique.

    `right` is the share of pairs in the right order, for questions of order; `spread` is in points: the
    standard deviation between repetitions, or the median change where the score should stay.
    """

    technique: str
    question: str
    pairs: int
    right: Share | None
    spread: float


@attrs.frozen(kw_only=True)
class ScoreBenchmark:
    """Order, repeatability and invariance of the score."""

    players: int
    seed: int
    refused: int
    rows: tuple[ScoreRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, true joints at 120 Hz; {self.players} players, the standard another player's clip, seed "
            f"{self.seed}; {self.refused} evaluations refused",
            "",
            "| technique | question | n | right order | points |",
            "| --- | --- | ---: | --- | ---: |",
        ]
        lines += [
            f"| {row.technique} | {row.question} | {row.pairs} | {row.right or ''} | "
            f"{'' if np.isnan(row.spread) else format(row.spread, '.2f')} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


@attrs.define
class _Judge:
    """Scores the throws of one learner against one standard; counts what is refused."""

    standard: StandardAction
    settings: Settings
    refused: int = 0

    def __call__(self, pose: Pose3D) -> float:
        try:
            return compare(self.standard, _performance(pose, self.settings), self.settings, Hooks()).score
        except HandballError:
            self.refused += 1
            return float("nan")


def run(
    *,
    players: int = 12,
    seed: int = 2020,
    techniques: Sequence[Technique] = THROWS,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> ScoreBenchmark:
    """Ask the score of every player's throws for order, repeatability and invariance."""
    settings = settings or Settings()
    group = roster(players)
    rows: list[ScoreRow] = []
    refused = 0
    for place, technique in enumerate(techniques):
        found: dict[str, list[float]] = {}
        for number, learner in enumerate(group):
            coach = (number + 1 + place) % len(group)
            judge = _Judge(
                standard=_standard(group[coach], technique, clip_seed(seed, coach, 500), settings), settings=settings
            )
            for question, value in _answers(judge, learner, technique, clip_seed(seed, number, 0)):
                found.setdefault(question, []).append(value)
            refused += judge.refused
            if progress is not None:
                progress(place * len(group) + number + 1, len(techniques) * len(group))
        rows += [_row(technique, question, np.array(values)) for question, values in found.items()]
    return ScoreBenchmark(players=players, seed=seed, refused=refused, rows=tuple(rows))


def _answers(judge: _Judge, learner: Player, technique: Technique, seed: int) -> Iterator[tuple[str, float]]:
    """Yield (question, value): points lost by 10 degrees more of a fault, or points of change."""
    for name in degree_faults(technique):
        scores = [_score(judge, learner, technique, seed, name, size) for size in _LADDER_DEG]
        for less, more in itertools.pairwise(scores):
            yield f"order: {name}", less - more
    clean = _pose(learner, technique, seed)
    own = judge(clean)
    yield "repeatability", float(np.std([judge(_pose(learner, technique, seed + k)) for k in range(_REPEATS)], ddof=1))
    for what, change in CHANGES.items():
        yield f"invariance: {what}", judge(change(clean)) - own


def _score(judge: _Judge, player: Player, technique: Technique, seed: int, name: str, size: float) -> float:
    """Return the score of a throw with a fault; NaN where the player cannot have so large a one."""
    try:
        return judge(_pose(player, technique, seed, name, size))
    except ImpossibleFaultError:
        return float("nan")


def _row(technique: str, question: str, values: Array) -> ScoreRow:
    values = values[~np.isnan(values)]
    order = question.startswith("order")
    spread = np.nan if order or not values.size else float(np.median(np.abs(values)))
    return ScoreRow(
        technique=technique,
        question=question,
        pairs=len(values),
        right=share_of(values > 0) if order else None,
        spread=spread,
    )


def _pose(player: Player, technique: Technique, seed: int, name: str = "", size: float = 0.0) -> Pose3D:
    faults = (fault(name, size),) if size else ()
    return observed(perform(player, technique, rate_hz=120.0, seed=seed, faults=faults))


def _standard(player: Player, technique: Technique, seed: int, settings: Settings) -> StandardAction:
    return build_standard([_performance(_pose(player, technique, seed), settings)], Hooks())


def _performance(pose: Pose3D, settings: Settings) -> Performance:
    return analyze_pose(pose, ClipSettings(), settings, Path("synthetic"))


def _slower(pose: Pose3D) -> Pose3D:
    return attrs.evolve(pose, times=pose.times * 1.25)


def _smaller(pose: Pose3D) -> Pose3D:
    return attrs.evolve(pose, positions=pose.positions * 0.85)


def _turned(pose: Pose3D) -> Pose3D:
    quarter = np.array([[0.0, -1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    return attrs.evolve(pose, positions=pose.positions @ quarter.T)


CHANGES: dict[str, Change] = {
    "tempo, 80 %": _slower,
    "size, 85 %": _smaller,
    "hand": Pose3D.mirrored,
    "yaw, 90 degrees": _turned,
}
"""What must not change the score."""
