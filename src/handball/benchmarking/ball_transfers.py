"""From small pictures to large ones in three ways, against training from scratch: who is how good after how long."""

from __future__ import annotations

import attrs
import numpy as np

from handball.benchmarking.ball_trainings import BallTraining, Plan, Tell, accuracy_of, finished_training, kept_training
from handball.benchmarking.intervals import Share
from handball.storage.files import ensure_folder
from handball.training.ball.export import export
from handball.training.ball.loop import Point
from handball.training.ball.recipe import BallRecipe
from handball.training.ball.transfer import WAYS

SCRATCH = "scratch"
_ASKED, _WITHIN = 0.99, 0.01


@attrs.frozen(kw_only=True)
class Transfer:
    """One way to a net of large pictures.

    Attributes
    ----------
    way
        One of `WAYS`, or from scratch.
    before
        Test crops told rightly before the first iteration on large pictures.
    right, iterations
        After the last one.
    best
        Of all tests.
    to_asked, to_scratch
        Iterations until a test is at 99 %, and until it is within a point of where training from scratch ends; none
        where that never happens or that training is not there.
    """

    way: str
    before: Share
    right: Share
    iterations: int
    best: float
    to_asked: int | None
    to_scratch: int | None


def reached(history: tuple[Point, ...], accuracy: float) -> int | None:
    """Return the iteration of the first test that is at least so good.

    Examples
    --------
    >>> points = [Point(iteration=n, train_loss=0, train_error=0, test_accuracy=n / 1000) for n in (100, 200, 300)]
    >>> reached(tuple(points), 0.2), reached(tuple(points), 0.5)
    (200, None)
    """
    return next((point.iteration for point in history if point.test_accuracy >= accuracy), None)


def train_transfers(plan: Plan, tell: Tell) -> None:
    """Train from scratch, and in every way from small pictures; what is done stays."""
    finished_training(plan.folder, plan.small(), tell)
    for recipe in _recipes(plan).values():
        finished_training(plan.folder, recipe, tell)


def transfer_rows(plan: Plan) -> tuple[Transfer, ...]:
    """Return the ways that are trained; none where the net of small pictures is not."""
    if kept_training(plan.folder, plan.small()) is None:
        return ()
    found = {way: (recipe, kept_training(plan.folder, recipe)) for way, recipe in _recipes(plan).items()}
    scratch = found[SCRATCH][1]
    target = scratch.right.value - _WITHIN if scratch is not None else np.inf
    return tuple(
        _transfer(way, plan, recipe, done, target) for way, (recipe, done) in found.items() if done is not None
    )


def _recipes(plan: Plan) -> dict[str, BallRecipe]:
    return {SCRATCH: plan.large(3, False), **{way: plan.fine(way) for way in WAYS}}


def _transfer(way: str, plan: Plan, recipe: BallRecipe, done: BallTraining, target: float) -> Transfer:
    return Transfer(
        way=way,
        before=_before(plan, recipe),
        right=done.right,
        iterations=done.iterations,
        best=float(np.max([point.test_accuracy for point in done.history])),
        to_asked=reached(done.history, _ASKED),
        to_scratch=reached(done.history, target),
    )


def _before(plan: Plan, recipe: BallRecipe) -> Share:
    """Return how good the net is as it begins."""
    path = ensure_folder(plan.folder / "starts") / f"{recipe.way if recipe.start else SCRATCH}.onnx"
    export(recipe.build(), path, {})
    return accuracy_of(path, plan.gathered(recipe.size).tested)
