"""How a ball net is trained (SPEC 2.4), in the names of a Caffe solver."""

from __future__ import annotations

import math
from typing import Literal

import attrs

LearningRatePolicy = Literal["fixed", "step", "inv"]


@attrs.frozen(kw_only=True)
class SolverSettings:
    """Stochastic gradient descent with momentum.

    Attributes
    ----------
    net
        File of the net that is trained.
    test_iter, test_interval
        Batches of a test, and iterations from one test to the next.
    base_lr, lr_policy, gamma, stepsize, power
        Learning rate at the start and how it falls: see `learning_rate`. `stepsize` is in iterations.
    momentum, weight_decay
        Share of the last step that is taken again; weight of the squared parameters in the loss (half of it).
    max_iter
        Iterations in all.
    display
        Iterations from one printed line to the next.
    random_seed
        Of the order of pictures and of the weights at the start.

    Raises
    ------
    ValueError
        When a number is out of its range.
    """

    net: str = "train.prototxt"
    test_iter: int = 100
    test_interval: int = 100
    base_lr: float = 0.01
    lr_policy: LearningRatePolicy = "step"
    gamma: float = 0.1
    stepsize: int = 4000
    power: float = 0.75
    momentum: float = 0.9
    weight_decay: float = 0.0005
    max_iter: int = 6000
    display: int = 100
    random_seed: int = 0

    def __attrs_post_init__(self) -> None:
        for name in ("test_iter", "test_interval", "stepsize", "max_iter", "display"):
            if getattr(self, name) < 1:
                raise ValueError(f"{name} must be at least 1, found {getattr(self, name)}")
        for name in ("base_lr", "gamma", "power", "momentum", "weight_decay", "random_seed"):
            if not 0 <= getattr(self, name) < math.inf:
                raise ValueError(f"{name} must be zero or more, found {getattr(self, name)}")
        if self.momentum >= 1:
            raise ValueError(f"momentum must be less than 1, found {self.momentum}")


FROM_SCRATCH = SolverSettings()
"""6000 iterations, a test of 100 batches of 10 pictures after every 100: the paper's numbers; the rest is ours."""
FINE_TUNING = SolverSettings(base_lr=0.001, lr_policy="fixed", max_iter=2000)
"""2000 iterations on large pictures, from a net that has learned small ones."""


def learning_rate(settings: SolverSettings, iteration: int) -> float:
    """Return the learning rate of an iteration, counted from 0, as Caffe defines its policies.

    "fixed": always `base_lr`. "step": times `gamma` after every `stepsize` iterations. "inv":
    base_lr (1 + gamma iteration) ^ -power.

    Examples
    --------
    >>> [round(learning_rate(FROM_SCRATCH, iteration), 6) for iteration in (0, 3999, 4000)]
    [0.01, 0.01, 0.001]
    """
    if settings.lr_policy == "step":
        return settings.base_lr * math.pow(settings.gamma, iteration // settings.stepsize)
    if settings.lr_policy == "inv":
        return settings.base_lr * math.pow(1 + settings.gamma * iteration, -settings.power)
    return settings.base_lr
