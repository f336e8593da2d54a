"""Left and right joints that a net has swapped for some frames."""

from __future__ import annotations

import itertools
from typing import TypeVar

import numpy as np
from jaxtyping import Bool
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.exchanged_sides import with_joints_exchanged

P = TypeVar("P", Pose2D, Pose3D)

_LIMBS = {
    "arms": ("shoulder", "elbow", "wrist", "index"),
    "legs": ("hip", "knee", "ankle", "heel", "big_toe"),
}
_LONGEST_SWAP_S = 0.25
_LONGEST_FLIP_S = 0.27
"""From the last right frame before a flip to the first one after it."""
_LEGS_APART = 0.2
_SAME_WAY = 0.7
_GAIN = 0.55
"""A swap is repaired only when it shortens the way of the joints to less than this share."""


def swapped_rows(pose: Pose3D, limbs: str) -> Bool[np.ndarray, " frames"]:
    """Tell where the left and right joints of the `arms` or `legs` are exchanged for a short while.

    Two paths are weighed frame by frame (keep, exchange) and the one with the shorter way of the
    joints wins; only runs of up to 0.25 s that start and end with a clear jump count, because a
    longer one is a turn of the body or cannot be told from one.
    """
    sides = [pose.skeleton.indices(tuple(f"{side}_{part}" for part in _LIMBS[limbs])) for side in ("left", "right")]
    kept = np.concatenate([pose.positions[:, sides[0]], pose.positions[:, sides[1]]], axis=1)
    turned = np.concatenate([pose.positions[:, sides[1]], pose.positions[:, sides[0]]], axis=1)
    stay, cross = _way(kept[:-1], kept[1:]), _way(kept[:-1], turned[1:])
    jump = (cross < _GAIN * stay) & (stay > 0.12)
    rows = np.zeros(len(pose.times), dtype=bool)
    starts = np.flatnonzero(jump) + 1
    for first, after in zip(starts[::2], starts[1::2], strict=False):
        if pose.times[after] - pose.times[first] <= _LONGEST_SWAP_S:
            rows[first:after] = True
    return rows


def _way(before: NDArray[np.float64], after: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean distance in metres of the joints from one frame to the next."""
    distance = np.linalg.norm(after - before, axis=-1)
    present = ~np.isnan(distance)
    total = np.where(present, distance, 0.0).sum(axis=1)
    mean: NDArray[np.float64] = total / np.maximum(present.sum(axis=1), 1)
    return mean


def flipped_leg_rows(flat: Pose2D) -> Bool[np.ndarray, " frames"]:
    """Tell where the legs stand the wrong way round for a moment, although they hardly jump.

    When both legs overlap, a net may hand them over and back without any single large step. The
    vector from the right to the left leg then points the other way for less than 0.2 s and comes
    back to where it was; no stride is that quick.
    """
    across = _leg_difference(flat)
    length = np.linalg.norm(across, axis=1)
    rows = np.zeros(len(length), dtype=bool)
    apart = np.flatnonzero(length > _LEGS_APART)
    for first, last in itertools.pairwise(apart):
        if not _alike(across[first], across[last]) < -_SAME_WAY:
            continue
        later = apart[(apart >= last) & (flat.times[apart] <= flat.times[first] + _LONGEST_FLIP_S)]
        back = [row for row in later if _alike(across[first], across[row]) > _SAME_WAY]
        if back and 0.6 < length[back[0]] / length[first] < 1.7:
            between = np.arange(first + 1, back[0])
            rows[between[across[between] @ across[first] < 0]] = True
    return rows


def _leg_difference(flat: Pose2D) -> NDArray[np.float64]:
    """Mean vector from the right to the left leg in torso lengths, shape (frames, 2)."""
    torso = np.linalg.norm(
        flat.middle("left_shoulder", "right_shoulder") - flat.middle("left_hip", "right_hip"), axis=1
    )
    seen = torso[~np.isnan(torso)]
    differences = [flat.joint(f"left_{part}") - flat.joint(f"right_{part}") for part in ("knee", "ankle", "heel")]
    scale = float(np.median(seen)) if seen.size else np.nan
    mean: NDArray[np.float64] = np.nan_to_num(np.mean(differences, axis=0) / scale, nan=0.0)
    return mean


def _alike(first: NDArray[np.float64], second: NDArray[np.float64]) -> float:
    """Cosine of the angle between two vectors."""
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))


def exchanged(pose: P, limbs: str, rows: Bool[np.ndarray, " frames"]) -> P:
    """Exchange left and right of the `arms` or `legs` on some rows."""
    return with_joints_exchanged(pose, _LIMBS[limbs], rows)


def with_sides_repaired(flat: Pose2D, deep: Pose3D) -> tuple[Pose2D, Pose3D, int]:
    """Repair swapped sides in both poses; also return the number of repaired frames."""
    repaired = 0
    for limbs in _LIMBS:
        rows = swapped_rows(deep, limbs)
        if limbs == "legs":
            rows = rows ^ flipped_leg_rows(exchanged(flat, limbs, rows))
        if rows.any():
            flat, deep = exchanged(flat, limbs, rows), exchanged(deep, limbs, rows)
            repaired += int(rows.sum())
    return flat, deep, repaired
