"""What is a fault and what a matter of style: how far good throwers differ from each other."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import attrs

from handball.domain.action import KEY_ACTION_NAMES, KeyActionName
from handball.domain.assessment import Finding
from handball.domain.standard import StandardAction
from handball.evaluation.advice import Candidate
from handball.evaluation.fault_rules import THROWS, possible_throws
from handball.evaluation.settings import EvaluationSettings

SURE_SIGMAS = 2.0
FAR_TOLERANCES = 3.0
"""Where no range is known, only a difference of more than so many tolerances is no matter of style."""


def judge_style(
    candidates: Sequence[Candidate], standard: StandardAction, settings: EvaluationSettings
) -> list[Candidate]:
    """Say which differences are no mere matter of style.

    All of them where the standard is a band, whose spread is the tolerance, or the athlete's own throw, or where the
    movement is no throw that the ranges of good throwers are known for.
    """
    no_ranges = not possible_throws(technique_of(standard, settings), None)
    if standard.band is not None or settings.own_standard or no_ranges:
        return list(candidates)
    return [attrs.evolve(one, unusual=is_unusual(one.finding, one.key_action)) for one in candidates]


def technique_of(standard: StandardAction, settings: EvaluationSettings) -> str:
    """Return which technique is evaluated: as set, else as the standard says, else `throw`."""
    known = settings.technique == "throw" and standard.technique in THROWS
    return standard.technique if known else settings.technique


def is_unusual(finding: Finding, key_action: KeyActionName | None) -> bool:
    """Tell whether the learner surely lies outside of what good throwers do, on the side of the difference.

    Surely is by two standard deviations of the learner's own value; a difference of two clips has those of both,
    about evenly.
    """
    if math.isnan(finding.difference):
        return False
    known = normal_range(finding.name, key_action)
    if known is None:
        return abs(finding.difference) > max(FAR_TOLERANCES * finding.tolerance, SURE_SIGMAS * finding.uncertainty)
    outside = finding.performance - known[1] if finding.difference > 0 else known[0] - finding.performance
    return outside > 0 and outside >= SURE_SIGMAS * finding.uncertainty / math.sqrt(2.0)


def normal_range(name: str, key_action: KeyActionName | None) -> tuple[float, float] | None:
    """Return from where to where good throwers lie, in the unit of the quantity; None where that is not known.

    Examples
    --------
    >>> normal_range("least_elbow_angle", None), normal_range("right_elbow_angle", "start")
    ((42.0, 95.0), None)
    """
    if key_action is not None and key_action not in KEY_ACTION_NAMES:
        return None
    found = _table().get(key_action or "throw", {}).get(name)
    return (float(found[0]), float(found[1])) if found else None


@cache
def _table() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((files("handball.evaluation") / "normal_ranges.toml").read_text(encoding="utf-8"))
