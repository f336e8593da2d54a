"""Where a throw goes, as far as the throwing arm tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import velocity
from handball.kinematics.vectors import horizontal, unit

Array = NDArray[np.float64]

_WINDOW_S = 0.08
_MOST_APART_COSINE = 0.5
"""Elbow and hand whose ways differ by more than 60 degrees do not throw: the arm pushes up, as in a set shot."""


def throwing_direction(body: Pose3D, strike_row: int | None = None) -> Array:
    """Horizontal direction of the way of the right elbow around the strike.

    A straight line through its places within 80 ms of the strike. The hand whips around the elbow from one side to the
    other: on synthetic throws its way is 21 degrees off the target (median), the elbow's 6 to 7. Where the elbow does
    not go where the hand goes, as in a set shot, the hand's way is taken.

    Parameters
    ----------
    body
        Joints in right-handed form; of a pose around the hips the way relative to these.
    strike_row
        Row of the strike; the row of the fastest hand where it is not given.

    Returns
    -------
    numpy.ndarray
        Unit vector, shape (3,), z = 0; the x axis where the arm never moves.
    """
    slope, _, _ = _way(body, strike_row)
    flat = horizontal(slope)
    return unit(flat) if np.linalg.norm(flat) > 0 else np.array([1.0, 0.0, 0.0])


def direction_sigma_deg(body: Pose3D, strike_row: int | None = None) -> float:
    """One standard deviation of the throwing direction in degrees, from the joint's own uncertainty.

    The ends of its way are uncertain; a longer way makes the direction surer.
    """
    slope, duration, joint = _way(body, strike_row)
    way = float(np.linalg.norm(horizontal(slope))) * duration
    sigma = body.sigma[:, body.skeleton.index(joint), :2]
    across = float(np.nanmedian(np.linalg.norm(sigma, axis=1)))
    return float(np.degrees(np.arctan2(across, way))) if way > 0 else 90.0


def _way(body: Pose3D, strike_row: int | None) -> tuple[Array, float, str]:
    """Velocity of elbow or hand around the strike, metres a second, its duration in seconds, and which joint it is."""
    row = _fastest(body) if strike_row is None else strike_row
    hand, hand_s = _line(body, "right_wrist", row)
    elbow, elbow_s = _line(body, "right_elbow", row)
    ways = horizontal(hand), horizontal(elbow)
    sizes = np.linalg.norm(ways[0]) * np.linalg.norm(ways[1])
    if sizes > 0 and ways[0] @ ways[1] >= _MOST_APART_COSINE * sizes:
        return elbow, elbow_s, "right_elbow"
    return hand, hand_s, "right_wrist"


def _fastest(body: Pose3D) -> int:
    hand = body.joint("right_wrist") - body.middle("left_hip", "right_hip")
    size = np.linalg.norm(velocity(hand, body.times), axis=1)
    return 0 if np.isnan(size).all() else int(np.nanargmax(size))


def _line(body: Pose3D, joint: str, row: int) -> tuple[Array, float]:
    """Slope of a line through a joint around a row, metres a second, and its duration in seconds."""
    places = body.joint(joint)
    if body.origin == "pelvis":
        places = places - body.middle("left_hip", "right_hip")
    order = np.argsort(np.abs(body.times - body.times[row]), kind="stable")
    near = np.abs(body.times - body.times[row]) <= _WINDOW_S
    near[order[:3]] = True
    near &= ~np.isnan(places).any(axis=1)
    if near.sum() < 2:
        return np.zeros(3), 0.0
    times = body.times[near] - body.times[near].mean()
    slope: Array = times @ (places[near] - places[near].mean(axis=0)) / (times @ times)
    return slope, float(np.ptp(times))
