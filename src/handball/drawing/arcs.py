"""The arc of an angle at a joint."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.drawing.colors import MIDDLE, Color
from handball.drawing.strokes import draw_polyline


def draw_angle_arc(
    picture: NDArray[np.uint8],
    first: NDArray[np.float64],
    corner: NDArray[np.float64],
    last: NDArray[np.float64],
    *,
    radius: float = 28.0,
    color: Color = MIDDLE,
    thickness: int = 2,
) -> None:
    """Draw the arc of the interior angle at `corner` in place; nothing where a point is missing or on the corner."""
    points = arc_points(first, corner, last, radius)
    if len(points):
        draw_polyline(picture, points, color, thickness)


def arc_points(
    first: NDArray[np.float64], corner: NDArray[np.float64], last: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    """Return points on the shorter arc from the direction of `first` to that of `last`, shape (points, 2).

    Empty where a point is NaN or falls on the corner.

    Examples
    --------
    >>> arc = arc_points(np.array([9.0, 0.0]), np.zeros(2), np.array([0.0, 9.0]), 2.0)
    >>> arc[[0, -1]].round(6).tolist()
    [[2.0, 0.0], [0.0, 2.0]]
    """
    arms = np.stack([first, last]) - corner
    if np.isnan(arms).any() or np.any(np.hypot(*arms.T) < 1e-6):
        return np.empty((0, 2))
    start, end = np.arctan2(arms[:, 1], arms[:, 0])
    turn = (end - start + np.pi) % (2 * np.pi) - np.pi
    angles = start + np.linspace(0.0, turn, max(3, round(abs(turn) * 12)))
    return np.asarray(corner + radius * np.stack([np.cos(angles), np.sin(angles)], axis=1))
