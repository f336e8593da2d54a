"""A dribbled ball: pushed down by the hand, up from the floor, received, and pushed again."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23
from handball.synthesis.arms import Lead
from handball.synthesis.ballistics import Flown, fly
from handball.synthesis.moves import Path, hermite
from handball.synthesis.rig import SEGMENTS, RestBody

Array = NDArray[np.float64]

_GIVE_M, _HALF_HAND_M = 0.11, 0.022


@attrs.frozen(kw_only=True)
class Bounces:
    """A ball that bounces beside a player, again and again.

    Attributes
    ----------
    begin
        When the hand pushes the ball away for the first time.
    height
        Of the ball's middle when the hand lets it go and meets it again, metres.
    push
        Speed at which the ball goes down then, m/s.
    contact_s
        How long the hand has the ball between the bounces.
    right, forward
        Where the ball is over time, metres in the lane.
    """

    begin: float
    push: float
    height: float
    contact_s: float
    right: Path
    forward: Path
    diameter: float
    flown: Flown = attrs.field(init=False)
    flight_s: float = attrs.field(init=False)
    back: float = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        start = np.array([0.0, 0.0, self.height])
        flown = fly(start, np.array([0.0, 0.0, -self.push]), 1.5, self.diameter)
        rising = (flown.velocities[:, 2] > 0) & (flown.places[:, 2] >= self.height)
        # a push too soft for the height is met at its top
        row = int(np.argmax(rising)) if rising.any() else int(np.argmax(flown.velocities[:, 2] > 0)) + 60
        z, w = flown.places[row, 2], flown.velocities[row, 2]
        time = flown.times[row] - (z - self.height) / w if rising.any() else flown.times[row]
        object.__setattr__(self, "flown", flown)
        object.__setattr__(self, "flight_s", float(time))
        object.__setattr__(self, "back", float(w))

    @property
    def period(self) -> float:
        """Seconds from one push to the next."""
        return self.flight_s + self.contact_s

    def _since(self, times: Array) -> Array:
        since: Array = np.mod(times - self.begin, self.period)
        return since

    def in_hand(self, times: Array) -> NDArray[np.bool_]:
        """Tell when the hand touches the ball."""
        held: NDArray[np.bool_] = self._since(times) >= self.flight_s
        return held

    def _held_height(self, since: Array) -> Array:
        share = (since - self.flight_s) / self.contact_s
        return hermite(share, self.contact_s, (self.height, self.back, 0.0), (self.height, -self.push, 0.0))

    def ball(self, times: Array) -> Array:
        """Return the ball's middle in the lane, shape (frames, 3)."""
        since = self._since(times)
        height = np.where(since < self.flight_s, self.flown(since)[:, 2], self._held_height(since))
        return np.stack([self.right(times), self.forward(times), height], axis=-1)

    def palm_height(self, times: Array) -> Array:
        """Return where the ball's middle would be under the hand: it waits, a little lower, for the ball."""
        since = self._since(times)
        brake, meet = 2 * _GIVE_M / self.push, 2 * _GIVE_M / self.back
        low = (self.height - _GIVE_M, 0.0, 0.0)
        waiting = np.where(
            since < self.flight_s / 2,
            hermite(since / brake, brake, (self.height, -self.push, 0.0), low),
            hermite((since - self.flight_s + meet) / meet, meet, low, (self.height, self.back, 0.0)),
        )
        return np.where(since < self.flight_s, waiting, self._held_height(since))

    def hand_lead(self, times: Array, rest: RestBody, trunk: Array, root: Array) -> Lead:
        """Return where the right wrist has to be, relative to the hips at `root`."""
        knuckle = BODY_23.index("right_index")
        reach = abs(float(rest.joints[knuckle, 0] - rest.origins[SEGMENTS.index("right_hand"), 0]))
        height = self.palm_height(times) + self.diameter / 2 + _HALF_HAND_M
        palm = np.stack([self.right(times), self.forward(times), height], axis=-1)
        forward = trunk[..., 1] * [1, 1, 0]
        return Lead(wrist=palm - root - 0.9 * reach * forward, weight=np.ones(len(times)))
