"""The angle curves of the analytic throw: sums of smooth moves on a clock that is 0 at the strike.

Timing and size follow published and measured handball throws: elbow highest 100 ms before the peak
hand speed, elbow bent 50 to 60 degrees there and opening at more than 1,000 degrees a second, pelvis
fastest about 150 ms before the strike, then trunk, then elbow.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyActionName

Array = NDArray[np.float64]

BEGIN, END = -0.60, 0.60
"""First and last moment at which anything moves, in seconds from the strike."""

PHASES: Mapping[KeyActionName, float] = MappingProxyType(
    {"start": -0.49, "cocking": -0.10, "strike": 0.0, "finish": 0.295}
)
"""Seconds from the strike at which the curves are built to have their key actions."""


@attrs.frozen
class Curve:
    """A rest value and smooth moves (begin, end, change) that add up."""

    rest: float
    moves: tuple[tuple[float, float, float], ...]

    def __call__(self, time: Array) -> Array:
        """Return the value at times in seconds from the strike, shape of `time`."""
        value = np.full(time.shape, float(self.rest))
        for begin, end, change in self.moves:
            value += change * smooth_step((time - begin) / (end - begin))
        return value


def smooth_step(share: Array) -> Array:
    """Go from 0 to 1 with the least jerk (Flash and Hogan 1985), still outside 0..1.

    Examples
    --------
    >>> smooth_step(np.array([-1.0, 0.5, 2.0]))
    array([0. , 0.5, 1. ])
    """
    u = np.clip(share, 0.0, 1.0)
    step: Array = u**3 * (10.0 - 15.0 * u + 6.0 * u**2)
    return step


CURVES: Mapping[str, Curve] = MappingProxyType(
    {
        "hip_line_angle": Curve(25, ((-0.60, -0.28, 45), (-0.31, 0.01, -62), (0.02, 0.32, -22), (0.32, 0.60, 10))),
        "shoulder_line_angle": Curve(
            25, ((-0.60, -0.24, 75), (-0.24, 0.07, -105), (0.02, 0.30, -45), (0.32, 0.60, 15))
        ),
        "trunk_tilt_forward": Curve(2, ((-0.55, -0.28, -6), (-0.16, 0.21, 21), (0.10, 0.29, 12), (0.29, 0.60, -20))),
        "trunk_tilt_lateral": Curve(0, ((-0.45, -0.072, 14), (-0.02, 0.40, -10))),
        "right_shoulder_elevation": Curve(
            40, ((-0.60, -0.187, 75), (-0.121, -0.029, -30), (0.02, 0.28, -48), (0.28, 0.60, 16))
        ),
        "right_shoulder_azimuth": Curve(
            45, ((-0.60, -0.20, -75), (-0.12, 0.08, 55), (0.02, 0.26, 55), (0.28, 0.60, -15))
        ),
        "right_elbow_angle": Curve(
            75, ((-0.58, -0.30, 15), (-0.32, -0.095, -36), (-0.085, 0.08, 98), (0.08, 0.28, -30))
        ),
        "right_forearm_rotation": Curve(
            35, ((-0.58, -0.28, 50), (-0.30, -0.06, 60), (-0.07, 0.12, -115), (0.12, 0.30, -20))
        ),
        "right_wrist_flexion": Curve(0, ((-0.40, -0.10, -25), (-0.05, 0.06, 55), (0.10, 0.30, -30))),
        "left_shoulder_elevation": Curve(35, ((-0.58, -0.25, 50), (-0.22, 0.05, -45), (0.10, 0.35, 15))),
        "left_shoulder_azimuth": Curve(50, ((-0.58, -0.25, -25), (-0.25, 0.05, -35))),
        "left_elbow_angle": Curve(80, ((-0.58, -0.28, 65), (-0.25, 0.05, -75), (0.10, 0.40, 20))),
        "pelvis_forward": Curve(0.0, ((-0.60, 0.0, 0.50), (-0.02, 0.35, 0.16), (0.35, 0.60, 0.02))),
        "pelvis_drop": Curve(0.02, ((-0.50, -0.12, 0.075), (-0.02, 0.35, -0.015), (0.35, 0.60, -0.03))),
        "left_ankle_forward": Curve(0.08, ((-0.42, -0.13, 0.82),)),
        "left_ankle_up": Curve(0.0, ((-0.44, -0.28, 0.10), (-0.28, -0.12, -0.10))),
        "right_ankle_forward": Curve(-0.10, ((-0.10, 0.12, 0.12), (0.05, 0.50, 0.45))),
        "right_ankle_up": Curve(0.0, ((-0.12, 0.10, 0.12), (0.15, 0.50, -0.12))),
        "raised_arm": Curve(0.0, ((-0.60, -0.20, 1.0), (0.06, 0.28, -1.0))),
    }
)
"""Degrees; lengths of the legs' curves in metres of a body 1.80 m tall; the last one from 0 to 1."""
