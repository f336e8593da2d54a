"""What matters at which key action, read from `key_angles.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any

from handball.domain.action import AnchorName

Direction = str
"""`more` or `less`: whether the performance has more or less of a quantity than the standard."""


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads((files("handball.evaluation") / "key_angles.toml").read_text(encoding="utf-8"))


def angle_weight(name: str, key_action: AnchorName) -> float:
    """Return the weight of an angle (right-handed form) at a key action. Raises `KeyError` for an unknown one."""
    return float(_table()[key_action]["weights"][name])


def measure_weight(name: str) -> float:
    """Return the weight of a measure. Raises `KeyError` for an unknown one."""
    return float(_table()["measures"][name])


def first_screen(key_action: AnchorName) -> tuple[str, ...]:
    """Return the angles of the first screen, the most important first.

    Examples
    --------
    >>> first_screen("strike")[0]
    'right_elbow_angle'
    """
    return tuple(_table()[key_action]["first"])


def by_importance(
    names: tuple[str, ...], key_action: AnchorName, first: tuple[str, ...] | None = None
) -> tuple[str, ...]:
    """Sort angles: those of the first screen (the table's where not given) in order, then others by falling weight."""
    first = first_screen(key_action) if first is None else first

    def place(name: str) -> tuple[int, float]:
        return (first.index(name) if name in first else len(first), -angle_weight(name, key_action))

    return tuple(sorted(names, key=place))


@cache
def body_part(name: str) -> str:
    """Return the part of the body that a quantity speaks of; its own name where the table has none.

    Examples
    --------
    >>> body_part("least_elbow_angle") == body_part("right_elbow_angle")
    True
    """
    return next((part for part, names in _table()["parts"].items() if name in names), name)


def needs_exact_frame(measure: str) -> bool:
    """Tell whether a measure hangs on one exact frame, and so on the frame rate."""
    return measure not in _table()["robust"]


def replaced_by(measure: str) -> tuple[str, ...]:
    """Return the `angle@key_action` that a measure without an exact frame says just as well."""
    return tuple(_table()["robust"].get(measure, ()))


def has_own_tip(key: str) -> bool:
    """Tell whether a tip with this key stands in the language tables beside the general one."""
    return key in _table()["tips"]["specific"]
