"""The paper's rule, word by word: the four key actions from the height of the elbow over the whole clip."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyAction, KeyActionName
from handball.domain.pose import Pose
from handball.kinematics.signals import prominent_tops

_RULE = "elbow_global"


def elbow_height(body: Pose) -> NDArray[np.float64]:
    """Height of the right elbow above the floor in torso lengths or metres, shape (frames,).

    The floor is the lowest ankle (5th percentile); without ankles the hips stand in for it.
    """
    elbow = body.joint("right_elbow") @ body.up
    ankles = np.stack([body.joint(f"{side}_ankle") @ body.up for side in ("left", "right")])
    seen = ankles[~np.isnan(ankles)]
    if seen.size:
        return elbow - float(np.quantile(seen, 0.05))
    height: NDArray[np.float64] = elbow - body.middle("left_hip", "right_hip") @ body.up
    return height


def literal_key_actions(body: Pose) -> tuple[KeyAction, ...]:
    """Return what the whole-clip elbow rule takes: highest elbow, rise, steepest fall, first low point.

    Shown beside the default so that both can be compared; empty where the elbow is hardly seen.
    """
    height = elbow_height(body)
    seen = np.flatnonzero(~np.isnan(height))
    if len(seen) < 5:
        return ()
    values, times = height[seen], body.times[seen]
    top = int(np.argmax(values))
    rest = float(np.median(values[: max(1, len(values) // 10)]))
    low = np.flatnonzero(values[:top] <= rest + 0.10 * (values[top] - rest))
    start = int(low[-1]) if low.size else 0
    finish = _first_low(values, top)
    fall = np.gradient(values, times)[top : finish + 1]
    strike = top + int(np.argmin(fall))
    names: tuple[KeyActionName, ...] = ("start", "cocking", "strike", "finish")
    return tuple(
        KeyAction(
            name=name,
            row=int(seen[row]),
            frame=int(body.frames[seen[row]]),
            time=float(times[row]),
            rule=_RULE,
            confidence=0.5,
            timing_sigma_s=0.0,
        )
        for name, row in zip(names, (start, top, strike, finish), strict=True)
    )


def _first_low(values: NDArray[np.float64], top: int) -> int:
    after = values[top:]
    lows, _ = prominent_tops(-after, max(1e-9, 0.10 * float(after[0] - after.min())))
    return top + int(lows[0]) if lows.size else len(values) - 1
