"""Findings as a coach reads them: names by role, `18° more bent ± 6°`, verdict words and a small gauge."""

from __future__ import annotations

import math

import attrs

from handball.domain.assessment import Finding, Verdict
from handball.domain.skeleton import role_name
from handball.languages import Catalog

_UNITS = {"deg": "deg", "ms": "ms", "%": "percent", "arm_lengths": "arm_lengths", "body_heights": "body_heights",
          "m/s": "m/s", "deg/s": "deg/s"}  # fmt: skip
_FINE_UNITS = frozenset({"arm_lengths", "body_heights"})
_GREY = frozenset({"not_distinguishable", "not_measurable"})
_GAUGE_HALF, _GAUGE_TOLERANCES = 100.0, 3.0


@attrs.frozen(kw_only=True)
class Gauge:
    """A difference on a line from -100 to 100: half width of the fine zone, the mark, and its error bar."""

    zone: float
    mark: float
    low: float
    high: float


@attrs.frozen(kw_only=True)
class FindingText:
    """One finding in words; the coach's value and the difference add up to the learner's as they are printed."""

    name: str
    verdict: Verdict
    verdict_text: str
    phrase: str
    uncertainty: str
    reference: str
    performance: str
    difference: str
    tolerance: str
    arrow: str
    grey: bool
    gauge: Gauge | None
    exact_frame: bool


def quantity_name(catalog: Catalog, name: str) -> str:
    """Name an angle or measure of right-handed form by role."""
    return catalog.text(f"{_table(catalog, name)}.name")


def amount(catalog: Catalog, value: float, unit: str, signed: bool = False, sigma: float | None = None) -> str:
    r"""Write a value with its unit, and with one standard deviation where `sigma` is given; a dash where it is missing.

    Examples
    --------
    >>> from handball.languages import load_catalog
    >>> amount(load_catalog("en"), 65.2, "deg", sigma=3.1).replace("\xa0", " ")
    '65 ± 3°'
    """
    if not math.isfinite(value):
        return catalog.number(value)
    number = catalog.number(value, _digits(unit))
    if signed and number.strip("0.,") and value > 0:
        number = f"+{number}"
    if sigma is not None:
        number += f"\N{NO-BREAK SPACE}±\N{NO-BREAK SPACE}{catalog.number(sigma, _digits(unit))}"
    return catalog.text(f"unit.{_UNITS[unit]}", number=number) if unit in _UNITS else number


def short(catalog: Catalog, written: str, unit: str) -> str:
    """Leave the number alone where the unit is words: on a picture there is room for a few letters.

    Examples
    --------
    >>> from handball.languages import load_catalog
    >>> short(load_catalog("en"), "0.42 body heights", "body_heights"), short(load_catalog("en"), "47°", "deg")
    ('0.42', '47°')
    """
    if unit not in _FINE_UNITS:
        return written
    return written.removesuffix(catalog.text(f"unit.{unit}", number=""))


def finding_text(catalog: Catalog, finding: Finding) -> FindingText:
    """Put one finding into words; values that cannot be measured are not printed."""
    seen = finding.verdict != "not_measurable"

    def value(number: float, signed: bool = False) -> str:
        return amount(catalog, number if seen else math.nan, finding.unit, signed)

    return FindingText(
        name=quantity_name(catalog, finding.name),
        verdict=finding.verdict,
        verdict_text=catalog.text(f"verdict.{finding.verdict}"),
        phrase=_phrase(catalog, finding) if seen else "",
        uncertainty=f"±\N{NO-BREAK SPACE}{value(finding.uncertainty)}" if seen else "",
        reference=value(finding.reference),
        performance=value(_printed_performance(finding)),
        difference=value(finding.difference, signed=True),
        tolerance=value(finding.tolerance),
        arrow=_arrow(catalog, finding) if seen else "none",
        grey=finding.verdict in _GREY,
        gauge=_gauge(finding) if seen else None,
        exact_frame=finding.exact_frame,
    )


def _printed_performance(finding: Finding) -> float:
    """Add the rounded difference to the rounded reference: 47 and 4 lower must not read 42."""
    digits = _digits(finding.unit)
    value = round(finding.reference, digits) + round(finding.difference, digits)
    return (value + 180.0) % 360.0 - 180.0 if finding.unit == "deg" and abs(value) > 180.0 else value


def _digits(unit: str) -> int:
    return 2 if unit in _FINE_UNITS else 0


def _table(catalog: Catalog, name: str) -> str:
    role = role_name(name)
    return f"angle.{role}" if catalog.has(f"angle.{role}.name") else f"measure.{role}"


def _phrase(catalog: Catalog, finding: Finding) -> str:
    """Say by how much and which way, as `18° more bent`."""
    if finding.verdict == "not_distinguishable":
        return amount(catalog, finding.difference, finding.unit, signed=True)
    if _arrow(catalog, finding) == "same":
        return catalog.text("page.same")
    way = "plus" if finding.difference > 0 else "minus"
    word = catalog.text(f"{_table(catalog, finding.name)}.{way}")
    return f"{amount(catalog, abs(finding.difference), finding.unit)} {word}"


def _arrow(catalog: Catalog, finding: Finding) -> str:
    if not math.isfinite(finding.difference) or finding.verdict == "not_distinguishable":
        return "none"
    number = catalog.number(finding.difference, _digits(finding.unit))
    if not number.strip("0.,"):
        return "same"
    return "up" if finding.difference > 0 else "down"


def _gauge(finding: Finding) -> Gauge | None:
    numbers = (finding.difference, finding.tolerance, finding.uncertainty)
    if not all(map(math.isfinite, numbers)) or finding.tolerance <= 0:
        return None
    scale = _GAUGE_HALF / (_GAUGE_TOLERANCES * finding.tolerance)

    def at(value: float) -> float:
        return round(max(-_GAUGE_HALF, min(_GAUGE_HALF, value * scale)), 1)

    low, high = finding.difference - finding.uncertainty, finding.difference + finding.uncertainty
    return Gauge(zone=round(finding.tolerance * scale, 1), mark=at(finding.difference), low=at(low), high=at(high))
