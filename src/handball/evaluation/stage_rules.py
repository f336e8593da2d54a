"""The table of levels, `stages.toml`: which questions lead to the level of a component, and what answers them."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, cast

import attrs

from handball.domain.action import KeyActionName
from handball.domain.assessment import StageName
from handball.evaluation.fault_rules import View


@attrs.frozen(kw_only=True)
class StageReading:
    """One measure that answers a question: yes between `low` and `high` (see the head of `stages.toml`)."""

    measure: str
    low: float
    high: float
    least_rate_hz: float
    views: frozenset[View]
    slots: frozenset[str]
    bars_of: str


@attrs.frozen(kw_only=True)
class StageRule:
    """One component: its questions in order, each with the readings that answer it, the best first."""

    name: StageName
    techniques: frozenset[str]
    shown_at: KeyActionName
    questions: tuple[tuple[StageReading, ...], ...]

    @property
    def levels(self) -> int:
        """How many levels there are: one more than questions."""
        return len(self.questions) + 1


@cache
def stage_rules() -> tuple[StageRule, ...]:
    """Return every component in the order of the table.

    Examples
    --------
    >>> [(rule.name, rule.levels) for rule in stage_rules()][:2]
    [('step', 4), ('trunk', 3)]
    """
    table = tomllib.loads((files("handball.evaluation") / "stages.toml").read_text(encoding="utf-8"))
    return tuple(_rule(name, fields) for name, fields in table.items())


def stage_rule(name: str) -> StageRule:
    """Return one component. Raises `KeyError` for an unknown one."""
    return {str(rule.name): rule for rule in stage_rules()}[name]


def _rule(name: str, fields: Mapping[str, Any]) -> StageRule:
    return StageRule(
        name=cast(StageName, name),
        techniques=frozenset(fields["techniques"]),
        shown_at=fields["shown_at"],
        questions=tuple(tuple(_reading(one) for one in question["readings"]) for question in fields["questions"]),
    )


def _reading(fields: Mapping[str, Any]) -> StageReading:
    return StageReading(
        measure=fields["measure"],
        low=float(fields.get("above", -math.inf)),
        high=float(fields.get("below", math.inf)),
        least_rate_hz=float(fields["least_rate_hz"]),
        views=frozenset(fields["views"]),
        slots=frozenset(fields.get("slots", ())),
        bars_of=fields.get("bars_of", ""),
    )
