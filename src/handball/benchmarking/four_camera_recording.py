"""One person filmed by four calibrated cameras (Pose2Sim's demo), each camera through the pipeline by itself."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from handball.config import ClipSettings, Settings
from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.pipeline.choosing import choose_athlete
from handball.pipeline.hooks import Hooks
from handball.pipeline.measuring import frames_to_measure, measure
from handball.pipeline.nets import Nets, load_lifter, load_nets
from handball.pipeline.search import search
from handball.stages import BodyLandmarks, Picture, PoseEstimator, Region
from handball.storage.poses import load_pose
from handball.storage.qualisys import load_qualisys_cameras


@attrs.frozen(kw_only=True)
class Seen:
    """One camera through the pipeline: joints in the picture, in space, and in space as the net gives them."""

    flat: Pose2D
    deep: Pose3D
    guessed: Pose3D
    lifted: Pose3D


@attrs.frozen(kw_only=True)
class Recording:
    """The cameras, what each of them saw, and Pose2Sim's own result of all four."""

    cameras: tuple[Camera, ...]
    seen: tuple[Seen, ...]
    reference: Pose3D


class _Recorder:
    """A pose net that keeps what it has answered."""

    def __init__(self, estimator: PoseEstimator) -> None:
        self._estimator = estimator
        self.answers: list[BodyLandmarks] = []

    def __call__(self, picture: Picture, region: Region, *, mirrored: bool = False) -> BodyLandmarks:
        self.answers.append(self._estimator(picture, region, mirrored=mirrored))
        return self.answers[-1]


def load_recording(folder: Path) -> Recording:
    """Load the recording and take every video through the pipeline.

    Parameters
    ----------
    folder
        `videos_single/cam0*.mp4`, `Calib.qca.txt` and `Balancing_for_IK.trc` of Pose2Sim's demo.

    Raises
    ------
    HandballError
        When a file or a net is missing.
    """
    cameras = load_qualisys_cameras(folder / "Calib.qca.txt")
    nets = load_nets(Settings())
    seen = tuple(seen_by(folder / "videos_single" / f"{camera.name}.mp4", nets) for camera in cameras)
    return Recording(cameras=cameras, seen=seen, reference=load_pose(folder / "Balancing_for_IK.trc"))


def seen_by(path: Path, nets: Nets) -> Seen:
    """Take one video through search, choice and pose, as `handball pose` does."""
    recorder = _Recorder(nets.estimator)
    clip, settings, hooks = ClipSettings(hand="right", athlete="largest"), Settings(action="any"), Hooks()
    found = choose_athlete(search(path, clip, nets, hooks), clip, settings, nets, hooks)
    inside = frames_to_measure(found, (0.0, found.file.video.duration_s))
    every = np.flatnonzero(~found.file.video.repeated)
    frames = every[(every >= inside[0]) & (every <= inside[-1])]
    recorded = attrs.evolve(nets, estimator=recorder)
    measured = measure(found, frames, recorded, settings, hooks, hand="right", pictures=False)
    flat, deep = measured.landmarks.flat, measured.landmarks.deep
    meters = np.stack([answer.meters for answer in recorder.answers[-len(deep.frames) :]])
    guessed = attrs.evolve(deep, positions=np.where(np.isnan(deep.positions), np.nan, meters))
    lifted = load_lifter(Settings(lift="temporal"))(flat, deep)
    return Seen(
        flat=smoothed(flat),
        deep=with_steady_bones(smoothed(deep)),
        guessed=with_steady_bones(smoothed(guessed)),
        lifted=with_steady_bones(smoothed(lifted)),
    )


def on_common_times(seen: Sequence[Seen], reference: Pose3D) -> tuple[list[Seen], Pose3D]:
    """Keep the moments that every camera and the reference have, by their times."""
    stamps = [np.rint(pose.times * 1000).astype(int) for pose in (reference, *(one.flat for one in seen))]
    common = set(stamps[0].tolist()).intersection(*(other.tolist() for other in stamps[1:]))
    rows = [np.flatnonzero(np.isin(stamp, sorted(common))) for stamp in stamps]
    kept = [
        Seen(flat=one.flat.rows(r), deep=one.deep.rows(r), guessed=one.guessed.rows(r), lifted=one.lifted.rows(r))
        for one, r in zip(seen, rows[1:], strict=True)
    ]
    return kept, reference.rows(rows[0])
