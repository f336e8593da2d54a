"""Which moment of a performance corresponds to which moment of the standard."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column


@attrs.frozen(kw_only=True)
class Alignment:
    """A monotone path through the rows of two clips, reference first.

    Attributes
    ----------
    path
        Rows (reference, performance) of the two angle series, each column never falling.
    costs
        Local cost of each step of the path.
    distance
        Path cost divided by the summed lengths of both clips; 0 for equal clips.
    method
        Name of the aligner that made it.
    """

    path: Int[np.ndarray, "steps 2"] = column(np.int64)
    costs: Float[np.ndarray, " steps"] = column(np.float64)
    distance: float
    method: str

    def __attrs_post_init__(self) -> None:
        check_shape("path", self.path, (len(self.costs), 2))
        if len(self.path) == 0 or np.any(np.diff(self.path, axis=0) < 0):
            raise ValueError("an alignment path must have steps and never run backwards")

    def performance_rows(self, reference_row: int) -> NDArray[np.int64]:
        """Return the performance rows that meet a reference row (the nearest ones outside the path)."""
        nearest = self.path[np.argmin(np.abs(self.path[:, 0] - reference_row)), 0]
        rows: NDArray[np.int64] = self.path[self.path[:, 0] == nearest, 1]
        return rows

    def transferred(self, reference_row: int) -> int:
        """Carry one reference row over: the performance row with the least local cost, ties the median."""
        nearest = self.path[np.argmin(np.abs(self.path[:, 0] - reference_row)), 0]
        steps = np.flatnonzero(self.path[:, 0] == nearest)
        best = steps[self.costs[steps] <= self.costs[steps].min() + 1e-12]
        return int(self.path[best[len(best) // 2], 1])
