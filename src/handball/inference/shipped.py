"""The nets that come with the package, which we trained: each with its card of data, command, metrics, checksum."""

from __future__ import annotations

import hashlib
import json
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, get_args

from handball.errors import ModelError

Shipped = Literal["lifter", "ball_finder"]
SHIPPED: tuple[Shipped, ...] = get_args(Shipped)


def shipped_path(name: Shipped) -> Path:
    """Return where a net is."""
    return Path(str(files("handball") / "weights" / f"{name}.onnx"))


def shipped_card(name: Shipped) -> dict[str, Any]:
    """Return what is known of a net. Raises `ModelError` where its card is missing or damaged."""
    path = shipped_path(name).with_suffix(".json")
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}): install handball anew.") from error
    return card


def verify_shipped(name: Shipped) -> None:
    """Compare a net with its checksum. Raises `ModelError` where it is missing or damaged."""
    path = shipped_path(name)
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error}): install handball anew.") from error
    if found != shipped_card(name)["sha256"]:
        raise ModelError(f"{path} is damaged (checksum {found[:12]}...): install handball anew.")
