"""The clips of a rendered set through the pipeline; what the nets see is kept beside them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import attrs

from handball.acquisition import scan_video
from handball.ball.release import is_trusted
from handball.benchmarking.throw_truth import ThrowTruth, truth_of_clip
from handball.config import ClipSettings, Settings
from handball.domain.ball import Release
from handball.domain.camera import Camera
from handball.domain.performance import Landmarks, Performance
from handball.domain.rig import Rig
from handball.errors import HandballError, UsageError
from handball.key_actions.strikes import HIDDEN
from handball.pipeline import Hooks, Nets, analyze, load_nets
from handball.pipeline.analysis import analyze_landmarks
from handball.pipeline.ball_clip import BallNets, ball_around, load_ball_nets
from handball.pipeline.nets import load_lifter
from handball.pipeline.rigs import combined
from handball.stages import Lifter
from handball.storage.files import ensure_folder, replacing
from handball.storage.poses import load_pose, load_pose_2d, save_pose
from handball.synthesis.dataset import read_manifest
from handball.synthesis.truth import load_truth

Progress = Callable[[int, int], None]

ESTIMATED = "estimated"


@attrs.frozen(kw_only=True)
class RenderedThrow:
    """One clip of one camera: its row in the manifest, what is true, and what the pipeline found (None: refused)."""

    row: dict[str, Any]
    truth: ThrowTruth
    camera: Camera
    performance: Performance | None

    @property
    def azimuth_deg(self) -> float:
        """Where the camera stands, seen from the athlete: 0 in front, positive on the throwing side, -180 to 180."""
        return float(self.row["azimuth_deg"])


def rendered_throws(
    folder: Path,
    *,
    settings: Settings | None = None,
    cameras: Sequence[int] = (),
    progress: Progress | None = None,
) -> Iterator[RenderedThrow]:
    """Analyse every throw of a set from its pictures: each camera alone, or some of a clip's cameras together.

    Parameters
    ----------
    folder
        The set.
    settings
        How to analyse.
    cameras
        Numbers, from 1, of the cameras of each clip that are taken as one rig whose calibration is the true one; none
        for each camera alone.
    progress
        Told after each file.

    Notes
    -----
    Joints that the nets see, and when the ball leaves the hand, are kept in `estimated/` of the set, so that a rerun
    measures the later stages only.
    Remove that folder after a change of the nets or of how they look.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    """
    alone = _each_camera(folder, settings or Settings(), cameras, progress)
    if not cameras:
        yield from alone
        return
    for _, group in groupby(alone, key=lambda one: str(one.row["clip"])):
        yield _together(list(group), settings or Settings())


def _together(views: Sequence[RenderedThrow], settings: Settings) -> RenderedThrow:
    """Take the cameras of one clip as a rig; refused where one of them is, or where they contradict each other."""
    seen = [one.performance for one in views if one.performance is not None]
    found = None
    if len(seen) == len(views):
        rig = Rig(cameras=tuple(one.camera for one in views), world="court")
        with suppress(HandballError):
            found = combined(seen, rig, ClipSettings(), settings)
    return attrs.evolve(views[0], performance=found)


def _each_camera(
    folder: Path, settings: Settings, cameras: Sequence[int], progress: Progress | None
) -> Iterator[RenderedThrow]:
    rows = [row for row in read_manifest(folder) if row["strike_s"] is not None]
    rows = _of_cameras(rows, cameras) if cameras else rows
    ensure_folder(folder / ESTIMATED)
    nets: Nets | None = None
    lifter = load_lifter(settings)
    for done, row in enumerate(rows, start=1):
        kept = folder / ESTIMATED / f"{Path(row['video']).stem}.npz"
        if nets is None and not (kept.exists() or _refusal(kept).exists()):
            nets = load_nets(settings)
        truth = load_truth(folder / row["truth"])
        performance = _performance(folder / row["video"], kept, settings, nets, lifter)
        yield RenderedThrow(row=row, truth=truth_of_clip(row, truth), camera=truth.camera, performance=performance)
        if progress is not None:
            progress(done, len(rows))


def _of_cameras(rows: Sequence[dict[str, Any]], cameras: Sequence[int]) -> list[dict[str, Any]]:
    """Keep the rows of some cameras of each clip, by their numbers from 1.

    Raises
    ------
    UsageError
        When a clip has no such camera.
    """
    kept = []
    for _, group in groupby(rows, key=lambda row: str(row["clip"])):
        own = list(group)
        if not all(1 <= number <= len(own) for number in cameras):
            raise UsageError(f"The clips of this set have {len(own)} cameras, found --cameras {list(cameras)}.")
        kept += [own[number - 1] for number in cameras]
    return kept


def _refusal(kept: Path) -> Path:
    return kept.with_suffix(".refused.txt")


def _performance(video: Path, kept: Path, settings: Settings, nets: Nets | None, lifter: Lifter) -> Performance | None:
    if _refusal(kept).exists():
        return None
    try:
        if kept.exists():
            landmarks = Landmarks(flat=load_pose_2d(kept), deep=load_pose(kept))
            return _from_landmarks(video, kept, landmarks, settings, lifter)
        performance = analyze(video, ClipSettings(), settings, Hooks(), nets, pictures=False)
    except HandballError as error:
        if not kept.exists():
            _refusal(kept).write_text(f"{error}\n", encoding="utf-8")
        return None
    if performance.landmarks is not None:
        save_pose(performance.landmarks.deep, kept, picture=performance.landmarks.flat)
    return performance


def _from_landmarks(video: Path, kept: Path, landmarks: Landmarks, settings: Settings, lifter: Lifter) -> Performance:
    """Analyse kept joints; when the ball left the hand is looked for once in the pictures, and kept as well."""
    performance = analyze_landmarks(landmarks, ClipSettings(), settings, video, lifter)
    if not settings.ball or performance.key_actions["strike"].rule == HIDDEN:
        return performance
    release = _release(video, kept.with_suffix(".release.json"), landmarks, performance)
    if release is None or not is_trusted(release):
        return performance
    return analyze_landmarks(landmarks, ClipSettings(), settings, video, lifter, release)


def _release(video: Path, kept: Path, landmarks: Landmarks, performance: Performance) -> Release | None:
    if not kept.exists():
        found = ball_around(
            scan_video(video),
            landmarks,
            performance.hand,
            performance.key_actions["strike"].time,
            _ball_nets(),
            lambda _, __: None,
        ).release
        with replacing(kept) as beside:
            beside.write_text(json.dumps(None if found is None else attrs.asdict(found)), encoding="utf-8")
    told = json.loads(kept.read_text(encoding="utf-8"))
    return None if told is None else Release(**told)


@cache
def _ball_nets() -> BallNets:
    return load_ball_nets(threads=2)
