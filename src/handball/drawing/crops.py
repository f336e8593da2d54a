"""Small equal crops around a person, kept as JPEG while a video streams by."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pictures import Pictures
from handball.drawing.faces import blur_face
from handball.drawing.jpeg import encode_jpeg

LONGEST_SIDE_PX = 560
_MARGIN = 0.14
_QUALITY = 80
_HEAD_SHARE = 0.075
"""Half the width of a head with some hair, as a share of the height of a person's box."""


class Cropper:
    """Cuts the same rectangle out of every picture: the union of a person's boxes with a margin.

    Parameters
    ----------
    boxes
        The person's boxes in pixels, shape (frames, 4).
    size
        Width and height of the pictures.
    blur
        Blur the person's face.
    """

    def __init__(self, boxes: Float[np.ndarray, "frames 4"], size: tuple[int, int], blur: bool = False) -> None:
        low, high = boxes[:, :2].min(axis=0), boxes[:, 2:].max(axis=0)
        margin = _MARGIN * float(np.median(boxes[:, 3] - boxes[:, 1]))
        self._low = np.floor(np.clip(low - margin, 0, size)).astype(int)
        self._high = np.ceil(np.clip(high + margin, 0, size)).astype(int)
        sides = self._high - self._low
        self._scale = min(1.0, LONGEST_SIDE_PX / float(sides.max()))
        self._shape = tuple(int(side) for side in np.maximum(np.round(sides * self._scale), 1))
        self._head = _HEAD_SHARE * float(np.median(boxes[:, 3] - boxes[:, 1])) * self._scale
        self._blur = blur
        self._frames: list[int] = []
        self._jpegs: list[bytes] = []

    def add(self, frame: int, picture: NDArray[np.uint8], head_px: Float[np.ndarray, "points 2"]) -> None:
        """Keep the crop of one RGB picture; `head_px` are the points of the face to blur."""
        (x0, y0), (x1, y1) = self._low, self._high
        crop = cv2.resize(picture[y0:y1, x0:x1], self._shape, interpolation=cv2.INTER_AREA)
        if self._blur:
            crop = blur_face(np.asarray(crop, np.uint8), (head_px - self._low) * self._scale, self._head)
        self._frames.append(frame)
        self._jpegs.append(encode_jpeg(np.asarray(crop, np.uint8), _QUALITY))

    def pictures(self) -> Pictures:
        """Return all crops so far."""
        return Pictures(
            frames=np.array(self._frames, dtype=np.int64),
            jpegs=tuple(self._jpegs),
            width=self._shape[0],
            height=self._shape[1],
            offset=self._low.astype(np.float64),
            scale=self._scale,
        )
