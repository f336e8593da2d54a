"""Joints in space from where two or more calibrated cameras see them.

Start: direct linear transform, weighted (Hartley and Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed.,
2004, 12.2). Then Gauss-Newton on the reprojection error with Huber's weights (Huber, "Robust estimation of a location
parameter", Ann. Math. Statist. 35, 1964), all points at once: a joint that one of several cameras sees wrongly does
not pull the others' point away.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column
from handball.domain.camera import Camera

Array = NDArray[np.float64]

_HUBER = 2.0
"""Standard deviations beyond which an error counts linearly, not by its square."""
_STEPS = 8
_LEAST_RAY_ANGLE_DEG = 1.0
"""Rays that meet at a smaller angle do not say how far away a point is."""
_FEWEST_VIEWS = 2
_TRUST = 4.0
"""The stated errors of the pixels count like so many degrees of freedom beside the few of one point."""


@attrs.frozen(kw_only=True)
class Triangulated:
    """Points in space; NaN where fewer than two cameras see one from different directions.

    Attributes
    ----------
    positions
        Metres in the world of the cameras, shape (points, 3).
    covariances
        Of the positions in square metres, shape (points, 3, 3).
    residuals
        How far each camera sees each point from where it lies, in standard deviations, shape (cameras, points).
    """

    positions: Float[np.ndarray, "points 3"] = column(np.float64)
    covariances: Float[np.ndarray, "points 3 3"] = column(np.float64)
    residuals: Float[np.ndarray, "cameras points"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        points = len(self.positions)
        check_shape("positions", self.positions, (points, 3))
        check_shape("covariances", self.covariances, (points, 3, 3))

    @property
    def sigma(self) -> Array:
        """One standard deviation for each coordinate in metres, shape (points, 3)."""
        return np.asarray(np.sqrt(np.diagonal(self.covariances, axis1=1, axis2=2)))


def triangulate(cameras: Sequence[Camera], pixels: Array, sigma_px: Array) -> Triangulated:
    """Find points in space.

    Parameters
    ----------
    cameras
        In the order of the first axis.
    pixels
        Where each camera sees each point, shape (cameras, points, 2); NaN where it does not.
    sigma_px
        One standard deviation of these in pixels, shape (cameras, points).

    Returns
    -------
    Triangulated
        Where cameras contradict each other, the covariance grows by how far they do.

    Examples
    --------
    >>> cameras = [
    ...     Camera.looking(position=(x, 0, 1), target=(0, 5, 1), focal_px=500, image_size=(640, 480)) for x in (-1, 1)
    ... ]
    >>> point = np.array([[0.2, 4.0, 1.3]])
    >>> seen = np.stack([camera.project(point) for camera in cameras])
    >>> triangulate(cameras, seen, np.ones((2, 1))).positions.round(6).tolist()
    [[0.2, 4.0, 1.3]]
    """
    straight, weights = _observations(cameras, pixels, sigma_px)
    projections = np.stack([camera.projection for camera in cameras])
    points = _linear(projections, straight, weights)
    for _ in range(_STEPS):
        points = points + _step(projections, straight, weights, points)
    return _checked(cameras, projections, straight, weights, points)


def _observations(cameras: Sequence[Camera], pixels: Array, sigma_px: Array) -> tuple[Array, Array]:
    """Return pixels of a lens without distortion and weights; a point that is not seen weighs nothing."""
    straight = np.stack([camera.straightened(seen) for camera, seen in zip(cameras, pixels, strict=True)])
    seen = np.isfinite(straight).all(axis=-1) & np.isfinite(sigma_px) & (sigma_px > 0)
    weights = np.zeros(seen.shape)
    weights[seen] = 1 / sigma_px[seen]
    return np.where(seen[..., None], straight, 0.0), weights


def _linear(projections: Array, straight: Array, weights: Array) -> Array:
    rows = []
    for projection, seen, weight in zip(projections, straight, weights, strict=True):
        for axis in range(2):
            rows.append(weight[:, None] * (seen[:, axis : axis + 1] * projection[2] - projection[axis]))
    *_, right = np.linalg.svd(np.stack(rows, axis=1))
    homogeneous = right[:, -1]
    beyond = np.abs(homogeneous[:, 3:]) < 1e-12
    return np.asarray(homogeneous[:, :3] / np.where(beyond, np.nan, homogeneous[:, 3:]))


def _errors(projections: Array, straight: Array, weights: Array, points: Array) -> tuple[Array, Array]:
    """Return errors in standard deviations (cameras, points, 2), and how they change with the point (..., 2, 3)."""
    seen = np.einsum("cij,pj->cpi", projections[..., :3], points) + projections[:, None, :, 3]
    depth = seen[..., 2:]
    flat = seen[..., :2] / depth
    slopes = projections[:, None, :2, :3] - flat[..., None] * projections[:, None, 2:, :3]
    scaled = weights[..., None, None] / depth[..., None]
    return np.asarray((flat - straight) * weights[..., None]), np.asarray(slopes * scaled)


def _normal(errors: Array, slopes: Array) -> tuple[Array, Array]:
    """Return normal matrices (points, 3, 3) and right sides (points, 3), with Huber's weights of each camera."""
    size = np.linalg.norm(errors, axis=-1)
    trust = np.minimum(1.0, _HUBER / np.maximum(size, 1e-12))
    normal = np.einsum("cp,cpai,cpaj->pij", trust, slopes, slopes)
    return np.asarray(normal), np.asarray(np.einsum("cp,cpai,cpa->pi", trust, slopes, errors))


def _step(projections: Array, straight: Array, weights: Array, points: Array) -> Array:
    normal, right = _normal(*_errors(projections, straight, weights, points))
    return np.asarray(-np.einsum("pij,pj->pi", _inverse(normal), right))


def _inverse(matrices: Array) -> Array:
    """Return inverses; NaN where there is none."""
    found = np.full(matrices.shape, np.nan)
    rows = np.flatnonzero(np.isfinite(matrices).all(axis=(1, 2)))
    rows = rows[np.linalg.cond(matrices[rows]) < 1 / np.finfo(np.float64).eps]
    found[rows] = np.linalg.inv(matrices[rows])
    return found


def _checked(
    cameras: Sequence[Camera], projections: Array, straight: Array, weights: Array, points: Array
) -> Triangulated:
    errors, slopes = _errors(projections, straight, weights, points)
    normal, _ = _normal(errors, slopes)
    seen = weights > 0
    count = seen.sum(axis=0)
    residuals = np.where(seen, np.linalg.norm(errors, axis=-1), np.nan)
    # two cameras leave one degree of freedom of four, each further one two more
    excess = (_TRUST + np.nansum(residuals**2, axis=0)) / (_TRUST + np.maximum(2 * count - 3, 1))
    covariances = _inverse(normal) * np.maximum(excess, 1.0)[:, None, None]
    known = (count >= _FEWEST_VIEWS) & _apart(cameras, seen, points) & _ahead(cameras, seen, points)
    known &= np.isfinite(covariances).all(axis=(1, 2))
    return Triangulated(
        positions=np.where(known[:, None], points, np.nan),
        covariances=np.where(known[:, None, None], covariances, np.nan),
        residuals=np.where(known, residuals, np.nan),
    )


def _apart(cameras: Sequence[Camera], seen: NDArray[np.bool_], points: Array) -> NDArray[np.bool_]:
    """Tell which points are seen from directions that differ enough."""
    rays = np.stack([points - camera.position for camera in cameras])
    rays /= np.linalg.norm(rays, axis=-1, keepdims=True)
    narrow = np.cos(np.radians(_LEAST_RAY_ANGLE_DEG))
    found = np.zeros(len(points), dtype=bool)
    for first in range(len(cameras)):
        for second in range(first):
            between = np.abs(np.einsum("pi,pi->p", rays[first], rays[second]))
            found |= seen[first] & seen[second] & (between < narrow)
    return found


def _ahead(cameras: Sequence[Camera], seen: NDArray[np.bool_], points: Array) -> NDArray[np.bool_]:
    """Tell which points lie in front of every camera that sees them."""
    depths = np.stack([camera.in_camera(points)[:, 2] for camera in cameras])
    return np.asarray(((depths > 0) | ~seen).all(axis=0))
