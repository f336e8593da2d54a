"""The coach's side of an evaluation: a frozen standard, or clips that become one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from handball.cli.options import check_there, check_videos
from handball.cli.rig_clips import analyze_rig_clips
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.domain.standard import Standard
from handball.errors import UsageError
from handball.pipeline import Hooks, freeze_standard
from handball.pipeline.standards import with_action_of
from handball.storage.poses import is_pose_file
from handball.storage.standards import is_standard_file, load_standard

Analyzer = Callable[[Path, ClipSettings, Hooks], Sequence[Performance]]


def check_standards(standards: Sequence[Path], settings: Settings) -> Settings:
    """Refuse what cannot be a standard before any clip is analysed.

    Returns
    -------
    Settings
        Those given, with the coach's own techniques of a frozen standard where they name none: the learner's clips are
        to be looked at for the same key actions.

    Raises
    ------
    UsageError
        A missing clip, a frozen standard beside others, or settings that contradict it.
    UnreadableVideoError
        Not a video, or sound without pictures.
    InvalidStandardError
        A frozen standard that is damaged or from a newer version.
    """
    check_there(standards, "--standard ")
    frozen = [path for path in standards if is_standard_file(path)]
    if not frozen:
        check_videos(standards)
        return settings
    if len(standards) > 1:
        raise UsageError(f"{frozen[0]} is a standard by itself: give it alone, or build one from all clips.")
    if settings.standard != ClipSettings():
        raise UsageError(
            f"{frozen[0]} was measured when it was built: leave out the options and settings of the coach's clip."
        )
    standard = load_standard(frozen[0])
    _check_agreement(standard, frozen[0], settings)
    return with_action_of(standard, settings) if standard.techniques else settings


def _check_agreement(standard: Standard, path: Path, settings: Settings) -> None:
    own, asked = standard.action, settings.action
    if own != asked and ("any" in (own, asked) or "throw" not in (own, asked)):
        raise UsageError(
            f"{path} was built with --action {own}, and this evaluation is for {asked}: give "
            f"--action {own}, or build another standard."
        )
    pictures = any(clip.pictures is not None for clip in standard.clips)
    if settings.blur_face and pictures and not standard.blurred:
        raise UsageError(f"The faces in {path} are not blurred: build it again with --blur-face.")


def build_or_load(standards: Sequence[Path], settings: Settings, hooks: Hooks, analyze: Analyzer) -> Standard:
    """Load a frozen standard, or analyse the coach's clips and make one of them.

    Raises
    ------
    HandballError
        What is wrong with the first clip or file that fails.
    """
    if is_standard_file(standards[0]):
        return load_standard(standards[0])
    clips: list[Performance] = []
    if settings.rig is not None and not is_pose_file(standards[0]):
        clips += analyze_rig_clips(standards, settings.standard, settings, hooks)
    else:
        clips += [clip for path in standards for clip in analyze(path, settings.standard, hooks)]
    return freeze_standard(clips, settings, hooks, whole=True)
