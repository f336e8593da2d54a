"""One throw seen by two or more calibrated cameras, from their files to a `Performance` in true metres."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np

from handball.config import ANY_ACTION, ClipSettings, Settings
from handball.domain.camera import Camera
from handball.domain.performance import Notice, Performance
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.rig import Delay, Rig, RigFacts
from handball.errors import NoThrowError, UsageError
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.room_measures import room_measures
from handball.lifting.error_bars import error_bars_of
from handball.pipeline.analysis import analyze, measured_throw
from handball.pipeline.estimating import estimate_pose
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.rig_ball import ball_speed, common_release
from handball.pipeline.rig_delays import delays_of_views, landmarks_of, refined_delays, without_first
from handball.pipeline.rig_joints import check_met, check_not_mirrored, fitting_cameras, pose_in_space, seen_from
from handball.stereo.synchrony import motion_delay
from handball.storage.poses import is_pose_file

T = TypeVar("T")

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
        try:
            return analyze(paths[number], clip, settings, own, nets, pictures=number == 0)
        except NoThrowError:
            # what is hidden from one side may be no throw there; all cameras together decide
            any_movement = settings.model_copy(update={"action": ANY_ACTION})
            return analyze(paths[number], clip, any_movement, own, nets, pictures=number == 0)

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
    flats = [landmarks_of(one).flat for one in seen]
    cameras = fitting_cameras(rig, flats)
    delays = delays_of_views(seen, rig)
    pose, facts = _in_space(rig, cameras, flats, delays, [one.path for one in seen])
    strike = first.key_actions["strike"].time
    alone = [one.key_actions["strike"].time + delay.seconds for one, delay in zip(seen, delays, strict=True)]
    measured = measured_throw(
        first.path,
        pose,
        clip,
        settings,
        near=strike,
        bars=error_bars_of("rig"),
        smooth=False,
        single_strikes=alone,
        release=common_release(seen, delays),
    )
    measures = room_measures(measured.body, measured.key_actions, floor=rig.has_floor)
    left = measured.release.time if measured.release is not None else measured.key_actions["strike"].time
    speed = ball_speed(seen, cameras, delays, left, pose.up)
    return attrs.evolve(
        measured,
        video=first.video,
        athlete=first.athlete,
        picture_pose=seen_from(cameras[0], pose, first.picture_pose) if first.picture_pose is not None else None,
        pictures=first.pictures,
        notices=(*_notices(first, measured), *measured.notices),
        ball=first.ball,
        rig=attrs.evolve(facts, measures=measures if speed is None else (*measures, speed)),
    )


_OF_THE_THROW = ("hand_unsure", "hand_lost", "not_a_jump", "not_standing", "camera_lost")
"""Notices of one camera alone that several cameras decide anew."""


def _notices(first: Performance, measured: Performance) -> tuple[Notice, ...]:
    return tuple(one for one in first.notices if one.key not in _OF_THE_THROW and one not in measured.notices)


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

    flats = _side_by_side(len(paths), one, settings.model_copy(update={"ball": False}), hooks)
    cameras = fitting_cameras(rig, flats)
    starts = [motion_delay(flats[0], flat, about=about) for flat, about in without_first(flats, rig.delays)]
    delays = refined_delays(cameras, flats, starts, paths)
    pose, facts = _in_space(rig, cameras, flats, delays, paths)
    return with_steady_bones(pose), facts


def _in_space(
    rig: Rig, cameras: Sequence[Camera], flats: Sequence[Pose2D], delays: tuple[Delay, ...], paths: Sequence[Path]
) -> tuple[Pose3D, RigFacts]:
    pose, miss_px = pose_in_space(cameras, flats, delays)
    check_met(miss_px, cameras[0])
    check_not_mirrored(pose)
    return pose, RigFacts(
        names=rig.names,
        files=tuple(path.name for path in paths),
        world=rig.world,
        delays=delays,
        miss_px=miss_px,
        seen_share=float(np.isfinite(pose.positions[..., 0]).mean()),
    )
