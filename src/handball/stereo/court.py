"""Where the floor of the court lies in a picture: points that were clicked give a homography, and feet a place."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column
from handball.domain.camera import Camera
from handball.domain.court import POINTS
from handball.errors import InvalidRigError
from handball.stereo.homography import FEWEST_POINTS, agreeing, mapped, normalized_dlt, refined, spread_out

Array = NDArray[np.float64]

_LEAST_SPREAD, _LEAST_SPREAD_PX = 0.01, 0.005
_LEAST_AGREEING = 5


@attrs.frozen(kw_only=True)
class CourtView:
    """A camera's picture of the court's floor.

    Attributes
    ----------
    homography
        Takes pixels of a lens without distortion to the floor, metres of the world of `domain.court`, (3, 3).
    lens
        Whose distortion is taken out of pixels first; None for none.
    names, pixels
        The points that were clicked, as they were, (points, 2).
    used
        Whether each point agrees with the others; the others were left out.
    residuals_px
        How far each point lies from where the homography puts it.
    held_out
        How far each point would be placed wrongly on the floor by the other points, metres; NaN for fewer than five.
    """

    homography: Float[np.ndarray, "3 3"] = column(np.float64)
    lens: Camera | None = None
    names: tuple[str, ...]
    pixels: Float[np.ndarray, "points 2"] = column(np.float64)
    used: Bool[np.ndarray, " points"] = column(np.bool_)
    residuals_px: Float[np.ndarray, " points"] = column(np.float64)
    held_out: Float[np.ndarray, " points"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("homography", self.homography, (3, 3))
        check_shape("pixels", self.pixels, (len(self.names), 2))
        for name in ("used", "residuals_px", "held_out"):
            check_shape(name, getattr(self, name), (len(self.names),))

    @property
    def error(self) -> float:
        """Median of the held-out errors of the points in use, metres; NaN where there are too few to tell."""
        return float(np.median(self.held_out[self.used]))

    @property
    def suspects(self) -> tuple[str, ...]:
        """Points that are probably clicked wrongly or misnamed: those that agree with no homography of the others."""
        return tuple(name for name, used in zip(self.names, self.used, strict=True) if not used)

    def floor(self, pixels: Array) -> Array:
        """Return where pixels meet the floor, x and y in metres, shape (..., 2); NaN above the horizon."""
        return mapped(self.homography, straightened(pixels, self.lens))

    def picture(self, floor: Array) -> Array:
        """Return pixels of places on the floor, shape (..., 2); NaN behind the camera.

        The pixels are those of a lens without distortion where the view knows no lens.
        """
        inverse = np.linalg.inv(self.homography)
        middle = mapped(self.homography, straightened(self.pixels[self.used].mean(axis=0), self.lens))
        sign = 1.0 if np.append(middle, 1.0) @ inverse[2] > 0 else -1.0
        seen = mapped(sign * inverse, floor)
        return seen if self.lens is None else _bent(seen, self.lens)


def straightened(pixels: Array, lens: Camera | None) -> Array:
    """Return pixels (..., 2) as a lens without distortion would show them."""
    if lens is None or not any(lens.distortion):
        return np.asarray(pixels, np.float64)
    return np.asarray(lens.undistorted(pixels) * lens.focal + lens.principal)


def _bent(pixels: Array, lens: Camera) -> Array:
    level = attrs.evolve(lens, rotation=np.eye(3), position=np.zeros(3))
    slopes = (pixels - lens.principal) / lens.focal
    return level.project(np.concatenate([slopes, np.ones_like(slopes[..., :1])], axis=-1))


def court_points(names: Sequence[str]) -> Array:
    """Return the named points of the court, metres, shape (points, 3).

    Raises
    ------
    InvalidRigError
        For an unknown name, with the nearest that is known.
    """
    for name in names:
        if name not in POINTS:
            close = difflib.get_close_matches(name, POINTS, 1)
            hint = f"did you mean {close[0]}?" if close else f"known are {', '.join(POINTS)}."
            raise InvalidRigError(f"The court has no point '{name}': {hint}")
    return np.array([POINTS[name] for name in names], np.float64).reshape(-1, 3)


def court_view(clicked: Mapping[str, Sequence[float]], *, lens: Camera | None = None) -> CourtView:
    """Find the floor of the court in a picture.

    Parameters
    ----------
    clicked
        Pixels of points of the court by their names; points above the floor are left out.
    lens
        The camera's lens, whose distortion is taken out first.

    Raises
    ------
    InvalidRigError
        For unknown names, fewer than four points of the floor, points on one line, points that agree with no view of
        the court, or whose left and right are changed.
    """
    places = court_points(tuple(clicked))
    level = places[:, 2] == 0
    names = tuple(name for name, on_floor in zip(clicked, level, strict=True) if on_floor)
    pixels = np.array([clicked[name] for name in names], np.float64).reshape(-1, 2)
    floor = places[level, :2]
    _check_points(names, floor, pixels)
    straight = straightened(pixels, lens)
    used = agreeing(floor, straight)
    _check_agreement(names, used, floor, straight)
    matrix = _fitted(floor[used], straight[used])
    _check_side(matrix, floor[used])
    return CourtView(
        homography=_inverse(matrix, floor[used]),
        lens=lens,
        names=names,
        pixels=pixels,
        used=used,
        residuals_px=np.linalg.norm(mapped(matrix, floor) - straight, axis=1),
        held_out=_held_out(floor, straight, used),
    )


def _fitted(floor: Array, pixels: Array) -> Array:
    first = normalized_dlt(floor, pixels)
    return refined(first, floor, pixels) if len(floor) > FEWEST_POINTS else first


def _inverse(matrix: Array, floor: Array) -> Array:
    """Turn the matrix from floor to picture round; what the camera sees has a positive third coordinate."""
    inverse = np.linalg.inv(matrix)
    pixels = mapped(matrix, floor)
    depth = np.column_stack([pixels, np.ones(len(pixels))]) @ inverse[2]
    return np.asarray(inverse / np.linalg.norm(inverse) * (1.0 if np.nanmedian(depth) > 0 else -1.0))


def _held_out(floor: Array, pixels: Array, used: NDArray[np.bool_]) -> Array:
    """Place each point by the others that are in use; NaN where these do not suffice."""
    away = np.full(len(floor), np.nan)
    for row in range(len(floor)):
        others = used.copy()
        others[row] = False
        if others.sum() >= FEWEST_POINTS and spread_out(floor[others], least=_LEAST_SPREAD):
            matrix = _inverse(_fitted(floor[others], pixels[others]), floor[others])
            away[row] = np.linalg.norm(mapped(matrix, pixels[row]) - floor[row])
    return away


def _check_points(names: tuple[str, ...], floor: Array, pixels: Array) -> None:
    if len(names) < FEWEST_POINTS:
        raise InvalidRigError(
            f"The court needs at least {FEWEST_POINTS} points on its floor, found {len(names)}"
            f"{' (' + ', '.join(names) + ')' if names else ''}: click more of its corners, posts and marks."
        )
    if not np.isfinite(pixels).all():
        raise InvalidRigError("The pixels of court points must be finite numbers: click them again.")
    if not spread_out(floor, least=_LEAST_SPREAD) or not spread_out(pixels, least=_LEAST_SPREAD_PX):
        raise InvalidRigError(
            f"The points {', '.join(names)} lie on one line (or all but one of them), which leaves the rest of the "
            "floor open: add points beside that line."
        )


def _check_agreement(names: tuple[str, ...], used: NDArray[np.bool_], floor: Array, pixels: Array) -> None:
    few = used.sum() < max(_LEAST_AGREEING, len(names) / 2) and len(names) > _LEAST_AGREEING
    if few or not spread_out(floor[used], least=_LEAST_SPREAD):
        raise InvalidRigError(
            f"Only {int(used.sum())} of the {len(names)} points agree with one view of the court: check their names "
            "(left and right are as seen from the goal line into the court) and click them again."
        )
    matrix = normalized_dlt(floor[used], pixels[used])
    if np.isnan(mapped(matrix, floor[used])).any():
        raise InvalidRigError("No camera can see the points like this: check their names and click them again.")


def _check_side(matrix: Array, floor: Array) -> None:
    """Refuse a floor seen from below: what changed names of left and right look like."""
    middle = floor.mean(axis=0)
    steps = middle + np.array([[0.0, 0.0], [1e-3, 0.0], [0.0, 1e-3]])
    origin, along, across = mapped(matrix, steps)
    if np.linalg.det(np.stack([along - origin, across - origin])) > 0:
        raise InvalidRigError(
            "The points show the court in a mirror: left and right are as seen from the goal line x = 0, looking into "
            "the court. Change the names, or use the picture as it was filmed."
        )
