"""Boxes around people: in one picture (`Boxes`) and of one person over time (`BoxTrack`)."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class Boxes:
    """Boxes of people in one picture, `xyxy` in pixels, with scores from 0 to 1."""

    xyxy: Float[np.ndarray, "boxes 4"] = column(np.float64)
    scores: Float[np.ndarray, " boxes"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("xyxy", self.xyxy, (len(self.scores), 4))

    def __len__(self) -> int:
        return len(self.scores)


@attrs.frozen(kw_only=True)
class BoxTrack:
    """Boxes of one person over time, on the frames where he or she was found."""

    number: int
    frames: Int[np.ndarray, " found"] = column(np.int64)
    xyxy: Float[np.ndarray, "found 4"] = column(np.float64)
    scores: Float[np.ndarray, " found"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("xyxy", self.xyxy, (len(self.frames), 4))
        check_shape("scores", self.scores, (len(self.frames),))
        check_rising("frames", self.frames)

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def centers(self) -> NDArray[np.float64]:
        """Box centres in pixels, shape (found, 2)."""
        centers: NDArray[np.float64] = (self.xyxy[:, :2] + self.xyxy[:, 2:]) / 2
        return centers

    @property
    def areas(self) -> NDArray[np.float64]:
        """Box areas in square pixels, shape (found,)."""
        sizes = self.xyxy[:, 2:] - self.xyxy[:, :2]
        areas: NDArray[np.float64] = sizes[:, 0] * sizes[:, 1]
        return areas

    def at(self, frames: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return boxes interpolated to other frames (held constant outside), shape (len(frames), 4)."""
        columns = [np.interp(frames, self.frames, self.xyxy[:, k]) for k in range(4)]
        boxes: NDArray[np.float64] = np.stack(columns, axis=1)
        return boxes
