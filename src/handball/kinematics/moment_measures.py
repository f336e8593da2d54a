"""A number read from joints at one moment, with one standard deviation from theirs and from the moment's own."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyMoment
from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import velocity

HEIGHT_SHARE = 0.779
"""Shank, thigh and trunk make up this share of the body height (Drillis and Contini 1966, in Winter 2009)."""

Curve = Callable[[NDArray[np.float64]], NDArray[np.float64]]
"""From joints (frames, joints, 3) to a value for each frame, shape (frames,)."""


@attrs.frozen(kw_only=True)
class MomentValue:
    """A value at a moment and one standard deviation; NaN where a joint is missing."""

    value: float
    sigma: float


def read_at(body: Pose3D, mark: KeyMoment, joints: Sequence[str], curve: Curve) -> MomentValue:
    """Read a function of some joints at a moment.

    The uncertainty of each coordinate is carried through by a step of one standard deviation; the speed of the
    value times the timing error of the moment is added as a square.
    """
    columns = body.skeleton.indices(tuple(joints))
    positions, sigma = body.positions[:, columns], body.sigma[:, columns]
    values = curve(positions)
    variance = 0.0
    for joint in range(len(columns)):
        for axis in range(3):
            moved = positions[mark.row : mark.row + 1].copy()
            moved[:, joint, axis] += sigma[mark.row, joint, axis]
            variance += float((curve(moved)[0] - values[mark.row]) ** 2)
    speed = abs(float(velocity(values, body.times)[mark.row]))
    return MomentValue(
        value=float(values[mark.row]),
        sigma=float(np.hypot(np.sqrt(variance), np.nan_to_num(speed) * mark.timing_sigma_s)),
    )


def median_length(body: Pose3D, first: str, second: str) -> float:
    """Return the median distance of two joints over the clip, metres; NaN where they are never seen."""
    return _seen_median(np.linalg.norm(body.joint(first) - body.joint(second), axis=1))


def torso_length(body: Pose3D) -> float:
    """Return the median distance from the middle of the hips to that of the shoulders, metres."""
    trunk = body.middle("left_shoulder", "right_shoulder") - body.middle("left_hip", "right_hip")
    return _seen_median(np.linalg.norm(trunk, axis=1))


def leg_length(body: Pose3D) -> float:
    """Return thigh and shank of the other side together, metres."""
    return median_length(body, "left_hip", "left_knee") + median_length(body, "left_knee", "left_ankle")


def body_height(body: Pose3D) -> float:
    """Return the body height that trunk and leg suggest, metres."""
    return (leg_length(body) + torso_length(body)) / HEIGHT_SHARE


def _seen_median(lengths: NDArray[np.float64]) -> float:
    seen = lengths[~np.isnan(lengths)]
    return float(np.median(seen)) if seen.size else float("nan")
