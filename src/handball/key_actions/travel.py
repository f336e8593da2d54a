"""How a runner goes through the picture: across it, or towards the camera and away from it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose2D

_RUN_UP_S = 0.9
_FOCAL = 0.8
"""Focal length of a usual phone in lengths of the picture's long side."""
_LEAST_WAY = 0.4
"""Leg lengths: who goes less far stands, and a foot that stands is seen from anywhere."""


def share_across(picture: Pose2D, leg_px: NDArray[np.float64], strike_s: float) -> float:
    """Return the share of the run-up that goes across the picture: 1 from the side, 0 from the front or behind.

    Who comes nearer grows: the way in depth is read from the length of the leg in the picture, the way across from
    the hips, both over the 0.9 s before the strike. 1 for somebody who hardly moves.
    """
    hips = picture.middle("left_hip", "right_hip")[:, 0]
    rows = np.flatnonzero((picture.times >= strike_s - _RUN_UP_S) & (picture.times <= strike_s) & ~np.isnan(hips))
    if len(rows) < 2:
        return 1.0
    first, last = rows[0], rows[-1]
    usual = float(leg_px[rows].mean())
    across = abs(float(hips[last] - hips[first])) / usual
    along = _FOCAL * max(picture.image_size) / usual * abs(float(np.log(leg_px[last] / leg_px[first])))
    way = float(np.hypot(across, along))
    return across / way if way >= _LEAST_WAY else 1.0
