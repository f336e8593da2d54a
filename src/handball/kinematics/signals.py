"""SciPy's interpolation, filters and peaks; SciPy is loaded when one of them is first used.

Loading takes half a second. A quick check has it loaded meanwhile (`load_in_background`), as it reads the video.
"""

from __future__ import annotations

from importlib import import_module
from threading import Thread
from typing import Any

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

_ORDER = 2
_PADDING = 12


def load_in_background() -> None:
    """Begin to load what the functions here need; the first of them waits for it."""
    Thread(target=lambda: [_scipy(name) for name in ("interpolate", "signal", "ndimage")], daemon=True).start()


def _scipy(part: str) -> Any:
    return import_module(f"scipy.{part}")


def monotone_cubic(
    times: Float[np.ndarray, " rows"], values: Float[np.ndarray, "rows axes"], at: Float[np.ndarray, " wanted"]
) -> Float[np.ndarray, "wanted axes"]:
    """Interpolate at least two samples by cubics that are monotone wherever the samples are (PCHIP).

    Examples
    --------
    >>> monotone_cubic(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0], [1.0]]), np.array([1.5]))
    array([[1.]])
    """
    fitted: NDArray[np.float64] = _scipy("interpolate").PchipInterpolator(times, values, axis=0)(at)
    return fitted


def low_pass(
    values: Float[np.ndarray, "rows axes"], cutoff_hz: float, rate_hz: float
) -> Float[np.ndarray, "rows axes"]:
    """Low-pass evenly sampled values with a Butterworth filter, forward and back: fourth order together, without lag.

    Parameters
    ----------
    values
        In any unit, none missing.
    cutoff_hz, rate_hz
        Cut-off, below half of the rate, and samples a second.
    """
    signal = _scipy("signal")
    sections = signal.butter(_ORDER, cutoff_hz, fs=rate_hz, output="sos")
    smooth: NDArray[np.float64] = signal.sosfiltfilt(sections, values, axis=0, padlen=min(len(values) - 1, _PADDING))
    return smooth


def tops(values: Float[np.ndarray, " rows"], least: float | None = None) -> NDArray[np.int64]:
    """Return the rows of local maxima that reach `least`, rising; the middle of a flat top, never an end.

    Examples
    --------
    >>> tops(np.array([0.0, 2.0, 1.0, 3.0, 3.0, 3.0, 0.0])).tolist()
    [1, 4]
    """
    rows: NDArray[np.int64] = _scipy("signal").find_peaks(values, height=least)[0]
    return rows


def prominent_tops(
    values: Float[np.ndarray, " rows"], least: float
) -> tuple[NDArray[np.int64], Float[np.ndarray, " tops"]]:
    """Return the rows of local maxima that stand out by `least`, and by how much each does."""
    rows, shape = _scipy("signal").find_peaks(values, prominence=least)
    return rows, shape["prominences"]


def lowest_around(values: Float[np.ndarray, " rows"], size: int) -> Float[np.ndarray, " rows"]:
    """Return the lowest of `size` neighbors around each sample; the ends go on as they are."""
    lowest: NDArray[np.float64] = _scipy("ndimage").minimum_filter1d(values, size, mode="nearest")
    return lowest


def highest_around(values: Float[np.ndarray, " rows"], size: int) -> Float[np.ndarray, " rows"]:
    """Return the highest of `size` neighbors around each sample; the ends go on as they are."""
    highest: NDArray[np.float64] = _scipy("ndimage").maximum_filter1d(values, size, mode="nearest")
    return highest


def share_around(values: Float[np.ndarray, " rows"], share: float, size: int) -> Float[np.ndarray, " rows"]:
    """Return what a share of `size` neighbors around each sample lies below; the ends go on as they are.

    Examples
    --------
    >>> share_around(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), 0.5, 3).tolist()
    [5.0, 4.0, 2.0, 3.0, 3.0]
    """
    found: NDArray[np.float64] = _scipy("ndimage").percentile_filter(values, 100 * share, size=size, mode="nearest")
    return found
