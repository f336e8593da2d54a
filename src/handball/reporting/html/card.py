"""The report card: the level of each component in words, and what the next one looks like."""

from __future__ import annotations

import math
from collections.abc import Iterator

import attrs

from handball.domain.assessment import Assessment, StageFinding
from handball.languages import Catalog
from handball.reporting.html.wording import amount

_CERTAIN, _ROUND = 0.95, 5


@attrs.frozen(kw_only=True)
class Mark:
    """One component of the card.

    `pips` holds for each level `reached`, `maybe` (one of those in between) or `ahead`. `seen` are pairs of the
    level that a sentence speaks of (empty for the one that is told) and the sentence.
    """

    name: str
    result: str
    alt: str
    pips: tuple[str, ...]
    told: bool
    seen: tuple[tuple[str, str], ...]
    next_title: str
    next: str
    sure: str
    reason: str
    throws: str
    read: tuple[str, ...]


def report_card(assessment: Assessment, catalog: Catalog) -> tuple[Mark, ...]:
    """Put the level of every component into words; nothing for another movement than a throw."""
    return tuple(_mark(one, catalog) for one in assessment.stages)


def level_text(finding: StageFinding, catalog: Catalog) -> str:
    """Say the level, or the levels that it is in between.

    Examples
    --------
    >>> from handball.languages import load_catalog
    >>> level_text(StageFinding(name="step", levels=4, between=(3, 4), confidence=0.9), load_catalog("en"))
    '3 or 4 of 4'
    """
    levels = str(finding.levels)
    if finding.level is not None:
        return catalog.text("stages.level", level=str(finding.level), levels=levels)
    if finding.between is not None:
        low, high = finding.between
        key = "stages.between" if high == low + 1 else "stages.between_many"
        return catalog.text(key, low=str(low), high=str(high), levels=levels)
    return catalog.text("stages.unknown")


def _mark(finding: StageFinding, catalog: Catalog) -> Mark:
    name, result = catalog.text(f"stages.{finding.name}.name"), level_text(finding, catalog)
    level = finding.level
    last = level == finding.levels
    return Mark(
        name=name,
        result=result,
        alt=catalog.text("stages.alt", name=name, level=result),
        pips=tuple(_pip(finding, number) for number in range(1, finding.levels + 1)),
        told=level is not None,
        seen=tuple(_seen(finding, catalog)),
        next_title=catalog.text("stages.keep" if last else "stages.next") if level is not None else "",
        next=catalog.text(f"stages.{finding.name}.next.{level}") if level is not None else "",
        sure=_sure(finding, catalog),
        reason=_reason(finding, catalog),
        throws=_throws(finding, catalog),
        read=tuple(
            catalog.text(f"stages.read.{one.name}", value=amount(catalog, one.value, one.unit, sigma=one.sigma))
            for one in finding.readings
        ),
    )


def _pip(finding: StageFinding, number: int) -> str:
    low, high = finding.between or (finding.level or 0, finding.level or 0)
    if finding.between is not None and low <= number <= high:
        return "maybe"
    return "reached" if number <= low else "ahead"


def _seen(finding: StageFinding, catalog: Catalog) -> Iterator[tuple[str, str]]:
    if finding.level is not None:
        yield "", catalog.text(f"stages.{finding.name}.seen.{finding.level}")
    elif finding.between is not None:
        for level in range(finding.between[0], finding.between[1] + 1):
            title = catalog.text("stages.which", level=str(level))
            yield title, catalog.text(f"stages.{finding.name}.seen.{level}")


def _sure(finding: StageFinding, catalog: Catalog) -> str:
    """Say how sure a level is in steps of 5 %; more than 95 % is no more than that."""
    if not math.isfinite(finding.confidence):
        return ""
    if finding.confidence > _CERTAIN:
        said = catalog.text("stages.very_sure", percent=f"{100 * _CERTAIN:.0f}")
    else:
        said = catalog.text("stages.sure", percent=str(_ROUND * round(100 * finding.confidence / _ROUND)))
    return said if finding.level is not None else catalog.text("stages.together", sure=said)


def _reason(finding: StageFinding, catalog: Catalog) -> str:
    if not finding.reason:
        return ""
    views = ", ".join(catalog.text(f"faults.view.{view}") for view in finding.views)
    rate = catalog.number(finding.least_rate_hz)
    return catalog.text(f"stages.reason.{finding.reason}", views=views, rate_hz=rate)


def _throws(finding: StageFinding, catalog: Catalog) -> str:
    if len(finding.each) < 2 or not any(finding.each):
        return ""
    none = catalog.text("stages.no_level")
    levels = " · ".join(none if level is None else str(level) for level in finding.each)
    return catalog.text("stages.throws", levels=levels)
