"""`handball standard build` and `handball standard show`: freeze the coach's throw, and see what is in it."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

from handball.cli.options import built_settings, check_there, check_videos, clip_options, given

if TYPE_CHECKING:
    from handball.config import Settings
    from handball.domain.performance import Performance
    from handball.domain.standard import StandardView
    from handball.pipeline import Hooks
    from handball.pipeline.standards import Fit


def build(
    *coaches: Annotated[str, Parameter(name="COACH", negative="", json_list=False)],
    out: Annotated[Path, Parameter(name=["--out"])],
    name: str = "",
    group: str = "",
    technique: str = "",
    drop_outliers: Annotated[bool, Parameter(negative="")] = False,
    athlete: str | None = None,
    hand: Literal["auto", "left", "right"] | None = None,
    slow_motion: float | None = None,
    start: float | None = None,
    end: float | None = None,
    key: str | None = None,
    throw: str | None = None,
    action: str | None = None,
    blur_face: Annotated[bool | None, Parameter(negative="")] = None,
    pose: Literal["full", "heavy"] | None = None,
    lift: Literal["temporal", "landmarks"] | None = None,
    no_ball: Annotated[bool, Parameter(negative="")] = False,
    config: Path | None = None,
    joints: Path | None = None,
    techniques: Path | None = None,
    rig: Path | None = None,
) -> None:
    """Measure the coach's clips once and freeze them into one file for `evaluate --standard`.

    Parameters
    ----------
    coaches
        Videos or pose files of the coach, a folder of them, or a pattern such as "coach/*.mp4".
    out
        File to write; its name ends in .standard.
    name
        What the standard is called in reports.
    group
        Whom it is for: age and sex, in your words.
    technique
        Which throw it shows, in your words.
    drop_outliers
        Leave out clips that do not fit the others; without this they are named and kept.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    hand
        The throwing hand.
    slow_motion
        How many times slower the files play than life.
    start
        Look only from here on, in seconds.
    end
        Look only up to here, in seconds.
    key
        Set key actions by hand, in seconds, for a single clip: start=0.8,cocking=1.2,strike=1.4,finish=1.8.
    throw
        Which throw of a recording with several: best, last, a number from 1, or all.
    action
        throw, or which one: jump_shot, standing_shot, pass; any for a movement that need not be a throw.
    blur_face
        Blur the coach's face in every picture that is kept.
    pose
        The pose net: heavy, or full (faster, less exact).
    lift
        How joints get their depth: temporal (our net, over the clip) or landmarks (the pose net, picture by picture).
    no_ball
        Do not look for the ball: the strike is where the hand tells it.
    config
        TOML file with settings; options given here win over it.
    joints
        TOML file that maps marker names of a laboratory file to joints.
    techniques
        TOML file with a coach's own techniques.
    rig
        Rig file of cameras that filmed each throw together: then one clip for each camera, throw after throw.
    """
    from handball.cli.progress import shown_progress
    from handball.pipeline import freeze_standard
    from handball.storage.standards import save_standard

    own = clip_options(athlete, hand, slow_motion, start, end, key) | given(throw=throw)
    settings = built_settings(
        config,
        joints,
        given(
            action=action,
            blur_face=blur_face,
            pose=pose,
            lift=lift,
            ball=False if no_ball else None,
            techniques=techniques,
            rig=rig,
        ),
        standard=own,
    )
    paths = _checked_clips(coaches, out, settings)
    with shown_progress(out.name) as hooks:
        clips = _analyzed(paths, settings, hooks)
        kept, dropped = _fitting(clips, drop=drop_outliers)
        standard = freeze_standard(
            kept,
            settings,
            hooks,
            name=name,
            group=group,
            technique=technique,
            left_out=[one.path.name for one in dropped],
        )
        save_standard(standard, out)
    print(f"Standard: {out} ({_count(len(kept), 'throw')}, {_count(len(standard.views), 'view')})")


def show(file: Annotated[Path, Parameter(name="FILE")], /) -> None:
    """Print what a frozen standard holds.

    Parameters
    ----------
    file
        A file that `standard build` wrote.
    """
    from handball.storage.standards import load_standard

    standard = load_standard(file)
    for label, value in (("name", standard.name), ("group", standard.group), ("technique", standard.technique)):
        print(f"{label:<12} {value or '-'}")
    print(f"{'action':<12} {standard.action}")
    print(f"{'hand':<12} {standard.clips[0].hand}")
    print(f"{'built with':<12} {', '.join(' '.join(fact) for fact in standard.facts)}")
    print(f"{'faces':<12} {'blurred' if standard.blurred else 'as filmed'}")
    if standard.left_out:
        print(f"{'left out':<12} {', '.join(standard.left_out)}")
    for number, view in enumerate(standard.views, start=1):
        print("\n" + "\n".join(_view_lines(number, view)))


def _checked_clips(coaches: Sequence[str], out: Path, settings: Settings) -> list[Path]:
    from handball.cli.batch import found_clips
    from handball.cli.rig_clips import check_rig_clips
    from handball.errors import UsageError
    from handball.storage.files import check_file_writable
    from handball.storage.rigs import load_rig
    from handball.storage.standards import check_standard_name

    paths = found_clips(coaches, "coach's clip is missing: name a file, a folder or a pattern before --out")
    check_standard_name(out)
    check_there(paths)
    check_file_writable(out)
    check_videos(paths)
    if settings.rig is not None:
        check_rig_clips(paths, paths, load_rig(settings.rig), several=True)
    if settings.standard.key and len(paths) > 1:
        raise UsageError("--key sets the moments of one clip: build from one, or let the moments be found.")
    return paths


def _analyzed(paths: Sequence[Path], settings: Settings, hooks: Hooks) -> list[Performance]:
    from handball.cli.rig_clips import analyze_rig_clips
    from handball.pipeline import analyze_throws, load_nets
    from handball.storage.poses import is_pose_file

    if settings.rig is not None:
        clips = list(analyze_rig_clips(paths, settings.standard, settings, hooks))
    else:
        nets = None if all(map(is_pose_file, paths)) else load_nets(settings)
        clips = [clip for path in paths for clip in analyze_throws(path, settings.standard, settings, hooks, nets)]
    if len({clip.hand for clip in clips}) > 1:
        sides = ", ".join(f"{clip.path.name} {clip.hand}" for clip in clips)
        print(
            f"handball: The throws seem to be with different hands and are mirrored: {sides}; set --hand if not.",
            file=sys.stderr,
        )
    return clips


def _fitting(clips: Sequence[Performance], *, drop: bool) -> tuple[list[Performance], list[Performance]]:
    """Name the clips that do not fit the others, and part them from these where that was asked for."""
    from handball.pipeline.standards import fits

    every = fits(clips)
    odd = [one for one in every if one.outlying]
    for one in odd:
        print(f"handball: {_odd(one, every, drop=drop)}", file=sys.stderr)
    return [one.clip for one in every if not (drop and one.outlying)], [one.clip for one in odd if drop]


def _odd(one: Fit, every: Sequence[Fit], *, drop: bool) -> str:
    others = sorted(other.distance for other in every if other is not one)
    usual = others[len(others) // 2]
    at = one.clip.key_actions["strike"].time
    done = "left out" if drop else "kept all the same; look at it, and leave it out or give --drop-outliers"
    return (
        f"{one.clip.path} (throw at {at:.2f} s) does not fit the other throws: {one.distance / usual:.1f} times as far "
        f"from them as they are from each other; {done}."
    )


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _view_lines(number: int, view: StandardView) -> Iterator[str]:
    action = view.action
    side = "joints in the room" if view.azimuth_deg is None else f"camera at {view.azimuth_deg:.0f} degrees"
    band = "with a band" if action.band is not None else "no band"
    yield f"view {number}: {side}, {_count(len(action.clips), 'throw')}, {band}"
    for place, clip in enumerate(action.clips):
        shown = "shown" if place == action.medoid else ""
        pictures = f"{len(clip.pictures.jpegs)} pictures" if clip.pictures else ""
        yield "  " + "  ".join(filter(None, (clip.path.name, f"{clip.rate_hz:.0f} Hz", shown, pictures)))
        for mark in clip.key_actions.listed:
            yield f"    {mark.name:<8} {mark.time:8.3f} s  {mark.rule} ({mark.confidence:.0%})"
        for name in clip.key_actions.unseen:
            yield f"    {name:<8} not seen in this clip"
