"""Losses of the distance of a joint that forgive gross errors more or less (metres).

After Huber, "Robust estimation of a location parameter", Ann. Math. Statist. 35(1), 1964, and Chen et al., "Efficient
and robust deep learning with correntropy-induced loss function", Neural Comput. Appl. 27(4), 2016.
"""

from __future__ import annotations

import math
from typing import Literal, get_args

import torch
from torch import Tensor

LossName = Literal["mse", "mpjpe", "huber", "correntropy"]
LOSS_NAMES: tuple[LossName, ...] = get_args(LossName)

HUBER_M = 0.03
"""Up to this distance Huber's loss is a square."""
_WIDEST_M, _NARROWEST_M = 0.5, 0.06
_SMALLEST_M = 1e-6
"""Keeps the gradient of a distance finite where it is 0."""


def robust_loss(name: LossName, away: Tensor, done: float = 1.0) -> Tensor:
    """Return the loss of each distance in metres, of the shape of `away`.

    Parameters
    ----------
    done
        Which share of the training is done, 0 to 1: correntropy begins wide, where everything has a gradient, and
        narrows.

    Examples
    --------
    >>> [round(float(robust_loss(name, torch.tensor(1.0))), 3) for name in LOSS_NAMES]
    [1.0, 1.0, 0.03, 1.0]
    """
    if name == "mse":
        return away.square()
    if name == "mpjpe":
        return away
    if name == "huber":
        return torch.where(away <= HUBER_M, 0.5 * away.square(), HUBER_M * (away - 0.5 * HUBER_M))
    width = kernel_width(done)
    return -torch.expm1(-away.square() / (2 * width**2)) / -math.expm1(-1 / (2 * width**2))


def kernel_width(done: float) -> float:
    """Return correntropy's kernel width in metres: 0.5 at first, narrowing evenly in its logarithm to 0.06 half-way.

    Examples
    --------
    >>> kernel_width(0.0), round(kernel_width(0.5), 3), round(kernel_width(1.0), 3)
    (0.5, 0.06, 0.06)
    """
    return float(_WIDEST_M * (_NARROWEST_M / _WIDEST_M) ** min(1.0, 2 * done))


def distances(found: Tensor, wanted: Tensor, axis: int) -> Tensor:
    """Return the distances between points whose coordinates lie along `axis`."""
    return ((found - wanted).square().sum(dim=axis) + _SMALLEST_M**2).sqrt()
