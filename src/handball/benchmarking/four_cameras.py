"""Calibrated cameras of one recording: their calibration file, and joints triangulated from all of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.errors import InvalidPoseFileError

Array = NDArray[np.float64]

_PIXEL_UNITS = 64.0
_RADIAL = ("radialDistortion1", "radialDistortion2")
_TANGENTIAL = ("tangentalDistortion1", "tangentalDistortion2")


@attrs.frozen(kw_only=True)
class CalibratedCamera:
    """A camera in the room: `rotation` (3, 3) from room to camera axes, `center` (3,) in metres.

    `matrix` (3, 3) holds focal lengths and center in pixels, `distortion` (5,) OpenCV's coefficients.
    """

    name: str
    rotation: Array = column(np.float64)
    center: Array = column(np.float64)
    matrix: Array = column(np.float64)
    distortion: Array = column(np.float64)

    @property
    def projection(self) -> Array:
        """Matrix (3, 4) from the room to undistorted pixels."""
        pose = np.concatenate([self.rotation, -(self.rotation @ self.center)[:, None]], axis=1)
        projected: Array = self.matrix @ pose
        return projected

    def undistorted(self, pixels: Array) -> Array:
        """Return pixels (..., 2) as a lens without distortion would show them."""
        flat = np.ascontiguousarray(pixels.reshape(-1, 1, 2))
        straight = cv2.undistortPoints(flat, self.matrix, self.distortion, None, self.matrix)
        return np.asarray(straight, dtype=np.float64).reshape(pixels.shape)


def load_qualisys_cameras(path: Path) -> tuple[CalibratedCamera, ...]:
    """Read the cameras of a Qualisys calibration (`.qca.txt`).

    Rows r11 to r33 as written, with y and z negated, turn room axes into camera axes; centers are
    millimetres and intrinsics 64ths of a pixel.

    Raises
    ------
    InvalidPoseFileError
        When the file is missing or no such calibration.
    """
    try:
        found = ET.parse(path).getroot().iter("camera")  # noqa: S314
        return tuple(_camera(element) for element in found)
    except (OSError, ET.ParseError, KeyError, ValueError) as error:
        raise InvalidPoseFileError(
            f"{path} is no Qualisys calibration ({error}): expected camera, transform and intrinsic elements."
        ) from error


def _camera(element: ET.Element) -> CalibratedCamera:
    transform, intrinsic = element.find("transform"), element.find("intrinsic")
    if transform is None or intrinsic is None:
        raise ValueError("a camera without transform or intrinsic")
    place, lens = transform.attrib, {name: value for name, value in intrinsic.attrib.items() if name != "model"}
    rows = np.array([[float(place[f"r{row}{col}"]) for col in (1, 2, 3)] for row in (1, 2, 3)])
    pixels = {name: float(lens[name]) / _PIXEL_UNITS for name in _LENS}
    return CalibratedCamera(
        name=element.attrib["serial"],
        rotation=np.diag([1.0, -1.0, -1.0]) @ rows,
        center=np.array([float(place[axis]) for axis in "xyz"]) / 1000.0,
        matrix=np.array(
            [
                [pixels["focalLengthU"], 0.0, pixels["centerPointU"]],
                [0.0, pixels["focalLengthV"], pixels["centerPointV"]],
                [0.0, 0.0, 1.0],
            ]
        ),
        distortion=np.array([float(lens[name]) for name in (*_RADIAL, *_TANGENTIAL, "radialDistortion3")]),
    )


_LENS = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")


def triangulated(cameras: Sequence[CalibratedCamera], pixels: Array, weights: Array) -> Array:
    """Triangulate points by the direct linear transform (Hartley and Zisserman 2004, 12.2), weighted.

    Parameters
    ----------
    cameras
        Cameras in the order of the first axis.
    pixels
        Where each camera sees each point, shape (cameras, points, 2).
    weights
        Trust in each of them, shape (cameras, points).

    Returns
    -------
    numpy.ndarray
        Points in metres in the room, shape (points, 3).
    """
    rows = []
    for camera, seen, weight in zip(cameras, pixels, weights, strict=True):
        straight, projection = camera.undistorted(seen), camera.projection
        for axis in range(2):
            rows.append(weight[:, None] * (straight[:, axis : axis + 1] * projection[2] - projection[axis]))
    *_, right = np.linalg.svd(np.stack(rows, axis=1))
    homogeneous = right[:, -1]
    points: Array = homogeneous[:, :3] / homogeneous[:, 3:]
    return points
