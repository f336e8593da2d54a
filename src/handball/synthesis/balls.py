"""Where the ball is during a performance: held, thrown, caught or bounced."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.synthesis.ballistics import arrival, fly
from handball.synthesis.bouncing import Bounces
from handball.synthesis.choreography import Catching, Choreography, Dropping, Throwing
from handball.synthesis.posing import Posed, pose
from handball.synthesis.rig import RestBody

Array = NDArray[np.float64]

_STEP_S = 0.001


@attrs.frozen(kw_only=True)
class Ball:
    """Middle of the ball in the lane (NaN without one), when a hand has it, and how it was released.

    `steered_deg` is by how much the fingers turn it from the way of the hand.
    """

    positions: Float[np.ndarray, "frames 3"] = column(np.float64)
    in_hand: Bool[np.ndarray, " frames"] = column(np.bool_)
    release: float | None = None
    release_speed: float | None = None
    steered_deg: float | None = None


def ball_of(choreography: Choreography, rest: RestBody, times: Array, posed: Posed) -> Ball:
    """Return the ball of a performance at times in seconds."""
    plan = choreography.ball
    if plan is None:
        return Ball(positions=np.full((len(times), 3), np.nan), in_hand=np.zeros(len(times), dtype=bool))
    if isinstance(plan, Bounces):
        return Ball(positions=plan.ball(times), in_hand=plan.in_hand(times))
    if isinstance(plan, Catching):
        return _caught(choreography, plan, rest, times, posed)
    if isinstance(plan, Dropping):
        return _dropped(choreography, plan, rest, times, posed)
    if plan.release is None:
        return Ball(positions=posed.held, in_hand=np.ones(len(times), dtype=bool))
    return _thrown(choreography, plan, plan.release, rest, times, posed)


def _state(choreography: Choreography, rest: RestBody, time: float) -> tuple[Array, Array]:
    """Place and velocity of the held ball."""
    around = pose(choreography, rest, np.array([time - _STEP_S, time, time + _STEP_S])).held
    return around[1], (around[2] - around[0]) / (2 * _STEP_S)


def _directed(velocity: Array) -> tuple[float, float, float]:
    """Speed, rise in degrees, and direction to the right of the lane in degrees."""
    level = float(np.hypot(velocity[0], velocity[1]))
    rise = float(np.degrees(np.arctan2(velocity[2], level)))
    return float(np.linalg.norm(velocity)), rise, float(np.degrees(np.arctan2(velocity[0], velocity[1])))


def _thrown(
    choreography: Choreography, plan: Throwing, release: float, rest: RestBody, times: Array, posed: Posed
) -> Ball:
    """Let the held ball go with the speed of the hand; the fingers steer it along the lane, as high as is aimed.

    A release before or after the strike changes the rise by as much as the hand's way turns in between.
    """
    place, velocity = _state(choreography, rest, release)
    speed, rise, aside = _directed(velocity)
    _, usual, _ = _directed(_state(choreography, rest, 0.0)[1]) if release != 0.0 else (speed, rise, aside)
    rise = plan.rise_deg + rise - usual
    level, up = np.cos(np.radians(rise)), np.sin(np.radians(rise))
    flown = fly(place, speed * np.array([0.0, level, up]), choreography.end - release, choreography.ball_diameter)
    after = times > release
    positions = posed.held.copy()
    positions[after] = flown(times[after] - release)
    return Ball(
        positions=positions,
        in_hand=~after,
        release=release,
        release_speed=speed,
        steered_deg=float(np.hypot(plan.rise_deg - usual, aside)),
    )


def _dropped(choreography: Choreography, plan: Dropping, rest: RestBody, times: Array, posed: Posed) -> Ball:
    """Let the ball fall out of the hands; nobody throws it, so that there is no release."""
    place, velocity = _state(choreography, rest, plan.drop)
    flown = fly(place, velocity, choreography.end - plan.drop, choreography.ball_diameter)
    after = times > plan.drop
    positions = posed.held.copy()
    positions[after] = flown(times[after] - plan.drop)
    return Ball(positions=positions, in_hand=~after)


def _caught(choreography: Choreography, plan: Catching, rest: RestBody, times: Array, posed: Posed) -> Ball:
    place, _ = _state(choreography, rest, plan.contact)
    fall = np.radians(plan.fall_deg)
    velocity = plan.speed * np.array([0.0, -np.cos(fall), -np.sin(fall)])
    before = times < plan.contact
    positions = posed.held.copy()
    flown = arrival(place, velocity, plan.contact - choreography.begin + 0.01, choreography.ball_diameter)
    positions[before] = flown(times[before] - choreography.begin + 0.01)
    positions[times < plan.contact - plan.flight] = np.nan
    return Ball(positions=positions, in_hand=~before)
