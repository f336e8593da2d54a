"""The card of the lifting net that ships with the package: data, command, metrics, checksum."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from handball.errors import ModelError
from handball.lifting.temporal import lifter_path


def lifter_card() -> dict[str, Any]:
    """Return what is known of the net. Raises `ModelError` where its card is missing or damaged."""
    path = lifter_path().with_suffix(".json")
    try:
        card: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} cannot be read ({error}): install handball anew.") from error
    return card


def verify_lifter() -> None:
    """Compare the net with its checksum. Raises `ModelError` where it is missing or damaged."""
    path = lifter_path()
    try:
        found = hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError as error:
        raise ModelError(f"{path} cannot be read ({error}): install handball anew.") from error
    if found != lifter_card()["sha256"]:
        raise ModelError(f"{path} is damaged (checksum {found[:12]}...): install handball anew.")
