"""`handball check`: how a clip was filmed, and what it can decide."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from handball.cli.options import built_settings, check_there, clip_options, given


def check(
    video: Path,
    /,
    *,
    json: Annotated[bool, Parameter(negative="")] = False,
    athlete: str | None = None,
    hand: Literal["auto", "left", "right"] | None = None,
    slow_motion: float | None = None,
    start: float | None = None,
    end: float | None = None,
    language: str | None = None,
    config: Path | None = None,
) -> None:
    """Check in seconds how a video was filmed: what it can decide, what not, and how to film it better.

    Parameters
    ----------
    video
        The video.
    json
        Print JSON instead of lines.
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
    language
        Language of the sentences.
    config
        TOML file with settings; options given here win over it.
    """
    from handball.cli.progress import shown_progress
    from handball.errors import UsageError
    from handball.languages import load_catalog
    from handball.pipeline.checking import check as checked
    from handball.reporting.capture_text import capture_json, capture_lines
    from handball.storage.poses import is_pose_file

    check_there([video])
    if is_pose_file(video):
        raise UsageError(f"{video} holds joints, expected a video: only a video can be checked.")
    side = clip_options(athlete, hand, slow_motion, start, end, None)
    settings = built_settings(config, None, given(language=language), test=side)
    catalog = load_catalog(settings.language)
    if catalog.draft:
        print(f"handball: {catalog.draft}", file=sys.stderr)
    with shown_progress(video.name) as hooks:
        capture = checked(video, settings.test, settings, hooks)
    if json:
        print(json_format.dumps(capture_json(capture, catalog), indent=2, ensure_ascii=False))
        return
    print("\n".join(capture_lines(capture, catalog)))
