"""Lifted joints of rendered clips against the true ones: `handball bench lifted-joints`.

And whether what is said about their uncertainty holds.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.benchmarking.intervals import Share, bootstrap, share_of
from handball.benchmarking.rendered import ESTIMATED, Progress
from handball.config import ClipSettings, Settings
from handball.domain.arrays import column
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import NoAthleteError
from handball.inference.onnx_session import OnnxSession
from handball.inference.shipped import shipped_path
from handball.kinematics.angles import measure_angles
from handball.kinematics.pose_errors import aligned_joint_error, joint_error, scaled_joint_error, speed_error
from handball.kinematics.vectors import wrapped_deg
from handball.lifting.features import hips, torso
from handball.lifting.temporal import TemporalLifter
from handball.pipeline.estimating import estimate_pose
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.storage.files import ensure_folder
from handball.storage.poses import load_pose, load_pose_2d, save_pose
from handball.synthesis.dataset import read_manifest, set_hash
from handball.synthesis.truth import ClipTruth, load_truth
from handball.training.lifter.noise_fit import JOINTS

Array = NDArray[np.float64]

_APART_S = 0.05
"""Rows of one clip so far apart count for the shares: errors of neighboring rows are one error."""
_CENTERED = ("left_hip", "right_hip")
_WHOLE = "estimated_whole"
"""Folder of a set: joints of whole clips, which the benches of throws must not take for those around a throw."""
_ANGLES = tuple(
    f"{side}_{part}"
    for part in ("elbow_angle", "shoulder_elevation", "hip_angle", "knee_angle")
    for side in ("left", "right")
)


@attrs.frozen(kw_only=True)
class LiftedClip:
    """One clip: joints of COCO-17 around the hips in the camera's axes, metres at the true torso, and their sigma."""

    times: Float[np.ndarray, " rows"] = column(np.float64)
    found: Float[np.ndarray, "rows 17 3"] = column(np.float64)
    sigma: Float[np.ndarray, "rows 17 3"] = column(np.float64)
    true: Float[np.ndarray, "rows 17 3"] = column(np.float64)


@attrs.frozen(kw_only=True)
class AngleRow:
    """One angle on both sides: median error in degrees, of the net and of the pose net's own joints.

    `less` is by how much the net's is smaller, as a share, with the 95 % interval of drawing whole clips.
    """

    name: str
    error_deg: float
    landmarks_deg: float
    less: float
    low: float
    high: float


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
    angles: tuple[AngleRow, ...] = ()

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
        lines += [
            "",
            "Angles on the same rows against those of the true joints, medians, beside the pose net's own "
            "joints in space. The interval is that of drawing whole clips.",
            "",
            "| angle | lifted (deg) | pose net (deg) | smaller by |",
            "| --- | ---: | ---: | --- |",
        ]
        lines += [
            f"| {row.name} | {row.error_deg:.1f} | {row.landmarks_deg:.1f} "
            f"| {100 * row.less:.0f} % ({100 * row.low:.0f} to {100 * row.high:.0f}) |"
            for row in self.angles
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path, *, net: Path | None = None, progress: Progress | None = None) -> LiftedJoints:
    """Lift the joints that a pose net sees in a set, whatever the movement is, with the net that ships or another one.

    Where another bench has kept the joints of a throw they are taken from there; those of whole clips are kept beside.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    NoAthleteError
        When nobody is seen in any clip.
    """
    path = net or shipped_path("lifter")
    lifter = TemporalLifter(OnnxSession(path))
    seen = list(_seen(folder, progress))
    if not seen:
        raise NoAthleteError(f"In no clip of {folder} a person was found: look at its pictures.")
    clips = tuple(lifted_clip(lifter(flat, deep), truth) for flat, deep, truth in seen)
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
        angles=tuple(angle_rows(clips, [lifted_clip(deep, truth) for _, deep, truth in seen])),
    )


def _seen(folder: Path, progress: Progress | None) -> Iterator[tuple[Pose2D, Pose3D, ClipTruth]]:
    """Yield what a pose net sees of each clip, in the picture and in space, and what is true; nobody seen, nothing."""
    rows = read_manifest(folder)
    settings = Settings(lift="landmarks")
    nets: Nets | None = None
    ensure_folder(folder / _WHOLE)
    for done, row in enumerate(rows, start=1):
        name = f"{Path(row['video']).stem}.npz"
        kept = next((path for path in (folder / ESTIMATED / name, folder / _WHOLE / name) if path.exists()), None)
        with suppress(NoAthleteError):
            if kept is None:
                nets, kept = nets or load_nets(settings), folder / _WHOLE / name
                found = estimate_pose(folder / row["video"], ClipSettings(), settings, Hooks(), nets)
                save_pose(found.raw, kept, picture=found.seen)
            yield load_pose_2d(kept), load_pose(kept), load_truth(folder / row["truth"])
        if progress is not None:
            progress(done, len(rows))


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


def angle_rows(lifted: Sequence[LiftedClip], landmarks: Sequence[LiftedClip]) -> Iterator[AngleRow]:
    """Compare angles between joints, which need no axes, of the same clips measured in two ways."""
    both = [np.concatenate([_angle_errors(clip) for clip in clips]) for clips in (lifted, landmarks)]
    clip_of = np.concatenate([np.full(len(_apart(clip)), number) for number, clip in enumerate(lifted)])
    parts = [name.removeprefix("left_").removeprefix("right_") for name in _ANGLES]
    for part in ("all", *dict.fromkeys(parts)):
        own = [place for place, name in enumerate(parts) if part in ("all", name)]
        pairs = np.stack([errors[:, own] for errors in both], axis=2)
        known = np.isfinite(pairs).all(axis=2)
        values, groups = pairs[known], np.repeat(clip_of[:, None], len(own), axis=1)[known]
        low, high = bootstrap(values, groups, _less, repeats=300)
        one, other = np.median(values, axis=0)
        yield AngleRow(
            name=part, error_deg=float(one), landmarks_deg=float(other), less=_less(values), low=low, high=high
        )


def _less(pairs: Array) -> float:
    one, other = np.median(pairs, axis=0)
    return float(1 - one / other)


def _angle_errors(clip: LiftedClip) -> Array:
    """Return how far each angle is off, rows at least 50 ms apart, shape (rows, angles)."""
    found, true = (_angles(joints, clip.times) for joints in (clip.found, clip.true))
    return np.asarray(np.abs(wrapped_deg(found - true))[_apart(clip)])


def _angles(joints: Array, times: Array) -> Array:
    whole = _whole(joints)
    pose = Pose3D(
        skeleton=BODY_23,
        frames=np.arange(len(times)),
        times=times,
        positions=whole,
        scores=np.ones(whole.shape[:2]),
        sigma=np.zeros(whole.shape),
        origin="pelvis",
    )
    angles = measure_angles(pose, np.array([1.0, 0.0, 0.0]))
    return np.stack([angles.curve(name) for name in _ANGLES], axis=1)


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
