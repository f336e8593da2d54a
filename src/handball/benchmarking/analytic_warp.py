"""Pairs of analytic throws whose true correspondence in time is known."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.analytic_throw import AnalyticThrow, ThrowStyle, analytic_throw, warped_clock

Array = NDArray[np.float64]

_STYLED = (
    "hip_line_angle",
    "shoulder_line_angle",
    "trunk_tilt_forward",
    "trunk_tilt_lateral",
    "right_shoulder_elevation",
    "right_shoulder_azimuth",
    "right_elbow_angle",
    "right_forearm_rotation",
    "left_shoulder_elevation",
    "left_elbow_angle",
    "left_knee_angle",
    "right_knee_angle",
)


@attrs.frozen(kw_only=True)
class WarpedPair:
    """A reference, a performance of the same throw on another clock, and which time meets which."""

    reference: AnalyticThrow
    performance: AnalyticThrow

    def true_time(self, reference_time: Array) -> Array:
        """Return the performance's seconds at seconds of the reference."""
        return self.performance.clock.clip_time(self.reference.clock.throw_time(np.asarray(reference_time)))


def warped(seed: int, rate_hz: float = 120.0, noise_mm: float = 8.0, style_deg: float = 0.0) -> WarpedPair:
    """Return a learner's throw against the coach's: random smooth tempo, standing before and after, elbow low.

    The tempo wanders from 0.8 to 1.5, up to 0.4 s stand before and up to 0.3 s after the motion, the
    elbow is 0 to 120 mm too low, and both clips carry the noise. With `style_deg` each angle of the
    learner also differs by a constant of that standard deviation, as another body and view do.

    Examples
    --------
    >>> pair = warped(seed=1)
    >>> bool(np.isclose(pair.true_time(pair.reference.time_of("strike")), pair.performance.time_of("strike")))
    True
    """
    rng = np.random.default_rng([seed, 2020])
    style = ThrowStyle(
        rate_hz=rate_hz,
        lead_in=rng.uniform(0.0, 0.4),
        tail=rng.uniform(0.0, 0.3),
        elbow_lowered_mm=rng.uniform(0.0, 120.0),
        noise_mm=noise_mm,
        seed=2 * seed + 1,
    )
    clock = warped_clock(style, rng)
    if style_deg:
        offsets = rng.normal(0.0, style_deg, len(_STYLED)).tolist()
        style = attrs.evolve(style, angle_offsets=tuple(zip(_STYLED, offsets, strict=True)))
    reference = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=noise_mm, seed=2 * seed))
    return WarpedPair(reference=reference, performance=analytic_throw(style, clock))
