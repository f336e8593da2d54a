"""Forward kinematics of the analytic throw: from angle curves to the joints of `BODY_23`.

The thrower throws with the right hand towards +x; z is up and the ground is z = 0.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23, Side

Array = NDArray[np.float64]

TALL = 1.80
"""Metres from the ground to the top of the head of the body whose lengths stand below."""

TRUNK, SHOULDER_HALF, HIP_HALF = 0.50, 0.19, 0.13
UPPER_ARM, FOREARM, KNUCKLE = 0.32, 0.27, 0.09
THIGH, SHANK, ANKLE = 0.44, 0.43, 0.08
_HIP_HEIGHT = THIGH + SHANK + ANKLE

_HEAD = {"nose": (0.11, 0.0, 0.14), "eye": (0.09, 0.035, 0.18), "ear": (0.0, 0.075, 0.16)}
_FOOT = {"heel": (-0.05, -0.05), "big_toe": (0.17, -0.06)}


def joints_of(values: Mapping[str, Array], knee_offsets: Mapping[str, float]) -> Array:
    """Return the joints in metres, shape (frames, 23, 3).

    Parameters
    ----------
    values
        The curves of `CURVES` at each frame.
    knee_offsets
        Degrees added to the knee angle of a side; the foot then leaves its place on the ground.
    """
    joints: dict[str, Array] = {}
    pelvis = _pelvis(values)
    hip_right, hip_forward = _level_axes(values["hip_line_angle"])
    right, forward, up = _trunk_axes(values)
    neck = pelvis + TRUNK * up
    _place_head(joints, neck)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        joints[f"{side}_shoulder"] = neck + sign * SHOULDER_HALF * right
        joints[f"{side}_hip"] = pelvis + sign * HIP_HALF * hip_right
        _place_arm(joints, side, values, (sign * right, forward, up))
        _place_leg(joints, side, values, hip_forward, knee_offsets.get(side, 0.0))
    return np.stack([joints[name] for name in BODY_23.joints], axis=1)


def _pelvis(values: Mapping[str, Array]) -> Array:
    forward = values["pelvis_forward"]
    return np.stack([forward, np.zeros_like(forward), _HIP_HEIGHT - values["pelvis_drop"]], axis=-1)


def _level_axes(line_angle_deg: Array) -> tuple[Array, Array]:
    """Return the right and forward axes of a line; 0 degrees faces the target, 90 has the right side back."""
    angle = np.radians(line_angle_deg)
    sine, cosine, zero = np.sin(angle), np.cos(angle), np.zeros_like(angle)
    return np.stack([-sine, -cosine, zero], axis=-1), np.stack([cosine, -sine, zero], axis=-1)


def _trunk_axes(values: Mapping[str, Array]) -> tuple[Array, Array, Array]:
    """Return right, forward and up of the trunk; it leans towards the target and to the left."""
    lean = np.tan(np.radians([values["trunk_tilt_forward"], values["trunk_tilt_lateral"]]))
    up = _unit(np.stack([lean[0], lean[1], np.ones_like(lean[0])], axis=-1))
    level, _ = _level_axes(values["shoulder_line_angle"])
    right = _unit(level - np.sum(level * up, axis=-1, keepdims=True) * up)
    return right, np.cross(up, right), up


def _place_head(joints: dict[str, Array], neck: Array) -> None:
    """Put the head above the shoulders, looking at the target."""
    for part, (forward, half_width, up) in _HEAD.items():
        if part == "nose":
            joints[part] = neck + np.array([forward, 0.0, up])
            continue
        joints[f"left_{part}"] = neck + np.array([forward, half_width, up])
        joints[f"right_{part}"] = neck + np.array([forward, -half_width, up])


def _place_arm(
    joints: dict[str, Array], side: Side | str, values: Mapping[str, Array], axes: tuple[Array, Array, Array]
) -> None:
    outward, forward, up = axes
    elevation, azimuth = (_radians(values[f"{side}_shoulder_{part}"]) for part in ("elevation", "azimuth"))
    level = np.cos(azimuth) * outward + np.sin(azimuth) * forward
    upper_arm = np.sin(elevation) * level - np.cos(elevation) * up
    ahead = np.cos(azimuth) * forward - np.sin(azimuth) * outward
    above = np.sin(elevation) * up + np.cos(elevation) * level
    rotation = _radians(values.get(f"{side}_forearm_rotation", np.full(len(up), 60.0)))
    bend = np.cos(rotation) * ahead + np.sin(rotation) * above
    open_angle = np.pi - _radians(values[f"{side}_elbow_angle"])
    forearm = np.cos(open_angle) * upper_arm + np.sin(open_angle) * bend
    across = np.cos(open_angle) * bend - np.sin(open_angle) * upper_arm
    flexion = _radians(values.get(f"{side}_wrist_flexion", np.zeros(len(up))))
    elbow = joints[f"{side}_shoulder"] + UPPER_ARM * upper_arm
    wrist = elbow + FOREARM * forearm
    joints[f"{side}_elbow"], joints[f"{side}_wrist"] = elbow, wrist
    joints[f"{side}_index"] = wrist + KNUCKLE * (np.cos(flexion) * forearm + np.sin(flexion) * across)


def _place_leg(
    joints: dict[str, Array], side: Side | str, values: Mapping[str, Array], forward: Array, offset_deg: float
) -> None:
    """Reach from the hip to the foot's place with two bones, the knee in front."""
    hip = joints[f"{side}_hip"]
    lane = HIP_HALF if side == "left" else -HIP_HALF
    ahead, height = values[f"{side}_ankle_forward"], values[f"{side}_ankle_up"]
    target = np.stack([ahead, np.full_like(ahead, lane), ANKLE + height], axis=-1)
    along = _unit(target - hip)
    cosine = (THIGH**2 + SHANK**2 - np.sum((target - hip) ** 2, axis=-1)) / (2 * THIGH * SHANK)
    knee_angle = np.clip(np.arccos(np.clip(cosine, -1, 1)) + np.radians(offset_deg), 0.2, np.pi - 0.02)
    reach = np.sqrt(THIGH**2 + SHANK**2 - 2 * THIGH * SHANK * np.cos(knee_angle))[:, None]
    share = (THIGH**2 + reach**2 - SHANK**2) / (2 * reach)
    front = _unit(forward - np.sum(forward * along, axis=-1, keepdims=True) * along)
    joints[f"{side}_knee"] = hip + share * along + np.sqrt(np.maximum(THIGH**2 - share**2, 0)) * front
    joints[f"{side}_ankle"] = hip + reach * along
    pointing = forward if side == "right" else np.broadcast_to([1.0, 0.0, 0.0], forward.shape)
    for part, (ahead_m, up_m) in _FOOT.items():
        joints[f"{side}_{part}"] = joints[f"{side}_ankle"] + ahead_m * pointing + np.array([0.0, 0.0, up_m])


def _radians(degrees: Array) -> Array:
    return np.radians(degrees)[:, None]


def _unit(vectors: Array) -> Array:
    unit: Array = vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)
    return unit
