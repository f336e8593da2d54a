"""Bones that keep their length."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.domain.skeleton import LIMB_BONES
from handball.kinematics.vectors import unit


def bone_lengths(pose: Pose3D) -> NDArray[np.float64]:
    """Return the median length in metres of each bone of the limbs; NaN for one that is never seen."""
    lengths = []
    for parent, child in LIMB_BONES:
        seen = np.linalg.norm(pose.joint(child) - pose.joint(parent), axis=1)
        seen = seen[~np.isnan(seen)]
        lengths.append(np.median(seen) if seen.size else np.nan)
    return np.array(lengths)


def with_steady_bones(pose: Pose3D) -> Pose3D:
    """Give every limb bone its median length, keeping all directions (and so all joint angles).

    The joints of the trunk stay where they are; a joint whose parent is missing stays as well.
    """
    positions = pose.positions.copy()
    for (parent, child), length in zip(LIMB_BONES, bone_lengths(pose), strict=True):
        a, b = pose.skeleton.index(parent), pose.skeleton.index(child)
        moved = positions[:, a] + unit(pose.positions[:, b] - pose.positions[:, a]) * length
        known = ~np.isnan(moved).any(axis=1)
        positions[known, b] = moved[known]
    return attrs.evolve(pose, positions=positions)
