"""Mark the joint that a finding speaks of: an arc where the angle lies in the picture, a line where it does not."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23

_ARC = 92.0
_RING = 46.0
_REACH = 190.0
_LABEL_AWAY = 165.0
Points = Mapping[str, NDArray[np.float64]]


@attrs.frozen(kw_only=True)
class Highlight:
    """What to draw over a picture, in stage units: SVG path data, rings, and where the number stands."""

    wedge: str = ""
    limbs: str = ""
    guides: str = ""
    rings: tuple[tuple[int, int], ...] = ()
    ring_radius: int = round(_RING)
    label: tuple[int, int] = (0, 0)


def find_highlight(name: str, joints: NDArray[np.float64]) -> Highlight | None:
    """Return the marks of an angle or measure (right-handed form) on joints (23, 2).

    None where the quantity has no place in a picture or a joint is missing.
    """
    draw = _MARKS.get(name)
    marks = draw(_named(joints)) if draw else None
    return marks if marks is None or np.isfinite(marks.label).all() else None


def _named(joints: NDArray[np.float64]) -> Points:
    points = dict(zip(BODY_23.joints, joints, strict=True))
    for part in ("shoulder", "hip"):
        points[f"middle_{part}"] = (points[f"left_{part}"] + points[f"right_{part}"]) / 2
    return points


def _path(*points: NDArray[np.float64]) -> str:
    return "M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in points)


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    size = float(np.linalg.norm(vector))
    return vector / size if size else np.array([0.0, -1.0])


def _place(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))


def _there(*points: NDArray[np.float64]) -> bool:
    return all(bool(np.isfinite(point).all()) for point in points)


def _wedge(center: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]) -> str:
    """Draw a filled arc between two directions, the shorter way round."""
    start, end = center + _ARC * first, center + _ARC * last
    sweep = 1 if first[0] * last[1] - first[1] * last[0] > 0 else 0
    arc = f"A{_ARC:.0f} {_ARC:.0f} 0 0 {sweep} {end[0]:.0f} {end[1]:.0f}"
    return f"{_path(center, start)}{arc}Z"


def _label(center: NDArray[np.float64], first: NDArray[np.float64], last: NDArray[np.float64]) -> tuple[int, int]:
    """Put the number inside the angle, or beside a limb that is straight."""
    middle = first + last
    if np.linalg.norm(middle) < 0.3:
        middle = np.array([first[1], -first[0]])
    return _place(center + _LABEL_AWAY * _unit(middle))


def _joint(first: str, center: str, last: str) -> Callable[[Points], Highlight | None]:
    def draw(at: Points) -> Highlight | None:
        a, b, c = at[first], at[center], at[last]
        if not _there(a, b, c):
            return None
        rays = _unit(a - b), _unit(c - b)
        return Highlight(wedge=_wedge(b, *rays), limbs=_path(a, b, c), label=_label(b, *rays))

    return draw


def _elevation(side: str) -> Callable[[Points], Highlight | None]:
    def draw(at: Points) -> Highlight | None:
        shoulder, elbow = at[f"{side}_shoulder"], at[f"{side}_elbow"]
        down = at["middle_hip"] - at["middle_shoulder"]
        if not _there(shoulder, elbow, down):
            return None
        rays = _unit(elbow - shoulder), _unit(down)
        guide = _path(shoulder, shoulder + _REACH * rays[1])
        return Highlight(
            wedge=_wedge(shoulder, *rays), limbs=_path(shoulder, elbow), guides=guide, label=_label(shoulder, *rays)
        )

    return draw


def _tilt(at: Points) -> Highlight | None:
    hips, shoulders = at["middle_hip"], at["middle_shoulder"]
    if not _there(hips, shoulders):
        return None
    trunk, up = _unit(shoulders - hips), np.array([0.0, -1.0])
    ends = hips + 1.6 * _REACH * up
    side = math.copysign(1.0, trunk[0])
    label = _place(hips + np.array([side * 0.9 * _LABEL_AWAY, -1.15 * _REACH]))
    return Highlight(wedge=_wedge(hips, trunk, up), limbs=_path(hips, shoulders), guides=_path(hips, ends), label=label)


def _lines(*pairs: tuple[str, str]) -> Callable[[Points], Highlight | None]:
    def draw(at: Points) -> Highlight | None:
        ends = [at[name] for pair in pairs for name in pair]
        if not _there(*ends):
            return None
        limbs = "".join(_path(at[first], at[last]) for first, last in pairs)
        above = min(ends, key=lambda point: float(point[1]))
        rings = tuple(_place(point) for point in ends)
        middle = np.array([float(np.mean([point[0] for point in ends])), float(above[1])])
        return Highlight(limbs=limbs, rings=rings, label=_place(middle - np.array([0.0, 130.0])))

    return draw


def _height(at: Points) -> Highlight | None:
    shoulder, elbow = at["right_shoulder"], at["right_elbow"]
    if not _there(shoulder, elbow):
        return None
    way = _REACH * np.array([math.copysign(1.0, elbow[0] - shoulder[0]), 0.0])
    foot = np.array([elbow[0], shoulder[1]])
    guides = _path(shoulder - way, shoulder + 2 * way) + _path(foot, elbow)
    label = _place(elbow + 1.2 * way)
    return Highlight(guides=guides, limbs=_path(shoulder, elbow), rings=(_place(elbow),), label=label)


def _behind(at: Points) -> Highlight | None:
    shoulder, hand = at["right_shoulder"], at["right_wrist"]
    if not _there(shoulder, hand):
        return None
    level = np.array([shoulder[0], hand[1]])
    guides = _path(shoulder, level) + _path(level, hand)
    return Highlight(guides=guides, rings=(_place(hand),), label=_place((level + hand) / 2 - np.array([0.0, 90.0])))


_TWIST = _lines(("left_shoulder", "right_shoulder"), ("left_hip", "right_hip"))
_ELBOW = _joint("right_shoulder", "right_elbow", "right_wrist")
_STEP = _lines(("left_ankle", "right_ankle"))

_MARKS: Mapping[str, Callable[[Points], Highlight | None]] = {
    "right_elbow_angle": _ELBOW,
    "least_elbow_angle": _ELBOW,
    "stretched_elbow": _ELBOW,
    "left_elbow_angle": _joint("left_shoulder", "left_elbow", "left_wrist"),
    "right_shoulder_elevation": _elevation("right"),
    "left_shoulder_elevation": _elevation("left"),
    "right_shoulder_azimuth": _lines(("right_shoulder", "right_elbow")),
    "right_forearm_rotation": _lines(("right_elbow", "right_wrist")),
    **{f"{side}_hip_angle": _joint(f"{side}_shoulder", f"{side}_hip", f"{side}_knee") for side in ("left", "right")},
    **{f"{side}_knee_angle": _joint(f"{side}_hip", f"{side}_knee", f"{side}_ankle") for side in ("left", "right")},
    "trunk_tilt_forward": _tilt,
    "trunk_tilt_lateral": _tilt,
    "hip_shoulder_separation": _TWIST,
    "largest_hip_shoulder_separation": _TWIST,
    "shoulder_line_angle": _lines(("left_shoulder", "right_shoulder")),
    "hip_line_angle": _lines(("left_hip", "right_hip")),
    "elbow_height": _height,
    "hand_behind_shoulder": _behind,
    "stride_length": _STEP,
    "lead_foot": _STEP,
    "carried_upper_arm": _elevation("right"),
    "carried_elbow_height": _height,
    "shoulder_turn": _lines(("left_shoulder", "right_shoulder")),
    "hand_to_opposite_hip": _lines(("left_hip", "right_wrist")),
    "plant_stride": _STEP,
    "plant_lead_foot": _STEP,
    "front_knee_give": _joint("left_hip", "left_knee", "left_ankle"),
}
