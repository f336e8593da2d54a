"""An analytic throw of a stick figure: joints in metres on `BODY_23`, seen from the side, thrown towards +x."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import PchipInterpolator

from handball.domain.skeleton import BODY_23

Array = NDArray[np.float64]

KEY_TIMES = {"start": 0.5, "cocking": 1.0, "strike": 1.2, "finish": 1.5}
DURATION = 1.8
_KNOTS = (0.0, 0.5, 0.8, 1.0, 1.1, 1.2, 1.35, 1.5, 1.8)
_CURVES = {
    "elevation": (30, 40, 85, 95, 100, 105, 80, 50, 35),
    "azimuth": (20, 10, -20, -25, 5, 40, 50, 45, 30),
    "elbow": (90, 90, 110, 95, 110, 155, 165, 150, 140),
    "rotation": (0, 0, 60, 95, 95, 45, -30, -40, -20),
    "shoulder_line": (30, 40, 80, 85, 60, 10, -30, -35, -20),
    "hip_line": (30, 35, 70, 50, 30, 5, -15, -20, -15),
    "tilt": (0, -2, -10, -8, 0, 15, 25, 25, 15),
    "other_elevation": (30, 55, 90, 85, 60, 40, 30, 30, 30),
    "other_elbow": (100, 130, 150, 140, 110, 80, 90, 110, 120),
    "pelvis_x": (0.0, 0.05, 0.2, 0.4, 0.5, 0.58, 0.68, 0.74, 0.78),
    "pelvis_z": (0.91, 0.9, 0.87, 0.84, 0.82, 0.82, 0.84, 0.87, 0.9),
    "lead_x": (0.15, 0.15, 0.5, 0.85, 0.85, 0.85, 0.85, 0.85, 0.85),
    "lead_z": (0.09, 0.09, 0.25, 0.1, 0.09, 0.09, 0.09, 0.09, 0.09),
    "rear_x": (-0.1, -0.1, -0.1, 0.05, 0.12, 0.2, 0.45, 0.6, 0.65),
    "rear_z": (0.09, 0.09, 0.09, 0.12, 0.16, 0.2, 0.3, 0.2, 0.09),
}


def knobs(times: Array) -> dict[str, Array]:
    """Give the joint angles (degrees) and paths (metres) that drive the figure, at seconds of the plain throw."""
    return {name: PchipInterpolator(_KNOTS, values)(np.clip(times, 0, DURATION)) for name, values in _CURVES.items()}


def _unit(vectors: Array) -> Array:
    return vectors / np.linalg.norm(vectors, axis=-1, keepdims=True)


def _turned(line_deg: Array) -> tuple[Array, Array]:
    """Left and forward of a body part whose line is turned away from the target by some degrees."""
    angle, zero = np.radians(line_deg), np.zeros_like(line_deg)
    return (
        np.stack([np.sin(angle), np.cos(angle), zero], axis=1),
        np.stack([np.cos(angle), -np.sin(angle), zero], axis=1),
    )


def _arm(shoulder: Array, outward: Array, forward: Array, drive: tuple[Array, Array, Array, Array]) -> Array:
    elevation, azimuth, elbow, rotation = (np.radians(values)[:, None] for values in drive)
    aside = np.cos(azimuth) * outward + np.sin(azimuth) * forward
    upper = np.sin(elevation) * aside - np.cos(elevation) * np.array([0.0, 0.0, 1.0])
    ahead = _unit(forward - (forward * upper).sum(axis=1, keepdims=True) * upper)
    above = np.cross(upper, ahead) * np.sign(np.cross(outward, forward)[:, 2:])
    bend = np.pi - elbow
    lower = np.cos(bend) * upper + np.sin(bend) * (np.cos(rotation) * ahead + np.sin(rotation) * above)
    joint = shoulder + 0.31 * upper
    return np.stack([joint, joint + 0.27 * lower, joint + 0.36 * lower], axis=1)


def _knee(hip: Array, ankle: Array) -> Array:
    thigh, shank = 0.44, 0.43
    reach = np.clip(np.linalg.norm(ankle - hip, axis=1, keepdims=True), 1e-6, thigh + shank - 1e-4)
    along = (thigh**2 - shank**2 + reach**2) / (2 * reach)
    down = _unit(ankle - hip)
    front = np.array([1.0, 0.0, 0.0]) - down[:, :1] * down
    return hip + along * down + np.sqrt(np.maximum(thigh**2 - along**2, 0)) * _unit(front)


def joints(drive: dict[str, Array]) -> Array:
    """Pose the figure, shape (frames, 23, 3): metres, x to the target, y away from the camera, z up."""
    rows = len(drive["tilt"])
    found: dict[str, Array] = {}
    pelvis = np.stack([drive["pelvis_x"], np.zeros(rows), drive["pelvis_z"]], axis=1)
    tilt = np.radians(drive["tilt"])
    spine = np.stack([np.sin(tilt), np.zeros(rows), np.cos(tilt)], axis=1)
    left, forward = _turned(drive["shoulder_line"])
    hip_left, _ = _turned(drive["hip_line"])
    head = pelvis + 0.70 * spine
    for side, sign in (("left", 1.0), ("right", -1.0)):
        shoulder = pelvis + 0.5 * spine + sign * 0.19 * left
        hip = pelvis + sign * 0.13 * hip_left
        path = "lead" if side == "left" else "rear"
        ankle = np.stack([drive[f"{path}_x"], np.full(rows, sign * 0.12), drive[f"{path}_z"]], axis=1)
        angles = (
            (drive["other_elevation"], np.full(rows, 15.0), drive["other_elbow"], np.zeros(rows))
            if side == "left"
            else (drive["elevation"], drive["azimuth"], drive["elbow"], drive["rotation"])
        )
        arm = _arm(shoulder, sign * left, forward, angles)
        found |= {f"{side}_{part}": arm[:, k] for k, part in enumerate(("elbow", "wrist", "index"))}
        found |= {f"{side}_shoulder": shoulder, f"{side}_hip": hip, f"{side}_knee": _knee(hip, ankle)}
        found |= {f"{side}_ankle": ankle, f"{side}_heel": ankle + np.array([-0.05, 0, -0.06])}
        found |= {f"{side}_big_toe": ankle + np.array([0.17, 0, -0.07])}
        face = head + np.array([0.05, sign * 0.05, 0.03])
        found |= {f"{side}_ear": face, f"{side}_eye": face + np.array([0.06, -sign * 0.02, 0.03])}
    found["nose"] = head + np.array([0.14, 0, 0.03])
    return np.stack([found[name] for name in BODY_23.joints], axis=1)


def interior(first: Array, corner: Array, last: Array) -> Array:
    """Give the interior angle at a joint in degrees, 180 for a straight limb."""
    cosine = (_unit(first - corner) * _unit(last - corner)).sum(axis=-1)
    return np.degrees(np.arccos(np.clip(cosine, -1, 1)))
