"""Which faults of the table a throw shows: absolute rules, so that no style of another player is a fault."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence

import attrs

from handball.domain.action import KeyActionName, Measure
from handball.domain.assessment import FaultFinding, FaultStatus, Unmeasured
from handball.evaluation.fault_readings import Circumstances
from handball.evaluation.fault_rules import FaultRule, Trigger, fault_rule, fault_rules

SURE_SIGMAS = 2.0
NOMINAL_RATE_SHARE = 0.97
"""A phone's 120 pictures a second are often 119 or 117."""

Readings = Mapping[tuple[str, KeyActionName | None], Measure]
_RANK: Mapping[FaultStatus, int] = {"fired": 3, "undecided": 2, "clear": 1, "not_measurable": 0}


def judge_faults(
    learner: Sequence[Measure], circumstances: Circumstances, coaches: Sequence[Sequence[Measure]] = ()
) -> tuple[FaultFinding, ...]:
    """Judge every fault that the technique can have, in the order of the table.

    Parameters
    ----------
    learner
        What `read_triggers` gives of the throw.
    circumstances
        What decides which faults its clip can show.
    coaches
        The same of each clip of the standard. Where one lies beyond a threshold, its value takes the place of that:
        nobody is corrected for what the coach does as well.

    Returns
    -------
    tuple[FaultFinding, ...]
        One for each fault of the table that a throw of this technique can have; none for another movement.
    """
    own, others = _by_key(learner), [_by_key(one) for one in coaches]
    return tuple(
        _judge_fault(rule, own, circumstances, others)
        for rule in fault_rules()
        if rule.techniques & set(circumstances.techniques)
    )


def in_order(faults: Sequence[FaultFinding]) -> tuple[FaultFinding, ...]:
    """Return the faults that fired, what causes another before that, then by how far each is beyond its threshold."""
    fired = sorted((one for one in faults if one.status == "fired"), key=lambda one: -one.beyond)
    caused = {name for one in fired for name in fault_rule(one.name).causes}
    return tuple(sorted(fired, key=lambda one: one.name in caused))


def combine_faults(each: Sequence[Sequence[FaultFinding]]) -> tuple[FaultFinding, ...]:
    """Combine the faults of several throws of one athlete: a fault stays only if most throws show it.

    Of each fault the throw in the middle stands for all; it fired or is clear where more than half of all throws say
    so, is not measurable where more than half cannot tell, and else is undecided. `each` holds every single status.
    """
    names = list(dict.fromkeys(one.name for throw in each for one in throw))
    return tuple(_combined([one for throw in each for one in throw if one.name == name], len(each)) for name in names)


def _combined(own: Sequence[FaultFinding], throws: int) -> FaultFinding:
    said, times = Counter(one.status for one in own).most_common(1)[0]
    status: FaultStatus = said if 2 * times > throws else "undecided"
    alike = sorted((one for one in own if one.status == status), key=lambda one: one.beyond) or list(own)
    return attrs.evolve(alike[len(alike) // 2], status=status, each=tuple(one.status for one in own))


def _by_key(readings: Sequence[Measure]) -> Readings:
    return {(one.name, one.key_action): one for one in readings}


def _judge_fault(
    rule: FaultRule, own: Readings, circumstances: Circumstances, coaches: Sequence[Readings]
) -> FaultFinding:
    """Let the trigger that speaks loudest stand for the fault."""
    reason = _hindered(rule, circumstances)
    triggers = [one for one in rule.triggers if not one.slots or circumstances.arm_slots & one.slots]
    if reason or not triggers:
        return _unmeasured(rule, reason or "not_seen")
    found = [_judge_trigger(rule, trigger, own, circumstances, coaches) for trigger in triggers]
    return max(found, key=lambda one: (_RANK[one.status], one.beyond if math.isfinite(one.beyond) else -math.inf))


def _hindered(rule: FaultRule, circumstances: Circumstances) -> Unmeasured:
    if circumstances.rate_hz < NOMINAL_RATE_SHARE * rule.least_rate_hz:
        return "rate"
    return "" if set(circumstances.techniques) <= rule.techniques else "kind_unknown"


def _judge_trigger(
    rule: FaultRule, trigger: Trigger, own: Readings, circumstances: Circumstances, coaches: Sequence[Readings]
) -> FaultFinding:
    if not trigger.views & circumstances.views:
        return _unmeasured(rule, "view", trigger)
    key = trigger.measure, trigger.key_action
    measured, others = own[key], [one[key] for one in coaches if math.isfinite(one[key].value)]
    lacking = not (math.isfinite(measured.value) and math.isfinite(measured.sigma))
    if lacking or (trigger.from_coach and not others):
        return _unmeasured(rule, "needs_ball" if trigger.from_coach else "not_seen", trigger)
    way = 1.0 if trigger.above else -1.0
    fixed = attrs.evolve(measured, value=trigger.threshold(circumstances.techniques), sigma=0.0)
    border, middle = _border(trigger, fixed, others), _middle(others)
    excess, sigma = way * (measured.value - border.value), math.hypot(measured.sigma, border.sigma)
    return FaultFinding(
        name=rule.name,
        status=_status(excess, sigma),
        measure=trigger.measure,
        key_action=trigger.key_action,
        unit=measured.unit,
        value=measured.value,
        sigma=measured.sigma,
        threshold=border.value,
        above=trigger.above,
        beyond=excess / trigger.spread,
        reference=middle.value if middle else math.nan,
        reference_sigma=middle.sigma if middle else math.nan,
        views=rule.cameras,
        least_rate_hz=rule.least_rate_hz,
    )


def _border(trigger: Trigger, threshold: Measure, coaches: Sequence[Measure]) -> Measure:
    """Return what a fault lies beyond: the threshold, counted from the coach or moved to where the coach is."""
    coach = _middle(coaches)
    if trigger.from_coach and coach:
        return attrs.evolve(coach, value=coach.value + threshold.value)
    way = 1.0 if trigger.above else -1.0
    return max((threshold, *coaches), key=lambda one: way * one.value)


def _status(excess: float, sigma: float) -> FaultStatus:
    """Judge by two standard deviations on either side of the threshold; nothing else is certain.

    Examples
    --------
    >>> _status(10.0, 4.0), _status(7.0, 4.0), _status(-9.0, 4.0)
    ('fired', 'undecided', 'clear')
    """
    if abs(excess) < SURE_SIGMAS * sigma or excess == 0:
        return "undecided"
    return "fired" if excess > 0 else "clear"


def _unmeasured(rule: FaultRule, reason: Unmeasured, trigger: Trigger | None = None) -> FaultFinding:
    return FaultFinding(
        name=rule.name,
        status="not_measurable",
        reason=reason,
        measure=trigger.measure if trigger else "",
        key_action=trigger.key_action if trigger else None,
        unit="",
        value=math.nan,
        sigma=math.nan,
        threshold=math.nan,
        above=trigger.above if trigger else False,
        beyond=math.nan,
        views=rule.cameras,
        least_rate_hz=rule.least_rate_hz,
    )


def _middle(measures: Sequence[Measure]) -> Measure | None:
    return sorted(measures, key=lambda one: one.value)[len(measures) // 2] if measures else None
