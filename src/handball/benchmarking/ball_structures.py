"""Accuracy and time of the ball net's structures, each from scratch on large pictures: the paper's Table 2."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

import attrs

from handball.ball.net import open_ball_net
from handball.ball.structures import STRUCTURES
from handball.benchmarking.ball_latency import CALLS, call_times
from handball.benchmarking.ball_trainings import BallTraining, Plan, Tell, finished_training, kept_training
from handball.benchmarking.call_times import Times

PAPER: Mapping[int, tuple[float, float]] = MappingProxyType(
    {1: (99.5, 1.87), 2: (98.1, 1.89), 3: (99.19, 1.55), 4: (95.6, 1.40), 5: (90.3, 0.94), 6: (90.5, 0.97)}
)
"""Accuracy in percent and milliseconds on a Tesla K40c, by structure."""
Kind = tuple[int, bool]
"""Number of a structure, and whether it has a ReLU between the full layers."""
KINDS: tuple[Kind, ...] = (*((number, False) for number in STRUCTURES), (1, True), (3, True), (4, True))
"""The rows of the table: all structures, and with the extra ReLU those that differ in nothing but fc1."""


@attrs.frozen(kw_only=True)
class StructureRow:
    """A structure, its training and its times for single pictures; none where it was not trained."""

    structure: int
    fc_relu: bool
    training: BallTraining | None
    times: Times | None


def train_structures(plan: Plan, kinds: Sequence[Kind], tell: Tell) -> None:
    """Train structures, without or with the extra ReLU, in this order; what is done stays."""
    for number, fc_relu in kinds:
        finished_training(plan.folder, plan.large(number, fc_relu), tell)


def structure_rows(plan: Plan, calls: int = CALLS) -> tuple[StructureRow, ...]:
    """Return all structures; the times of those that are trained are taken in turn."""
    found = {kind: kept_training(plan.folder, plan.large(*kind)) for kind in KINDS}
    done = {kind: training for kind, training in found.items() if training is not None}
    times: dict[tuple[int, bool], Times] = {}
    if done:
        pictures = plan.gathered(plan.size).tested.pixels[:100]
        nets = [open_ball_net(training.net) for training in done.values()]
        times = dict(zip(done, call_times(nets, pictures, calls), strict=True))
    return tuple(
        StructureRow(structure=kind[0], fc_relu=kind[1], training=done.get(kind), times=times.get(kind))
        for kind in KINDS
    )
