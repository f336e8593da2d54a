"""Lifted joints of rendered clips against the true ones: `handball bench lifted-joints`.

And whether what is said about their uncertainty holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.benchmarking.intervals import Share, share_of
from handball.benchmarking.rendered import ESTIMATED
from handball.domain.arrays import column
from handball.domain.pose import Pose3D
from handball.errors import OutputError
from handball.inference.onnx_session import OnnxSession
from handball.kinematics.pose_errors import aligned_joint_error, joint_error, scaled_joint_error, speed_error
from handball.lifting.features import hips, torso
from handball.lifting.temporal import TemporalLifter, lifter_path
from handball.storage.poses import load_pose, load_pose_2d
from handball.synthesis.dataset import read_manifest, set_hash
from handball.synthesis.truth import ClipTruth, load_truth
from handball.training.lifter.noise_fit import JOINTS

Array = NDArray[np.float64]

_APART_S = 0.05
"""Rows of one clip so far apart count for the shares: errors of neighboring rows are one error."""
_CENTERED = ("left_hip", "right_hip")


@attrs.frozen(kw_only=True)
class LiftedClip:
    """One clip: joints of COCO-17 around the hips in the camera's axes, metres at the true torso, and their sigma."""

    times: Float[np.ndarray, " rows"] = column(np.float64)
    found: Float[np.ndarray, "rows 17 3"] = column(np.float64)
    sigma: Float[np.ndarray, "rows 17 3"] = column(np.float64)
    true: Float[np.ndarray, "rows 17 3"] = column(np.float64)


@attrs.frozen(kw_only=True)
class JointRow:
    """One joint on both sides: mean error in metres, shares of coordinates within one and two sigma."""

    name: str
    error: float
    within_1: Share
    within_2: Share


@attrs.frozen(kw_only=True)
class LiftedJoints:
    """Means over clips, and the joints."""

    source: str
    net: str
    clips: int
    error: float
    aligned_error: float
    scaled_error: float
    speed_error: float
    joints: tuple[JointRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}, net {self.net}; {self.clips} clips, mean of the clips, bodies at the true "
            "torso length. Shares are of coordinates of joints, rows at least 50 ms apart, hips left out.",
            "",
            f"MPJPE {1e3 * self.error:.1f} mm, PA-MPJPE {1e3 * self.aligned_error:.1f} mm, N-MPJPE "
            f"{1e3 * self.scaled_error:.1f} mm, MPJVE {1e3 * self.speed_error:.0f} mm/s",
            "",
            "| joint | MPJPE (mm) | within 1 sigma | within 2 sigma |",
            "| --- | ---: | --- | --- |",
        ]
        lines += [f"| {row.name} | {1e3 * row.error:.1f} | {row.within_1} | {row.within_2} |" for row in self.joints]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path, *, net: Path | None = None) -> LiftedJoints:
    """Lift the joints that another bench has kept of a set, with the net that ships or another one.

    Raises
    ------
    OutputError
        When the folder holds no complete set, or no joints.
    """
    path = net or lifter_path()
    clips = tuple(_lifted(folder, TemporalLifter(OnnxSession(path))))
    if not clips:
        raise OutputError(f"{folder} holds no estimated joints: run 'handball bench error-bars {folder}' first.")
    pairs = [(clip.found, clip.true) for clip in clips]
    return LiftedJoints(
        source=f"set {set_hash(folder)}",
        net=path.name if net else "as shipped",
        clips=len(clips),
        error=float(np.mean([joint_error(*pair) for pair in pairs])),
        aligned_error=float(np.mean([aligned_joint_error(*pair) for pair in pairs])),
        scaled_error=float(np.mean([scaled_joint_error(*pair) for pair in pairs])),
        speed_error=float(np.mean([speed_error(clip.found, clip.true, clip.times) for clip in clips])),
        joints=tuple(_rows(clips)),
    )


def _lifted(folder: Path, lifter: TemporalLifter) -> Iterator[LiftedClip]:
    for row in read_manifest(folder):
        kept = folder / ESTIMATED / f"{Path(row['video']).stem}.npz"
        if kept.exists():
            flat, deep = load_pose_2d(kept), load_pose(kept)
            yield lifted_clip(lifter(flat, deep), load_truth(folder / row["truth"]))


def lifted_clip(pose: Pose3D, truth: ClipTruth) -> LiftedClip:
    """Bring lifted and true joints into the same axes and to the same torso length."""
    columns = slice(0, len(JOINTS))
    rows = np.clip(np.searchsorted(truth.times, pose.times - 1e-6), 0, len(truth.times) - 1)
    seen = np.array(
        [
            (joints - truth.camera.position) @ rotation.T
            for joints, rotation in zip(truth.coco_m[rows], truth.camera_rotations[rows], strict=True)
        ]
    )
    axes = seen[..., [0, 2, 1]] * np.array([1.0, 1.0, -1.0])
    both = _whole(axes)
    size = _torso_length(both) / _torso_length(pose.positions)
    return LiftedClip(
        times=pose.times,
        found=(pose.positions - hips(pose.positions)[:, None])[:, columns] * size,
        sigma=pose.sigma[:, columns] * size,
        true=axes - hips(both)[:, None],
    )


def _whole(joints: Array) -> Array:
    """Return joints with empty columns for those that a rendered set has no truth of."""
    return np.pad(joints, ((0, 0), (0, 6), (0, 0)), constant_values=np.nan)


def _torso_length(joints: Array) -> float:
    return float(np.nanmedian(np.linalg.norm(torso(joints), axis=-1)))


def _rows(clips: tuple[LiftedClip, ...]) -> Iterator[JointRow]:
    kept = [_apart(clip) for clip in clips]
    away = np.concatenate([(clip.found - clip.true)[rows] for clip, rows in zip(clips, kept, strict=True)])
    sigma = np.concatenate([clip.sigma[rows] for clip, rows in zip(clips, kept, strict=True)])
    names = [name.removeprefix("left_").removeprefix("right_") for name in JOINTS]
    free = [place for place, name in enumerate(JOINTS) if name not in _CENTERED]
    yield _row("all", away[:, free], sigma[:, free])
    for part in dict.fromkeys(names[place] for place in free):
        own = [place for place in free if names[place] == part]
        yield _row(part, away[:, own], sigma[:, own])


def _row(name: str, away: Array, sigma: Array) -> JointRow:
    known = np.isfinite(away) & np.isfinite(sigma)
    off = np.abs(away[known]) / sigma[known]
    error = float(np.nanmean(np.linalg.norm(away, axis=-1)))
    return JointRow(name=name, error=error, within_1=share_of(off <= 1), within_2=share_of(off <= 2))


def _apart(clip: LiftedClip) -> list[int]:
    rows, last = [], -np.inf
    for row, time in enumerate(clip.times):
        if time - last >= _APART_S - 1e-9:
            rows.append(row)
            last = time
    return rows
