"""How long calls take, in few numbers."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray


@attrs.frozen(kw_only=True)
class Times:
    """Of single calls, in milliseconds."""

    mean: float
    p50: float
    p95: float
    p99: float


def times_of(spent_ms: NDArray[np.float64]) -> Times:
    """Return mean and percentiles of times in milliseconds."""
    middle, high, highest = (float(value) for value in np.percentile(spent_ms, (50, 95, 99)))
    return Times(mean=float(spent_ms.mean()), p50=middle, p95=high, p99=highest)
