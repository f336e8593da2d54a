"""Joints in space, corrected across and up by where the picture shows them."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23

_HIPS = BODY_23.indices(("left_hip", "right_hip"))


def with_picture_positions(
    meters: Float[np.ndarray, "frames 23 3"],
    pixels: Float[np.ndarray, "frames 23 2"],
    scores: Float[np.ndarray, "frames 23"],
) -> NDArray[np.float64]:
    """Take across and up from the picture and only the depth from the net's guess in space.

    The heat maps place a joint in the picture better than the net's joints in space do. Each frame's
    pixels are scaled to metres by the least-squares fit to the joints in space (weak perspective:
    one scale and one shift a frame), weighted by the scores. A joint goes there as far as its score
    says: what a blurred picture hides stays the guess in space. Measured in docs/explanation/one-camera.md.

    Parameters
    ----------
    meters
        Joints in space: x right, y away, z up.
    pixels
        The same joints in the picture: x right, y down.
    scores
        From 0 (the picture does not show the joint) to 1.

    Returns
    -------
    numpy.ndarray
        Shape (frames, 23, 3), the middle of clearly seen hips at zero across and up. A frame whose
        joints fit no positive scale is returned as it is.

    Examples
    --------
    >>> meters = np.random.default_rng(1).normal(size=(1, 23, 3))
    >>> meters -= meters[:, [11, 12]].mean(axis=1, keepdims=True)
    >>> pixels = meters[..., [0, 2]] * np.array([200.0, -200.0]) + np.array([640.0, 360.0])
    >>> bool(np.allclose(with_picture_positions(meters, pixels, np.ones((1, 23))), meters))
    True
    """
    flat, plane = pixels * np.array([1.0, -1.0]), meters[..., [0, 2]]
    weights = scores[..., None] / np.maximum(scores.sum(axis=1), 1e-9)[:, None, None]
    around = flat - (weights * flat).sum(axis=1, keepdims=True)
    spread = (weights * around**2).sum(axis=(1, 2))
    shared = (weights * around * plane).sum(axis=(1, 2))
    scale = shared / np.where(spread > 0, spread, 1.0)
    moved = (flat - flat[:, _HIPS].mean(axis=1, keepdims=True)) * scale[:, None, None]
    trust = np.where(scale[:, None] > 0, scores, 0.0)[..., None]
    result: NDArray[np.float64] = meters.copy()
    result[..., [0, 2]] = plane + trust * (moved - plane)
    return result
