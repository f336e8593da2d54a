"""Where cameras stand to each other by the boards that two of them see at once: a start for the adjustment."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.errors import InvalidRigError

Array = NDArray[np.float64]

AGREE_DEG, AGREE_SHARE = 5.0, 0.15
"""Two boards agree on a place within so many degrees, and so large a share of the distance to the board."""
_LEAST_AGREEING = 0.5


def first_places(names: Sequence[str], poses: Array) -> tuple[Array, Array]:
    """Return places of all cameras, and boards as the first camera sees them.

    Parameters
    ----------
    names
        Of the cameras.
    poses
        Rotation vector and translation of the board in the axes of each camera, shape (cameras, moments, 6); NaN where
        it was not seen. Each moment is seen by one camera at least.

    Returns
    -------
    places, boards
        As in `Geometry`, shapes (cameras, 6) and (moments, 6).

    Raises
    ------
    InvalidRigError
        When cameras share no moments, or the moments contradict each other.
    """
    known = {0: np.eye(4)}
    while len(known) < len(names):
        new, link = _next_camera(names, poses, set(known))
        known[new] = _relative(names, poses, link, new) @ known[link]
    placed = np.stack([known[camera] for camera in range(len(names))])
    boards = [_board(placed, poses[:, moment]) for moment in range(poses.shape[1])]
    return np.stack([_vector(place) for place in placed]), np.stack(boards)


def _next_camera(names: Sequence[str], poses: Array, known: set[int]) -> tuple[int, int]:
    """Return the camera to place next and the placed one that shares most moments with it."""
    seen = ~np.isnan(poses[..., 0])
    waiting = [camera for camera in range(len(names)) if camera not in known]
    shared, new, link = max(
        (int((seen[new] & seen[link]).sum()), -new, -link) for new in waiting for link in sorted(known)
    )
    if not shared:
        raise InvalidRigError(
            f"{', '.join(names[camera] for camera in waiting)} never sees the board at the same moment as "
            f"{', '.join(names[camera] for camera in sorted(known))}: hold the board where both see it."
        )
    return -new, -link


def _relative(names: Sequence[str], poses: Array, link: int, new: int) -> Array:
    """Return the place that most moments agree on, from the axes of the linked camera to those of the new one."""
    both = np.flatnonzero(~np.isnan(poses[link, :, 0]) & ~np.isnan(poses[new, :, 0]))
    found = np.stack([_matrix(poses[new, moment]) @ np.linalg.inv(_matrix(poses[link, moment])) for moment in both])
    far = np.linalg.norm(poses[link, both, 3:], axis=1)
    agree = np.stack([_agree(one, found, far) for one in found])
    best = int(agree.sum(axis=1).argmax())
    if len(both) > 2 and agree[best].mean() < _LEAST_AGREEING:
        raise InvalidRigError(
            f"Only {agree[best].sum()} of {len(both)} pairs agree on where {names[new]} stands beside {names[link]}: "
            "their images are not of the same moment, one camera was moved in between, or a clip began later "
            "(--delays). Check that the images of each pair belong together."
        )
    return np.asarray(found[best])


def _agree(one: Array, others: Array, far: Array) -> NDArray[np.bool_]:
    turn = np.einsum("ij,kij->k", one[:3, :3], others[:, :3, :3])
    degrees = np.degrees(np.arccos(np.clip((turn - 1) / 2, -1, 1)))
    apart = np.linalg.norm(one[:3, 3] - others[:, :3, 3], axis=1)
    return np.asarray((degrees < AGREE_DEG) & (apart < AGREE_SHARE * far))


def _board(placed: Array, poses: Array) -> Array:
    camera = int(np.flatnonzero(~np.isnan(poses[:, 0]))[0])
    return _vector(np.linalg.inv(placed[camera]) @ _matrix(poses[camera]))


def _matrix(pose: Array) -> Array:
    matrix = np.eye(4)
    matrix[:3, :3], matrix[:3, 3] = cv2.Rodrigues(pose[:3])[0], pose[3:]
    return matrix


def _vector(matrix: Array) -> Array:
    return np.concatenate([cv2.Rodrigues(matrix[:3, :3])[0].ravel(), matrix[:3, 3]])
