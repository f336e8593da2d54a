"""The axes in which a calibrated rig stands: those of its first camera, or of the floor that a board lay on."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.stereo.bundle import Geometry

Array = NDArray[np.float64]

UPRIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
"""From x right, y away, z up to the axes of a camera: x right, y down, z away."""


def camera_world(
    geometry: Geometry,
    names: Sequence[str],
    image_sizes: Sequence[tuple[int, int]],
    *,
    delays: Sequence[float] = (),
    error_px: float | None = None,
) -> Rig:
    """Return the rig in the axes of its first camera: x right, y away, z up in its picture."""
    cameras = tuple(
        _camera(name, size, lens, place)
        for name, size, lens, place in zip(names, image_sizes, geometry.lenses, geometry.places, strict=True)
    )
    return Rig(cameras=cameras, delays=tuple(delays) or (0.0,) * len(cameras), error_px=error_px)


def _camera(name: str, size: tuple[int, int], lens: Array, place: Array) -> Camera:
    turn = np.asarray(cv2.Rodrigues(place[:3])[0], np.float64)
    return Camera(
        name=name,
        image_size=size,
        focal=(float(lens[0]), float(lens[1])),
        principal=(float(lens[2]), float(lens[3])),
        distortion=tuple(lens[4:].tolist()),
        rotation=turn @ UPRIGHT,
        position=-(turn @ UPRIGHT).T @ place[3:],
    )


def floor_world(rig: Rig, board: Array) -> Rig:
    """Return a rig of `camera_world` on the floor: z up, z = 0 the board, origin under the first camera, y its view.

    Parameters
    ----------
    rig
        The rig in the axes of its first camera.
    board
        Rotation vector and translation from the board that lay on the floor to the axes of the first camera.

    Raises
    ------
    InvalidRigError
        When a camera would stand under the floor, or the first one looks straight down.
    """
    turn = np.asarray(cv2.Rodrigues(board[:3])[0], np.float64)
    point, up = UPRIGHT.T @ board[3:], UPRIGHT.T @ turn[:, 2]
    up = up if up @ -point > 0 else -up
    heights = [float(up @ (camera.position - point)) for camera in rig.cameras]
    if min(heights) <= 0:
        below = rig.cameras[int(np.argmin(heights))].name
        raise InvalidRigError(
            f"{below} would stand {-min(heights):.2f} m under the floor: the board of --floor did not lie on the floor."
        )
    ahead = np.array([0.0, 1.0, 0.0]) - up[1] * up
    if np.linalg.norm(ahead) < 0.05:
        raise InvalidRigError("The first camera looks straight down, expected a view across the floor: choose another.")
    ahead /= np.linalg.norm(ahead)
    axes = np.stack([np.cross(ahead, up), ahead, up])
    foot = rig.cameras[0].position - heights[0] * up
    cameras = tuple(
        attrs.evolve(camera, rotation=camera.rotation @ axes.T, position=axes @ (camera.position - foot))
        for camera in rig.cameras
    )
    return attrs.evolve(rig, cameras=cameras, world="floor")
