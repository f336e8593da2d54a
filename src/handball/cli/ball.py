"""`handball ball`: where the ball is, in a clip and in the pictures of a camera."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from handball.cli.options import check_there
from handball.errors import UsageError


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
    source: str,
    /,
    *,
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
        A camera by its number (0, 1, ...), the address of a stream, or a video that plays a camera.
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
    from handball.cli.ball_text import live_document, live_lines, live_second
    from handball.pipeline.ball_live import watch
    from handball.pipeline.ball_tracking import open_finder

    fits = _checked(source, size, rate, seconds)
    finder = open_finder(net)
    shown = sys.stderr.isatty()
    with live_source(source, fits, rate_hz=rate, seconds=seconds) as camera:
        run = watch(camera, finder, tell=lambda second: print(live_second(second), file=sys.stderr) if shown else None)
    if json:
        print(json_format.dumps(live_document(run), indent=2))
        return
    print("\n".join(live_lines(run, is_file=camera.is_file)))


def _checked(source: str, size: str, rate: float | None, seconds: float | None) -> tuple[int, int]:
    """Refuse what cannot be watched; return the size."""
    if Path(source).suffix.lower() == ".toml":
        raise UsageError(
            f"{source} is no camera: a rig file says where cameras stand, not which of this machine they are; "
            "name one of them by its number (0, 1, ...)."
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
