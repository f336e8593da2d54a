"""Curves of the page as plain numbers: angles over the coach's time, elbow height over each one's own time."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyAction
from handball.domain.assessment import Assessment, Finding
from handball.domain.performance import Performance
from handball.languages import Catalog
from handball.reporting.html.gaps import middle_value
from handball.reporting.html.stage import body_height
from handball.reporting.html.wording import quantity_name

_AROUND_S, _LITERAL_WITHIN_S = 0.4, 1.0
_RANK = {"large": 0, "slight": 1, "ok": 2, "not_distinguishable": 2, "not_measurable": 3}
Numbers = list[float | None]


def angle_curves(assessment: Assessment, catalog: Catalog) -> dict[str, Any]:
    """Return all angles on the coach's rows of the path, those that differ most first.

    `times` are seconds from the coach's strike; missing values are None.
    """
    reference = assessment.standard.reference
    rows = np.unique(assessment.alignment.path[:, 0])
    partners = [assessment.alignment.transferred(int(row)) for row in rows]
    strike = reference.key_actions["strike"].time
    return {
        "rows": rows.tolist(),
        "times": numbers(reference.angles.times[rows] - strike, 4),
        "curves": [_angle(assessment, catalog, name, rows, partners) for name in _interesting(assessment)],
    }


def _angle(
    assessment: Assessment, catalog: Catalog, name: str, rows: NDArray[np.int64], partners: list[int]
) -> dict[str, Any]:
    reference, performance = assessment.standard.reference, assessment.performance
    coach = _unwrapped(reference.angles.curve(name)[rows])
    if name not in performance.angles.names:
        learner = np.full(len(rows), np.nan)
    else:
        learner = performance.angles.curve(name)[partners]
    learner = coach + _wrapped(learner - coach)
    low, high = _band(assessment, name, rows, coach)
    return {
        "name": name,
        "label": quantity_name(catalog, name),
        "coach": numbers(coach, 1),
        "learner": numbers(learner, 1),
        "low": low,
        "high": high,
        "fine": [_tolerance(found.angles, name) for found in assessment.key_actions],
    }


def _band(
    assessment: Assessment, name: str, rows: NDArray[np.int64], coach: NDArray[np.float64]
) -> tuple[Numbers, Numbers]:
    """Mean minus and plus one spread of several coach clips, on the rows of the path; empty for one clip."""
    band, reference = assessment.standard.band, assessment.standard.reference
    if band is None:
        return [], []
    column, first = reference.angles.names.index(name), reference.action_rows.start
    inside = (rows >= first) & (rows < first + len(band.mean_deg))
    at = np.clip(rows - first, 0, len(band.mean_deg) - 1)
    mean = np.where(inside, coach + _wrapped(band.mean_deg[at, column] - coach), np.nan)
    spread = band.spread_deg[at, column]
    return numbers(mean - spread, 1), numbers(mean + spread, 1)


def _tolerance(findings: tuple[Finding, ...], name: str) -> float | None:
    found = next((finding for finding in findings if finding.name == name), None)
    return round(found.tolerance, 1) if found and np.isfinite(found.tolerance) else None


def _interesting(assessment: Assessment) -> list[str]:
    """Sort the angles: the ones under correction, then faults by size, then the others by importance at their best."""
    advised = [advice.finding.name for advice in assessment.advice]
    worst: dict[str, tuple[int, int, float]] = {}
    for found in assessment.key_actions:
        for place, finding in enumerate(found.angles):
            fault = finding.verdict in ("large", "slight")
            order = -abs(finding.difference) / finding.tolerance if fault else float(place)
            rank = (finding.name not in advised, _RANK[finding.verdict], order)
            worst[finding.name] = min(worst.get(finding.name, rank), rank)
    return sorted(worst, key=lambda name: worst[name])


def elbow_curves(assessment: Assessment, catalog: Catalog) -> dict[str, Any]:
    """Return the height of the throwing elbow above the hips in % of body height, on each one's own time.

    `from` and `to` say which part is shown: the action, and what the literal rule took near it.
    """
    coach = _elbow(assessment.standard.reference, [found.reference for found in assessment.key_actions])
    learner = _elbow(assessment.performance, [found.performance for found in assessment.key_actions])
    times = [mark["time"] for clip in (coach, learner) for mark in clip["marks"]]
    first, last = min(times), max(times)
    times += [
        mark["time"]
        for clip in (coach, learner)
        for mark in clip["literal"]
        if first - _LITERAL_WITHIN_S <= mark["time"] <= last + _LITERAL_WITHIN_S
    ]
    return {
        "label": catalog.text("curves.elbow"),
        "from": round(min(times) - _AROUND_S, 4),
        "to": round(max(times) + _AROUND_S, 4),
        "coach": coach,
        "learner": learner,
    }


def _elbow(clip: Performance, marks: list[KeyAction]) -> dict[str, Any]:
    body = clip.body
    above = body.joint("right_elbow")[:, 2] - body.middle("left_hip", "right_hip")[:, 2]
    strike = clip.key_actions["strike"].time

    names = {mark.name for mark in marks}

    def placed(found: list[KeyAction]) -> list[dict[str, Any]]:
        return [{"name": mark.name, "time": round(mark.time - strike, 4), "row": mark.row} for mark in found]

    return {
        "times": numbers(body.times - strike, 4),
        "values": numbers(100 * above / body_height(body), 1),
        "marks": placed(marks),
        "literal": placed([mark for mark in clip.key_actions.literal if mark.name in names]),
    }


def numbers(values: NDArray[np.float64], digits: int) -> Numbers:
    """Round an array for JSON; None where a value is missing.

    Examples
    --------
    >>> numbers(np.array([1.26, np.nan]), 1)
    [1.3, None]
    """
    return [round(float(value), digits) if np.isfinite(value) else None for value in values]


def _wrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    return (degrees + 180.0) % 360.0 - 180.0


def _unwrapped(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Undo jumps of 360 degrees between neighbors; gaps stay gaps."""
    there = np.flatnonzero(np.isfinite(degrees))
    result = degrees.copy()
    result[there] = np.unwrap(degrees[there], period=360.0)
    turns = np.round(middle_value(result - _wrapped(result), 0.0) / 360.0)
    whole: NDArray[np.float64] = result - 360.0 * turns
    return whole
