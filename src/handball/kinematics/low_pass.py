"""A Butterworth low-pass without lag, forward and back; no library to load for it."""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

_NEGLIGIBLE = 1e-17
_LONGEST = 20_000
_PADDING = 12


def low_pass(
    values: Float[np.ndarray, "rows axes"], cutoff_hz: float, rate_hz: float
) -> Float[np.ndarray, "rows axes"]:
    """Low-pass evenly sampled values, forward and back: of fourth order together, without lag.

    The second-order Butterworth filter by the bilinear transform (Butterworth 1930; Winter 2009), as a convolution
    with its impulse response, which is followed until it is negligible. The ends are continued by up to 12 samples
    turned about the end point, beyond which the values stand still.

    Parameters
    ----------
    values
        In any unit, none missing.
    cutoff_hz, rate_hz
        Cut-off, below half of the rate, and samples a second.

    Returns
    -------
    numpy.ndarray
        In the unit of the values.
    """
    padding = min(len(values) - 1, _PADDING)
    before = 2 * values[0] - values[padding:0:-1]
    after = 2 * values[-1] - values[-2 : -padding - 2 : -1]
    response = np.array(_impulse_response(cutoff_hz / rate_hz))
    forward = _filtered(np.concatenate([before, values, after]), response)
    back = _filtered(forward[::-1], response)[::-1]
    return back[padding : padding + len(values)]


def _filtered(values: NDArray[np.float64], response: NDArray[np.float64]) -> NDArray[np.float64]:
    """Filter values that have stood still before the first one."""
    stood = np.broadcast_to(values[0], (len(response), values.shape[1]))
    whole = np.concatenate([stood, values])
    return np.stack([np.convolve(axis, response)[len(response) : len(whole)] for axis in whole.T], axis=1)


@lru_cache(maxsize=32)
def _impulse_response(cutoff: float) -> tuple[float, ...]:
    """Impulse response of the second-order filter whose cut-off is a share of the rate."""
    warped = math.tan(math.pi * cutoff)
    scale = 1.0 / (1.0 + math.sqrt(2.0) * warped + warped**2)
    gain = warped**2 * scale
    once, twice = 2.0 * (warped**2 - 1.0) * scale, (1.0 - math.sqrt(2.0) * warped + warped**2) * scale
    response = [gain, 2.0 * gain - once * gain]
    response.append(gain - once * response[1] - twice * response[0])
    while max(abs(response[-1]), abs(response[-2])) > _NEGLIGIBLE and len(response) < _LONGEST:
        response.append(-once * response[-1] - twice * response[-2])
    return tuple(response)
