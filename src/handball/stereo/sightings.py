"""Where cameras saw a board, moment by moment."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column


@attrs.frozen(kw_only=True)
class Sightings:
    """Where cameras saw the board.

    Attributes
    ----------
    names
        Of the cameras.
    image_sizes
        Width and height of their pictures in pixels.
    labels
        Of the moments, for messages.
    numbers
        By which a user names the moments: those of images, or seconds of videos.
    pixels
        Corners, shape (cameras, moments, corners, 2); NaN where one was not seen.
    edges_px
        Pixels that an edge takes from black to white, shape (cameras, moments); NaN where unknown.
    """

    names: tuple[str, ...]
    image_sizes: tuple[tuple[int, int], ...]
    labels: tuple[str, ...]
    numbers: tuple[float, ...]
    pixels: Float[np.ndarray, "cameras moments corners 2"] = column(np.float64)
    edges_px: Float[np.ndarray, "cameras moments"] = column(np.float64)

    @property
    def seen(self) -> NDArray[np.bool_]:
        """In which pictures the board was seen, shape (cameras, moments)."""
        return np.asarray(~np.isnan(self.pixels[..., 0]).all(axis=2))
