"""A picture scaled, moved and flipped onto a canvas, together with its points."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.drawing.colors import BACKDROP, Color


@attrs.frozen(kw_only=True)
class Placement:
    """Where a picture goes on a canvas: `canvas = (point - anchor) * scale + target`, x negated when mirrored.

    `anchor` is a point of the picture and `target` its place on the canvas, both (x, y) in pixels.
    """

    anchor: tuple[float, float]
    target: tuple[float, float]
    scale: float
    mirrored: bool = False

    @property
    def scales(self) -> NDArray[np.float64]:
        """Scale of x (negative when mirrored) and of y."""
        return np.array([-self.scale if self.mirrored else self.scale, self.scale], dtype=np.float64)

    def points(self, points_px: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map points of the picture, shape (..., 2), to the canvas.

        Examples
        --------
        >>> Placement(anchor=(10, 0), target=(50, 0), scale=2, mirrored=True).points(np.array([12.0, 3.0]))
        array([46.,  6.])
        """
        mapped: NDArray[np.float64] = (points_px - np.array(self.anchor)) * self.scales + np.array(self.target)
        return mapped

    def picture(
        self, picture: NDArray[np.uint8], size: tuple[int, int], background: Color = BACKDROP
    ) -> NDArray[np.uint8]:
        """Draw the picture on a new canvas of (width, height)."""
        shift = np.array(self.target) - np.array(self.anchor) * self.scales
        matrix = np.column_stack([np.diag(self.scales), shift])
        canvas = cv2.warpAffine(
            picture, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT, borderValue=background
        )
        return np.asarray(canvas, np.uint8)
