"""From angle curves to the rotations of pelvis, spine, shoulder girdle and head.

The body throws with the right hand towards +y of its own lane; a left-hander is mirrored at the end.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from handball.synthesis.moves import soft_limits
from handball.synthesis.rig import SEGMENTS
from handball.synthesis.rotations import halfway, turned, upright_axes

Array = NDArray[np.float64]
Values = Mapping[str, Array]

_PELVIS_SHARE, _CHEST_SHARE, _HEAD_SHARE = 0.45, 1.15, 0.45
"""How much of the lean of the trunk each part has; the trunk axis from hips to shoulders then has all of it."""
_LARGEST_NECK_TURN_DEG, _LARGEST_NOD_DEG = 72.0, 35.0


def place_torso(rotations: Array, values: Values) -> None:
    """Write the rotations of pelvis, abdomen, chest and clavicles, from leans and turns in degrees."""
    forward, lateral = values["trunk_tilt_forward"], values["trunk_tilt_lateral"]
    pelvis = upright_axes(
        values["hip_line_angle"],
        _PELVIS_SHARE * forward + values["pelvis_tilt_forward"],
        _PELVIS_SHARE * lateral + values["pelvis_tilt_lateral"],
    )
    chest = upright_axes(values["shoulder_line_angle"], _CHEST_SHARE * forward, _CHEST_SHARE * lateral)
    rotations[:, SEGMENTS.index("pelvis")] = pelvis
    rotations[:, SEGMENTS.index("chest")] = chest
    rotations[:, SEGMENTS.index("abdomen")] = halfway(pelvis, chest)
    for side, sign in (("left", -1.0), ("right", 1.0)):
        rotations[:, SEGMENTS.index(f"{side}_clavicle")] = chest @ _girdle(values, side, sign)


def _girdle(values: Values, side: str, sign: float) -> Array:
    """Lift and draw the shoulder as the arm is raised and brought forward (scapular rhythm, about a quarter)."""
    lift = 0.22 * np.maximum(values[f"{side}_shoulder_elevation"] - 60.0, 0.0)
    draw = 0.10 * values[f"{side}_shoulder_azimuth"] * np.sin(np.radians(values[f"{side}_shoulder_elevation"]))
    raised = turned(1, np.radians(-sign * lift))
    return turned(2, np.radians(sign * draw)) @ raised


def place_head(rotations: Array, values: Values, gaze: Array) -> None:
    """Turn the head to look along `gaze`, unit vectors of shape (frames, 3), as far as the neck allows."""
    chest = rotations[:, SEGMENTS.index("chest")]
    carried = upright_axes(
        values["shoulder_line_angle"],
        _HEAD_SHARE * values["trunk_tilt_forward"],
        _HEAD_SHARE * values["trunk_tilt_lateral"],
    )
    local = np.einsum("fji,fj->fi", carried, gaze)
    turn = np.degrees(np.arctan2(local[:, 0], local[:, 1]))
    nod = np.degrees(np.arctan2(local[:, 2], np.hypot(local[:, 0], local[:, 1])))
    turn = soft_limits(turn, -_LARGEST_NECK_TURN_DEG, _LARGEST_NECK_TURN_DEG, 20.0)
    nod = soft_limits(nod, -_LARGEST_NOD_DEG, _LARGEST_NOD_DEG, 15.0)
    head = carried @ turned(2, np.radians(-turn)) @ turned(0, np.radians(nod))
    rotations[:, SEGMENTS.index("head")] = head
    rotations[:, SEGMENTS.index("neck")] = halfway(chest, head)
