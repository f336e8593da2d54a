"""From angle curves to the rotations of the arms, in the trunk frame that `kinematics.angles` measures them in.

So an angle of a curve is the angle that the pipeline measures. A hand may also be led to a place (the
other hand to the ball, the dribbling hand with it); the elbow then keeps its side.
"""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.synthesis.moves import soft_limits, soft_minimum
from handball.synthesis.rig import SEGMENTS, RestBody
from handball.synthesis.rotations import across, cross, normalized, taking, turned

Array = NDArray[np.float64]
Values = Mapping[str, Array]

_ELBOW_LIMITS_DEG = (32.0, 174.0)
_FORWARD = np.array([0.0, 1.0, 0.0])
_FULL_REACH = 0.985


@attrs.frozen(kw_only=True)
class Lead:
    """Where the wrist of an arm is led, relative to the middle of the hips, and how much (0 to 1)."""

    wrist: Float[np.ndarray, "frames 3"] = column(np.float64)
    weight: Float[np.ndarray, " frames"] = column(np.float64)


def trunk_frame(rest: RestBody, rotations: Array) -> tuple[Array, dict[str, Array]]:
    """Return right, forward, up of the trunk as columns, (frames, 3, 3), and both shoulders relative to the hips."""
    pelvis, abdomen, chest = (rotations[:, SEGMENTS.index(name)] for name in ("pelvis", "abdomen", "chest"))
    origin = {name: rest.origins[SEGMENTS.index(name)] for name in ("abdomen", "chest")}
    base = pelvis @ origin["abdomen"] + abdomen @ (origin["chest"] - origin["abdomen"])
    shoulders = {}
    for side in ("left", "right"):
        clavicle, arm = (rest.origins[SEGMENTS.index(f"{side}_{name}")] for name in ("clavicle", "upper_arm"))
        girdle = rotations[:, SEGMENTS.index(f"{side}_clavicle")]
        shoulders[side] = base + chest @ (clavicle - origin["chest"]) + girdle @ (arm - clavicle)
    right = normalized(shoulders["right"] - shoulders["left"])
    up = across((shoulders["right"] + shoulders["left"]) / 2, right)
    return np.stack([right, cross(up, right), up], axis=-1), shoulders


def place_arm(
    rotations: Array, rest: RestBody, side: str, values: Values, trunk: Array, shoulder: Array, lead: Lead | None
) -> Array:
    """Write the rotations of upper arm, forearm and hand; return the wrist relative to the hips."""
    upper_arm, forearm, bend = _directions(side, values, trunk)
    lengths = _lengths(rest, side)
    if lead is not None:
        upper_arm, forearm, bend = _led(shoulder, lengths, (upper_arm, forearm, bend), lead)
    _write(rotations, rest, side, (upper_arm, forearm, bend), values)
    return shoulder + lengths[0] * upper_arm + lengths[1] * forearm


def _directions(side: str, values: Values, trunk: Array) -> tuple[Array, Array, Array]:
    """Return the unit vectors of upper arm and forearm, and the direction in which the elbow bends."""
    right, forward, up = (trunk[..., axis] for axis in range(3))
    outward = right if side == "right" else -right
    elevation, azimuth, rotation = (
        np.radians(values[f"{side}_{name}"])[:, None]
        for name in ("shoulder_elevation", "shoulder_azimuth", "forearm_rotation")
    )
    elbow = np.radians(soft_limits(values[f"{side}_elbow_angle"], *_ELBOW_LIMITS_DEG))[:, None]
    level = np.cos(azimuth) * outward + np.sin(azimuth) * forward
    upper_arm = np.sin(elevation) * level - np.cos(elevation) * up
    ahead = np.cos(azimuth) * forward - np.sin(azimuth) * outward
    above = np.sin(elevation) * up + np.cos(elevation) * level
    bend = np.cos(rotation) * ahead + np.sin(rotation) * above
    return upper_arm, np.sin(elbow) * bend - np.cos(elbow) * upper_arm, bend


def _lengths(rest: RestBody, side: str) -> tuple[float, float]:
    upper_arm, forearm, hand = (rest.origins[SEGMENTS.index(f"{side}_{n}")] for n in ("upper_arm", "forearm", "hand"))
    return float(np.linalg.norm(forearm - upper_arm)), float(np.linalg.norm(hand - forearm))


def _led(
    shoulder: Array, lengths: tuple[float, float], pose: tuple[Array, Array, Array], lead: Lead
) -> tuple[Array, Array, Array]:
    """Bend the arm so that the wrist comes to its place, the elbow on the side where it was."""
    upper, lower = lengths
    upper_arm, forearm, bend = pose
    free = upper * upper_arm + lower * forearm
    wanted = free + lead.weight[:, None] * (lead.wrist - shoulder - free)
    distance = np.sqrt(np.einsum("fi,fi->f", wanted, wanted))
    reach = soft_minimum(distance, np.full_like(distance, _FULL_REACH * (upper + lower)), 0.04)
    along = wanted / distance[:, None]
    share = (upper**2 + reach**2 - lower**2) / (2 * reach)
    height = np.sqrt(np.maximum(upper**2 - share**2, 1e-8))
    pole = across(upper_arm - 0.3 * bend, along)
    to_elbow = share[:, None] * along + height[:, None] * pole
    new_upper = to_elbow / upper
    new_forearm = (reach[:, None] * along - to_elbow) / lower
    return new_upper, new_forearm, across(new_forearm, new_upper)


def _write(rotations: Array, rest: RestBody, side: str, pose: tuple[Array, Array, Array], values: Values) -> None:
    upper_arm, forearm, bend = pose
    rows = [SEGMENTS.index(f"{side}_{name}") for name in ("upper_arm", "forearm", "hand")]
    shoulder, elbow, wrist = (rest.origins[row] for row in rows)
    rotations[:, rows[0]] = taking(elbow - shoulder, _FORWARD, upper_arm, bend)
    straight = taking(wrist - elbow, _FORWARD, forearm, bend_across(upper_arm, forearm, bend))
    twist = np.radians(values[f"{side}_pronation"])
    flexion = np.radians(values[f"{side}_wrist_flexion"]) * (1.0 if side == "right" else -1.0)
    rotations[:, rows[1]] = straight @ turned(0, -0.5 * twist)
    rotations[:, rows[2]] = straight @ turned(0, -twist) @ turned(1, flexion)


def bend_across(upper_arm: Array, forearm: Array, bend: Array) -> Array:
    """Return the direction in which the forearm would bend further, across it in the plane of the arm."""
    cosine, sine = np.einsum("fi,fi->f", upper_arm, forearm), np.einsum("fi,fi->f", bend, forearm)
    further: Array = cosine[:, None] * bend - sine[:, None] * upper_arm
    return further
