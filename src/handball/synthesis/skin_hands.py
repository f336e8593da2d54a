"""The throwing hand: fingers stretched and spread so that a ball lies in it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.skeleton import Side
from handball.synthesis.skin_model import SkinModel

Array = NDArray[np.float64]

_STRETCH_DEG = (12.0, 10.0, 6.0)
"""How far each joint of a finger opens against the relaxed hand of the model, from the knuckle out."""
_SPREAD_DEG = {2: 9.0, 3: 3.0, 4: -4.0, 5: -11.0}


def open_hand(model: SkinModel, side: Side) -> SkinModel:
    """Return the body with the fingers of one hand opened."""
    letter = "L" if side == "left" else "R"
    wrist = model.keypoints[f"{side}_wrist"]
    first, last = (model.head_of(f"finger{finger}-1.{letter}") for finger in (2, 5))
    across = (last - first) / np.linalg.norm(last - first)
    palm = np.cross((first + last) / 2 - wrist, across)
    palm /= np.linalg.norm(palm)
    turns = np.tile(np.eye(4), (len(model.bones), 1, 1))
    for finger, spread in _SPREAD_DEG.items():
        chain = np.eye(4)
        for joint, degrees in enumerate(_STRETCH_DEG, 1):
            bone = f"finger{finger}-{joint}.{letter}"
            sidewards = spread if joint == 1 else 0.0
            chain = chain @ _turn_at(model.head_of(bone), across, palm, degrees, sidewards)
            turns[model.bones.index(bone)] = chain
    return attrs.evolve(model, vertices=_moved(model, turns))


def _turn_at(point: Array, across: Array, palm: Array, stretch_deg: float, spread_deg: float) -> Array:
    turn = Rotation.from_rotvec(np.radians(stretch_deg) * across) * Rotation.from_rotvec(np.radians(spread_deg) * palm)
    matrix = np.eye(4)
    matrix[:3, :3] = turn.as_matrix()
    matrix[:3, 3] = point - matrix[:3, :3] @ point
    return matrix


def _moved(model: SkinModel, turns: Array) -> Array:
    blended = np.einsum("vk,vkij->vij", model.weights, turns[model.weight_bones])
    return np.asarray(np.einsum("vij,vj->vi", blended[:, :3, :3], model.vertices) + blended[:, :3, 3])
