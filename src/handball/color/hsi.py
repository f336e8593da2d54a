"""Hue, saturation and intensity, how far two colors are apart in them, and the paper's field ratio (3).

Koschan and Abidi, "Digital Color Image Processing", Wiley 2008, for HSI; Ekin, Tekalp and Mehrotra, "Automatic soccer
video analysis and summarization", IEEE TIP 12(7), 2003, for the cylindrical distance.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, UInt8

Colors = Float[np.ndarray, "*places 3"]

_WHITE = 255.0


def to_hsi(pixels: UInt8[np.ndarray, "*places 3"]) -> Colors:
    """Return hue in radians (0 to 2 pi), saturation and intensity (0 to 1) of RGB pixels; greys have hue 0.

    Examples
    --------
    >>> hue, saturation, intensity = to_hsi(np.array([100, 150, 200], np.uint8))
    >>> round(float(np.degrees(hue)), 6), round(float(saturation), 4), round(float(255 * intensity), 6)
    (210.0, 0.3333, 150.0)
    """
    red, green, blue = np.moveaxis(pixels.astype(np.float64) / _WHITE, -1, 0)
    total = red + green + blue
    spread = np.sqrt((red - green) ** 2 + (red - blue) * (green - blue))
    grey = spread == 0
    cosine = (2 * red - green - blue) / (2 * np.where(grey, 1.0, spread))
    angle = np.arccos(np.clip(cosine, -1, 1))
    hue = np.where(grey, 0.0, np.where(blue <= green, angle, 2 * np.pi - angle))
    least = np.minimum(np.minimum(red, green), blue)
    saturation = np.where(grey, 0.0, 1 - 3 * least / np.where(total == 0, 1.0, total))
    return np.stack([hue, saturation, total / 3], axis=-1)


def cylindrical_distance(colors: Colors, main: Float[np.ndarray, "3"]) -> Float[np.ndarray, "*places"]:
    """Return how far HSI colors are from one: intensity along the cylinder, saturation at its hue across.

    Examples
    --------
    >>> a, b = np.array([np.radians(210), 33.3, 150]), np.array([np.radians(139), 57.1, 117])
    >>> round(float(cylindrical_distance(a, b)), 7)
    64.9631425
    """
    hue, saturation, intensity = np.moveaxis(colors, -1, 0)
    squares = saturation**2 + main[1] ** 2 - 2 * saturation * main[1] * np.cos(hue - main[0])
    across = np.maximum(squares, 0.0)
    return np.asarray(np.sqrt((intensity - main[2]) ** 2 + across))


def field_ratio(pixels: UInt8[np.ndarray, "rows columns 3"], main: Float[np.ndarray, "3"], tolerance: float) -> float:
    """Return the share of pixels whose distance from a main color is at most `tolerance`: equation (3), 0 to 1.

    Examples
    --------
    >>> picture = np.zeros((2, 4, 3), np.uint8)
    >>> picture[:, 3] = 255
    >>> field_ratio(picture, np.zeros(3), 0.2)
    0.75
    """
    return float((cylindrical_distance(to_hsi(pixels), main) <= tolerance).mean())
