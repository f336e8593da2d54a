"""The lines of the court drawn over a picture, so that the eye sees whether a view of the court fits."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from handball.domain.court import (
    FREE_THROW_RADIUS,
    GOAL_AREA_RADIUS,
    GOAL_HEIGHT,
    GOAL_WIDTH,
    LENGTH,
    WIDTH,
)
from handball.drawing.colors import PERFORMANCE, THROWING_SIDE, VERDICT_LARGE, Color
from handball.drawing.labels import draw_label
from handball.drawing.strokes import draw_dot, draw_polyline

Array = NDArray[np.float64]
Projection = Callable[[Array], Array]
"""From points of the world, shape (points, 3), to pixels (points, 2); NaN for what is not seen."""

_STEP = 0.1
_LINE: Color = (0, 220, 255)


def court_lines() -> tuple[Array, ...]:
    """Return the lines on the floor, each as points in metres of the court, shape (points, 2)."""
    border = np.array([[0, 0], [LENGTH, 0], [LENGTH, WIDTH], [0, WIDTH], [0, 0]], np.float64)
    center = np.array([[LENGTH / 2, 0], [LENGTH / 2, WIDTH]])
    near = [_goal_arc(GOAL_AREA_RADIUS), _inside(_goal_arc(FREE_THROW_RADIUS)), _mark(7.0, 1.0), _mark(4.0, 0.15)]
    far = [np.array([LENGTH, WIDTH]) - line for line in near]
    return tuple(_dense(line) for line in (border, center, *near, *far))


def goal_frames() -> tuple[Array, ...]:
    """Return posts and crossbar of both goals, each as points in metres of the court, shape (points, 3)."""
    low, high = (WIDTH - GOAL_WIDTH) / 2, (WIDTH + GOAL_WIDTH) / 2
    return tuple(
        _dense(np.array([[x, low, 0], [x, low, GOAL_HEIGHT], [x, high, GOAL_HEIGHT], [x, high, 0]], np.float64))
        for x in (0.0, LENGTH)
    )


def draw_court(picture: NDArray[np.uint8], project: Projection, *, goals: bool = True) -> None:
    """Draw the lines of the court, and with `goals` their frames, in place."""
    height, width = picture.shape[:2]
    thickness = max(1, round(width / 640))
    for line in court_lines():
        lifted = np.column_stack([line, np.zeros(len(line))])
        for part in _seen(project(lifted), (width, height)):
            draw_polyline(picture, part, _LINE, thickness)
    for frame in goal_frames() if goals else ():
        for part in _seen(project(frame), (width, height)):
            draw_polyline(picture, part, THROWING_SIDE, thickness)


def draw_clicks(
    picture: NDArray[np.uint8], clicked: Mapping[str, Sequence[float]], suspects: Sequence[str] = ()
) -> None:
    """Mark the points that were clicked with their names in place; suspects in red."""
    size = max(12, round(picture.shape[1] / 80))
    for name, (x, y) in clicked.items():
        color = VERDICT_LARGE if name in suspects else PERFORMANCE
        draw_dot(picture, (x, y), size / 4, color)
        draw_label(picture, name, (x + size / 2, y - size / 2), size=size, background=color)


def _goal_arc(radius: float) -> Array:
    """Return the line around a goal at x = 0: quarter circles about the posts and a straight part between them."""
    turn = np.linspace(0.0, np.pi / 2, 60)
    quarter = np.column_stack([np.sin(turn), np.cos(turn)]) * radius
    left = quarter * np.array([1, -1]) + np.array([0, (WIDTH - GOAL_WIDTH) / 2])
    right = np.flip(quarter, axis=0) + np.array([0, (WIDTH + GOAL_WIDTH) / 2])
    return np.concatenate([left, right])


def _inside(line: Array) -> Array:
    return line[(line[:, 1] >= 0) & (line[:, 1] <= WIDTH)]


def _mark(x: float, length: float) -> Array:
    return np.array([[x, (WIDTH - length) / 2], [x, (WIDTH + length) / 2]])


def _dense(corners: Array) -> Array:
    """Add points between the corners of a line, at most `_STEP` apart."""
    parts = [
        np.linspace(first, last, max(2, int(np.ceil(np.linalg.norm(last - first) / _STEP)) + 1))
        for first, last in pairwise(corners)
    ]
    return np.concatenate(parts)


def _seen(pixels: Array, size: tuple[int, int]) -> Iterator[Array]:
    """Split a line where it leaves the picture by more than its size; there a bent lens means nothing."""
    known = np.nan_to_num(pixels, nan=np.inf)
    near = (known > -np.array(size)) & (known < 2 * np.array(size))
    inside = np.asarray(near.all(axis=1))
    edges = np.flatnonzero(np.diff(inside.astype(int)))
    for part in np.split(np.arange(len(pixels)), edges + 1):
        if len(part) > 1 and inside[part[0]]:
            yield pixels[part]
