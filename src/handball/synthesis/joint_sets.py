"""The joints of a motion in the orders that other sets use: COCO-17 and H36M-17 (SPEC 0)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23
from handball.synthesis.motion import Motion
from handball.synthesis.rig import SEGMENTS, segment_origins

Array = NDArray[np.float64]

COCO_17: tuple[str, ...] = BODY_23.joints[:17]
H36M_17: tuple[str, ...] = (
    "pelvis",
    "right_hip",
    "right_knee",
    "right_ankle",
    "left_hip",
    "left_knee",
    "left_ankle",
    "spine",
    "thorax",
    "neck",
    "head",
    "left_shoulder",
    "left_elbow",
    "left_wrist",
    "right_shoulder",
    "right_elbow",
    "right_wrist",
)


def coco_joints(motion: Motion) -> Array:
    """Return the joints of COCO-17 in the world, metres, shape (frames, 17, 3)."""
    joints: Array = motion.joints[:, : len(COCO_17)]
    return joints


def h36m_joints(motion: Motion) -> Array:
    """Return the joints of H36M-17 in the world, metres, shape (frames, 17, 3).

    Pelvis and thorax are the middles of hips and shoulders, the spine lies half-way between them, the neck
    is the nose's place in that set, the head the crown.
    """
    named = dict(zip(BODY_23.joints, np.moveaxis(motion.joints, 1, 0), strict=True))
    named["pelvis"] = (named["left_hip"] + named["right_hip"]) / 2
    named["thorax"] = (named["left_shoulder"] + named["right_shoulder"]) / 2
    named["spine"] = (named["pelvis"] + named["thorax"]) / 2
    named["neck"] = named["nose"]
    named["head"] = _crown(motion)
    return np.stack([named[name] for name in H36M_17], axis=1)


def _crown(motion: Motion) -> Array:
    """Return the top of the head: above the head's own joint, as in the rest pose."""
    body, row = motion.player.body, SEGMENTS.index("head")
    origins = segment_origins(body, motion.root, motion.rotations)[:, row]
    above = np.array([0.0, 0.0, body.head_top - body.origins[row, 2]])
    return np.asarray(origins + motion.rotations[:, row] @ above)
