"""Choose what to practise, and what to praise.

Faults of the table come first: they hold for everybody. A mere difference from the standard is a tip only where it is
beyond what good throwers differ by.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import attrs

from handball.domain.action import KeyActionName
from handball.domain.assessment import Advice, FaultFinding, Finding
from handball.domain.skeleton import role_name
from handball.evaluation.fault_rules import fault_rule
from handball.evaluation.faults import in_order
from handball.evaluation.importance import body_part, has_own_tip, replaced_by
from handball.evaluation.score import reliability

MOST_TIPS = 2
PRAISEWORTHY_WEIGHT = 0.6
SLIGHT_WEIGHT = 0.3
"""A slight difference in something less important than this is shown, and not corrected."""
SURE_SIGMAS = 2.0
"""A difference is corrected from this many standard deviations on: one in three clean throws differs
by more than one."""


@attrs.frozen(kw_only=True)
class Candidate:
    """A finding with its moment (None for the throw as a whole) and its weight.

    `unusual` is false where good throwers differ by as much: then it is shown and not corrected.
    """

    finding: Finding
    key_action: KeyActionName | None
    weight: float
    unusual: bool = True

    @property
    def part(self) -> str:
        """Part of the body that it speaks of."""
        return body_part(self.finding.name)

    @property
    def direction(self) -> str:
        """`more` or `less` than the standard."""
        return "more" if self.finding.difference > 0 else "less"

    @property
    def urgency(self) -> tuple[bool, float]:
        """Sort key of tips: large ones first, then importance x size in tolerances x reliability."""
        size = abs(self.finding.difference) / self.finding.tolerance
        return self.finding.verdict == "large", self.weight * size * reliability(self.finding)

    @property
    def worth_a_tip(self) -> bool:
        """Whether to correct it: beyond the tolerance, sure, important, and unusual."""
        return self.beyond and self.unusual

    @property
    def beyond(self) -> bool:
        """Whether it surely stands out from the standard: large, or slight and important."""
        important = self.finding.verdict == "large" or (
            self.finding.verdict == "slight" and self.weight >= SLIGHT_WEIGHT
        )
        return important and abs(self.finding.difference) >= SURE_SIGMAS * self.finding.uncertainty

    @property
    def margin(self) -> float:
        """Share of the tolerance that difference and uncertainty leave; below 0 nothing is certain."""
        return 1 - (abs(self.finding.difference) + self.finding.uncertainty) / self.finding.tolerance


def choose_advice(candidates: Sequence[Candidate], faults: Sequence[FaultFinding] = ()) -> tuple[Advice, ...]:
    """Choose at most two corrections, the most important first.

    Faults that fired come first, in the order of `in_order`. Then differences from the standard that are sure and
    unusual: large ones first, then slight ones that are important. Two corrections never speak of the
    same part of the body at the same moment or in the same direction; a difference never of a part, nor of the
    finish, that a fault speaks of already, so that no two texts contradict each other.
    """
    named = _named_faults(faults)
    taken = {fault_rule(one.name).part for one in named}
    differences = [c for c in candidates if c.worth_a_tip and not _spoken_of(c, taken)]
    differences.sort(key=lambda c: c.urgency, reverse=True)
    chosen: list[Candidate] = []
    for difference in differences:
        tip = _robust_twin(difference, differences)
        if not any(_overlap(tip, earlier) for earlier in chosen):
            chosen.append(tip)
    tips = [Advice(key=advice_key(tip), key_action=tip.key_action, finding=tip.finding) for tip in chosen]
    return (*(fault_advice(one) for one in named), *tips)[:MOST_TIPS]


def fault_advice(fault: FaultFinding) -> Advice:
    """Return the correction of a fault that fired; its finding holds the measure beside the standard's."""
    spread = abs(fault.value - fault.threshold) / fault.beyond if fault.beyond else 1.0
    return Advice(
        key=f"fault.{fault.name}",
        key_action=fault_rule(fault.name).shown_at,
        finding=Finding(
            name=fault.measure,
            unit=fault.unit,
            reference=fault.reference,
            performance=fault.value,
            difference=fault.value - fault.reference,
            tolerance=spread,
            uncertainty=math.hypot(fault.sigma, 0.0 if math.isnan(fault.reference_sigma) else fault.reference_sigma),
            verdict="large",
            exact_frame=False,
        ),
        fault=fault,
    )


def choose_praise(
    candidates: Sequence[Candidate], advice: Sequence[Advice], faults: Sequence[FaultFinding] = ()
) -> Advice | None:
    """Choose something important that is certainly done well, away from the parts under correction or with a fault."""
    corrected = {body_part(tip.finding.name) for tip in advice}
    corrected |= {fault_rule(one.name).part for one in faults if one.status == "fired"}
    good = [
        c
        for c in candidates
        if c.finding.verdict == "ok" and c.margin > 0 and c.weight >= PRAISEWORTHY_WEIGHT and c.part not in corrected
    ]
    if not good:
        return None
    best = max(good, key=lambda c: c.weight * c.margin)
    return Advice(key=f"praise.{role_name(best.finding.name)}", key_action=best.key_action, finding=best.finding)


def advice_key(candidate: Candidate) -> str:
    """Return the key of a correction in the language tables.

    `<name>_<more|less>_at_<key action>` where the moment has a text of its own, else
    `<name>_<more|less>`; the name is by role (`throwing_elbow_angle`).
    """
    general = f"{role_name(candidate.finding.name)}_{candidate.direction}"
    specific = f"{general}_at_{candidate.key_action}"
    return specific if has_own_tip(specific) else general


def _named_faults(faults: Sequence[FaultFinding]) -> list[FaultFinding]:
    """Keep the first fault of each part of the body."""
    named: dict[str, FaultFinding] = {}
    for one in in_order(faults):
        named.setdefault(fault_rule(one.name).part, one)
    return list(named.values())


def _spoken_of(candidate: Candidate, parts: set[str]) -> bool:
    return candidate.part in parts or ("finish" in parts and candidate.key_action == "finish")


def _overlap(tip: Candidate, earlier: Candidate) -> bool:
    if tip.part != earlier.part:
        return False
    same_moment = tip.key_action == earlier.key_action or None in (tip.key_action, earlier.key_action)
    return same_moment or tip.direction == earlier.direction


def _robust_twin(fault: Candidate, faults: Sequence[Candidate]) -> Candidate:
    """Return the measure without an exact frame that says the same at least as strongly, else the fault."""
    if not fault.finding.exact_frame:
        return fault
    said = f"{fault.finding.name}@{fault.key_action}"
    for other in faults:
        same = said in replaced_by(other.finding.name) and other.direction == fault.direction
        if same and other.urgency[0] >= fault.urgency[0]:
            return other
    return fault
