"""Pairs of analytic throws whose true correspondence in time is known."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.analytic_throw import AnalyticThrow, ThrowStyle, analytic_throw, warped_clock

Array = NDArray[np.float64]


@attrs.frozen(kw_only=True)
class WarpedPair:
    """A reference, a performance of the same throw on another clock, and which time meets which."""

    reference: AnalyticThrow
    performance: AnalyticThrow

    def true_time(self, reference_time: Array) -> Array:
        """Return the performance's seconds at seconds of the reference."""
        return self.performance.clock.clip_time(self.reference.clock.throw_time(np.asarray(reference_time)))


def warped(
    seed: int, rate_hz: float = 120.0, noise_mm: float = 8.0, reference: AnalyticThrow | None = None
) -> WarpedPair:
    """Return a learner's throw against the coach's: random smooth tempo, standing before and after, elbow low.

    The tempo wanders from 0.8 to 1.5, up to 0.4 s stand before and up to 0.3 s after the motion, the
    elbow is 0 to 120 mm too low, and both clips carry the noise unless a reference is given.

    Examples
    --------
    >>> pair = warped(seed=1)
    >>> bool(np.isclose(pair.true_time(pair.reference.time_of("strike")), pair.performance.time_of("strike")))
    True
    """
    rng = np.random.default_rng([seed, 2020])
    if reference is None:
        reference = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=noise_mm, seed=2 * seed))
    style = ThrowStyle(
        rate_hz=rate_hz,
        lead_in=rng.uniform(0.0, 0.4),
        tail=rng.uniform(0.0, 0.3),
        elbow_lowered_mm=rng.uniform(0.0, 120.0),
        noise_mm=noise_mm,
        seed=2 * seed + 1,
    )
    return WarpedPair(reference=reference, performance=analytic_throw(style, warped_clock(style, rng)))
