"""Joints that leave their way for some frames, as an arm that a net takes for the other one where they cross."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.pose_estimation.limb_labels import LEAST_RATE_HZ

_HALF_WINDOW_S = 0.06
"""A joint may stray for nearly this long and still be outvoted by the frames around."""
_FARTHEST = 0.3
"""Torso lengths from the median of the places around. A hand that goes straight on lies on that median however fast it
is; where it turns back at a throw's highest accelerations it is 0.1 away from it."""
_FEWEST_AROUND = 5


def without_strays(flat: Pose2D, deep: Pose3D) -> tuple[Pose2D, Pose3D]:
    """Blank joints that are far from the median of their own places within 60 ms, in both poses.

    Nothing is done below 45 frames a second, where a throwing hand goes too far between two frames.
    """
    if flat.peak_rate_hz < LEAST_RATE_HZ:
        return flat, deep
    stray = stray_joints(flat)
    if not stray.any():
        return flat, deep
    missing = stray[..., None]
    return (
        attrs.evolve(flat, positions=np.where(missing, np.nan, flat.positions)),
        attrs.evolve(deep, positions=np.where(missing, np.nan, deep.positions)),
    )


def stray_joints(flat: Pose2D) -> Bool[np.ndarray, "frames joints"]:
    """Tell which joints stray in which frames; never where fewer than five frames lie within the window."""
    hips = flat.middle("left_hip", "right_hip")
    torso = np.linalg.norm(flat.middle("left_shoulder", "right_shoulder") - hips, axis=1)
    if not np.isfinite(torso).any():
        return np.zeros(flat.scores.shape, dtype=bool)
    away = np.linalg.norm(flat.positions - _medians(flat.positions, flat.times), axis=-1)
    far: NDArray[np.bool_] = away > _FARTHEST * float(np.nanmedian(torso))
    return far


def _medians(
    positions: Float[np.ndarray, "frames joints 2"], times: Float[np.ndarray, " frames"]
) -> Float[np.ndarray, "frames joints 2"]:
    """Median place of each joint within the window around each frame; its own place where too few frames lie there."""
    result = positions.copy()
    first = np.searchsorted(times, times - _HALF_WINDOW_S)
    last = np.searchsorted(times, times + _HALF_WINDOW_S, side="right")
    for row, (begin, end) in enumerate(zip(first, last, strict=True)):
        reach = min(row - begin, end - 1 - row)
        if 2 * reach + 1 >= _FEWEST_AROUND:
            around = positions[row - reach : row + reach + 1]
            seen = ~np.isnan(around[..., 0]).any(axis=0)
            result[row, seen] = np.median(around[:, seen], axis=0)
    return result
