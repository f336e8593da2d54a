"""Velocities and speeds of joints sampled at uneven times."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pose import Pose
from handball.kinematics.vectors import wrapped_deg


def velocity(values: Float[np.ndarray, "frames *axes"], times: Float[np.ndarray, " frames"]) -> NDArray[np.float64]:
    """First derivative in units a second, second order accurate for uneven steps; NaN beside missing values."""
    if len(times) < 2:
        return np.full(values.shape, np.nan)
    change: NDArray[np.float64] = np.gradient(values, times, axis=0)
    return change


def angular_velocity_deg(
    degrees: Float[np.ndarray, " frames"], times: Float[np.ndarray, " frames"]
) -> NDArray[np.float64]:
    """Degrees a second of an angle that may wrap at 180; NaN where the angle is missing."""
    present = ~np.isnan(degrees)
    result = np.full(degrees.shape, np.nan)
    if present.sum() < 2:
        return result
    steps = wrapped_deg(np.diff(degrees[present]))
    unwrapped = np.concatenate([[0.0], np.cumsum(steps)])
    result[present] = velocity(unwrapped, times[present])
    return result


def speed_relative_to_hips(pose: Pose, joint: str) -> NDArray[np.float64]:
    """Speed of a joint relative to the middle of the hips, in units of the pose a second, shape (frames,)."""
    relative = pose.joint(joint) - pose.middle("left_hip", "right_hip")
    speed: NDArray[np.float64] = np.linalg.norm(velocity(relative, pose.times), axis=-1)
    return speed


def interpolated_peak(times: NDArray[np.float64], values: NDArray[np.float64], row: int) -> tuple[float, float]:
    """Refine a maximum between samples by a parabola through three neighbours: (time, value)."""
    if row == 0 or row == len(values) - 1 or np.isnan(values[row - 1 : row + 2]).any():
        return float(times[row]), float(values[row])
    before, after = times[row] - times[row - 1], times[row + 1] - times[row]
    left, right = (values[row] - values[row - 1]) / before, (values[row + 1] - values[row]) / after
    curvature = (right - left) / (before + after)
    if curvature >= 0:
        return float(times[row]), float(values[row])
    slope = (left * after + right * before) / (before + after)
    shift = float(np.clip(-slope / (2 * curvature), -before, after))
    return float(times[row]) + shift, float(values[row] + slope * shift + curvature * shift**2)


def without_single_spikes(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Median of three neighbours: one wrong frame makes no extreme; rising and falling runs stay as they are.

    Examples
    --------
    >>> without_single_spikes(np.array([1.0, 2.0, 9.0, 4.0, 5.0]))
    array([1., 2., 4., 5., 5.])
    """
    if len(values) < 3:
        return values.copy()
    inner = np.median(np.stack([values[:-2], values[1:-1], values[2:]]), axis=0)
    filtered: NDArray[np.float64] = np.concatenate([values[:1], inner, values[-1:]])
    return filtered
