"""How far the throwing hand can smear in one picture."""

from __future__ import annotations

import numpy as np

from handball.domain.pose import Pose, Pose2D, Pose3D
from handball.domain.skeleton import Side
from handball.kinematics.derivatives import velocity

_AROUND_S = 0.5
"""The strike that was found may be the draw before it: the hand is fastest nearby."""
_READS_LOW, _COARSE_HZ = 1.2, 45.0
"""Top speeds read 17 to 30 % too low at 30 pictures a second."""


def hand_smear(flat: Pose2D, deep: Pose3D, hand: Side, strike: float, rate_hz: float) -> tuple[float, float]:
    """Return how far the hand moves from one picture to the next around the strike, in pixels and meters.

    No shutter is open longer than that, so the hand smears by this much at most; in good light by much less.
    """
    speeds = np.linalg.norm(velocity(flat.joint(f"{hand}_wrist"), flat.times), axis=1)
    near = speeds[np.abs(flat.times - strike) <= _AROUND_S]
    seen = near[~np.isnan(near)]
    if not seen.size:
        return float("nan"), float("nan")
    way_px = float(seen.max()) / rate_hz * (_READS_LOW if flat.rate_hz < _COARSE_HZ else 1.0)
    return way_px, way_px * _torso(deep) / _torso(flat)


def _torso(pose: Pose) -> float:
    ends = pose.middle("left_shoulder", "right_shoulder") - pose.middle("left_hip", "right_hip")
    return float(np.nanquantile(np.linalg.norm(ends, axis=1), 0.75))
