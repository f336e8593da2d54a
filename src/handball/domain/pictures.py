"""Pictures of the athlete, kept small and compressed for the report."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, column


@attrs.frozen(kw_only=True)
class Pictures:
    """Equal crops of some frames as JPEG.

    A point of the full picture maps to `(point - offset) * scale` in the crop.
    """

    frames: Int[np.ndarray, " pictures"] = column(np.int64)
    jpegs: tuple[bytes, ...] = attrs.field(repr=False)
    width: int
    height: int
    offset: Float[np.ndarray, " 2"] = column(np.float64)
    scale: float

    def __attrs_post_init__(self) -> None:
        check_rising("frames", self.frames)
        if len(self.jpegs) != len(self.frames):
            raise ValueError(f"{len(self.frames)} frames, but {len(self.jpegs)} pictures")

    def to_crop(self, points: NDArray[np.float64]) -> NDArray[np.float64]:
        """Map pixels of the full picture, shape (..., 2), to pixels of the crop."""
        mapped: NDArray[np.float64] = (points - self.offset) * self.scale
        return mapped

    def nearest(self, frame: int) -> int:
        """Return the number of the picture whose frame is nearest."""
        return int(np.argmin(np.abs(self.frames - frame)))
