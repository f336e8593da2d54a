"""What the training of the finder leaves: the net, its card and the curves."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import torch

from handball import __version__
from handball.ball.finder_net import HEIGHT, STRUCTURE, WIDTH
from handball.drawing.line_chart import Line, line_chart
from handball.storage.files import replacing
from handball.training.ball_finder.loop import TrainedFinder
from handball.training.ball_finder.module import ReadFinder
from handball.training.ball_finder.recipe import FinderRecipe
from handball.training.commit import commit_of_checkout
from handball.training.exporting import export_onnx


def export(recipe: FinderRecipe, trained: TrainedFinder, measured: Mapping[str, Any], path: Path) -> None:
    """Write the net to `path` for `ball.finder_net.FinderNet`, and its card beside it (`.json`).

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    export_onnx(
        ReadFinder(trained.net),
        torch.zeros(2, 3, HEIGHT, WIDTH),
        path,
        entry="pictures",
        result="circles",
        axes={0: "count"},
        properties={"structure": STRUCTURE},
        card=_card(recipe, trained, measured),
    )


def write_curves(trained: TrainedFinder, folder: Path) -> None:
    """Write loss and accuracy by round as `curves.json` and `curves.svg`. Raises `OutputError` where that fails."""
    with replacing(folder / "curves.json") as path:
        told = [attrs.asdict(each) for each in trained.history]
        path.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
    rounds = np.array([each.number for each in trained.history])
    wrong = np.array([100 * (1 - each.test_accuracy) for each in trained.history])
    lines = [Line(name="test", across=rounds, up=wrong)]
    chart = line_chart(lines, title="Training of the ball finder", across="round", up="crops told wrongly (%)")
    with replacing(folder / "curves.svg") as path:
        path.write_text(chart, encoding="utf-8")


def _card(recipe: FinderRecipe, trained: TrainedFinder, measured: Mapping[str, Any]) -> dict[str, Any]:
    names = [Path(folder).name for folder in recipe.clips]
    return {
        "name": STRUCTURE,
        "purpose": "whether a piece of a picture shows a handball, where, and whether a hand holds it",
        "data": "synthetic: drawn crops (handball.synthesis.ball_crops)"
        + (", crops of rendered clips (handball synth)" if names else "")
        + (", real pictures with marked balls" if recipe.pictures else ""),
        "license": "Apache-2.0",
        "version": __version__,
        "commit": commit_of_checkout(),
        "command": command_of(recipe),
        "recipe": {
            **attrs.asdict(recipe),
            "clips": names,
            "pictures": Path(recipe.pictures).name,
            "start": Path(recipe.start).name,
        },
        "seconds": round(trained.seconds),
        "measured": {
            name: {
                **measured.get(name, {}),
                "placed_within_half_a_radius": round(found.placed, 4),
                "hand_told_rightly": round(found.held, 4),
            }
            for name, found in trained.tested
        },
        "history": [attrs.astuple(each) for each in trained.history],
    }


def command_of(recipe: FinderRecipe) -> str:
    """Return the command without options that are as they are by default.

    Examples
    --------
    >>> command_of(FinderRecipe(rounds=3, clips=("sets/fan",), clips_hashes=("a",)))
    'handball train ball-finder --rounds 3 --clips fan'
    """
    usual, parts = FinderRecipe(), ["handball train ball-finder"]
    for name in ("crops", "test_crops", "rounds", "seed"):
        value = getattr(recipe, name)
        if value != getattr(usual, name):
            parts.append(f"--{name.replace('_', '-')} {value}")
    if recipe.clips:
        parts.append("--clips " + " ".join(Path(folder).name for folder in recipe.clips))
    parts += [f"--pictures {Path(recipe.pictures).name}"] if recipe.pictures else []
    parts += [f"--from {Path(recipe.start).name}"] if recipe.start else []
    return " ".join(parts)
