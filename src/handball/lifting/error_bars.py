"""How long the error bars of one camera's angles and measures must be, quantity by quantity.

Errors of joints are carried through the formula of an angle as if they were independent. They are not: a whole arm is
lifted wrongly, or both shoulders together. So each quantity has a factor, fitted to differences of rendered throws of
two players from the same side and checked on other players (`handball bench error-bars`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import Measure
from handball.domain.angles import AngleSeries

Lift = Literal["temporal", "landmarks"]
LEAST_RATE_HZ = 45.0


@cache
def _table() -> Mapping[str, Mapping[str, float]]:
    return tomllib.loads((files("handball.lifting") / "error_bars.toml").read_text(encoding="utf-8"))


@attrs.frozen(kw_only=True)
class ErrorBars:
    """Factors on one standard deviation by the name of an angle or measure; 1 where there is none."""

    factors: Mapping[str, float]

    def on_angles(self, angles: AngleSeries) -> AngleSeries:
        """Return angles with longer or shorter error bars."""
        factors = np.array([self.factors.get(name, 1.0) for name in angles.names])
        return attrs.evolve(angles, sigma_deg=angles.sigma_deg * factors)

    def on_measures(self, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Return measures with longer or shorter error bars."""
        return tuple(attrs.evolve(one, sigma=one.sigma * self.factors.get(one.name, 1.0)) for one in measures)


def way_of_lifting(asked: Lift, times: NDArray[np.float64]) -> Lift:
    """Return how a clip can be lifted: our net has not learned clips of under 45 pictures a second.

    Examples
    --------
    >>> way_of_lifting("temporal", np.arange(30) / 60), way_of_lifting("temporal", np.arange(30) / 30)
    ('temporal', 'landmarks')
    """
    enough = len(times) > 1 and 1 / float(np.quantile(np.diff(times), 0.1)) >= LEAST_RATE_HZ
    return asked if enough else "landmarks"


def error_bars_of(lift: Lift) -> ErrorBars:
    """Return the factors of a way of lifting.

    Examples
    --------
    >>> error_bars_of("temporal").factors["right_elbow_angle"] > 0
    True
    """
    return ErrorBars(factors=_table()[lift])
