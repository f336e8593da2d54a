"""Tops of a curve, and what is lowest, highest or usual around each sample; no library to load for it."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray


def tops(values: Float[np.ndarray, " rows"], least: float = -np.inf) -> NDArray[np.int64]:
    """Return the rows of local maxima that reach `least`, rising; the middle of a flat top, never an end.

    Examples
    --------
    >>> tops(np.array([0.0, 2.0, 1.0, 3.0, 3.0, 3.0, 0.0])).tolist()
    [1, 4]
    """
    if len(values) < 3:
        return np.zeros(0, np.int64)
    starts = np.flatnonzero(np.concatenate([[True], values[1:] != values[:-1]]))
    ends = np.concatenate([starts[1:], [len(values)]]) - 1
    levels = values[starts]
    inner = (levels[1:-1] > levels[:-2]) & (levels[1:-1] > levels[2:]) & (levels[1:-1] >= least)
    rows: NDArray[np.int64] = ((starts + ends) // 2)[1:-1][inner]
    return rows


def lowest_around(values: Float[np.ndarray, " rows"], size: int) -> Float[np.ndarray, " rows"]:
    """Return the lowest of `size` (odd) neighbors around each sample; the ends go on as they are."""
    lowest: NDArray[np.float64] = _windows(values, size).min(axis=1)
    return lowest


def highest_around(values: Float[np.ndarray, " rows"], size: int) -> Float[np.ndarray, " rows"]:
    """Return the highest of `size` (odd) neighbors around each sample; the ends go on as they are."""
    highest: NDArray[np.float64] = _windows(values, size).max(axis=1)
    return highest


def share_around(values: Float[np.ndarray, " rows"], share: float, size: int) -> Float[np.ndarray, " rows"]:
    """Return what a share of `size` (odd) neighbors around each sample lies below; the ends go on as they are.

    Examples
    --------
    >>> share_around(np.array([5.0, 1.0, 4.0, 2.0, 3.0]), 0.5, 3).tolist()
    [5.0, 4.0, 2.0, 3.0, 3.0]
    """
    ordered: NDArray[np.float64] = np.sort(_windows(values, size), axis=1)[:, int(size * share)]
    return ordered


def _windows(values: NDArray[np.float64], size: int) -> NDArray[np.float64]:
    padded = np.pad(values, size // 2, mode="edge")
    return np.lib.stride_tricks.sliding_window_view(padded, size)
