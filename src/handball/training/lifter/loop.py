"""The training loop of the lifting net: by the clock, resumable."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handball.errors import UsageError
from handball.lifting.features import CHANNELS, JOINTS
from handball.storage.files import ensure_folder, replacing
from handball.training.lifter.batches import Batches, Clips
from handball.training.lifter.motions import Motions
from handball.training.lifter.sources import MotionSource
from handball.training.lifter.total_loss import LiftingLoss, loss_of, mean_joint_error
from handball.training.lifter.unlabeled import UnlabeledTeacher, withheld
from handball.training.nets.temporal_convolution import KERNELS, TemporalConvolution
from handball.training.recipes import keep_recipe

Tell = Callable[[str], None]
Progress = Callable[[str, int, int], None]

_LEARNING_RATE, _LEAST_RATE_SHARE, _WARM_UP = 1e-3, 0.02, 200
_HELD_BACK, _FEWEST_SEQUENCES = 300, 8
_CHECK_EVERY, _CHECKED_BATCHES, _SETTLING_BATCHES = 250, 6, 120
_CHECKPOINT = "checkpoint.pt"


@attrs.frozen(kw_only=True)
class LifterRecipe:
    """What a lifting net is trained from; the same recipe continues a training that was stopped.

    Attributes
    ----------
    capture
        File of recorded motions (`capture.py`); none if empty.
    held_out
        Techniques and families of recorded motions that the net does not see.
    unlabeled
        Share of the motions that are shown in the picture only, from 0 (none) to below 1: their joints in space are
        withheld, and every step learns from as many clips of them as of the others (`unlabeled.py`).
    """

    sequences: int = 8000
    steps: int = 8000
    seed: int = 7
    width: int = 256
    kernels: tuple[int, ...] = KERNELS[45]
    causal: bool = False
    loss: LiftingLoss = "absolute"
    capture: str = ""
    held_out: tuple[str, ...] = ()
    unlabeled: float = 0.0

    def __attrs_post_init__(self) -> None:
        if self.sequences < _FEWEST_SEQUENCES or self.steps < 1 or self.seed < 0:
            raise UsageError(
                f"A training needs at least {_FEWEST_SEQUENCES} sequences, 1 step and a seed from 0, "
                f"found {self.sequences}, {self.steps} and {self.seed}."
            )
        if not 0 <= self.unlabeled < 1:
            raise UsageError(
                f"The share of motions without joints in space must be from 0 to below 1, found {self.unlabeled}."
            )

    def build(self) -> TemporalConvolution:
        """Return the net with random weights."""
        torch.manual_seed(self.seed)
        places = [(2 * joint + axis, 6 * joint + 2 * axis) for joint in range(JOINTS) for axis in range(2)]
        return TemporalConvolution(
            CHANNELS, 6 * JOINTS, width=self.width, kernels=self.kernels, shortcuts=places, causal=self.causal
        )


CONFIGS: Mapping[str, LifterRecipe] = MappingProxyType(
    {
        "lite": LifterRecipe(sequences=3000, steps=6000),
        "full": LifterRecipe(sequences=20000, steps=60000, width=1024, kernels=KERNELS[243]),
    }
)
"""For a processor with two cores, and for a graphics card."""


@attrs.frozen(kw_only=True)
class Trained:
    """A trained net and how it went: rows of step, training and validation error in torso lengths.

    `held_out` is the error on motions of kinds that it has not seen.
    """

    net: TemporalConvolution
    history: tuple[tuple[int, float, float], ...]
    seconds: float
    held_out: tuple[tuple[str, float], ...] = ()


def train(recipe: LifterRecipe, folder: Path, *, progress: Progress, tell: Tell, device: str = "cpu") -> Trained:
    """Train a net, keeping motions and the state so far in `folder`.

    `device` is torch's name of what computes (`cpu`, `cuda`); a training may go on elsewhere.

    Raises
    ------
    OutputError
        When the folder holds a training with another recipe.
    """
    ensure_folder(folder)
    keep_recipe(_kept(recipe), folder)
    source = MotionSource(
        sequences=recipe.sequences, seed=recipe.seed, capture=recipe.capture, held_out=recipe.held_out
    )
    motions = source.taught(folder, progress)
    run = _Run(recipe, folder, motions, torch.device(device))
    while run.step < recipe.steps:
        run.advance()
        progress("train", run.step, recipe.steps)
        if run.step % _CHECK_EVERY == 0 or run.step == recipe.steps:
            tell(run.check())
    tell(run.settle())
    kept = source.held_out_motions(folder, progress)
    held_out = tuple((name, run.error_on(motions)) for name, motions in kept.items())
    return Trained(net=run.net.cpu().eval(), history=tuple(run.history), seconds=run.seconds, held_out=held_out)


def _kept(recipe: LifterRecipe) -> dict[str, Any]:
    told = attrs.asdict(recipe)
    if not recipe.unlabeled:
        del told["unlabeled"]  # as trainings were kept before there was this option
    return told


class _Run:
    """One training: the net, the optimizer and where they are."""

    def __init__(self, recipe: LifterRecipe, folder: Path, motions: Motions, device: torch.device) -> None:
        self._recipe, self._path, self._device = recipe, folder / _CHECKPOINT, device
        self.net = recipe.build().to(device)
        self._optimizer = torch.optim.AdamW(self.net.parameters(), lr=_LEARNING_RATE, weight_decay=1e-4)
        self.step, self.seconds, self._error = 0, 0.0, float("nan")
        self.history: list[tuple[int, float, float]] = []
        margins = self.net.before, self.net.after
        numbers = np.arange(len(motions))
        held = min(_HELD_BACK, recipe.sequences // 4)
        held_back = numbers[recipe.sequences - held : recipe.sequences]
        check = Batches(motions, margins, held_back, np.random.default_rng([recipe.seed, 1]))
        self._checks = [tuple(part.to(device) for part in check.draw()) for _ in range(_CHECKED_BATCHES)]
        state = self._kept_state()
        taught = np.setdiff1d(numbers, held_back)
        self._teacher: UnlabeledTeacher | None = None
        if recipe.unlabeled:
            unlabeled = withheld(taught, recipe.unlabeled, recipe.seed)
            taught = np.setdiff1d(taught, unlabeled)
            self._teacher = self._build_teacher(motions, unlabeled, state)
        rng = np.random.default_rng([recipe.seed, 2, self.step])
        self._batches = Batches(motions, margins, taught, rng)

    def _build_teacher(
        self, motions: Motions, numbers: NDArray[np.int64], state: dict[str, Any] | None
    ) -> UnlabeledTeacher:
        teacher = UnlabeledTeacher.beside(
            self.net,
            width=self._recipe.width,
            motions=motions,
            numbers=numbers,
            seed=self._recipe.seed,
            step=self.step,
            device=self._device,
        )
        if state is not None:
            teacher.resume(state["way"])
        return teacher

    def advance(self) -> None:
        """Do one step."""
        begin = time.perf_counter()
        clips = self._batches.draw_clips().on(self._device)
        self.net.train()
        rate = _LEARNING_RATE * rate_share(self.step, self._recipe.steps)
        for group in self._optimizer.param_groups:
            group["lr"] = rate
        self._optimizer.zero_grad()
        loss, error = self._loss(clips)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self._optimizer.step()
        if self._teacher is not None:
            self._teacher.step(rate)
        self.step += 1
        self._error = error if np.isnan(self._error) else 0.98 * self._error + 0.02 * error
        self.seconds += time.perf_counter() - begin

    def _loss(self, clips: Clips) -> tuple[Tensor, float]:
        """Return the loss of a step, and the mean absolute error of a coordinate where joints are known."""
        done = self.step / self._recipe.steps
        if self._teacher is None:
            return loss_of(self.net(clips.features), clips.joints, self._recipe.loss, done)
        found, added = self._teacher.loss(self.net, clips, done)
        loss, error = loss_of(found, clips.joints, self._recipe.loss, done)
        return loss + added, error

    def settle(self) -> str:
        """Take the statistics of batch normalization over many batches, which the last few alone make uncertain."""
        self.net.eval()
        for layer in self.net.modules():
            if isinstance(layer, torch.nn.BatchNorm1d):
                layer.reset_running_stats()
                layer.momentum = None  # the plain mean over batches
                layer.train()
        with torch.no_grad():
            batches = attrs.evolve(self._batches, rng=np.random.default_rng([self._recipe.seed, 3]))
            for _ in range(min(_SETTLING_BATCHES, self._recipe.steps)):
                self.net(batches.draw()[0].to(self._device))
        error = self._checked_error()
        self.history.append((self.step, self._error, error))
        return f"settled: joints {error:.4f} torso lengths off"

    def error_on(self, motions: Motions) -> float:
        """Return the mean distance of joints in torso lengths on other motions."""
        margins, rng = (self.net.before, self.net.after), np.random.default_rng([self._recipe.seed, 4])
        batches = Batches(motions, margins, np.arange(len(motions)), rng)
        return self._error_of(
            [tuple(part.to(self._device) for part in batches.draw()) for _ in range(_CHECKED_BATCHES)]
        )

    def _checked_error(self) -> float:
        return self._error_of(self._checks)

    def _error_of(self, checks: Sequence[tuple[Tensor, ...]]) -> float:
        self.net.eval()
        with torch.no_grad():
            return float(np.mean([mean_joint_error(self.net(features), wanted) for features, wanted in checks]))

    def check(self) -> str:
        """Measure on motions that were held back, and keep the state."""
        self.history.append((self.step, self._error, self._checked_error()))
        with replacing(self._path) as beside:
            torch.save(self._state(), beside)
        return f"step {self.step}: joints {self.history[-1][2]:.4f} torso lengths off, {self.seconds:.0f} s"

    def _state(self) -> dict[str, Any]:
        beside = {} if self._teacher is None else {"way": self._teacher.state()}
        return {
            **beside,
            "net": self.net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "step": self.step,
            "seconds": self.seconds,
            "history": self.history,
        }

    def _kept_state(self) -> dict[str, Any] | None:
        """Go on from the state that was kept, if there is one, and return it."""
        if not self._path.exists():
            return None
        state: dict[str, Any] = torch.load(self._path, weights_only=True, map_location=self._device)
        self.net.load_state_dict(state["net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.step, self.seconds = int(state["step"]), float(state["seconds"])
        self.history = [(int(step), float(error), float(checked)) for step, error, checked in state["history"]]
        return state


def rate_share(step: int, steps: int) -> float:
    """Return the share of the learning rate: a short warm-up, full for half of the steps, then a cosine down.

    Examples
    --------
    >>> rate_share(1000, 4000), round(rate_share(4000, 4000), 3)
    (1.0, 0.02)
    """
    done = step / steps
    falling = 1.0 if done < 0.5 else max(_LEAST_RATE_SHARE, 0.5 * (1 + np.cos(np.pi * (2 * done - 1))))
    return float(min(1.0, (step + 1) / _WARM_UP) * falling)
