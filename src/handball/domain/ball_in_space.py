"""Where several cameras saw the ball as they filmed it."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class BallInSpace:
    """Where several cameras saw the ball, at the times of the first one's pictures.

    Attributes
    ----------
    times
        Seconds by one clock, rising.
    positions, sigma
        Metres in the world of the cameras, and one standard deviation of each coordinate; NaN where fewer than two
        cameras saw the ball.
    speed, speed_sigma
        Metres a second where the ball was fastest over a tenth of a second, and one standard deviation; NaN where it
        was never seen so long.
    """

    times: Float[np.ndarray, " kept"] = column(np.float64)
    positions: Float[np.ndarray, "kept 3"] = column(np.float64)
    sigma: Float[np.ndarray, "kept 3"] = column(np.float64)
    speed: float
    speed_sigma: float

    def __attrs_post_init__(self) -> None:
        check_rising("times", self.times)
        for name in ("positions", "sigma"):
            check_shape(name, getattr(self, name), (len(self.times), 3))

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether two cameras or more saw the ball, shape (kept,)."""
        seen: NDArray[np.bool_] = ~np.isnan(self.positions[:, 0])
        return seen
