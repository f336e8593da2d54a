"""From the markers of a laboratory to a pose, and back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError
from handball.storage.marker_names import find_joints, shown_names
from handball.storage.markers import Markers
from handball.storage.pelvis import pelvis_hips

MARKER_SIGMA_M = 0.01
"""Uncertainty given to joints of laboratory files: skin markers move about a centimetre on the bone."""

_NEEDED = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
_ARM = ("shoulder", "elbow", "wrist")
_TRUNK_M = (0.2, 1.0)
_UPRIGHT = 0.5


def pose_of_markers(markers: Markers, joint_map: Mapping[str, str] | None, path: Path) -> Pose3D:
    """Take the joints out of the markers of a file.

    The origin is the pelvis when the middle of the hips never leaves it, and the world otherwise.

    Raises
    ------
    InvalidPoseFileError
        When a joint that evaluation needs is missing, the size cannot be a person's, or the person
        does not stand upright.
    """
    positions = np.full((len(markers.frames), len(BODY_23.joints), 3), np.nan)
    for joint, columns in find_joints(markers.names, joint_map, path).items():
        positions[:, BODY_23.index(joint)] = markers.positions[:, list(columns)].mean(axis=1)
    hips = BODY_23.indices(("left_hip", "right_hip"))
    if np.isnan(positions[:, hips]).all():
        positions[:, hips] = pelvis_hips(markers)
    _check_joints(positions, markers.names, path)
    _check_trunk(positions, path)
    return Pose3D(
        skeleton=BODY_23,
        frames=markers.frames,
        times=markers.times,
        positions=positions,
        scores=np.where(np.isnan(positions[..., 0]), 0.0, 1.0),
        sigma=np.full(positions.shape, MARKER_SIGMA_M),
        origin=_origin(positions[:, hips]),
    )


def markers_of_pose(pose: Pose3D) -> Markers:
    """Return the joints that were ever seen as markers of the same names."""
    seen = np.flatnonzero(~np.isnan(pose.positions[..., 0]).all(axis=0))
    return Markers(
        names=tuple(pose.skeleton.joints[column] for column in seen),
        frames=pose.frames,
        times=pose.times,
        positions=pose.positions[:, seen],
    )


def _origin(hips: NDArray[np.float64]) -> Literal["pelvis", "world"]:
    middle = hips.mean(axis=1)
    middle = middle[~np.isnan(middle[:, 0])]
    # A tenth of a millimetre: what the text formats round away, and no real pelvis rests in.
    return "pelvis" if len(middle) and np.abs(middle).max() < 1e-4 else "world"


def _check_joints(positions: NDArray[np.float64], names: tuple[str, ...], path: Path) -> None:
    there = {BODY_23.joints[column] for column in np.flatnonzero(~np.isnan(positions[..., 0]).all(axis=0))}
    arms = [[f"{side}_{part}" for part in _ARM] for side in ("left", "right")]
    lacking = [joint for joint in _NEEDED if joint not in there]
    if not any(there.issuperset(arm) for arm in arms):
        fuller = min(arms, key=lambda arm: len(set(arm) - there))
        lacking += [joint for joint in fuller if joint not in there and joint not in lacking]
    if lacking:
        raise InvalidPoseFileError(
            f"{path} lacks {', '.join(lacking)} (needed are both shoulders, both hips, and the elbow and wrist of the "
            f"throwing arm); {shown_names(names)}; say which marker is which joint with '--joints map.toml'"
        )


def _check_trunk(positions: NDArray[np.float64], path: Path) -> None:
    left_shoulder, right_shoulder, left_hip, right_hip = (positions[:, BODY_23.index(joint)] for joint in _NEEDED)
    trunk = (left_shoulder + right_shoulder - left_hip - right_hip) / 2
    trunk = trunk[~np.isnan(trunk[:, 0])]
    if len(trunk) == 0:
        raise InvalidPoseFileError(f"{path} never shows both shoulders and both hips together; export it without gaps")
    lengths = np.linalg.norm(trunk, axis=1)
    length = float(np.median(lengths))
    if not _TRUNK_M[0] <= length <= _TRUNK_M[1]:
        raise InvalidPoseFileError(
            f"{path} shows a trunk of {length:.3g} m from shoulders to hips, expected {_TRUNK_M[0]:g} to "
            f"{_TRUNK_M[1]:g} m: its unit is probably not the one that its header names; correct the unit"
        )
    if np.median(trunk[:, 2] / lengths) < _UPRIGHT:
        raise InvalidPoseFileError(
            f"{path} shows a person who does not stand upright: another axis than expected seems to point up; "
            "export it with the usual one (y for .trc, z for .c3d)"
        )
