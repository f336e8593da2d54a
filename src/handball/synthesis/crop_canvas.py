"""A picture in the making, with the scale of what it shows; things are put on it from back to front."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.hall import LightRig
from handball.synthesis.players import Color

Array = NDArray[np.float64]
Point = tuple[float, float]
Capsule = tuple[float, float, float, float, float]
"""A thick line with round ends: x and y of both ends, and its radius."""
Outline = Callable[[Array, Array], Array]
"""How far inside a figure places are (negative: outside), from their x to the right and y down; all in its units."""
Coloring = Callable[[Array, Array], Array]
"""Colors (places, 3), 0 to 255, of places (places,) that are inside, or nearly so."""

BALL_RADIUS = 0.095
"""Of a ball of size 3, metres."""
_SHIFT = 4
_STEPS = 2**_SHIFT
_FAR = 1e5
_MOST_STEPS = 64
_BRIGHT_ASIDE = 0.28
"""By how much of the radius the bright part of a limb is thinner, and lies towards the lamp."""


@attrs.frozen(kw_only=True)
class Figure:
    """Something to paint, and how many of its units it reaches from its origin."""

    outline: Outline
    colors: Coloring
    extent: float


@attrs.define(kw_only=True)
class Canvas:
    """RGB pixels that are painted over, and where things are on them.

    Attributes
    ----------
    pixels
        Shape (rows, columns, 3), 0 to 255.
    scale
        Pixels a metre at the distance of what the crop is cut around.
    spot
        Where that is, in pixels, x right and y down from the corner of the picture.
    light
        The lamps, their direction in the camera's axes: x right, y down, z ahead.
    """

    pixels: NDArray[np.uint8]
    scale: float
    spot: Point
    light: LightRig

    @property
    def height(self) -> int:
        """Rows."""
        return int(self.pixels.shape[0])

    @property
    def width(self) -> int:
        """Columns."""
        return int(self.pixels.shape[1])

    def place(self, x: float, y: float) -> Point:
        """Return the pixel of a place in metres from the spot."""
        return self.spot[0] + x * self.scale, self.spot[1] + y * self.scale

    def capsule(self, start: Point, end: Point, radius: float, color: Sequence[float]) -> None:
        """Draw a thick line with round ends, all in pixels."""
        if self._meets(start, end, radius):
            thickness = max(1, round(2 * radius))
            cv2.line(self.pixels, _fixed(start), _fixed(end), _color(color), thickness, cv2.LINE_AA, _SHIFT)

    def limb(self, start: Point, end: Point, radius: float, color: Color) -> None:
        """Draw a part of a body: dark at the rim away from the light, bright in the middle."""
        level, key = self.light.ambient + self.light.fill, self.light.key
        across, down, ahead = self.light.direction
        aside = _BRIGHT_ASIDE * radius / math.hypot(across, down, ahead)
        x, y = across * aside, down * aside
        self.capsule(start, end, radius, [value * (level + 0.1 * key) for value in color])
        start, end = (start[0] + x, start[1] + y), (end[0] + x, end[1] + y)
        self.capsule(start, end, (1 - _BRIGHT_ASIDE) * radius, [value * (level + 0.7 * key) for value in color])

    def _meets(self, start: Point, end: Point, radius: float) -> bool:
        """Return whether a thick line may reach into the picture."""
        (x0, y0), (x1, y1) = start, end
        left, right = -radius, self.pixels.shape[1] + radius
        top, bottom = -radius, self.pixels.shape[0] + radius
        across = (x0 > left or x1 > left) and (x0 < right or x1 < right)
        return across and (y0 > top or y1 > top) and (y0 < bottom or y1 < bottom)

    def ellipse(self, middle: Point, axes: Point, color: Sequence[float], turn_deg: float = 0.0) -> None:
        """Fill an ellipse, in pixels."""
        half = (round(axes[0] * _STEPS), round(axes[1] * _STEPS))
        cv2.ellipse(
            self.pixels, _fixed(middle), half, turn_deg, 0.0, 360.0, _color(color), cv2.FILLED, cv2.LINE_AA, _SHIFT
        )

    def polygon(self, corners: Array, color: Sequence[float]) -> None:
        """Fill a convex polygon of corners in pixels, shape (corners, 2)."""
        fixed = np.round(np.clip(corners, -_FAR, _FAR) * _STEPS).astype(np.int32)
        cv2.fillConvexPoly(self.pixels, fixed, _color(color), cv2.LINE_AA, _SHIFT)

    def sprite(self, figure: Figure, middle: Point, unit: float, path: Point = (0.0, 0.0)) -> None:
        """Paint a figure around a pixel, smeared along a path.

        Parameters
        ----------
        figure
            What to paint.
        middle
            Where the figure's origin is in the middle of the exposure, in pixels.
        unit
            Pixels of one unit of the figure.
        path
            How far it moves while the shutter is open, in pixels.
        """
        (left, right), (top, bottom) = (
            _stretch(place, figure.extent * unit + 1.5, edge, abs(move) / 2 + 1)
            for place, edge, move in zip(middle, (self.width, self.height), path, strict=True)
        )
        if left >= right or top >= bottom:
            return
        across = (np.arange(left, right) + 0.5 - middle[0]) / unit
        down = (np.arange(top, bottom) + 0.5 - middle[1]) / unit
        x, y = np.meshgrid(across, down)
        alpha = np.clip(figure.outline(x, y) * unit + 0.5, 0.0, 1.0)
        seen = alpha > 0
        layer = np.zeros((*x.shape, 4), np.float32)
        shares = alpha[seen, None]
        layer[seen, :3] = figure.colors(x[seen], y[seen]) * shares
        layer[seen, 3:] = shares
        self._paste(*_smeared(layer, left, top, path))

    def _paste(self, layer: NDArray[np.float32], left: int, top: int) -> None:
        """Put colors times share, and share, over the pixels; what lies outside is cut off."""
        rows = slice(max(0, top), min(self.height, top + layer.shape[0]))
        columns = slice(max(0, left), min(self.width, left + layer.shape[1]))
        if rows.start >= rows.stop or columns.start >= columns.stop:
            return
        part = layer[rows.start - top : rows.stop - top, columns.start - left : columns.stop - left]
        below = self.pixels[rows, columns]
        self.pixels[rows, columns] = np.clip(below * (1 - part[..., 3:]) + part[..., :3] + 0.5, 0, 255)


def _stretch(middle: float, reach: float, edge: int, margin: float) -> tuple[int, int]:
    """Return the pixels that a figure can touch, and that can come into the picture by a move of at most `margin`."""
    first = max(middle - reach, -margin)
    last = min(middle + reach, edge + margin)
    return math.floor(first), math.ceil(last) + 1


def _smeared(layer: NDArray[np.float32], left: int, top: int, path: Point) -> tuple[NDArray[np.float32], int, int]:
    """Return the mean of a layer moved along a path, with the place of its corner."""
    length = float(np.hypot(*path))
    if length < 1:
        return layer, left, top
    steps = min(math.ceil(length), _MOST_STEPS)
    shares = (np.arange(steps) + 0.5) / steps - 0.5
    moves = np.round(shares[:, None] * np.array(path)).astype(int)
    low, high = moves.min(axis=0), moves.max(axis=0)
    rows, columns = layer.shape[:2]
    wide = np.zeros((rows + high[1] - low[1], columns + high[0] - low[0], 4), np.float32)
    for x, y in moves - low:
        wide[y : y + rows, x : x + columns] += layer
    return (wide / steps).astype(np.float32), left + int(low[0]), top + int(low[1])


def _fixed(point: Point) -> tuple[int, int]:
    """Return a pixel in OpenCV's fixed point, whose pixel centers are whole numbers."""
    return round(point[0] * _STEPS - _STEPS / 2), round(point[1] * _STEPS - _STEPS / 2)


def _color(color: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = color
    return int(min(255.0, red)), int(min(255.0, green)), int(min(255.0, blue))
