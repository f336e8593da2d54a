"""Clips of several cameras on the command line: one for each camera of a rig, throw after throw."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.rig import Rig
from handball.errors import UsageError
from handball.pipeline import Hooks
from handball.pipeline.rigs import analyze_views, check_views
from handball.storage.poses import is_pose_file
from handball.storage.rigs import load_rig
from handball.storage.standards import is_standard_file


def check_rig_clips(clips: Sequence[Path], standards: Sequence[Path], rig: Rig, *, several: bool) -> None:
    """Refuse another number of clips than the rig has cameras, on either side, before anything is analysed.

    Parameters
    ----------
    clips, standards
        Files of both sides; of the coach also a single pose file or frozen standard.
    rig
        The cameras.
    several
        Whether the learner's clips may be several throws, each from all cameras.

    Raises
    ------
    UsageError
        Saying which cameras the rig has and what was given.
    """
    for views in throws_of(clips, rig) if several else [clips]:
        check_views(views, rig)
    if len(standards) == 1 and (is_pose_file(standards[0]) or is_standard_file(standards[0])):
        return
    for views in throws_of(standards, rig):
        check_views(views, rig)


def throws_of(clips: Sequence[Path], rig: Rig) -> Iterator[Sequence[Path]]:
    """Cut a list of clips into throws: one clip for each camera."""
    count = len(rig.cameras)
    if len(clips) % count:
        raise UsageError(
            f"The rig has {count} cameras ({', '.join(rig.names)}), and {len(clips)} clips were given: give one "
            "clip for each camera, throw after throw."
        )
    for first in range(0, len(clips), count):
        yield clips[first : first + count]


def analyze_rig_clips(
    clips: Sequence[Path], clip: ClipSettings, settings: Settings, hooks: Hooks
) -> Iterator[Performance]:
    """Analyse throws that the cameras of the settings' rig have filmed.

    Raises
    ------
    UsageError
        When the settings name no rig.
    HandballError
        As `analyze_views`.
    """
    if settings.rig is None:
        raise UsageError("Name the rig file of the cameras: --rig rig.toml.")
    rig = load_rig(settings.rig)
    for views in throws_of(clips, rig):
        yield analyze_views(views, rig, clip, settings, hooks)
