"""What feet and hips do in a throw: plant, take-off, top and landing, and whether it is a jump.

A foot that stands is at rest in the room, and so in the pictures of a camera that stands still, from
wherever it looks, except straight along the run-up: there the feet of a runner hardly move in the picture. Joints
that are centered on the hips do not show that.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import EventName, FoundKind, ThrowEvent
from handball.domain.pose import Pose, Pose2D, Pose3D
from handball.key_actions.feet import Contact, Feet, Flight, comes_down, contacts, feet_of, flights, leaves
from handball.key_actions.hinge import Hinge
from handball.key_actions.travel import share_across

AT_REST, LEAVES_REST, HIGHEST = "foot_comes_to_rest", "foot_leaves_rest", "hips_highest"
LEAST_FLIGHT_S = 0.16
"""A runner is in the air for shorter than this between two steps."""
_LEAST_RISE = 0.06
"""Leg lengths that both feet get above the floor in a jump."""
_BESIDE_S = 0.08
_PLANT_BEFORE_S, _PLANT_AFTER_S = 0.8, 0.05
_STANDS_ON_S, _SHORTEST_STAND_S = 0.3, 0.12
_MODEL_SIGMA_S = 0.010
"""How softly a foot comes down differs from step to step: no fit of its way is more exact than this."""
_LEAST_SHARE = 0.6
"""Share of a foot's way that a hinge must explain: a foot that rolls down from the heel has no one moment."""
_TOP_AROUND_S = 0.07
_IN_PICTURE = 0.8
LEAST_ACROSS = 0.34
"""Share of the run-up that goes across the picture (20 degrees): with less of it feet in the air seem to stand."""
_WELL_SEEN = 0.8
_SURE_RISE, _SURE_STAND_S = 0.25, 0.15


@attrs.frozen(kw_only=True)
class FootEvents:
    """The events of a throw in the order in which they happen, and its kind; None where the clip does not show it."""

    events: tuple[ThrowEvent, ...] = ()
    kind: FoundKind | None = None


def throw_events(body: Pose3D, strike_s: float, picture: Pose2D | None = None) -> FootEvents:
    """Find plant, take-off, top and landing around a strike.

    Parameters
    ----------
    body
        Smoothed joints in right-handed form.
    strike_s
        When the ball leaves the hand, seconds.
    picture
        Smoothed joints in the pictures of a camera at rest, in right-handed form too (a left-hander's
        picture mirrored). Without it only a pose in the room shows where the feet are.

    Returns
    -------
    FootEvents
        Without events where neither pose shows feet at rest, or the camera looks along the run-up.
    """
    still: Pose | None = body if body.origin == "world" else picture
    feet = feet_of(still) if still is not None else None
    if still is None or feet is None:
        return FootEvents()
    across = share_across(still, feet.leg, strike_s) if isinstance(still, Pose2D) else 1.0
    if across < LEAST_ACROSS:
        return FootEvents()
    found = contacts(feet)
    flight = _flight_at(feet, flights(feet, found), strike_s)
    mark = _Marker(body=body, still=still, across=across)
    if flight is not None:
        events = [*_jump_events(feet, flight, mark), *_top(still, flight, mark)]
        return FootEvents(events=_ordered(events), kind=_jump(flight))
    plant = _plant_of(feet, found, strike_s)
    events = mark("plant", AT_REST, comes_down(feet, plant), plant) if plant is not None else []
    return FootEvents(events=_ordered(events), kind=_standing(feet, found, strike_s))


def _ordered(events: Sequence[ThrowEvent]) -> tuple[ThrowEvent, ...]:
    return tuple(sorted(events, key=lambda event: event.time))


def _flight_at(feet: Feet, found: Sequence[Flight], strike_s: float) -> Flight | None:
    """Return the jump that a strike is in or beside, if there is one."""
    for flight in found:
        begin, end = _span(feet, flight)
        long = end - begin >= LEAST_FLIGHT_S and flight.height >= _LEAST_RISE
        if long and begin - _BESIDE_S <= strike_s <= end + _BESIDE_S:
            return flight
    return None


def _span(feet: Feet, flight: Flight) -> tuple[float, float]:
    last = flight.after.first if flight.after is not None else len(feet.times) - 1
    return float(feet.times[flight.before.last]), float(feet.times[last])


def _jump_events(feet: Feet, flight: Flight, mark: _Marker) -> list[ThrowEvent]:
    events = mark("plant", AT_REST, comes_down(feet, flight.before), flight.before)
    events += mark("take_off", LEAVES_REST, leaves(feet, flight.before), flight.before)
    if flight.after is not None:
        events += mark("landing", AT_REST, comes_down(feet, flight.after, hard=True), flight.after)
    return events


def _plant_of(feet: Feet, found: Sequence[Contact], strike_s: float) -> Contact | None:
    """Return the last contact that begins shortly before the strike, best of a foot that stands on after it."""
    begun = [
        one
        for one in found
        if strike_s - _PLANT_BEFORE_S <= feet.times[one.first] <= strike_s + _PLANT_AFTER_S
        and one.first > 0
        and feet.times[one.last] - feet.times[one.first] >= _SHORTEST_STAND_S
    ]
    return max(
        begun,
        key=lambda one: (min(float(feet.times[one.last]), strike_s + _STANDS_ON_S), one.first),
        default=None,
    )


def _top(still: Pose, flight: Flight, mark: _Marker) -> list[ThrowEvent]:
    """Find where the hips are highest in the air: the top of a parabola through the heights around it."""
    last = flight.after.first if flight.after is not None else len(still.times) - 1
    rows = np.arange(flight.before.last, last + 1)
    height = still.middle("left_hip", "right_hip") @ still.up
    rows = rows[~np.isnan(height[rows])]
    if len(rows) < 3:
        return []
    row = int(rows[np.argmax(height[rows])])
    near = rows[np.abs(still.times[rows] - still.times[row]) <= max(_TOP_AROUND_S, 1.5 / still.rate_hz)]
    if row in (rows[0], rows[-1]) or len(near) < 3:
        return []
    return mark("top", HIGHEST, _parabola_top(still.times[near], height[near]), None)


def _parabola_top(times: NDArray[np.float64], height: NDArray[np.float64]) -> Hinge | None:
    since = times - times.mean()
    bend, slope, level = np.polyfit(since, height, 2)
    if not bend < 0:
        return None
    left = height - np.polyval([bend, slope, level], since)
    noise = float(np.sqrt((left**2).mean()))
    top = float(np.clip(-slope / (2 * bend), since[0], since[-1]))
    return Hinge(time=float(times.mean()) + top, sigma_s=float(noise / (-2 * bend * np.ptp(since) / 4)), share=1.0)


def _jump(flight: Flight) -> FoundKind:
    return FoundKind(kind="jump", confidence=float(np.clip(0.5 + 0.5 * flight.height / _SURE_RISE, 0.5, 1.0)))


def _standing(feet: Feet, found: Sequence[Contact], strike_s: float) -> FoundKind | None:
    """Call a throw standing where a foot stands at the strike, surer the longer it does so on either side of it."""
    margins = [min(strike_s - feet.times[one.first], feet.times[one.last] - strike_s) for one in found]
    longest = max(margins, default=-np.inf)
    if longest < -_BESIDE_S:
        return None
    return FoundKind(kind="standing", confidence=float(np.clip(0.5 + 0.5 * longest / _SURE_STAND_S, 0.5, 1.0)))


@attrs.frozen(kw_only=True)
class _Marker:
    """Makes events of hinges, on the rows of the body."""

    body: Pose3D
    still: Pose
    across: float

    def __call__(self, name: EventName, rule: str, found: Hinge | None, contact: Contact | None) -> list[ThrowEvent]:
        """Return the event, or nothing where there is none."""
        if found is None or found.share < _LEAST_SHARE or not self.body.times[0] <= found.time <= self.body.times[-1]:
            return []
        row = self.body.row_at(found.time)
        gap = float(np.gradient(self.body.times)[row]) / np.sqrt(12)
        seen = self._seen(contact, found.time) * (_IN_PICTURE * self.across if isinstance(self.still, Pose2D) else 1.0)
        vague = float(np.hypot(_MODEL_SIGMA_S, found.sigma_s)) / self.across
        return [
            ThrowEvent(
                name=name,
                row=row,
                frame=int(self.body.frames[row]),
                time=found.time,
                rule=rule,
                confidence=round(float(np.clip(found.share * seen, 0.0, 1.0)), 3),
                timing_sigma_s=float(np.hypot(gap, vague)),
            )
        ]

    def _seen(self, contact: Contact | None, time: float) -> float:
        side = contact.side if contact is not None else None
        joints = (f"{side}_ankle", f"{side}_heel", f"{side}_big_toe") if side else ("left_hip", "right_hip")
        scores = self.still.scores[self.still.row_at(time), self.still.skeleton.indices(joints)]
        return float(np.clip(np.max(scores) / _WELL_SEEN, 0.2, 1.0))
