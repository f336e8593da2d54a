"""Calibrations of other programs as rigs: Pose2Sim's TOML and Qualisys' `.qca.txt`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.errors import InvalidRigError

Array = NDArray[np.float64]

_PIXEL_UNITS = 64.0
_LENS = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")
_TERMS = (
    "radialDistortion1",
    "radialDistortion2",
    "tangentalDistortion1",
    "tangentalDistortion2",
    "radialDistortion3",
)
_NO_CAMERAS = ("metadata", "capture_volume", "charuco", "checkerboard")
_UPRIGHT = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]])
_UP_AT_LEAST = 0.5


def load_calibration(path: Path) -> Rig:
    """Read a calibration of Pose2Sim or Qualisys.

    Its world is the floor's where z is up: where every camera stands above z = 0 and its picture is upright. Else the
    rig is given in the axes of its first camera, and the floor is not known.

    Raises
    ------
    InvalidRigError
        When the file is missing or no such calibration.
    """
    try:
        begin = path.read_bytes()[:200].lstrip(b"\xef\xbb\xbf \r\n\t")
    except OSError as error:
        raise InvalidRigError(f"{path} cannot be read ({error.strerror}): check the name.") from error
    cameras = load_qualisys_cameras(path) if begin.startswith(b"<") else load_pose2sim_cameras(path)
    try:
        return _in_a_world(Rig(cameras=cameras))
    except ValueError as error:
        raise InvalidRigError(f"{path} holds no rig: {error}.") from error


def _in_a_world(rig: Rig) -> Rig:
    above = all(camera.position[2] > 0 for camera in rig.cameras)
    upright = all(-camera.rotation[1, 2] > _UP_AT_LEAST for camera in rig.cameras)
    if above and upright:
        return attrs.evolve(rig, world="floor")
    first = rig.cameras[0]
    turn = _UPRIGHT.T @ first.rotation
    cameras = tuple(
        attrs.evolve(camera, rotation=camera.rotation @ turn.T, position=turn @ (camera.position - first.position))
        for camera in rig.cameras
    )
    return attrs.evolve(rig, cameras=cameras)


def load_pose2sim_cameras(path: Path) -> tuple[Camera, ...]:
    """Read the cameras of a Pose2Sim calibration (`Calib*.toml`).

    A table for each camera with name, size and matrix in pixels, distortions (k1, k2, p1, p2, perhaps k3), and the
    pose of the world in its axes: rotation as Rodrigues' vector, translation in metres.

    Raises
    ------
    InvalidRigError
        When the file is missing, no such calibration, or has a fisheye lens.
    """
    try:
        tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        found = [(name, one) for name, one in tables.items() if isinstance(one, dict) and name not in _NO_CAMERAS]
        return tuple(_pose2sim_camera(name, one) for name, one in found)
    except (OSError, KeyError, TypeError, ValueError, IndexError) as error:
        wrong = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise InvalidRigError(
            f"{path} is no calibration of Pose2Sim or Qualisys ({wrong}): expected a table for each camera with size, "
            "matrix, distortions, rotation and translation, or a .qca.txt."
        ) from error


def _pose2sim_camera(name: str, table: Mapping[str, Any]) -> Camera:
    if table.get("fisheye"):
        raise ValueError(f"camera {name} has a fisheye lens, which is not supported")
    matrix, size = np.array(table["matrix"], np.float64), table["size"]
    turn = Rotation.from_rotvec(np.array(table["rotation"], np.float64)).as_matrix()
    return Camera(
        name=str(table.get("name", name)),
        image_size=(round(float(size[0])), round(float(size[1]))),
        focal=(float(matrix[0, 0]), float(matrix[1, 1])),
        principal=(float(matrix[0, 2]), float(matrix[1, 2])),
        rotation=turn,
        position=-turn.T @ np.array(table["translation"], np.float64),
        distortion=tuple(float(term) for term in table["distortions"]),
    )


def load_qualisys_cameras(path: Path) -> tuple[Camera, ...]:
    """Read the cameras of a Qualisys calibration (`.qca.txt`).

    Rows r11 to r33 as written, with y and z negated, turn room axes into camera axes; centers are
    millimetres and intrinsics 64ths of a pixel.

    Raises
    ------
    InvalidRigError
        When the file is missing or no such calibration.
    """
    try:
        found = ET.parse(path).getroot().iter("camera")  # noqa: S314
        return tuple(_qualisys_camera(element) for element in found)
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise InvalidRigError(
            f"{path} is no Qualisys calibration ({error}): expected camera, transform and intrinsic elements."
        ) from error


def _qualisys_camera(element: ET.Element) -> Camera:
    transform, intrinsic = element.find("transform"), element.find("intrinsic")
    if transform is None or intrinsic is None:
        raise ValueError("a camera without transform or intrinsic")
    place, lens = transform.attrib, intrinsic.attrib
    rows = np.array([[float(place[f"r{row}{col}"]) for col in (1, 2, 3)] for row in (1, 2, 3)])
    focal_u, focal_v, center_u, center_v = (float(lens[name]) / _PIXEL_UNITS for name in _LENS)
    left, top, right, bottom = _field_of_view(element, lens)
    return Camera(
        name=element.attrib["serial"],
        image_size=(round(right - left) + 1, round(bottom - top) + 1),
        focal=(focal_u, focal_v),
        principal=(center_u - left, center_v - top),
        rotation=np.diag([1.0, -1.0, -1.0]) @ rows,
        position=np.array([float(place[axis]) for axis in "xyz"]) / 1000.0,
        distortion=tuple(float(lens[name]) for name in _TERMS),
    )


def _field_of_view(element: ET.Element, lens: Mapping[str, str]) -> Sequence[float]:
    """Return left, top, right and bottom pixel of the picture: of the video, else of the whole sensor."""
    view = element.find("fov_video")
    if view is not None:
        return [float(view.attrib[side]) for side in ("left", "top", "right", "bottom")]
    return [float(lens[name]) / _PIXEL_UNITS for name in ("sensorMinU", "sensorMinV", "sensorMaxU", "sensorMaxV")]
