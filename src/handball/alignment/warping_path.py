"""Dynamic time warping on a matrix of local costs, one anti-diagonal at a time.

Cells of one anti-diagonal do not depend on each other, so that NumPy fills them together. Step
patterns after Sakoe and Chiba 1978 (IEEE Trans ASSP 26:43); open ends after Tormene et al. 2009
(Artif Intell Med 45:11).
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

Array = NDArray[np.float64]
Rows = NDArray[np.int64]

_PAD = 3


@attrs.frozen(kw_only=True)
class StepPattern:
    """Allowed steps (reference rows, performance rows, weight of the cost), at most three rows each.

    `counts_both` says that a path's weights add up to the lengths of both clips, else to the
    reference's length alone.
    """

    name: str
    steps: tuple[tuple[int, int, float], ...]
    counts_both: bool


SYMMETRIC = StepPattern(name="symmetric2", steps=((1, 1, 2.0), (0, 1, 1.0), (1, 0, 1.0)), counts_both=True)
"""Any tempo; a diagonal step counts twice, so that no path is cheaper for being short."""

ASYMMETRIC = StepPattern(name="asymmetric", steps=((1, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0)), counts_both=False)
"""Each reference row once; the performance at most twice as slow. Fair to every start and end."""

ASYMMETRIC_WIDE = StepPattern(
    name="asymmetric-wide", steps=((1, 1, 1.0), (1, 0, 1.0), (1, 2, 1.0), (1, 3, 1.0)), counts_both=False
)
"""The same with a performance up to three times as slow."""


@attrs.frozen(kw_only=True)
class WarpingPath:
    """The cheapest path: rows (reference, performance), the local cost of each, the normalized sum."""

    rows: Int[np.ndarray, "steps 2"]
    costs: Float[np.ndarray, " steps"]
    distance: float


def warping_path(
    costs: Float[np.ndarray, "n m"],
    pattern: StepPattern = SYMMETRIC,
    *,
    open_begin: bool = False,
    open_end: bool = False,
) -> WarpingPath:
    """Find the cheapest monotone path through a matrix of local costs.

    Parameters
    ----------
    costs
        Finite, not negative; infinite where the path may not go.
    open_begin, open_end
        Whether the path may skip the first or last columns (rows of the performance).

    Raises
    ------
    ValueError
        When no path reaches the end.

    Examples
    --------
    >>> warping_path(np.array([[0.0, 1.0], [1.0, 0.0]])).rows.tolist()
    [[0, 0], [1, 1]]
    """
    totals, choices, begins = _accumulated(costs, pattern, open_begin)
    counts = np.arange(costs.shape[1]) - begins[-1] + 1 + len(costs) if pattern.counts_both else len(costs)
    means = totals[-1] / counts
    end = int(np.argmin(means)) if open_end else costs.shape[1] - 1
    if not np.isfinite(means[end]):
        raise ValueError(
            f"no {pattern.name} path leads through {costs.shape[0]} x {costs.shape[1]} rows: "
            "widen the band, or use the symmetric steps"
        )
    rows = _traced_back(choices, pattern, end)
    return WarpingPath(rows=rows, costs=costs[rows[:, 0], rows[:, 1]], distance=float(means[end]))


def banded(costs: Float[np.ndarray, "n m"], share: float) -> Array:
    """Forbid cells further from the diagonal than a share of the longer clip (Sakoe-Chiba band).

    The band is at least as wide as the difference of the lengths, so that the end can be reached.
    """
    n, m = costs.shape
    width = max(abs(n - m), share * max(n, m))
    away = np.abs(np.arange(n)[:, None] - np.arange(m)[None, :])
    return np.where(away <= width, costs, np.inf)


def _accumulated(costs: Array, pattern: StepPattern, open_begin: bool) -> tuple[Array, NDArray[np.int8], Rows]:
    """Return for each cell the cheapest sum, the step into it (-1 = starts there) and the column it began in."""
    n, m = costs.shape
    totals = np.full((n + _PAD, m + _PAD), np.inf)
    begins = np.zeros((n + _PAD, m + _PAD), dtype=np.int64)
    choices = np.full((n, m), -1, dtype=np.int8)
    totals[_PAD, _PAD] = costs[0, 0]
    if open_begin:
        totals[_PAD, _PAD:] = costs[0]
        begins[_PAD, _PAD:] = np.arange(m)
    weights = np.array([weight for _, _, weight in pattern.steps])[:, None]
    back = np.array([di * (m + _PAD) + dj for di, dj, _ in pattern.steps])[:, None]
    flat_totals, flat_begins = totals.ravel(), begins.ravel()
    for diagonal in range(1, n + m - 1):
        first = max(1 if open_begin else 0, diagonal - m + 1)
        rows = np.arange(first, min(n - 1, diagonal) + 1)
        if not len(rows):
            continue
        columns = diagonal - rows
        cells = (rows + _PAD) * (m + _PAD) + columns + _PAD
        candidates = flat_totals[cells - back] + weights * costs[rows, columns]
        best = candidates.argmin(axis=0)
        flat_totals[cells] = candidates[best, np.arange(len(rows))]
        choices[rows, columns] = best
        flat_begins[cells] = flat_begins[cells - back[best, 0]]
    return totals[_PAD:, _PAD:], choices, begins[_PAD:, _PAD:]


def _traced_back(choices: NDArray[np.int8], pattern: StepPattern, end: int) -> Rows:
    row, column = len(choices) - 1, end
    path = [(row, column)]
    while choices[row, column] >= 0:
        di, dj, _ = pattern.steps[choices[row, column]]
        row, column = row - di, column - dj
        path.append((row, column))
    return np.array(path[::-1], dtype=np.int64)
