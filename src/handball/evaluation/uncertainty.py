"""How sure a difference is: pose noise, and what the joint turns while the moment is uncertain.

The variance of an angle at a key action is the variance of the pose plus (angular speed x timing
error) squared. An elbow that straightens at over 1,000 degrees a second near the strike moves by 33
degrees between two frames at 30 a second, so the frame rate alone costs 10 degrees a clip there.
"""

from __future__ import annotations

import math

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyAction
from handball.domain.angles import AngleSeries
from handball.domain.error_bars import ErrorBars
from handball.kinematics.derivatives import angular_velocity_deg
from handball.kinematics.vectors import wrapped_deg


@attrs.frozen(kw_only=True)
class Reading:
    """An angle at a moment: its value and one standard deviation from pose and timing, in degrees."""

    value: float
    pose_sigma: float
    timing_sigma: float


def read_angle(angles: AngleSeries, name: str, mark: KeyAction, bars: ErrorBars | None = None) -> Reading:
    """Read an angle at a key action.

    Parameters
    ----------
    angles
        Angles of the clip; an angle that it lacks reads NaN.
    mark
        Key action on the rows of `angles`. Where its time lies between two rows, the value is
        interpolated.
    bars
        How long the clip's error bars are at this moment; as they are without.

    Examples
    --------
    >>> angles = AngleSeries(names=("right_elbow_angle",), frames=range(5), times=np.arange(5) / 30,
    ...     degrees=np.arange(5)[:, None] * 100 / 3, sigma_deg=np.zeros((5, 1)))
    >>> mark = KeyAction(name="strike", row=2, frame=2, time=2 / 30, rule="manual", confidence=1, timing_sigma_s=0)
    >>> round(read_angle(angles, "right_elbow_angle", mark).timing_sigma, 2)
    9.62
    """
    if name not in angles.names:
        return Reading(value=np.nan, pose_sigma=np.nan, timing_sigma=np.nan)
    curve = angles.curve(name)
    speed = fastest_speed(angles.times, curve, mark)
    factor = bars.at(mark.role, name) if bars is not None else 1.0
    return Reading(
        value=value_at(angles.times, curve, mark),
        pose_sigma=factor * float(angles.sigma(name)[mark.row]),
        timing_sigma=factor * speed * timing_error(angles.times, mark),
    )


def value_at(times: NDArray[np.float64], curve: NDArray[np.float64], mark: KeyAction) -> float:
    """Read an angle in degrees at the time of a key action, between its row and the next one."""
    row, late = mark.row, mark.time - times[mark.row]
    other = min(max(row + int(np.sign(late)), 0), len(times) - 1)
    if other == row or np.isnan(curve[other]):
        return float(curve[row])
    share = min(late / (times[other] - times[row]), 1.0)
    moved = curve[row] + share * wrapped_deg(curve[other] - curve[row])
    return float(wrapped_deg(moved))


def frame_interval(times: NDArray[np.float64], row: int) -> float:
    """Return the longer of the two steps beside a row, in seconds; NaN for a single row."""
    steps = np.diff(times[max(row - 1, 0) : row + 2])
    return float(steps.max()) if len(steps) else float("nan")


def timing_error(times: NDArray[np.float64], mark: KeyAction) -> float:
    """Return one standard deviation of a moment in seconds: never less than the frame grid allows.

    A moment that is only known to lie within one frame interval is uniform over it, which has a
    standard deviation of the interval divided by the root of 12.
    """
    return max(mark.timing_sigma_s, frame_interval(times, mark.row) / math.sqrt(12.0))


def fastest_speed(times: NDArray[np.float64], curve: NDArray[np.float64], mark: KeyAction) -> float:
    """Return the largest angular speed around a moment in degrees a second; NaN where it is missing.

    The maximum over one frame interval (or the timing error, if longer) to both sides: at a turning
    point the speed itself is zero, and the angle is uncertain all the same.
    """
    reach = max(frame_interval(times, mark.row), mark.timing_sigma_s)
    near = np.abs(times - times[mark.row]) <= reach * (1 + 1e-9)
    near[mark.row] = True
    speeds = np.abs(angular_velocity_deg(curve, times))[near]
    return float(np.nanmax(speeds)) if not np.isnan(speeds).all() else float("nan")


def combined(*sigmas: float) -> float:
    """Add independent standard deviations: the root of the summed squares.

    Examples
    --------
    >>> combined(3.0, 4.0)
    5.0
    """
    return float(np.sqrt(np.sum(np.square(sigmas))))
