"""One phone whose lens nobody has measured: a camera to assume, and where a body around its hips stands before it."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D

Array = NDArray[np.float64]

LONG_SIDE_FOV_DEG = 67.0
"""Field of view along the longer side of the picture: phones film with 60 to 75 degrees."""
_FEWEST_JOINTS = 3
LEVEL = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""Takes x right, y away, z up to a camera's x right, y down, z away."""


def assumed_camera(image_size: tuple[int, int], fov_deg: float = LONG_SIDE_FOV_DEG) -> Camera:
    """Return a camera held level at the origin.

    Examples
    --------
    >>> round(assumed_camera((1920, 1080)).focal[0])
    1450
    """
    focal = max(image_size) / 2 / np.tan(np.radians(fov_deg / 2))
    width, height = image_size
    return Camera(
        image_size=image_size,
        focal=(focal, focal),
        principal=((width - 1) / 2, (height - 1) / 2),
        rotation=LEVEL,
        position=np.zeros(3),
    )


def placed(body: Pose3D, picture: Pose2D, camera: Camera) -> Pose3D:
    """Move each frame of a body around its hips to where its joints fall best on those of the picture.

    Linear least squares for a shift of the whole body; rows with fewer than three joints stay missing.
    """
    slopes = camera.undistorted(picture.positions)
    seen = body.positions @ camera.rotation.T
    known = np.isfinite(slopes[..., 0]) & np.isfinite(seen[..., 0])
    trust = np.where(known, 1 / np.nanmean(picture.sigma, axis=-1), 0.0)
    rows = np.zeros((*slopes.shape, 3))
    rows[..., 0, 0] = rows[..., 1, 1] = 1.0
    rows[..., 2] = -np.nan_to_num(slopes)
    right = np.nan_to_num(slopes * seen[..., 2:] - seen[..., :2])
    weighted, right = rows * trust[..., None, None], right * trust[..., None]
    square = np.einsum("fjrc,fjrd->fcd", weighted, weighted) + 1e-12 * np.eye(3)
    shift = np.linalg.solve(square, np.einsum("fjrc,fjr->fc", weighted, right)[..., None])[..., 0]
    shift[known.sum(axis=1) < _FEWEST_JOINTS] = np.nan
    return attrs.evolve(body, positions=body.positions + (shift @ camera.rotation + camera.position)[:, None])
