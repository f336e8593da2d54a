"""How far poses in space are off: the measures of the lifting literature, in the unit of the joints.

Joints that are missing (NaN) in either pose count in none of them. All take (frames, joints, 3).
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

Array = NDArray[np.float64]
Poses = Float[np.ndarray, "frames joints 3"]

_FEWEST_JOINTS = 3
"""Fewer points than these leave the turn of an alignment open."""


def joint_error(found: Poses, true: Poses) -> float:
    """Return the mean distance of the joints (MPJPE); NaN where no joint is in both.

    Examples
    --------
    >>> joint_error(np.zeros((1, 1, 3)), np.array([[[3.0, 4.0, 0.0]]]))
    5.0
    """
    return _mean(np.linalg.norm(found - true, axis=-1))


def scaled_joint_error(found: Poses, true: Poses) -> float:
    """Return the mean distance once each frame has the scale that fits best (N-MPJPE).

    After Rhodin et al., "Unsupervised geometry-aware representation for 3D human pose estimation", ECCV 2018. The
    poses are given around a point that both share, as the middle of the hips.

    Examples
    --------
    >>> scaled_joint_error(np.ones((1, 2, 3)), 2 * np.ones((1, 2, 3)))
    0.0
    """
    both = _in_both(found, true)
    shown, wanted = np.where(both, found, 0.0), np.where(both, true, 0.0)
    size = (shown * shown).sum(axis=(1, 2))
    scale = np.divide((shown * wanted).sum(axis=(1, 2)), size, out=np.ones(len(size)), where=size > 0)
    return joint_error(scale[:, None, None] * found, true)


def aligned_joint_error(found: Poses, true: Poses) -> float:
    """Return the mean distance once each frame is moved, turned and scaled to fit best (PA-MPJPE).

    Mirroring is no turn: a mirrored pose stays wrong. Frames with fewer than three joints in both poses do not count.
    """
    both = _in_both(found, true)[..., 0]
    away = np.full(both.shape, np.nan)
    for row in np.flatnonzero(both.sum(axis=1) >= _FEWEST_JOINTS):
        seen = both[row]
        away[row, seen] = np.linalg.norm(aligned(found[row, seen], true[row, seen]) - true[row, seen], axis=-1)
    return _mean(away)


def aligned(points: Float[np.ndarray, "points 3"], to: Float[np.ndarray, "points 3"]) -> Array:
    """Return the points after the similarity without a mirror that brings them nearest to others.

    After Umeyama, "Least-squares estimation of transformation parameters between two point patterns", IEEE TPAMI 13(4),
    1991. Points that all coincide are moved only.
    """
    middle, goal = points.mean(axis=0), to.mean(axis=0)
    own, wanted = points - middle, to - goal
    left, strength, right = np.linalg.svd(own.T @ wanted)
    sign = np.array([1.0, 1.0, 1.0 if np.linalg.det(left @ right) > 0 else -1.0])
    size = float((own * own).sum())
    scale = float(strength @ sign) / size if size > 0 else 1.0
    return np.asarray(scale * own @ (left * sign) @ right + goal)


def step_error(found: Poses, true: Poses) -> float:
    """Return the mean error of the way from each frame to the next (MPJVE); per second it is times the rate.

    Examples
    --------
    >>> step_error(np.zeros((3, 1, 3)) + 7.0, np.zeros((3, 1, 3)))
    0.0
    """
    return joint_error(np.diff(found, axis=0), np.diff(true, axis=0))


def speed_error(found: Poses, true: Poses, times: Float[np.ndarray, " frames"]) -> float:
    """Return the mean error of the velocities between frames, per second (MPJVE times the rate), for any times."""
    lasted = np.diff(times)[:, None, None]
    return joint_error(np.diff(found, axis=0) / lasted, np.diff(true, axis=0) / lasted)


def mean_over_groups(errors: Float[np.ndarray, " clips"], groups: tuple[str, ...]) -> float:
    """Return the mean of each group's mean, as the literature does over actions; NaN of an error leaves its clip out.

    Examples
    --------
    >>> mean_over_groups(np.array([1.0, 3.0, 10.0]), ("throw", "throw", "pass"))
    6.0
    """
    names = np.array(groups)
    return _mean(np.array([_mean(errors[names == name]) for name in sorted(set(groups))]))


def _in_both(found: Poses, true: Poses) -> NDArray[np.bool_]:
    return np.asarray((np.isfinite(found) & np.isfinite(true)).all(axis=-1, keepdims=True))


def _mean(values: Array) -> float:
    seen = values[np.isfinite(values)]
    return float(seen.mean()) if seen.size else float("nan")
