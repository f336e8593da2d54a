"""Left taken for right: exchange the joints of both sides on some frames."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import attrs
import numpy as np
from jaxtyping import Bool

from handball.domain.pose import Pose2D, Pose3D

P = TypeVar("P", Pose2D, Pose3D)


def with_joints_exchanged(pose: P, parts: Sequence[str], rows: Bool[np.ndarray, " frames"]) -> P:
    """Exchange the left and right one of some joints on some rows."""
    if not rows.any():
        return pose
    order = list(range(len(pose.skeleton.joints)))
    for part in parts:
        left, right = pose.skeleton.index(f"left_{part}"), pose.skeleton.index(f"right_{part}")
        order[left], order[right] = right, left
    changes = {}
    for name in ("positions", "scores", "sigma"):
        values = getattr(pose, name).copy()
        values[rows] = values[rows][:, order]
        changes[name] = values
    return attrs.evolve(pose, **changes)
