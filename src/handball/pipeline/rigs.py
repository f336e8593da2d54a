"""One throw seen by two or more calibrated cameras, from their files to a `Performance` in true metres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition.sound import load_sound
from handball.config import ClipSettings, Settings
from handball.domain.camera import Camera
from handball.domain.performance import Landmarks, Notice, Performance
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.rig import Delay, Rig, RigFacts
from handball.errors import InvalidRigError, SyncError, UsageError
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.room_measures import room_measures
from handball.kinematics.smoothing import smoothed
from handball.pipeline.analysis import analyze, estimate_pose, measured_throw
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.stereo.sound_delay import sound_delay
from handball.stereo.synchrony import MOST_SIGMA_S, at_times, motion_delay, rays_delay
from handball.stereo.triangulation import triangulate
from handball.storage.poses import is_pose_file

Array = NDArray[np.float64]
T = TypeVar("T")
S = TypeVar("S")
U = TypeVar("U")

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
    seen = analyze_each(paths, clip, settings, hooks)
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


def analyze_each(
    paths: Sequence[Path], clip: ClipSettings, settings: Settings, hooks: Hooks
) -> tuple[Performance, ...]:
    """Analyse the throw in the file of each camera, side by side, one processor each; pictures of the first one only.

    Raises
    ------
    HandballError
        As `analyze` for each file.
    """

    def one(number: int, own: Hooks, nets: Nets) -> Performance:
        return analyze(paths[number], clip, settings, own, nets, pictures=number == 0)

    return _side_by_side(len(paths), one, settings, hooks)


def _side_by_side(count: int, work: Callable[[int, Hooks, Nets], T], settings: Settings, hooks: Hooks) -> tuple[T, ...]:
    children = [hooks.child(silent=number > 0) for number in range(count)]

    def done(number: int) -> T:
        with children[number].stage("load"):
            nets = load_nets(settings, threads=1)
        return work(number, children[number], nets)

    with ThreadPoolExecutor(max_workers=_AT_ONCE) as pool:
        try:
            found = tuple(pool.map(done, range(count)))
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
    cameras = fitting_cameras(rig, flats)
    delays = delays_of_views(seen, rig)
    pose, facts = _in_space(rig, cameras, flats, delays, [one.path for one in seen])
    measured = measured_throw(first.path, pose, clip, settings, near=first.key_actions["strike"].time)
    return attrs.evolve(
        measured,
        video=first.video,
        athlete=first.athlete,
        picture_pose=first.picture_pose,
        pictures=first.pictures,
        notices=(*_notices(first, measured), *measured.notices),
        rig=attrs.evolve(facts, measures=room_measures(measured.body, measured.key_actions, floor=rig.has_floor)),
    )


_OF_THE_THROW = ("hand_unsure", "hand_lost", "not_a_jump", "not_standing", "camera_lost")
"""Notices of one camera alone that several cameras decide anew."""


def _notices(first: Performance, measured: Performance) -> tuple[Notice, ...]:
    return tuple(one for one in first.notices if one.key not in _OF_THE_THROW and one not in measured.notices)


def _landmarks(one: Performance) -> Landmarks:
    if one.landmarks is None:
        raise UsageError(f"{one.path} holds joints already: a rig takes the video of each camera.")
    return one.landmarks


def joints_in_space(
    paths: Sequence[Path], rig: Rig, clip: ClipSettings, settings: Settings, hooks: Hooks
) -> tuple[Pose3D, RigFacts]:
    """Measure the joints of one person over whole videos, or from `start` to `end`, whatever the movement is.

    Raises
    ------
    InvalidRigError, SyncError, HandballError
        As `analyze_views`, without a throw that must be there.
    """

    def one(number: int, own: Hooks, nets: Nets) -> Pose2D:
        return estimate_pose(paths[number], clip, settings, own, nets).seen

    flats = _side_by_side(len(paths), one, settings, hooks)
    cameras = fitting_cameras(rig, flats)
    starts = [motion_delay(flats[0], flat, about=about) for flat, about in _others(flats, rig.delays)]
    delays = _refined(cameras, flats, starts, paths)
    pose, facts = _in_space(rig, cameras, flats, delays, paths)
    return with_steady_bones(smoothed(pose)), facts


def fitting_cameras(rig: Rig, flats: Sequence[Pose2D]) -> tuple[Camera, ...]:
    """Return the cameras of a rig for the size of the pictures that they have made.

    Raises
    ------
    InvalidRigError
        When a picture has another shape than in the calibration.
    """
    return tuple(_fitting(camera, flat) for camera, flat in zip(rig.cameras, flats, strict=True))


def _fitting(camera: Camera, flat: Pose2D) -> Camera:
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


def delays_by_sound(paths: Sequence[Path]) -> tuple[Delay, ...]:
    """Find the delay of each file against the first from a sound that all have heard.

    Raises
    ------
    SyncError
        When a file has no sound, or no common sound stands out.
    """
    first, *others = [load_sound(path) for path in paths]
    return (_FIRST, *(sound_delay(first, other) for other in others))


def delays_of_views(seen: Sequence[Performance], rig: Rig | None) -> tuple[Delay, ...]:
    """Find the delay of each view of one throw against the first, from the motion and from the rays of a rig.

    Raises
    ------
    SyncError
        When it cannot be known well enough.
    """
    flats = [_landmarks(one).flat for one in seen]
    strikes = [one.key_actions["strike"].time for one in seen]
    known = rig.delays if rig is not None else (0.0,) * len(seen)
    guesses = [delay or strikes[0] - strike for delay, strike in zip(known, strikes, strict=True)]
    starts = [motion_delay(flats[0], flat, about=guess) for flat, guess in _others(flats, guesses)]
    if rig is None:
        return (_FIRST, *starts)
    return _refined(fitting_cameras(rig, flats), flats, starts, [one.path for one in seen])


_FIRST = Delay(seconds=0.0, sigma=0.0, likeness=1.0, way="clock")


def _refined(
    cameras: Sequence[Camera], flats: Sequence[Pose2D], starts: Sequence[Delay], paths: Sequence[Path]
) -> tuple[Delay, ...]:
    found = [_FIRST]
    for number, start in enumerate(starts, start=1):
        delay = rays_delay((cameras[0], cameras[number]), flats[0], flats[number], start)
        if delay.sigma > MOST_SIGMA_S:
            raise SyncError(
                f"The clocks of {paths[0].name} and {paths[number].name} are known to {1000 * delay.sigma:.0f} ms, "
                f"expected {1000 * MOST_SIGMA_S:.0f}: film at more pictures a second, or from where the arm is seen."
            )
        found.append(delay)
    return tuple(found)


def _others(first: Sequence[S], second: Sequence[U]) -> list[tuple[S, U]]:
    """Pair everything but what belongs to the first camera."""
    return list(zip(first, second, strict=True))[1:]


def _in_space(
    rig: Rig, cameras: Sequence[Camera], flats: Sequence[Pose2D], delays: tuple[Delay, ...], paths: Sequence[Path]
) -> tuple[Pose3D, RigFacts]:
    pose, miss_px = pose_in_space(cameras, flats, delays)
    _check_met(miss_px, cameras[0])
    return pose, RigFacts(
        names=rig.names,
        files=tuple(path.name for path in paths),
        world=rig.world,
        delays=delays,
        miss_px=miss_px,
        seen_share=float(np.isfinite(pose.positions[..., 0]).mean()),
    )


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
