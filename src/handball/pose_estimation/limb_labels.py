"""Which of two arms, or legs, is the left one: the labels under which both move most smoothly through the picture.

Where arms cross, a net may hand over wrist and elbow for some frames, or the wrist alone. Four labellings of a frame
(exchange the inner joint, the outer ones, both, none) are weighed over the whole clip by dynamic programming (Viterbi
1967): joints go on as they went, bones do not get too long, labels seldom change, and the net is mostly right.
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Bool
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.exchanged_sides import with_joints_exchanged

Array = NDArray[np.float64]

LEAST_RATE_HZ = 45.0
"""Below, a throwing hand goes too far between two frames for its way to tell it from the other one."""
_LABELS = ((False, False), (False, True), (True, False), (True, True))
"""Whether the inner joint and the outer ones are exchanged."""
_EXCHANGED_COST, _CHANGE_COST, _LONG_COST = 0.01, 0.06, 0.3
_FARTHEST = 1.0
"""No step costs more than this many torso lengths: some are errors of another kind."""
_LONGEST_STEP_RATIO = 1.5
_FEWEST_ROWS = 3
_SIDES = ("left", "right")


@attrs.frozen(kw_only=True)
class Limb:
    """A limb: where it begins, its middle joint, what hangs on its end, and its longest bone in torso lengths."""

    root: str
    inner: str
    outer: tuple[str, ...]
    longest_bone: float


ARMS = Limb(root="shoulder", inner="elbow", outer=("wrist", "index"), longest_bone=0.55)
LEGS = Limb(root="hip", inner="knee", outer=("ankle", "heel", "big_toe"), longest_bone=0.85)


def with_limbs_relabeled(flat: Pose2D, deep: Pose3D) -> tuple[Pose2D, Pose3D, int]:
    """Exchange left and right joints of arms and legs where that makes both move smoothly.

    Returns
    -------
    tuple
        Both poses, and the number of frames in which something was exchanged; as they were at low frame rates.
    """
    if len(flat.times) < _FEWEST_ROWS or flat.peak_rate_hz < LEAST_RATE_HZ:
        return flat, deep, 0
    changed = np.zeros(len(flat.times), dtype=bool)
    for limb in (ARMS, LEGS):
        labels = exchanged_parts(flat, limb)
        changed |= labels.any(axis=1)
        for parts, rows in (((limb.inner,), labels[:, 0]), (limb.outer, labels[:, 1])):
            flat, deep = with_joints_exchanged(flat, parts, rows), with_joints_exchanged(deep, parts, rows)
    return flat, deep, int(changed.sum())


def exchanged_parts(flat: Pose2D, limb: Limb) -> Bool[np.ndarray, "frames 2"]:
    """Tell in which frames the inner joint and the outer joints are exchanged."""
    placed, roots = _placed(flat, limb)
    own = _cost_of_labels(placed, roots, limb)
    changes = _CHANGE_COST * np.array(
        [[sum(a != b for a, b in zip(i, k, strict=True)) for k in _LABELS] for i in _LABELS]
    )
    steps = _steps(placed)
    cost = own[0][:, None] + own[1][None] + steps[0] + changes
    back = np.zeros((len(placed), len(_LABELS), len(_LABELS)), np.int64)
    for row in range(2, len(placed)):
        total = cost[:, :, None] + (_bends(placed, flat.times, row) + steps[row - 1]) / 2 + changes + own[row]
        back[row], cost = total.argmin(axis=0), total.min(axis=0)
    before, now = (int(label) for label in np.unravel_index(int(cost.argmin()), cost.shape))
    chosen = [now, before]
    for row in range(len(placed) - 1, 1, -1):
        chosen.append(int(back[row, chosen[-1], chosen[-2]]))
    return np.array([_LABELS[label] for label in chosen[::-1]])


def _placed(flat: Pose2D, limb: Limb) -> tuple[Array, Array]:
    """Return both limbs under each labelling, (frames, labels, sides, joints, 2), and their roots, (frames, sides, 2).

    In torso lengths from the middle of the hips.
    """
    hips = flat.middle("left_hip", "right_hip")
    torso = np.linalg.norm(flat.middle("left_shoulder", "right_shoulder") - hips, axis=1)
    unit = float(np.nanmedian(torso)) if np.isfinite(torso).any() else 1.0
    parts = (limb.root, limb.inner, *limb.outer)
    joints = np.stack(
        [np.stack([(flat.joint(f"{side}_{part}") - hips) / unit for part in parts], axis=1) for side in _SIDES], axis=1
    )
    other = joints[:, ::-1]
    placed = [
        np.concatenate([(other if inner else joints)[:, :, 1:2], (other if outer else joints)[:, :, 2:]], axis=2)
        for inner, outer in _LABELS
    ]
    return np.stack(placed, axis=1), joints[:, :, 0]


def _cost_of_labels(placed: Array, roots: Array, limb: Limb) -> Array:
    """Cost of each labelling of each frame by itself, (frames, labels)."""
    first = np.linalg.norm(placed[..., 0, :] - roots[:, None], axis=-1)
    second = np.linalg.norm(placed[..., 1, :] - placed[..., 0, :], axis=-1)
    too_long = np.maximum(np.nan_to_num(np.stack([first, second])) - limb.longest_bone, 0).sum(axis=(0, 3))
    exchanged = np.array([sum(label) for label in _LABELS])
    return np.asarray(_LONG_COST * too_long + _EXCHANGED_COST * exchanged)


def _steps(placed: Array) -> Array:
    """Mean step of the joints from each labelling of a frame to each of the next, (frames - 1, labels, labels)."""
    way = np.linalg.norm(placed[1:, None] - placed[:-1, :, None], axis=-1)
    return np.asarray(np.minimum(np.nan_to_num(way), _FARTHEST).mean(axis=(3, 4)))


def _bends(placed: Array, times: Array, row: int) -> Array:
    """How far the joints are from where they were going, for labellings of three frames, (labels, labels, labels)."""
    ratio = min(float((times[row] - times[row - 1]) / (times[row - 1] - times[row - 2])), _LONGEST_STEP_RATIO)
    ahead = placed[row - 1][None] + (placed[row - 1][None] - placed[row - 2][:, None]) * ratio
    away = np.linalg.norm(placed[row][None, None] - ahead[:, :, None], axis=-1)
    return np.asarray(np.minimum(np.nan_to_num(away), _FARTHEST).mean(axis=(3, 4)))
