"""What the lifting net is shown: joints in the picture, free of place, size and frame rate."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from handball.domain.skeleton import BODY_23

RATE_HZ = 60.0
"""Rate of the net's own clock; every clip is brought to it."""
JOINTS = len(BODY_23.joints)
CHANNELS = 4 * JOINTS + 3
_SHOULDERS = BODY_23.indices(("left_shoulder", "right_shoulder"))
_HIPS = BODY_23.indices(("left_hip", "right_hip"))
_SPEED_UNIT = 5.0
"""Torso lengths a second: a run-up is about 1 in this unit."""


def torso(joints: Float[np.ndarray, "*rows 23 axes"]) -> Float[np.ndarray, "*rows axes"]:
    """Return the vector from the middle of the hips to the middle of the shoulders."""
    return np.asarray(middle_of(joints, _SHOULDERS) - middle_of(joints, _HIPS))


def hips(joints: Float[np.ndarray, "*rows 23 axes"]) -> Float[np.ndarray, "*rows axes"]:
    """Return the middle of the hips."""
    return middle_of(joints, _HIPS)


def middle_of(joints: Float[np.ndarray, "*rows 23 axes"], pair: list[int]) -> Float[np.ndarray, "*rows axes"]:
    """Return the point half-way between two joints, given by their columns."""
    return np.asarray((joints[..., pair[0], :] + joints[..., pair[1], :]) / 2)


def picture_features(
    positions: Float[np.ndarray, "*clips frames 23 2"],
    scores: Float[np.ndarray, "*clips frames 23"],
    depths: Float[np.ndarray, "*clips frames 23"],
) -> Float[np.ndarray, "*clips frames 95"]:
    """Return the net's input.

    Parameters
    ----------
    positions
        Joints at 60 Hz, x right and **y up**, in any unit; NaN where a joint is missing.
    scores
        Score of each joint, from 0 to 1.
    depths
        How far behind the middle of the hips a pose net guesses each joint, in torso lengths.

    Returns
    -------
    numpy.ndarray
        float32: places around the middle of the hips in median torso lengths of the clip (46), scores (23), depths
        (23), speed of the hips (2), and how much longer than that median the torso is just now (1). What is missing
        is 0, with score 0.
    """
    long = np.linalg.norm(torso(positions), axis=-1)
    unit = np.nanmedian(long, axis=-1)[..., None]
    middle = hips(positions)
    places = (positions - middle[..., None, :]) / unit[..., None, None]
    missing = np.isnan(places[..., 0])
    speed = np.gradient(middle, axis=-2) * RATE_HZ / unit[..., None] / _SPEED_UNIT
    parts = (
        np.where(missing[..., None], 0.0, places).reshape(*missing.shape[:-1], 2 * JOINTS),
        np.where(missing, 0.0, scores),
        np.where(missing, 0.0, np.nan_to_num(depths)),
        np.nan_to_num(speed),
        np.nan_to_num(long / unit - 1)[..., None],
    )
    return np.concatenate(parts, axis=-1).astype(np.float32)
