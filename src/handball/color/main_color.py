"""The color that most of some pixels have: the paper's equation (5), without its drift."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from handball.color.hsi import Colors

_BINS = (64, 64, 128)
"""Of hue, saturation and intensity, after Ekin, Tekalp and Mehrotra (2003)."""
_SHARE_OF_PEAK = 0.2
_COLORED = 0.05
"""Saturation and intensity above which a pixel's hue means something."""


def main_color(colors: Colors) -> Float[np.ndarray, "3"]:
    """Return the main hue, saturation and intensity of HSI colors, shape (..., 3).

    For each of the three: the mean over the bins around the highest one that hold at least a fifth of it. Only
    pixels with a color vote for the hue; where there are none it is 0.

    Raises
    ------
    ValueError
        When there are no colors.

    Examples
    --------
    >>> colors = np.tile([6.2, 0.6, 0.3], (50, 1))
    >>> main_color(colors).round(1).tolist()
    [6.2, 0.6, 0.3]
    """
    flat = colors.reshape(-1, 3)
    if not len(flat):
        raise ValueError("a main color needs colors, found none")
    colored = flat[(flat[:, 1] > _COLORED) & (flat[:, 2] > _COLORED)]
    hue = _main_hue(colored[:, 0]) if len(colored) else 0.0
    return np.array([hue, _peak_mean(flat[:, 1], 1.0, _BINS[1]), _peak_mean(flat[:, 2], 1.0, _BINS[2])])


def _main_hue(hues: Float[np.ndarray, " pixels"]) -> float:
    """Turn the circle so that the highest bin is in the middle, average there, and turn back."""
    around = 2 * np.pi
    counts, edges = np.histogram(hues % around, _BINS[0], (0.0, around))
    turn = np.pi - float(edges[counts.argmax()])
    return (_peak_mean((hues + turn) % around, around, _BINS[0]) - turn) % around


def _peak_mean(values: Float[np.ndarray, " pixels"], top: float, bins: int) -> float:
    counts, edges = np.histogram(values, bins, (0.0, top))
    low = high = int(counts.argmax())
    least = _SHARE_OF_PEAK * counts[low]
    while low > 0 and counts[low - 1] >= least:
        low -= 1
    while high < bins - 1 and counts[high + 1] >= least:
        high += 1
    middles = (edges[:-1] + edges[1:]) / 2
    return float(np.average(middles[low : high + 1], weights=counts[low : high + 1]))
