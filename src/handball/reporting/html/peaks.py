"""Order of the peak speeds and tempo: one small timeline for both throws, and the gaps in ms."""

from __future__ import annotations

import itertools
import math
from typing import Literal

import attrs

from handball.domain.assessment import Assessment
from handball.domain.performance import Performance
from handball.languages import Catalog
from handball.reporting.html.figures import Role
from handball.reporting.html.wording import FindingText, amount, finding_text

PARTS = ("pelvis", "trunk", "elbow", "hand")
Order = Literal["in_order", "unsure", "out_of_order", "unseen"]
_GAPS = ("pelvis_to_trunk", "trunk_to_elbow", "elbow_to_hand")
_LEFT, _RIGHT = 84.0, 348.0


@attrs.frozen(kw_only=True)
class PeakMark:
    """One peak on the timeline: horizontal place, half width of its error bar, time and speed in words."""

    part: str
    name: str
    x: float
    half: float
    time: str
    speed: str


@attrs.frozen(kw_only=True)
class PeakLane:
    """The peaks of one throw, and what can be said of the order pelvis, trunk, elbow, hand.

    `order` is `unsure` where no peak comes surely too early and some neighbors, named in `close`, are nearer
    to each other than one standard deviation; `unseen` where fewer than two peaks are `seen`.
    """

    role: Role
    marks: tuple[PeakMark, ...]
    order: Order
    seen: tuple[str, ...]
    close: tuple[str, ...]


@attrs.frozen(kw_only=True)
class PeakChart:
    """Both lanes on one axis in ms around the strike, with ticks (place, text)."""

    lanes: tuple[PeakLane, ...]
    strike_x: float
    ticks: tuple[tuple[float, str], ...]
    gaps: tuple[FindingText, ...]


@attrs.frozen(kw_only=True)
class Tempo:
    """Time from cocking to strike of both throws, and what is said of the difference."""

    reference: str
    performance: str
    finding: FindingText | None


@attrs.frozen(kw_only=True)
class _Axis:
    low: float
    high: float

    def at(self, ms: float) -> float:
        share = (ms - self.low) / (self.high - self.low)
        return round(_LEFT + (_RIGHT - _LEFT) * min(1.0, max(0.0, share)), 1)

    def per_ms(self) -> float:
        return (_RIGHT - _LEFT) / (self.high - self.low)


def build_peaks(assessment: Assessment, catalog: Catalog) -> PeakChart:
    """Build the timeline of both throws."""
    clips = (assessment.standard.reference, assessment.performance)
    times = [ms for clip in clips for ms in (*_peak_times(clip).values(), _cocking(clip)) if math.isfinite(ms)]
    low, high = min([-200.0, *times]), max([40.0, *times])
    axis = _Axis(low=low - 30, high=high + 30)
    step = 100 if axis.high - axis.low <= 700 else 200
    ticks = [ms for ms in range(-4000, 4001, step) if axis.low <= ms <= axis.high]
    gaps = [finding for finding in assessment.measures if finding.name in _GAPS]
    return PeakChart(
        lanes=(_lane("coach", clips[0], axis, catalog), _lane("learner", clips[1], axis, catalog)),
        strike_x=axis.at(0.0),
        ticks=tuple((axis.at(ms), catalog.number(ms)) for ms in ticks),
        gaps=tuple(finding_text(catalog, finding) for finding in gaps),
    )


def build_tempo(assessment: Assessment, catalog: Catalog) -> Tempo:
    """Take the tempo from its finding where there is one, else from the key actions."""
    found = next((finding for finding in assessment.measures if finding.name == "cocking_to_strike"), None)
    text = finding_text(catalog, found) if found else None
    if text and found and found.verdict != "not_measurable":
        return Tempo(reference=text.reference, performance=text.performance, finding=text)
    clips = (assessment.standard.reference, assessment.performance)
    reference, performance = (amount(catalog, -_cocking(clip), "ms") for clip in clips)
    return Tempo(reference=reference, performance=performance, finding=text)


def _peak_times(clip: Performance) -> dict[str, float]:
    strike = clip.key_actions["strike"].time
    return {peak.part: (peak.time - strike) * 1000 for peak in clip.peaks}


def _cocking(clip: Performance) -> float:
    return (clip.key_actions["cocking"].time - clip.key_actions["strike"].time) * 1000


def _lane(role: Role, clip: Performance, axis: _Axis, catalog: Catalog) -> PeakLane:
    times = _peak_times(clip)
    marks = [
        PeakMark(
            part=peak.part,
            name=catalog.text(f"part.{peak.part}"),
            x=axis.at(times[peak.part]),
            half=round(peak.timing_sigma_s * 1000 * axis.per_ms(), 1) if math.isfinite(peak.timing_sigma_s) else 0.0,
            time=amount(catalog, times[peak.part], "ms"),
            speed=_speed(catalog, peak.value, peak.unit),
        )
        for peak in clip.peaks
        if math.isfinite(peak.time)
    ]
    order, close = _order(clip)
    names = tuple(catalog.text(f"part.{part}") for part in close)
    seen = tuple(mark.name for mark in sorted(marks, key=lambda mark: PARTS.index(mark.part)))
    return PeakLane(role=role, marks=tuple(marks), order=order, seen=seen, close=names)


def _order(clip: Performance) -> tuple[Order, tuple[str, ...]]:
    """Compare neighbors: reversed by more than one standard deviation, closer than that, or clear."""
    there = {peak.part: peak for peak in clip.peaks if math.isfinite(peak.time)}
    peaks = [there[part] for part in PARTS if part in there]
    if len(peaks) < 2:
        return "unseen", ()
    close: list[str] = []
    for first, second in itertools.pairwise(peaks):
        gap, sigma = second.time - first.time, math.hypot(first.timing_sigma_s, second.timing_sigma_s)
        if gap < 0 and not gap >= -sigma:
            return "out_of_order", ()
        if not gap >= sigma:
            close += [first.part, second.part]
    return ("unsure" if close else "in_order"), tuple(dict.fromkeys(close))


def _speed(catalog: Catalog, value: float, unit: str) -> str:
    number = catalog.number(value, 1 if unit == "m/s" else 0)
    return catalog.text(f"unit.{unit}", number=number) if math.isfinite(value) else number
