"""The result: what differs from the standard, by how much, how sure, and what to practise."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path
from typing import Literal

import attrs

from handball.domain.action import KeyAction, KeyActionName, Measure
from handball.domain.alignment import Alignment
from handball.domain.performance import Notice, Performance
from handball.domain.standard import StandardAction

FIRST_ANGLES = 3
"""So many angles of each key action stand on the first screen of a report."""
Verdict = Literal["ok", "slight", "large", "not_distinguishable", "not_measurable"]
FaultStatus = Literal["fired", "clear", "undecided", "not_measurable"]
Unmeasured = Literal["", "needs_ball", "view", "rate", "not_seen", "kind_unknown"]
StageName = Literal["step", "trunk", "backswing", "upper_arm", "forearm"]
Unmarked = Literal["", "view", "rate", "not_seen", "kind_unknown", "jump", "unsure", "throws_differ"]


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
    each, spread
        Of several throws: the difference of each one (NaN where it cannot be measured), and one standard deviation
        between them. `performance` and `difference` are then medians.
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
    each: tuple[float, ...] = ()
    spread: float = float("nan")

    @property
    def told(self) -> bool:
        """Whether the clips tell if this is fine or not."""
        return self.verdict in ("ok", "slight", "large")


@attrs.frozen(kw_only=True)
class KeyActionAssessment:
    """One key action on both sides with the differences of its angles."""

    name: KeyActionName
    reference: KeyAction
    performance: KeyAction
    angles: tuple[Finding, ...]

    @property
    def first(self) -> tuple[Finding, ...]:
        """The most important angles, those of the report's first screen."""
        return self.angles[:FIRST_ANGLES]


@attrs.frozen(kw_only=True)
class FaultFinding:
    """Whether one fault of the table shows in a throw, told by the measure that speaks loudest.

    Attributes
    ----------
    name
        Name of the fault (see docs/explanation/faults.md).
    status
        `fired`: beyond the threshold, and by two standard deviations; `clear`: as surely within it;
        `undecided`: neither.
    reason
        Why nothing could be measured; empty else.
    measure, key_action, unit
        What was measured, and at which key action (None for the throw as a whole).
    value, sigma
        Of the throw, one standard deviation; NaN where it cannot be measured.
    threshold
        Border of the fault, moved to the coach's value where a coach lies beyond that of the table.
    above
        Whether the fault is to lie above the threshold; else below.
    beyond
        How far the value is beyond the threshold, in standard deviations between good throwers; negative within.
    reference, reference_sigma
        The same measure of the standard, with one standard deviation; NaN where it has none.
    views, least_rate_hz
        From where a camera sees it (`front`, `diagonal`, `side`; `space` where only joints in space do), and the
        pictures a second that it needs.
    each
        Of several throws: the status of each one.
    """

    name: str
    status: FaultStatus
    reason: Unmeasured = ""
    measure: str
    key_action: KeyActionName | None
    unit: str
    value: float
    sigma: float
    threshold: float
    above: bool
    beyond: float
    reference: float = float("nan")
    reference_sigma: float = float("nan")
    views: tuple[str, ...] = ()
    least_rate_hz: float = 0.0
    each: tuple[FaultStatus, ...] = ()


@attrs.frozen(kw_only=True)
class StageFinding:
    """At which level of its development one component of the overarm throw is, as teachers mark it.

    Attributes
    ----------
    name
        Component (see docs/explanation/stages.md).
    probabilities
        Of each level from 1 on, as far as the error bars of its readings tell; they add up to 1, empty where
        nothing can be told.
    level
        The level, from 1; None where none is likely enough.
    between
        Lowest and highest of the levels that it is in between; None where one is told, or none can be excluded.
    confidence
        Probability of `level`, or of all of `between`; NaN without either.
    reason
        Why there is no level; empty where there is one.
    views, least_rate_hz
        What the reading that is lacking needs; empty and 0 where none is.
    readings
        What was read, one a question.
    each
        Of several throws: the level of each one.
    """

    name: StageName
    levels: int
    probabilities: tuple[float, ...] = ()
    level: int | None = None
    between: tuple[int, int] | None = None
    confidence: float = float("nan")
    reason: Unmarked = ""
    views: tuple[str, ...] = ()
    least_rate_hz: float = 0.0
    readings: tuple[Measure, ...] = ()
    each: tuple[int | None, ...] = ()


@attrs.frozen(kw_only=True)
class Advice:
    """One correction: a key of the language tables, and the finding that asks for it.

    `key_action` is None for a measure of the whole throw. `shown_in` says how many of several throws show it.
    `fault` is the fault of the table that the correction names; None for a mere difference from the standard.
    """

    key: str
    key_action: KeyActionName | None
    finding: Finding
    shown_in: int | None = None
    fault: FaultFinding | None = None


@attrs.frozen(kw_only=True)
class SingleThrow:
    """One of several throws: its file, when its strike was (real seconds of the file), and its own score."""

    path: Path
    strike: float
    score: float


@attrs.frozen(kw_only=True)
class Repetition:
    """The throws behind one assessment.

    Attributes
    ----------
    throws
        In the order in which they were thrown.
    pictured
        Number of the throw nearest to the median, whose pictures and curves are shown.
    spread_deg
        Repeatability: the median standard deviation, between the throws, of the angles of the first screen.
        NaN where none can be measured in two throws.
    """

    throws: tuple[SingleThrow, ...]
    pictured: int
    spread_deg: float

    def __attrs_post_init__(self) -> None:
        if len(self.throws) < 2:
            raise ValueError(f"a repetition has at least two throws, found {len(self.throws)}")
        if not 0 <= self.pictured < len(self.throws):
            raise ValueError(f"pictured {self.pictured} is not one of {len(self.throws)} throws")


@attrs.frozen(kw_only=True)
class Assessment:
    """A performance measured against a standard.

    `advice` holds at most two corrections, the most important first; `praise` is something that is
    certainly done well, or None when nothing is certain. `key_actions` are those of the coach's list that both clips
    show, in the standard's order; `left_out` the anchors that are not on the list, without angles. `repetition` is
    None for a single throw; else the findings are medians and `performance` is the throw nearest to them. `faults`
    holds every fault of the table that the technique can have, `stages` the level of each component of the throw,
    `usual` whether differences beyond the tolerance were left out of the tips because good players differ by as much.
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
    repetition: Repetition | None = None
    faults: tuple[FaultFinding, ...] = ()
    stages: tuple[StageFinding, ...] = ()
    usual: bool = False
    left_out: tuple[KeyActionAssessment, ...] = ()

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.score <= 100:
            raise ValueError(f"score must lie in 0..100, found {self.score}")
        if len(self.advice) > 2:
            raise ValueError(f"at most two corrections, found {len(self.advice)}")

    def moment(self, name: KeyActionName) -> KeyActionAssessment:
        """Return a key action that was compared, or an anchor. Raises `KeyError` for any other name."""
        found = {one.name: one for one in (*self.left_out, *self.key_actions)}
        return found[name]

    @property
    def measure_keys(self) -> tuple[tuple[str, KeyActionName | None], ...]:
        """Name and key action of each measure that was compared, in the order of `measures`."""
        names = {one.name for one in self.key_actions}
        return compared_measures(self.standard.reference, self.performance, names)

    @property
    def told(self) -> tuple[int, int]:
        """How many angles of the first screens the clips can tell, and how many there are."""
        first = [finding for moment in self.key_actions for finding in moment.first]
        return sum(finding.told for finding in first), len(first)

    @property
    def mirrored(self) -> bool:
        """Whether the performance was mirrored to throw with the standard's hand."""
        return self.performance.hand != self.standard.reference.hand


def compared_measures(
    reference: Performance, performance: Performance, names: Collection[KeyActionName]
) -> tuple[tuple[str, KeyActionName | None], ...]:
    """Name every measure of two clips, the reference's first, that belongs to the whole throw or a named key action."""
    keys = dict.fromkeys((one.name, one.key_action) for clip in (reference, performance) for one in clip.measures)
    return tuple(key for key in keys if key[1] is None or key[1] in names)
