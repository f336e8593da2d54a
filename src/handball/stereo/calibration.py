"""From corners of a board in the pictures of two or more cameras to lenses and places."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.stereo.boards import Board
from handball.stereo.bundle import Adjustment, Geometry, Problem, adjusted
from handball.stereo.lenses import (
    FEWEST_PICTURES,
    LEAST_WRONG_PX,
    WORSE_THAN_MEDIAN,
    Lens,
    board_pose,
    known_lens,
    lens_of,
)
from handball.stereo.places import first_places
from handball.stereo.worlds import camera_world

Array = NDArray[np.float64]

_MOST_LEFT_OUT = 1 / 3
BAD_CORNER_PX = 2.0
"""From here on a corner is called bad; Huber's loss has all but taken its weight."""


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


@attrs.frozen(kw_only=True)
class Calibration:
    """Lenses and places, and how well they explain the corners.

    Attributes
    ----------
    board, sightings
        What it was made from.
    used
        Which pictures it was made from, shape (cameras, moments).
    adjustment
        Of the moments that were used.
    rig
        In the axes of its first camera.
    """

    board: Board
    sightings: Sightings
    used: Bool[np.ndarray, "cameras moments"] = column(np.bool_)
    adjustment: Adjustment
    rig: Rig

    @property
    def moments(self) -> NDArray[np.intp]:
        """Numbers of the moments that the adjustment has."""
        return np.flatnonzero(self.used.any(axis=0))

    @property
    def shared_moments(self) -> int:
        """How many moments two cameras or more saw and that were used."""
        return int((self.used.sum(axis=0) > 1).sum())

    @property
    def distances_px(self) -> Array:
        """Pixels between each corner as seen and as explained, shape (cameras, moments used, corners)."""
        return np.asarray(np.linalg.norm(self.adjustment.residuals, axis=-1))

    @property
    def rms_px(self) -> float:
        """Root mean square over all corners."""
        return float(np.sqrt(np.nanmean(self.distances_px**2)))

    @property
    def camera_rms_px(self) -> tuple[float, ...]:
        """Root mean square over the corners of each camera."""
        return tuple(float(np.sqrt(np.nanmean(one**2))) for one in self.distances_px)

    @property
    def bad_corners(self) -> int:
        """How many corners lie so far off that they hardly count."""
        return int((self.distances_px > BAD_CORNER_PX).sum())

    def board_of(self, moment: int) -> Array:
        """Return rotation vector and translation of the board of a moment to the axes of the first camera.

        Raises
        ------
        InvalidRigError
            When the board was not seen then, or left out.
        """
        where = np.flatnonzero(self.moments == moment)
        if not where.size:
            raise InvalidRigError(
                f"The board of {self.sightings.labels[moment]} is not used (not found, or left out because it does not "
                "fit the others), so it cannot be the floor: choose another image for --floor."
            )
        return np.asarray(self.adjustment.geometry.boards[int(where[0])])


def calibrated(
    board: Board, sightings: Sightings, *, known: Rig | None = None, delays: Sequence[float] = ()
) -> Calibration:
    """Find lenses and places; pictures and moments that fit far worse than the others are left out.

    Parameters
    ----------
    board
        The board.
    sightings
        Where the cameras saw it.
    known
        A rig of the same cameras whose lenses are kept.
    delays
        Seconds to add to the clock of each camera, for the rig.

    Raises
    ------
    InvalidRigError
        When pictures are too few, or contradict each other.
    """
    lenses = _lenses(board, sightings, known)
    used = np.stack([lens.used for lens in lenses])
    if known is not None:
        used &= np.stack([lens.errors_px < _limit_px(lens.errors_px[lens.used]) for lens in lenses])
    most = int(_MOST_LEFT_OUT * used.any(axis=0).sum())
    while True:
        adjustment = _adjusted(board, sightings, lenses, used)
        worst = _worst_moment(adjustment, used)
        if worst is None or most <= 0:
            break
        used = used.copy()
        used[:, worst] = False
        most -= 1
    distances = np.linalg.norm(adjustment.residuals, axis=-1)
    rig = camera_world(
        adjustment.geometry,
        sightings.names,
        sightings.image_sizes,
        delays=delays,
        error_px=float(np.sqrt(np.nanmean(distances**2))),
    )
    return Calibration(board=board, sightings=sightings, used=used, adjustment=adjustment, rig=rig)


def _lenses(board: Board, sightings: Sightings, known: Rig | None) -> tuple[Lens, ...]:
    if known is not None:
        return tuple(
            known_lens(camera, board.points, pixels)
            for camera, pixels in zip(known.cameras, sightings.pixels, strict=True)
        )
    lenses = []
    for name, size, pixels in zip(sightings.names, sightings.image_sizes, sightings.pixels, strict=True):
        try:
            lenses.append(lens_of(board.points, pixels, size))
        except InvalidRigError as error:
            raise InvalidRigError(f"Camera {name}: {error}") from error
    return tuple(lenses)


def _adjusted(board: Board, sightings: Sightings, lenses: Sequence[Lens], used: NDArray[np.bool_]) -> Adjustment:
    moments = np.flatnonzero(used.any(axis=0))
    pixels = np.where(used[..., None, None], sightings.pixels, np.nan)[:, moments]
    if (used.sum(axis=0) > 1).sum() < min(FEWEST_PICTURES, len(moments)):
        raise InvalidRigError(
            f"{(used.sum(axis=0) > 1).sum()} moments show the board to two cameras at once, expected at least "
            f"{FEWEST_PICTURES}, better 15: hold the board where both see it."
        )
    poses = np.stack(
        [
            np.stack([board_pose(lens, board.points, view) for view in views])
            for lens, views in zip(lenses, pixels, strict=True)
        ]
    )
    places, boards = first_places(sightings.names, poses)
    problem = Problem(points=board.points, pixels=pixels, free=np.stack([lens.free for lens in lenses]))
    return adjusted(problem, Geometry(lenses=np.stack([lens.values for lens in lenses]), places=places, boards=boards))


def _worst_moment(adjustment: Adjustment, used: NDArray[np.bool_]) -> int | None:
    """Return the moment that fits far worse than the others, if one does."""
    squares = np.nanmean(np.sum(adjustment.residuals**2, axis=-1), axis=(0, 2))
    errors = np.sqrt(squares)
    worst = int(errors.argmax())
    if errors[worst] <= _limit_px(errors) or (used.sum(axis=0) > 1).sum() <= FEWEST_PICTURES:
        return None
    return int(np.flatnonzero(used.any(axis=0))[worst])


def _limit_px(errors: Array) -> float:
    return max(WORSE_THAN_MEDIAN * float(np.median(errors)), LEAST_WRONG_PX)


def geometry_rigs(calibration: Calibration, geometries: Sequence[Geometry]) -> tuple[Rig, ...]:
    """Return geometries of the same cameras as rigs."""
    sightings = calibration.sightings
    return tuple(camera_world(one, sightings.names, sightings.image_sizes) for one in geometries)
