"""Joint angles of a throw in right-handed form, each defined once.

All angles are degrees. Interior angles run from 0 to 180 (180 = straight), the others from -180 to
180. The throwing direction `d` is the horizontal direction in which the elbow moves around the
strike (see `direction`); `u` is the world's up. Drawings: docs/reference/angles.md. After Sports2D's convention
table and the trunk frame of Wu et al. 2005 (ISB recommendation, J Biomech 38:981), simplified to
the joints that a camera sees.
"""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.angles import AngleSeries
from handball.domain.pose import Pose3D
from handball.kinematics.direction import throwing_direction
from handball.kinematics.vectors import UP, angle_between_deg, dot, horizontal, unit, wrapped_deg

Joints = Float[np.ndarray, "frames joints 3"]
Direction = Float[np.ndarray, "3"]
Formula = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]

_TRUNK = ("right_shoulder", "left_shoulder", "right_hip", "left_hip")


@attrs.frozen(kw_only=True)
class AngleDefinition:
    """One angle: its name, the joints that it needs, and its formula on them.

    `formula` takes joints (frames, len(joints), 3) and the throwing direction, and gives degrees (frames,).
    """

    name: str
    joints: tuple[str, ...]
    formula: Formula
    signed: bool = False


def interior(joints: Joints, _: Direction) -> NDArray[np.float64]:
    """Angle at the second of three joints; 180 = straight."""
    return angle_between_deg(joints[:, 0] - joints[:, 1], joints[:, 2] - joints[:, 1])


def shoulder_elevation(joints: Joints, _: Direction) -> NDArray[np.float64]:
    """Angle of the upper arm (trunk joints, then shoulder, elbow) to the trunk axis; 0 = hanging, 90 = level."""
    upper_arm = joints[:, 5] - joints[:, 4]
    return angle_between_deg(upper_arm, -_trunk_axis(joints))


def shoulder_azimuth(joints: Joints, _: Direction) -> NDArray[np.float64]:
    """Upper arm seen from above the trunk; 0 = straight out to the throwing side, positive forward."""
    upper_arm = joints[:, 5] - joints[:, 4]
    right, forward, _up = _trunk_frame(joints)
    return np.degrees(np.arctan2(dot(upper_arm, forward), dot(upper_arm, right)))


def forearm_rotation(joints: Joints, _: Direction) -> NDArray[np.float64]:
    """Rotation of the forearm about the upper arm; 90 = along the trunk, 180 = laid back, 0 = forward."""
    along = unit(joints[:, 5] - joints[:, 4])
    forearm = joints[:, 6] - joints[:, 5]
    _right, _forward, up = _trunk_frame(joints)
    zero = unit(up - dot(up, along)[:, None] * along)
    back = np.cross(along, zero)
    return wrapped_deg(90.0 + np.degrees(np.arctan2(dot(forearm, back), dot(forearm, zero))))


def trunk_tilt_forward(joints: Joints, direction: Direction) -> NDArray[np.float64]:
    """Lean of the trunk axis toward the target; 0 = upright."""
    axis = _trunk_axis(joints)
    return np.degrees(np.arctan2(dot(axis, direction), dot(axis, UP)))


def trunk_tilt_lateral(joints: Joints, direction: Direction) -> NDArray[np.float64]:
    """Lean of the trunk axis away from the throwing arm, seen from behind; 0 = upright."""
    axis = _trunk_axis(joints)
    return np.degrees(np.arctan2(dot(axis, np.cross(UP, direction)), dot(axis, UP)))


def shoulder_line(joints: Joints, direction: Direction) -> NDArray[np.float64]:
    """Turn of the shoulder line against the throw; 0 = chest to the target, 90 = throwing shoulder back."""
    return _line_turn(joints[:, 1] - joints[:, 0], direction)


def hip_line(joints: Joints, direction: Direction) -> NDArray[np.float64]:
    """Turn of the hip line against the throw; 0 = pelvis to the target, 90 = throwing side back."""
    return _line_turn(joints[:, -1] - joints[:, -2], direction)


def separation(joints: Joints, direction: Direction) -> NDArray[np.float64]:
    """Shoulder line minus hip line; positive = the shoulders are turned further back than the hips."""
    return wrapped_deg(shoulder_line(joints, direction) - hip_line(joints, direction))


def _line_turn(right_to_left: NDArray[np.float64], direction: Direction) -> NDArray[np.float64]:
    flat = horizontal(right_to_left)
    return np.degrees(np.arctan2(dot(flat, direction), dot(flat, np.cross(UP, direction))))


def _trunk_axis(joints: Joints) -> NDArray[np.float64]:
    axis: NDArray[np.float64] = (joints[:, 0] + joints[:, 1] - joints[:, 2] - joints[:, 3]) / 2
    return axis


def _trunk_frame(joints: Joints) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    right = unit(joints[:, 0] - joints[:, 1])
    axis = _trunk_axis(joints)
    up = unit(axis - dot(axis, right)[:, None] * right)
    return right, np.cross(up, right), up


def _side_angles(name: str, formula: Formula, *parts: str) -> list[AngleDefinition]:
    trunk = _TRUNK if formula is shoulder_elevation else ()
    return [
        AngleDefinition(
            name=f"{side}_{name}", joints=trunk + tuple(f"{side}_{part}" for part in parts), formula=formula
        )
        for side in ("right", "left")
    ]


_ARM = ("right_shoulder", "right_elbow", "right_wrist")

ANGLES: tuple[AngleDefinition, ...] = (
    *_side_angles("elbow_angle", interior, "shoulder", "elbow", "wrist"),
    *_side_angles("shoulder_elevation", shoulder_elevation, "shoulder", "elbow"),
    AngleDefinition(name="right_shoulder_azimuth", joints=_TRUNK + _ARM[:2], formula=shoulder_azimuth, signed=True),
    AngleDefinition(name="right_forearm_rotation", joints=_TRUNK + _ARM, formula=forearm_rotation, signed=True),
    *_side_angles("hip_angle", interior, "shoulder", "hip", "knee"),
    *_side_angles("knee_angle", interior, "hip", "knee", "ankle"),
    AngleDefinition(name="trunk_tilt_forward", joints=_TRUNK, formula=trunk_tilt_forward, signed=True),
    AngleDefinition(name="trunk_tilt_lateral", joints=_TRUNK, formula=trunk_tilt_lateral, signed=True),
    AngleDefinition(name="hip_shoulder_separation", joints=_TRUNK, formula=separation, signed=True),
    AngleDefinition(name="shoulder_line_angle", joints=_TRUNK[:2], formula=shoulder_line, signed=True),
    AngleDefinition(name="hip_line_angle", joints=_TRUNK[2:], formula=hip_line, signed=True),
)

ANGLE_NAMES: tuple[str, ...] = tuple(definition.name for definition in ANGLES)
AGAINST_DIRECTION: frozenset[str] = frozenset({"shoulder_line_angle", "hip_line_angle"})
"""Angles that turn one for one with the throwing direction."""
SIGNED_ANGLES: frozenset[str] = frozenset(definition.name for definition in ANGLES if definition.signed)


def measure_angles(body: Pose3D, direction: Direction | None = None, direction_sigma_deg: float = 0.0) -> AngleSeries:
    """Measure every angle of `ANGLES` on each frame, with one standard deviation.

    Parameters
    ----------
    body
        Joints in right-handed form (see `Performance.body`).
    direction
        Horizontal unit vector of the throw, shape (3,); taken from the hand where it is not given.
    direction_sigma_deg
        One standard deviation of that direction; it adds to the uncertainty of the line angles.

    Returns
    -------
    AngleSeries
        NaN where a joint of the angle is missing.
    """
    if direction is None:
        direction = throwing_direction(body)
    columns = [_with_sigma(definition, body, direction) for definition in ANGLES]
    against = np.array([direction_sigma_deg if name in AGAINST_DIRECTION else 0.0 for name in ANGLE_NAMES])
    return AngleSeries(
        names=ANGLE_NAMES,
        frames=body.frames,
        times=body.times,
        degrees=np.stack([degrees for degrees, _ in columns], axis=1),
        sigma_deg=np.hypot(np.stack([sigma for _, sigma in columns], axis=1), against),
    )


def _with_sigma(
    definition: AngleDefinition, body: Pose3D, direction: Direction
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Propagate the uncertainty of each coordinate by a step of one standard deviation."""
    columns = body.skeleton.indices(definition.joints)
    joints, sigma = body.positions[:, columns], body.sigma[:, columns]
    value = definition.formula(joints, direction)
    variance = np.zeros(len(value))
    for joint in range(len(columns)):
        for axis in range(3):
            moved = joints.copy()
            moved[:, joint, axis] += sigma[:, joint, axis]
            variance += wrapped_deg(definition.formula(moved, direction) - value) ** 2
    return value, np.sqrt(variance)
