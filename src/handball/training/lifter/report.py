"""What a training leaves beside its net: the card (from what, by which command, how good) and the curves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import attrs
import numpy as np

from handball import __version__
from handball.drawing.line_chart import Line, line_chart
from handball.storage.files import replacing
from handball.synthesis.recipe import GENERATOR_VERSION
from handball.training.commit import commit_of_checkout
from handball.training.lifter.loop import CONFIGS, LifterRecipe, Trained


def card_of(recipe: LifterRecipe, trained: Trained) -> dict[str, Any]:
    """Return what the net's card says of its training."""
    return {
        "name": "lifter",
        "purpose": "joints in space from joints in the pictures of one camera",
        "data": _data(recipe),
        "generator_version": GENERATOR_VERSION,
        "license": "Apache-2.0",
        "version": __version__,
        "commit": commit_of_checkout(),
        "command": _command(recipe),
        "recipe": {**attrs.asdict(recipe), "capture": Path(recipe.capture).name},
        "seconds": round(trained.seconds),
        "validation_torso_lengths": round(trained.history[-1][2], 4),
        "held_out_torso_lengths": {name: round(error, 4) for name, error in trained.held_out},
        "history": [[step, round(error, 4), round(checked, 4)] for step, error, checked in trained.history],
    }


def write_curves(trained: Trained, folder: Path) -> None:
    """Write the errors by step as `curves.csv` and `curves.svg`.

    The training error is the mean of a coordinate, the validation error the mean distance of a joint; torso lengths.
    """
    steps, taught, checked = np.array(trained.history).T
    rows = [
        "step,training_coordinate_error,validation_joint_error",
        *(f"{int(step)},{error:.5f},{check:.5f}" for step, error, check in zip(steps, taught, checked, strict=True)),
    ]
    with replacing(folder / "curves.csv") as path:
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    lines = [
        Line(name="validation, joint", across=steps, up=checked),
        Line(name="training, axis", across=steps, up=taught),
    ]
    with replacing(folder / "curves.svg") as path:
        path.write_text(
            line_chart(lines, title="Training of the lifting net", across="step", up="error (torso lengths)"), "utf-8"
        )


def _data(recipe: LifterRecipe) -> str:
    drawn = "synthetic motions of random players (handball.training.lifter.varying)"
    if not recipe.capture:
        return f"{drawn}, no recordings"
    without = f", without {', '.join(recipe.held_out)}" if recipe.held_out else ""
    return (
        f"{drawn} and {Path(recipe.capture).name} (CMU Graphics Lab Motion Capture Database, free for any use){without}"
    )


def _command(recipe: LifterRecipe) -> str:
    """Return the command without options that are as they are by default."""
    usual = CONFIGS["full" if recipe.width == CONFIGS["full"].width else "lite"]
    parts = [f"handball train lifter --sequences {recipe.sequences} --steps {recipe.steps} --seed {recipe.seed}"]
    if usual is CONFIGS["full"]:
        parts.append("--config full")
    if recipe.kernels != usual.kernels:
        parts.append(f"--receptive-field {int(np.prod(recipe.kernels))}")
    if recipe.causal:
        parts.append("--causal")
    if recipe.loss != usual.loss:
        parts.append(f"--loss {recipe.loss}")
    if recipe.capture:
        parts.append(f"--mocap {Path(recipe.capture).name}")
    if recipe.held_out:
        parts.append(f"--held-out {' '.join(recipe.held_out)}")
    if recipe.unlabeled:
        parts.append(f"--unlabeled {recipe.unlabeled:g}")
    return " ".join(parts)
