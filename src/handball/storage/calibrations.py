"""Calibrations of other programs as rigs: Pose2Sim's TOML and Qualisys' `.qca.txt`."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np

from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.storage.pose2sim import load_pose2sim_cameras
from handball.storage.qualisys import load_qualisys_cameras

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
