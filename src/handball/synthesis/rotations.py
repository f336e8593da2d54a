"""Rotations of segments from directions and angles, shapes (frames, 3, 3); columns are the rest axes in the world."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def normalized(vectors: Array) -> Array:
    """Scale vectors of shape (..., 3) to length 1."""
    scaled: Array = vectors / np.sqrt(np.einsum("...i,...i->...", vectors, vectors))[..., None]
    return scaled


def across(vectors: Array, axis: Array) -> Array:
    """Return the unit vector of the part of `vectors` that is at right angles to the unit vectors `axis`."""
    return normalized(vectors - np.einsum("...i,...i->...", vectors, axis)[..., None] * axis)


def cross(first: Array, second: Array) -> Array:
    """Vector product along the last axis (faster than NumPy's for many short rows)."""
    a, b, c = first[..., 0], first[..., 1], first[..., 2]
    x, y, z = second[..., 0], second[..., 1], second[..., 2]
    return np.stack([b * z - c * y, c * x - a * z, a * y - b * x], axis=-1)


def frame(along: Array, aside: Array) -> Array:
    """Return the axes: the unit vector `along`, the part of `aside` across it, and their vector product."""
    second = across(aside, along)
    return np.stack([along, second, cross(along, second)], axis=-1)


def taking(rest_along: Array, rest_aside: Array, along: Array, aside: Array) -> Array:
    """Return the rotation that takes two directions of the rest pose to two directions in the world.

    The first pair is met exactly, the second as far as lengths of bones allow.
    """
    rest = frame(normalized(rest_along), rest_aside)
    return frame(along, aside) @ rest.T


def upright_axes(turn_deg: Array, forward_deg: Array, lateral_deg: Array) -> Array:
    """Turn about the vertical, then lean: the rotation of a trunk segment that throws with the right hand to +y.

    Parameters
    ----------
    turn_deg
        0 faces +y, 90 has the right side back.
    forward_deg, lateral_deg
        Lean of the long axis towards +y and towards -x (away from the right arm).
    """
    turn = np.radians(turn_deg)
    up = normalized(
        np.stack([-np.tan(np.radians(lateral_deg)), np.tan(np.radians(forward_deg)), np.ones_like(turn)], axis=-1)
    )
    level = np.stack([np.cos(turn), -np.sin(turn), np.zeros_like(turn)], axis=-1)
    right = across(level, up)
    return np.stack([right, cross(up, right), up], axis=-1)


def turned(axis: int, radians: Array) -> Array:
    """Return rotations about one of the axes x, y, z (0, 1, 2)."""
    cosine, sine = np.cos(radians), np.sin(radians)
    second, third = (axis + 1) % 3, (axis + 2) % 3
    rotation = np.zeros((*np.shape(radians), 3, 3))
    rotation[..., axis, axis] = 1.0
    rotation[..., second, second] = rotation[..., third, third] = cosine
    rotation[..., third, second], rotation[..., second, third] = sine, -sine
    return rotation


def halfway(first: Array, second: Array, share: float = 0.5) -> Array:
    """Return a rotation between two that are less than a right angle apart or so."""
    mixed = (1 - share) * first + share * second
    up = normalized(mixed[..., :, 2])
    right = across(mixed[..., :, 0], up)
    return np.stack([right, cross(up, right), up], axis=-1)
