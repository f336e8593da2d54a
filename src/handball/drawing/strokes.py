"""Smooth lines and dots at fractions of a pixel."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.drawing.colors import Color

_SHIFT = 4
_FARTHEST = 30_000.0
"""OpenCV counts in 32 bits after the shift: points far outside are drawn at most this far away."""


def fixed_point(point: Sequence[float] | NDArray[np.float64]) -> tuple[int, int]:
    """Give a point in the sixteenths of a pixel that OpenCV draws at (with `SHIFT`)."""
    x, y = (min(max(float(value), -_FARTHEST), _FARTHEST) for value in point)
    return round(x * (1 << _SHIFT)), round(y * (1 << _SHIFT))


def draw_line(
    picture: NDArray[np.uint8],
    first: Sequence[float] | NDArray[np.float64],
    last: Sequence[float] | NDArray[np.float64],
    color: Color,
    thickness: int = 2,
) -> None:
    """Draw a smooth line in place; points are (x, y) in pixels and may lie outside."""
    cv2.line(picture, fixed_point(first), fixed_point(last), color, thickness, cv2.LINE_AA, _SHIFT)


def draw_dot(
    picture: NDArray[np.uint8], center: Sequence[float] | NDArray[np.float64], radius: float, color: Color
) -> None:
    """Draw a smooth filled circle in place."""
    cv2.circle(picture, fixed_point(center), round(radius * (1 << _SHIFT)), color, cv2.FILLED, cv2.LINE_AA, _SHIFT)


def draw_circle(
    picture: NDArray[np.uint8],
    center: Sequence[float] | NDArray[np.float64],
    radius: float,
    color: Color,
    thickness: int = 2,
    dashes: int = 0,
) -> None:
    """Draw a smooth circle in place, whole or as so many dashes, whose round ends make them as long as the gaps."""
    around = (round(radius * (1 << _SHIFT)),) * 2
    for dash in range(max(dashes, 1)):
        begin = 360.0 * dash / max(dashes, 1)
        end = begin + (140.0 / dashes if dashes else 360.0)
        cv2.ellipse(picture, fixed_point(center), around, 0.0, begin, end, color, thickness, cv2.LINE_AA, _SHIFT)


def draw_polyline(picture: NDArray[np.uint8], points: NDArray[np.float64], color: Color, thickness: int = 2) -> None:
    """Draw a smooth open line through points, shape (points, 2), in place."""
    fixed = np.array([fixed_point(point) for point in points], np.int32)[:, None]
    cv2.polylines(picture, [fixed], False, color, thickness, cv2.LINE_AA, _SHIFT)
