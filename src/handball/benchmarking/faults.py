"""Whether each fault of the table fires on itself and on nothing else: `handball bench faults`."""

from __future__ import annotations

import itertools
import json
import math
from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from handball.benchmarking.alignment import Progress
from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.synthetic_throws import THROWS, Throw, analyzed, clip_seed, roster
from handball.domain.action import Measure
from handball.domain.assessment import FaultFinding
from handball.domain.ball import Release
from handball.domain.performance import Performance
from handball.errors import HandballError
from handball.evaluation.fault_readings import circumstances_of, read_triggers
from handball.evaluation.fault_rules import FaultRule, Trigger, fault_rules
from handball.evaluation.faults import in_order, judge_faults
from handball.synthesis.faults import FAULTS, ImpossibleFaultError, fault
from handball.synthesis.motion import Motion, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player

RATE_HZ = 120.0
TWICE = 2.0
_SIDE_EVERY = 4
"""Every fourth clip is thrown from the side."""
_PARTS = {"torso_lengths": 0.01}
"""What a unit of a size is in the unit of its measure, inverted: per cent of a torso make torso lengths."""
_SIZED = {"no_follow_through": "hand_to_opposite_hip"}
_NEARLY_ALL = 0.99
_EXACT_S = 0.002
"""One standard deviation of a true release."""
_PROPORTION = (0.5, 2.0)
"""By how much a fault may be made smaller or larger for what its measure shows of it."""


@attrs.frozen(kw_only=True)
class CleanRow:
    """One measure of clean throws: where it lies, and how many are beyond the threshold it began with and has now.

    `began` and `median`, `spread` are of the players that thresholds were fitted to, `silent` of all others.
    """

    fault: str
    technique: str
    measure: str
    median: float
    spread: float
    start: float
    threshold: float
    began: Share
    silent: Share


@attrs.frozen(kw_only=True)
class FiredRow:
    """One fault put into throws of players that nothing was fitted to; some may have a smaller one, their largest."""

    fault: str
    technique: str
    size: float
    unit: str
    capped: bool
    fires: Share
    first: Share


@attrs.frozen(kw_only=True)
class FaultBenchmark:
    """The tables: clean throws by measure, faults put in, and how many clean throws show any fault at all."""

    players: int
    clips: int
    seed: int
    smaller: int
    clean: tuple[CleanRow, ...]
    fired: tuple[FiredRow, ...]
    silent: Share
    silent_unknown: Share

    def to_table(self) -> str:
        """Return the tables as Markdown text."""
        return "\n".join([*self._clean_lines(), "", *self._fired_lines()])

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)

    def _clean_lines(self) -> Iterator[str]:
        yield (
            f"Synthetic, true joints at {RATE_HZ:g} Hz; {self.players} players, {self.clips} clips each, "
            f"seed {self.seed}. Median and spread (one standard deviation) of players with even numbers, whom "
            "refitted thresholds come from; silent: clips of the others without this fault."
        )
        yield ""
        yield "| fault | technique | measure | median | spread | began with | beyond that | threshold | silent |"
        yield "| --- | --- | --- | ---: | ---: | ---: | --- | ---: | --- |"
        for row in self.clean:
            began = f"{row.start if math.isfinite(row.start) else row.threshold:.3g} | {row.began}"
            yield (
                f"| {row.fault} | {row.technique} | {row.measure} | {row.median:.3g} | {row.spread:.2g} "
                f"| {began} | {row.threshold:.3g} | {row.silent} |"
            )
        yield ""
        yield (
            f"Clean throws of the others without any fault: {self.silent}; "
            f"where the program is not told which throw it is: {self.silent_unknown}."
        )

    def _fired_lines(self) -> Iterator[str]:
        yield (
            "Faults put into throws of players with odd numbers, as large as brings the median player twice as far "
            f"as the threshold (as the measure shows it); {self.smaller} throws cannot have so large a fault and "
            "have the largest that they can."
        )
        yield ""
        yield "| fault | technique | size | fires | told first |"
        yield "| --- | --- | ---: | --- | --- |"
        for row in self.fired:
            size = f"{row.size:.3g} {row.unit}" + (" (largest there is)" if row.capped else "")
            yield f"| {row.fault} | {row.technique} | {size} | {row.fires} | {row.first} |"


@attrs.frozen(kw_only=True)
class _Seen:
    """One throw: who threw what, and what was read from it; of another player's, what faults are counted from."""

    player: int
    technique: Technique
    clip: int
    smaller: bool
    readings: tuple[Measure, ...]
    performance: Performance
    coach: tuple[Measure, ...] = ()

    @property
    def fitted(self) -> bool:
        """Whether thresholds may have been fitted to this player."""
        return self.player % 2 == 0

    def value(self, trigger: Trigger) -> float:
        """Return what the throw shows of a trigger."""
        keys = {(one.name, one.key_action): one.value for one in self.readings}
        return keys[trigger.measure, trigger.key_action]

    def judged(self, *, known: bool = True) -> tuple[FaultFinding, ...]:
        """Judge the throw, told which technique it is or not."""
        seen = circumstances_of(self.performance, self.technique if known else "throw")
        return judge_faults(self.readings, seen, [self.coach] if self.coach else [])

    def against(self, coach: _Seen) -> _Seen:
        """Return the throw beside another one, of which only that counts which faults are counted from."""
        counted = {trigger.measure for rule in fault_rules() for trigger in rule.triggers if trigger.from_coach}
        known = (one if one.name in counted else attrs.evolve(one, value=math.nan) for one in coach.readings)
        return attrs.evolve(self, coach=tuple(known))


def run(
    *,
    players: int = 16,
    clips: int = 4,
    seed: int = 2020,
    techniques: Sequence[Technique] = THROWS,
    progress: Progress | None = None,
) -> FaultBenchmark:
    """Let players throw cleanly and with every fault of the table, and read the faults from true joints at 120 Hz.

    Parameters
    ----------
    players
        At least 3: thresholds may have been fitted to those with even numbers, the others are measured on.
    """
    stage = _Stage(group=roster(players), clips=clips, seed=seed)
    clean = _beside_coaches(
        [one for technique in techniques for number in range(players) for one in stage.throws(technique, number)]
    )
    plan, coaches = list(_planned(clean, techniques)), _coaches(clean)
    fired: list[FiredRow] = []
    smaller = 0
    for done, rough in enumerate(plan, start=1):
        planned = _proportioned(rough, clean, stage)
        seen = [
            one.against(coaches[planned.technique, number])
            for number in range(1, players, 2)
            for one in stage.throws(planned.technique, number, planned)
            if (planned.technique, number) in coaches
        ]
        smaller += sum(one.smaller for one in seen)
        fired.append(_fired_row(planned, [one.judged() for one in seen]))
        if progress is not None:
            progress(done, len(plan))
    others = [one for one in clean if not one.fitted]
    return FaultBenchmark(
        players=players,
        clips=clips,
        seed=seed,
        smaller=smaller,
        clean=tuple(_clean_rows(clean, techniques)),
        fired=tuple(fired),
        silent=share_of([not in_order(one.judged()) for one in others]),
        silent_unknown=share_of([not in_order(one.judged(known=False)) for one in others]),
    )


def _coaches(clean: Sequence[_Seen]) -> dict[tuple[Technique, int], _Seen]:
    """Return a clean throw of the player before each one, by technique and player."""
    return {(one.technique, one.player + 1): one for one in reversed(clean)}


def _beside_coaches(clean: Sequence[_Seen]) -> list[_Seen]:
    coaches = _coaches(clean)
    keys = [(one.technique, one.player) for one in clean]
    return [one.against(coaches[key]) if key in coaches else one for one, key in zip(clean, keys, strict=True)]


@attrs.frozen(kw_only=True)
class _Planned:
    """A fault of a size that is put into throws of a technique; `capped` is the largest that a body can do.

    `trigger` is what it is sized by, `away` how far it shall move that.
    """

    name: str
    technique: Technique
    size: float
    unit: str
    capped: bool
    trigger: Trigger
    away: float


@attrs.frozen(kw_only=True)
class _Stage:
    """Lets players throw; clip n of a player is the same throw with and without a fault."""

    group: Sequence[Player]
    clips: int
    seed: int

    def throws(self, technique: Technique, number: int, planned: _Planned | None = None) -> Iterator[_Seen]:
        """Yield the throws of one player that are possible and that the pipeline takes for throws."""
        for clip in range(self.clips):
            found = self.throw(technique, number, clip, planned)
            if found is not None:
                yield found

    def throw(self, technique: Technique, number: int, clip: int, planned: _Planned | None) -> _Seen | None:
        """Return one throw; with the largest fault that it can have, where the planned one is too large."""
        size, smaller = planned.size if planned else 0.0, False
        try:
            motion = self._motion(technique, number, clip, planned, size)
        except ImpossibleFaultError as error:
            size, smaller = _NEARLY_ALL * error.largest, True
            try:
                motion = self._motion(technique, number, clip, planned, size)
            except ImpossibleFaultError:
                return None
        try:
            seen = _with_release(analyzed(motion, seed=clip_seed(self.seed, number, clip)))
        except HandballError:
            return None
        return _Seen(
            player=number,
            technique=technique,
            clip=clip,
            smaller=smaller,
            readings=read_triggers(seen, seen.key_actions.marks),
            performance=seen,
        )

    def _motion(self, technique: Technique, number: int, clip: int, planned: _Planned | None, size: float) -> Motion:
        return perform(
            self.group[number],
            technique,
            rate_hz=RATE_HZ,
            seed=clip_seed(self.seed, number, clip),
            faults=(fault(planned.name, size),) if planned else (),
            variant="side" if clip % _SIDE_EVERY == _SIDE_EVERY - 1 else "overhead",
        )


def _with_release(throw: Throw) -> Performance:
    """Return a throw with the true release of its ball."""
    moment = throw.motion.ball.release_time
    release = None if moment is None else Release(time=moment, sigma_s=_EXACT_S, evidence=math.inf)
    return attrs.evolve(throw.performance, release=release)


def _planned(clean: Sequence[_Seen], techniques: Sequence[Technique]) -> Iterator[_Planned]:
    """Plan every fault for every technique: twice as far from the median player as the threshold is."""
    for rule in fault_rules():
        for technique in (one for one in techniques if rule.triggers and one in rule.techniques):
            yield from _sizes(rule, technique, clean)


def _sizes(rule: FaultRule, technique: Technique, clean: Sequence[_Seen]) -> Iterator[_Planned]:
    unit, _, largest = FAULTS[rule.name]
    sized = _SIZED.get(rule.name, rule.triggers[0].measure)
    ways = [trigger for trigger in rule.triggers if trigger.measure == sized]
    for trigger in ways:
        median, _spread = _statistics(clean, technique, trigger)
        away = TWICE * abs(_limit(trigger, technique, median) - median) * _PARTS.get(unit, 1.0)
        sign = 1.0 if trigger.above or len(ways) == 1 else -1.0
        yield _Planned(
            name=rule.name,
            technique=technique,
            size=sign * min(away, largest),
            unit=unit,
            capped=away > largest,
            trigger=trigger,
            away=away / _PARTS.get(unit, 1.0),
        )


def _proportioned(planned: _Planned, clean: Sequence[_Seen], stage: _Stage) -> _Planned:
    """Make a fault so much larger or smaller that its measure shows the change that is wanted.

    The first clips of the players that thresholds are fitted to tell how much of a fault the measure shows: a bent
    elbow makes the hand fastest later, when it is less bent.
    """
    before = {
        one.player: one.value(planned.trigger)
        for one in clean
        if one.fitted and one.clip == 0 and one.technique == planned.technique
    }
    after = [stage.throw(planned.technique, number, 0, planned) for number in before]
    shown = [
        abs(one.value(planned.trigger) - before[one.player]) for one in after if one is not None and not one.smaller
    ]
    change = float(np.nanmedian(shown)) if shown else math.nan
    if not change > 0:
        return planned
    largest = FAULTS[planned.name][2]
    size = abs(planned.size) * float(np.clip(planned.away / change, *_PROPORTION))
    sized = math.copysign(min(size, largest), planned.size)
    return attrs.evolve(planned, size=sized, capped=size > largest)


def _fired_row(planned: _Planned, judged: Sequence[Sequence[FaultFinding]]) -> FiredRow:
    orders = [[one.name for one in in_order(found)] for found in judged]
    return FiredRow(
        fault=planned.name,
        technique=planned.technique,
        size=planned.size,
        unit=planned.unit,
        capped=planned.capped,
        fires=share_of([planned.name in order for order in orders]),
        first=share_of([order[:1] == [planned.name] for order in orders]),
    )


def _clean_rows(clean: Sequence[_Seen], techniques: Sequence[Technique]) -> Iterator[CleanRow]:
    for rule in fault_rules():
        for trigger, technique in itertools.product(rule.triggers, techniques):
            if technique not in rule.techniques:
                continue
            own = [one for one in clean if one.technique == technique and _holds(trigger, one)]
            median, spread = _statistics(clean, technique, trigger)
            limit = _limit(trigger, technique, median)
            start = trigger.start if math.isfinite(trigger.start) else limit
            beyond = [(one.value(trigger) > start) == trigger.above for one in own if one.fitted]
            silent = [
                not any(found.name == rule.name and found.status == "fired" for found in one.judged())
                for one in own
                if not one.fitted
            ]
            yield CleanRow(
                fault=rule.name,
                technique=technique,
                measure=trigger.measure,
                median=median,
                spread=spread,
                start=start,
                threshold=limit,
                began=share_of(beyond),
                silent=share_of(silent),
            )


def _limit(trigger: Trigger, technique: Technique, median: float) -> float:
    """Return the threshold; one that counts from the coach, from the median player."""
    return trigger.threshold((technique,)) + (median if trigger.from_coach else 0.0)


def _holds(trigger: Trigger, one: _Seen) -> bool:
    return not trigger.slots or one.performance.key_actions.arm_slot in trigger.slots


def _statistics(clean: Sequence[_Seen], technique: Technique, trigger: Trigger) -> tuple[float, float]:
    """Return median and standard deviation of a measure over the clean throws that thresholds are fitted to."""
    own = [one.value(trigger) for one in clean if one.fitted and one.technique == technique and _holds(trigger, one)]
    return float(np.nanmedian(own)), float(np.nanstd(own, ddof=1))
