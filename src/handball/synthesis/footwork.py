"""Where the feet stand and how they get from one place to the next.

A foot on the ground stands on its ball (the joint of foot and toes), which does not move at all until
the foot leaves; the heel may rise about it. In between the ball of the foot goes to its next place by
a minimum-jerk move, or follows the hip for a while (a lifted knee, a leg that hangs in a jump).
"""

from __future__ import annotations

import itertools

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.synthesis.moves import Track, smooth_step

Array = NDArray[np.float64]

_FIRMING_S, _LEAVING_S = 0.18, 0.12


@attrs.frozen(kw_only=True)
class Stand:
    """A foot on the ground: from when to when (seconds), where its ball is (metres, in the lane), and its turn.

    `yaw_deg` is positive to the right. `heel_rise_deg` is how far the heel is up when the foot leaves, over
    the last `roll` seconds; `lift` how high the ball of the foot is carried to its next place.
    """

    down: float
    up: float
    place: tuple[float, float]
    yaw_deg: float = 0.0
    heel_rise_deg: float = 40.0
    roll: float = 0.14
    lift: float = 0.12


@attrs.frozen(kw_only=True)
class Carried:
    """A foot that follows its hip: fades in and out between four times; ankle in leg lengths from the hip.

    `ankle` is right, forward and up in the turned axes of the pelvis; `pitch_deg` points the toes down.
    """

    begin: float
    full: float
    fading: float
    end: float
    ankle: tuple[float, float, float]
    pitch_deg: float = 25.0

    def weight(self, times: Array) -> Array:
        """Return how much the foot follows the hip, from 0 to 1."""
        rise = smooth_step((times - self.begin) / (self.full - self.begin))
        weight: Array = rise - smooth_step((times - self.fading) / (self.end - self.fading))
        return weight


@attrs.frozen(kw_only=True)
class Footwork:
    """All stands of one foot in order, and where it is carried by the hip."""

    stands: tuple[Stand, ...]
    carried: tuple[Carried, ...] = ()

    def planted(self, times: Array) -> NDArray[np.bool_]:
        """Tell when the ball of the foot is on the ground."""
        on: NDArray[np.bool_] = np.any([(times >= s.down) & (times <= s.up) for s in self.stands], axis=0)
        return on


@attrs.frozen(kw_only=True)
class FootCurves:
    """The ball of one foot over time in the lane, its turn and pitch, and how firmly it stands (0 to 1)."""

    ball: Float[np.ndarray, "frames 3"] = column(np.float64)
    yaw: Float[np.ndarray, " frames"] = column(np.float64)
    pitch: Float[np.ndarray, " frames"] = column(np.float64)
    toes_pitch: Float[np.ndarray, " frames"] = column(np.float64)
    firmness: Float[np.ndarray, " frames"] = column(np.float64)
    planted: Bool[np.ndarray, " frames"] = column(np.bool_)


def foot_curves(footwork: Footwork, times: Array) -> FootCurves:
    """Evaluate the stands of one foot at times in seconds; angles in radians."""
    stands = footwork.stands
    first = stands[0]
    ball = np.zeros((len(times), 3))
    ball[:, :2] = first.place
    yaw = np.full(len(times), float(first.yaw_deg))
    pitch, toes = np.zeros(len(times)), np.zeros(len(times))
    for stand, following in itertools.pairwise(stands):
        step = smooth_step((times - stand.up) / (following.down - stand.up))
        ball[:, :2] += step[:, None] * (np.array(following.place) - stand.place)
        yaw += step * (following.yaw_deg - stand.yaw_deg)
        swing = following.down - stand.up
        ball[:, 2] += stand.lift * _lift((times - stand.up) / swing)
        lowered = Track(moves=((stand.up + 0.15 * swing, stand.up + 0.9 * swing, -stand.heel_rise_deg),))(times)
        raised = Track(moves=((stand.up - stand.roll, stand.up + 0.1 * swing, stand.heel_rise_deg),))(times)
        pitch += raised + lowered
        toes += (raised + lowered) * smooth_step((times - stand.up) / (0.4 * swing))
    for part in footwork.carried:
        pitch = pitch + part.weight(times) * (part.pitch_deg - pitch)
        toes = toes + part.weight(times) * (part.pitch_deg - toes)
    return FootCurves(
        ball=ball,
        yaw=np.radians(yaw),
        pitch=np.radians(pitch),
        toes_pitch=np.radians(toes),
        firmness=_firmness(stands, times),
        planted=footwork.planted(times),
    )


def _lift(share: Array) -> Array:
    return smooth_step(share / 0.45) - smooth_step((share - 0.45) / 0.55)


def _firmness(stands: tuple[Stand, ...], times: Array) -> Array:
    """Rise to 1 shortly before the foot comes down, fall to 0 shortly after it leaves."""
    firm = np.zeros(len(times))
    for stand in stands:
        rise = smooth_step((times - stand.down + _FIRMING_S) / _FIRMING_S) if np.isfinite(stand.down) else 1.0
        fall = smooth_step((times - stand.up) / _LEAVING_S) if np.isfinite(stand.up) else 0.0
        firm += rise - fall
    return np.clip(firm, 0.0, 1.0)
