"""How much of a difference is still fine."""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

from handball.domain.action import AnchorName
from handball.evaluation.settings import EvaluationSettings

_DEFAULT_STRICTNESS = 2.0


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads((files("handball.evaluation") / "tolerances.toml").read_text(encoding="utf-8"))


def angle_tolerance(name: str, key_action: AnchorName) -> float:
    """Return the tolerance of an angle (right-handed form) against a single clip, in degrees.

    Examples
    --------
    >>> angle_tolerance("right_elbow_angle", "strike"), angle_tolerance("trunk_tilt_forward", "strike")
    (15.0, 12.0)
    """
    everywhere, here = _table()["everywhere"], _table().get(key_action, {})
    general = here.get("angle", everywhere["angle"])
    return here.get(name, everywhere.get(name, general))


def measure_tolerance(name: str) -> float:
    """Return the tolerance of a measure against a single clip, in its own unit.

    Raises
    ------
    KeyError
        For a measure that the table does not name.
    """
    return _table()["measures"][name]


def scaled_tolerance(table_value: float, spread: float, settings: EvaluationSettings) -> float:
    """Adapt a tolerance of the table to the strictness and, where there is one, to the standard's spread.

    Parameters
    ----------
    table_value
        Tolerance against a single clip.
    spread
        One standard deviation of the standard's clips; NaN for a single clip.

    Examples
    --------
    >>> scaled_tolerance(15.0, float("nan"), EvaluationSettings())
    15.0
    >>> scaled_tolerance(15.0, 9.0, EvaluationSettings(strictness=1.5))
    13.5
    >>> scaled_tolerance(15.0, 0.1, EvaluationSettings())
    5.0
    """
    if math.isnan(spread):
        wanted = table_value * settings.strictness / _DEFAULT_STRICTNESS
    else:
        wanted = settings.strictness * spread
    return max(wanted, table_value * settings.floor_share)
