"""How well the aligners find the same moment in throws of two different players: part of `handball bench align`.

The true correspondence is the generator's own clock: two throws meet where their seconds as taught are the same.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment import TimeMap
from handball.benchmarking.alignment import (
    EVENT_SIGMA_S,
    AlignmentBenchmark,
    AlignmentRow,
    Contender,
    Entry,
    Progress,
    contenders,
    summary_row,
)
from handball.benchmarking.synthetic_throws import THROWS, observed, roster, throws
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.angles import AngleSeries
from handball.kinematics.angles import measure_angles
from handball.kinematics.smoothing import smoothed
from handball.synthesis.motion import Motion, Technique

Array = NDArray[np.float64]


@attrs.frozen(kw_only=True)
class PlayerPair(Entry):
    """Two players' throws of one technique with their truth."""

    coach: Motion
    learner: Motion

    def true_time(self, times: Array) -> Array:
        """Return the learner's seconds at seconds of the coach, both clips' own."""
        taught, coach = np.array(self.coach.clock).T
        same, learner = np.array(self.learner.clock).T
        return np.asarray(np.interp(np.interp(times, coach, taught), same, learner))


def pairs(technique: Technique, count: int, *, seed: int, rate_hz: float, noise_mm: float) -> Iterator[PlayerPair]:
    """Pair each clip with one of another player, both drawn by chance."""
    group = roster()
    each = -(-count // len(group)) + 1
    clips = list(throws(technique, group, each, seed=seed, rate_hz=rate_hz))
    rng = np.random.default_rng([seed, 3])
    for number in range(count):
        coach, learner = _two_players(clips, rng)
        yield _pair(clips[coach], clips[learner], seed=number, noise_mm=noise_mm)


def _two_players(clips: Sequence[Motion], rng: np.random.Generator) -> tuple[int, int]:
    while True:
        first, second = (int(number) for number in rng.choice(len(clips), 2, replace=False))
        if clips[first].player.name != clips[second].player.name:
            return first, second


def _pair(coach: Motion, learner: Motion, *, seed: int, noise_mm: float) -> PlayerPair:
    reference, performance = (_angles(motion, noise_mm, seed) for motion in (coach, learner))
    seen = np.random.default_rng([seed, 7]).normal(0.0, EVENT_SIGMA_S, (2, len(KEY_ACTION_NAMES)))
    rows = [
        [
            int(np.argmin(np.abs(motion.times - motion.time_of(name) - seen[side, k])))
            for side, motion in enumerate((coach, learner))
        ]
        for k, name in enumerate(KEY_ACTION_NAMES)
    ]
    begin, end = (int(np.argmin(np.abs(coach.times - coach.time_of(name)))) for name in ("start", "finish"))
    marks = tuple((max(0, a - begin), b) for a, b in rows)
    bounded = ((0, marks[0][1]), *marks[1:-1], (end - begin, marks[-1][1]))
    return PlayerPair(
        coach=coach,
        learner=learner,
        reference=reference.rows(slice(begin, end + 1)),
        performance=performance,
        marks=bounded,
    )


def _angles(motion: Motion, noise_mm: float, seed: int) -> AngleSeries:
    pose = observed(motion, noise_mm=noise_mm, seed=seed)
    body = smoothed(pose.mirrored() if motion.player.hand == "left" else pose)
    return measure_angles(body)


def run(
    count: int = 60,
    seed: int = 2020,
    rates: Sequence[float] = (30.0, 60.0, 120.0),
    *,
    techniques: Sequence[Technique] = THROWS,
    noise_mm: float = 8.0,
    entered: Sequence[Contender] | None = None,
    progress: Progress | None = None,
) -> AlignmentBenchmark:
    """Race the aligners on pairs of different players, `count` pairs a technique and rate.

    In the result the aligner's name is followed by the technique.
    """
    runners = tuple(entered or contenders())
    rows: list[AlignmentRow] = []
    done, total = 0, count * len(rates) * len(techniques)
    for rate_hz in rates:
        for technique in techniques:
            errors = []
            for pair in pairs(technique, count, seed=seed, rate_hz=rate_hz, noise_mm=noise_mm):
                errors.append([_errors_ms(pair, runner(pair)) for runner in runners])
                done += 1
                if progress is not None:
                    progress(done, total)
            table = np.array(errors)
            rows += [summary_row(f"{one.name}, {technique}", rate_hz, table[:, k]) for k, one in enumerate(runners)]
    return AlignmentBenchmark(count=count, seed=seed, noise_mm=noise_mm, style_deg=0.0, rows=tuple(rows))


def _errors_ms(pair: PlayerPair, found: TimeMap) -> tuple[float, float, float]:
    times = pair.reference.times
    away = np.abs(np.interp(times, found.reference, found.performance) - pair.true_time(times))
    keys = [abs(found(pair.coach.time_of(name)) - pair.learner.time_of(name)) for name in ("cocking", "strike")]
    return float(away.mean() * 1000), keys[0] * 1000, keys[1] * 1000
