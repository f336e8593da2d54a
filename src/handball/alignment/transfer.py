"""Carry moments of the reference over to the performance."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment.registration import time_map
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries


@attrs.frozen(kw_only=True)
class CarriedRow:
    """A performance row that a reference row was carried to, and how clear that is, from 0 to 1."""

    row: int
    confidence: float


def carried_over(alignment: Alignment, reference: AngleSeries, performance: AngleSeries, time: float) -> float:
    """Carry a moment over between the rows: reference seconds to performance seconds.

    To carry many moments, make the `time_map` once and call it.
    """
    return time_map(alignment, reference, performance)(time)


def transfer_key_rows(alignment: Alignment, rows: Sequence[int]) -> tuple[CarriedRow, ...]:
    """Carry rising reference rows over through the path, keeping their order.

    Each goes to the performance row of least local cost that it meets. Rows that would then fall
    together or change places are moved apart by the least weighted squares (isotonic repair), the
    confident ones least. The confidence falls with the number of rows that one row meets (a still
    phase) and with the rank of the local cost along the path.

    Raises
    ------
    ValueError
        When the rows do not rise.
    """
    if np.any(np.diff(rows) < 0):
        raise ValueError(f"key rows must rise, found {list(rows)}")
    confidences = [_confidence(alignment, row) for row in rows]
    last = int(alignment.path[-1, 1])
    met = np.array([alignment.transferred(row) for row in rows], dtype=np.float64)
    repaired = _strictly_rising(met, np.array(confidences), int(alignment.path[0, 1]), last)
    return tuple(CarriedRow(row=int(row), confidence=sure) for row, sure in zip(repaired, confidences, strict=True))


def _confidence(alignment: Alignment, reference_row: int) -> float:
    met = len(alignment.performance_rows(reference_row))
    nearest = np.abs(alignment.path[:, 0] - reference_row)
    cost = alignment.costs[nearest == nearest.min()].min()
    rank = float(np.mean(alignment.costs < cost - 1e-12))
    return (1.0 - 0.5 * rank) * 2.0 / (1.0 + met)


def _strictly_rising(
    rows: NDArray[np.float64], weights: NDArray[np.float64], first: int, last: int
) -> NDArray[np.int64]:
    """Return the nearest whole rows that rise by at least one, inside first..last where there is room."""
    steps = np.arange(len(rows))
    level = isotonic(rows - steps, weights)
    room = max(last - (len(rows) - 1), first)
    rising: NDArray[np.int64] = np.clip(np.rint(level), first, room).astype(np.int64) + steps
    return rising


def isotonic(values: NDArray[np.float64], weights: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the nearest never-falling values in weighted least squares (pool adjacent violators, Ayer 1955).

    Examples
    --------
    >>> isotonic(np.array([1.0, 3.0, 2.0]), np.array([1.0, 1.0, 1.0]))
    array([1. , 2.5, 2.5])
    """
    pools: list[tuple[float, float, int]] = []
    for value, weight in zip(values, weights, strict=True):
        pool = (float(value), float(weight), 1)
        while pools and pools[-1][0] > pool[0]:
            before = pools.pop()
            total = before[1] + pool[1]
            pool = ((before[0] * before[1] + pool[0] * pool[1]) / total, total, before[2] + pool[2])
        pools.append(pool)
    return np.concatenate([np.full(count, value) for value, _, count in pools]) if pools else values
