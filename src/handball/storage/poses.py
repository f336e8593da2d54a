"""Pose files of every format, chosen by the suffix of the name.

| suffix | read | written | holds |
| --- | --- | --- | --- |
| `.npz` | yes | yes | everything, exactly |
| `.trc` | yes | yes | joints in space, times |
| `.c3d` | yes | yes | joints in space, one constant rate |
| `.csv`, `.json` | no | yes | joints in space and in the picture, scores |
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from handball.domain.pose import Pose2D, Pose3D
from handball.errors import InvalidPoseFileError, OutputError
from handball.storage.c3d import read_c3d, write_c3d
from handball.storage.marker_poses import markers_of_pose, pose_of_markers
from handball.storage.markers import UpAxis
from handball.storage.npz import StoredPoses, read_npz, write_npz
from handball.storage.tables import write_csv, write_json
from handball.storage.trc import read_trc, write_trc

READ_SUFFIXES = (".npz", ".trc", ".c3d")
"""What `load_pose` reads."""
WRITTEN_SUFFIXES = (".npz", ".trc", ".csv", ".json", ".c3d")
"""What `save_pose` writes."""


def is_pose_file(path: Path) -> bool:
    """Tell by its suffix whether a file is one that `load_pose` reads.

    Examples
    --------
    >>> is_pose_file(Path("throw.TRC")), is_pose_file(Path("throw.mp4"))
    (True, False)
    """
    return path.suffix.lower() in READ_SUFFIXES


def load_pose(path: Path, *, joint_map: Mapping[str, str] | None = None, up: UpAxis | None = None) -> Pose3D:
    """Read a pose in space.

    A laboratory file gets an uncertainty of 0.01 m and scores of 1. Joints that it does not have are NaN.

    Parameters
    ----------
    path
        A `.npz` file of ours, `.trc` or `.c3d`.
    joint_map
        Our joints by the marker names of a `.trc` or `.c3d`, for names that are not known.
    up
        Which axis of a `.trc` or `.c3d` points up; by default y for `.trc`, z for `.c3d`.

    Raises
    ------
    InvalidPoseFileError
        For a file that is missing, of another kind, broken, without the joints that are needed, or
        not of human size.
    """
    suffix = _readable(path)
    if suffix == ".npz":
        return _only_body(read_npz(path), path)
    markers = read_trc(path, up or "y") if suffix == ".trc" else read_c3d(path, up)
    return pose_of_markers(markers, joint_map, path)


def load_pose_2d(path: Path) -> Pose2D:
    """Read the joints in the picture from a `.npz` file of ours.

    Raises
    ------
    InvalidPoseFileError
        For a file of another kind, or one that holds no joints in the picture.
    """
    if _readable(path) != ".npz":
        raise InvalidPoseFileError(f"{path} has no joints in the picture; only .npz files have them")
    picture = read_npz(path).picture
    if picture is None:
        raise InvalidPoseFileError(f"{path} has no joints in the picture; write it again from the video")
    return picture


def load_raw_pose(path: Path) -> Pose3D:
    """Read the joints in space as they were measured, before smoothing, from a `.npz` file of ours.

    Raises
    ------
    InvalidPoseFileError
        For a file of another kind, or one that holds no raw joints.
    """
    raw = read_npz(path).raw if _readable(path) == ".npz" else None
    if raw is None:
        raise InvalidPoseFileError(
            f"{path} has no raw joints; only .npz files that were written from a video have them"
        )
    return raw


def save_pose(
    pose: Pose3D, path: Path, *, picture: Pose2D | None = None, raw: Pose3D | None = None, resample: bool = False
) -> None:
    """Write a pose in the format of the suffix, complete or not at all.

    Parameters
    ----------
    pose
        Joints in space.
    path
        A name that ends in `.npz`, `.trc`, `.csv`, `.json` or `.c3d`.
    picture
        Joints in the picture on the same frames; for `.npz`, `.csv` and `.json`, the others cannot hold them.
    raw
        The same joints in space before smoothing; for `.npz`, the others cannot hold them.
    resample
        Let `.c3d`, which knows one constant rate, interpolate uneven times instead of refusing them.

    Raises
    ------
    OutputError
        When the suffix is unknown, the file cannot be written, or the times are too uneven for `.c3d`.
    ValueError
        When both poses go into one table and have different frames.
    """
    suffix = _writable(path, WRITTEN_SUFFIXES)
    if suffix == ".trc":
        write_trc(markers_of_pose(pose), path, pose.rate_hz)
    elif suffix == ".c3d":
        write_c3d(markers_of_pose(pose), path, resample=resample)
    elif suffix == ".npz":
        write_npz(path, pose, picture, raw)
    else:
        _WRITERS[suffix](path, pose, picture)


def save_pose_2d(picture: Pose2D, path: Path) -> None:
    """Write joints in the picture alone, as `.npz`, `.csv` or `.json`.

    Raises
    ------
    OutputError
        When the suffix is another one or the file cannot be written.
    """
    _WRITERS[_writable(path, tuple(_WRITERS))](path, None, picture)


_WRITERS = {".npz": write_npz, ".csv": write_csv, ".json": write_json}


def _readable(path: Path) -> str:
    """Return the suffix of a file that is there, not empty and of a kind that is read."""
    if path.is_dir():
        raise InvalidPoseFileError(f"{path} is a folder, expected a pose file ({', '.join(READ_SUFFIXES)})")
    if not path.exists():
        raise InvalidPoseFileError(f"there is no file {path}; check its name")
    suffix = path.suffix.lower()
    if suffix in (".csv", ".json"):
        raise InvalidPoseFileError(f"{path} cannot be read back, {suffix} is only written; write .npz and read that")
    if suffix not in READ_SUFFIXES:
        raise InvalidPoseFileError(
            f"{path} is no known pose file; expected a name that ends in {_listed(READ_SUFFIXES)}"
        )
    try:
        if path.stat().st_size == 0:
            raise InvalidPoseFileError(f"{path} is empty; export it again")
        path.open("rb").close()
    except OSError as error:
        raise InvalidPoseFileError(f"{path} cannot be read ({error.strerror}); check its permissions") from error
    return suffix


def _writable(path: Path, suffixes: tuple[str, ...]) -> str:
    suffix = path.suffix.lower()
    if suffix not in suffixes:
        raise OutputError(f"cannot write {path}: expected a name that ends in {_listed(suffixes)}")
    return suffix


def _listed(suffixes: tuple[str, ...]) -> str:
    return f"{', '.join(suffixes[:-1])} or {suffixes[-1]}"


def _only_body(stored: StoredPoses, path: Path) -> Pose3D:
    if stored.body is None:
        raise InvalidPoseFileError(f"{path} has joints in the picture only, expected joints in space")
    return stored.body
