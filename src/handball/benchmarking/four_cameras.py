"""Joints triangulated from all calibrated cameras of one recording."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera

Array = NDArray[np.float64]


def triangulated(cameras: Sequence[Camera], pixels: Array, weights: Array) -> Array:
    """Triangulate points by the direct linear transform (Hartley and Zisserman 2004, 12.2), weighted.

    Parameters
    ----------
    cameras
        Cameras in the order of the first axis.
    pixels
        Where each camera sees each point, shape (cameras, points, 2).
    weights
        Trust in each of them, shape (cameras, points).

    Returns
    -------
    numpy.ndarray
        Points in metres in the room, shape (points, 3).
    """
    rows = []
    for camera, seen, weight in zip(cameras, pixels, weights, strict=True):
        slopes = camera.undistorted(seen)
        pose = np.column_stack([camera.rotation, -camera.rotation @ camera.position])
        for axis in range(2):
            # times the focal length: errors count in pixels
            trust = weight[:, None] * camera.focal[axis]
            rows.append(trust * (slopes[:, axis : axis + 1] * pose[2] - pose[axis]))
    *_, right = np.linalg.svd(np.stack(rows, axis=1))
    homogeneous = right[:, -1]
    points: Array = homogeneous[:, :3] / homogeneous[:, 3:]
    return points
