"""`handball rig sync` and `handball rig triangulate`: what several cameras film together."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import attrs
from cyclopts import Parameter

from handball.cli.options import built_settings, check_there, check_videos, clip_options

if TYPE_CHECKING:
    from handball.config import Settings
    from handball.domain.rig import Delay, Rig

Way = Literal["auto", "sound", "motion"]


def sync(
    first: Path,
    second: Path,
    /,
    *others: Path,
    by: Way = "auto",
    rig: Path | None = None,
    out: Path | None = None,
    athlete: str | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find how far apart the clocks of videos of the same throw are.

    Parameters
    ----------
    first
        The video whose clock counts.
    second
        A video of the same throw from another camera.
    others
        Videos of further cameras.
    by
        What tells: the sound (a clap, one bounce of the ball), the athlete's motion, or auto: the sound where it stands
        out, else the motion.
    rig
        Rig file of these cameras, in this order: their rays then tell the delay more exactly.
    out
        Rig file to write with the delays; needs --rig.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    json
        Print JSON instead of a table.
    """
    from handball.errors import UsageError
    from handball.storage.files import check_file_writable
    from handball.storage.rigs import load_rig, save_rig

    videos = [first, second, *others]
    check_there(videos)
    check_videos(videos)
    if out is not None and rig is None:
        raise UsageError("--out writes the delays into a rig file: name the one with these cameras by --rig.")
    if out is not None:
        check_file_writable(out)
    known = load_rig(rig) if rig is not None else None
    settings = built_settings(None, None, {}, test=clip_options(athlete, None, None, None, None, None))
    delays = _delays(videos, by, known, settings)
    if known is not None and out is not None:
        save_rig(attrs.evolve(known, delays=tuple(delay.seconds for delay in delays)), out)
    if json:
        print(json_format.dumps([_document(path, one) for path, one in zip(videos, delays, strict=True)], indent=2))
        return
    for path, delay in list(zip(videos, delays, strict=True))[1:]:
        print(
            f"{path.name}: add {delay.seconds:+.4f} s to its clock to get that of {first.name} "
            f"(give or take {1000 * delay.sigma:.1f} ms, by {delay.way})"
        )
    if out is not None:
        print(f"Delays written to {out}")


def _document(path: Path, delay: Delay) -> dict[str, object]:
    return {
        "file": path.name,
        "delay_s": round(delay.seconds, 5),
        "sigma_s": round(delay.sigma, 5),
        "likeness": round(delay.likeness, 3),
        "by": delay.way,
    }


def _delays(videos: list[Path], by: Way, rig: Rig | None, settings: Settings) -> tuple[Delay, ...]:
    from handball.cli.progress import shown_progress
    from handball.errors import SyncError
    from handball.pipeline.rig_delays import delays_by_sound, delays_of_views
    from handball.pipeline.rigs import analyze_each, check_views

    if rig is not None:
        check_views(videos, rig)
    if by == "sound" or (by == "auto" and rig is None):
        try:
            return delays_by_sound(videos)
        except SyncError:
            if by == "sound":
                raise
    with shown_progress(videos[0].name) as hooks:
        return delays_of_views(analyze_each(videos, settings.test, settings, hooks), rig)


def triangulate(
    first: Path,
    second: Path,
    /,
    *others: Path,
    rig: Path,
    out: Path,
    athlete: str | None = None,
    start: float | None = None,
    end: float | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Measure the joints of one person in metres from the videos of calibrated cameras.

    Parameters
    ----------
    first
        Video of the first camera of the rig.
    second
        Video of the second camera.
    others
        Videos of further cameras.
    rig
        Rig file of the cameras, in the order of the videos.
    out
        File to write; its ending chooses the format: .npz, .trc, .csv, .json or .c3d.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    start
        Look only from here on, in seconds.
    end
        Look only up to here, in seconds.
    json
        Print how well the cameras agree as JSON.
    """
    from handball.cli.progress import shown_progress
    from handball.errors import UsageError
    from handball.pipeline.rigs import check_views, joints_in_space
    from handball.storage.files import check_file_writable
    from handball.storage.poses import WRITTEN_SUFFIXES, save_pose
    from handball.storage.rigs import load_rig

    videos = [first, second, *others]
    if out.suffix.lower() not in WRITTEN_SUFFIXES:
        raise UsageError(f"--out {out} has no known ending, expected one of {', '.join(WRITTEN_SUFFIXES)}.")
    known = load_rig(rig)
    check_there(videos)
    check_views(videos, known)
    check_videos(videos)
    check_file_writable(out)
    settings = built_settings(None, None, {}, test=clip_options(athlete, None, None, start, end, None))
    with shown_progress(first.name) as hooks:
        found, facts = joints_in_space(videos, known, settings.test, settings, hooks)
    save_pose(found, out, resample=True)
    if json:
        views = [_document(path, one) for path, one in zip(videos, facts.delays, strict=True)]
        numbers = {"miss_px": round(facts.miss_px, 2), "seen_share": round(facts.seen_share, 3)}
        print(json_format.dumps({"frames": len(found.frames), **numbers, "views": views}, indent=2))
        return
    print(f"{len(found.frames)} frames written to {out}")
    print(
        f"The cameras agree to {facts.miss_px:.1f} pixels; {100 * facts.seen_share:.0f} % of the joints are measured."
    )
