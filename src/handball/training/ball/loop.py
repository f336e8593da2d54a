"""The training loop of the ball net: 100 iterations, a test, and so on; resumable."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import torch
from jaxtyping import Float
from numpy.typing import NDArray
from torch import Tensor

from handball.ball.net import picture_values
from handball.ball.solver import learning_rate
from handball.ball.structures import BALL
from handball.storage.files import ensure_folder, replacing
from handball.synthesis.labeled_crops import LabeledCrops
from handball.training.ball.crop_source import Progress, TaughtCrops, gather_crops
from handball.training.ball.module import BallModule
from handball.training.ball.recipe import BallRecipe
from handball.training.recipes import keep_recipe

Tell = Callable[[str], None]

_CHECKPOINT = "checkpoint.pt"
_TESTED_AT_ONCE = 50


@attrs.frozen(kw_only=True)
class Tested:
    """Crops and the probability of a ball that the net gives for each, shape (crops,)."""

    crops: LabeledCrops
    chances: Float[np.ndarray, " crops"]

    @property
    def right(self) -> NDArray[np.bool_]:
        """Whether each crop is told rightly, shape (crops,)."""
        return np.asarray((self.chances >= 0.5) == self.crops.ball)

    @property
    def accuracy(self) -> float:
        """Share of crops that are told rightly."""
        return float(self.right.mean())


@attrs.frozen(kw_only=True)
class Point:
    """How far a training is: loss and error over the crops of the iterations since the last test, and then a test."""

    iteration: int
    train_loss: float
    train_error: float
    test_accuracy: float


@attrs.frozen(kw_only=True)
class TrainedBall:
    """A trained net, how it went, and what it says of crops.

    Attributes
    ----------
    train_error
        Share of all crops to learn from that it tells wrongly in the end.
    tested
        By kind of crops: `test`, `held-out skin`, and `clips` and `own pictures` where there are such.
    """

    net: BallModule
    history: tuple[Point, ...]
    seconds: float
    train_error: float
    tested: tuple[tuple[str, Tested], ...]


def train(
    recipe: BallRecipe,
    folder: Path,
    *,
    progress: Progress,
    tell: Tell,
    device: str = "cpu",
    crops_folder: Path | None = None,
) -> TrainedBall:
    """Train a net, keeping crops and the state so far in `folder`.

    `device` is torch's name of what computes (`cpu`, `cuda`); a training may go on elsewhere. Trainings of the same
    crops may share a `crops_folder`, which is made if it is missing.

    Raises
    ------
    OutputError
        When the folder holds a training with another recipe, or cannot be written.
    InvalidCropsError
        When there are no crops where some are expected.
    ModelError, UsageError
        When the net to begin with cannot be used.
    """
    net = recipe.build()
    ensure_folder(folder)
    keep_recipe(attrs.asdict(recipe), folder)
    crops = gather_crops(recipe, ensure_folder(crops_folder or folder), progress)
    net = net.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    run = _Run(recipe, folder, net, crops)
    solver = recipe.solver
    while run.iteration < solver.max_iter:
        run.advance()
        progress("train", run.iteration, solver.max_iter)
        if run.iteration % solver.test_interval == 0 or run.iteration == solver.max_iter:
            tell(run.check())
    return run.trained()


def batch_numbers(iteration: int, batch: int, count: int, seed: int) -> NDArray[np.int64]:
    """Return which of `count` crops an iteration learns from: all of them once, in random order, and again.

    Examples
    --------
    >>> seen = np.concatenate([batch_numbers(iteration, 64, 160, 1) for iteration in range(5)])
    >>> bool((np.bincount(seen) == 2).all())
    True
    """
    places = np.arange(iteration * batch, (iteration + 1) * batch)
    rounds = places // count
    orders = {number: np.random.default_rng([seed, 5, number]).permutation(count) for number in set(rounds.tolist())}
    return np.array([orders[number][place] for number, place in zip(rounds.tolist(), places % count, strict=True)])


class _Run:
    """One training: the net, the optimizer and where they are."""

    def __init__(self, recipe: BallRecipe, folder: Path, net: BallModule, crops: TaughtCrops) -> None:
        self._recipe, self._path, self._crops, self._solver = recipe, folder / _CHECKPOINT, crops, recipe.solver
        self.net = net
        self._optimizer = torch.optim.SGD(
            net.parameters(),
            lr=self._solver.base_lr,
            momentum=self._solver.momentum,
            weight_decay=self._solver.weight_decay,
        )
        self.iteration, self.seconds = 0, 0.0
        self._losses: list[float] = []
        self._errors: list[float] = []
        self.history: list[Point] = []
        if self._path.exists():
            self._resume()

    def advance(self) -> None:
        """Do one iteration."""
        begin = time.perf_counter()
        recipe, crops = self._recipe, self._crops.taught
        numbers = batch_numbers(self.iteration, recipe.batch, len(crops), recipe.seed)
        pictures, labels = self._values(crops, numbers)
        for group in self._optimizer.param_groups:
            group["lr"] = learning_rate(self._solver, self.iteration)
        self.net.train()
        scores = self.net(pictures)
        loss = torch.nn.functional.cross_entropy(scores, labels)
        self._optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self.iteration += 1
        self._losses.append(float(loss.detach()))
        self._errors.append(float((scores.detach().argmax(dim=1) != labels).float().mean()))
        self.seconds += time.perf_counter() - begin

    def check(self) -> str:
        """Test, and keep the state."""
        point = Point(
            iteration=self.iteration,
            train_loss=float(np.mean(self._losses)),
            train_error=float(np.mean(self._errors)),
            test_accuracy=self._tested(self._crops.tested).accuracy,
        )
        self._losses, self._errors = [], []
        self.history.append(point)
        with replacing(self._path) as beside:
            torch.save(self._state(), beside)
        return (
            f"iteration {point.iteration}: loss {point.train_loss:.4f}, "
            f"training error {100 * point.train_error:.2f} %, "
            f"test accuracy {100 * point.test_accuracy:.1f} %, {self.seconds:.0f} s"
        )

    def trained(self) -> TrainedBall:
        """Return the net and what it says of all crops."""
        crops = self._crops
        kinds = (("test", crops.tested), ("held-out skin", crops.held_out), ("clips", crops.clips))
        found = [(name, self._tested(part)) for name, part in (*kinds, ("own pictures", crops.own)) if part is not None]
        error = 1 - self._tested(crops.taught).accuracy
        return TrainedBall(
            net=self.net.cpu().eval().to(memory_format=torch.contiguous_format),  # type: ignore[call-overload]
            history=tuple(self.history),
            seconds=self.seconds,
            train_error=error,
            tested=tuple(found),
        )

    def _tested(self, crops: LabeledCrops) -> Tested:
        self.net.eval()
        found = []
        with torch.no_grad():
            for begin in range(0, len(crops), _TESTED_AT_ONCE):
                numbers = np.arange(begin, min(begin + _TESTED_AT_ONCE, len(crops)))
                scores = self.net(self._values(crops, numbers)[0])
                found.append(torch.softmax(scores.double(), dim=1)[:, BALL].cpu().numpy())
        return Tested(crops=crops, chances=np.concatenate(found))

    def _values(self, crops: LabeledCrops, numbers: NDArray[np.int64]) -> tuple[Tensor, Tensor]:
        device = next(self.net.parameters()).device
        pictures = torch.from_numpy(picture_values(crops.pixels[numbers]))
        labels = torch.from_numpy(crops.ball[numbers].astype(np.int64))
        # The same sums with the colors of a pixel side by side take half the time.
        return pictures.to(device, memory_format=torch.channels_last), labels.to(device)

    def _state(self) -> dict[str, Any]:
        return {
            "net": self.net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "iteration": self.iteration,
            "seconds": self.seconds,
            "history": [attrs.astuple(point) for point in self.history],
        }

    def _resume(self) -> None:
        device = next(self.net.parameters()).device
        state = torch.load(self._path, weights_only=True, map_location=device)
        self.net.load_state_dict(state["net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self.iteration, self.seconds = int(state["iteration"]), float(state["seconds"])
        self.history = [
            Point(iteration=int(row[0]), train_loss=row[1], train_error=row[2], test_accuracy=row[3])
            for row in state["history"]
        ]
