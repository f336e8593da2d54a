"""What a performance consists of before it is sampled: tracks, ways, feet, flights, and what the ball does.

All in the player's own lane: metres with y towards the target, x to the right, z up; seconds with 0 at
the technique's main moment (the strike of a throw); the right hand is the throwing hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

import attrs

from handball.synthesis.bouncing import Bounces
from handball.synthesis.footwork import Footwork
from handball.synthesis.moves import Path, Track
from handball.synthesis.players import Player

ArmSlot = Literal["overhead", "side", "low"]


@attrs.frozen(kw_only=True)
class Flight:
    """A time without contact to the floor, in which the centre of mass falls freely.

    `from_height` and `to_height` are where the middle of the hips is when the feet leave and meet the
    floor, in metres. On the ground before and after, the hips come from and go back to their own curve
    within `before` and `after` seconds, or join the next flight directly where those overlap.
    """

    begin: float
    end: float
    from_height: float
    to_height: float
    before: float = 0.2
    after: float = 0.3


@attrs.frozen(kw_only=True)
class Throwing:
    """The ball is in the right hand until it leaves at `release`, for good or never.

    `rise_deg` is how steeply the thrower aims; it applies where the release is at the strike.
    """

    release: float | None = None
    rise_deg: float = 0.0


@attrs.frozen(kw_only=True)
class Catching:
    """A ball comes flying for `flight` seconds and is in both hands from `contact` on.

    It arrives at `speed` in m/s, falling by `fall_deg`.
    """

    contact: float
    speed: float
    fall_deg: float
    flight: float


@attrs.frozen(kw_only=True)
class Dropping:
    """The ball is in both hands until they let it go at `drop`; it then falls as the hands moved it, and bounces."""

    drop: float


BallPlan = Throwing | Catching | Dropping | Bounces | None


@attrs.frozen(kw_only=True)
class Choreography:
    """A performance as a description in continuous time: any rate can be sampled from it."""

    player: Player
    begin: float
    end: float
    tracks: Mapping[str, Track]
    forward: Path
    right: Path = Path()
    feet: Mapping[str, Footwork]
    flights: tuple[Flight, ...] = ()
    ball: BallPlan = None
    ball_diameter: float = 0.186
    moments: tuple[tuple[str, float], ...] = ()
    clock: tuple[tuple[float, float], ...] = ()
    """Pairs of a time as taught and when it happens here, both rising; straight in between. Throws only."""
    arm_slot: ArmSlot | None = None
