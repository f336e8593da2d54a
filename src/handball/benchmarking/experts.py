"""Can the distance after alignment tell experts from novices? `handball bench experts`.

The protocol of the published result on real handball throws (62 players, Kinect skeletons; preprint
202507.1018: 90.47 % with dynamic time warping on three angles that coaches chose), on synthetic players:
nearest neighbor among the throws of **other** players.
"""

from __future__ import annotations

import json
from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.alignment import default_aligner
from handball.benchmarking.alignment import Progress
from handball.benchmarking.fault_tips import degree_faults
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.synthetic_throws import THROWS, analyzed, clip_seed, roster
from handball.domain.angles import AngleSeries
from handball.errors import HandballError
from handball.synthesis.faults import ImpossibleFaultError, fault
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.performing import perform

PUBLISHED = 0.9047
"""Real throws, other people: stands in a column of its own."""

COACH_ANGLES = ("right_elbow_angle", "right_shoulder_elevation", "hip_shoulder_separation")
_FEWEST_FAULTS, _MOST_FAULTS = 1, 3
_LEAST_DEG, _MOST_DEG = 10.0, 40.0


@attrs.frozen(kw_only=True)
class ExpertRow:
    """Share of throws whose nearest neighbor of another player is of the same group."""

    technique: str
    angles: str
    right: Share
    experts: Share
    novices: Share


@attrs.frozen(kw_only=True)
class ExpertBenchmark:
    """Nearest neighbor by the distance after alignment, whole players left out."""

    players: int
    clips: int
    seed: int
    refused: int
    rows: tuple[ExpertRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text; the published column is about other, real throws."""
        lines = [
            f"Synthetic, true joints, 120 Hz; {self.players} players, each {self.clips} expert and as many novice "
            f"throws, seed {self.seed}; {self.refused} throws refused",
            "",
            "| technique | angles | right | of experts | of novices | published, real throws of 62 others |",
            "| --- | --- | --- | --- | --- | ---: |",
        ]
        lines += [
            f"| {row.technique} | {row.angles} | {row.right} | {row.experts} | {row.novices} "
            f"| {f'{100 * PUBLISHED:.2f} %' if row.angles == 'three' else ''} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


@attrs.frozen(kw_only=True)
class _Sample:
    player: int
    novice: bool
    action: AngleSeries


def run(
    *,
    players: int = 12,
    clips: int = 3,
    seed: int = 2020,
    techniques: Sequence[Technique] = THROWS,
    progress: Progress | None = None,
) -> ExpertBenchmark:
    """Classify every throw by its nearest neighbor among all throws of other players."""
    rows: list[ExpertRow] = []
    refused = 0
    for place, technique in enumerate(techniques):
        samples, lost = _samples(technique, players, clips, seed)
        refused += lost
        for kind, names in (("three", COACH_ANGLES), ("all", None)):
            chosen = [_only(sample, names) for sample in samples]
            rows.append(_row(technique, kind, samples, _distances(chosen)))
        if progress is not None:
            progress(place + 1, len(techniques))
    return ExpertBenchmark(players=players, clips=clips, seed=seed, refused=refused, rows=tuple(rows))


def novice_faults(technique: Technique, seed: int) -> tuple[Fault, ...]:
    """Draw one to three faults of 10 to 40 degrees."""
    rng = np.random.default_rng([seed, 13])
    count = int(rng.integers(_FEWEST_FAULTS, _MOST_FAULTS + 1))
    names = rng.choice(degree_faults(technique), count, replace=False)
    return tuple(fault(str(name), float(rng.uniform(_LEAST_DEG, _MOST_DEG))) for name in names)


def _samples(technique: Technique, players: int, clips: int, seed: int) -> tuple[list[_Sample], int]:
    samples, lost = [], 0
    for number, player in enumerate(roster(players)):
        for clip in range(2 * clips):
            own, novice = clip_seed(seed, number, clip), clip >= clips
            faults = novice_faults(technique, own) if novice else ()
            try:
                performance = analyzed(perform(player, technique, rate_hz=120.0, seed=own, faults=faults)).performance
            except (HandballError, ImpossibleFaultError):
                lost += 1
                continue
            action = performance.angles.rows(performance.action_rows)
            samples.append(_Sample(player=number, novice=novice, action=action))
    return samples, lost


def _only(sample: _Sample, names: tuple[str, ...] | None) -> AngleSeries:
    series = sample.action
    columns = [series.names.index(name) for name in names or series.names]
    return attrs.evolve(
        series,
        names=tuple(series.names[column] for column in columns),
        degrees=series.degrees[:, columns],
        sigma_deg=series.sigma_deg[:, columns],
    )


def _distances(actions: Sequence[AngleSeries]) -> Float[np.ndarray, "clips clips"]:
    aligner = default_aligner()
    found: NDArray[np.float64] = np.zeros((len(actions), len(actions)))
    for first in range(len(actions)):
        for second in range(first):
            found[first, second] = found[second, first] = aligner(actions[first], actions[second]).distance
    return found


def _row(
    technique: str, kind: str, samples: Sequence[_Sample], distances: Float[np.ndarray, "clips clips"]
) -> ExpertRow:
    player = np.array([sample.player for sample in samples])
    novice = np.array([sample.novice for sample in samples])
    others = np.where(player[:, None] == player[None, :], np.inf, distances)
    right = novice[np.argmin(others, axis=1)] == novice
    return ExpertRow(
        technique=technique,
        angles=kind,
        right=share_of(right),
        experts=share_of(right[~novice]),
        novices=share_of(right[novice]),
    )
