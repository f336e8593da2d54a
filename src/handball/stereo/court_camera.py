"""A camera's place and focal length from points of the court, floor and crossbar.

The focal length is tried over the range of phones and zooms (perspective-n-point for each: Terzakis and Lourakis 2020,
"A consistently fast and globally optimal solution to the perspective-n-point problem"), then all is refined together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import attrs
import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.optimize import OptimizeResult, least_squares
from scipy.spatial.transform import Rotation

from handball.domain.arrays import column
from handball.domain.camera import Camera
from handball.errors import InvalidRigError
from handball.stereo.court import court_points

Array = NDArray[np.float64]

_FEWEST = 4
_FOR_BENDING = 10
"""So many points before the first radial term of the lens is fitted too."""
_HALF_WIDTHS = np.tan(np.radians(np.linspace(18, 120, 35)) / 2)
_HUBER_PX = 2.0
_CLICK_PX = 1.0
"""Clicks are never trusted to be better than this, one standard deviation."""
_MOST_FOCAL_DOUBT = 0.25
_MOST_ERROR = 0.03
"""Root mean square of the residuals over the width of the picture above which the points do not fit a camera."""


@attrs.frozen(kw_only=True)
class CourtCamera:
    """A camera in the world of the court, and how sure its place is.

    Attributes
    ----------
    position_sigma
        One standard deviation of the place along x, y and z, metres.
    focal_sigma
        One standard deviation of the focal length over itself; 0 where the lens was given.
    names, residuals_px
        The points, and how far the camera puts each from where it was clicked.
    """

    camera: Camera
    position_sigma: Float[np.ndarray, "3"] = column(np.float64)
    focal_sigma: float
    names: tuple[str, ...]
    residuals_px: Float[np.ndarray, " points"] = column(np.float64)

    @property
    def error_px(self) -> float:
        """Root mean square of the residuals."""
        return float(np.sqrt(np.mean(self.residuals_px**2)))


def camera_from_court(
    clicked: Mapping[str, Sequence[float]],
    image_size: tuple[int, int],
    *,
    lens: Camera | None = None,
    name: str = "camera",
) -> CourtCamera:
    """Find the camera that sees points of the court where they were clicked.

    Parameters
    ----------
    clicked
        Pixels of points of the court by their names; those on the floor alone will do, the crossbar makes it better.
    image_size
        Width and height of the picture.
    lens
        A camera whose focal length, principal point and distortion are known; without it the focal length is
        estimated, with square pixels and the axis through the middle of the picture, and with ten points or more the
        first radial term as well.

    Raises
    ------
    InvalidRigError
        For unknown names, fewer than four points, points that fit no camera, or a focal length that they leave open.
    """
    places = court_points(tuple(clicked))
    if len(places) < _FEWEST:
        raise InvalidRigError(
            f"The place of a camera needs at least {_FEWEST} points of the court, found {len(places)}."
        )
    pixels = np.array(list(clicked.values()), np.float64)
    fit = _Fit(names=tuple(clicked), places=places, pixels=pixels, image_size=image_size, lens=lens, name=name)
    found = min((fit.refined(start) for start in fit.starts()), key=lambda one: float(one.cost), default=None)
    if found is None:
        raise InvalidRigError("No camera can see the points of the court like this: check their names.")
    return _checked(fit, found.x, found.jac)


def _checked(fit: _Fit, values: Array, jacobian: Array) -> CourtCamera:
    camera = fit.camera(values)
    residuals = np.linalg.norm(fit.away(values).reshape(-1, 2), axis=1)
    error = float(np.sqrt(np.mean(residuals**2)))
    if not error < _MOST_ERROR * fit.image_size[0] or camera.position[2] <= 0:
        worst = fit.names[int(np.argmax(residuals))]
        raise InvalidRigError(
            f"The points fit no camera above the floor (error {error:.0f} pixels, most at point {worst}): check their "
            "names and click them again."
        )
    spread = _spread(jacobian, max(_CLICK_PX, error))
    doubt = float(spread[6]) if fit.lens is None else 0.0
    if not doubt < _MOST_FOCAL_DOUBT:
        raise InvalidRigError(
            f"The points leave the focal length open (to {doubt:.0%}): add points nearer and farther away and the "
            "crossbar, or give the lens of the camera."
        )
    return CourtCamera(
        camera=camera,
        position_sigma=spread[3:6],
        focal_sigma=doubt,
        names=fit.names,
        residuals_px=residuals,
    )


def _spread(jacobian: Array, click_px: float) -> Array:
    covariance = np.linalg.pinv(jacobian.T @ jacobian) * click_px**2
    return np.sqrt(np.diag(covariance))


@attrs.frozen(kw_only=True)
class _Fit:
    """The unknowns in one vector: turn (3), place (3), then without a lens log focal length and perhaps k1."""

    names: tuple[str, ...]
    places: Array
    pixels: Array
    image_size: tuple[int, int]
    lens: Camera | None
    name: str

    @property
    def bends(self) -> bool:
        return self.lens is None and len(self.places) >= _FOR_BENDING

    def camera(self, values: Array) -> Camera:
        lens = self._lens(values)
        return attrs.evolve(
            lens, name=self.name, rotation=Rotation.from_rotvec(values[:3]).as_matrix(), position=values[3:6]
        )

    def _lens(self, values: Array) -> Camera:
        if self.lens is not None:
            return self.lens
        width, height = self.image_size
        focal = float(np.exp(values[6])) * width
        k1 = float(values[7]) if self.bends else 0.0
        return Camera(
            image_size=self.image_size,
            focal=(focal, focal),
            principal=((width - 1) / 2, (height - 1) / 2),
            rotation=np.eye(3),
            position=np.zeros(3),
            distortion=(k1, 0.0, 0.0, 0.0, 0.0),
        )

    def away(self, values: Array) -> Array:
        """Return the distances along x and y of all points in pixels; a point behind the camera is far away."""
        away = self.camera(values).project(self.places) - self.pixels
        return np.asarray(np.nan_to_num(away, nan=float(self.image_size[0])).ravel())

    def starts(self) -> list[Array]:
        """Return the best poses over all focal lengths, above the floor and with every point in front."""
        tried: list[tuple[float, Array]] = []
        halves = [0.0] if self.lens is not None else [float(-np.log(2 * half)) for half in _HALF_WIDTHS]
        for log_focal in halves:
            rest = [] if self.lens is not None else [log_focal, 0.0][: 1 + self.bends]
            tried += [(float(np.abs(self.away(start)).sum()), start) for start in self._poses(np.array(rest))]
        tried.sort(key=lambda one: one[0])
        return [start for _, start in tried[:4]]

    def _poses(self, rest: Array) -> list[Array]:
        lens = self._lens(np.concatenate([np.zeros(6), rest]))
        slopes = np.ascontiguousarray(lens.undistorted(self.pixels))
        flags = [cv2.SOLVEPNP_SQPNP]
        if np.ptp(self.places[:, 2]) == 0:
            flags.append(cv2.SOLVEPNP_IPPE)
        poses = []
        for flag in flags:
            _, turns, shifts, _ = cv2.solvePnPGeneric(self.places, slopes, np.eye(3), None, flags=flag)
            for turn, shift in zip(turns, shifts, strict=True):
                rotation = cv2.Rodrigues(turn)[0]
                position = (-rotation.T @ shift).ravel()
                if position[2] > 0 and ((self.places - position) @ rotation[2] > 0).all():
                    poses.append(np.concatenate([np.asarray(turn).ravel(), position, rest]))
        return poses

    def refined(self, start: Array) -> OptimizeResult:
        scale = np.concatenate([np.full(3, 0.1), np.ones(3), np.full(len(start) - 6, 0.1)])
        return least_squares(self.away, start, loss="huber", f_scale=_HUBER_PX, x_scale=scale)
