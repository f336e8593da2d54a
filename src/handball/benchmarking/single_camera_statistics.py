"""Errors, coverage and fitted uncertainty of angles that several cameras measured one by one."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column

Array = NDArray[np.float64]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]

APART_S = 0.5
BLOCK_S = 0.25


@attrs.frozen(kw_only=True)
class AngleErrors:
    """Angles of each camera less those of each reference, on common rows.

    `errors` is (cameras, references, frames, angles) in degrees, `sigma` (cameras, frames, angles)
    one standard deviation as the product gives it; NaN where an angle is missing.
    """

    cameras: tuple[str, ...]
    references: tuple[str, ...]
    angles: tuple[str, ...]
    times: Array = column(np.float64)
    errors: Array = column(np.float64)
    sigma: Array = column(np.float64)

    def __attrs_post_init__(self) -> None:
        rows = (len(self.times), len(self.angles))
        check_shape("errors", self.errors, (len(self.cameras), len(self.references), *rows))
        check_shape("sigma", self.sigma, (len(self.cameras), *rows))


@attrs.frozen(kw_only=True)
class Share:
    """A share, and the interval that holds 95 % of its bootstrap repeats."""

    value: float
    low: float
    high: float


def pairs_apart(times: Array, least: float = APART_S) -> Pairs:
    """Return the rows of all pairs of moments at least `least` seconds apart, earlier first.

    Examples
    --------
    >>> first, second = pairs_apart(np.array([0.0, 0.3, 0.5, 0.9]))
    >>> list(zip(first.tolist(), second.tolist()))
    [(0, 2), (0, 3), (1, 3)]
    """
    first, second = np.nonzero(times[None] - times[:, None] >= least - 1e-9)
    return first, second


def standardized_differences(found: AngleErrors, pairs: Pairs) -> Array:
    """Return errors of differences of two moments over their uncertainty, (cameras, references, pairs, angles)."""
    first, second = pairs
    sigma = np.hypot(found.sigma[:, first], found.sigma[:, second])
    return np.asarray((found.errors[:, :, second] - found.errors[:, :, first]) / sigma[:, None])


def block_weights(times: Array, repeats: int, seed: int, block: float = BLOCK_S) -> Array:
    """Draw blocks of `block` seconds with replacement; how often each row is drawn, (repeats, rows).

    Neighbouring frames err alike, so single frames must not be drawn (block bootstrap, Künsch 1989).
    """
    number = np.floor((times - times[0]) / block + 1e-9).astype(int)
    count = int(number[-1]) + 1
    draws = np.random.default_rng(seed).integers(0, count, (repeats, count))
    drawn = np.stack([(draws == k).sum(axis=1) for k in range(count)], axis=1)
    weights: Array = drawn[:, number].astype(np.float64)
    return weights


def pair_weights(weights: Array, pairs: Pairs) -> Array:
    """Return how often each pair of rows is drawn, (repeats, pairs)."""
    drawn: Array = weights[:, pairs[0]] * weights[:, pairs[1]]
    return drawn


def bootstrapped(values: Array, weights: Array) -> Share:
    """Return the mean of values (rows,) and the interval of its weighted means over the repeats."""
    known = ~np.isnan(values)
    totals = weights[:, known].sum(axis=1)
    means = (weights[:, known] @ values[known])[totals > 0] / totals[totals > 0]
    low, high = np.quantile(means, (0.025, 0.975))
    return Share(value=float(values[known].mean()), low=float(low), high=float(high))


def coverage(standardized: Array, weights: Array, limit: float) -> Share:
    """Return the share of |z| below a limit; `standardized` is (cameras, references, rows, angles)."""
    inside = np.where(np.isnan(standardized), np.nan, np.abs(standardized) < limit)
    return bootstrapped(np.nanmean(inside, axis=(0, 1, 3)), weights)


def weighted_quantile(values: Array, weights: Array, share: float) -> float:
    """Return the value below which a share of the weight lies.

    Examples
    --------
    >>> weighted_quantile(np.array([3.0, 1.0, 2.0]), np.array([0.0, 1.0, 1.0]), 0.5)
    1.0
    """
    order = np.argsort(values)
    below = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(below, share * below[-1])])
