"""`handball ball`: where the ball is, in a clip and in the pictures of a camera."""

from __future__ import annotations

import json as json_format
import sys
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from handball.cli.options import check_there
from handball.errors import UsageError

if TYPE_CHECKING:
    from handball.domain.camera import Camera
    from handball.domain.live import LiveRun


def track(
    video: Path,
    /,
    *,
    out: Path,
    net: Path | None = None,
    slow_motion: float | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    no_video: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find the ball in each picture of a video, and when it leaves the hand.

    Parameters
    ----------
    video
        The video.
    out
        Folder for the table of places (ball.csv), its summary (ball.json) and the video with the ball drawn in
        (ball.mp4).
    net
        A ball finder of your own (ball_finder.onnx).
    slow_motion
        How many times slower the file plays than life.
    json
        Print JSON instead of lines.
    no_video
        Write no video.
    """
    from handball.cli.ball_text import track_lines
    from handball.cli.progress import shown_progress
    from handball.pipeline.ball_tracking import track_clip, write_track
    from handball.storage.ball_tracks import ball_summary
    from handball.storage.files import check_writable, new_folder
    from handball.storage.poses import is_pose_file

    check_there([video])
    if is_pose_file(video):
        raise UsageError(f"{video} holds joints, expected a video: the ball is found in pictures only.")
    if slow_motion is not None and not 0.25 <= slow_motion <= 64:
        raise UsageError(f"--slow-motion must lie between 0.25 and 64, found {slow_motion:g}.")
    check_writable(out)
    with shown_progress(video.name) as hooks:
        found = track_clip(video, net=net, slow_motion=slow_motion, hooks=hooks)
        with new_folder(out) as folder:
            written = write_track(
                video,
                found,
                folder,
                film=not no_video,
                progress=lambda done, all_: hooks.progress("film", done, all_),
            )
    if json:
        print(json_format.dumps({**ball_summary(found), "files": [str(path) for path in written]}, indent=2))
        return
    print("\n".join([*track_lines(found), "written: " + ", ".join(map(str, written))]))


def live(
    *source: str,
    rig: Path | None = None,
    net: Path | None = None,
    seconds: float | None = None,
    size: str = "640x480",
    rate: float | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find the ball in the pictures of a camera as they come, and measure how many a second this machine keeps up with.

    Parameters
    ----------
    source
        A camera by its number (0, 1, ...), the address of a stream, or a video that plays a camera; of a rig each
        camera in its order.
    rig
        Rig file (rig.toml): where the ball is in space, and how fast.
    net
        A ball finder of your own (ball_finder.onnx).
    seconds
        How long; until Ctrl+C or the end of the video unless given.
    size
        Width and height in pixels: larger pictures are scaled down.
    rate
        Pictures a second: asked of a camera (120 unless given); a video plays so fast (at its own rate unless given).
    json
        Print JSON instead of lines.
    """
    from handball.acquisition.live import live_source
    from handball.cli.ball_text import (
        fell_behind,
        live_document,
        live_lines,
        live_second,
        space_document,
        space_lines,
    )
    from handball.pipeline.ball_live_rig import placed_in_space, watch_all
    from handball.pipeline.ball_tracking import open_finder
    from handball.pipeline.rig_joints import fitting_camera

    fits, shown = _checked(source, size, rate, seconds), sys.stderr.isatty()
    stands = _standing(rig, source)
    finders = [open_finder(net) for _ in source]
    with ExitStack() as opened:
        cameras = [opened.enter_context(live_source(one, fits, rate_hz=rate, seconds=seconds)) for one in source]
        fitted = [fitting_camera(one, camera.camera_size) for one, camera in zip(stands, cameras, strict=False)]
        if fitted and rate is not None and any(camera.is_file for camera in cameras):
            raise UsageError(
                "--rate and --rig do not go together for videos: played at another rate the ball has another speed; "
                "leave --rate out."
            )

        def tell(number: int, second: LiveRun) -> None:
            if shown:
                print(f"{source[number]}: {live_second(second)}", file=sys.stderr)

        runs = watch_all(cameras, finders, tell=tell)
    slowed = any(camera.is_file and fell_behind(run) for camera, run in zip(cameras, runs, strict=True))
    space = placed_in_space(runs, fitted) if fitted and not slowed else None
    if json:
        documents = [live_document(run) for run in runs]
        whole = {"cameras": documents, "space": space_document(space)} if fitted else documents[0]
        print(json_format.dumps(whole, indent=2))
        return
    for name, camera, run in zip(source, cameras, runs, strict=True):
        lines = live_lines(run, is_file=camera.is_file)
        print("\n".join([f"{name}:", *(f"  {line}" for line in lines)] if fitted else lines))
    if fitted:
        print("\n".join(space_lines(space)))


def _standing(rig: Path | None, sources: Sequence[str]) -> tuple[Camera, ...]:
    """Return the cameras of the rig that is watched; none without one."""
    if rig is None:
        if len(sources) > 1:
            raise UsageError(
                f"{len(sources)} cameras need --rig, the file that says where they stand ('handball rig' makes one)."
            )
        return ()
    from handball.storage.rigs import load_rig

    cameras = load_rig(rig).cameras
    if len(cameras) != len(sources):
        raise UsageError(
            f"{rig} has {len(cameras)} cameras ({', '.join(one.name for one in cameras)}), found {len(sources)}: "
            "give one camera for each, in this order."
        )
    return cameras


def _checked(sources: Sequence[str], size: str, rate: float | None, seconds: float | None) -> tuple[int, int]:
    """Refuse what cannot be watched; return the size."""
    if not sources:
        raise UsageError("No camera was given: name one by its number (0, 1, ...), a stream, or a video.")
    for source in sources:
        if Path(source).suffix.lower() == ".toml":
            raise UsageError(
                f"{source} is no camera: a rig file says where cameras stand, not which of this machine they are; "
                f"name each of them by its number, as 'handball ball live 0 1 --rig {source}'."
            )
        if not source.isdigit() and "://" not in source:
            check_there([Path(source)])
    if rate is not None and not 1 <= rate <= 1000:
        raise UsageError(f"--rate must lie between 1 and 1000, found {rate:g}.")
    if seconds is not None and not seconds > 0:
        raise UsageError(f"--seconds must be above 0, found {seconds:g}.")
    width, _, height = size.partition("x")
    if not (width.isdecimal() and height.isdecimal() and min(int(width), int(height)) >= 16):
        raise UsageError(f"--size is a width and a height in pixels, 16 or more, as 640x480; found {size}.")
    return int(width), int(height)
