"""What a recording sounds like."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column


@attrs.frozen(kw_only=True)
class Sound:
    """One channel of sound, even in time.

    `begin` is the time of its first sample on the clock of the pictures, seconds since the first frame of the file.
    """

    begin: float
    rate_hz: float
    samples: Float[np.ndarray, " samples"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        if not self.rate_hz > 0:
            raise ValueError(f"rate_hz must be positive, found {self.rate_hz}")

    @property
    def times(self) -> NDArray[np.float64]:
        """Time of every sample on the clock of the pictures, seconds."""
        return self.begin + np.arange(len(self.samples)) / self.rate_hz
