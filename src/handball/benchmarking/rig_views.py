"""How exactly two, three and four cameras measure a real person: `handball bench rig-views`.

Four calibrated cameras film one person (Pose2Sim's demo). Every pair, every three and all four go through the steps of
a rig; joints are held against Pose2Sim's own result after one rigid fit, angles against those of all four cameras.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.four_camera_recording import Seen, load_recording, on_common_times
from handball.benchmarking.intervals import bootstrap
from handball.benchmarking.single_camera_fit import angles_of
from handball.benchmarking.skeleton_fit_views import off_after_rigid_fit
from handball.domain.camera import Camera
from handball.domain.pose import Pose3D
from handball.domain.rig import Delay
from handball.kinematics.rigid import with_steady_bones
from handball.pipeline.rig_joints import pose_in_space

Array = NDArray[np.float64]

JOINTS = tuple(
    f"{side}_{joint}" for joint in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle") for side in ("left", "right")
)
"""The twelve joints that are compared."""
_BLOCK = 10
_SAME_CLOCK = Delay(seconds=0.0, sigma=0.0, likeness=1.0, way="clock")


@attrs.frozen(kw_only=True)
class RigRow:
    """Some of the cameras together.

    `median_mm` and `mean_mm` are distances to the reference after one rigid fit, `interval_mm` 95 % of the median by
    blocks of frames; `angle_deg` is the median difference of joint angles to all cameras (NaN for these themselves);
    `miss_px` how far the cameras miss each other.
    """

    cameras: str
    median_mm: float
    interval_mm: tuple[float, float]
    mean_mm: float
    angle_deg: float
    miss_px: float


@attrs.frozen(kw_only=True)
class RigViews:
    """The table, best first within each number of cameras."""

    frames: int
    rows: tuple[RigRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Real recording (Pose2Sim's demo, one person, {self.frames} frames at 60 a second), our own joints in the "
            "pictures; reference: Pose2Sim's filtered result, after one rigid fit of twelve joints.",
            "",
            "| cameras | median, mm | 95 % | mean, mm | angles against all cameras, median, deg | they miss, px |",
            "| --- | ---: | --- | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {row.cameras} | {row.median_mm:.1f} | {row.interval_mm[0]:.1f} to {row.interval_mm[1]:.1f} "
            f"| {row.mean_mm:.1f} | {row.angle_deg:.1f} | {row.miss_px:.1f} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path) -> RigViews:
    """Measure with each set of cameras.

    Parameters
    ----------
    folder
        `videos_single/cam0*.mp4`, `Calib.qca.txt` and `Balancing_for_IK.trc` of Pose2Sim's demo.

    Raises
    ------
    HandballError
        When a file or a net is missing.
    """
    recording = load_recording(folder)
    return compared(recording.cameras, recording.seen, recording.reference)


def compared(cameras: Sequence[Camera], seen: Sequence[Seen], reference: Pose3D) -> RigViews:
    """Compare every set of cameras with the reference and with all cameras together."""
    seen, reference = on_common_times(seen, reference)
    every = range(len(cameras))
    best, _ = _measured(cameras, seen, tuple(every))
    rows = [
        _row(cameras, chosen, _measured(cameras, seen, chosen), reference, best)
        for count in range(2, len(cameras) + 1)
        for chosen in itertools.combinations(every, count)
    ]
    rows.sort(key=lambda row: (row.cameras.count(","), row.median_mm))
    return RigViews(frames=len(reference.times), rows=tuple(rows))


def _measured(cameras: Sequence[Camera], seen: Sequence[Seen], chosen: tuple[int, ...]) -> tuple[Pose3D, float]:
    flats = [seen[number].flat for number in chosen]
    clocks = [_SAME_CLOCK] * len(chosen)
    pose, miss_px = pose_in_space([cameras[number] for number in chosen], flats, clocks)
    return with_steady_bones(pose), miss_px


def _row(
    cameras: Sequence[Camera], chosen: tuple[int, ...], measured: tuple[Pose3D, float], reference: Pose3D, best: Pose3D
) -> RigRow:
    pose, miss_px = measured
    off = 1000 * _distances(pose, reference)
    blocks = np.repeat(np.arange(len(off)) // _BLOCK, off.shape[1])
    known = np.isfinite(off.ravel())
    apart = np.abs(angles_of(pose)[0] - angles_of(best)[0])
    interval = bootstrap(off.ravel()[known], blocks[known], lambda values: float(np.median(values)), repeats=500)
    return RigRow(
        cameras=", ".join(cameras[number].name for number in chosen),
        median_mm=float(np.nanmedian(off)),
        interval_mm=interval,
        mean_mm=float(np.nanmean(off)),
        angle_deg=float(np.nanmedian(apart)) if len(chosen) < len(cameras) else float("nan"),
        miss_px=miss_px,
    )


def _distances(pose: Pose3D, reference: Pose3D) -> Array:
    """Return distances in metres after one rotation and one shift for the whole clip, shape (frames, joints)."""
    found, true = (one.positions[:, one.skeleton.indices(JOINTS)] for one in (pose, reference))
    return off_after_rigid_fit(found.reshape(-1, 3), true.reshape(-1, 3)).reshape(found.shape[:2])
