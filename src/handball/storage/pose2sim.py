"""Cameras of a Pose2Sim calibration (`Calib*.toml`)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from scipy.spatial.transform import Rotation

from handball.domain.camera import Camera
from handball.errors import InvalidRigError

_NO_CAMERAS = ("metadata", "capture_volume", "charuco", "checkerboard")


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
