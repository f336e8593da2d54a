"""Which rows a picture pair shows: a key action, or where a measure of the whole throw was reached."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import KeyAction
from handball.domain.assessment import Advice, Assessment
from handball.domain.performance import Performance
from handball.languages import Catalog

_EXTREMES = {
    "least_elbow_angle": ("right_elbow_angle", -1.0),
    "largest_hip_shoulder_separation": ("hip_shoulder_separation", 1.0),
}
"""Measures that are the least (-1) or largest (1) value of an angle between start and strike."""


@attrs.frozen(kw_only=True)
class Instant:
    """One moment of one clip, with its name in words."""

    row: int
    frame: int
    time: float
    name: str


def at_key_action(mark: KeyAction, catalog: Catalog) -> Instant:
    """Return the moment of a key action."""
    name = catalog.text(f"key_action.{mark.name}.name")
    return Instant(row=mark.row, frame=mark.frame, time=mark.time, name=name)


def top_subject(assessment: Assessment) -> Advice | None:
    """Return what the first screen speaks of: the first correction, else the praise."""
    return assessment.advice[0] if assessment.advice else assessment.praise


def shown_instants(assessment: Assessment, subject: Advice | None, catalog: Catalog) -> tuple[Instant, Instant]:
    """Return the moments of both clips at which a correction or praise is seen best; the strike without one."""
    clips = (assessment.standard.reference, assessment.performance)
    if subject is not None and subject.key_action is None and subject.finding.name in _EXTREMES:
        first, second = (_extreme(clip, subject.finding.name, catalog) for clip in clips)
        if first and second:
            return first, second
    found = assessment.moment(subject.key_action if subject and subject.key_action else "strike")
    return at_key_action(found.reference, catalog), at_key_action(found.performance, catalog)


def _extreme(clip: Performance, measure: str, catalog: Catalog) -> Instant | None:
    angle, sign = _EXTREMES[measure]
    first, last = clip.key_actions["start"].row, clip.key_actions["strike"].row + 1
    values = sign * clip.angles.curve(angle)[first:last]
    if np.isnan(values).all():
        return None
    row = first + int(np.nanargmax(values))
    frame, time = int(clip.body.frames[row]), float(clip.body.times[row])
    return Instant(row=row, frame=frame, time=time, name=catalog.text("page.whole"))
