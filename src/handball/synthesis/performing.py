"""Samples a performance: a player, a technique, a rate and a seed give a motion with its truth."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import mirrored_name
from handball.synthesis.balls import Ball, ball_of
from handball.synthesis.choreography import Choreography, Throwing
from handball.synthesis.motion import TECHNIQUES, BallFlight, Fault, Moment, Motion, Technique
from handball.synthesis.players import Player
from handball.synthesis.posing import pose
from handball.synthesis.repertoire import choreograph
from handball.synthesis.rig import SEGMENTS, RestBody, right_handed

Array = NDArray[np.float64]

_MIRROR = np.array([-1.0, 1.0, 1.0])


def perform(
    player: Player,
    technique: Technique,
    *,
    rate_hz: float,
    seed: int,
    faults: Sequence[Fault] = (),
    variant: str | None = None,
    phase: float = 0.0,
    place: tuple[float, float] = (30.0, 10.0),
    heading_deg: float = 0.0,
    spare_s: float = 0.0,
) -> Motion:
    """Perform a technique once.

    Parameters
    ----------
    rate_hz
        Rows a second. The motion itself does not depend on it.
    seed
        Chance of this repetition, on top of the player's style.
    faults
        Faults to put into the motion: see `faults.FAULTS`. Throws only.
    variant
        A kind of the technique, as `repertoire.VARIANTS` names them; drawn by the seed where it is not given.
    phase
        Seconds by which the first row comes later, from 0 to a row.
    place, heading_deg
        Where the lane of the player begins on the court in metres, and its direction: 0 is along x.
    spare_s
        Seconds by which the motion begins earlier and ends later than what belongs to the technique.

    Raises
    ------
    ValueError
        For a variant or fault that the technique does not have.
    """
    rng = np.random.default_rng([seed, TECHNIQUES.index(technique), zlib.crc32(player.name.encode())])
    choreography = choreograph(player, technique, rng, variant, faults)
    choreography = attrs.evolve(choreography, begin=choreography.begin - spare_s, end=choreography.end + spare_s)
    return sampled(choreography, technique, rate_hz, tuple(faults), phase, place, heading_deg)


def sampled(
    choreography: Choreography,
    technique: Technique,
    rate_hz: float,
    faults: tuple[Fault, ...],
    phase: float,
    place: tuple[float, float],
    heading_deg: float,
) -> Motion:
    """Sample a choreography and put it on the court, a left-hander as the mirror image."""
    player = choreography.player
    rest = right_handed(player.body, player.hand)
    count = int(np.floor((choreography.end - choreography.begin - phase) * rate_hz)) + 1
    seconds = phase + np.arange(count) / rate_hz
    times = choreography.begin + seconds
    posed = pose(choreography, rest, times)
    ball = ball_of(choreography, rest, times, posed)
    turn = _turn(heading_deg)
    root, rotations, centers = posed.root, posed.rotations, ball.positions
    if player.hand == "left":
        root, rotations, centers = root * _MIRROR, _mirrored(rotations), centers * _MIRROR
    offset = np.array([*place, 0.0])
    return Motion(
        player=player,
        technique=technique,
        times=seconds,
        root=root @ turn.T + offset,
        rotations=turn @ rotations,
        ball=_flight(choreography, ball, centers @ turn.T + offset),
        moments=_moments(choreography, rest),
        faults=faults,
        arm_slot=choreography.arm_slot,
        clock=tuple((taught, time - choreography.begin) for taught, time in choreography.clock),
        target=tuple((turn @ [0.0, 1.0, 0.0]).tolist()),
    )


def _mirrored(rotations: Array) -> Array:
    order = [SEGMENTS.index(mirrored_name(name)) for name in SEGMENTS]
    return rotations[:, order] * np.outer(_MIRROR, _MIRROR)


def _turn(heading_deg: float) -> Array:
    """Take the lane's y to the heading: x of the world at 0, counter-clockwise from above."""
    angle = np.radians(heading_deg - 90.0)
    cosine, sine = np.cos(angle), np.sin(angle)
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _flight(choreography: Choreography, ball: Ball, centers: Array) -> BallFlight:
    release = ball.release
    return BallFlight(
        positions=centers,
        in_hand=ball.in_hand,
        diameter=choreography.ball_diameter,
        release_time=None if release is None else release - choreography.begin,
        release_speed=ball.release_speed,
    )


def _moments(choreography: Choreography, rest: RestBody) -> tuple[Moment, ...]:
    moments = dict(choreography.moments)
    if "take_off" in moments:
        times = np.linspace(moments["take_off"], moments["landing"], 61)
        height = pose(choreography, rest, times).root[:, 2]
        row = int(np.clip(np.argmax(height), 1, 59))
        bend = np.polyfit(times[row - 1 : row + 2] - times[row], height[row - 1 : row + 2], 2)
        moments["top"] = float(times[row] - bend[1] / (2 * bend[0]))
    if isinstance(choreography.ball, Throwing) and choreography.ball.release is not None:
        moments["release"] = choreography.ball.release
    ordered = sorted(moments.items(), key=lambda moment: moment[1])
    return tuple(Moment(name=name, time=time - choreography.begin) for name, time in ordered)
