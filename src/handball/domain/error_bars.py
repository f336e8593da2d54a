"""How much longer or shorter the error bars of a clip are than the errors of its joints alone make them."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import Measure
from handball.domain.angles import AngleSeries


@attrs.frozen(kw_only=True)
class ErrorBars:
    """How long error bars are.

    Attributes
    ----------
    factors
        Factors on one standard deviation, as pairs of the name of an angle or measure and its factor; 1 without one.
    shared
        Share of the variance, from 0 to 1, that several throws of one athlete from one side have in common: what the
        same camera gets wrong each time.
    borders
        Further factors for values that are held against a fixed border, as of a fault, by the name of the measure: what
        one camera gets wrong with everybody falls out of the difference of two clips, and not there. 1 without one.
    moments
        Factors on the whole uncertainty, of joints and of timing, of an angle at a key action: triples of the key
        action's name, the angle and its factor; 1 without one.
    """

    factors: tuple[tuple[str, float], ...] = ()
    shared: float = 1.0
    borders: tuple[tuple[str, float], ...] = ()
    moments: tuple[tuple[str, str, float], ...] = ()

    def factor(self, name: str) -> float:
        """Return the factor of an angle or measure.

        Examples
        --------
        >>> ErrorBars(factors=(("stride_length", 2.0),)).factor("stride_length"), ErrorBars().factor("stride_length")
        (2.0, 1.0)
        """
        return dict(self.factors).get(name, 1.0)

    def border(self, name: str) -> float:
        """Return the further factor of a measure that is held against a fixed border.

        Examples
        --------
        >>> ErrorBars(borders=(("plant_stride", 1.5),)).border("plant_stride"), ErrorBars().border("plant_stride")
        (1.5, 1.0)
        """
        return dict(self.borders).get(name, 1.0)

    def at(self, moment: str, name: str) -> float:
        """Return the factor of an angle at a key action.

        Examples
        --------
        >>> ErrorBars(moments=(("strike", "right_elbow_angle", 0.8),)).at("strike", "right_elbow_angle")
        0.8
        """
        return {(where, what): factor for where, what, factor in self.moments}.get((moment, name), 1.0)

    def longer(self, times: float) -> ErrorBars:
        """Return factors that are so many times as large."""
        longer = tuple((name, times * factor) for name, factor in self.factors)
        return attrs.evolve(self, factors=longer)

    def on_angles(self, angles: AngleSeries) -> AngleSeries:
        """Return angles with longer or shorter error bars."""
        return attrs.evolve(angles, sigma_deg=angles.sigma_deg * np.array([self.factor(name) for name in angles.names]))

    def on_measures(self, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Return measures with longer or shorter error bars."""
        return tuple(attrs.evolve(one, sigma=one.sigma * self.factor(one.name)) for one in measures)

    def against_borders(self, measures: tuple[Measure, ...]) -> tuple[Measure, ...]:
        """Return measures with the error bars that they have as values of one clip, not as a difference of two."""
        return tuple(attrs.evolve(one, sigma=one.sigma * self.border(one.name)) for one in measures)
