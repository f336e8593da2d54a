"""Where the camera stands, seen from who throws, and whether two clips were filmed from the same place."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.capture import CameraSide, View
from handball.domain.pose import Pose3D
from handball.kinematics.vectors import horizontal, unit

_HEAD_AROUND_S, _TRUNK_AROUND_S = 0.4, 0.12
_HEAD_WEIGHT, _TRUNK_WEIGHT = 2.0, 1.0
_TURNED_DEG = 14.0
"""Around a strike head and trunk are still turned to the throwing side by so much, on average."""
_LEAST_SIGMA_DEG, _SIDE_SIGMA_DEG = 14.0, 8.0
"""From anywhere, and from the side of the throwing arm (`handball bench views`)."""
_DISAGREEMENT = 0.4
"""Share of the angle between head and trunk that the view may be wrong by."""
_SIDE_DEG, _BEHIND_DEG = 45.0, 135.0
APART_DEG = 20.0
"""Clips whose views differ by more than this are not compared where the view matters: by then the lines of shoulders
and hips and the lean forward are off by a fifth to a half more than from one place (`handball bench views`)."""
_SURE = 1.64
"""Standard deviations that are exceeded by chance in one case of twenty, to one side."""


def camera_view(body: Pose3D, strike: float) -> View | None:
    """Estimate where the camera stands from where head and trunk face around the strike.

    The way of the hand would tell as well, but with one camera its depth is a guess.

    Parameters
    ----------
    body
        Joints in right-handed form, in the axes of the camera.
    strike
        Real seconds of the strike.

    Returns
    -------
    View or None
        None where neither is seen.
    """
    head = body.joint("nose") - body.middle("left_ear", "right_ear")
    across = body.joint("right_shoulder") - body.joint("left_shoulder")
    forward = np.stack([-across[:, 1], across[:, 0], np.zeros(len(across))], axis=1)
    away = np.abs(body.times - strike)
    face = _mean_direction(head[away <= _HEAD_AROUND_S])
    trunk = _mean_direction(forward[away <= _TRUNK_AROUND_S])
    if not face.any() and not trunk.any():
        return None
    facing = _HEAD_WEIGHT * face + _TRUNK_WEIGHT * trunk
    apart = abs(turn_between(_azimuth(face), _azimuth(trunk))) if face.any() and trunk.any() else 90.0
    azimuth = _wrapped(_azimuth(facing) + _TURNED_DEG)
    least = _SIDE_SIGMA_DEG if _SIDE_DEG <= azimuth <= _BEHIND_DEG else _LEAST_SIGMA_DEG
    return View(azimuth_deg=azimuth, sigma_deg=float(np.hypot(least, _DISAGREEMENT * apart)))


def camera_side(view: View) -> CameraSide:
    """Name the quarter in which the camera stands, seen from who throws."""
    size = abs(view.azimuth_deg)
    if size < _SIDE_DEG:
        return "front"
    if size > _BEHIND_DEG:
        return "behind"
    return "throwing_side" if view.azimuth_deg > 0 else "other_side"


def views_apart(reference: View, performance: View) -> float | None:
    """Return how many degrees two views are apart, where that is more than twenty and no chance; else None.

    Examples
    --------
    >>> side, front = View(azimuth_deg=90, sigma_deg=14), View(azimuth_deg=10, sigma_deg=14)
    >>> views_apart(side, front)
    80.0
    >>> views_apart(side, View(azimuth_deg=60, sigma_deg=14)) is None
    True
    """
    apart = abs(turn_between(reference.azimuth_deg, performance.azimuth_deg))
    sigma = float(np.hypot(reference.sigma_deg, performance.sigma_deg))
    return apart if apart > max(APART_DEG, _SURE * sigma) else None


def turn_between(first_deg: float, second_deg: float) -> float:
    """Return the turn from one direction to another, from -180 to 180 degrees."""
    return _wrapped(second_deg - first_deg)


def _wrapped(degrees: float) -> float:
    return float((degrees + 180.0) % 360.0 - 180.0)


def _azimuth(direction: NDArray[np.float64]) -> float:
    """Azimuth of the camera for somebody who faces this way: the camera looks along y."""
    return _wrapped(float(np.degrees(np.arctan2(direction[1], direction[0]))) + 90.0)


def _mean_direction(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean of the horizontal directions, each alike, as a unit vector; zero where none is seen."""
    flat = horizontal(vectors[~np.isnan(vectors).any(axis=1)])
    lengths = np.linalg.norm(flat, axis=1, keepdims=True)
    total = (flat / np.maximum(lengths, 1e-9)).sum(axis=0)
    return unit(total) if np.linalg.norm(total) > 0 else np.zeros(3)
