"""What single large residuals may cost."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


def redescending(square: Array, scale: float) -> tuple[Array, Array]:
    """Return cost and weight of squared residuals after Geman and McClure 1987: an outlier loses its say.

    Examples
    --------
    >>> redescending(np.array([0.0, 9.0]), 3.0)[1].tolist()
    [1.0, 0.25]
    """
    held = 1 + square / scale**2
    return square / held, 1 / held**2


def flattening(square: Array, scale: float) -> tuple[Array, Array]:
    """Return cost and weight of squared residuals that count by their size beyond `scale` (pseudo-Huber)."""
    held = np.sqrt(1 + square / scale**2)
    return 2 * scale**2 * (held - 1), 1 / held
