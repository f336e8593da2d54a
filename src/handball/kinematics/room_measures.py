"""Numbers of a throw that only joints in a room have: heights above a known floor, speeds in metres a second."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyActions, Measure
from handball.domain.pose import Pose3D
from handball.kinematics.moment_measures import read_at
from handball.kinematics.vectors import UP, dot

_SPAN_S = 0.015
"""Half the time over which a speed is taken."""
_METHOD_SHARE = 0.04
"""One standard deviation of what a straight line over that time and smoothing make of the speed, as its share."""
_HEIGHT_FACTOR = 1.6
"""Pose nets err on one joint over many pictures alike: set on 44 rendered throws (docs/explanation/two-cameras.md)."""
_AROUND_S = 0.06
_FEWEST = 3


def room_measures(body: Pose3D, key_actions: KeyActions, *, floor: bool) -> tuple[Measure, ...]:
    """Measure one throw in right-handed form in a room.

    Parameters
    ----------
    body
        Smoothed joints in the room.
    key_actions
        Of this throw.
    floor
        Whether z = 0 is the floor; without it there are no heights.

    Returns
    -------
    tuple
        `elbow_above_floor` at cocking and strike and `hand_above_floor` at the strike in metres, where the floor is
        known; `hand_speed`, the fastest of the wrist around the strike in metres a second.
    """
    found = [hand_speed(body, key_actions["strike"].time)]
    if not floor:
        return tuple(found)
    heights = (("elbow_above_floor", "cocking"), ("elbow_above_floor", "strike"), ("hand_above_floor", "strike"))
    return (*(_height(body, key_actions, name, moment) for name, moment in heights), *found)


def _height(body: Pose3D, key_actions: KeyActions, name: str, moment: str) -> Measure:
    joint = "right_elbow" if name.startswith("elbow") else "right_wrist"
    found = read_at(body, key_actions[moment], (joint,), lambda at: dot(at[:, 0], UP))
    sigma = _HEIGHT_FACTOR * found.sigma
    return Measure(name=name, unit="m", value=found.value, sigma=sigma, key_action=moment)


def hand_speed(body: Pose3D, strike_s: float) -> Measure:
    """Return the highest speed of the right wrist in the room within 60 ms of the strike, metres a second.

    A straight line through its places within 15 ms, three pictures at least; one standard deviation from theirs and
    from the method's own.
    """
    times, places = body.times, body.joint("right_wrist")
    sigma = body.sigma[:, body.skeleton.index("right_wrist")]
    seen = np.flatnonzero(~np.isnan(places[:, 0]))
    near = seen[np.abs(times[seen] - strike_s) <= _AROUND_S]
    found = [_speed(times, places, sigma, seen, row) for row in near] if len(seen) >= _FEWEST else []
    value, error = max(found, default=(float("nan"), float("nan")))
    return Measure(name="hand_speed", unit="m/s", value=value, sigma=error, key_action="strike")


def _speed(
    times: NDArray[np.float64],
    places: NDArray[np.float64],
    sigma: NDArray[np.float64],
    seen: NDArray[np.int64],
    row: np.int64,
) -> tuple[float, float]:
    distance = np.abs(times[seen] - times[row])
    nearest = np.sort(distance)[_FEWEST - 1]
    rows = seen[distance <= max(_SPAN_S, nearest)]
    apart = times[rows] - times[rows].mean()
    size = float(apart @ apart)
    slope = apart @ (places[rows] - places[rows].mean(axis=0)) / size
    speed = float(np.linalg.norm(slope))
    spread = np.sqrt((apart**2) @ (sigma[rows] ** 2)) / size
    along = slope / speed if speed > 0 else np.ones(3) / np.sqrt(3)
    return speed, float(np.hypot(np.linalg.norm(spread * along), _METHOD_SHARE * speed))
