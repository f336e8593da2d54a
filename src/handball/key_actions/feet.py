"""When each foot stands on the floor: the times in which it is at rest, as any camera that stands still can see it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.pose import Pose
from handball.domain.skeleton import Side
from handball.key_actions.hinge import Hinge, Window, fitted_hinge

_POINTS = ("big_toe", "heel", "ankle")
"""The toe first: it leaves the floor last."""
_SIDES: tuple[Side, Side] = ("left", "right")
_MOST_MISSING = 0.3
_HALF_S = 0.025
"""Half the time over which the speed of a foot is taken: noise of a centimetre must not look like a step."""
_AT_REST = 0.9
"""Leg lengths a second (about 0.8 m/s)."""
_SCALE_AROUND_S = 0.4
"""Who comes nearer to the camera grows: the length of a leg is taken from so long before and after."""
_SHORTEST_S, _LONGEST_BREAK_S = 0.05, 0.04
_RAISED, _RAISED_IN_PICTURE = 0.08, 0.15
"""Leg lengths above the floor: a foot that is slow up there hangs at the top of a jump."""
_CAMERA_HEIGHT = 1.7
"""Leg lengths: a camera at 1.5 m. The floor under who walks away from it rises in the picture as he shrinks."""
_INWARD_S = 0.02
_STEP_WINDOW = Window(moving_s=0.12, resting_s=0.08)
_LEAVING_WINDOW = Window(moving_s=0.08, resting_s=0.06)


@attrs.frozen(kw_only=True)
class Feet:
    """Points of both feet in a frame of reference that stands still, in metres or pixels.

    `left` and `right` have the shape (frames, points, axes), the foremost point first; `leg` is the length of
    a leg at that time, by which speeds and heights are measured.
    """

    times: Float[np.ndarray, " frames"] = column(np.float64)
    left: Float[np.ndarray, "frames points axes"] = column(np.float64)
    right: Float[np.ndarray, "frames points axes"] = column(np.float64)
    leg: Float[np.ndarray, " frames"] = column(np.float64)
    up: Float[np.ndarray, " axes"] = column(np.float64)

    def of(self, side: Side) -> NDArray[np.float64]:
        """Return the points of one foot."""
        return self.left if side == "left" else self.right

    def height(self, side: Side) -> NDArray[np.float64]:
        """Return the height of one foot's lowest point; in a picture above where a camera at 1.5 m has the floor."""
        lowest: NDArray[np.float64] = (self.of(side) @ self.up).min(axis=1)
        return lowest + _CAMERA_HEIGHT * self.leg if self.in_picture else lowest

    @property
    def in_picture(self) -> bool:
        """Whether these are pixels."""
        return len(self.up) == 2


@attrs.frozen(kw_only=True)
class Contact:
    """A foot at rest, from its first to its last row."""

    side: Side
    first: int
    last: int


def leg_lengths(pose: Pose) -> NDArray[np.float64]:
    """Return thigh and shank around each time, hardly foreshortened (90th percentile), in units of the pose."""
    lengths = [
        np.linalg.norm(pose.joint(f"{side}_{top}") - pose.joint(f"{side}_{end}"), axis=1)
        for side in _SIDES
        for top, end in (("hip", "knee"), ("knee", "ankle"))
    ]
    legs = np.fmax(lengths[0] + lengths[1], lengths[2] + lengths[3])
    seen = np.flatnonzero(~np.isnan(legs))
    around = [seen[np.abs(pose.times[seen] - time) <= _SCALE_AROUND_S] for time in pose.times]
    return np.array([np.quantile(legs[rows if rows.size else seen], 0.9) if seen.size else np.nan for rows in around])


def feet_of(pose: Pose) -> Feet | None:
    """Take the feet out of a pose in the room or in the pictures of a camera at rest; None where they are missing."""
    legs = leg_lengths(pose)
    left, right = (_seen_points(pose, side) for side in _SIDES)
    if left is None or right is None or len(pose.times) < 2 or not (legs > 0).all():
        return None
    return Feet(times=pose.times, left=np.stack(left, axis=1), right=np.stack(right, axis=1), leg=legs, up=pose.up)


def _seen_points(pose: Pose, side: Side) -> list[NDArray[np.float64]] | None:
    found = [pose.joint(f"{side}_{name}") for name in _POINTS]
    seen = [track for track in found if np.isnan(track[:, 0]).mean() <= _MOST_MISSING]
    return [_bridged(track) for track in seen] or None


def _bridged(track: NDArray[np.float64]) -> NDArray[np.float64]:
    known = np.flatnonzero(~np.isnan(track[:, 0]))
    rows = np.arange(len(track))
    return np.stack([np.interp(rows, known, values[known]) for values in track.T], axis=1)


def contacts(feet: Feet) -> list[Contact]:
    """Find when the feet stand, in the order in which they come down.

    A foot stands while its toe or its middle moves at less than 0.9 leg lengths a second for at least 0.05 s.
    A foot that is as slow at the top of a jump does not count: it is above the line between the places
    where feet stand before and after.
    """
    found = [contact for side in _SIDES for contact in _at_rest(feet, side)]
    found.sort(key=lambda one: one.first)
    most = _RAISED_IN_PICTURE if feet.in_picture else _RAISED
    while found:
        raised = [_raised(feet, one, found) for one in found]
        worst = int(np.argmax(raised))
        if raised[worst] <= most:
            break
        del found[worst]
    return found


def _at_rest(feet: Feet, side: Side) -> list[Contact]:
    points = feet.of(side)
    slower = np.minimum(_speed(feet.times, points[:, 0]), _speed(feet.times, points.mean(axis=1)))
    slow = slower < _AT_REST * feet.leg
    edges = np.flatnonzero(np.diff(np.concatenate([[False], slow, [False]]).astype(np.int8)))
    runs = [(int(a), int(b) - 1) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and feet.times[first] - feet.times[joined[-1][1]] < _LONGEST_BREAK_S:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return [
        Contact(side=side, first=first, last=last)
        for first, last in joined
        if feet.times[last] - feet.times[first] >= _SHORTEST_S
    ]


def _speed(times: NDArray[np.float64], track: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean speed over a twentieth of a second."""
    first, last = np.maximum(times - _HALF_S, times[0]), np.minimum(times + _HALF_S, times[-1])
    ways = np.stack([np.interp(last, times, axis) - np.interp(first, times, axis) for axis in track.T], axis=1)
    speed: NDArray[np.float64] = np.linalg.norm(ways, axis=1) / (last - first)
    return speed


def _raised(feet: Feet, one: Contact, among: Sequence[Contact]) -> float:
    """How far a contact is above the line between the nearest ones before and after it; minus infinity at an end."""
    before = [other for other in among if other.last < one.first]
    after = [other for other in among if other.first > one.last]
    if not before or not after:
        return -np.inf
    ends = [max(before, key=lambda other: other.last), min(after, key=lambda other: other.first)]
    return _above(feet, one.side, (one.first + one.last) // 2, ends[0], ends[1])


def _above(feet: Feet, side: Side, row: int, before: Contact, after: Contact) -> float:
    heights = [feet.height(before.side)[before.last], feet.height(after.side)[after.first]]
    floor = np.interp(feet.times[row], [feet.times[before.last], feet.times[after.first]], heights)
    return float((feet.height(side)[row] - floor) / feet.leg[row])


@attrs.frozen(kw_only=True)
class Flight:
    """A time in which no foot stands: the contacts that it begins and ends with, and how high the feet get above them.

    `height` is in leg lengths. `after` is None where the clip ends before a foot is down again.
    """

    before: Contact
    after: Contact | None
    height: float


def flights(feet: Feet, found: Sequence[Contact]) -> list[Flight]:
    """Return the times between contacts in which neither foot stands."""
    result: list[Flight] = []
    for number, contact in enumerate(found):
        before = max(found[: number + 1], key=lambda one: one.last)
        after = found[number + 1] if number + 1 < len(found) else None
        ends = after.first if after is not None else len(feet.times)
        if contact is before and ends > before.last + 1:
            result.append(Flight(before=before, after=after, height=_highest(feet, before, after)))
    return result


def _highest(feet: Feet, before: Contact, after: Contact | None) -> float:
    last = after.first if after is not None else len(feet.times) - 1
    floor = feet.height(before.side)[before.last], feet.height(before.side)[before.last]
    if after is not None:
        floor = floor[0], feet.height(after.side)[after.first]
    rows = np.arange(before.last, last + 1)
    lower = np.minimum(feet.height("left"), feet.height("right"))[rows]
    return float(((lower - np.interp(rows, [before.last, last], floor)) / feet.leg[rows]).max())


def comes_down(feet: Feet, contact: Contact, *, hard: bool = False) -> Hinge | None:
    """Return when a foot comes to rest; None where it stood from the first row on. `hard` is a landing from a jump."""
    if contact.first == 0:
        return None
    points = feet.of(contact.side).reshape(len(feet.times), -1)
    guess = float(feet.times[contact.first]) + _INWARD_S
    return fitted_hinge(feet.times, points, guess, _STEP_WINDOW, arriving=True, power=2.0 if hard else 2.5)


def leaves(feet: Feet, contact: Contact) -> Hinge | None:
    """Return when the toe of a foot leaves the floor; None where it stands until the last row."""
    if contact.last == len(feet.times) - 1:
        return None
    guess = float(feet.times[contact.last]) - _INWARD_S
    toe = feet.of(contact.side)[:, 0]
    return fitted_hinge(feet.times, toe, guess, _LEAVING_WINDOW, arriving=False, power=2.0)
