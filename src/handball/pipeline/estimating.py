"""The joints of one person over a whole video, whatever the movement is."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np

from handball.config import ClipSettings, Settings
from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.pipeline.analysis import named_errors
from handball.pipeline.choosing import choose_athlete
from handball.pipeline.hooks import Hooks
from handball.pipeline.measuring import Measured, frames_to_measure, measure
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.search import search


@attrs.frozen(kw_only=True)
class EstimatedPose:
    """Joints of one person in space, smoothed and as measured, and in the picture, smoothed and as seen."""

    body: Pose3D
    raw: Pose3D
    picture: Pose2D
    seen: Pose2D


def estimate_pose(
    path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks, nets: Nets | None = None
) -> EstimatedPose:
    """Estimate the joints of one person over a whole video, or from `start` to `end`.

    Raises
    ------
    UnreadableVideoError, NoAthleteError, ModelError, UsageError
        As in `analyze`.
    """
    nets = nets or load_nets(settings.model_copy(update={"ball": False}))
    with named_errors(path):
        measured = _measured_whole(path, clip, settings, nets, hooks)
    seen = measured.landmarks.flat
    return EstimatedPose(
        body=with_steady_bones(smoothed(measured.deep)), raw=measured.deep, picture=smoothed(seen), seen=seen
    )


def _measured_whole(path: Path, clip: ClipSettings, settings: Settings, nets: Nets, hooks: Hooks) -> Measured:
    found = choose_athlete(search(path, clip, nets, hooks), clip, settings, nets, hooks)
    window = clip.start or 0.0, clip.end if clip.end is not None else found.file.video.duration_s
    every = np.flatnonzero(~found.file.video.repeated)
    frames = frames_to_measure(found, window)
    frames = every[(every >= frames[0]) & (every <= frames[-1])] if frames.size else frames
    hand = found.hand if clip.hand == "auto" else clip.hand
    return measure(found, frames, nets, settings, hooks, hand=hand, pictures=False)
