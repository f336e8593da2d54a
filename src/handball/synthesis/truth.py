"""Everything that is known of a rendered clip, frame by frame, and the file that keeps it."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.camera import Camera
from handball.errors import InvalidPoseFileError
from handball.kinematics.angles import measure_angles
from handball.storage.files import replacing
from handball.synthesis.joint_sets import coco_joints, h36m_joints
from handball.synthesis.motion import Motion

Array = NDArray[np.float64]

FORMAT_VERSION = 1


@attrs.frozen(kw_only=True)
class ClipTruth:
    """One clip of one camera.

    Positions in space are metres of the court, in the picture pixels as in `Pose2D`. `visible` tells for
    COCO-17 whether a joint is inside the picture and hidden by nothing. `ball_circle` is x, y and radius in
    pixels. Angles are degrees in right-handed form, named `angle_names`. What there is not is NaN.
    """

    times: Float[np.ndarray, " frames"] = column(np.float64)
    coco_m: Float[np.ndarray, "frames 17 3"] = column(np.float64)
    coco_px: Float[np.ndarray, "frames 17 2"] = column(np.float64)
    h36m_m: Float[np.ndarray, "frames 17 3"] = column(np.float64)
    h36m_px: Float[np.ndarray, "frames 17 2"] = column(np.float64)
    visible: Bool[np.ndarray, "frames 17"] = column(np.bool_)
    box_xyxy: Float[np.ndarray, "frames 4"] = column(np.float64)
    ball_m: Float[np.ndarray, "frames 3"] = column(np.float64)
    ball_circle: Float[np.ndarray, "frames 3"] = column(np.float64)
    ball_in_hand: Bool[np.ndarray, " frames"] = column(np.bool_)
    angles_deg: Float[np.ndarray, "frames angles"] = column(np.float64)
    angle_names: tuple[str, ...]
    moments: tuple[tuple[str, float], ...]
    release_time: float
    release_speed: float
    camera: Camera
    camera_rotations: Float[np.ndarray, "frames 3 3"] = column(np.float64)
    """How the camera is turned in each frame; a camera at rest keeps its own rotation."""

    def time_of(self, moment: str) -> float:
        """Return the seconds of a moment; NaN where the clip has none of that name."""
        return dict(self.moments).get(moment, float("nan"))


def clip_truth(
    motion: Motion, cameras: Sequence[Camera], *, visible: NDArray[np.bool_], box_xyxy: Array, ball_circle: Array
) -> ClipTruth:
    """Collect the truth of a motion seen by a camera, given for each frame; the rest comes from the renderer."""
    body = motion.body()
    right_handed = body.mirrored() if motion.player.hand == "left" else body
    direction = np.array(motion.target) * ((-1.0, 1.0, 1.0) if motion.player.hand == "left" else 1.0)
    angles = measure_angles(right_handed, direction)
    coco, h36m = coco_joints(motion), h36m_joints(motion)
    release = motion.ball.release_time, motion.ball.release_speed
    return ClipTruth(
        times=motion.times,
        coco_m=coco,
        coco_px=_seen(cameras, coco),
        h36m_m=h36m,
        h36m_px=_seen(cameras, h36m),
        visible=visible,
        box_xyxy=box_xyxy,
        ball_m=motion.ball.positions,
        ball_circle=ball_circle,
        ball_in_hand=motion.ball.in_hand,
        angles_deg=angles.degrees,
        angle_names=angles.names,
        moments=tuple((moment.name, moment.time) for moment in motion.moments),
        release_time=np.nan if release[0] is None else release[0],
        release_speed=np.nan if release[1] is None else release[1],
        camera=cameras[0],
        camera_rotations=np.array([camera.rotation for camera in cameras]),
    )


def _seen(cameras: Sequence[Camera], joints: Array) -> Array:
    return np.array([camera.project(each) for camera, each in zip(cameras, joints, strict=True)])


_ARRAYS = tuple(
    field.name
    for field in attrs.fields(ClipTruth)
    if field.name not in ("angle_names", "moments", "release_time", "release_speed", "camera")
)


def save_truth(path: Path, truth: ClipTruth) -> None:
    """Write the truth of a clip as `.npz`; plain arrays only, no pickles.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    camera = {f"camera_{key}": np.asarray(value) for key, value in attrs.asdict(truth.camera).items()}
    moments = dict(truth.moments)
    with replacing(path) as temporary:
        np.savez_compressed(
            temporary,
            allow_pickle=False,
            format_version=np.array(FORMAT_VERSION),
            angle_names=np.array(truth.angle_names),
            moment_names=np.array(list(moments)),
            moment_times=np.array(list(moments.values()), np.float64),
            release=np.array([truth.release_time, truth.release_speed]),
            **{name: getattr(truth, name) for name in _ARRAYS},
            **camera,
        )


def load_truth(path: Path) -> ClipTruth:
    """Read what `save_truth` has written.

    Raises
    ------
    InvalidPoseFileError
        When the file is missing or no truth of a clip.
    """
    try:
        with np.load(path, allow_pickle=False) as stored:
            values = dict(stored)
        if int(values["format_version"]) != FORMAT_VERSION:
            raise ValueError(f"format {values['format_version']}, expected {FORMAT_VERSION}")
        return _truth(values)
    except (OSError, EOFError, KeyError, ValueError, BadZipFile, zlib.error) as error:
        raise InvalidPoseFileError(f"{path} is no truth of a synthetic clip ({error}): make the set again.") from error


def _truth(values: dict[str, NDArray[Any]]) -> ClipTruth:
    release = values["release"]
    names = (str(name) for name in values["moment_names"])
    return ClipTruth(
        **{name: values[name] for name in _ARRAYS},
        angle_names=tuple(str(name) for name in values["angle_names"]),
        moments=tuple(zip(names, (float(time) for time in values["moment_times"]), strict=True)),
        release_time=float(release[0]),
        release_speed=float(release[1]),
        camera=_camera(values),
    )


def _camera(values: dict[str, NDArray[Any]]) -> Camera:
    size, focal, principal, lens = (
        values[f"camera_{name}"].tolist() for name in ("image_size", "focal", "principal", "distortion")
    )
    return Camera(
        name=str(values["camera_name"]),
        image_size=(size[0], size[1]),
        focal=(focal[0], focal[1]),
        principal=(principal[0], principal[1]),
        rotation=values["camera_rotation"],
        position=values["camera_position"],
        distortion=lens,
    )
