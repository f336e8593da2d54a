"""How long the error bars of one camera's angles and measures must be, quantity by quantity.

Errors of joints are carried through the formula of an angle as if they were independent. They are not: a whole arm is
lifted wrongly, or both shoulders together. So each quantity has a factor, fitted to differences of rendered throws of
two players from the same side and checked on other players (`handball bench error-bars`).
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Literal

from handball.domain.error_bars import ErrorBars
from handball.domain.pose import Pose

Lift = Literal["temporal", "landmarks"]
Measuring = Literal["temporal", "landmarks", "rig"]
"""How joints in space come about: lifted from one camera in one of two ways, or seen by several."""
LEAST_RATE_HZ = 45.0
"""Our net has learned clips of 60 pictures a second, and faster ones as several of them."""

SHARED = 0.5
"""So much of the variance of a camera's errors several throws of one athlete have in common: fitted to rendered
sessions (docs/explanation/several-throws.md)."""

OTHER_SIDE = 2.4
"""So many times as long are error bars from the side of the other arm, where the body hides the one that throws: fitted
to the clips from there of `handball bench angles`."""


def way_of_lifting(asked: Lift, pose: Pose) -> Lift:
    """Return how a clip can be lifted: as asked, but by the pose net alone where it has too few pictures a second."""
    return asked if pose.peak_rate_hz >= LEAST_RATE_HZ else "landmarks"


@cache
def error_bars_of(way: Measuring) -> ErrorBars:
    """Return the factors of a way of measuring; borders are those of one camera.

    Examples
    --------
    >>> error_bars_of("temporal").factor("right_elbow_angle") > 0
    True
    """
    table = tomllib.loads((files("handball.lifting") / "error_bars.toml").read_text(encoding="utf-8"))
    borders = table["borders"] if way != "rig" else {}
    at = table["at"].get(way, {})
    return ErrorBars(
        factors=tuple(table[way].items()),
        shared=SHARED,
        borders=tuple(borders.items()),
        moments=tuple((moment, name, factor) for moment, row in at.items() for name, factor in row.items()),
    )
