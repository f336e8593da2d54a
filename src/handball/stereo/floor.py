"""Which way is up and where the floor is, from the feet of an athlete: heels and toes that stand still lie on it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.optimize import least_squares

from handball.domain.arrays import column
from handball.domain.skeleton import BODY_23

Array = NDArray[np.float64]

_FEET = BODY_23.indices(("left_heel", "right_heel", "left_big_toe", "right_big_toe"))
_ANKLES = BODY_23.indices(("left_ankle", "right_ankle"))
_SHOULDERS = BODY_23.indices(("left_shoulder", "right_shoulder"))
_STILL = 0.5
"""Metres a second below which a heel or a toe stands; the noise of the joints is in it."""
_NEAR = 0.12
_JOINT_HEIGHT = 0.02
"""Heels and toes are marked inside the foot, so far above the sole."""
_FOOT_SPREAD, _ROLL_DEG, _LEAN_DEG = 0.02, 3.0, 10.0
"""One standard deviation of a standing foot's height, of a phone held level, and of a body held upright."""
_SAME = 10.0
"""So many pictures of one standing foot tell no more than one."""
_FEWEST, _MOST_SPREAD = 20, 0.035


@attrs.frozen(kw_only=True)
class Floor:
    """The floor in some axes: `up` is its unit normal, `height` the place of the floor along it in metres.

    `found` tells whether enough standing feet agree with one plane; `up` alone is good for less.
    """

    up: Float[np.ndarray, "3"] = column(np.float64)
    height: float
    found: bool


def floor_of(points: Array, times: Array, level: Sequence[Array]) -> Floor:
    """Find the floor.

    Parameters
    ----------
    points
        Joints of `BODY_23` in metres, shape (frames, joints, 3); NaN where missing.
    times
        Seconds, shape (frames,).
    level
        Unit vectors that should lie level: to the right of each camera's picture.
    """
    lean = _lean(points)
    start = _upright(lean, level)
    standing = _standing(points, times, start)
    if len(standing) < _FEWEST:
        return Floor(up=start, height=_lowest(points, start) - _JOINT_HEIGHT, found=False)
    trust = 1 / np.sqrt(max(1.0, len(standing) / _SAME))

    def misfits(values: Array) -> Array:
        up, height = values[:3] / np.linalg.norm(values[:3]), values[3]
        feet = (standing @ up - height) / _FOOT_SPREAD * trust
        rolls = np.degrees([up @ side for side in level]) / _ROLL_DEG
        tilt = np.degrees(np.cross(up, lean)) / _LEAN_DEG
        return np.concatenate([feet, rolls, tilt, [np.linalg.norm(values[:3]) - 1]])

    first = np.append(start, np.median(standing @ start))
    values = least_squares(misfits, first, loss="soft_l1").x
    up = values[:3] / np.linalg.norm(values[:3])
    away = np.abs(standing @ up - values[3])
    spread = float(np.sqrt(np.mean(np.sort(away)[: int(0.9 * len(away))] ** 2)))
    return Floor(up=up, height=float(values[3]) - _JOINT_HEIGHT, found=spread < _MOST_SPREAD)


def _lean(points: Array) -> Array:
    """Return the unit vector from ankles to shoulders that is usual in the clip."""
    body = points[:, _SHOULDERS].mean(axis=1) - points[:, _ANKLES].mean(axis=1)
    usual = np.nanmedian(body / np.linalg.norm(body, axis=1, keepdims=True), axis=0)
    return np.asarray(usual / np.linalg.norm(usual))


def _upright(lean: Array, level: Sequence[Array]) -> Array:
    """Turn the lean of the body into the direction that best has all level vectors level."""
    normal = sum(np.outer(side, side) for side in level) / np.radians(_ROLL_DEG) ** 2
    up = np.linalg.solve(normal + np.eye(3) / np.radians(_LEAN_DEG) ** 2, lean)
    return np.asarray(up / np.linalg.norm(up))


def _standing(points: Array, times: Array, up: Array) -> Array:
    """Return heels and toes that stand still near the lowest of them, shape (points, 3)."""
    feet = points[:, _FEET]
    speed = np.linalg.norm(np.gradient(feet, times, axis=0), axis=-1)
    low = feet @ up < _lowest(points, up) + _NEAR
    return np.asarray(feet[low & (np.nan_to_num(speed, nan=np.inf) < _STILL)])


def _lowest(points: Array, up: Array) -> float:
    return float(np.nanquantile(points[:, _FEET] @ up, 0.1))
