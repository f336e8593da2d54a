"""Arrows over the learner's picture: where the joint has to go to come nearer to the coach."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23

_AWAY, _LENGTH, _HEAD = 75.0, 175.0, 62.0
# Segment lengths on the stage, where the body is 1000 high (Winter 2009, fig. 4.1).
_SEGMENTS = {
    frozenset({"shoulder", "elbow"}): 186.0,
    frozenset({"elbow", "wrist"}): 146.0,
    frozenset({"shoulder", "hip"}): 288.0,
    frozenset({"hip", "knee"}): 245.0,
    frozenset({"knee", "ankle"}): 246.0,
}
_CLEAR_ASIDE, _CLEAR_ABOVE = 170, 125
_SEEN = 0.6
"""A limb that looks shorter than this share of its length points to the camera: which way it opens is not seen."""
Array = NDArray[np.float64]
Points = Mapping[str, Array]
Move = tuple[Array, Array]
"""The joint that moves, and the direction (unit vector) in which it moves when the quantity grows."""


@attrs.frozen(kw_only=True)
class Arrow:
    """SVG path data, and where the shaft begins and ends."""

    path: str
    start: tuple[int, int]
    tip: tuple[int, int]

    def beside(self, label: tuple[int, int]) -> tuple[int, int]:
        """Move the middle of a number until the shaft does not run through it.

        Examples
        --------
        >>> Arrow(path="", start=(0, 0), tip=(0, -200)).beside((20, -100))
        (170, -100)
        """
        (x, y), (u, v) = self.start, self.tip
        upright = abs(v - y) >= abs(u - x)
        axis, room = (0, _CLEAR_ASIDE) if upright else (1, _CLEAR_ABOVE)
        along = (label[1] - y) / (v - y) if upright else (label[0] - x) / (u - x)
        shaft = self.start[axis] + min(max(along, 0.0), 1.0) * (self.tip[axis] - self.start[axis])
        off = label[axis] - shaft
        if abs(off) >= room or not -0.5 <= along <= 1.5:
            return label
        moved = round(shaft + (room if off >= 0 else -room))
        return (moved, label[1]) if upright else (label[0], moved)


def find_arrow(name: str, joints: Array, more: bool, toward: int) -> Arrow | None:
    """Return an arrow that shows how to change a quantity (right-handed form).

    Parameters
    ----------
    name
        Angle or measure.
    joints
        Joints of `BODY_23` on the stage, shape (23, 2), y down.
    more
        Whether the quantity has to grow.
    toward
        1 where the throw goes to the right, -1 to the left, 0 where that is not known.

    Returns
    -------
    Arrow or None
        None where the change cannot be seen in a picture from the side or a joint is missing.
    """
    move = _MOVES.get(name)
    if move is None:
        return None
    at, way = move(_named(joints), toward)
    if not (np.isfinite(at).all() and np.isfinite(way).all() and way.any()):
        return None
    return _arrow(at, way if more else -way)


def _arrow(at: Array, way: Array) -> Arrow:
    start, tip = at + _AWAY * way, at + (_AWAY + _LENGTH) * way
    aside = np.array([-way[1], way[0]])
    wings = [tip - _HEAD * way + 0.8 * _HEAD * side * aside for side in (1, -1)]
    (x, y), (u, v), (a, b), (c, d) = (np.rint(point).astype(int).tolist() for point in (start, tip, *wings))
    return Arrow(path=f"M{x} {y}L{u} {v}M{a} {b}L{u} {v}L{c} {d}", start=(x, y), tip=(u, v))


def _named(joints: Array) -> Points:
    points = dict(zip(BODY_23.joints, joints, strict=True))
    for part in ("shoulder", "hip"):
        points[f"middle_{part}"] = (points[f"left_{part}"] + points[f"right_{part}"]) / 2
    return points


def _away_from(ray: Array, limb: Array) -> Array:
    """Turn a limb by a right angle, to the side that opens the angle with a ray."""
    size = float(np.hypot(*limb))
    if not size:
        return np.zeros(2)
    aside = np.array([-limb[1], limb[0]]) / size
    return -aside if float(aside @ ray) > 0 else aside


def _opening(fixed: str, center: str, moving: str) -> Callable[[Points, int], Move]:
    def move(at: Points, _: int) -> Move:
        seen = _is_seen(at, fixed, center) and _is_seen(at, center, moving)
        way = _away_from(at[fixed] - at[center], at[moving] - at[center]) if seen else np.zeros(2)
        return at[moving], way

    return move


def _is_seen(at: Points, first: str, last: str) -> bool:
    length = _SEGMENTS[frozenset(joint.partition("_")[2] for joint in (first, last))]
    return bool(np.hypot(*(at[first] - at[last])) >= _SEEN * length)


def _along(joint: str, forward: int) -> Callable[[Points, int], Move]:
    return lambda at, toward: (at[joint], np.array([float(forward * toward), 0.0]))


def _up(joint: str) -> Callable[[Points, int], Move]:
    return lambda at, _: (at[joint], np.array([0.0, -1.0]))


_ELBOW = _opening("right_shoulder", "right_elbow", "right_wrist")
_MOVES: Mapping[str, Callable[[Points, int], Move]] = {
    "right_elbow_angle": _ELBOW,
    "least_elbow_angle": _ELBOW,
    "left_elbow_angle": _opening("left_shoulder", "left_elbow", "left_wrist"),
    "right_shoulder_elevation": _up("right_elbow"),
    "left_shoulder_elevation": _up("left_elbow"),
    "elbow_height": _up("right_elbow"),
    **{f"{side}_hip_angle": _opening(f"{side}_shoulder", f"{side}_hip", f"{side}_knee") for side in ("left", "right")},
    **{f"{side}_knee_angle": _opening(f"{side}_hip", f"{side}_knee", f"{side}_ankle") for side in ("left", "right")},
    "trunk_tilt_forward": _along("middle_shoulder", 1),
    "hand_behind_shoulder": _along("right_wrist", -1),
    "stride_length": _along("left_ankle", 1),
    "lead_foot": _along("left_ankle", 1),
}
"""Turns about the long axis of the body have no place here: a picture from the side does not show them."""
