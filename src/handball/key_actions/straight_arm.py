"""An arm held straight is fastest twice: the trunk carries it round, and only then the ball leaves it."""

from __future__ import annotations

import numpy as np

from handball.key_actions.curves import ThrowCurves
from handball.kinematics.signals import tops

_BESIDE_S, _LATER_S = 0.03, 0.1
"""Further away than the first is another peak, later than the second another movement."""
_AS_FAST = 0.85
_STILL_FAST = 0.5
"""Of the fastest knuckle: in between the hand slows down to no less."""


def last_peak(curves: ThrowCurves, strike: int) -> int:
    """Go on from the fastest wrist to the last peak of the same swing, about as fast at the knuckles.

    A bent arm whips, and everything is fastest at once. A straight one has a peak about 60 ms before the ball leaves,
    where the trunk and the upper arm are fastest, and another as forearm and wrist come through. Told by the
    knuckles, which are nearest to the ball: where they are not seen, the strike stays.
    """
    since, speed = curves.times - curves.times[strike], curves.knuckle_speed
    rows = np.flatnonzero((since >= -_BESIDE_S) & (since <= _LATER_S + 1e-9))
    if np.isnan(speed[rows]).any():
        return strike
    fastest = float(speed[rows].max())
    later = [
        row
        for row in rows[tops(speed[rows], _AS_FAST * fastest)]
        if since[row] > _BESIDE_S and speed[strike : row + 1].min() >= _STILL_FAST * fastest
    ]
    if not later:
        return strike
    near = np.flatnonzero(np.abs(since - since[later[-1]]) <= _BESIDE_S)
    return int(near[np.argmax(curves.speed[near])])
