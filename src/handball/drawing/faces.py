"""Faces made unrecognisable."""

from __future__ import annotations

from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray


def blur_face(
    picture: NDArray[np.uint8],
    head_points_px: NDArray[np.float64],
    radius: float,
    *,
    method: Literal["gaussian", "pixelate"] = "gaussian",
) -> NDArray[np.uint8]:
    """Return a copy of an RGB picture with an ellipse around the head blurred.

    Parameters
    ----------
    picture
        RGB, shape (height, width, 3).
    head_points_px
        Nose, eyes and ears in pixels, shape (points, 2); missing ones are NaN. Without any point the
        picture comes back as it is.
    radius
        Half the width of the head in pixels; the ellipse is a third higher than wide.
    method
        Smooth, or coarse squares.
    """
    present = head_points_px[~np.isnan(head_points_px).any(axis=1)]
    blurred = picture.copy()
    if len(present) == 0 or radius < 1:
        return blurred
    center = present.mean(axis=0)
    half = np.array([radius, 1.35 * radius]) + np.ptp(present, axis=0) / 4
    low = np.maximum(np.floor(center - half), 0).astype(int)
    high = np.minimum(np.ceil(center + half) + 1, picture.shape[1::-1]).astype(int)
    if np.any(high <= low):
        return blurred
    patch = blurred[low[1] : high[1], low[0] : high[0]]
    mask = _ellipse(patch.shape[:2], center - low, half)
    patch[mask] = _washed(patch, radius, method)[mask]
    return blurred


def _washed(patch: NDArray[np.uint8], radius: float, method: str) -> NDArray[np.uint8]:
    if method == "gaussian":
        return np.asarray(cv2.GaussianBlur(patch, (0, 0), max(radius / 2.5, 2.0)), np.uint8)
    cells = tuple(max(1, round(side / (radius / 2.5))) for side in patch.shape[1::-1])
    small = cv2.resize(patch, cells, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.resize(small, patch.shape[1::-1], interpolation=cv2.INTER_NEAREST), np.uint8)


def _ellipse(shape: tuple[int, ...], center: NDArray[np.float64], half: NDArray[np.float64]) -> NDArray[np.bool_]:
    y, x = np.ogrid[: shape[0], : shape[1]]
    inside: NDArray[np.bool_] = ((x - center[0]) / half[0]) ** 2 + ((y - center[1]) / half[1]) ** 2 <= 1
    return inside
