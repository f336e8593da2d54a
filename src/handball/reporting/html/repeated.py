"""Several throws of one athlete: how alike they are, how many show what is said, and which one is pictured."""

from __future__ import annotations

import math

import attrs

from handball.domain.assessment import Advice, Assessment, Finding, KeyActionAssessment, Verdict
from handball.languages import Catalog
from handball.reporting.html.wording import amount, quantity_name

_HALF, _TOLERANCES = 100.0, 3.0
_ROWS_A_MOMENT = 3
_FINE = frozenset({"ok", "slight", "large"})


@attrs.frozen(kw_only=True)
class Strip:
    """The differences of one quantity on a line from -100 to 100: a mark for each throw, one for the median.

    `zone` is half the width of what is fine. The ends are three tolerances away, or the farthest throw.
    """

    name: str
    verdict: Verdict
    zone: float
    marks: tuple[float, ...]
    median: float
    said: str
    spread: str
    shown: str
    alt: str


@attrs.frozen(kw_only=True)
class StripGroup:
    """The strips of one key action."""

    moment: str
    strips: tuple[Strip, ...]


@attrs.frozen(kw_only=True)
class ThrowRow:
    """One throw in the list."""

    number: int
    file: str
    place: str
    score: str
    pictured: bool


@attrs.frozen(kw_only=True)
class RepeatedThrows:
    """Everything that the page says of several throws."""

    title: str
    hint: str
    repeatability: str
    meaning: str
    groups: tuple[StripGroup, ...]
    rows: tuple[ThrowRow, ...]


def repeated_throws(assessment: Assessment, catalog: Catalog) -> RepeatedThrows | None:
    """Build the block of several throws; None for a single one."""
    found = assessment.repetition
    if found is None:
        return None
    count = str(len(found.throws))
    spread = found.spread_deg
    return RepeatedThrows(
        title=catalog.text("throws.title", count=count),
        hint=catalog.text("throws.hint", count=count, number=str(found.pictured + 1)),
        repeatability=catalog.text("throws.repeatability", degrees=amount(catalog, spread, "deg"))
        if math.isfinite(spread)
        else catalog.text("throws.no_repeatability"),
        meaning=catalog.text("throws.meaning") if math.isfinite(spread) else "",
        groups=tuple(_group(assessment, moment, catalog) for moment in assessment.key_actions),
        rows=tuple(_row(assessment, number, catalog) for number in range(len(found.throws))),
    )


def shown_text(assessment: Assessment, advice: Advice, catalog: Catalog) -> str:
    """Say how many of several throws show a tip or praise; nothing for a single one."""
    if assessment.repetition is None or advice.shown_in is None:
        return ""
    return _in_throws(advice.shown_in, len(assessment.repetition.throws), catalog)


def _in_throws(shown: int, count: int, catalog: Catalog) -> str:
    return catalog.text("throws.shown", shown=str(shown), count=str(count))


def learner_name(assessment: Assessment, catalog: Catalog) -> str:
    """Name the learner's side of the page: the file, and how many throws stand behind it."""
    name = assessment.performance.path.name
    if assessment.repetition is None:
        return name
    return catalog.text("throws.named", count=str(len(assessment.repetition.throws)), name=name)


def coach_name(assessment: Assessment, catalog: Catalog) -> str:
    """Name the coach's side of the page: the file, and the standard that it stands for."""
    standard, clip = assessment.standard, assessment.standard.reference.path.name
    said = ", ".join(filter(None, (standard.name, standard.group)))
    if not said:
        return clip
    if len(standard.clips) == 1:
        return catalog.text("throws.standard_clip", name=said, clip=clip)
    return catalog.text("throws.standard", name=said, clip=clip, clips=str(len(standard.clips)))


def _row(assessment: Assessment, number: int, catalog: Catalog) -> ThrowRow:
    found = assessment.repetition
    if found is None:
        raise ValueError("a single throw has no list")
    throw = found.throws[number]
    return ThrowRow(
        number=number + 1,
        file=throw.path.name,
        place=catalog.text("throws.place", time=catalog.number(throw.strike, 2)),
        score=catalog.number(throw.score),
        pictured=number == found.pictured,
    )


def _group(assessment: Assessment, moment: KeyActionAssessment, catalog: Catalog) -> StripGroup:
    here = moment.angles
    said = [tip.finding for tip in assessment.advice if tip.key_action == moment.name and tip.finding.each]
    chosen = list(dict.fromkeys([*(one.name for one in said), *(one.name for one in here[:_ROWS_A_MOMENT])]))
    findings = {one.name: one for one in (*here, *assessment.measures, *said)}
    return StripGroup(
        moment=catalog.text(f"key_action.{moment.name}.name"),
        strips=tuple(_strip(findings[name], catalog) for name in chosen if findings[name].verdict != "not_measurable"),
    )


def _strip(finding: Finding, catalog: Catalog) -> Strip:
    every = [one for one in finding.each if math.isfinite(one)]
    scale = _HALF / max([_TOLERANCES * finding.tolerance, *(abs(one) for one in every)])
    difference = amount(catalog, finding.difference, finding.unit, signed=True)
    within = sum(abs(one) <= finding.tolerance for one in every)
    beyond = sum(abs(one) > finding.tolerance and one * finding.difference > 0 for one in every)
    count = len(finding.each)
    name = quantity_name(catalog, finding.name)
    return Strip(
        name=name,
        verdict=finding.verdict,
        zone=round(finding.tolerance * scale, 1),
        marks=tuple(_at(one, scale) for one in every),
        median=_at(finding.difference, scale),
        said=catalog.text(
            "throws.median", difference=difference, uncertainty=amount(catalog, finding.uncertainty, finding.unit)
        ),
        spread=catalog.text("throws.spread", spread=amount(catalog, finding.spread, finding.unit)),
        shown=catalog.text("throws.fine_in", shown=str(within), count=str(count))
        if finding.verdict not in _FINE - {"ok"}
        else catalog.text("throws.differs_in", shown=str(beyond), count=str(count)),
        alt=catalog.text(
            "throws.strip_alt",
            name=name,
            values=", ".join(amount(catalog, one, finding.unit, signed=True) for one in every),
        ),
    )


def _at(value: float, scale: float) -> float:
    return round(value * scale, 1)
