"""The table of faults, `faults.toml`: what fires them, from where they are seen, what they cause."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import attrs

from handball.domain.action import KeyActionName, ThrowKind

View = Literal["front", "diagonal", "side", "space"]
"""From where a camera looks at the throw; `space` stands for joints measured in space."""

VIEWS: tuple[View, ...] = ("front", "diagonal", "side")

THROWS: Mapping[str, ThrowKind] = {"jump_shot": "jump", "standing_shot": "standing", "pass": "standing"}
"""Techniques that the faults are about, and whether they are thrown in a jump."""


@attrs.frozen(kw_only=True)
class Trigger:
    """One measure that tells a fault.

    Attributes
    ----------
    measure, key_action
        What is read, and at which key action (None for the throw as a whole).
    above
        Whether the fault lies above the threshold; else below.
    thresholds
        By technique; `start` is what the table began with, where good throwers did not keep to it, else NaN.
    spread
        One standard deviation between good throwers.
    from_coach
        Whether the threshold counts from what the coach shows, not from 0: nothing is told without that.
    views, slots
        From where it is seen, and for which arm slots it holds (all where empty).
    """

    measure: str
    key_action: KeyActionName | None
    above: bool
    thresholds: Mapping[str, float]
    start: float
    spread: float
    from_coach: bool
    views: frozenset[View]
    slots: frozenset[str]

    def threshold(self, techniques: Iterable[str]) -> float:
        """Return the threshold that forgives most among those of the techniques that a throw may be."""
        known = [self.thresholds[one] for one in techniques if one in self.thresholds]
        return max(known) if self.above else min(known)


@attrs.frozen(kw_only=True)
class FaultRule:
    """One fault of the table (see the head of `faults.toml`)."""

    name: str
    techniques: frozenset[str]
    least_rate_hz: float
    part: str
    shown_at: KeyActionName
    causes: frozenset[str]
    triggers: tuple[Trigger, ...]

    @property
    def cameras(self) -> tuple[View, ...]:
        """From where one camera sees the fault; `space` alone where none does."""
        seen = {view for trigger in self.triggers for view in trigger.views}
        return tuple(view for view in VIEWS if view in seen) or (("space",) if seen else ())


@cache
def fault_rules() -> tuple[FaultRule, ...]:
    """Return every fault in the order of the table.

    Examples
    --------
    >>> [rule.name for rule in fault_rules()][:2]
    ['low_elbow', 'short_draw']
    """
    table = tomllib.loads((files("handball.evaluation") / "faults.toml").read_text(encoding="utf-8"))
    return tuple(_rule(name, fields) for name, fields in table.items())


def fault_rule(name: str) -> FaultRule:
    """Return one fault. Raises `KeyError` for an unknown one."""
    return {rule.name: rule for rule in fault_rules()}[name]


def possible_throws(technique: str, kind: ThrowKind | None) -> tuple[str, ...]:
    """Return the techniques that a throw may be, as far as technique and jump are known; none for another movement.

    Examples
    --------
    >>> possible_throws("throw", "standing")
    ('standing_shot', 'pass')
    >>> possible_throws("pass", None), possible_throws("dribble", None)
    (('pass',), ())
    """
    if technique in THROWS:
        return (technique,)
    return tuple(name for name, jumps in THROWS.items() if technique == "throw" and kind in (None, jumps))


def _rule(name: str, fields: Mapping[str, Any]) -> FaultRule:
    techniques = frozenset(fields["techniques"])
    return FaultRule(
        name=name,
        techniques=techniques,
        least_rate_hz=float(fields["least_rate_hz"]),
        part=fields["part"],
        shown_at=fields["shown_at"],
        causes=frozenset(fields.get("causes", ())),
        triggers=tuple(_trigger(trigger, techniques) for trigger in fields.get("triggers", ())),
    )


def _trigger(fields: Mapping[str, Any], techniques: frozenset[str]) -> Trigger:
    above = "above" in fields
    limit = fields["above" if above else "below"]
    every = limit if isinstance(limit, Mapping) else dict.fromkeys(techniques, limit)
    return Trigger(
        measure=fields["measure"],
        key_action=fields.get("at"),
        above=above,
        thresholds={name: float(value) for name, value in every.items()},
        start=float(fields.get("start", "nan")),
        spread=float(fields["spread"]),
        from_coach=bool(fields.get("from_coach", False)),
        views=frozenset(fields["views"]),
        slots=frozenset(fields.get("slots", ())),
    )
