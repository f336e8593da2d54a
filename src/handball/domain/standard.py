"""The standard action: one coach clip, or several that span a band."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import check_shape, column
from handball.domain.performance import Performance


@attrs.frozen(kw_only=True)
class Band:
    """Mean and spread (one standard deviation) of each angle on the rows of the medoid's action."""

    mean_deg: Float[np.ndarray, "rows angles"] = column(np.float64)
    spread_deg: Float[np.ndarray, "rows angles"] = column(np.float64)
    clips: int

    def __attrs_post_init__(self) -> None:
        check_shape("spread_deg", self.spread_deg, self.mean_deg.shape)


@attrs.frozen(kw_only=True)
class StandardAction:
    """What a performance is compared with.

    `medoid` numbers the clip that is nearest to all others; `band` stands on the rows of its
    action (start to finish) and is None for a single clip.
    """

    clips: tuple[Performance, ...]
    medoid: int
    band: Band | None

    def __attrs_post_init__(self) -> None:
        if not 0 <= self.medoid < len(self.clips):
            raise ValueError(f"medoid {self.medoid} is not one of {len(self.clips)} clips")

    @property
    def reference(self) -> Performance:
        """The medoid clip."""
        return self.clips[self.medoid]
