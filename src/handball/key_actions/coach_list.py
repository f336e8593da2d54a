"""The coach's list of key actions: what each one is, and whether the list makes sense before any clip is seen."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import combinations
from pathlib import Path

import attrs

from handball.domain.action import EVENT_NAMES, KEY_ACTION_NAMES, AnchorName, KeyActionName
from handball.key_actions.techniques_table import AUTOMATIC, CURVE_RULES, near, shipped_key_actions, wrong

_LIKE: Mapping[str, AnchorName] = {"landing": "finish"}
"""The anchor that an event or what the arm does is like; the cocking where none stands here."""


@attrs.frozen(kw_only=True)
class Criterion:
    """How a key action is found, and what the report calls it; empty words are those of the language.

    Attributes
    ----------
    rule
        `automatic`, an event, what the arm does, or the key action that it lies `after_ms` from.
    name, what
        What it is called, and what happens.
    after_ms
        Milliseconds after another key action, before it where negative; 0 for every other rule.
    like
        The anchor whose tolerances and weights hold; empty where the rule says so.
    """

    rule: str = ""
    name: str = ""
    what: str = ""
    after_ms: float = 0.0
    like: str = ""


def role_of(name: KeyActionName, criteria: Mapping[KeyActionName, Criterion]) -> AnchorName:
    """Return the anchor that a key action is, or whose tolerances and weights hold for it."""
    own = next((one for one in KEY_ACTION_NAMES if one in (name, criteria[name].like)), None)
    if own is not None:
        return own
    criterion = criteria[name]
    return role_of(criterion.rule, criteria) if criterion.after_ms else _LIKE.get(criterion.rule, "cocking")


def check_coach_list(
    name: str,
    ordered: Sequence[KeyActionName],
    beside: Sequence[KeyActionName],
    criteria: Mapping[KeyActionName, Criterion],
    path: Path | None,
) -> dict[KeyActionName, Criterion]:
    """Return the criteria of the anchors, of what technique `name` compares, and of what that lies a time from.

    Parameters
    ----------
    name
        Of the technique.
    ordered, beside
        What it compares: as listed in order of time, and what is described beside that in no order.
    criteria
        Of everything that is described.
    path
        The coach's file.

    Raises
    ------
    InvalidConfigError
        When one has no rule or name, hangs on itself, is the same moment as another, or when the order of the list is
        impossible.
    """
    needed: dict[KeyActionName, Criterion] = {one: criteria[one] for one in KEY_ACTION_NAMES}
    for one in (*ordered, *beside):
        if one not in KEY_ACTION_NAMES:
            needed |= _with_bases(name, one, criteria, path)
    for first, second in combinations((*ordered, *beside), 2):
        if _moment(needed[first]) is not None and _moment(needed[first]) == _moment(needed[second]):
            raise wrong(path, f"{first} and {second} of [{name}] are the same moment ({needed[first].rule})")
    for first, second in combinations(ordered, 2):
        if _precedes(second, first, needed):
            raise wrong(path, f"compare of [{name}] has {first} before {second}, and {second} comes first in a throw")
    return needed


def _with_bases(
    technique: str, name: KeyActionName, criteria: Mapping[KeyActionName, Criterion], path: Path | None
) -> dict[KeyActionName, Criterion]:
    """Follow a key action to those that it lies a fixed time from; check each on the way."""
    found: dict[KeyActionName, Criterion] = {}
    while name not in KEY_ACTION_NAMES:
        where = f"[{technique}.key_actions.{name}]"
        if name in found:
            raise wrong(path, f"{where} hangs on itself: let it lie a time from an event or another key action")
        _check_whole(name, criteria.get(name, Criterion()), where, path)
        found[name] = criteria[name]
        if not criteria[name].after_ms:
            break
        name = criteria[name].rule
    return found


def _check_whole(name: KeyActionName, criterion: Criterion, where: str, path: Path | None) -> None:
    if not criterion.rule or criterion.rule == AUTOMATIC:
        raise wrong(path, f"{where} needs a rule{near(name, KEY_ACTION_NAMES)}")
    if not criterion.name and name not in shipped_key_actions():
        raise wrong(path, f"{where} needs a name, which the report can call it{near(name, KEY_ACTION_NAMES)}")
    timed = criterion.rule in KEY_ACTION_NAMES or criterion.rule not in (*EVENT_NAMES, *CURVE_RULES)
    if timed and not criterion.after_ms:
        raise wrong(
            path, f"{where} is found by {criterion.rule} and needs after_ms: how much later, negative if earlier"
        )
    if criterion.rule in CURVE_RULES and criterion.after_ms:
        raise wrong(path, f"{where} has after_ms, which needs the name of another key action as rule")


def _moment(criterion: Criterion) -> tuple[str, float] | None:
    """Return what a key action hangs on; None for the rules that only anchors have."""
    return None if criterion.rule == AUTOMATIC else (criterion.rule, criterion.after_ms)


def _precedes(first: KeyActionName, second: KeyActionName, criteria: Mapping[KeyActionName, Criterion]) -> bool:
    """Whether one key action surely comes before another: anchors, events, and times from one moment, each among them.

    What an offset hangs on counts as well: 50 ms before the strike is before the finish.
    """
    (base, after), (other, later) = _base(first, criteria), _base(second, criteria)
    if base == other:
        return after < later
    return after <= 0 <= later and any(
        base in order and other in order and order.index(base) < order.index(other)
        for order in (KEY_ACTION_NAMES, EVENT_NAMES)
    )


def _base(name: KeyActionName, criteria: Mapping[KeyActionName, Criterion]) -> tuple[str, float]:
    """Return the anchor, event or rule that a key action hangs on in the end, and how much later it is."""
    criterion = criteria[name]
    if criterion.after_ms:
        base, after = _base(criterion.rule, criteria)
        return base, after + criterion.after_ms
    return (name if criterion.rule == AUTOMATIC else criterion.rule), 0.0
