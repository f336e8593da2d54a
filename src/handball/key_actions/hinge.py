"""The moment at which something that moves comes to rest, or leaves it, fitted to its whole way around that moment."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

_STEP_S = 1 / 960
_FEWEST_ROWS = 5
_ROUNDS = 3
_TICK_S = 1e-9
_CORRELATED = 8.0
"""Smoothed joints of neighboring frames share their error: so many of them count as one."""


@attrs.frozen(kw_only=True)
class Window:
    """How much of the way is looked at: seconds on the side of the motion and on the side of the rest."""

    moving_s: float
    resting_s: float

    def holding(self, times: Float[np.ndarray, " frames"]) -> Window:
        """Widen the window, where frames are few, until it holds enough of them."""
        step = float(np.quantile(np.diff(times), 0.1)) if len(times) > 1 else 0.0
        factor = max(1.0, (_FEWEST_ROWS + 1) * step / (self.moving_s + self.resting_s))
        return Window(moving_s=self.moving_s * factor, resting_s=self.resting_s * factor)


@attrs.frozen(kw_only=True)
class Hinge:
    """Where motion and rest meet: seconds, one standard deviation, and the share of the way that the fit explains."""

    time: float
    sigma_s: float
    share: float


def fitted_hinge(
    times: Float[np.ndarray, " frames"],
    places: Float[np.ndarray, "frames coordinates"],
    guess: float,
    window: Window,
    *,
    arriving: bool,
    power: float,
) -> Hinge | None:
    """Find when a point comes to rest (`arriving`) or leaves it.

    The way from the place of rest is taken to grow with the time from the hinge to some `power`, along one
    direction: 2 is an even deceleration, 3 the end of a minimum-jerk movement (Flash and Hogan 1985). The
    moment with the least squared error over the window is the hinge; the window then moves there.

    Returns
    -------
    Hinge or None
        None where fewer than 5 frames lie in the window, or the point does not move in it.
    """
    time, found = guess, None
    window = window.holding(times)
    for _ in range(_ROUNDS):
        before, after = (window.moving_s, window.resting_s) if arriving else (window.resting_s, window.moving_s)
        inside = (times >= time - before - _TICK_S) & (times <= time + after + _TICK_S)
        found = _fit(times[inside] - time, places[inside], time, window, arriving=arriving, power=power)
        if found is None or abs(found.time - time) < _STEP_S:
            return found
        time = found.time
    return found


def _fit(
    since: NDArray[np.float64],
    places: NDArray[np.float64],
    time: float,
    window: Window,
    *,
    arriving: bool,
    power: float,
) -> Hinge | None:
    if len(since) < _FEWEST_ROWS:
        return None
    sign = -1.0 if arriving else 1.0
    shifts = sign * np.arange(-0.9 * window.resting_s, 0.7 * window.moving_s, _STEP_S)
    away = np.maximum(0.0, sign * (since - shifts[:, None])) ** power
    away -= away.mean(axis=1, keepdims=True)
    off = places - places.mean(axis=0)
    total = float((off**2).sum())
    explained = ((away @ off) ** 2).sum(axis=1) / np.maximum((away**2).sum(axis=1), 1e-30)
    best = int(np.argmax(explained))
    if not total > 0 or not explained[best] > 0:
        return None
    left = max(0.0, total - float(explained[best])) / off.size * _CORRELATED
    return Hinge(
        time=time + float(shifts[best]),
        sigma_s=float(np.sqrt(left / _bend(explained, best))),
        share=float(explained[best]) / total,
    )


def _bend(explained: NDArray[np.float64], best: int) -> float:
    """How fast the fit gets worse beside its best, per squared second."""
    beside = [row for row in (best - 8, best + 8) if 0 <= row < len(explained)]
    worse = max(float(explained[best] - explained[row]) for row in beside) if beside else 0.0
    return max(worse, 1e-12) / (8 * _STEP_S) ** 2
