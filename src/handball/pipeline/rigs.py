"""One throw seen by two or more calibrated cameras, from their files to a `Performance` in true metres."""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.config import ClipSettings, Settings
from handball.domain.camera import Camera
from handball.domain.performance import Landmarks, Notice, Performance
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.rig import Delay, Rig, RigFacts
from handball.errors import InvalidRigError, SyncError, UsageError
from handball.pipeline.analysis import analyze, measured_throw
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import load_nets
from handball.stereo.synchrony import MOST_SIGMA_S, at_times, motion_delay, rays_delay
from handball.stereo.triangulation import triangulate
from handball.storage.poses import is_pose_file

Array = NDArray[np.float64]

_MOST_MISS_PX_SHARE = 0.02
"""Of the picture's height: cameras that miss each other by more do not see the same person, or were moved."""
_SAME_SHAPE = 0.01
_AT_ONCE = 2


def analyze_views(paths: Sequence[Path], rig: Rig, clip: ClipSettings, settings: Settings, hooks: Hooks) -> Performance:
    """Analyse one throw from the files of all cameras of a rig, in its order.

    Raises
    ------
    UsageError
        When there is not one video for each camera.
    InvalidRigError
        When a video has another shape than the pictures of its camera, or the cameras contradict each other.
    SyncError
        When it cannot be known how far apart the files' clocks are.
    HandballError
        As `analyze` for each file.
    """
    check_views(paths, rig)
    seen = _each(paths, clip, settings, hooks)
    with hooks.stage("measure"):
        return combined(seen, rig, clip, settings)


def check_views(paths: Sequence[Path], rig: Rig) -> None:
    """Refuse anything but one video for each camera of a rig.

    Raises
    ------
    UsageError
        Saying which cameras the rig has.
    """
    if len(paths) != len(rig.cameras):
        raise UsageError(
            f"The rig has {len(rig.cameras)} cameras ({', '.join(rig.names)}), and {len(paths)} clips were given: give "
            "one clip of the same throw for each camera, in this order."
        )
    for path in paths:
        if is_pose_file(path):
            raise UsageError(f"{path} holds joints already: a rig takes the video of each camera.")


def _each(paths: Sequence[Path], clip: ClipSettings, settings: Settings, hooks: Hooks) -> tuple[Performance, ...]:
    """Analyse the files side by side, one processor each; pictures are kept of the first one."""
    children = [hooks.child(silent=number > 0) for number in range(len(paths))]

    def analyzed(number: int) -> Performance:
        with children[number].stage("load"):
            nets = load_nets(settings, threads=1)
        return analyze(paths[number], clip, settings, children[number], nets, pictures=number == 0)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        try:
            found = tuple(pool.map(analyzed, range(len(paths))))
        except BaseException:
            hooks.stop.set()
            raise
    for child in children:
        hooks.add(child)
    return found


def combined(seen: Sequence[Performance], rig: Rig, clip: ClipSettings, settings: Settings) -> Performance:
    """Measure in space what each camera of a rig has seen of one throw.

    Raises
    ------
    InvalidRigError, SyncError, HandballError
        As `analyze_views`.
    """
    first = seen[0]
    flats = [_landmarks(one).flat for one in seen]
    cameras = [_fitting(camera, flat) for camera, flat in zip(rig.cameras, flats, strict=True)]
    delays = _delays(cameras, seen, flats)
    pose, miss_px = pose_in_space(cameras, flats, delays)
    _check_met(miss_px, cameras[0])
    measured = measured_throw(first.path, pose, clip, settings, near=first.key_actions["strike"].time)
    facts = RigFacts(
        names=rig.names,
        files=tuple(one.path.name for one in seen),
        world=rig.world,
        delays=delays,
        miss_px=miss_px,
        seen_share=float(np.isfinite(pose.positions[..., 0]).mean()),
    )
    return attrs.evolve(
        measured,
        video=first.video,
        athlete=first.athlete,
        picture_pose=first.picture_pose,
        pictures=first.pictures,
        notices=(*_notices(first, measured), *measured.notices),
        rig=facts,
    )


_OF_THE_THROW = ("hand_unsure", "hand_lost", "not_a_jump", "not_standing", "camera_lost")
"""Notices of one camera alone that several cameras decide anew."""


def _notices(first: Performance, measured: Performance) -> tuple[Notice, ...]:
    return tuple(one for one in first.notices if one.key not in _OF_THE_THROW and one not in measured.notices)


def _landmarks(one: Performance) -> Landmarks:
    if one.landmarks is None:
        raise UsageError(f"{one.path} holds joints already: a rig takes the video of each camera.")
    return one.landmarks


def _fitting(camera: Camera, flat: Pose2D) -> Camera:
    """Return the camera for pictures of another size but the same shape.

    Raises
    ------
    InvalidRigError
        When the shape differs: the pictures were cut or turned.
    """
    (width, height), (own_width, own_height) = flat.image_size, camera.image_size
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
        image_size=flat.image_size,
        focal=(camera.focal[0] * scale, camera.focal[1] * scale),
        principal=(middle[0], middle[1]),
    )


def _delays(cameras: Sequence[Camera], seen: Sequence[Performance], flats: Sequence[Pose2D]) -> tuple[Delay, ...]:
    found = [Delay(seconds=0.0, sigma=0.0, likeness=1.0, way="clock")]
    strike = seen[0].key_actions["strike"].time
    for camera, one, flat in list(zip(cameras, seen, flats, strict=True))[1:]:
        start = motion_delay(flats[0], flat, about=strike - one.key_actions["strike"].time)
        delay = rays_delay((cameras[0], camera), flats[0], flat, start)
        if delay.sigma > MOST_SIGMA_S:
            raise SyncError(
                f"The clocks of {seen[0].path.name} and {one.path.name} are known to {1000 * delay.sigma:.0f} ms only, "
                f"expected {1000 * MOST_SIGMA_S:.0f}: film a clap or one bounce of the ball as well, or at more "
                "pictures a second."
            )
        found.append(delay)
    return tuple(found)


def pose_in_space(cameras: Sequence[Camera], flats: Sequence[Pose2D], delays: Sequence[Delay]) -> tuple[Pose3D, float]:
    """Triangulate every joint at the pictures of the first camera.

    Returns
    -------
    tuple
        The joints in the world of the cameras, missing where fewer than two see them; and the median distance in
        pixels between what the cameras see and where that falls.
    """
    first = flats[0]
    pixels, sigma = [first.positions], [first.sigma[..., 0]]
    for flat, delay in zip(flats[1:], delays[1:], strict=True):
        places, width = at_times(flat, first.times - delay.seconds)
        pace = np.linalg.norm(np.gradient(places, first.times, axis=0), axis=-1) if len(places) > 1 else 0.0
        pixels.append(places)
        sigma.append(np.hypot(width, np.nan_to_num(pace) * delay.sigma))
    shape = first.positions.shape[:2]
    found = triangulate(
        cameras, np.stack(pixels).reshape(len(cameras), -1, 2), np.stack(sigma).reshape(len(cameras), -1)
    )
    misses = found.residuals.reshape(len(cameras), *shape) * np.stack(sigma)
    known = misses[np.isfinite(misses)]
    positions = found.positions.reshape(*shape, 3)
    scores = np.sort(
        np.stack([first.scores, *(_scores_at(flat, first, delay) for flat, delay in _others(flats, delays))]), axis=0
    )
    pose = Pose3D(
        skeleton=first.skeleton,
        frames=first.frames,
        times=first.times,
        positions=positions,
        scores=scores[-2],
        sigma=np.nan_to_num(found.sigma.reshape(*shape, 3), nan=1.0),
        origin="world",
    )
    return pose, float(np.median(known)) if known.size else float("nan")


def _others(flats: Sequence[Pose2D], delays: Sequence[Delay]) -> list[tuple[Pose2D, Delay]]:
    return list(zip(flats, delays, strict=True))[1:]


def _scores_at(flat: Pose2D, first: Pose2D, delay: Delay) -> Array:
    times = first.times - delay.seconds
    return np.stack([np.interp(times, flat.times, column) for column in flat.scores.T], axis=1)


def _check_met(miss_px: float, camera: Camera) -> None:
    most = _MOST_MISS_PX_SHARE * camera.image_size[1]
    if not miss_px <= most:
        raise InvalidRigError(
            f"The cameras miss each other by {miss_px:.0f} pixels, expected at most {most:.0f}: they were moved since "
            "the calibration, stand in another order, or show another person (--athlete)."
        )
