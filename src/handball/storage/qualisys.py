"""Cameras of a Qualisys calibration (`.qca.txt`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from xml.etree import ElementTree as ET

import numpy as np

from handball.domain.camera import Camera
from handball.errors import InvalidRigError

_PIXEL_UNITS = 64.0
_LENS = ("focalLengthU", "focalLengthV", "centerPointU", "centerPointV")
_TERMS = (
    "radialDistortion1",
    "radialDistortion2",
    "tangentalDistortion1",
    "tangentalDistortion2",
    "radialDistortion3",
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
