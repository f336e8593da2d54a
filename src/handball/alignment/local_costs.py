"""How different two rows are: robust, weighted, and honest about missing angles."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.alignment.features import Features, Scaling, spreads

Array = NDArray[np.float64]

DEGREES_UNIT = 15.0
"""Degrees that count as one where angles are not scaled by their spread (SPEC of the method: tau)."""


@attrs.frozen(kw_only=True)
class CostRule:
    """How differences of columns become one cost.

    Attributes
    ----------
    scaling
        `spread` divides each column by its standard deviation, `degrees` by `DEGREES_UNIT`.
    huber
        Scaled difference beyond which the cost grows linearly (Huber 1964); None for squares.
    uncertainty
        Whether a column counts less where its own uncertainty is large.
    root
        Whether the cost is the root of the weighted mean (Euclid) rather than the mean itself.
    """

    scaling: Scaling = "spread"
    huber: float | None = None
    uncertainty: bool = False
    root: bool = True


def local_costs(reference: Features, performance: Features, rule: CostRule) -> Array:
    """Return the cost of each pair of rows, shape (reference rows, performance rows), never NaN.

    A column that is missing in either row is left out of this pair and the others count for it; a
    pair with nothing in common costs what an average pair costs, so that a gap neither draws the
    path nor repels it.
    """
    scale = _scale(reference, performance, rule)
    shape = (len(reference.values), len(performance.values))
    summed, weight = np.zeros(shape), np.zeros(shape)
    for column, unit in enumerate(scale):
        share = _shares(reference, performance, column, unit, rule)
        summed += share * robust(_differences(reference, performance, column) / unit, rule.huber)
        weight += share
    known = weight > 0
    costs = np.divide(summed, weight, out=np.zeros(shape), where=known)
    if rule.root:
        np.sqrt(costs, out=costs)
    if not known.all():
        costs[~known] = costs[known].mean() if known.any() else 0.0
    return costs


def _scale(reference: Features, performance: Features, rule: CostRule) -> Array:
    if rule.scaling == "spread":
        return spreads(reference, performance)
    return np.full(reference.values.shape[1], DEGREES_UNIT)


def _differences(reference: Features, performance: Features, column: int) -> Array:
    """Return reference minus performance of one column for each pair of rows, 0 where either is missing."""
    first, second = (np.nan_to_num(features.values[:, column]) for features in (reference, performance))
    away: Array = np.subtract.outer(first, second)
    if reference.circular[column] and max(away.max(), -away.min()) > 180.0:
        away -= 360.0 * np.rint(away / 360.0)
    return away


def _shares(reference: Features, performance: Features, column: int, unit: float, rule: CostRule) -> Array:
    """Return the weight of one column for each pair of rows, 0 where either is missing; one number if all are equal."""
    both = (reference, performance)
    present = [~np.isnan(features.values[:, column]) for features in both]
    if not rule.uncertainty and all(rows.all() for rows in present):
        return np.full((1, 1), reference.weights[column])
    share: Array = reference.weights[column] * np.logical_and.outer(*present)
    if rule.uncertainty:
        variances = [np.nan_to_num(features.sigma[:, column] / unit) ** 2 for features in both]
        share = share / (1.0 + np.add.outer(*variances))
    return share


def robust(away: Array, huber: float | None) -> Array:
    """Return squares, growing only linearly beyond `huber`.

    Examples
    --------
    >>> robust(np.array([0.5, 3.0]), 1.0)
    array([0.25, 5.  ])
    """
    if huber is None:
        return away**2
    size = np.abs(away)
    inside = np.minimum(size, huber)
    cost: Array = inside * (2 * size - inside)
    return cost
