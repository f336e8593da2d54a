"""A pinhole camera: where a point of the world falls in the picture.

Camera axes are x to the right of the picture, y down, z along the view; pixels have their origin at the
centre of the top-left pixel, as in `Pose2D`. Lens model: Brown, "Decentering distortion of lenses",
Photogrammetric Engineering 32(3), 1966, with three radial and two tangential terms.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column

Array = NDArray[np.float64]

_UNDISTORTING_STEPS = 30
_TERMS = 5


def _five(distortion: Sequence[float]) -> tuple[float, ...]:
    """Return k1, k2, p1, p2, k3; a k3 that was left out is 0."""
    given = tuple(float(value) for value in distortion)
    return (*given, 0.0) if len(given) == _TERMS - 1 else given


@attrs.frozen(kw_only=True)
class Camera:
    """One camera at rest.

    Attributes
    ----------
    image_size
        Width and height in pixels.
    focal
        Focal lengths along x and y in pixels.
    principal
        Where the optical axis meets the picture, in pixels.
    rotation
        Takes the world's axes to the camera's.
    position
        Of the optical centre in the world, metres.
    distortion
        k1, k2, p1, p2, k3 of Brown's model, in OpenCV's order; k3 may be left out.

    Raises
    ------
    ValueError
        For wrong shapes, a rotation that is none, or a lens that is none.
    """

    name: str = "camera"
    image_size: tuple[int, int]
    focal: tuple[float, float]
    principal: tuple[float, float]
    rotation: Float[np.ndarray, "3 3"] = column(np.float64)
    position: Float[np.ndarray, "3"] = column(np.float64)
    distortion: tuple[float, ...] = attrs.field(default=(0.0,) * 5, converter=_five)

    def __attrs_post_init__(self) -> None:
        check_shape("rotation", self.rotation, (3, 3))
        check_shape("position", self.position, (3,))
        proper = np.linalg.det(self.rotation) > 0
        if not (proper and np.allclose(self.rotation @ self.rotation.T, np.eye(3), atol=1e-6)):
            raise ValueError("rotation must be a proper rotation matrix")
        if len(self.distortion) != _TERMS:
            raise ValueError(f"distortion must have 4 or {_TERMS} terms, found {len(self.distortion)}")
        if min(self.focal) <= 0 or min(self.image_size) < 1:
            raise ValueError(f"focal and image_size must be positive, found {self.focal} and {self.image_size}")

    @classmethod
    def looking(
        cls,
        *,
        position: Sequence[float],
        target: Sequence[float],
        focal_px: float,
        image_size: tuple[int, int],
        name: str = "camera",
    ) -> Camera:
        """Return a camera held level that looks at a point, its axis through the middle of the picture."""
        eye = np.asarray(position, np.float64)
        ahead = np.asarray(target, np.float64) - eye
        ahead /= np.linalg.norm(ahead)
        right = np.cross(ahead, [0.0, 0.0, 1.0])
        right /= np.linalg.norm(right)
        return cls(
            name=name,
            image_size=image_size,
            focal=(focal_px, focal_px),
            principal=((image_size[0] - 1) / 2, (image_size[1] - 1) / 2),
            rotation=np.stack([right, np.cross(ahead, right), ahead]),
            position=eye,
        )

    @property
    def matrix(self) -> Array:
        """Intrinsic matrix, shape (3, 3)."""
        (fx, fy), (cx, cy) = self.focal, self.principal
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])

    @property
    def projection(self) -> Array:
        """Projection matrix of the lens without distortion, shape (3, 4)."""
        turned = self.rotation @ -self.position
        return np.asarray(self.matrix @ np.column_stack([self.rotation, turned]))

    def in_camera(self, points: Array) -> Array:
        """Express points of the world in the camera's axes, metres, shape (..., 3)."""
        return np.asarray((points - self.position) @ self.rotation.T)

    def project(self, points: Array) -> Array:
        """Return pixels of points of the world, shape (..., 2); NaN behind the camera.

        Examples
        --------
        >>> camera = Camera.looking(position=(0, 0, 1), target=(0, 5, 1), focal_px=500, image_size=(641, 481))
        >>> camera.project(np.array([[0.0, 5.0, 1.0], [1.0, 5.0, 1.0]])).round(6).tolist()
        [[320.0, 240.0], [420.0, 240.0]]
        """
        seen = self.in_camera(np.asarray(points, np.float64))
        depth = np.where(seen[..., 2:] > 0, seen[..., 2:], np.nan)
        return np.asarray(self._distorted(seen[..., :2] / depth) * self.focal + self.principal)

    def undistorted(self, pixels: Array) -> Array:
        """Return slopes (x / z, y / z) in the camera's axes of the rays through pixels, shape (..., 2)."""
        seen = (np.asarray(pixels, np.float64) - self.principal) / self.focal
        slopes = seen.copy()
        if any(self.distortion):
            for _ in range(_UNDISTORTING_STEPS):
                slopes = slopes + seen - self._distorted(slopes)
        return np.asarray(slopes)

    def straightened(self, pixels: Array) -> Array:
        """Return pixels as a lens without distortion would show them, shape (..., 2)."""
        return np.asarray(self.undistorted(pixels) * self.focal + self.principal)

    def rays(self, pixels: Array) -> Array:
        """Return unit vectors in the world of the rays through pixels, shape (..., 3)."""
        slopes = self.undistorted(pixels)
        rays = np.concatenate([slopes, np.ones_like(slopes[..., :1])], axis=-1) @ self.rotation
        return np.asarray(rays / np.linalg.norm(rays, axis=-1, keepdims=True))

    def _distorted(self, slopes: Array) -> Array:
        k1, k2, p1, p2, k3 = self.distortion
        if not any(self.distortion):
            return slopes
        x, y = slopes[..., 0], slopes[..., 1]
        square = x * x + y * y
        radial = 1 + square * (k1 + square * (k2 + square * k3))
        bent_x = x * radial + 2 * p1 * x * y + p2 * (square + 2 * x * x)
        bent_y = y * radial + p1 * (square + 2 * y * y) + 2 * p2 * x * y
        return np.stack([bent_x, bent_y], axis=-1)
