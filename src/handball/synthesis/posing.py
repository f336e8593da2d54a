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
from handball.synthesis.choreography import Choreography
from handball.synthesis.flights import CORNER_M, flight_nodes, under_gravity
from handball.synthesis.footwork import foot_curves
from handball.synthesis.legs import Leg, level_heading
from handball.synthesis.moves import soft_minimum, track_table
from handball.synthesis.rig import SEGMENTS, RestBody, segment_origins
from handball.synthesis.torso import place_head, place_torso

Array = NDArray[np.float64]

_PASSES = 6
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
    every = np.concatenate([times, flight_nodes(choreography.flights)])
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
    limits = [leg.highest_hips(flat, rotations[:, 0]) for leg in legs]
    highest = soft_minimum(limits[0], limits[1], CORNER_M)
    height = soft_minimum(height, highest, CORNER_M)
    root = np.concatenate([flat, height[:, None]], axis=-1)
    ground = root
    for _ in range(_PASSES if choreography.flights else 1):
        for leg in legs:
            leg.place(rotations, root, heading)
        if choreography.flights:
            offset = center_of_mass(segment_origins(rest, root, rotations)) - root
            root = under_gravity(choreography.flights, times, ground, offset, highest)
    for leg in legs:
        leg.place(rotations, root, heading)
    return root
