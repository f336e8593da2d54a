"""The trainings that `handball bench ball` compares; each is kept in a folder of its own when it is done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from handball.ball.net import open_ball_net
from handball.ball.structures import CHECKING, SMALL
from handball.benchmarking.ball_recall import ball_recall
from handball.benchmarking.intervals import Share, share_of
from handball.storage.files import ensure_folder
from handball.synthesis.labeled_crops import LabeledCrops
from handball.training.ball.crop_source import TaughtCrops, gather_crops
from handball.training.ball.export import export
from handball.training.ball.loop import Point, train
from handball.training.ball.recipe import BallRecipe, file_sha256
from handball.training.ball.report import card_of
from handball.training.ball.transfer import Way
from handball.training.recipes import keep_recipe

Tell = Callable[[str], None]

_AT_ONCE = 50


@attrs.frozen(kw_only=True)
class Plan:
    """What is trained, and from what.

    Attributes
    ----------
    folder
        For crops and trainings.
    size
        Width and height of the large pictures.
    iterations, small_iterations, fine_iterations
        Of a training from scratch on large pictures, on small ones, and on large ones after small ones; 0 is the
        paper's number: 6000, 6000, 2000.
    crops, test_crops
        To learn from, and to test with.
    """

    folder: Path
    size: tuple[int, int] = CHECKING
    iterations: int = 0
    small_iterations: int = 0
    fine_iterations: int = 0
    crops: int = 5000
    test_crops: int = 1000
    seed: int = 0

    def small(self) -> BallRecipe:
        """Return structure 3 on small pictures."""
        return self._recipe(structure=3, size=SMALL, iterations=self.small_iterations)

    def large(self, structure: int, fc_relu: bool) -> BallRecipe:
        """Return a structure on large pictures, from scratch."""
        return self._recipe(structure=structure, size=self.size, fc_relu=fc_relu, iterations=self.iterations)

    def fine(self, way: Way) -> BallRecipe:
        """Return structure 3 on large pictures after small ones. Raises `UsageError` where those are to come yet."""
        start = net_of(self.folder, self.small())
        return self._recipe(
            structure=3,
            size=self.size,
            iterations=self.fine_iterations,
            start=str(start),
            start_sha256=file_sha256(start),
            way=way,
        )

    def gathered(self, size: tuple[int, int]) -> TaughtCrops:
        """Return the crops of a size, those drawn that are not kept yet."""
        return gather_crops(self._recipe(size=size), ensure_folder(crops_of(self.folder, size)), lambda *_: None)

    def _recipe(self, **more: Any) -> BallRecipe:
        return BallRecipe(crops=self.crops, test_crops=self.test_crops, seed=self.seed, **more)


@attrs.frozen(kw_only=True)
class BallTraining:
    """A training that is done.

    Attributes
    ----------
    iterations, seconds
        How long it was.
    right
        Test crops told rightly.
    train_error
        Share of the crops to learn from that are told wrongly in the end.
    history
        A test after every 100 iterations.
    net
        Its file.
    """

    iterations: int
    seconds: float
    right: Share
    train_error: float
    history: tuple[Point, ...]
    net: Path


def net_of(folder: Path, recipe: BallRecipe) -> Path:
    """Return where the net of a training is kept."""
    width, height = recipe.size
    words = [recipe.way if recipe.start else "scratch", str(recipe.structure), *(["relu"] if recipe.fc_relu else [])]
    return folder / "trainings" / f"{'_'.join(words)}_{width}x{height}_{recipe.solver.max_iter}" / "ball.onnx"


def crops_of(folder: Path, size: tuple[int, int]) -> Path:
    """Return where the crops of a size are kept."""
    return folder / f"crops_{size[0]}x{size[1]}"


def kept_training(folder: Path, recipe: BallRecipe) -> BallTraining | None:
    """Return a training that is done, or none. Raises `OutputError` where its folder holds one of another recipe."""
    net = net_of(folder, recipe)
    card = net.with_suffix(".json")
    if not (net.exists() and card.exists()):
        return None
    keep_recipe(attrs.asdict(recipe), net.parent)
    told = json.loads(card.read_text(encoding="utf-8"))
    right = told["measured"]["test"]["right"]
    points = [dict(zip(attrs.fields_dict(Point), row, strict=True)) for row in told["history"]]
    return BallTraining(
        iterations=recipe.solver.max_iter,
        seconds=told["seconds"],
        right=Share(hits=right["hits"], of=right["of"]),
        train_error=told["train_error"],
        history=tuple(Point(**point) for point in points),
        net=net,
    )


def finished_training(folder: Path, recipe: BallRecipe, tell: Tell) -> BallTraining:
    """Return a training, done now or before; one that was stopped goes on. Raises as `train` does."""
    kept = kept_training(folder, recipe)
    if kept is not None:
        return kept
    net = net_of(folder, recipe)
    done = train(
        recipe,
        net.parent,
        progress=lambda *_: None,
        tell=lambda text: tell(f"{net.parent.name}: {text}"),
        crops_folder=crops_of(folder, recipe.size),
    )
    found = [ball_recall(name, tested.crops, tested.chances >= 0.5) for name, tested in done.tested]
    export(done.net, net, card_of(recipe, done, {recall.name: recall.to_json() for recall in found}))
    return finished_training(folder, recipe, tell)


def accuracy_of(net: Path, crops: LabeledCrops) -> Share:
    """Return how many crops a net tells rightly."""
    return share_of(said_by(net, crops) == crops.ball)


def said_by(net: Path, crops: LabeledCrops) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return for each crop whether a net says "ball"."""
    ball = open_ball_net(net)
    parts = [ball(crops.pixels[begin : begin + _AT_ONCE]) for begin in range(0, len(crops), _AT_ONCE)]
    return np.concatenate(parts) >= 0.5
