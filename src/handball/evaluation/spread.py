"""Middle and spread of a few values, some of which may be far off."""

from __future__ import annotations

import math

import numpy as np
from jaxtyping import Float

from handball.kinematics.vectors import wrapped_deg

_TO_SIGMA = 1.4826
_FEW = {2: 1.196, 3: 1.495, 4: 1.363, 5: 1.206, 6: 1.200, 7: 1.140, 8: 1.129, 9: 1.107}


def median_deg(values: Float[np.ndarray, " values"]) -> float:
    """Return the median of directions in degrees, taken around their mean direction.

    Examples
    --------
    >>> median_deg(np.array([175.0, -179.0, -177.0]))
    -179.0
    """
    center = np.degrees(np.angle(np.exp(1j * np.radians(values)).sum()))
    return float(wrapped_deg(np.asarray(center + np.median(wrapped_deg(values - center)))))


def robust_spread(away: Float[np.ndarray, " values"]) -> float:
    """Return one standard deviation from the median absolute deviation: one value in five may be far off.

    Corrected for few values after Croux and Rousseeuw 1992 (Time-efficient algorithms for two highly robust
    estimators of scale). NaN for a single value.

    Parameters
    ----------
    away
        Values less their median.

    Examples
    --------
    >>> round(robust_spread(np.array([-2.0, -1.0, 0.0, 1.0, 90.0])), 2)
    1.79
    """
    count = len(away)
    if count < 2:
        return float("nan")
    return _TO_SIGMA * _FEW.get(count, count / (count - 0.8)) * float(np.median(np.abs(away)))


def median_error(spread: float, count: int) -> float:
    """Return one standard deviation of the median of normal values: at most that of many, sqrt(pi / 2) of the mean's.

    Examples
    --------
    >>> median_error(6.0, 2) == 6.0 / math.sqrt(2.0), round(median_error(6.0, 5), 2)
    (True, 3.36)
    """
    wider = 1.0 if count < 3 else math.sqrt(math.pi / 2)
    return wider * spread / math.sqrt(count)
