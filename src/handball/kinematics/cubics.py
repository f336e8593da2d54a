"""Monotone cubics through samples: no overshoot, and no library to load for it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray


def monotone_cubic(
    times: Float[np.ndarray, " rows"], values: Float[np.ndarray, "rows axes"], at: Float[np.ndarray, " wanted"]
) -> Float[np.ndarray, "wanted axes"]:
    """Interpolate by cubics that are monotone wherever the samples are.

    Slopes by Fritsch and Butland 1984, one-sided ones at the ends, as PCHIP has them.

    Parameters
    ----------
    times
        At least two, rising.
    values
        Samples at these times, in any unit.
    at
        Where to interpolate; beyond the ends the outermost cubics go on.

    Returns
    -------
    numpy.ndarray
        Values, in the unit of the samples.

    Examples
    --------
    >>> monotone_cubic(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [1.0], [1.0]]), np.array([1.5]))
    array([[1.]])
    """
    steps = np.diff(times)[:, None]
    rises = np.diff(values, axis=0) / steps
    slopes = _slopes(steps, rises)
    row = np.clip(np.searchsorted(times, at, side="right") - 1, 0, len(times) - 2)
    step, rise, into = steps[row], rises[row], (at - times[row])[:, None]
    first, last = slopes[row], slopes[row + 1]
    cubic = (first + last - 2 * rise) / step**2
    square = (3 * rise - 2 * first - last) / step
    result: NDArray[np.float64] = values[row] + into * (first + into * (square + into * cubic))
    return result


def _slopes(steps: NDArray[np.float64], rises: NDArray[np.float64]) -> NDArray[np.float64]:
    if len(rises) == 1:
        return np.concatenate([rises, rises])
    turns = (np.sign(rises[1:]) != np.sign(rises[:-1])) | (rises[1:] == 0) | (rises[:-1] == 0)
    early, late = 2 * steps[1:] + steps[:-1], steps[1:] + 2 * steps[:-1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = np.where(turns, 0.0, (early + late) / (early / rises[:-1] + late / rises[1:]))
    begin = _end_slope(steps[0], steps[1], rises[0], rises[1])
    end = _end_slope(steps[-1], steps[-2], rises[-1], rises[-2])
    return np.concatenate([begin[None], inner, end[None]])


def _end_slope(
    step: NDArray[np.float64], next_step: NDArray[np.float64], rise: NDArray[np.float64], next_rise: NDArray[np.float64]
) -> NDArray[np.float64]:
    slope = ((2 * step + next_step) * rise - step * next_rise) / (step + next_step)
    turns = (np.sign(rise) != np.sign(next_rise)) & (np.abs(slope) > 3 * np.abs(rise))
    bounded = np.where(turns, 3 * rise, slope)
    return np.where(np.sign(slope) != np.sign(rise), 0.0, bounded)
