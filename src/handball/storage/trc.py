"""Marker files of OpenSim and Pose2Sim (`.trc`): text, tabs, y up.

Axes: the file has y up, memory has z up. (x, y, z) in the file is (y, z, x) in memory: see
`markers.z_up`. Both are right-handed.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.errors import InvalidPoseFileError
from handball.storage.files import replacing
from handball.storage.markers import Markers, UpAxis, checked_rate, checked_times, meters, whole_points, y_up, z_up

_HEADER_LINES = 5
_RATE_TOLERANCE = 0.05
_FIELDS = ("DataRate", "NumFrames", "NumMarkers", "Units")


@attrs.frozen(kw_only=True)
class _Header:
    rate_hz: float
    frame_count: int
    names: tuple[str, ...]
    meters: float


def read_trc(path: Path, up: UpAxis = "y") -> Markers:
    """Read a `.trc` file. Its Time column is taken as it is, and may be irregular.

    Empty cells, `nan` and points at exactly zero are missing markers.

    Raises
    ------
    InvalidPoseFileError
        For a broken header or table, times that do not rise, or a rate that cannot be.
    """
    text = path.read_text("utf-8", errors="replace")
    lines = text.splitlines()
    header = _header(lines, path)
    width = 2 + 3 * len(header.names)
    table = _table(lines[_HEADER_LINES:], width, path)
    # Some programs announce the frames of the original recording, so the count alone says nothing.
    if len(table) < header.frame_count and (not text.endswith("\n") or lines[-1].count("\t") + 1 < width):
        raise InvalidPoseFileError(
            f"{path} announces {header.frame_count} frames and ends within frame {len(table)}; "
            "the file is cut off, export it again"
        )
    times = checked_times(table[:, 1], path)
    _check_agreement(header.rate_hz, times, path)
    positions = table[:, 2:].reshape(len(table), len(header.names), 3) * header.meters
    return Markers(
        names=header.names, frames=_frames(table[:, 0]), times=times, positions=z_up(whole_points(positions), up)
    )


def write_trc(markers: Markers, path: Path, rate_hz: float) -> None:
    """Write a `.trc` file in metres to a millionth, with the true times; a missing marker leaves empty cells.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    count, start = len(markers.frames), int(markers.frames[0]) + 1 if len(markers.frames) else 1
    labels = "\t\t\t".join(markers.names)
    axes = "\t".join(f"{axis}{number + 1}" for number in range(len(markers.names)) for axis in "XYZ")
    rate = f"{rate_hz:.9g}"
    rows = zip(markers.frames, markers.times, y_up(markers.positions), strict=True)
    lines = [
        f"PathFileType\t4\t(X/Y/Z)\t{path.name}",
        "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames",
        f"{rate}\t{rate}\t{count}\t{len(markers.names)}\tm\t{rate}\t{start}\t{count}",
        f"Frame#\tTime\t{labels}\t\t",
        f"\t\t{axes}",
        *(f"{frame + 1}\t{time:.9f}\t{_cells(points)}" for frame, time, points in rows),
    ]
    with replacing(path) as temporary:
        temporary.write_text("\n".join(lines) + "\n", "utf-8", newline="\n")


def _cells(points: NDArray[np.float64]) -> str:
    return "\t".join("" if math.isnan(value) else f"{value:.6f}" for value in points.ravel())


def _header(lines: Sequence[str], path: Path) -> _Header:
    if not lines or not lines[0].startswith("PathFileType"):
        found = lines[0][:30] if lines else ""
        raise InvalidPoseFileError(f"{path} is no .trc file: it should begin with 'PathFileType', found {found!r}")
    if len(lines) < _HEADER_LINES:
        raise InvalidPoseFileError(f"{path} has only {len(lines)} lines, expected 5 header lines; export it again")
    values = dict(zip(lines[1].split("\t"), lines[2].split("\t"), strict=False))
    lacking = [name for name in _FIELDS if name not in values]
    if lacking:
        raise InvalidPoseFileError(f"{path} has no {', '.join(lacking)} in its header; export it again")
    names = tuple(name.strip() for name in lines[3].split("\t")[2:] if name.strip())
    announced = _count(values["NumMarkers"], "NumMarkers", path)
    if len(names) != announced:
        raise InvalidPoseFileError(f"{path} announces {announced} markers and names {len(names)}; correct its header")
    return _Header(
        rate_hz=checked_rate(_number(values["DataRate"], "DataRate", path), path),
        frame_count=_count(values["NumFrames"], "NumFrames", path),
        names=names,
        meters=meters(values["Units"], path),
    )


def _number(text: str, name: str, path: Path) -> float:
    try:
        return float(text)
    except ValueError:
        raise InvalidPoseFileError(f"{path} has {name} {text!r} in its header, expected a number; correct it") from None


def _count(text: str, name: str, path: Path) -> int:
    value = _number(text, name, path)
    if not (math.isfinite(value) and value >= 0):
        raise InvalidPoseFileError(f"{path} has {name} {text!r} in its header, expected a count; correct it")
    return int(value)


def _table(lines: Sequence[str], width: int, path: Path) -> NDArray[np.float64]:
    """Read the rows of numbers, shape (rows, width); empty cells are NaN."""
    rows = [
        _row(line, width, number, path) for number, line in enumerate(lines, start=_HEADER_LINES + 1) if line.strip()
    ]
    return np.array(rows, dtype=np.float64).reshape(len(rows), width)


def _row(line: str, width: int, number: int, path: Path) -> list[float]:
    cells = line.split("\t")
    while len(cells) > width and not cells[-1].strip():
        cells.pop()
    if len(cells) > width:
        raise InvalidPoseFileError(f"{path} has {len(cells)} cells in line {number}, expected {width}; export it again")
    try:
        values = [float(cell) if cell.strip() else math.nan for cell in cells]
    except ValueError as error:
        raise InvalidPoseFileError(f"{path} has something that is no number in line {number} ({error})") from error
    return values + [math.nan] * (width - len(values))


def _frames(column: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return zero-based frame numbers: those of the file, or rows where the file has none that rise."""
    if np.isfinite(column).all() and (column == np.rint(column)).all() and (np.diff(column) > 0).all():
        return column.astype(np.int64) - 1
    return np.arange(len(column))


def _check_agreement(rate_hz: float, times: NDArray[np.float64], path: Path) -> None:
    """Refuse a header whose rate is neither the mean nor the median rate of the Time column."""
    if len(times) < 3:
        return
    steps = np.diff(times)
    found = (1 / float(np.median(steps)), 1 / float(np.mean(steps)))
    if all(abs(rate / rate_hz - 1) > _RATE_TOLERANCE for rate in found):
        raise InvalidPoseFileError(
            f"{path} says {rate_hz:g} Hz in its header, but its Time column has {found[0]:.4g} Hz; correct one of them"
        )
