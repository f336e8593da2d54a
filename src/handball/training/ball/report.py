"""What the training of a ball net leaves beside it: the card and the curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np

from handball import __version__
from handball.ball.structures import SMALL
from handball.drawing.line_chart import Line, line_chart
from handball.storage.files import replacing
from handball.training.ball.loop import TrainedBall
from handball.training.ball.recipe import BallRecipe
from handball.training.commit import commit_of_checkout

_FILES = ("start", "clips", "own_pictures")


def card_of(recipe: BallRecipe, trained: TrainedBall, measured: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the net's card says of its training; `measured` is how good it is on each kind of crops."""
    told = attrs.asdict(recipe)
    return {
        "name": "ball",
        "purpose": "whether a piece of a picture shows a handball",
        "data": _data(recipe),
        "license": "Apache-2.0",
        "version": __version__,
        "commit": commit_of_checkout(),
        "command": command_of(recipe),
        "recipe": {**told, **{name: Path(told[name]).name for name in _FILES}},
        "solver": attrs.asdict(recipe.solver),
        "seconds": round(trained.seconds),
        "train_error": round(trained.train_error, 5),
        "measured": dict(measured),
        "history": [attrs.astuple(point) for point in trained.history],
    }


def write_curves(trained: TrainedBall, folder: Path) -> None:
    """Write errors by iteration as `curves.json` and `curves.svg`. Raises `OutputError` where that fails."""
    points = trained.history
    with replacing(folder / "curves.json") as path:
        path.write_text(json.dumps([attrs.asdict(point) for point in points], indent=1) + "\n", encoding="utf-8")
    steps = np.array([point.iteration for point in points])
    wrong = 100 * np.array([(point.train_error, 1 - point.test_accuracy) for point in points]).T
    lines = [Line(name=name, across=steps, up=up) for name, up in zip(("training", "test"), wrong, strict=True)]
    chart = line_chart(lines, title="Training of the ball net", across="iteration", up="crops told wrongly (%)")
    with replacing(folder / "curves.svg") as path:
        path.write_text(chart, encoding="utf-8")


def _data(recipe: BallRecipe) -> str:
    parts = ["synthetic crops (handball.synthesis.ball_crops)"]
    parts += ["crops of rendered clips (handball synth)"] if recipe.clips else []
    parts += ["own pictures"] if recipe.own_pictures else []
    return ", ".join(parts)


def command_of(recipe: BallRecipe) -> str:
    """Return the command without options that are as they are by default.

    Examples
    --------
    >>> command_of(BallRecipe(structure=1, seed=4))
    'handball train ball --structure 1 --seed 4'
    """
    usual, parts = BallRecipe(), ["handball train ball"]
    for name in ("structure", "iterations", "crops", "test_crops", "seed"):
        value = getattr(recipe, name)
        if value != getattr(usual, name):
            parts.append(f"--{name.replace('_', '-')} {value}")
    parts += [f"--size {recipe.size[0]}x{recipe.size[1]}"] if recipe.size != SMALL else []
    parts += ["--fc-relu"] if recipe.fc_relu else []
    parts += [f"--from {Path(recipe.start).name} --way {recipe.way}"] if recipe.start else []
    parts += [f"--clips {Path(recipe.clips).name}"] if recipe.clips else []
    parts += [f"--own-pictures {Path(recipe.own_pictures).name}"] if recipe.own_pictures else []
    return " ".join(parts)
