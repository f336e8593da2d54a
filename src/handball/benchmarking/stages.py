"""Whether levels of the report card are those that synthetic throws are made at: `handball bench stages`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np

from handball.benchmarking.alignment import Progress
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.synthetic_throws import THROWS, analyzed, clip_seed, roster
from handball.domain.assessment import StageFinding, StageName
from handball.errors import HandballError
from handball.evaluation.fault_readings import circumstances_of
from handball.evaluation.stage_readings import read_stages
from handball.evaluation.stage_rules import stage_rules
from handball.evaluation.stages import judge_stages
from handball.synthesis.faults import FAULTS, ImpossibleFaultError, fault
from handball.synthesis.motion import Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player
from handball.synthesis.rig import SEGMENTS

RATE_HZ = 120.0
HELD_OUT = (1, 2, 5, 7, 10, 11, 13, 14)
"""Numbers of the players that nobody looked at while the borders of `stages.toml` were chosen."""
_SHARES = (1.0, 0.8, 0.6, 0.4)

MADE_AT: Mapping[str, tuple[StageName, int, float]] = MappingProxyType(
    {
        "low_elbow": ("upper_arm", 1, 40.0),
        "short_draw": ("backswing", 2, 0.5),
        "faces_goal": ("trunk", 1, 80.0),
        "arm_only": ("trunk", 2, 60.0),
        "wrong_foot": ("step", 2, 160.0),
        "short_step": ("step", 3, 0.25),
    }
)
"""Of each fault: the component that it lowers, to which level at least, and its size, or the largest there is below."""

FEET_STILL = "feet_still"
"""Throws whose hips and feet stay where they are at the strike: no step."""


@attrs.frozen(kw_only=True)
class LevelRow:
    """One component of clean throws: how many are told to be at the top, lower, in between, or at no level."""

    technique: str
    component: str
    levels: int
    top: Share
    lower: Share
    between: Share
    untold: Share


@attrs.frozen(kw_only=True)
class LoweredRow:
    """One fault put into throws: how many are told at the level that it makes or lower, or lower than without it."""

    fault: str
    technique: str
    component: str
    wanted: int
    reached: Share
    dropped: Share
    untold: Share


@attrs.frozen(kw_only=True)
class StageBenchmark:
    """Both tables."""

    players: int
    clips: int
    seed: int
    noise_mm: float
    impossible: int
    clean: tuple[LevelRow, ...]
    lowered: tuple[LoweredRow, ...]

    def to_table(self) -> str:
        """Return the tables as Markdown text."""
        return "\n".join([*self._clean_lines(), "", *self._lowered_lines()])

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)

    def _clean_lines(self) -> Iterator[str]:
        seen = f"joints with {self.noise_mm:g} mm of noise" if self.noise_mm else "true joints"
        yield (
            f"Synthetic, {seen} at {RATE_HZ:g} Hz; {self.players} players whom no border was chosen on, "
            f"{self.clips} clips each, seed {self.seed}. Clean throws of experts:"
        )
        yield ""
        yield "| technique | component | at the top level | at a lower one | between two or more | cannot tell |"
        yield "| --- | --- | --- | --- | --- | --- |"
        for row in self.clean:
            yield (
                f"| {row.technique} | {row.component} ({row.levels}) | {row.top} | {row.lower} | {row.between} "
                f"| {row.untold} |"
            )

    def _lowered_lines(self) -> Iterator[str]:
        yield (
            f"The same throws with faults, as large as a throw can have them; {self.impossible} cannot have one. "
            "Cannot tell: no single level."
        )
        yield ""
        yield "| fault | technique | component | meant level | at most that | lower than without | cannot tell |"
        yield "| --- | --- | --- | ---: | --- | --- | --- |"
        for row in self.lowered:
            yield (
                f"| {row.fault} | {row.technique} | {row.component} | {row.wanted} | {row.reached} | {row.dropped} "
                f"| {row.untold} |"
            )


Card = Mapping[str, StageFinding]


def run(
    *,
    players: int = len(HELD_OUT),
    clips: int = 2,
    seed: int = 2021,
    noise_mm: float = 0.0,
    techniques: Sequence[Technique] = THROWS,
    progress: Progress | None = None,
) -> StageBenchmark:
    """Let players throw cleanly and with faults that lower a level, and read the levels from their joints at 120 Hz.

    Parameters
    ----------
    players
        At most 8: those that borders were chosen on take no part.
    noise_mm
        One standard deviation of noise on each coordinate of each joint.
    """
    stage = _Stage(group=roster(max(HELD_OUT) + 1), numbers=HELD_OUT[:players], clips=clips, seed=seed, noise=noise_mm)
    clean = {technique: [stage.card(technique, key) for key in stage.throws()] for technique in techniques}
    plan = [(name, technique) for name in (*MADE_AT, FEET_STILL) for technique in _thrown(name, techniques)]
    lowered, impossible = [], 0
    for done, (name, technique) in enumerate(plan, start=1):
        cards = [stage.card(technique, key, name) for key in stage.throws()]
        impossible += sum(card is None for card in cards)
        lowered.append(_lowered_row(name, technique, clean[technique], cards))
        if progress is not None:
            progress(done, len(plan))
    return StageBenchmark(
        players=players,
        clips=clips,
        seed=seed,
        noise_mm=noise_mm,
        impossible=impossible,
        clean=tuple(row for technique in techniques for row in _clean_rows(technique, clean[technique])),
        lowered=tuple(lowered),
    )


@attrs.frozen(kw_only=True)
class _Stage:
    """Lets players throw; a clip of a player is the same throw with and without a fault."""

    group: Sequence[Player]
    numbers: Sequence[int]
    clips: int
    seed: int
    noise: float

    def throws(self) -> list[tuple[int, int]]:
        """Return every player with every clip."""
        return [(number, clip) for number in self.numbers for clip in range(self.clips)]

    def card(self, technique: Technique, key: tuple[int, int], name: str = "") -> Card | None:
        """Return what is told of a throw; None for one that is impossible or that the pipeline refuses."""
        try:
            motion = self._motion(technique, key, name)
            seen = analyzed(motion, noise_mm=self.noise, seed=clip_seed(self.seed, *key)).performance
        except (HandballError, ImpossibleFaultError):
            return None
        return {one.name: one for one in judge_stages(read_stages(seen), circumstances_of(seen, technique))}

    def _motion(self, technique: Technique, key: tuple[int, int], name: str) -> Motion:
        def thrown(*size: float) -> Motion:
            faults = tuple(fault(name, one) for one in size)
            return perform(
                self.group[key[0]], technique, rate_hz=RATE_HZ, seed=clip_seed(self.seed, *key), faults=faults,
                variant="overhead",
            )  # fmt: skip

        if name == FEET_STILL:
            return with_feet_still(thrown())
        return _largest(thrown, MADE_AT[name][2]) if name else thrown()


def with_feet_still(motion: Motion) -> Motion:
    """Return a throw from the spot: hips and legs stay as they are at the strike, the arm and trunk move as before."""
    row = int(np.argmin(np.abs(motion.times - motion.time_of("strike"))))
    legs = [
        number for number, name in enumerate(SEGMENTS) if name.endswith(("pelvis", "thigh", "shank", "foot", "toes"))
    ]
    rotations, root = motion.rotations.copy(), motion.root.copy()
    rotations[:, legs] = rotations[row, legs]
    root[:] = root[row]
    return attrs.evolve(motion, root=root, rotations=rotations)


def _largest(thrown: Callable[[float], Motion], size: float) -> Motion:
    """Return the throw with the largest of some sizes of a fault that it can have."""
    for share in _SHARES[:-1]:
        try:
            return thrown(share * size)
        except ImpossibleFaultError:
            continue
    return thrown(_SHARES[-1] * size)


def _thrown(name: str, techniques: Sequence[Technique]) -> list[Technique]:
    of_fault = FAULTS["short_step" if name == FEET_STILL else name][1]
    return [one for one in techniques if one in of_fault]


def _clean_rows(technique: str, cards: Sequence[Card | None]) -> Iterator[LevelRow]:
    for rule in stage_rules():
        own = [card[rule.name] for card in cards if card is not None]
        if not own or technique not in rule.techniques:
            continue
        yield LevelRow(
            technique=technique,
            component=rule.name,
            levels=rule.levels,
            top=share_of([one.level == rule.levels for one in own]),
            lower=share_of([one.level is not None and one.level < rule.levels for one in own]),
            between=share_of([one.between is not None for one in own]),
            untold=share_of([one.level is None and one.between is None for one in own]),
        )


def _lowered_row(name: str, technique: str, clean: Sequence[Card | None], cards: Sequence[Card | None]) -> LoweredRow:
    component, wanted = ("step", 1) if name == FEET_STILL else MADE_AT[name][:2]
    pairs = [(a[component], b[component]) for a, b in zip(clean, cards, strict=True) if a is not None and b is not None]
    return LoweredRow(
        fault=name,
        technique=technique,
        component=component,
        wanted=wanted,
        reached=share_of([b.level is not None and b.level <= wanted for _, b in pairs]),
        dropped=share_of([bool(a.level and b.level and b.level < a.level) for a, b in pairs]),
        untold=share_of([b.level is None for _, b in pairs]),
    )
