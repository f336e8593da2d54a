"""The result: what differs from the standard, by how much, how sure, and what to practise."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.action import KeyAction, KeyActionName
from handball.domain.alignment import Alignment
from handball.domain.performance import Notice, Performance
from handball.domain.standard import StandardAction

Verdict = Literal["ok", "slight", "large", "not_distinguishable", "not_measurable"]


@attrs.frozen(kw_only=True)
class Finding:
    """One quantity of both clips and their difference (performance minus reference).

    Attributes
    ----------
    name
        Name of the angle or measure in right-handed form (see `Performance`).
    unit
        `deg`, `ms`, `%`, `arm_lengths`, `body_heights` or empty.
    reference, performance, difference
        NaN where it cannot be measured.
    tolerance
        Differences up to here are fine.
    uncertainty
        One standard deviation of the difference.
    exact_frame
        Whether the value hangs on one exact frame (and so on the frame rate).
    """

    name: str
    unit: str
    reference: float
    performance: float
    difference: float
    tolerance: float
    uncertainty: float
    verdict: Verdict
    exact_frame: bool = True


@attrs.frozen(kw_only=True)
class KeyActionAssessment:
    """One key action on both sides with the differences of its angles."""

    name: KeyActionName
    reference: KeyAction
    performance: KeyAction
    angles: tuple[Finding, ...]


@attrs.frozen(kw_only=True)
class Advice:
    """One correction: a key of the language tables, and the finding that asks for it.

    `key_action` is None for a measure of the whole throw.
    """

    key: str
    key_action: KeyActionName | None
    finding: Finding


@attrs.frozen(kw_only=True)
class Assessment:
    """A performance measured against a standard.

    `advice` holds at most two corrections, the most important first; `praise` is something that is
    certainly done well, or None when nothing is certain.
    """

    standard: StandardAction
    performance: Performance
    alignment: Alignment
    key_actions: tuple[KeyActionAssessment, ...]
    measures: tuple[Finding, ...]
    score: float
    advice: tuple[Advice, ...]
    praise: Advice | None
    notices: tuple[Notice, ...]

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.score <= 100:
            raise ValueError(f"score must lie in 0..100, found {self.score}")
        if len(self.advice) > 2:
            raise ValueError(f"at most two corrections, found {len(self.advice)}")

    @property
    def mirrored(self) -> bool:
        """Whether the performance was mirrored to throw with the standard's hand."""
        return self.performance.hand != self.standard.reference.hand
