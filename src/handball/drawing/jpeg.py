"""RGB pictures to JPEG and back."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def encode_jpeg(picture: NDArray[np.uint8], quality: int = 85) -> bytes:
    """Compress an RGB picture, shape (height, width, 3); `quality` from 1 to 100."""
    bgr = cv2.cvtColor(picture, cv2.COLOR_RGB2BGR)
    return bytes(cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])[1])


def decode_jpeg(data: bytes) -> NDArray[np.uint8]:
    """Return the RGB picture of a JPEG file, shape (height, width, 3).

    Raises
    ------
    ValueError
        When the bytes are no picture.

    Examples
    --------
    >>> decode_jpeg(encode_jpeg(np.full((8, 16, 3), 200, np.uint8))).shape
    (8, 16, 3)
    """
    picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB) if data else None
    if picture is None:
        raise ValueError(f"{len(data)} bytes are no JPEG picture")
    return np.asarray(picture, np.uint8)
