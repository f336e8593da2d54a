"""Files of motion laboratories (`.c3d`), read and written with ezc3d."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.errors import InvalidPoseFileError, OutputError
from handball.storage.c3d_layout import announced_frames
from handball.storage.files import replacing
from handball.storage.markers import Markers, UpAxis, checked_rate, checked_times, meters, whole_points, z_up

_EVENNESS = 0.02
_LAST_FIRST_FRAME = 65534


def read_c3d(path: Path, up: UpAxis | None = None) -> Markers:
    """Read the points of a `.c3d` file; a point with a negative residual is missing (ezc3d sees to that).

    Up is what the parameter `POINT:Y_SCREEN` says, else z. Times are frame numbers over the rate.

    Raises
    ------
    InvalidPoseFileError
        For a file that ezc3d cannot read, that is cut off or has no points, or a rate that cannot be.
    """
    announced = announced_frames(path)
    content = _content(path)
    header, point = content["header"]["points"], content["parameters"]["POINT"]
    positions = np.moveaxis(content["data"]["points"][:3], (0, 1, 2), (2, 1, 0))
    if len(positions) < announced:
        raise InvalidPoseFileError(
            f"{path} announces {announced} frames and has {len(positions)}; the file is cut off, export it again"
        )
    rate_hz = checked_rate(_only(point, "RATE", float(header["frame_rate"])), path)
    scale = meters(str(_only(point, "UNITS", "mm")), path)
    frames = header["first_frame"] + np.arange(len(positions))
    positions = whole_points(positions * scale)
    screen = str(_only(point, "Y_SCREEN", "+Z")).strip().upper()
    return Markers(
        names=_labels(point, positions.shape[1], path),
        frames=frames,
        times=checked_times(frames / rate_hz, path),
        positions=z_up(positions, up or ("y" if screen == "+Y" else "z")),
    )


def write_c3d(markers: Markers, path: Path, *, resample: bool = False) -> None:
    """Write a `.c3d` file: millimetres, z up, a missing point with residual -1.

    The format knows one constant rate. Its first frame number is the first time times the rate.

    Parameters
    ----------
    markers
        At least two frames.
    path
        The file to write.
    resample
        Interpolate uneven times onto even ones (at the median rate, NaN beside a gap) instead of raising.

    Raises
    ------
    OutputError
        When the times do not lie within 2 % of a frame on an even grid, or the file cannot be written.
    """
    even = _resampled(markers) if resample and _unevenness(markers.times) > _EVENNESS else markers
    if len(even.times) < 2 or _unevenness(even.times) > _EVENNESS:
        raise OutputError(
            f"cannot write {path}: .c3d needs at least two frames at one constant rate, and these times are up to "
            f"{_unevenness(even.times):.0%} of a frame off; write .trc or .npz, or ask for resampling"
        )
    rate_hz = (len(even.times) - 1) / float(even.times[-1] - even.times[0])
    first = round(float(even.times[0]) * rate_hz)
    if not 0 <= first <= _LAST_FIRST_FRAME:
        raise OutputError(f"cannot write {path}: .c3d cannot begin at {even.times[0]:g} s; write .trc or .npz")
    with replacing(path) as temporary:
        # ezc3d adds the suffix in small letters where it does not find it.
        written = temporary.with_suffix(".c3d")
        _filled(even, rate_hz, first).write(str(written))
        # It also does not notice a full disk.
        if not written.is_file() or written.stat().st_size < 16 * even.positions[..., 0].size:
            raise OutputError(f"cannot write {path}: the file came out incomplete, perhaps the disk is full")
        written.replace(temporary)


def _content(path: Path) -> Any:
    import ezc3d  # noqa: PLC0415 - takes 50 ms that other commands need not pay

    try:
        content = ezc3d.c3d(str(path))
        shape = content["data"]["points"].shape
    except (OSError, ValueError, RuntimeError, IndexError, KeyError, MemoryError, OverflowError) as error:
        raise InvalidPoseFileError(f"{path} cannot be read as .c3d ({error}); export it again") from error
    if shape[1] == 0 or shape[2] == 0:
        raise InvalidPoseFileError(f"{path} has no marker positions ({shape[1]} markers, {shape[2]} frames)")
    return content


def _only(group: Any, name: str, default: Any) -> Any:
    """Return the first value of a parameter, or the default where it is not there or empty."""
    values = group[name]["value"] if name in group else []
    return values[0] if len(values) else default


def _labels(point: Any, count: int, path: Path) -> tuple[str, ...]:
    keys = ["LABELS", *(f"LABELS{number}" for number in range(2, 100))]
    names = tuple(str(name).strip() for key in keys if key in point for name in point[key]["value"])
    if len(names) < count:
        raise InvalidPoseFileError(f"{path} has {count} markers and names {len(names)}; export it again with names")
    return names[:count]


def _unevenness(times: NDArray[np.float64]) -> float:
    """Return how far the times are off an even grid between the first and the last, in steps of the grid."""
    if len(times) < 3:
        return 0.0
    even = np.linspace(times[0], times[-1], len(times))
    return float(np.abs(times - even).max() / (even[1] - even[0]))


def _resampled(markers: Markers) -> Markers:
    step = float(np.median(np.diff(markers.times)))
    times = np.arange(markers.times[0], markers.times[-1] + step / 1000, step)
    after = np.clip(np.searchsorted(markers.times, times, side="right"), 1, len(markers.times) - 1)
    before = after - 1
    share = (times - markers.times[before]) / (markers.times[after] - markers.times[before])
    share = np.clip(share, 0, 1)[:, None, None]
    low, high = markers.positions[before], markers.positions[after]
    mixed = np.where(share == 0, low, np.where(share == 1, high, low * (1 - share) + high * share))
    return attrs.evolve(markers, frames=np.arange(len(times)), times=times, positions=mixed)


def _filled(markers: Markers, rate_hz: float, first: int) -> Any:
    import ezc3d  # noqa: PLC0415

    content = ezc3d.c3d()
    points = np.ones((4, len(markers.names), len(markers.frames)))
    points[:3] = np.moveaxis(markers.positions * 1000, (0, 1, 2), (2, 1, 0))
    content["parameters"]["POINT"]["RATE"]["value"] = [rate_hz]
    content["parameters"]["POINT"]["UNITS"]["value"] = ["mm"]
    content["parameters"]["POINT"]["LABELS"]["value"] = list(markers.names)
    content.add_parameter("POINT", "X_SCREEN", "+X")
    content.add_parameter("POINT", "Y_SCREEN", "+Z")
    content["header"]["points"]["first_frame"] = first
    content["data"]["points"] = points
    content["data"]["meta_points"]["residuals"] = np.where(np.isnan(points[0]), -1.0, 0.0)[None]
    return content
