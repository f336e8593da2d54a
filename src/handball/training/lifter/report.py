"""The card of a trained lifting net: from what, by which command, how good."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import attrs

from handball import __version__
from handball.synthesis.recipe import GENERATOR_VERSION
from handball.training.lifter.loop import LifterRecipe, Trained


def card_of(recipe: LifterRecipe, trained: Trained) -> dict[str, Any]:
    """Return what the net's card says of its training."""
    return {
        "name": "lifter",
        "purpose": "joints in space from joints in the pictures of one camera",
        "data": "synthetic motions of random players (handball.training.lifter.varying), no recordings",
        "generator_version": GENERATOR_VERSION,
        "license": "Apache-2.0",
        "version": __version__,
        "commit": _commit(),
        "command": f"handball train lifter --sequences {recipe.sequences} --steps {recipe.steps} --seed {recipe.seed}",
        "recipe": attrs.asdict(recipe),
        "seconds": round(trained.seconds),
        "validation_torso_lengths": round(trained.history[-1][2], 4),
        "history": [[step, round(error, 4), round(checked, 4)] for step, error, checked in trained.history],
    }


def _commit() -> str:
    """Return the commit of the checkout that trains; empty where this is none."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()
