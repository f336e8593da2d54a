"""Where a throw goes, as far as the throwing hand tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import velocity
from handball.kinematics.vectors import horizontal, unit

_WINDOW_S = 0.08


def throwing_direction(body: Pose3D, strike_row: int | None = None) -> NDArray[np.float64]:
    """Horizontal direction of the right hand around its fastest moment, relative to the hips.

    A straight line through the hand's places within 80 ms of the strike: more robust than the
    velocity at one frame.

    Parameters
    ----------
    body
        Joints in right-handed form.
    strike_row
        Row of the strike; the row of the fastest hand where it is not given.

    Returns
    -------
    numpy.ndarray
        Unit vector, shape (3,), z = 0; the x axis where the hand never moves.
    """
    slope, _ = _line(body, strike_row)
    flat = horizontal(slope)
    return unit(flat) if np.linalg.norm(flat) > 0 else np.array([1.0, 0.0, 0.0])


def direction_sigma_deg(body: Pose3D, strike_row: int | None = None) -> float:
    """One standard deviation of the throwing direction in degrees, from the hand's own uncertainty.

    The ends of the hand's way are uncertain; a longer way makes the direction surer.
    """
    slope, duration = _line(body, strike_row)
    way = float(np.linalg.norm(horizontal(slope))) * duration
    sigma = body.sigma[:, body.skeleton.index("right_wrist"), :2]
    across = float(np.nanmedian(np.linalg.norm(sigma, axis=1)))
    return float(np.degrees(np.arctan2(across, way))) if way > 0 else 90.0


def _line(body: Pose3D, strike_row: int | None) -> tuple[NDArray[np.float64], float]:
    """Slope of a line through the hand around the strike, metres a second, and its duration in seconds."""
    hand = body.joint("right_wrist") - body.middle("left_hip", "right_hip")
    seen = ~np.isnan(hand).any(axis=1)
    size = np.linalg.norm(velocity(hand, body.times), axis=1)
    if np.isnan(size).all():
        return np.zeros(3), 0.0
    row = int(np.nanargmax(size)) if strike_row is None else strike_row
    order = np.argsort(np.abs(body.times - body.times[row]), kind="stable")
    near = np.abs(body.times - body.times[row]) <= _WINDOW_S
    near[order[:3]] = True
    near &= seen
    if near.sum() < 2:
        return np.zeros(3), 0.0
    times = body.times[near] - body.times[near].mean()
    slope: NDArray[np.float64] = times @ (hand[near] - hand[near].mean(axis=0)) / (times @ times)
    return slope, float(np.ptp(times))
