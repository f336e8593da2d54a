"""What the calibrated cameras of a rig see, put together in space."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.rig import Delay, Rig
from handball.errors import InvalidRigError
from handball.lifting.fit_trust import with_trust
from handball.lifting.skeleton_fit import View, fit_skeleton
from handball.stereo.exchanged_views import with_sides_agreeing
from handball.stereo.synchrony import at_times
from handball.stereo.triangulation import triangulate

Array = NDArray[np.float64]

_MOST_MISS_PX_SHARE = 0.02
"""Of the picture's height: cameras that miss each other by more do not see the same person, or were moved."""
_SAME_SHAPE = 0.01
_MOST_BACKWARD = 0.7
_CODEC_BLOCK_PX = 16
"""Some programs calibrate with the columns that a codec adds at the right, and films come without them."""


def fitting_cameras(rig: Rig, flats: Sequence[Pose2D]) -> tuple[Camera, ...]:
    """Return the cameras of a rig for the size of the pictures that they have made.

    Raises
    ------
    InvalidRigError
        When a picture has another shape than in the calibration.
    """
    return tuple(fitting_camera(camera, flat.image_size) for camera, flat in zip(rig.cameras, flats, strict=True))


def fitting_camera(camera: Camera, size: tuple[int, int]) -> Camera:
    """Return a camera for pictures of a size (width and height in pixels).

    Raises
    ------
    InvalidRigError
        When they have another shape than in the calibration.
    """
    (width, height), (own_width, own_height) = size, camera.image_size
    if height == own_height and abs(width - own_width) < _CODEC_BLOCK_PX:
        return attrs.evolve(camera, image_size=size)
    scale = width / own_width
    if abs(height / (scale * own_height) - 1) > _SAME_SHAPE:
        raise InvalidRigError(
            f"Camera '{camera.name}' was calibrated with pictures of {own_width} x {own_height}, and its clip has "
            f"{width} x {height}: film as in the calibration (same lens, same format, same way up)."
        )
    if scale == 1:
        return camera
    middle = [(value + 0.5) * scale - 0.5 for value in camera.principal]
    return attrs.evolve(
        camera,
        image_size=size,
        focal=(camera.focal[0] * scale, camera.focal[1] * scale),
        principal=(middle[0], middle[1]),
    )


def pose_in_space(cameras: Sequence[Camera], flats: Sequence[Pose2D], delays: Sequence[Delay]) -> tuple[Pose3D, float]:
    """Measure every joint at the pictures of the first camera: triangulated, then a skeleton fitted over the clip.

    Returns
    -------
    tuple
        The joints in the world of the cameras, missing where fewer than two see them; and the median distance in
        pixels between what the cameras see and where each joint triangulated by itself falls.
    """
    views = with_sides_agreeing(
        cameras, [_at_rows_of(flats[0], flat, delay) for flat, delay in zip(flats, delays, strict=True)]
    )
    start, miss_px = _triangulated(cameras, views)
    seen = [View(picture=view, camera=camera) for view, camera in zip(views, cameras, strict=True)]
    # the systems of single frames are small: several threads would wait for each other
    with threadpool_limits(limits=1, user_api="blas"):
        return with_trust(fit_skeleton(start, seen), seen), miss_px


def seen_from(camera: Camera, pose: Pose3D, picture: Pose2D) -> Pose2D:
    """Return joints in the picture of a camera where all cameras together have measured them.

    What one camera has seen by itself may be another limb. Joints that are missing in space stay as they were seen.
    """
    measured = np.isfinite(pose.positions).all(axis=2)
    return attrs.evolve(
        picture,
        positions=np.where(measured[..., None], camera.project(pose.positions), picture.positions),
        scores=np.where(measured, pose.scores, picture.scores),
    )


def _at_rows_of(first: Pose2D, flat: Pose2D, delay: Delay) -> Pose2D:
    """Return what a camera sees at the pictures of the first one; a delay that is not exact blurs what moves."""
    if flat is first:
        return first
    times = first.times - delay.seconds
    places, width = at_times(flat, times)
    pace = (
        np.linalg.norm(np.gradient(places, first.times, axis=0), axis=-1) if len(times) > 1 else np.zeros(width.shape)
    )
    sigma = np.nan_to_num(np.hypot(width, np.nan_to_num(pace) * delay.sigma), nan=1.0)
    return attrs.evolve(
        flat,
        frames=first.frames,
        times=first.times,
        positions=places,
        scores=np.stack([np.interp(times, flat.times, column) for column in flat.scores.T], axis=1),
        sigma=np.repeat(sigma[..., None], 2, axis=2),
    )


def _triangulated(cameras: Sequence[Camera], views: Sequence[Pose2D]) -> tuple[Pose3D, float]:
    first = views[0]
    shape = first.positions.shape[:2]
    pixels = np.stack([view.positions.reshape(-1, 2) for view in views])
    sigma = np.stack([view.sigma[..., 0].ravel() for view in views])
    found = triangulate(cameras, pixels, sigma)
    misses = (found.residuals * sigma)[np.isfinite(found.residuals)]
    pose = Pose3D(
        skeleton=first.skeleton,
        frames=first.frames,
        times=first.times,
        positions=found.positions.reshape(*shape, 3),
        scores=np.sort(np.stack([view.scores for view in views]), axis=0)[-2],
        sigma=np.nan_to_num(found.sigma.reshape(*shape, 3), nan=1.0),
        origin="world",
    )
    return pose, float(np.median(misses)) if misses.size else float("nan")


def check_met(miss_px: float, camera: Camera) -> None:
    """Refuse cameras whose rays do not meet.

    Raises
    ------
    InvalidRigError
        Saying by how much and what it may come from.
    """
    most = _MOST_MISS_PX_SHARE * camera.image_size[1]
    if not miss_px <= most:
        raise InvalidRigError(
            f"The cameras miss each other by {miss_px:.0f} pixels, expected at most {most:.0f}: they were moved since "
            "the calibration, stand in another order, or show another person (--athlete)."
        )


def check_not_mirrored(pose: Pose3D) -> None:
    """Refuse a body whose feet and nose point backward: cameras in the wrong order show the room in a mirror."""
    up = pose.middle("left_shoulder", "right_shoulder") - pose.middle("left_hip", "right_hip")
    across = pose.joint("right_hip") - pose.joint("left_hip")
    forward = np.cross(up, across)
    ways = [pose.joint(f"{side}_big_toe") - pose.joint(f"{side}_heel") for side in ("left", "right")]
    ways.append(pose.joint("nose") - pose.middle("left_ear", "right_ear"))
    ahead = np.concatenate([np.sum(way * forward, axis=1) for way in ways])
    seen = ahead[np.isfinite(ahead)]
    if seen.size and np.mean(seen < 0) > _MOST_BACKWARD:
        raise InvalidRigError(
            "The cameras show a body whose feet point backward: give the clips in the order of the rig's cameras."
        )
