"""How a search for the ball kept pace with a camera."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int64
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class LiveRun:
    """The pictures of a camera that were looked at, one row each.

    Attributes
    ----------
    times
        Seconds by one clock, when each picture was there, rising.
    latencies
        Seconds from then until it was known where the ball is in it.
    dropped
        How many pictures came since the row before and were replaced by newer ones, unlooked at.
    circles
        Center x, y and radius of the ball in pixels of the camera; NaN in all three where it was not seen.
    wanted_hz
        Pictures a second that the camera was to give.
    size
        Width and height in pixels of the pictures that were looked at.
    """

    times: Float[np.ndarray, " kept"] = column(np.float64)
    latencies: Float[np.ndarray, " kept"] = column(np.float64)
    dropped: Int64[np.ndarray, " kept"] = column(np.int64)
    circles: Float[np.ndarray, "kept 3"] = column(np.float64)
    wanted_hz: float
    size: tuple[int, int]

    def __attrs_post_init__(self) -> None:
        count = len(self.times)
        check_rising("times", self.times)
        for name, shape in (("latencies", (count,)), ("dropped", (count,)), ("circles", (count, 3))):
            check_shape(name, getattr(self, name), shape)
        if (self.latencies < 0).any() or (self.dropped < 0).any():
            raise ValueError("latencies and dropped must not be below 0")
        if not self.wanted_hz > 0:
            raise ValueError(f"wanted_hz must be above 0, found {self.wanted_hz}")

    def __len__(self) -> int:
        return len(self.times)

    @property
    def kept_hz(self) -> float:
        """Pictures a second that were looked at; NaN for fewer than two."""
        return self._rate_hz(len(self) - 1)

    @property
    def offered_hz(self) -> float:
        """Pictures a second that the camera gave; NaN where fewer than two were looked at."""
        return self._rate_hz(len(self) - 1 + int(self.dropped[1:].sum()))

    @property
    def lost(self) -> int:
        """How many pictures nobody looked at."""
        return int(self.dropped.sum())

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether the ball was seen, shape (kept,)."""
        seen: NDArray[np.bool_] = ~np.isnan(self.circles[:, 0])
        return seen

    @property
    def mean_latency(self) -> float:
        """Seconds; NaN without a picture."""
        return float(self.latencies.mean()) if len(self) else float("nan")

    def latency(self, percent: float) -> float:
        """Return the seconds that so many percent of the latencies do not exceed; NaN without a picture.

        Between two latencies it is interpolated, as `numpy.percentile` does.

        Examples
        --------
        >>> run = LiveRun(times=[0, 1, 2], latencies=[0.25, 0.5, 0.75], dropped=[0] * 3, circles=[[np.nan] * 3] * 3,
        ...               wanted_hz=1.0, size=(640, 480))
        >>> run.latency(50)
        0.5
        """
        return float(np.percentile(self.latencies, percent)) if len(self) else float("nan")

    def _rate_hz(self, steps: int) -> float:
        return steps / float(self.times[-1] - self.times[0]) if len(self) > 1 else float("nan")
