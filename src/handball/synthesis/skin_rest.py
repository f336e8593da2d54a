"""From the pose that the body model ships with to the rest pose of the rig: straight legs, arms level out."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23, Side
from handball.synthesis.rig import CARRIERS, PARENTS, SEGMENTS, RestBody
from handball.synthesis.skin_model import SkinModel

Array = NDArray[np.float64]

_SPINE_BONES = {"abdomen": "spine04", "chest": "spine02", "neck": "neck01", "head": "head"}
_LIMB_KEYPOINTS = {
    "upper_arm": "shoulder",
    "forearm": "elbow",
    "hand": "wrist",
    "thigh": "hip",
    "shank": "knee",
    "foot": "ankle",
}
SOLE_M = 0.012
"""How far a shoe stands out from the foot."""
_UP = np.array([0.0, 0.0, 1.0])
_FORWARD = np.array([0.0, 1.0, 0.0])


def frame_of(first: Array, second: Array) -> Array:
    """Return axes (columns) whose first lies along one direction and whose second leans to another."""
    along = first / np.linalg.norm(first)
    across = second - along * (second @ along)
    across = across / np.linalg.norm(across)
    return np.stack([along, across, np.cross(along, across)], axis=1)


def turning(source: tuple[Array, Array], target: tuple[Array, Array]) -> Array:
    """Return the rotation that takes one pair of directions to another: the first exactly, the second nearly."""
    rotation: Array = frame_of(*target) @ frame_of(*source).T
    return rotation


def anchors(model: SkinModel) -> dict[str, Array]:
    """Return the proximal joint of each segment before the body takes the rest pose."""
    points = model.keypoints
    found = {"pelvis": (points["left_hip"] + points["right_hip"]) / 2}
    found |= {segment: model.head_of(bone) for segment, bone in _SPINE_BONES.items()}
    for side, letter in (("left", "L"), ("right", "R")):
        found[f"{side}_clavicle"] = model.head_of(f"clavicle.{letter}")
        found |= {f"{side}_{part}": points[f"{side}_{joint}"] for part, joint in _LIMB_KEYPOINTS.items()}
        found[f"{side}_toes"] = (model.head_of(f"toe1-1.{letter}") + model.head_of(f"toe3-1.{letter}")) / 2
    return found


def straightening(model: SkinModel) -> dict[str, Array]:
    """Return for each segment the rotation that brings it into the rest pose of `rig.py`."""
    at = anchors(model)
    found = {segment: np.eye(3) for segment in SEGMENTS}
    sides: tuple[tuple[Side, str, float], ...] = (("left", "L", -1.0), ("right", "R", 1.0))
    for side, letter, sign in sides:
        found |= _arm(model, at, side, letter, np.array([sign, 0.0, 0.0]))
        found |= _leg(at, side)
    return found


def _arm(model: SkinModel, at: dict[str, Array], side: str, letter: str, out: Array) -> dict[str, Array]:
    shoulder, elbow, wrist = (at[f"{side}_{name}"] for name in ("upper_arm", "forearm", "hand"))
    knuckles = [model.head_of(f"finger{finger}-1.{letter}") for finger in (2, 5)]
    # The relaxed elbow of the model is a little bent: its forearm shows where "forward" is for a straight arm.
    upper = turning((elbow - shoulder, wrist - elbow), (out, _FORWARD))
    folding = np.cross(elbow - shoulder, wrist - elbow)
    fore = turning((wrist - elbow, folding), (out, np.cross(out, _FORWARD)))
    hand = turning((np.mean(knuckles, axis=0) - wrist, knuckles[0] - knuckles[1]), (out, _FORWARD))
    return {f"{side}_upper_arm": upper, f"{side}_forearm": fore, f"{side}_hand": hand}


def _leg(at: dict[str, Array], side: str) -> dict[str, Array]:
    hip, knee, ankle, toes = (at[f"{side}_{name}"] for name in ("thigh", "shank", "foot", "toes"))
    ahead = toes - ankle
    foot = turning((_UP, ahead), (_UP, _FORWARD))
    return {
        f"{side}_thigh": turning((knee - hip, _FORWARD), (-_UP, _FORWARD)),
        f"{side}_shank": turning((ankle - knee, _FORWARD), (-_UP, _FORWARD)),
        f"{side}_foot": foot,
        f"{side}_toes": foot,
    }


def measure_rest(model: SkinModel) -> RestBody:
    """Measure the rest pose of `rig.py` on the surface: segments, joints of `BODY_23`, crown and soles."""
    at, turns = anchors(model), straightening(model)
    origins: dict[str, Array] = {}
    for segment, parent in PARENTS.items():
        step = at[segment] - (at[parent] if parent else at["pelvis"])
        origins[segment] = origins[parent] + turns[parent] @ step if parent else step
    joints = {joint: _joint(model, joint, at, turns, origins) for joint in BODY_23.joints}
    return RestBody(
        origins=np.array([origins[segment] for segment in SEGMENTS]),
        joints=np.array([joints[joint] for joint in BODY_23.joints]),
        head_top=float(model.vertices[:, 2].max() - at["pelvis"][2]),
        floor=_floor(model, at, turns, origins),
    )


def _joint(
    model: SkinModel, joint: str, at: dict[str, Array], turns: dict[str, Array], origins: dict[str, Array]
) -> Array:
    segment = CARRIERS[joint]
    return origins[segment] + turns[segment] @ (_keypoint(model, joint) - at[segment])


def _keypoint(model: SkinModel, joint: str) -> Array:
    if joint.endswith("index"):
        return model.head_of("finger2-1." + joint[0].upper())
    return model.keypoints[joint]


def _floor(model: SkinModel, at: dict[str, Array], turns: dict[str, Array], origins: dict[str, Array]) -> float:
    """Return the height of the soles: the lowest of the surface that the feet carry, in shoes."""
    carried = np.array([bone.startswith(("foot", "toe")) for bone in model.bones])
    share = (model.weights * carried[model.weight_bones]).sum(axis=1)
    soles = model.vertices[(share > 0.9) & (model.vertices[:, 0] < 0)]
    placed = origins["left_foot"] + (soles - at["left_foot"]) @ turns["left_foot"].T
    return float(placed[:, 2].min()) - SOLE_M
