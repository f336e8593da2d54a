"""Faults of the table as a coach reads them: what was measured against which border, and what could not be seen."""

from __future__ import annotations

import math
from collections.abc import Mapping

import attrs

from handball.domain.assessment import Assessment, FaultFinding, FaultStatus, Verdict
from handball.languages import Catalog
from handball.reporting.html.wording import amount

_ICONS: Mapping[FaultStatus, Verdict] = {
    "fired": "large",
    "clear": "ok",
    "undecided": "not_distinguishable",
    "not_measurable": "not_measurable",
}


@attrs.frozen(kw_only=True)
class FaultRow:
    """One fault of the list: its name, the icon of a verdict, the result in words, and what was measured."""

    name: str
    icon: Verdict
    result: str
    measured: str
    times: str


def fault_rows(assessment: Assessment, catalog: Catalog) -> tuple[FaultRow, ...]:
    """Put every fault that was looked for into words, those that fired first."""
    order = sorted(assessment.faults, key=lambda one: tuple(_ICONS).index(one.status))
    return tuple(_row(one, catalog) for one in order)


def fault_name(fault: FaultFinding, catalog: Catalog) -> str:
    """Name a fault as coaches do."""
    return catalog.text(f"advice.fault.{fault.name}.name")


def fact_text(fault: FaultFinding, catalog: Catalog) -> str:
    """Say what was measured and what is wanted."""
    key = f"advice.fault.{fault.name}.fact.{fault.measure}"
    if not catalog.has(key):
        key += "_above" if fault.above else "_below"
    return catalog.text(
        key,
        value=amount(catalog, fault.value, fault.unit, sigma=fault.sigma),
        threshold=amount(catalog, fault.threshold, fault.unit),
    )


def _row(fault: FaultFinding, catalog: Catalog) -> FaultRow:
    throws = len(fault.each)
    shown = {"times": str(fault.each.count("fired")), "throws": str(throws)}
    return FaultRow(
        name=fault_name(fault, catalog),
        icon=_ICONS[fault.status],
        result=_result(fault, catalog),
        measured=_measured(fault, catalog),
        times=catalog.text("faults.throws", **shown) if throws > 1 and fault.status != "not_measurable" else "",
    )


def _result(fault: FaultFinding, catalog: Catalog) -> str:
    if fault.status == "not_measurable" and fault.reason:
        seen_from = [catalog.text(f"faults.view.{view}") for view in fault.views]
        values = {"rate_hz": catalog.number(fault.least_rate_hz), "views": ", ".join(seen_from)}
        return catalog.text(f"faults.reason.{fault.reason}", **values)
    return catalog.text(f"faults.{fault.status}")


def _measured(fault: FaultFinding, catalog: Catalog) -> str:
    return fact_text(fault, catalog) if math.isfinite(fault.value) else ""
