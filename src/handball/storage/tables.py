"""Poses as CSV and JSON, for spreadsheets and other programs. Only written, never read back."""

from __future__ import annotations

import csv
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.files import replacing

SCHEMA_VERSION = 1

_METER_DIGITS = 6
_PIXEL_DIGITS = 3


def write_csv(path: Path, body: Pose3D | None, picture: Pose2D | None) -> None:
    """Write one row a frame: `frame`, `time_s`, then for each joint `<joint>_x_m`, `_y_m`, `_z_m`, `<joint>_x_px`, ...

    Each group ends with `<joint>_score`. A missing joint leaves empty cells. z points up in metres, y down
    in pixels.

    Raises
    ------
    OutputError
        When the file cannot be written.
    ValueError
        When both poses are given and have different frames.
    """
    frames, times = _rows(body, picture)
    columns: dict[str, list[str]] = {
        "frame": [str(frame) for frame in frames],
        "time_s": [f"{time:.6f}" for time in times],
    }
    for joint in BODY_23.joints:
        if body:
            columns |= _cells(joint, "m", body.joint(joint), _METER_DIGITS)
        if picture:
            columns |= _cells(joint, "px", picture.joint(joint), _PIXEL_DIGITS)
        columns[f"{joint}_score"] = [f"{score:.4f}" for score in _scores(joint, body, picture)]
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(zip(*columns.values(), strict=True))


def write_json(path: Path, body: Pose3D | None, picture: Pose2D | None) -> None:
    """Write a header and one line a frame; `m` and `px` of a missing joint are null.

    Raises
    ------
    OutputError
        When the file cannot be written.
    ValueError
        When both poses are given and have different frames.
    """
    frames, times = _rows(body, picture)
    header: dict[str, Any] = {"format": "handball-pose", "schema_version": SCHEMA_VERSION, "skeleton": BODY_23.name}
    if body:
        header |= {"origin": body.origin, "axes_m": "x right, y away from the camera, z up"}
    if picture:
        header |= {"image_size": list(picture.image_size), "axes_px": "x right, y down"}
    rows = [
        json.dumps({"frame": int(frame), "time_s": round(float(time), 6), "joints": _joints(row, body, picture)})
        for row, (frame, time) in enumerate(zip(frames, times, strict=True))
    ]
    text = json.dumps(header, indent=1)[:-2] + ',\n "frames": [\n  ' + ",\n  ".join(rows) + "\n ]\n}\n"
    with replacing(path) as temporary:
        temporary.write_text(text, "utf-8")


def _rows(body: Pose3D | None, picture: Pose2D | None) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    if body and picture and not np.array_equal(body.frames, picture.frames):
        raise ValueError("both poses must have the same frames to stand in one table")
    pose = body or picture
    if pose is None:
        raise ValueError("there is no pose to write")
    return pose.frames, pose.times


def _scores(joint: str, body: Pose3D | None, picture: Pose2D | None) -> NDArray[np.float64]:
    pose = body or picture
    scores: NDArray[np.float64] = pose.scores[:, BODY_23.index(joint)] if pose else np.empty(0)
    return scores


def _cells(joint: str, unit: str, positions: NDArray[np.float64], digits: int) -> dict[str, list[str]]:
    return {
        f"{joint}_{axis}_{unit}": ["" if math.isnan(value) else f"{value:.{digits}f}" for value in positions[:, number]]
        for number, axis in enumerate("xyz"[: positions.shape[1]])
    }


def _joints(row: int, body: Pose3D | None, picture: Pose2D | None) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for number, joint in enumerate(BODY_23.joints):
        entry: dict[str, Any] = {}
        for pose, unit, digits in ((body, "m", _METER_DIGITS), (picture, "px", _PIXEL_DIGITS)):
            if pose:
                entry[unit] = _numbers(pose.positions[row, number], digits)
                entry[f"sigma_{unit}"] = _numbers(pose.sigma[row, number], digits)
                entry.setdefault("score", round(float(pose.scores[row, number]), 4))
        found[joint] = entry
    return found


def _numbers(values: NDArray[np.float64], digits: int) -> list[float] | None:
    return [round(float(value), digits) for value in values] if np.isfinite(values).all() else None
