"""Small lifting nets taught with gross errors among their targets, one for each loss."""

from __future__ import annotations

import time
from functools import cached_property

import attrs
import numpy as np
import torch
from numpy.typing import NDArray

from handball.errors import UsageError
from handball.kinematics.pose_errors import aligned_joint_error, joint_error
from handball.lifting.features import CHANNELS, JOINTS
from handball.training.lifter.contamination import contaminated
from handball.training.lifter.losses import LossName, distances, robust_loss
from handball.training.lifter.motions import Motions
from handball.training.lifter.windows import Windows, as_tensor, draw_windows, found_joints, joints_of
from handball.training.nets.single_frame import SingleFrame
from handball.training.nets.temporal_convolution import TemporalConvolution

_LEARNING_RATE = 2e-3
_TEST_SEED = 99
_FEWEST_MOTIONS = 4
_THINNED = 4
"""Every fourth frame is measured: neighbors tell the same."""


@attrs.frozen(kw_only=True)
class StudyRecipe:
    """How the nets of a study are trained: small enough for one core."""

    motions: int = 240
    held_out: int = 60
    windows: int = 4
    frames: int = 32
    clips: int = 16
    steps: int = 300
    width: int = 64
    kernels: tuple[int, ...] = (3, 3, 3)

    def __attrs_post_init__(self) -> None:
        if not _FEWEST_MOTIONS <= self.held_out <= self.motions - _FEWEST_MOTIONS or self.steps < 1:
            raise UsageError(
                f"A study needs at least {_FEWEST_MOTIONS} motions to learn from and as many to test, and 1 step, "
                f"found {self.motions} motions of which {self.held_out} are held out, and {self.steps} steps."
            )

    def drawn(self, motions: Motions, seed: int, margin: int) -> Windows:
        """Return the windows to learn from; the last motions, of other players, are held out."""
        numbers = np.repeat(np.arange(self.motions - self.held_out), self.windows)
        return draw_windows(motions, numbers, frames=self.frames, margin=margin, seed=[seed, 1])

    def test(self, motions: Motions, margin: int) -> Windows:
        """Return the windows to test, which are the same for every seed."""
        numbers = np.repeat(np.arange(self.motions - self.held_out, self.motions), self.windows)
        return draw_windows(motions, numbers, frames=self.frames, margin=margin, seed=[_TEST_SEED])


@attrs.frozen(kw_only=True)
class Cell:
    """One training of the study."""

    loss: LossName
    contamination: float
    seed: int


@attrs.frozen(kw_only=True)
class CellResult:
    """Errors in metres on clean motions of players that the net has not seen."""

    cell: Cell
    error: float
    aligned_error: float
    seconds: float


@attrs.frozen(slots=False)
class Study:
    """Trains the nets of one recipe on the same motions."""

    recipe: StudyRecipe
    motions: Motions
    _kept: dict[int, Windows] = attrs.field(init=False, factory=dict)

    def run(self, cell: Cell) -> CellResult:
        """Train one net and measure it on clean motions."""
        begin = time.perf_counter()
        taught = self._taught_windows(cell.seed)
        wrong = contaminated(taught.joints, cell.contamination, np.random.default_rng([cell.seed, 2]))
        torch.manual_seed(cell.seed)
        net = self._net()
        teach(net, taught, wrong, self.recipe, loss=cell.loss, seed=cell.seed)
        found = found_joints(net.eval(), self._test, net.before, net.after).reshape(-1, JOINTS, 3)[::_THINNED]
        true = self._test.joints.reshape(-1, JOINTS, 3)[::_THINNED]
        return CellResult(
            cell=cell,
            error=joint_error(found, true),
            aligned_error=aligned_joint_error(found, true),
            seconds=round(time.perf_counter() - begin, 1),
        )

    def _taught_windows(self, seed: int) -> Windows:
        """Return the windows of a seed, which all of its cells learn from; those of one seed are kept."""
        if seed not in self._kept:
            self._kept.clear()
            self._kept[seed] = self.recipe.drawn(self.motions, seed, self._margin)
        return self._kept[seed]

    @cached_property
    def _test(self) -> Windows:
        return self.recipe.test(self.motions, self._margin)

    @property
    def _margin(self) -> int:
        return (int(np.prod(self.recipe.kernels)) - 1) // 2

    def _net(self) -> TemporalConvolution:
        return small_convolution(self.recipe.kernels, self.recipe.width)


def small_convolution(kernels: tuple[int, ...], width: int, *, causal: bool = False) -> TemporalConvolution:
    """Return a net that gives 23 joints and begins with their places in the picture, which saves half of the steps."""
    places = [(2 * joint + axis, 3 * joint + 2 * axis) for joint in range(JOINTS) for axis in range(2)]
    net = TemporalConvolution(CHANNELS, 3 * JOINTS, width=width, kernels=kernels, shortcuts=places, causal=causal)
    torch.nn.init.zeros_(net.shrink.weight)
    return net


def teach(
    net: TemporalConvolution | SingleFrame,
    taught: Windows,
    joints: NDArray[np.float64],
    recipe: StudyRecipe,
    *,
    loss: LossName = "mpjpe",
    seed: int = 0,
) -> None:
    """Train a net on the features of windows and on joints in metres, which need not be the true ones."""
    optimizer = torch.optim.Adam(net.parameters(), lr=_LEARNING_RATE, amsgrad=True)
    features, wanted, units = taught.shown(net.before, net.after), as_tensor(joints), as_tensor(taught.torsos)
    rng = np.random.default_rng([seed, 3])
    for step in range(recipe.steps):
        rows = torch.from_numpy(rng.choice(len(features), recipe.clips, replace=False))
        for group in optimizer.param_groups:
            group["lr"] = _LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / recipe.steps))
        away = distances(joints_of(net(features[rows]), units[rows]), wanted[rows], axis=-1)
        optimizer.zero_grad()
        robust_loss(loss, away, step / recipe.steps).mean().backward()  # type: ignore[no-untyped-call]
        optimizer.step()
