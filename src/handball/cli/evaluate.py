"""`handball evaluate`: compare throws with a standard."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Group, Parameter

from handball.cli.options import built_settings, clip_options, given

_TEST = Group("Learner's clip", sort_key=1)
_STANDARD = Group("Coach's clip", sort_key=2)


def evaluate(
    *tests: Annotated[str, Parameter(name="TEST", negative="", json_list=False)],
    standard: Annotated[list[Path], Parameter(name=["--standard"], negative="", json_list=False)],
    out: Annotated[Path, Parameter(name=["--out"])],
    athlete: Annotated[str | None, Parameter(group=_TEST)] = None,
    hand: Annotated[Literal["auto", "left", "right"] | None, Parameter(group=_TEST)] = None,
    slow_motion: Annotated[float | None, Parameter(group=_TEST)] = None,
    start: Annotated[float | None, Parameter(group=_TEST)] = None,
    end: Annotated[float | None, Parameter(group=_TEST)] = None,
    key: Annotated[str | None, Parameter(group=_TEST)] = None,
    throw: Annotated[str | None, Parameter(group=_TEST)] = None,
    same_athlete: Annotated[bool, Parameter(group=_TEST, negative="")] = False,
    standard_athlete: Annotated[str | None, Parameter(group=_STANDARD)] = None,
    standard_hand: Annotated[Literal["auto", "left", "right"] | None, Parameter(group=_STANDARD)] = None,
    standard_slow_motion: Annotated[float | None, Parameter(group=_STANDARD)] = None,
    standard_start: Annotated[float | None, Parameter(group=_STANDARD)] = None,
    standard_end: Annotated[float | None, Parameter(group=_STANDARD)] = None,
    standard_key: Annotated[str | None, Parameter(group=_STANDARD)] = None,
    standard_throw: Annotated[str | None, Parameter(group=_STANDARD)] = None,
    action: str | None = None,
    techniques: Path | None = None,
    strictness: float | None = None,
    own_standard: Annotated[bool | None, Parameter(negative="")] = None,
    blur_face: Annotated[bool | None, Parameter(negative="")] = None,
    pose: Literal["full", "heavy"] | None = None,
    lift: Literal["temporal", "landmarks"] | None = None,
    no_ball: Annotated[bool, Parameter(negative="")] = False,
    language: str | None = None,
    rig: Path | None = None,
    config: Path | None = None,
    joints: Path | None = None,
    force: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Compare throws with the coach's and write a report for each clip, or one of all throws of an athlete.

    Parameters
    ----------
    tests
        Videos or pose files (.npz, .trc, .c3d) of learners, a folder of them, or a pattern such as "clips/*.mp4".
    standard
        The coach's clip; give it several times for several throws, which then span a band. Or a .standard file.
    out
        Folder for the results; with several throws one folder each and a summary.
    athlete
        Who is meant: auto (who throws), largest, moving, center, the number of a person, or X,Y in pixels.
    hand
        The throwing hand.
    slow_motion
        How many times slower the file plays than life: 8 for 240 pictures a second stored at 30.
    start
        Look only from here on, in seconds.
    end
        Look only up to here, in seconds.
    key
        Set key actions by hand, in seconds: start=0.8,cocking=1.2,strike=1.4,finish=1.8.
    throw
        Which throw of a recording with several: best, last, a number from 1, or all, as one report of their median.
    same_athlete
        All clips are throws of one athlete: one report of their median.
    standard_athlete
        The same for the coach's clip.
    standard_hand
        The same for the coach's clip.
    standard_slow_motion
        The same for the coach's clip.
    standard_start
        The same for the coach's clip.
    standard_end
        The same for the coach's clip.
    standard_key
        The same for the coach's clip.
    standard_throw
        The same for the coach's clip.
    action
        throw; jump_shot, standing_shot or pass where it is known which; any for a movement that need not be a throw.
    techniques
        TOML file with a coach's own techniques: names and criteria of the key actions, angles of the first screen.
    strictness
        How many spreads of the standard still count as fine; smaller forgives less (2).
    own_standard
        The standard is an earlier throw of the same athlete: every difference counts.
    blur_face
        Blur the athletes' faces in every picture that is written.
    pose
        The pose net: heavy, or full (faster, less exact).
    lift
        How joints get their depth: temporal (our net, over the clip) or landmarks (the pose net, picture by picture).
    no_ball
        Do not look for the ball: the strike is where the hand tells it.
    language
        Language of the report: en or de.
    rig
        Rig file (rig.toml) of cameras that filmed each throw together: give one clip for each camera, in its order, on
        both sides; the coach may be a pose file or a .standard file as well.
    config
        TOML file with settings; options given here win over it.
    joints
        TOML file that maps marker names of a laboratory file to joints.
    force
        Evaluate again what is already done.
    """
    from handball.cli.batch import evaluate_all

    settings = built_settings(
        config,
        joints,
        given(
            action=action,
            techniques=techniques,
            strictness=strictness,
            own_standard=own_standard,
            blur_face=blur_face,
            pose=pose,
            lift=lift,
            ball=False if no_ball else None,
            language=language,
            rig=rig,
        ),
        test=clip_options(athlete, hand, slow_motion, start, end, key) | given(throw=throw),
        standard=clip_options(
            standard_athlete, standard_hand, standard_slow_motion, standard_start, standard_end, standard_key
        )
        | given(throw=standard_throw),
    )
    failures = evaluate_all(
        tests, standard, out, settings, force=force, tell=print, complain=_complain, same_athlete=same_athlete
    )
    return 2 if failures else 0


def _complain(message: str) -> None:
    print(f"handball: {message}", file=sys.stderr)
