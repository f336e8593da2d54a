"""Angles over time with their uncertainty."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class AngleSeries:
    """Named angles in degrees on the rows of a pose; NaN where an angle cannot be measured.

    `sigma_deg` is one standard deviation of each value, from the uncertainty of the joints alone.
    """

    names: tuple[str, ...]
    frames: Int[np.ndarray, " frames"] = column(np.int64)
    times: Float[np.ndarray, " frames"] = column(np.float64)
    degrees: Float[np.ndarray, "frames angles"] = column(np.float64)
    sigma_deg: Float[np.ndarray, "frames angles"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        shape = (len(self.frames), len(self.names))
        check_shape("times", self.times, (len(self.frames),))
        check_shape("degrees", self.degrees, shape)
        check_shape("sigma_deg", self.sigma_deg, shape)
        check_rising("times", self.times)

    def curve(self, name: str) -> NDArray[np.float64]:
        """Return one angle over time, shape (frames,). Raises `ValueError` for an unknown name."""
        values: NDArray[np.float64] = self.degrees[:, self.names.index(name)]
        return values

    def sigma(self, name: str) -> NDArray[np.float64]:
        """Return the uncertainty of one angle over time, shape (frames,)."""
        values: NDArray[np.float64] = self.sigma_deg[:, self.names.index(name)]
        return values

    def rows(self, rows: slice) -> AngleSeries:
        """Return the angles on a run of rows."""
        return attrs.evolve(
            self,
            frames=self.frames[rows],
            times=self.times[rows],
            degrees=self.degrees[rows],
            sigma_deg=self.sigma_deg[rows],
        )
