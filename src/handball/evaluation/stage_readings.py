"""Read from one throw what the table of levels asks for."""

from __future__ import annotations

import attrs

from handball.domain.action import Measure
from handball.domain.performance import Performance
from handball.evaluation.stage_rules import stage_rules
from handball.kinematics.direction import throwing_direction
from handball.kinematics.stage_measures import stage_measures
from handball.kinematics.technique_measures import Throw, technique_measures


def read_stages(performance: Performance) -> tuple[Measure, ...]:
    """Read every measure of the table of levels at the throw's own key actions, with one standard deviation each.

    Parameters
    ----------
    performance
        In right-handed form.
    """
    throw = Throw(
        body=performance.body,
        angles=performance.angles,
        key_actions=performance.key_actions,
        direction=throwing_direction(performance.body, performance.key_actions["strike"].row),
    )
    found = {one.name: one for one in (*technique_measures(throw), *stage_measures(throw))}
    bars = performance.error_bars
    return tuple(
        attrs.evolve(found[name], sigma=found[name].sigma * bars.factor(bars_of) * bars.border(bars_of))
        for name, bars_of in _wanted().items()
    )


def _wanted() -> dict[str, str]:
    """Return each measure of the table with the measure whose error bars it has."""
    every = [reading for rule in stage_rules() for question in rule.questions for reading in question]
    return {one.measure: one.bars_of or one.measure for one in every}
