"""The training loop of the finder: rounds over all crops, a test after each; resumable."""

from __future__ import annotations

import time
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import attrs
import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from handball.errors import ModelError
from handball.storage.files import ensure_folder, replacing
from handball.synthesis.labeled_crops import LabeledCrops
from handball.training.ball.crop_source import Progress
from handball.training.ball.loop import Tell
from handball.training.ball_finder.crops import FinderCrops, gather
from handball.training.ball_finder.lessons import Lesson, changed, lesson
from handball.training.ball_finder.module import ACROSS, BALL, HELD, LOG_DIAMETER, FinderModule
from handball.training.ball_finder.recipe import FinderRecipe
from handball.training.recipes import keep_recipe

_CHECKPOINT = "checkpoint.pt"
_TESTED_AT_ONCE = 500
_CIRCLE_WEIGHT, _HELD_WEIGHT, _CIRCLE_BEND = 0.5, 0.3, 0.1
_RISING = 0.1


@attrs.frozen(kw_only=True)
class TestedFinder:
    """What the finder says of crops: `outputs` (crops, 5) as the net gives them."""

    crops: LabeledCrops
    outputs: np.ndarray

    @property
    def found(self) -> np.ndarray:
        """Whether it sees a ball in each, shape (crops,)."""
        return np.asarray(self.outputs[:, BALL] >= 0)

    @property
    def accuracy(self) -> float:
        """Share of crops that it tells rightly."""
        return float((self.found == self.crops.ball).mean())

    @property
    def placed(self) -> float:
        """Share of the balls found that are placed within half of their radius; NaN without any."""
        right = self.found & self.crops.ball
        truth = lesson(self.crops, np.flatnonzero(right)).circles.numpy()
        miss = np.linalg.norm(self.outputs[right, ACROSS : ACROSS + 2] - truth[:, :2], axis=1) / 2
        return float((miss <= self.crops.diameter[right] / 4).mean()) if right.any() else float("nan")

    @property
    def held(self) -> float:
        """Share of the balls found of which it tells rightly whether a hand holds them; NaN without any."""
        known = self.found & (self.crops.held >= 0)
        right = (self.outputs[known, HELD] >= 0) == (self.crops.held[known] == 1)
        return float(right.mean()) if known.any() else float("nan")


@attrs.frozen(kw_only=True)
class Round:
    """How far a training is after a round: mean loss, and the share of test crops told rightly."""

    number: int
    loss: float
    test_accuracy: float


@attrs.frozen(kw_only=True)
class TrainedFinder:
    """A trained net, how it went, and what it says of crops by their name."""

    net: FinderModule
    history: tuple[Round, ...]
    seconds: float
    tested: tuple[tuple[str, TestedFinder], ...]


def train(recipe: FinderRecipe, folder: Path, *, progress: Progress, tell: Tell, device: str = "cpu") -> TrainedFinder:
    """Train a finder, keeping crops and the state so far in `folder`.

    Raises
    ------
    OutputError
        When the folder holds a training with another recipe, or cannot be written.
    InvalidCropsError
        When there are no crops where some are expected.
    """
    ensure_folder(folder)
    keep_recipe(attrs.asdict(recipe), folder)
    run = _Run(recipe, folder / _CHECKPOINT, gather(recipe, folder, progress), device)
    while run.round < recipe.rounds:
        run.advance(progress)
        tell(run.check())
    return run.trained()


class _Run:
    """One training: the net, the optimizer and where they are."""

    def __init__(self, recipe: FinderRecipe, path: Path, crops: FinderCrops, device: str) -> None:
        torch.manual_seed(recipe.seed)
        self._recipe, self._path, self._crops, self._device = recipe, path, crops, device
        self._steps = max(1, len(crops.taught) // recipe.batch)
        self.net = FinderModule().to(device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        self._optimizer = torch.optim.AdamW(self.net.parameters(), lr=recipe.rate, weight_decay=recipe.weight_decay)
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, recipe.rate, total_steps=recipe.rounds * self._steps, pct_start=_RISING
        )
        self.round, self.seconds, self._loss = 0, 0.0, float("nan")
        self.history: list[Round] = []
        if path.exists():
            self._resume()
        elif recipe.start:
            self.net.load_state_dict(_state_of(Path(recipe.start), device)["net"])

    def advance(self, progress: Progress) -> None:
        """See all crops once."""
        recipe, begin = self._recipe, time.perf_counter()
        generator = torch.Generator().manual_seed(recipe.seed * 1000 + self.round)
        torch.manual_seed(recipe.seed * 1000 + self.round)
        order = np.random.default_rng([recipe.seed, 6, self.round]).permutation(len(self._crops.taught))
        losses = []
        self.net.train()
        for step in range(self._steps):
            numbers = order[step * recipe.batch : (step + 1) * recipe.batch]
            loss = self._loss_of(changed(lesson(self._crops.taught, numbers), generator))
            self._optimizer.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]
            self._optimizer.step()
            self._schedule.step()
            losses.append(float(loss.detach()))
            progress("train", self.round * self._steps + step + 1, recipe.rounds * self._steps)
        self.round += 1
        self._loss = float(np.mean(losses))
        self.seconds += time.perf_counter() - begin

    def check(self) -> str:
        """Test, and keep the state."""
        tested = {name: self._tested(crops) for name, crops in self._crops.tested}
        self.history.append(Round(number=self.round, loss=self._loss, test_accuracy=tested["test"].accuracy))
        with replacing(self._path) as beside:
            torch.save(self._state(), beside)
        told = [
            f"{name} {100 * found.accuracy:.1f} % right, {100 * found.placed:.0f} % placed, "
            f"hand {100 * found.held:.0f} % right"
            for name, found in tested.items()
        ]
        return f"round {self.round}: loss {self._loss:.4f}; {'; '.join(told)}; {self.seconds:.0f} s"

    def trained(self) -> TrainedFinder:
        """Return the net and what it says of all crops to test with."""
        return TrainedFinder(
            net=self.net.cpu().eval(),
            history=tuple(self.history),
            seconds=self.seconds,
            tested=tuple((name, self._tested(crops)) for name, crops in self._crops.tested),
        )

    def _loss_of(self, given: Lesson) -> Tensor:
        pictures = given.pictures.to(self._device, memory_format=torch.channels_last)
        found = self.net(pictures).cpu()
        ball = functional.binary_cross_entropy_with_logits(found[:, BALL], given.ball)
        there, told = given.ball > 0, ~torch.isnan(given.held)
        circles = found[there, ACROSS : LOG_DIAMETER + 1]
        place = functional.smooth_l1_loss(circles, given.circles[there], beta=_CIRCLE_BEND, reduction="sum")
        held = functional.binary_cross_entropy_with_logits(found[told, HELD], given.held[told], reduction="sum")
        return (
            ball + _CIRCLE_WEIGHT * place / max(1, 3 * int(there.sum())) + _HELD_WEIGHT * held / max(1, int(told.sum()))
        )

    def _tested(self, crops: LabeledCrops) -> TestedFinder:
        self.net.eval()
        found = []
        with torch.no_grad():
            for begin in range(0, len(crops), _TESTED_AT_ONCE):
                numbers = np.arange(begin, min(begin + _TESTED_AT_ONCE, len(crops)))
                found.append(self.net(lesson(crops, numbers).pictures.to(self._device)).cpu().numpy())
        return TestedFinder(crops=crops, outputs=np.concatenate(found))

    def _state(self) -> dict[str, Any]:
        return {
            "net": self.net.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "schedule": self._schedule.state_dict(),
            "round": self.round,
            "seconds": self.seconds,
            "history": [attrs.astuple(each) for each in self.history],
        }

    def _resume(self) -> None:
        state = _state_of(self._path, self._device)
        self.net.load_state_dict(state["net"])
        self._optimizer.load_state_dict(state["optimizer"])
        self._schedule.load_state_dict(state["schedule"])
        self.round, self.seconds = int(state["round"]), float(state["seconds"])
        self.history = [Round(number=int(row[0]), loss=row[1], test_accuracy=row[2]) for row in state["history"]]


def _state_of(path: Path, device: str) -> dict[str, Any]:
    """Read the state of a training. Raises `ModelError` where the file holds none."""
    try:
        state: dict[str, Any] = torch.load(path, weights_only=True, map_location=device)
        _ = state["net"]
    except (OSError, KeyError, RuntimeError, UnpicklingError) as error:
        raise ModelError(f"{path} holds no state of a training ({error}): give its checkpoint.pt.") from error
    return state
