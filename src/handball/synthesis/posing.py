"""From a choreography to root and rotations at any times: torso, arms, hips under gravity, legs, head."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.skeleton import BODY_23
from handball.synthesis.anthropometry import center_of_mass
from handball.synthesis.arms import Lead, place_arm, trunk_frame
from handball.synthesis.bouncing import Bounces
from handball.synthesis.choreography import Choreography, Flight
from handball.synthesis.footwork import foot_curves
from handball.synthesis.legs import Leg, level_heading
from handball.synthesis.moves import hermite, soft_minimum, track_table
from handball.synthesis.rig import SEGMENTS, RestBody, segment_origins
from handball.synthesis.torso import place_head, place_torso

Array = NDArray[np.float64]

GRAVITY = 9.81
_STEP_S = 0.003
_PASSES = 4
_FADE_S = 0.12
_INDEX = BODY_23.index("right_index")
PALM_GAP_M = 0.022
"""From the wrist's plane to the surface of a held ball: half a hand."""


@attrs.frozen(kw_only=True)
class Posed:
    """The body at some times, in the lane: root and rotations, and where a held ball is."""

    root: Float[np.ndarray, "frames 3"] = column(np.float64)
    rotations: Float[np.ndarray, "frames segments 3 3"] = column(np.float64)
    held: Float[np.ndarray, "frames 3"] = column(np.float64)


def pose(choreography: Choreography, rest: RestBody, times: Array) -> Posed:
    """Return the body of a choreography at times in seconds, shape (frames,)."""
    every = np.concatenate([times, _nodes(choreography.flights)])
    values = track_table(choreography.tracks)(every)
    rotations = np.empty((len(every), len(SEGMENTS), 3, 3))
    place_torso(rotations, values)
    flat = np.stack([choreography.right(every), choreography.forward(every)], axis=-1)
    flat += np.stack([values["sway_right"], values["sway_forward"]], axis=-1)
    place_head(rotations, values, _gaze(values))
    if isinstance(choreography.ball, Bounces):
        # the hand goes where the ball is, so the hips must be known first
        root = _place_legs(choreography, rest, rotations, values, every, flat)
        held = _place_arms(choreography, rest, rotations, values, every, root)
    else:
        held = _place_arms(choreography, rest, rotations, values, every, flat)
        root = _place_legs(choreography, rest, rotations, values, every, flat)
    count = len(times)
    return Posed(root=root[:count], rotations=rotations[:count], held=(root + held)[:count])


def _gaze(values: dict[str, Array]) -> Array:
    turn, nod = np.radians(values["gaze_turn"]), np.radians(values["gaze_nod"])
    return np.stack([np.sin(turn) * np.cos(nod), np.cos(turn) * np.cos(nod), np.sin(nod)], axis=-1)


def grip(rest: RestBody, diameter: float) -> Array:
    """Return where the middle of a ball is in the right hand, from the wrist in the rest pose."""
    hand = rest.origins[SEGMENTS.index("right_hand")]
    knuckle = rest.joints[_INDEX] - hand
    along: Array = knuckle * np.array([1.0, 0.0, 0.0]) * 0.95 - [0.0, 0.0, diameter / 2 + PALM_GAP_M]
    return along


def _place_arms(
    choreography: Choreography,
    rest: RestBody,
    rotations: Array,
    values: dict[str, Array],
    times: Array,
    root: Array,
) -> Array:
    """Write both arms, the left one helping to hold the ball; return where a held ball is relative to the hips."""
    trunk, shoulders = trunk_frame(rest, rotations)
    diameter = choreography.ball_diameter
    aside = (diameter / 2 + PALM_GAP_M) * trunk[..., 0]
    behind = 0.06 * trunk[..., 1] + 0.03 * trunk[..., 2]
    both = _before_shoulders(rest, values, trunk, shoulders)
    if isinstance(choreography.ball, Bounces):
        lead = choreography.ball.hand_lead(times, rest, trunk, root)
    else:
        lead = Lead(wrist=both + aside - behind, weight=values["hold"])
    wrist = place_arm(rotations, rest, "right", values, trunk, shoulders["right"], lead)
    held = wrist + rotations[:, SEGMENTS.index("right_hand")] @ grip(rest, diameter)
    held = held + values["hold"][:, None] * (wrist - aside + behind - held)
    support = Lead(wrist=held - aside - behind, weight=values["support"])
    place_arm(rotations, rest, "left", values, trunk, shoulders["left"], support)
    return held


def _before_shoulders(rest: RestBody, values: dict[str, Array], trunk: Array, shoulders: dict[str, Array]) -> Array:
    """Return where both hands hold a ball before the shoulders, relative to the hips."""
    upper_arm, hand = (rest.origins[SEGMENTS.index(f"right_{name}")] for name in ("upper_arm", "hand"))
    arm = float(np.linalg.norm(hand - upper_arm))
    ahead = values["hold_forward"][:, None] * trunk[..., 1] + values["hold_up"][:, None] * trunk[..., 2]
    place: Array = (shoulders["left"] + shoulders["right"]) / 2 + arm * ahead
    return place


def _place_legs(
    choreography: Choreography,
    rest: RestBody,
    rotations: Array,
    values: dict[str, Array],
    times: Array,
    flat: Array,
) -> Array:
    """Write the legs and return the middle of the hips; in flight the centre of mass decides where that is."""
    legs = [
        Leg(rest, side, footwork, foot_curves(footwork, times), times) for side, footwork in choreography.feet.items()
    ]
    heading = level_heading(rotations[:, 0])
    height = -rest.floor - values["crouch"] * legs[0].length
    for leg in legs:
        height = soft_minimum(height, leg.highest_hips(flat, rotations[:, 0]), 0.05)
    root = np.concatenate([flat, height[:, None]], axis=-1)
    ground = root
    for _ in range(_PASSES if choreography.flights else 1):
        for leg in legs:
            leg.place(rotations, root, heading)
        if choreography.flights:
            offset = center_of_mass(segment_origins(rest, root, rotations)) - root
            root = _under_gravity(choreography.flights, times, ground, offset)
    for leg in legs:
        leg.place(rotations, root, heading)
    return root


def _nodes(flights: tuple[Flight, ...]) -> Array:
    """Return times around the ends of every flight and of what joins it to the ground, three each."""
    ends = [t for f in flights for t in (f.begin - f.before, f.begin, f.end, f.end + f.after)]
    return np.array([t + step for t in ends for step in (-_STEP_S, 0.0, _STEP_S)])


def _state(samples: Array) -> tuple[float, float, float]:
    """Value, speed and acceleration from three samples."""
    before, now, after = (float(value) for value in samples)
    return now, (after - before) / (2 * _STEP_S), (after - 2 * now + before) / _STEP_S**2


def _under_gravity(flights: tuple[Flight, ...], times: Array, ground: Array, offset: Array) -> Array:
    """Return the root whose centre of mass falls freely in every flight."""
    root = ground.copy()
    first = len(times) - 12 * len(flights)
    states = []
    for number, flight in enumerate(flights):
        at = [slice(first + 12 * number + 3 * k, first + 12 * number + 3 * k + 3) for k in range(4)]
        states.append(_fly(root, flight, times, ground, offset, at))
    for number, flight in enumerate(flights):
        joined = number + 1 < len(flights) and flights[number + 1].begin - flights[number + 1].before < flight.end
        after = states[number + 1][1] if joined else states[number][3]
        until = flights[number + 1].begin if joined else flight.end + flight.after
        _join(root, times, (flight.end, until), states[number][2], after)
        if number == 0 or flight.begin - flight.before >= flights[number - 1].end:
            _join(root, times, (flight.begin - flight.before, flight.begin), states[number][0], states[number][1])
    return root


def _fly(
    root: Array, flight: Flight, times: Array, ground: Array, offset: Array, at: list[slice]
) -> list[tuple[float, float, float]]:
    """Write one flight into the root; return the states of its height before, at both ends, and after."""
    duration = flight.end - flight.begin
    inside = (times >= flight.begin) & (times <= flight.end)
    since = times[inside] - flight.begin
    begin, end = offset[at[1]][1], offset[at[2]][1]
    rise = flight.to_height + end[2] - flight.from_height - begin[2]
    speed = rise / duration + GRAVITY * duration / 2
    falling = flight.from_height + begin[2] + speed * since - GRAVITY * since**2 / 2
    root[inside, 2] = falling - offset[inside, 2]
    for axis in range(2):
        _drift(root, flight, times, ground[:, axis], offset[:, axis], at, axis)
    _, off_v0, off_a0 = _state(offset[at[1], 2])
    _, off_v1, off_a1 = _state(offset[at[2], 2])
    return [
        _state(ground[at[0], 2]),
        (flight.from_height, speed - off_v0, -GRAVITY - off_a0),
        (flight.to_height, speed - GRAVITY * duration - off_v1, -GRAVITY - off_a1),
        _state(ground[at[3], 2]),
    ]


def _drift(root: Array, flight: Flight, times: Array, ground: Array, offset: Array, at: list[slice], axis: int) -> None:
    """Let the centre of mass drift evenly along one level axis, and fade the difference out on the ground."""
    duration = flight.end - flight.begin
    states = [(_state(ground[rows]), _state(offset[rows])) for rows in at[1:3]]
    centers = [path[0] + off[0] for path, off in states]
    speed = (centers[1] - centers[0]) / duration
    inside = (times >= flight.begin) & (times <= flight.end)
    root[inside, axis] = centers[0] + speed * (times[inside] - flight.begin) - offset[inside]
    still = (0.0, 0.0, 0.0)
    for (path, off), edge, sign in zip(states, (flight.begin, flight.end), (-1.0, 1.0), strict=True):
        state = (0.0, speed - off[1] - path[1], -off[2] - path[2])
        beside = (sign * (times - edge) > 0) & (sign * (times - edge) < _FADE_S)
        first, last = (still, state) if sign < 0 else (state, still)
        start = edge - _FADE_S if sign < 0 else edge
        root[beside, axis] += hermite((times[beside] - start) / _FADE_S, _FADE_S, first, last)


def _join(
    root: Array,
    times: Array,
    span: tuple[float, float],
    first: tuple[float, float, float],
    last: tuple[float, float, float],
) -> None:
    begin, end = span
    inside = (times > begin) & (times < end)
    root[inside, 2] = hermite((times[inside] - begin) / (end - begin), end - begin, first, last)
