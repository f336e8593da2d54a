"""Small lifting nets taught with gross errors among their targets, one for each loss."""

from __future__ import annotations

import time
from functools import cached_property

import attrs
import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from handball.domain.arrays import column
from handball.errors import UsageError
from handball.kinematics.pose_errors import aligned_joint_error, joint_error
from handball.lifting.features import CHANNELS, JOINTS, picture_features
from handball.training.lifter.contamination import contaminated
from handball.training.lifter.losses import LossName, distances, robust_loss
from handball.training.lifter.motions import Motions
from handball.training.lifter.noise import estimated, guessed_depths
from handball.training.lifter.views import seen
from handball.training.nets.temporal_convolution import TemporalConvolution

_LEARNING_RATE = 2e-3
_TEST_SEED = 99
_FEWEST_MOTIONS = 4
_THINNED = 4
"""Every fourth frame is measured: neighbors tell the same."""


@attrs.frozen(kw_only=True)
class StudyRecipe:
    """How the nets of the study are trained: small enough for one core."""

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


@attrs.frozen(kw_only=True)
class Windows:
    """Features of a pose net and true joints in metres around the hips, with the torso length of each window."""

    features: Float[np.ndarray, "windows 95 frames_and_margin"] = column(np.float32)
    joints: Float[np.ndarray, "windows frames 23 3"] = column(np.float64)
    torsos: Float[np.ndarray, " windows"] = column(np.float64)


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
        net = self._taught(cell, taught, wrong)
        found = self._found(net, self._test)[::_THINNED]
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
            self._kept[seed] = self._drawn(np.arange(self.recipe.motions - self.recipe.held_out), [seed, 1])
        return self._kept[seed]

    @cached_property
    def _test(self) -> Windows:
        return self._drawn(np.arange(self.recipe.motions - self.recipe.held_out, self.recipe.motions), [_TEST_SEED])

    @property
    def _margin(self) -> int:
        return (int(np.prod(self.recipe.kernels)) - 1) // 2

    def _drawn(self, numbers: NDArray[np.int64], seed: list[int]) -> Windows:
        rng, margin = np.random.default_rng(seed), self._margin
        every = np.repeat(numbers, self.recipe.windows)
        places, body = seen(self.motions.windows(every, self.recipe.frames + 2 * margin, rng), rng)
        torsos = self.motions.torsos()[every]
        depths = guessed_depths(body[..., 1] / torsos[:, None, None], rng)
        features = picture_features(*estimated(places, rng), depths)
        return Windows(features=features.transpose(0, 2, 1), joints=body[:, margin:-margin], torsos=torsos)

    def _taught(self, cell: Cell, taught: Windows, wrong: NDArray[np.float64]) -> TemporalConvolution:
        torch.manual_seed(cell.seed)
        net = self._net()
        optimizer = torch.optim.Adam(net.parameters(), lr=_LEARNING_RATE, amsgrad=True)
        features, wanted, units = _tensor(taught.features), _tensor(wrong), _tensor(taught.torsos)
        rng = np.random.default_rng([cell.seed, 3])
        for step in range(self.recipe.steps):
            rows = torch.from_numpy(rng.choice(len(features), self.recipe.clips, replace=False))
            for group in optimizer.param_groups:
                group["lr"] = _LEARNING_RATE * 0.5 * (1 + np.cos(np.pi * step / self.recipe.steps))
            away = distances(_joints(net(features[rows]), units[rows]), wanted[rows], axis=-1)
            optimizer.zero_grad()
            robust_loss(cell.loss, away, step / self.recipe.steps).mean().backward()  # type: ignore[no-untyped-call]
            optimizer.step()
        return net.eval()

    def _net(self) -> TemporalConvolution:
        places = [(2 * joint + axis, 3 * joint + 2 * axis) for joint in range(JOINTS) for axis in range(2)]
        net = TemporalConvolution(
            CHANNELS, 3 * JOINTS, width=self.recipe.width, kernels=self.recipe.kernels, shortcuts=places
        )
        torch.nn.init.zeros_(net.shrink.weight)  # begins with the places in the picture, which saves half of the steps
        return net

    def _found(self, net: TemporalConvolution, windows: Windows) -> NDArray[np.float64]:
        with torch.no_grad():
            joints = _joints(net(_tensor(windows.features)), _tensor(windows.torsos))
        return joints.reshape(-1, JOINTS, 3).numpy().astype(np.float64)


def _joints(found: Tensor, units: Tensor) -> Tensor:
    """Return joints in metres, shape (windows, frames, 23, 3), of a net that gives torso lengths."""
    shaped = found.reshape(len(found), JOINTS, 3, -1).permute(0, 3, 1, 2)
    return shaped * units[:, None, None, None]


def _tensor(values: NDArray[np.float32] | NDArray[np.float64]) -> Tensor:
    return torch.from_numpy(np.array(values, np.float32))
