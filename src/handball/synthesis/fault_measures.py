"""What the sizes of faults are measured on: joints of `BODY_23` in the lane of a right-hander.

Joints have the shape (times, joints, 3). The formulas of angles are those of `kinematics.angles`, the throw
goes along y.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23
from handball.kinematics.angles import interior, separation, shoulder_elevation
from handball.kinematics.angles import shoulder_line as line_angle

Array = NDArray[np.float64]

_ALONG = np.array([0.0, 1.0, 0.0])
_TRUNK = ("right_shoulder", "left_shoulder", "right_hip", "left_hip")


def _at(joints: Array, *names: str) -> Array:
    return joints[:, BODY_23.indices(names)]


def elevation(joints: Array) -> float:
    """Upper arm to trunk at the first time, degrees."""
    return float(shoulder_elevation(_at(joints, *_TRUNK, "right_shoulder", "right_elbow"), _ALONG)[0])


def shoulder_line(joints: Array) -> float:
    """Turn of the shoulder line at the first time, degrees."""
    return float(line_angle(_at(joints, *_TRUNK[:2]), _ALONG)[0])


def largest_separation(joints: Array) -> float:
    """Largest turn of the shoulders against the hips, degrees."""
    return float(separation(_at(joints, *_TRUNK), _ALONG).max())


def front_knee(joints: Array) -> float:
    """Interior angle of the left knee at the first time, degrees."""
    return float(interior(_at(joints, "left_hip", "left_knee", "left_ankle"), _ALONG)[0])


def behind_shoulder(joints: Array) -> float:
    """How far the right wrist is behind its shoulder at the first time, arm lengths."""
    shoulder, elbow, wrist = _at(joints, "right_shoulder", "right_elbow", "right_wrist")[0]
    arm = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)
    return float((shoulder[1] - wrist[1]) / arm)


def hand_above_hip(joints: Array) -> float:
    """How far the right wrist is above the left hip at the first time, torso lengths."""
    right, left, right_hip, left_hip, wrist = _at(joints, *_TRUNK, "right_wrist")[0]
    torso = np.linalg.norm(right + left - right_hip - left_hip) / 2
    return float((wrist[2] - left_hip[2]) / torso)


def root(function: Callable[[float], float], low: float, high: float) -> float:
    """Find where a function is zero between two ends (Illinois rule); the nearer end where it is nowhere.

    Examples
    --------
    >>> round(root(lambda x: x * x - 2.0, 0.0, 2.0), 3)
    1.414
    """
    at_low, at_high = function(low), function(high)
    if at_low * at_high > 0:
        return low if abs(at_low) < abs(at_high) else high
    middle = high
    for _ in range(24):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        at_middle = function(middle)
        if abs(at_middle) < 1e-4:
            break
        if at_middle * at_high < 0:
            low, at_low = high, at_high
        else:
            at_low /= 2
        high, at_high = middle, at_middle
    return middle
