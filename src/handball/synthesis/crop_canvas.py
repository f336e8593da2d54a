"""A picture in the making, with the scale of what it shows: shapes, sprites and capsules are put on it from back to front."""

from __future__ import annotations

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
Paint = Callable[[Array, Array], tuple[Array, Array]]
"""Colors (rows, columns, 3), 0 to 255, and how much of it is inside, as the distance to the outline (rows, columns):
positive inside. Both in units of the sprite, x to the right and y down."""

BALL_RADIUS = 0.095
"""Of a ball of size 3, metres."""
_SHIFT = 4
_LEAST_STEPS, _MOST_STEPS = 1, 64


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
        thickness = max(1, round(2 * radius))
        cv2.line(self.pixels, _fixed(start), _fixed(end), _color(color), thickness, cv2.LINE_AA, _SHIFT)

    def limb(self, start: Point, end: Point, radius: float, color: Color) -> None:
        """Draw a part of a body: dark at the rim away from the light, bright in the middle."""
        lamp = np.array(self.light.direction[:2]) / np.linalg.norm(self.light.direction)
        level = self.light.ambient + self.light.fill
        for share, strength in ((1.0, level + 0.1 * self.light.key), (0.72, level + 0.7 * self.light.key)):
            aside = (1 - share) * radius * lamp
            lit = [value * strength for value in color]
            ends = [(point[0] + aside[0], point[1] + aside[1]) for point in (start, end)]
            self.capsule(ends[0], ends[1], share * radius, lit)

    def ellipse(self, middle: Point, axes: Point, color: Sequence[float], turn_deg: float = 0.0) -> None:
        """Fill an ellipse, in pixels."""
        half = (round(axes[0] * 2**_SHIFT), round(axes[1] * 2**_SHIFT))
        cv2.ellipse(
            self.pixels, _fixed(middle), half, turn_deg, 0.0, 360.0, _color(color), cv2.FILLED, cv2.LINE_AA, _SHIFT
        )

    def polygon(self, corners: Array, color: Sequence[float]) -> None:
        """Fill a convex polygon of corners in pixels, shape (corners, 2)."""
        fixed = np.round(np.clip(corners, -1e5, 1e5) * 2**_SHIFT).astype(np.int32)
        cv2.fillConvexPoly(self.pixels, fixed, _color(color), cv2.LINE_AA, _SHIFT)

    def sprite(self, paint: Paint, middle: Point, unit: float, extent: float, path: Point = (0.0, 0.0)) -> None:
        """Paint a figure around a pixel, smeared along a path.

        Parameters
        ----------
        paint
            Gives colors and outline.
        middle
            Where the figure's origin is in the middle of the exposure, in pixels.
        unit, extent
            Pixels of one unit of the figure, and how many units it reaches.
        path
            How far it moves while the shutter is open, in pixels.
        """
        reach = extent * unit + 1.5
        left, top = int(np.floor(middle[0] - reach)), int(np.floor(middle[1] - reach))
        side = int(np.ceil(2 * reach)) + 1
        across = (np.arange(side) + left + 0.5 - middle[0]) / unit
        down = (np.arange(side) + top + 0.5 - middle[1]) / unit
        x, y = np.meshgrid(across, down)
        colors, inside = paint(x, y)
        alpha = np.clip(inside * unit + 0.5, 0.0, 1.0)[..., None]
        layer = np.concatenate([colors * alpha, alpha], axis=-1).astype(np.float32)
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


def _smeared(layer: NDArray[np.float32], left: int, top: int, path: Point) -> tuple[NDArray[np.float32], int, int]:
    """Return the mean of a layer moved along a path, with the place of its corner."""
    length = float(np.hypot(*path))
    if length < 1:
        return layer, left, top
    steps = int(np.clip(np.ceil(length), _LEAST_STEPS, _MOST_STEPS))
    shares = (np.arange(steps) + 0.5) / steps - 0.5
    moves = np.round(shares[:, None] * np.array(path)).astype(int)
    low, high = moves.min(axis=0), moves.max(axis=0)
    rows, columns = layer.shape[:2]
    wide = np.zeros((rows + high[1] - low[1], columns + high[0] - low[0], 4), np.float32)
    for x, y in moves - low:
        wide[y : y + rows, x : x + columns] += layer
    return wide / np.float32(steps), left + int(low[0]), top + int(low[1])


def _fixed(point: Point) -> tuple[int, int]:
    """Return a pixel in OpenCV's fixed point, whose pixel centres are whole numbers."""
    x, y = np.clip(point, -1e5, 1e5)
    return round((x - 0.5) * 2**_SHIFT), round((y - 0.5) * 2**_SHIFT)


def _color(color: Sequence[float]) -> tuple[int, int, int]:
    red, green, blue = (int(min(255.0, max(0.0, value))) for value in color)
    return red, green, blue
