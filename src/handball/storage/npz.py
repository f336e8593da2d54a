"""Our own pose files (`.npz`): exact, versioned, the pose in space and in the picture together."""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path
from typing import Any, NoReturn

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose, Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError
from handball.storage.files import replacing

FORMAT = "handball-pose"
SCHEMA_VERSION = 1

_COLUMNS = ("frames", "times", "positions", "scores", "sigma")
Arrays = dict[str, NDArray[Any]]


@attrs.frozen(kw_only=True)
class StoredPoses:
    """What one file holds: a pose in space, the same before smoothing, a pose in the picture, or some of these."""

    body: Pose3D | None
    picture: Pose2D | None
    raw: Pose3D | None = None


def write_npz(path: Path, body: Pose3D | None, picture: Pose2D | None, raw: Pose3D | None = None) -> None:
    """Write the poses that are given; `raw` holds the joints in space as they were measured.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    arrays: Arrays = {
        "format": np.array(FORMAT),
        "schema_version": np.array(SCHEMA_VERSION),
        "skeleton": np.array(BODY_23.name),
        "joints": np.array(BODY_23.joints),
    }
    for prefix, pose in (("body", body), ("raw", raw)):
        if pose:
            origin = {f"{prefix}_unit": np.array("m"), f"{prefix}_origin": np.array(pose.origin)}
            arrays |= _columns(prefix, pose) | origin
    if picture:
        size = np.array(picture.image_size, dtype=np.int64)
        arrays |= _columns("picture", picture) | {"picture_unit": np.array("px"), "picture_size": size}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        # Our names are fixed, so none of them can be taken for the option `allow_pickle`.
        np.savez_compressed(stream, **arrays)  # type: ignore[arg-type]


def read_npz(path: Path) -> StoredPoses:
    """Read the poses of a file that `write_npz` wrote.

    Raises
    ------
    InvalidPoseFileError
        For a file that is not ours, is damaged, or comes from a newer version of the format.
    """
    try:
        with np.load(path, allow_pickle=False) as archive:
            arrays: Arrays = {name: archive[name] for name in archive.files}
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InvalidPoseFileError(f"{path} cannot be read as .npz ({error}); write it again") from error
    _check_kind(arrays, path)
    try:
        return StoredPoses(body=_space(arrays, "body"), picture=_picture(arrays), raw=_space(arrays, "raw"))
    except (KeyError, ValueError, TypeError) as error:
        raise InvalidPoseFileError(f"{path} is no valid pose file: {error}; write it again") from error


def _columns(prefix: str, pose: Pose) -> Arrays:
    return {f"{prefix}_{name}": getattr(pose, name) for name in _COLUMNS}


def _check_kind(arrays: Arrays, path: Path) -> None:
    if str(arrays.get("format")) != FORMAT:
        _refuse(path, f"it holds {', '.join(list(arrays)[:6]) or 'nothing'}, and was not written by 'handball pose'")
    version = arrays.get("schema_version", np.array(0))
    if version.shape != () or not np.issubdtype(version.dtype, np.integer) or version < 1:
        _refuse(path, "its format version is missing")
    if version > SCHEMA_VERSION:
        _refuse(path, f"its format version is {version}, this program reads up to {SCHEMA_VERSION}; update handball")
    joints = arrays.get("joints", np.array(()))
    if str(arrays.get("skeleton")) != BODY_23.name or tuple(joints.tolist()) != BODY_23.joints:
        _refuse(path, f"its skeleton is {arrays.get('skeleton')}, expected {BODY_23.name} with its 23 joints")


def _refuse(path: Path, reason: str) -> NoReturn:
    raise InvalidPoseFileError(f"{path} is no pose file for this program: {reason}")


def _fields(arrays: Arrays, prefix: str, unit: str) -> Arrays | None:
    if f"{prefix}_positions" not in arrays:
        return None
    if str(arrays[f"{prefix}_unit"]) != unit:
        raise ValueError(f"positions are in {arrays[f'{prefix}_unit']}, expected {unit}")
    return {name: arrays[f"{prefix}_{name}"] for name in _COLUMNS}


def _space(arrays: Arrays, prefix: str) -> Pose3D | None:
    fields = _fields(arrays, prefix, "m")
    if fields is None:
        return None
    origin = str(arrays[f"{prefix}_origin"])
    if origin == "pelvis":
        return Pose3D(skeleton=BODY_23, origin="pelvis", **fields)
    if origin == "world":
        return Pose3D(skeleton=BODY_23, origin="world", **fields)
    raise ValueError(f"origin is {origin!r}, expected 'pelvis' or 'world'")


def _picture(arrays: Arrays) -> Pose2D | None:
    fields = _fields(arrays, "picture", "px")
    if fields is None:
        return None
    width, height = (int(length) for length in arrays["picture_size"])
    return Pose2D(skeleton=BODY_23, image_size=(width, height), **fields)
