"""Do two sets of throws of one novice get the same first tip? `handball bench repeat`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import attrs
import numpy as np

from handball.benchmarking.alignment import Progress
from handball.benchmarking.fault_tips import degree_faults
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.rendered import RenderedThrow, rendered_throws
from handball.benchmarking.rendered_pairs import coach_for, sets_of
from handball.benchmarking.synthetic_throws import THROWS, analyzed, clip_seed, roster
from handball.config import Settings
from handball.domain.assessment import Assessment
from handball.domain.performance import Performance
from handball.domain.standard import StandardAction
from handball.errors import HandballError
from handball.evaluation.repeated import combine
from handball.pipeline import Hooks, build_standard, compare
from handball.pipeline.comparison import evaluation_settings
from handball.synthesis.dataset import set_hash
from handball.synthesis.faults import ImpossibleFaultError, fault
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player

_RATE_HZ = 120.0
_LEAST_DEG, _MOST_DEG = 25.0, 40.0


@attrs.frozen(kw_only=True)
class RepeatedTips:
    """Shares over novices: the same first tip (or none) both times, and any tip, from single throws and from sets."""

    source: str
    novices: int
    refused: int
    throws: int
    seed: int
    same_of_sets: Share
    same_of_single: Share
    any_of_sets: Share
    any_of_single: Share

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        rows = ((f"{self.throws} throws", self.same_of_sets, self.any_of_sets),
                ("one throw", self.same_of_single, self.any_of_single))  # fmt: skip
        return "\n".join(
            [
                f"Synthetic, {self.source}; {self.novices} novices, each with one fault, against a throw of another "
                f"player, seed {self.seed}; {self.refused} refused",
                "",
                "| evaluated twice | the same first tip, or none, both times | any tip |",
                "| --- | --- | --- |",
                *(f"| {name} | {same} | {any_} |" for name, same, any_ in rows),
            ]
        )

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


@attrs.frozen(kw_only=True)
class _Novice:
    number: int
    player: int
    coach: int
    technique: Technique
    fault: Fault


def run(
    *, novices: int = 48, throws: int = 3, noise_mm: float = 0.0, seed: int = 2020, progress: Progress | None = None
) -> RepeatedTips:
    """Let every novice throw twice as often as a set has throws, and hold the first tips of both sets together."""
    group = roster()
    found: list[tuple[list[Assessment], list[Assessment]]] = []
    for done, one in enumerate(_novices(novices, len(group), seed), start=1):
        try:
            every = _assessed(group, one, 2 * throws, noise_mm, seed)
            found.append((every[:throws], every[throws:]))
        except (HandballError, ImpossibleFaultError):
            pass
        if progress is not None:
            progress(done, novices)
    source = f"true joints at 120 Hz with {noise_mm:g} mm noise, faults of 25 to 40 degrees"
    return _shares(found, source, novices, throws, seed)


def run_rendered(
    folder: Path,
    *,
    throws: int = 3,
    seed: int = 2020,
    settings: Settings | None = None,
    progress: Progress | None = None,
) -> RepeatedTips:
    """Do the same with a rendered set of sessions: the first throws of a novice, and as many after them.

    A throw that is refused is left out of its set, as `handball evaluate` does.
    """
    settings = settings or Settings()
    every = list(rendered_throws(folder, settings=settings, progress=progress))
    rng = np.random.default_rng([seed, 23])
    found: list[tuple[list[Assessment], list[Assessment]]] = []
    novices = 0
    for session in sets_of(every, 2 * throws):
        coach = coach_for(session[0], every, rng) if session[0].truth.faults else None
        if coach is None or coach.performance is None:
            continue
        novices += 1
        standard = build_standard([coach.performance], Hooks())
        first, second = (_compared(standard, half, settings) for half in (session[:throws], session[throws:]))
        if first and second:
            found.append((first, second))
    return _shares(found, f"pictures of {len(every)} clips, set {set_hash(folder)}", novices, throws, seed)


def _compared(standard: StandardAction, throws: Sequence[RenderedThrow], settings: Settings) -> list[Assessment]:
    """Compare each throw that was not refused."""
    found = []
    for one in throws:
        if one.performance is None:
            continue
        with suppress(HandballError):
            found.append(compare(standard, one.performance, settings, Hooks()))
    return found


def _shares(
    found: Sequence[tuple[list[Assessment], list[Assessment]]], source: str, novices: int, throws: int, seed: int
) -> RepeatedTips:
    """Compare the first tips of both sets, and those of the first throws of both."""
    sets = [(_first(_combined(one)), _first(_combined(two))) for one, two in found]
    single = [(_first(one[0]), _first(two[0])) for one, two in found]
    return RepeatedTips(
        source=source,
        novices=len(found),
        refused=novices - len(found),
        throws=throws,
        seed=seed,
        same_of_sets=share_of([one == two for one, two in sets]),
        same_of_single=share_of([one == two for one, two in single]),
        any_of_sets=share_of([one != "" for one, _ in sets]),
        any_of_single=share_of([one != "" for one, _ in single]),
    )


def _novices(count: int, players: int, seed: int) -> Iterator[_Novice]:
    rng = np.random.default_rng([seed, 17])
    for number in range(count):
        player, technique = number % players, THROWS[number // players % len(THROWS)]
        name, size = str(rng.choice(degree_faults(technique))), float(rng.uniform(_LEAST_DEG, _MOST_DEG))
        coach = (player + 1 + int(rng.integers(players - 1))) % players
        yield _Novice(number=number, player=player, coach=coach, technique=technique, fault=fault(name, size))


def _assessed(group: Sequence[Player], one: _Novice, throws: int, noise_mm: float, seed: int) -> list[Assessment]:
    settings, hooks = Settings(), Hooks()

    def thrown(player: int, clip: int, faults: tuple[Fault, ...] = ()) -> Performance:
        own = clip_seed(seed, player, 10 * one.number + clip)
        motion = perform(group[player], one.technique, rate_hz=_RATE_HZ, seed=own, faults=faults, variant="overhead")
        return analyzed(motion, noise_mm=noise_mm, seed=own, settings=settings).performance

    standard = build_standard([thrown(one.coach, 9)], hooks)
    return [compare(standard, thrown(one.player, clip, (one.fault,)), settings, hooks) for clip in range(throws)]


def _combined(every: Sequence[Assessment]) -> Assessment:
    return combine(every, evaluation_settings(Settings()))


def _first(assessment: Assessment) -> str:
    return assessment.advice[0].key if assessment.advice else ""
