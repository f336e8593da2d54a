"""The method by color that the paper compares its net with (SPEC 2.6).

It knows one color: that of a ball in one light, from a few pictures of it. What has this color and is round enough is
taken for a ball. The paper names neither the steps nor their limits; these are ours.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from jaxtyping import Bool, Float, UInt8
from numpy.typing import NDArray

from handball.ball.structures import SMALL
from handball.color.hsi import Colors, cylindrical_distance, to_hsi
from handball.color.main_color import main_color
from handball.domain.arrays import column

Crops = UInt8[np.ndarray, "crops rows columns 3"]

LEAST_CIRCULARITY, LEAST_FILL = 0.6, 0.55
"""Of 4 pi area / outline squared, and of the share of the smallest circle around it: both are 1 of a disk."""
_KERNEL = np.ones((3, 3), np.uint8)
_INSIDE, _OUTSIDE = 0.35, 0.6
"""Distances from the middle of a crop, in diameters: pixels nearer than the first are taken for the ball's, pixels
farther away than the second for others."""
_NEAR_HUE, _COLORED = np.pi / 6, 0.15
"""Of the pixels that decide on the color: hue around the most frequent one, in radians, and least saturation."""
_TOLERANCES = np.linspace(0.08, 0.30, 23)


@attrs.frozen(kw_only=True)
class Patch:
    """A piece of one color: its area, how round it is as above, and the smallest circle around it; pixels."""

    area: float
    circularity: float
    fill: float
    middle: tuple[float, float]
    radius: float


@attrs.frozen(kw_only=True)
class ColorRival:
    """Says whether a piece of a picture shows a ball, by one color and its shape.

    Pictures are 4 to 3 and looked at in 64 x 48 pixels, whatever their size: so are the gaps that are closed the same
    part of a ball, and the time is the same.

    Attributes
    ----------
    color
        Hue in radians, saturation and intensity.
    tolerance
        Cylindrical distance up to which a pixel has this color.
    areas
        Least and most that a ball covers, as shares of a picture.
    """

    color: Float[np.ndarray, "3"] = column(np.float64)
    tolerance: float
    areas: tuple[float, float]

    def __call__(self, crops: Crops) -> Bool[np.ndarray, " crops"]:
        """Return whether each RGB picture shows a ball."""
        return np.array([any(map(self.accepts, self.patches(self.mask(crop)))) for crop in crops], bool)

    def mask(self, crop: UInt8[np.ndarray, "rows columns 3"]) -> UInt8[np.ndarray, "48 64"]:
        """Return 1 where a picture, made 64 x 48, has the color; single pixels and gaps are taken away."""
        near = (cylindrical_distance(to_hsi(_small(crop)), self.color) <= self.tolerance).astype(np.uint8)
        opened = cv2.morphologyEx(near, cv2.MORPH_OPEN, _KERNEL)
        return np.asarray(cv2.morphologyEx(opened, cv2.MORPH_CLOSE, _KERNEL), np.uint8)

    def patches(self, mask: UInt8[np.ndarray, "48 64"]) -> list[Patch]:
        """Return the connected pieces of a mask that are large or small enough, the areas as shares of the mask."""
        count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
        areas = stats[:, cv2.CC_STAT_AREA] / mask.size
        fits = [number for number in range(1, count) if self.areas[0] <= areas[number] <= self.areas[1]]
        return [measured(np.asarray(labels == number, np.uint8)) for number in fits]

    def accepts(self, patch: Patch) -> bool:
        """Return whether a piece is round enough for a ball."""
        return patch.circularity >= LEAST_CIRCULARITY and patch.fill >= LEAST_FILL


def measured(piece: UInt8[np.ndarray, "rows columns"]) -> Patch:
    """Measure one connected piece, 1 within and 0 outside; holes do not count, its area is that within its outline.

    Examples
    --------
    >>> rows, columns = np.mgrid[:41, :41] - 20
    >>> patch = measured((rows**2 + columns**2 <= 225).astype(np.uint8))
    >>> bool(patch.circularity > 0.85 and patch.fill > 0.9)
    True
    """
    outline = cv2.findContours(piece, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0][0]
    # The outline runs through the middles of the outermost pixels: half a pixel is added all around.
    around = cv2.arcLength(outline, True)
    area = cv2.contourArea(outline) + around / 2 + np.pi / 4
    middle, radius = cv2.minEnclosingCircle(outline)
    perimeter, radius = around + np.pi, radius + 0.5
    return Patch(
        area=float(area),
        circularity=float(4 * np.pi * area / perimeter**2),
        fill=float(area / (np.pi * radius**2)),
        middle=(float(middle[0]), float(middle[1])),
        radius=float(radius),
    )


def calibrated(crops: Crops, diameters: Float[np.ndarray, " crops"]) -> ColorRival:
    """Learn the color from pictures of one ball in one light.

    Parameters
    ----------
    crops
        RGB, 4 to 3, the ball about in their middle.
    diameters
        Of the ball, as shares of a picture's height.

    Raises
    ------
    ValueError
        When there are no pictures.
    """
    if not len(crops):
        raise ValueError("a calibration needs pictures of the ball, found none")
    colors = to_hsi(np.stack([_small(crop) for crop in crops]))
    height, width = colors.shape[1:3]
    away = _away(height, width) / (height * diameters[:, None, None])
    color = _ball_color(colors[away <= _INSIDE])
    disks = np.pi * np.square(diameters) / 4 * height / width
    distances = cylindrical_distance(colors, color)
    return ColorRival(
        color=color,
        tolerance=_tolerance(distances[away <= _INSIDE], distances[away >= _OUTSIDE]),
        areas=(float(disks.min()) / 2, 2 * float(disks.max())),
    )


def _small(crop: UInt8[np.ndarray, "rows columns 3"]) -> UInt8[np.ndarray, "48 64 3"]:
    return np.asarray(cv2.resize(crop, SMALL, interpolation=cv2.INTER_AREA), np.uint8)


def _away(height: int, width: int) -> NDArray[np.float64]:
    """Return how far every pixel is from the middle, in pixels, shape (rows, columns)."""
    down, across = (np.arange(side) + 0.5 - side / 2 for side in (height, width))
    return np.asarray(np.hypot(down[:, None], across), np.float64)


def _ball_color(colors: Colors) -> Float[np.ndarray, "3"]:
    """Return the main color of the ball's pixels: of those with its main hue, so that no panel of grey mixes in."""
    first = main_color(colors)
    turn = np.abs((colors[:, 0] - first[0] + np.pi) % (2 * np.pi) - np.pi)
    own = colors[(turn < _NEAR_HUE) & (colors[:, 1] > _COLORED)]
    return main_color(own) if len(own) else first


def _tolerance(inside: Float[np.ndarray, " near"], outside: Float[np.ndarray, " far"]) -> float:
    """Return the distance at which most of the ball's pixels and fewest others have the color (Youden, 1950)."""
    gains = [(inside <= limit).mean() - (outside <= limit).mean() for limit in _TOLERANCES]
    return float(_TOLERANCES[int(np.argmax(gains))])
