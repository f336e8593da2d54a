"""The analytic throw as the tests use it: every stage has an exact or bounded answer."""

from functools import cache

from handball.benchmarking.alignment import angles_of
from handball.benchmarking.analytic_throw import AnalyticThrow, Clock, ThrowStyle, analytic_throw, lowering_deg
from handball.benchmarking.analytic_warp import WarpedPair, warped
from handball.domain.angles import AngleSeries
from handball.kinematics.angles import measure_angles

__all__ = [
    "AnalyticThrow",
    "Clock",
    "ThrowStyle",
    "WarpedPair",
    "analytic_throw",
    "lowering_deg",
    "throw_angles",
    "warped",
    "warped_angles",
]


@cache
def throw_angles(style: ThrowStyle | None = None, *, action_only: bool = False) -> AngleSeries:
    """Return the unsmoothed angles of a throw, of its action from start to finish if asked for."""
    throw = analytic_throw(style)
    angles = measure_angles(throw.body)
    return angles.rows(throw.action_rows) if action_only else angles


@cache
def warped_angles(seed: int, rate_hz: float = 120.0) -> tuple[WarpedPair, AngleSeries, AngleSeries]:
    """Return a warped pair, the reference's angles from start to finish, and all of the performance's."""
    pair = warped(seed, rate_hz)
    reference, performance = angles_of(pair)
    return pair, reference.rows(pair.reference.action_rows), performance
