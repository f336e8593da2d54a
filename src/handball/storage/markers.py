"""Named points of a laboratory file, before anybody knows which of them are joints."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column
from handball.errors import InvalidPoseFileError

UpAxis = Literal["y", "z"]
"""Which axis of a file points up."""

_METERS = {"m": 1.0, "meters": 1.0, "cm": 0.01, "mm": 0.001, "millimeters": 0.001, "in": 0.0254, "ft": 0.3048}
_HIGHEST_RATE_HZ = 2000.0


@attrs.frozen(kw_only=True)
class Markers:
    """Points over time in metres, z up; a point that is not seen is NaN in all its coordinates."""

    names: tuple[str, ...]
    frames: Int[np.ndarray, " frames"] = column(np.int64)
    times: Float[np.ndarray, " frames"] = column(np.float64)
    positions: Float[np.ndarray, "frames markers 3"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("positions", self.positions, (len(self.frames), len(self.names), 3))
        check_shape("times", self.times, (len(self.frames),))
        check_rising("frames", self.frames)
        check_rising("times", self.times)


def z_up(positions: NDArray[np.float64], up: UpAxis) -> NDArray[np.float64]:
    """Turn the axes of a file with `up` into z up: for y up, (x, y, z) becomes (z, x, y).

    This keeps the axes right-handed, so that left stays left. A walker along x with y up, as OpenSim
    has it, then looks along y, away from the camera of `Pose3D`.

    Examples
    --------
    >>> z_up(np.array([0.0, 1.8, 0.0]), "y")
    array([0. , 0. , 1.8])
    """
    return positions[..., [2, 0, 1]] if up == "y" else positions


def y_up(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Turn z up into y up, the inverse of `z_up`: (x, y, z) becomes (y, z, x)."""
    return positions[..., [1, 2, 0]]


def whole_points(positions: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the points with NaN in all coordinates where one is missing, or all are exactly zero.

    Several programs write zeros for a marker that was not seen.
    """
    seen = np.isfinite(positions).all(axis=-1, keepdims=True) & (positions != 0).any(axis=-1, keepdims=True)
    return np.where(seen, positions, np.nan)


def meters(unit: str, path: Path) -> float:
    """Return how many metres one unit of a file is.

    Raises
    ------
    InvalidPoseFileError
        For a unit that is not known.
    """
    try:
        return _METERS[unit.strip().lower()]
    except KeyError:
        known = ", ".join(_METERS)
        raise InvalidPoseFileError(f"{path} has the unit {unit.strip()!r}, expected one of {known}") from None


def checked_rate(rate_hz: float, path: Path) -> float:
    """Return a frame rate that can be one.

    Raises
    ------
    InvalidPoseFileError
        For a rate that is not above 0 and at most 2000 Hz.
    """
    if not 0 < rate_hz <= _HIGHEST_RATE_HZ:
        raise InvalidPoseFileError(
            f"{path} has a frame rate of {rate_hz:g} Hz, expected more than 0 and at most {_HIGHEST_RATE_HZ:g}; "
            "correct its header or export it again"
        )
    return rate_hz


def checked_times(times: NDArray[np.float64], path: Path) -> NDArray[np.float64]:
    """Return times that rise.

    Raises
    ------
    InvalidPoseFileError
        For no times at all, or times that are not finite or do not rise from row to row.
    """
    if len(times) == 0:
        raise InvalidPoseFileError(f"{path} has no frames; export it again")
    wrong = ~np.isfinite(times)
    wrong[1:] |= ~(np.diff(times) > 0)
    if wrong.any():
        row = int(np.argmax(wrong))
        before = f" after {times[row - 1]:g}" if row else ""
        raise InvalidPoseFileError(
            f"{path} has times that do not rise: row {row + 1} has {times[row]:g} s{before}; "
            "sort its rows and remove what is there twice"
        )
    return times
