"""One recipe for one folder: what a training that was stopped goes on with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handball.errors import OutputError
from handball.storage.files import replacing


def keep_recipe(recipe: Mapping[str, Any], folder: Path) -> None:
    """Write a recipe into the folder of its training.

    Raises
    ------
    OutputError
        When the folder holds a training with another recipe, or cannot be written.
    """
    path, text = folder / "recipe.json", json.dumps(recipe)
    if path.exists() and path.read_text(encoding="utf-8") != text:
        raise OutputError(f"{folder} holds a training with other options: give them again, or another --out.")
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
