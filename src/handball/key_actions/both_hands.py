"""Both hands on one thing: the swing of a bat or club, which is no throw."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.key_actions.curves import ThrowCurves

_TOGETHER = 0.4
"""Torso lengths between the wrists."""
_TOGETHER_BEFORE = 0.5
"""The same before the strike: a thrower's hands part then and meet again after it."""
_AROUND_S = 0.4
_FLYING_SPEED, _FLYING_SHARE = 3.0, 0.3
"""Torso lengths a second, and share of the speed at the strike: a pitcher's hands are together too, but slowly."""
_FLYING_FROM_S, _FLYING_TO_S = -0.5, 0.3
_FLYING_LEAST_S = 0.13
_AS_FAST = 0.7
_SEEN = 0.3
_FEWEST_SIGHTS = 3


def swings_with_both_hands(curves: ThrowCurves, strike: int) -> bool:
    """Whether both hands fly together at the strike or near it, or stay together before and around it.

    Hands that are seen count; a hidden hand is a guess, and a guess lies anywhere. Where they are never seen
    together, all moments count.
    """
    since = curves.times - curves.times[strike]
    seen = (curves.hand_seen >= _SEEN) & (curves.other_seen >= _SEEN)
    apart = curves.hands_apart
    before, around = (since >= -_AROUND_S) & (since <= 0), np.abs(since) <= _AROUND_S
    if apart[strike] < _TOGETHER and curves.other_speed[strike] > _AS_FAST * curves.speed[strike]:
        return True
    if _usual(apart, around, seen) < _TOGETHER and _usual(apart, before, seen) < _TOGETHER_BEFORE:
        return True
    return fly_together(curves, strike)


def fly_together(curves: ThrowCurves, strike: int, least: float = _FLYING_SPEED) -> bool:
    """Whether both hands are seen to fly together for a while, shortly before a strike to shortly after it."""
    since = curves.times - curves.times[strike]
    fast = max(least, _FLYING_SHARE * float(np.fmax(curves.speed[strike], curves.other_speed[strike])))
    flying = (curves.speed > fast) & (curves.other_speed > fast) & (curves.hands_apart < _TOGETHER)
    flying &= (curves.hand_seen >= _SEEN) & (curves.other_seen >= _SEEN)
    flying &= (since >= _FLYING_FROM_S) & (since <= _FLYING_TO_S)
    return float(np.gradient(curves.times)[flying].sum()) >= _FLYING_LEAST_S


def _usual(apart: NDArray[np.float64], window: NDArray[np.bool_], seen: NDArray[np.bool_]) -> float:
    """Median distance while both hands are seen; infinite where none is known."""
    known = window & ~np.isnan(apart)
    clear = known & seen
    rows = clear if clear.sum() >= _FEWEST_SIGHTS else known
    return float(np.median(apart[rows])) if rows.any() else float("inf")
