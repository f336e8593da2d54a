"""`handball pose` and `handball key-actions`: what one clip holds."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from handball.cli.options import built_settings, check_there, clip_options, given

if TYPE_CHECKING:
    from handball.domain.action import KeyAction, KeyActions, ThrowEvent


def pose(
    video: Path,
    /,
    *,
    out: Path,
    athlete: str | None = None,
    slow_motion: float | None = None,
    start: float | None = None,
    end: float | None = None,
    pose: Literal["full", "heavy"] | None = None,
    lift: Literal["temporal", "landmarks"] | None = None,
    config: Path | None = None,
) -> None:
    """Estimate the joints of one person in a video and write them to a file.

    Parameters
    ----------
    video
        The video.
    out
        File to write; its ending chooses the format: .npz, .trc, .csv, .json or .c3d.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    slow_motion
        How many times slower the file plays than life.
    start
        Look only from here on, in seconds.
    end
        Look only up to here, in seconds.
    pose
        The pose net: heavy, or full (faster, less exact).
    lift
        How joints get their depth: temporal (our net, over the clip) or landmarks (the pose net, picture by picture).
    config
        TOML file with settings; options given here win over it.
    """
    from handball.cli.progress import shown_progress
    from handball.errors import UsageError
    from handball.pipeline import estimate_pose
    from handball.storage.files import check_file_writable
    from handball.storage.poses import WRITTEN_SUFFIXES, is_pose_file, save_pose

    if out.suffix.lower() not in WRITTEN_SUFFIXES:
        raise UsageError(f"--out {out} has no known ending, expected one of {', '.join(WRITTEN_SUFFIXES)}.")
    check_there([video])
    if is_pose_file(video):
        raise UsageError(f"{video} holds joints already: name a video.")
    check_file_writable(out)
    side = clip_options(athlete, None, slow_motion, start, end, None)
    settings = built_settings(config, None, given(pose=pose, lift=lift), test=side)
    with shown_progress(video.name) as hooks:
        found = estimate_pose(video, settings.test, settings, hooks)
    save_pose(found.body, out, picture=found.picture, raw=found.raw, resample=True)
    print(f"{len(found.body.frames)} frames written to {out}")


def key_actions(
    clip: Path,
    /,
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
    athlete: str | None = None,
    hand: Literal["auto", "left", "right"] | None = None,
    slow_motion: float | None = None,
    start: float | None = None,
    end: float | None = None,
    key: str | None = None,
    action: str | None = None,
    techniques: Path | None = None,
    pose: Literal["full", "heavy"] | None = None,
    lift: Literal["temporal", "landmarks"] | None = None,
    config: Path | None = None,
    joints: Path | None = None,
) -> None:
    """Find the key actions of a throw in a video or pose file: start, cocking, strike and finish, or a coach's own.

    Parameters
    ----------
    clip
        A video, or a pose file (.npz, .trc, .c3d).
    json
        Print JSON instead of a table.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    hand
        The throwing hand.
    slow_motion
        How many times slower the file plays than life.
    start
        Look only from here on, in seconds.
    end
        Look only up to here, in seconds.
    key
        Set key actions by hand, in seconds: strike=1.4.
    action
        throw; jump_shot, standing_shot or pass where it is known which; any for a movement that need not be a throw.
    techniques
        TOML file with a coach's own techniques: names and criteria of the key actions.
    pose
        The pose net: heavy, or full (faster, less exact).
    lift
        How joints get their depth: temporal (our net, over the clip) or landmarks (the pose net, picture by picture).
    config
        TOML file with settings; options given here win over it.
    joints
        TOML file that maps marker names of a laboratory file to joints.
    """
    from handball.cli.progress import shown_progress
    from handball.pipeline import analyze

    check_there([clip])
    side = clip_options(athlete, hand, slow_motion, start, end, key)
    settings = built_settings(
        config, joints, given(action=action, techniques=techniques, pose=pose, lift=lift), test=side
    )
    with shown_progress(clip.name) as hooks:
        found = analyze(clip, settings.test, settings, hooks, pictures=False).key_actions
    if json:
        print(json_format.dumps(_document(found), indent=2))
        return
    kind = f", {found.kind.kind} ({found.kind.confidence:.2f})" if found.kind is not None else ""
    print(f"{found.hand} hand, {found.arm_slot} arm{kind}")
    events = [event for event in found.events if found.find(event.name) is None]
    for moment in [*map(_moment, found.listed), *map(_moment, events)]:
        where = f"frame {moment['frame']:5d} {moment['time_s']:8.3f} s"
        print(f"{moment['name']:8} {where}  {moment['rule']:20} {moment['confidence']:.2f}")
    for name in found.unseen:
        print(f"{name:8} not seen in this clip")


def _document(found: KeyActions) -> dict[str, Any]:
    return {
        "hand": found.hand,
        "arm_slot": found.arm_slot,
        "kind": {"name": found.kind.kind, "confidence": round(found.kind.confidence, 3)} if found.kind else None,
        "key_actions": [_moment(mark) for mark in found.listed],
        "unseen": list(found.unseen),
        "events": [_moment(event) for event in found.events],
    }


def _moment(moment: KeyAction | ThrowEvent) -> dict[str, Any]:
    return {
        "name": moment.name,
        "frame": moment.frame,
        "time_s": round(moment.time, 4),
        "rule": moment.rule,
        "confidence": round(moment.confidence, 3),
    }
