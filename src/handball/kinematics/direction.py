"""Where a throw goes, as far as the throwing hand tells."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import velocity
from handball.kinematics.vectors import horizontal, unit

_WINDOW_S = 0.06


def throwing_direction(body: Pose3D, strike_row: int | None = None) -> NDArray[np.float64]:
    """Horizontal direction of the right hand when it is fastest, relative to the hips.

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
    hand = body.joint("right_wrist") - body.middle("left_hip", "right_hip")
    speeds = velocity(hand, body.times)
    size = np.linalg.norm(speeds, axis=1)
    if np.isnan(size).all():
        return np.array([1.0, 0.0, 0.0])
    row = int(np.nanargmax(size)) if strike_row is None else strike_row
    near = (np.abs(body.times - body.times[row]) <= _WINDOW_S) & ~np.isnan(size)
    near[row] = ~np.isnan(size[row])
    mean = horizontal(speeds[near].mean(axis=0)) if near.any() else np.zeros(3)
    return unit(mean) if np.linalg.norm(mean) > 0 else np.array([1.0, 0.0, 0.0])
