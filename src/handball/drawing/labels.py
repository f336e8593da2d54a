"""Text on pictures, in any script that the built-in font of OpenCV 5 has."""

from __future__ import annotations

from functools import cache
from typing import Any, Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.drawing.colors import INK, PAPER, Color
from handball.drawing.strokes import draw_line

Anchor = Literal["left", "center", "right"]


def draw_text(
    picture: NDArray[np.uint8],
    text: str,
    position: tuple[float, float],
    *,
    size: int = 18,
    color: Color = PAPER,
    anchor: Anchor = "left",
    weight: int = 500,
) -> None:
    """Write one line of text in place; `position` is on the base line, at the named end of the text.

    `size` is in pixels, `weight` from 100 (thin) to 900 (black).
    """
    width = text_width(text, size, weight) if anchor != "left" else 0
    shift = {"left": 0.0, "center": width / 2, "right": float(width)}[anchor]
    cv2.putText(picture, text, (round(position[0] - shift), round(position[1])), color, _font(), size, weight)


def draw_label(
    picture: NDArray[np.uint8],
    text: str,
    position: tuple[float, float],
    *,
    size: int = 18,
    color: Color = PAPER,
    background: Color = INK,
    anchor: Anchor = "left",
) -> None:
    """Write text on a rounded plate in place; `position` is on the base line, at the named end of the plate."""
    pad = 0.6 * size
    width = text_width(text, size, 500) + 2 * pad
    left = position[0] - {"left": 0.0, "center": width / 2, "right": width}[anchor]
    middle, radius = position[1] - 0.36 * size, 0.85 * size
    draw_line(picture, (left + radius, middle), (left + width - radius, middle), background, round(2 * radius))
    draw_text(picture, text, (left + pad, position[1]), size=size, color=color)


def text_width(text: str, size: int, weight: int = 500) -> int:
    """Return the width of a line of text in pixels."""
    return int(cv2.getTextSize((10_000, 100), text, (0, 0), _font(), size, weight)[2])


@cache
def _font() -> Any:
    return cv2.FontFace("sans")
