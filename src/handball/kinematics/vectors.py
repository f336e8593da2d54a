"""Small vector algebra on arrays of shape (..., 3)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

Vectors = Float[np.ndarray, "*rows 3"]

UP = np.array([0.0, 0.0, 1.0])


def unit(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Scale to length 1; NaN for a zero vector."""
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    scaled: NDArray[np.float64] = vectors / np.where(lengths > 0, lengths, np.nan)
    return scaled


def dot(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Dot product along the last axis."""
    product: NDArray[np.float64] = (first * second).sum(axis=-1)
    return product


def horizontal(vectors: NDArray[np.float64]) -> NDArray[np.float64]:
    """Drop the vertical part (z)."""
    flat: NDArray[np.float64] = vectors * np.array([1.0, 1.0, 0.0])
    return flat


def wrapped_deg(degrees: NDArray[np.float64]) -> NDArray[np.float64]:
    """Wrap to (-180, 180].

    Examples
    --------
    >>> wrapped_deg(np.array([190.0, -180.0, 360.0]))
    array([-170.,  180.,    0.])
    """
    wrapped: NDArray[np.float64] = 180.0 - np.mod(180.0 - degrees, 360.0)
    return wrapped


def angle_between_deg(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    """Angle from 0 to 180 degrees between vectors; well conditioned near 0 and 180 (Kahan 2006).

    Examples
    --------
    >>> float(angle_between_deg(np.array([1.0, 0, 0]), np.array([0, 2.0, 0])))
    90.0
    """
    first, second = unit(first), unit(second)
    half = np.arctan2(np.linalg.norm(first - second, axis=-1), np.linalg.norm(first + second, axis=-1))
    angle: NDArray[np.float64] = np.degrees(2 * half)
    return angle
