"""Read from one throw what the table of faults asks for, and from where the throw was seen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np

from handball.domain.action import KeyAction, KeyActionName, Measure
from handball.domain.performance import Performance
from handball.evaluation.fault_rules import View, fault_rules, possible_throws
from handball.evaluation.uncertainty import combined, read_angle
from handball.kinematics.direction import throwing_direction
from handball.kinematics.technique_measures import Throw, release_after_hand, technique_measures

_FRONT_UP_TO_DEG, _SIDE_FROM_DEG = 40.0, 50.0
_DIAGONAL_DEG = (20.0, 70.0)
"""Degrees between the throw and the line of sight; the zones overlap, since the direction is itself uncertain."""
_SURE_KIND = 0.6


@attrs.frozen(kw_only=True)
class Circumstances:
    """What decides which faults a clip can show at all.

    Attributes
    ----------
    techniques
        Those that the throw may be (see `possible_throws`).
    arm_slots
        How high the arm passes the shoulder: in the throw, and in each clip of the standard. A low elbow alone makes
        a throw look like one from the side, so the coach's arm counts as well.
    rate_hz
        Pictures a second of real time.
    views
        From where it is seen.
    """

    techniques: tuple[str, ...]
    arm_slots: frozenset[str]
    rate_hz: float
    views: frozenset[View]


def read_triggers(performance: Performance, marks: Sequence[KeyAction]) -> tuple[Measure, ...]:
    """Read every measure of the table of faults from a throw, with one standard deviation each.

    Parameters
    ----------
    performance
        In right-handed form.
    marks
        Start, cocking, strike and finish on its rows; the moments at which it is compared.
    """
    start, cocking, strike, finish = marks
    key_actions = attrs.evolve(performance.key_actions, marks=(start, cocking, strike, finish))
    throw = Throw(
        body=performance.body,
        angles=performance.angles,
        key_actions=key_actions,
        direction=throwing_direction(performance.body, key_actions["strike"].row),
    )
    of_ball = release_after_hand(performance.release, performance.peaks)
    own = performance.error_bars.on_measures((*technique_measures(throw), of_ball))
    known = {(one.name, one.key_action): one for one in (*own, *performance.measures)}
    return tuple(known[key] if key in known else _angle(performance, key, marks) for key in _wanted())


def circumstances_of(
    performance: Performance, technique: str = "throw", coaches: Sequence[Performance] = ()
) -> Circumstances:
    """Tell what decides which faults a clip can show; `technique` is `throw` where it is not known which one."""
    key_actions = performance.key_actions
    sure = key_actions.kind is not None and key_actions.kind.confidence >= _SURE_KIND
    kind = key_actions.kind.kind if key_actions.kind is not None and sure else None
    return Circumstances(
        techniques=possible_throws(technique, kind),
        arm_slots=frozenset(one.key_actions.arm_slot for one in (performance, *coaches)),
        rate_hz=performance.rate_hz,
        views=camera_views(performance),
    )


def camera_views(performance: Performance) -> frozenset[View]:
    """Tell from where a throw is seen: joints in space see all, a camera by its angle to the throw."""
    if performance.video is None or performance.rig is not None:
        return frozenset({"space"})
    return views_at(_azimuth_deg(performance))


def views_at(azimuth_deg: float) -> frozenset[View]:
    """Name the views of a camera; 0 degrees: it looks along the throw, 90: across it.

    Examples
    --------
    >>> sorted(views_at(10.0)), sorted(views_at(45.0)), sorted(views_at(60.0))
    (['front'], ['diagonal'], ['diagonal', 'side'])
    """
    low, high = _DIAGONAL_DEG
    zones: tuple[tuple[View, bool], ...] = (
        ("front", azimuth_deg <= _FRONT_UP_TO_DEG),
        ("diagonal", low <= azimuth_deg <= high),
        ("side", azimuth_deg >= _SIDE_FROM_DEG),
    )
    return frozenset(name for name, inside in zones if inside)


def _azimuth_deg(performance: Performance) -> float:
    """Return the angle between the throw and the line of sight, 0 to 90 degrees.

    Taken from where the camera stands as far as that is known, else from the way of the hand, whose depth is less sure.
    """
    view = performance.capture.measures.view if performance.capture is not None else None
    if view is not None:
        return min(abs(view.azimuth_deg), 180.0 - abs(view.azimuth_deg))
    across, along, _ = np.abs(throwing_direction(performance.body, performance.key_actions["strike"].row))
    return float(np.degrees(np.arctan2(across, along)))


def _wanted() -> Iterator[tuple[str, KeyActionName | None]]:
    every = [(trigger.measure, trigger.key_action) for rule in fault_rules() for trigger in rule.triggers]
    return iter(dict.fromkeys(every))


def _angle(performance: Performance, key: tuple[str, KeyActionName | None], marks: Sequence[KeyAction]) -> Measure:
    name, moment = key
    mark = next((one for one in marks if one.name == moment), None)
    if mark is None:
        return Measure(name=name, unit="deg", value=np.nan, sigma=np.nan, key_action=moment)
    found = read_angle(performance.angles, name, mark, performance.error_bars)
    sigma = combined(found.pose_sigma, found.timing_sigma)
    return Measure(name=name, unit="deg", value=found.value, sigma=sigma, key_action=moment)
