"""What the lens of one camera does, from pictures of a board: focal length, principal point, distortion.

Zhang, "A flexible new technique for camera calibration", IEEE PAMI 22(11), 2000, with Brown's distortion.
"""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.camera import Camera
from handball.errors import InvalidRigError

Array = NDArray[np.float64]

FEWEST_PICTURES = 3
WORSE_THAN_MEDIAN, LEAST_WRONG_PX = 3.0, 0.8
"""A picture is left out whose error is so many times that of the median picture and at least so many pixels."""
_MOST_LEFT_OUT = 1 / 3
_EARNS, _EARNS_PX = 0.02, 0.002
"""A further term of the distortion must lower the error by this share and by so many pixels."""
_ONE, _FOUR, _FIVE = (
    cv2.CALIB_FIX_K2 | cv2.CALIB_FIX_K3 | cv2.CALIB_ZERO_TANGENT_DIST,
    cv2.CALIB_FIX_K3,
    0,
)
_TERMS = ((_ONE, (True, False, False, False, False)), (_FOUR, (True, True, True, True, False)), (_FIVE, (True,) * 5))


@attrs.frozen(kw_only=True)
class Lens:
    """One camera by itself.

    Attributes
    ----------
    image_size
        Width and height in pixels.
    values
        fx, fy, cx, cy in pixels, then k1, k2, p1, p2, k3.
    free
        Which of them were found; the others stay as they are.
    used
        Which pictures it was found from, shape (pictures,).
    errors_px
        Root mean square of the reprojection error of each picture; NaN where the board was not seen.
    """

    image_size: tuple[int, int]
    values: Float[np.ndarray, "9"] = column(np.float64)
    free: Bool[np.ndarray, "9"] = column(np.bool_)
    used: Bool[np.ndarray, "pictures"] = column(np.bool_)
    errors_px: Float[np.ndarray, "pictures"] = column(np.float64)

    @property
    def matrix(self) -> Array:
        """Intrinsic matrix, shape (3, 3)."""
        fx, fy, cx, cy = self.values[:4]
        return np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])

    @property
    def distortion(self) -> Array:
        """k1, k2, p1, p2, k3."""
        return np.asarray(self.values[4:])


def lens_of(points: Array, pixels: Array, image_size: tuple[int, int]) -> Lens:
    """Find what a lens does; pictures that fit far worse than the others are left out.

    Parameters
    ----------
    points
        Corners of the board, metres, shape (corners, 3).
    pixels
        Where they are in each picture, shape (pictures, corners, 2); NaN where one was not seen.
    image_size
        Width and height in pixels.

    Raises
    ------
    InvalidRigError
        When fewer than three pictures show the board.
    """
    seen = ~np.isnan(pixels[..., 0])
    used = np.asarray(seen.any(axis=1))
    if used.sum() < FEWEST_PICTURES:
        raise InvalidRigError(
            f"{used.sum()} pictures show the board, expected at least {FEWEST_PICTURES}, better 15: take more."
        )
    most = int(_MOST_LEFT_OUT * used.sum())
    while True:
        lens = _fitted(points, pixels, image_size, used)
        errors = np.where(used, lens.errors_px, 0.0)
        worst = int(errors.argmax())
        limit = max(WORSE_THAN_MEDIAN * float(np.median(errors[used])), LEAST_WRONG_PX)
        if errors[worst] <= limit or most <= 0 or used.sum() <= FEWEST_PICTURES:
            return lens
        used = used.copy()
        used[worst] = False
        most -= 1


def _fitted(points: Array, pixels: Array, image_size: tuple[int, int], used: NDArray[np.bool_]) -> Lens:
    """Fit one, four and five terms of distortion; the first whose successor earns nothing."""
    chosen: Lens | None = None
    for flags, terms in _TERMS:
        lens = _fit(points, pixels, image_size, used, flags, terms)
        if chosen is not None and not _earns(_rms(chosen), _rms(lens)):
            break
        chosen = lens
    if chosen is None:
        raise InvalidRigError("No lens was fitted: the pictures show no board.")
    return chosen


def _rms(lens: Lens) -> float:
    return float(np.sqrt(np.mean(lens.errors_px[lens.used] ** 2)))


def _earns(before: float, after: float) -> bool:
    return after < (1 - _EARNS) * before and before - after > _EARNS_PX


def _fit(
    points: Array,
    pixels: Array,
    image_size: tuple[int, int],
    used: NDArray[np.bool_],
    flags: int,
    terms: tuple[bool, ...],
) -> Lens:
    seen = ~np.isnan(pixels[..., 0])
    _, matrix, distortion, *_ = cv2.calibrateCamera(
        [points[seen[row]].astype(np.float32) for row in np.flatnonzero(used)],
        [pixels[row, seen[row]].astype(np.float32) for row in np.flatnonzero(used)],
        image_size,
        None,
        None,
        flags=flags,
        criteria=(cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 100, 1e-12),
    )
    lens = Lens(
        image_size=image_size,
        values=np.array([matrix[0, 0], matrix[1, 1], matrix[0, 2], matrix[1, 2], *distortion.ravel()[:5]]),
        free=np.array([True] * 4 + list(terms)),
        used=used,
        errors_px=np.full(len(pixels), np.nan),
    )
    return attrs.evolve(lens, errors_px=picture_errors_px(lens, points, pixels))


def known_lens(camera: Camera, points: Array, pixels: Array) -> Lens:
    """Return the lens of a camera that was calibrated before; nothing of it is to be found."""
    lens = Lens(
        image_size=camera.image_size,
        values=np.array([*camera.focal, *camera.principal, *camera.distortion]),
        free=np.zeros(9, bool),
        used=np.asarray(~np.isnan(pixels[..., 0]).all(axis=1)),
        errors_px=np.full(len(pixels), np.nan),
    )
    return attrs.evolve(lens, errors_px=picture_errors_px(lens, points, pixels))


def board_pose(lens: Lens, points: Array, pixels: Array) -> Array:
    """Return rotation vector and translation from the board's axes to the camera's, shape (6,); NaN if not seen."""
    seen = ~np.isnan(pixels[:, 0])
    if not seen.any():
        return np.full(6, np.nan)
    _, turned, moved = cv2.solvePnP(points[seen], pixels[seen], lens.matrix, lens.distortion)
    return np.concatenate([turned.ravel(), moved.ravel()])


def picture_errors_px(lens: Lens, points: Array, pixels: Array) -> Array:
    """Return the root mean square of the reprojection error of each picture, shape (pictures,); NaN if not seen."""
    errors = np.full(len(pixels), np.nan)
    for row, found in enumerate(pixels):
        pose = board_pose(lens, points, found)
        if np.isnan(pose).any():
            continue
        shown, _ = cv2.projectPoints(points, pose[:3], pose[3:], lens.matrix, lens.distortion)
        errors[row] = np.sqrt(np.nanmean(np.sum((shown[:, 0] - found) ** 2, axis=1)))
    return errors
