"""Plain statistics of arrays in which NaN says missing; never a warning for an empty one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def middle_value(values: NDArray[np.float64], default: float) -> float:
    """Return the median of what is there, `default` where nothing is.

    Examples
    --------
    >>> middle_value(np.array([1.0, np.nan, 3.0]), 0.0), middle_value(np.array([np.nan]), 7.0)
    (2.0, 7.0)
    """
    there = values[np.isfinite(values)]
    return float(np.median(there)) if there.size else default


def highest(values: NDArray[np.float64], percent: float) -> float:
    """Return a high percentile of what is there, 0 where nothing is.

    Examples
    --------
    >>> highest(np.array([1.0, np.nan, 3.0]), 100)
    3.0
    """
    there = values[np.isfinite(values)]
    return float(np.percentile(there, percent)) if there.size else 0.0


def filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Fill gaps by straight lines, ends by the nearest value, and everything by 0 where nothing is there.

    Examples
    --------
    >>> filled(np.array([np.nan, 1.0, np.nan, 3.0]))
    array([1., 1., 2., 3.])
    """
    there = np.flatnonzero(np.isfinite(values))
    if not there.size:
        return np.zeros_like(values)
    return np.interp(np.arange(len(values)), there, values[there])


def spread(points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Root of the mean square distance of points (rows, points, axes) from their center; NaN for fewer than 2."""
    there: NDArray[np.bool_] = np.all(np.isfinite(points), axis=-1)
    count = there.sum(axis=1)
    known = np.where(there[..., None], points, 0.0)
    center = known.sum(axis=1) / np.maximum(count, 1)[:, None]
    squares = np.where(there[..., None], (known - center[:, None]) ** 2, 0.0).sum(axis=(1, 2))
    sized: NDArray[np.float64] = np.sqrt(squares / np.maximum(count, 1))
    return np.where((count >= 2) & (sized > 0), sized, np.nan)
