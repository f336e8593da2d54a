"""At which level each component of the overarm throw is, and how sure that is.

Levels after Roberton and Halverson 1984 (docs/explanation/stages.md). Each question of a component is answered with a
probability: that of a normal distribution around what was read, with its standard deviation, between the thresholds.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Mapping, Sequence

import attrs
import numpy as np

from handball.domain.action import Measure
from handball.domain.assessment import StageFinding, Unmarked
from handball.evaluation.fault_readings import Circumstances
from handball.evaluation.fault_rules import VIEWS
from handball.evaluation.faults import NOMINAL_RATE_SHARE
from handball.evaluation.stage_rules import StageReading, StageRule, stage_rules

SURE_ENOUGH = 0.6
"""A level is told from this probability on."""
LIKELY_TOGETHER = 0.8
"""Neighboring levels are told together ("2 or 3") from this probability of all of them on."""
_UNKNOWN = 0.5
_JUMP = "jump_shot"


@attrs.frozen(kw_only=True)
class _Answer:
    """How likely a question is answered yes; without a reading, why."""

    yes: float
    reading: Measure | None = None
    lacking: StageReading | None = None
    reason: Unmarked = ""


def judge_stages(readings: Sequence[Measure], circumstances: Circumstances) -> tuple[StageFinding, ...]:
    """Tell the level of every component, in the order of the table.

    Parameters
    ----------
    readings
        What `read_stages` gives of the throw.
    circumstances
        What decides which readings its clip can show.

    Returns
    -------
    tuple[StageFinding, ...]
        One for each component; none for another movement than a throw.
    """
    if not circumstances.techniques:
        return ()
    known = {one.name: one for one in readings}
    return tuple(_judge(rule, known, circumstances) for rule in stage_rules())


def combine_stages(each: Sequence[Sequence[StageFinding]]) -> tuple[StageFinding, ...]:
    """Combine the levels of several throws of one athlete: of each the mean probability, as far as half can tell.

    A level is told where the throws together are sure enough of it. Teachers mark the level that most of several
    throws show (the modal level). `each` holds what every single throw was told.
    """
    names = list(dict.fromkeys(one.name for throw in each for one in throw))
    return tuple(_combined([one for throw in each for one in throw if one.name == name], len(each)) for name in names)


def level_probabilities(yes: Sequence[float]) -> tuple[float, ...]:
    """Return the probability of each level from the probabilities that questions are answered yes, in their order.

    Examples
    --------
    >>> level_probabilities([1.0, 0.75])
    (0.0, 0.25, 0.75)
    """
    reached = [1.0, *itertools.accumulate(yes, lambda so_far, one: so_far * one)]
    return (*(before - after for before, after in itertools.pairwise(reached)), reached[-1])


def chance_between(value: float, sigma: float, low: float, high: float) -> float:
    """Return the probability that a quantity, read with one standard deviation, lies between two thresholds.

    Examples
    --------
    >>> chance_between(10.0, 2.0, 10.0, math.inf), chance_between(14.0, 0.0, 10.0, 12.0)
    (0.5, 0.0)
    """
    if sigma <= 0:
        return float(low < value < high)
    return _below((high - value) / sigma) - _below((low - value) / sigma)


def _below(deviations: float) -> float:
    return 0.5 * (1.0 + math.erf(deviations / math.sqrt(2.0)))


def _judge(rule: StageRule, known: Mapping[str, Measure], circumstances: Circumstances) -> StageFinding:
    hindered = _hindered(rule, circumstances)
    if hindered:
        return StageFinding(name=rule.name, levels=rule.levels, reason=hindered)
    answers = [_answer(question, known, circumstances) for question in rule.questions]
    read = tuple(one.reading for one in answers if one.reading is not None)
    if not read:
        return _with_lack(StageFinding(name=rule.name, levels=rule.levels), answers)
    finding = _told(
        StageFinding(
            name=rule.name,
            levels=rule.levels,
            probabilities=level_probabilities([one.yes for one in answers]),
            readings=read,
        )
    )
    return finding if finding.level is not None else _with_lack(finding, answers)


def _hindered(rule: StageRule, circumstances: Circumstances) -> Unmarked:
    possible = set(circumstances.techniques)
    if possible <= rule.techniques:
        return ""
    return "jump" if possible == {_JUMP} else "kind_unknown"


def _answer(question: Sequence[StageReading], known: Mapping[str, Measure], circumstances: Circumstances) -> _Answer:
    """Answer a question by the first reading that the clip can show; else say what the best one lacks."""
    lacks = [(reading, _lack(reading, known[reading.measure], circumstances)) for reading in question]
    for reading, lack in lacks:
        if not lack:
            found = known[reading.measure]
            return _Answer(yes=chance_between(found.value, found.sigma, reading.low, reading.high), reading=found)
    return _Answer(yes=_UNKNOWN, lacking=lacks[0][0], reason=lacks[0][1])


def _lack(reading: StageReading, found: Measure, circumstances: Circumstances) -> Unmarked:
    if not reading.views & circumstances.views or (reading.slots and not reading.slots & circumstances.arm_slots):
        return "view"
    if circumstances.rate_hz < NOMINAL_RATE_SHARE * reading.least_rate_hz:
        return "rate"
    return "" if math.isfinite(found.value) and math.isfinite(found.sigma) else "not_seen"


def _with_lack(finding: StageFinding, answers: Sequence[_Answer]) -> StageFinding:
    """Say what is lacking for a level: the first question that nothing answers, or mere doubt."""
    lack = next((one for one in answers if one.lacking is not None), None)
    if lack is None or lack.lacking is None:
        return attrs.evolve(finding, reason="unsure")
    seen = tuple(view for view in VIEWS if view in lack.lacking.views) or ("space",)
    return attrs.evolve(finding, reason=lack.reason, views=seen, least_rate_hz=lack.lacking.least_rate_hz)


def _told(finding: StageFinding) -> StageFinding:
    """Tell the level that is likely enough, else the fewest neighbors that are so together."""
    chances = np.array(finding.probabilities)
    best = int(chances.argmax())
    if chances[best] >= SURE_ENOUGH:
        return attrs.evolve(finding, level=best + 1, confidence=float(chances[best]))
    spans = [
        (low, low + width)
        for width in range(1, finding.levels - 1)
        for low in range(finding.levels - width)
        if chances[low : low + width + 1].sum() >= LIKELY_TOGETHER
    ]
    if not spans:
        return finding
    narrow = [one for one in spans if one[1] - one[0] == spans[0][1] - spans[0][0]]
    low, high = max(narrow, key=lambda one: chances[one[0] : one[1] + 1].sum())
    return attrs.evolve(finding, between=(low + 1, high + 1), confidence=float(chances[low : high + 1].sum()))


def _combined(own: Sequence[StageFinding], throws: int) -> StageFinding:
    """Average what the throws that can tell say; the readings are those of the throw in the middle."""
    levels = tuple(one.level for one in own)
    told = [one for one in own if one.probabilities]
    if 2 * len(told) < throws or not told:
        dumb = next((one for one in own if not one.probabilities), own[0])
        return attrs.evolve(dumb, each=levels)
    mean = np.mean([one.probabilities for one in told], axis=0)
    middle = min(told, key=lambda one: float(np.abs(np.array(one.probabilities) - mean).sum()))
    bare = StageFinding(name=middle.name, levels=middle.levels, probabilities=tuple(mean.tolist()), each=levels)
    finding = attrs.evolve(_told(bare), readings=middle.readings)
    if finding.level is not None:
        return finding
    lack = next((one for one in told if one.reason not in ("", "unsure")), None)
    if lack is None:
        sure = [one.level for one in told if one.level is not None]
        return attrs.evolve(finding, reason="throws_differ" if len(set(sure)) > 1 else "unsure")
    return attrs.evolve(finding, reason=lack.reason, views=lack.views, least_rate_hz=lack.least_rate_hz)
