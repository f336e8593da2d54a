"""When pictures were taken, in a clip where some of them repeat."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

_HALF_WINDOW = 8
_FEWEST_REPEATS = 3


def capture_times(times: NDArray[np.float64], repeated: NDArray[np.bool_], shots: Sequence[int]) -> NDArray[np.float64]:
    """Spread the different pictures of a converted clip evenly again.

    A recorder that runs faster than its source repeats a picture every so often; the stamps of the
    different ones are then uneven while the pictures were taken at an even rate, and every speed
    would jump. A straight line through the stamps of 17 different pictures gives the time of the
    middle one. Repeats lie between.

    Parameters
    ----------
    times
        Stamps in seconds, shape (frames,).
    repeated
        Frames that repeat the one before.
    shots
        First frame of each shot; no line reaches over a cut.

    Returns
    -------
    numpy.ndarray
        Seconds, rising; the stamps themselves where hardly a picture repeats.
    """
    result = times.copy()
    for first, after in zip(shots, [*shots[1:], len(times)], strict=True):
        rows = np.arange(first, after)
        distinct = rows[~repeated[rows]]
        if len(rows) - len(distinct) >= _FEWEST_REPEATS and len(distinct) > 2:
            result[rows] = np.interp(rows, distinct, _evened(times[distinct]))
            result[rows] = _rising_between(result[rows], times[first], times[after - 1])
    return result if np.all(np.diff(result) > 0) else times.copy()


def _evened(stamps: NDArray[np.float64]) -> NDArray[np.float64]:
    order = np.arange(len(stamps), dtype=float)
    even = np.empty_like(stamps)
    for row in range(len(stamps)):
        near = slice(max(0, row - _HALF_WINDOW), row + _HALF_WINDOW + 1)
        slope, offset = np.polyfit(order[near], stamps[near], 1)
        even[row] = offset + slope * row
    return even


def _rising_between(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.float64]:
    """Keep a shot inside its own time, rising by at least a microsecond a frame."""
    count = np.arange(len(values))
    floor = low + 1e-6 * count
    ceiling = high - 1e-6 * count[::-1]
    kept: NDArray[np.float64] = np.maximum.accumulate(np.clip(values, floor, ceiling))
    return kept + 1e-9 * count
