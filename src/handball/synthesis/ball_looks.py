"""Balls of any looks: colors and patterns drawn by chance, so that a net learns what a ball is and not whose it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Look = Callable[[Array], Array]
"""From unit normals in the ball's own axes, shape (..., 3), to colors 0 to 255, shape (..., 3)."""

_PALE_SHARE, _PLAIN_SHARE, _GLOSSY_SHARE = 0.45, 0.1, 0.4
_FEWEST_PANELS, _MOST_PANELS = 6, 33


def drawn_look(rng: np.random.Generator) -> Look:
    """Draw a look: panels of two or three colors, bands around, spots and seams, or nearly plain."""
    palette = np.array([_pale(rng) if rng.random() < _PALE_SHARE else _any_color(rng) for _ in range(3)])
    middles = _directions(rng, int(rng.integers(_FEWEST_PANELS, _MOST_PANELS)))
    owners = rng.integers(0, 3, len(middles)) if rng.random() < 0.6 else np.zeros(len(middles), np.int64)
    seam, seam_color = float(rng.choice([0.0, 0.015, 0.03, 0.05])), _any_color(rng) * rng.uniform(0.1, 1.0)
    spots, spot_size = _directions(rng, int(rng.integers(0, 14))), float(rng.uniform(0.75, 0.985))
    bands, band_places = _directions(rng, int(rng.integers(0, 4))), rng.uniform(-0.5, 0.5, 4)
    band_width, plain = float(rng.uniform(0.04, 0.25)), rng.random() < _PLAIN_SHARE

    def look(own: Array) -> Array:
        if plain:
            return np.broadcast_to(palette[0], own.shape).copy()
        near = own @ middles.T
        two = np.partition(near, -2, axis=-1)[..., -2:]
        colors = palette[owners[near.argmax(axis=-1)]]
        for band, place in zip(bands, band_places, strict=False):
            colors = np.where((np.abs(own @ band - place) < band_width)[..., None], palette[1], colors)
        if len(spots):
            colors = np.where(((own @ spots.T).max(axis=-1) > spot_size)[..., None], palette[2], colors)
        return np.where((two[..., 1] - two[..., 0] < seam)[..., None], seam_color, colors)

    return look


def drawn_gloss(rng: np.random.Generator) -> tuple[float, float]:
    """Draw how strong and how sharp a lamp shines back from a ball; nothing from most."""
    return (float(rng.uniform(20, 120)), float(rng.uniform(6, 40))) if rng.random() < _GLOSSY_SHARE else (0.0, 1.0)


def shining(colors: Array, normals: Array, direction: Array, gloss: tuple[float, float]) -> Array:
    """Add the lamp's reflection (Phong 1975; the camera looks along z) to lit colors."""
    key = direction / np.linalg.norm(direction)
    back = 2 * (normals @ key)[..., None] * normals - key
    return np.asarray(np.clip(colors + gloss[0] * np.clip(-back[..., 2:], 0, 1) ** gloss[1], 0, 255))


def _directions(rng: np.random.Generator, count: int) -> Array:
    drawn = rng.normal(size=(count, 3))
    return np.asarray(drawn / np.linalg.norm(drawn, axis=1, keepdims=True))


def _any_color(rng: np.random.Generator) -> Array:
    return rng.uniform(10, 250, 3)


def _pale(rng: np.random.Generator) -> Array:
    return np.asarray(np.clip(rng.uniform(180, 250) + rng.normal(0, 18, 3), 0, 255))
