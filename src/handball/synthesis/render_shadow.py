"""Soft shadows on the floor: the limbs of a player along the light, blurred."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.skeleton import BODY_23
from handball.synthesis.hall import LightRig

Array = NDArray[np.float64]

_PATCH_M, _DENSITY = 3.6, 40
_LIMBS = tuple(
    (f"{side}_{first}", f"{side}_{second}", width)
    for side in ("left", "right")
    for first, second, width in (
        ("shoulder", "elbow", 0.10),
        ("elbow", "wrist", 0.08),
        ("hip", "knee", 0.15),
        ("knee", "ankle", 0.11),
        ("heel", "big_toe", 0.09),
    )
)
_TRUNK = ("left_shoulder", "right_shoulder", "right_hip", "left_hip")
_STRENGTH = 0.5


def floor_shadow(joints: Array, light: LightRig) -> tuple[Float[np.ndarray, "rows columns"], Array]:
    """Draw the shadow of one player on a piece of floor.

    Parameters
    ----------
    joints
        Of `BODY_23` in the world, metres, shape (joints, 3).

    Returns
    -------
    shadow
        How much light is left out, 0 to 1.
    corner
        World x and y of the middle of its first cell; x runs with the columns, y with the rows.
    """
    size = int(_PATCH_M * _DENSITY)
    height = joints[:, 2:]
    direction = np.array(light.direction)
    # Lamps all over the ceiling: the strong one moves the shadow by only a part of its angle.
    flat = joints[:, :2] - 0.5 * direction[:2] / direction[2] * height
    corner = np.nanmean(flat, axis=0) - _PATCH_M / 2
    cells = np.round((flat - corner) * _DENSITY).astype(np.int32)
    patch = np.zeros((size, size), np.float32)
    trunk = cells[[BODY_23.index(name) for name in _TRUNK]]
    cv2.fillConvexPoly(patch, cv2.convexHull(trunk.reshape(-1, 1, 2)), 0.9)
    for first, second, width in _LIMBS:
        ends = cells[BODY_23.index(first)], cells[BODY_23.index(second)]
        low = float(joints[BODY_23.index(second), 2]) < 0.5
        thickness = max(1, int(width * _DENSITY))
        cv2.line(patch, tuple(map(int, ends[0])), tuple(map(int, ends[1])), 1.0 if low else 0.8, thickness)
    soft = cv2.GaussianBlur(patch, (0, 0), 1.5 + 2.5 * float(np.clip(joints[:, 2].min(), 0, 1)) * 4)
    wide = cv2.GaussianBlur(patch, (0, 0), 7.0)
    return np.clip(0.55 * soft + 0.45 * wide, 0, 1), corner


def cast(
    picture: NDArray[np.float32], floor: NDArray[np.float32], camera: Camera, joints: Array, light: LightRig
) -> None:
    """Darken the floor of a picture (float, in place) under a player.

    Parameters
    ----------
    floor
        Which share of each pixel is floor, shape (rows, columns).
    """
    shadow, corner = floor_shadow(joints, light)
    to_world = np.array([[1 / _DENSITY, 0, corner[0]], [0, 1 / _DENSITY, corner[1]], [0, 0, 1]])
    edges = np.array([[0, 0], [1, 0], [1, 1], [0, 1]]) * (len(shadow) - 1)
    on_floor = np.column_stack([edges, np.ones(4)]) @ to_world.T
    world = np.column_stack([on_floor[:, :2], np.zeros(4)])
    if camera.in_camera(world)[:, 2].min() < 0.3:
        return
    pixels = camera.project(world)
    width, height = camera.image_size
    left, top = np.clip(np.floor(pixels.min(axis=0)), 0, [width, height]).astype(int)
    right, bottom = np.clip(np.ceil(pixels.max(axis=0)) + 1, 0, [width, height]).astype(int)
    if right <= left or bottom <= top:
        return
    shifted = np.array([[1, 0, -left], [0, 1, -top], [0, 0, 1.0]])
    homography = shifted @ camera.projection[:, [0, 1, 3]] @ to_world
    seen = cv2.warpPerspective(shadow, homography, (int(right - left), int(bottom - top)), flags=cv2.INTER_LINEAR)
    share = _STRENGTH * seen * floor[top:bottom, left:right]
    picture[top:bottom, left:right] *= (1.0 - share)[..., None]
