"""Intervals of measured shares and means, so that no number stands alone."""

from __future__ import annotations

import math
from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]

_Z95 = 1.959964
"""Normal quantile of a two-sided 95 % interval."""


@attrs.frozen(kw_only=True)
class Share:
    """How many of how many, with the 95 % interval of Wilson (1927).

    Examples
    --------
    >>> str(Share(hits=9, of=10))
    '90 % (60 to 98)'
    >>> str(Share(hits=0, of=0))
    'none'
    """

    hits: int
    of: int

    @property
    def value(self) -> float:
        """The share from 0 to 1; NaN of nothing."""
        return self.hits / self.of if self.of else math.nan

    @property
    def interval(self) -> tuple[float, float]:
        """Lower and upper bound; NaN of nothing."""
        if not self.of:
            return math.nan, math.nan
        n, p, z = self.of, self.value, _Z95
        middle = (p + z * z / (2 * n)) / (1 + z * z / n)
        half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        if not self.of:
            return "none"
        low, high = self.interval
        return f"{100 * self.value:.0f} % ({100 * low:.0f} to {100 * high:.0f})"


def share_of(hits: NDArray[np.bool_] | list[bool]) -> Share:
    """Count the hits."""
    found = np.asarray(hits, dtype=bool)
    return Share(hits=int(found.sum()), of=int(found.size))


def bootstrap(
    values: Array, groups: NDArray[np.int64], statistic: Callable[[Array], float], *, repeats: int = 1000, seed: int = 0
) -> tuple[float, float]:
    """Return the 95 % interval of a statistic by drawing whole groups (Efron 1979).

    Values of one group (a player, a clip) depend on each other, so that groups are drawn and not values.

    Parameters
    ----------
    values, groups
        One value and the number of its group each, shape (samples,).
    """
    rng = np.random.default_rng(seed)
    members = [values[groups == group] for group in np.unique(groups)]
    if not members:
        return math.nan, math.nan
    draws = rng.integers(len(members), size=(repeats, len(members)))
    found = [statistic(np.concatenate([members[number] for number in draw])) for draw in draws]
    low, high = np.quantile(found, (0.025, 0.975))
    return float(low), float(high)
