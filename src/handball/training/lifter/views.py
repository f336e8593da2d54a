"""Virtual cameras around a motion."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.skeleton import BODY_23
from handball.lifting.features import hips

Array = NDArray[np.float64]

_NEAREST_M, _FARTHEST_M = 2.5, 12.0
_HELD_M, _RAISED_M, _RAISED = (0.7, 2.0), (1.5, 3.2), 0.2
"""Height of a camera: in somebody's hands, or, for a fifth of them, on a stand or a stand's rail."""
_OFF_AXIS, _HEIGHT_SD_M, _ROLL_SD_DEG = 0.08, 0.2, 2.5
_ORDER = BODY_23.mirror_order()


def seen(world: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """See each clip with a camera from any side, half of them in a mirror.

    Parameters
    ----------
    world
        Joints in metres, z up, shape (clips, frames, 23, 3).

    Returns
    -------
    places
        In the picture, x right and y up, in focal lengths, shape (clips, frames, 23, 2).
    body
        The same joints in metres around the middle of the hips in the camera's axes: x right, y away, z up.
    """
    places, relative = filmed(world, rng)
    return places, relative - hips(relative)[:, :, None]


def filmed(world: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Film each clip as `seen` does, and keep where the body is.

    Parameters
    ----------
    world
        Joints in metres, z up, shape (clips, frames, 23, 3).

    Returns
    -------
    places
        In the picture, x right and y up, in focal lengths, shape (clips, frames, 23, 2).
    relative
        The same joints in metres from the camera in its axes: x right, y away, z up.
    """
    clips = len(world)
    mirrored = rng.random(clips) < 0.5
    joints = world.copy()
    joints[mirrored] = (joints[mirrored] * np.array([-1.0, 1.0, 1.0]))[:, :, _ORDER]
    center = hips(joints).mean(axis=1)
    joints = joints - (center * np.array([1.0, 1.0, 0.0]))[:, None, None]
    joints = _turned(joints, Rotation.from_euler("z", rng.uniform(-np.pi, np.pi, (clips, 1))))
    distance = np.exp(rng.uniform(np.log(_NEAREST_M), np.log(_FARTHEST_M), clips))
    raised = rng.random(clips) < _RAISED
    height = np.where(raised, rng.uniform(*_RAISED_M, clips), rng.uniform(*_HELD_M, clips))
    eye = np.stack([rng.normal(0, _OFF_AXIS, clips) * distance, -distance, height], axis=-1)
    aim = np.stack(
        [
            rng.normal(0, _OFF_AXIS, clips) * distance,
            np.zeros(clips),
            center[:, 2] + rng.normal(0, _HEIGHT_SD_M, clips),
        ],
        axis=-1,
    )
    ahead = aim - eye
    yaw = np.arctan2(ahead[:, 0], ahead[:, 1])
    pitch = -np.arctan2(ahead[:, 2], np.hypot(ahead[:, 0], ahead[:, 1]))
    roll = np.radians(rng.normal(0, _ROLL_SD_DEG, clips))
    camera = Rotation.from_euler("zxy", np.stack([yaw, pitch, roll], axis=-1))
    relative = _turned(joints - eye[:, None, None], camera)
    places = relative[..., [0, 2]] / np.maximum(relative[..., 1:2], 0.3)
    return places, relative


def _turned(joints: Array, rotation: Rotation) -> Array:
    return np.asarray(joints @ np.swapaxes(rotation.as_matrix(), 1, 2)[:, None])
