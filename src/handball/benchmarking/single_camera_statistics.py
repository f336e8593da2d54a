"""Errors, coverage and fitted uncertainty of angles that several cameras measured one by one."""

from __future__ import annotations

from collections.abc import Callable

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column

Array = NDArray[np.float64]
Pairs = tuple[NDArray[np.intp], NDArray[np.intp]]

APART_S = 0.5
BLOCK_S = 0.25
UNIT_M = 0.02
"""Uncertainty across and in depth at which the spread of the angles is propagated for the fit."""
EXPONENTS = (0.0, 0.5, 1.0, 1.5, 2.0)
RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0)
_ONE_SIGMA = 0.6827


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


@attrs.frozen(kw_only=True)
class Fit:
    """Uncertainty across and in depth in metres, and the power of 1 / score by which it grows."""

    across_m: float
    depth_m: float
    exponent: float
    log_loss: float


def pairs_apart(times: Array, least: float = APART_S) -> Pairs:
    """Return the rows of all pairs of moments at least `least` seconds apart, earlier first.

    Examples
    --------
    >>> first, second = pairs_apart(np.array([0.0, 0.3, 0.5, 0.9]))
    >>> list(zip(first.tolist(), second.tolist()))
    [(0, 2), (0, 3), (1, 3)]
    """
    return np.nonzero(times[None] - times[:, None] >= least - 1e-9)


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


Spreads = Callable[[float], tuple[Array, Array]]
"""From a power to the spread of the angles (cameras, frames, angles) that `UNIT_M` across, and in depth, causes."""


def fitted(found: AngleErrors, spreads: Spreads, weights: Array | None = None) -> Fit:
    """Fit the uncertainty of joints to the errors of differences of two moments.

    Ratio and power are those of the largest Gaussian likelihood; the size is then set so that 68 %
    of the differences lie within one standard deviation, which tails do not disturb.

    Parameters
    ----------
    found
        Errors; its own `sigma` is not used.
    spreads
        What an uncertainty of `UNIT_M` does to the angles.
    weights
        How often each pair counts, shape (pairs,); once where it is not given.
    """
    pairs = pairs_apart(found.times)
    times = np.ones(len(pairs[0])) if weights is None else weights
    fits = []
    for exponent in EXPONENTS:
        across, depth = spreads(exponent)
        for ratio in RATIOS:
            unit = attrs.evolve(found, sigma=np.hypot(across, ratio * depth))
            size, loss = _size_and_loss(unit, pairs, times)
            fits.append(Fit(across_m=size * UNIT_M, depth_m=size * UNIT_M * ratio, exponent=exponent, log_loss=loss))
    return min(fits, key=lambda fit: fit.log_loss)


def _size_and_loss(unit: AngleErrors, pairs: Pairs, weights: Array) -> tuple[float, float]:
    standardized = standardized_differences(unit, pairs)
    every = np.broadcast_to(weights[:, None], standardized.shape)
    known = ~np.isnan(standardized)
    z, share = np.abs(standardized[known]), every[known] / every[known].sum()
    size = weighted_quantile(z, share, _ONE_SIGMA)
    sigma = np.broadcast_to(np.hypot(unit.sigma[:, pairs[0]], unit.sigma[:, pairs[1]])[:, None], known.shape)[known]
    return size, float(share @ (0.5 * (z / size) ** 2 + np.log(size * sigma)))


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
