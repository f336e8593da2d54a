"""One picture to look at: a picture file, or the first frame of a video."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np

from handball.acquisition.decoding import Upright, decoded_frames, open_stream
from handball.errors import UnreadableVideoError
from handball.stages import Picture

_PICTURES = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})


def still_picture(path: Path) -> Picture:
    """Return an upright RGB picture, shape (height, width, 3).

    Raises
    ------
    UnreadableVideoError
        When the file is missing or neither a picture nor a video.
    """
    if path.suffix.lower() in _PICTURES and path.is_file():
        picture = cv2.imdecode(np.fromfile(path, np.uint8), cv2.IMREAD_COLOR_RGB) if path.stat().st_size else None
        if picture is None:
            raise UnreadableVideoError(f"{path} cannot be read as a picture: save it again as PNG or JPEG.")
        return np.asarray(picture, np.uint8)
    with open_stream(path) as (container, stream):
        aspect = stream.sample_aspect_ratio
        for frame in decoded_frames(container, stream):
            return Upright.of(frame, float(aspect) if aspect else 1.0).picture(frame)
    raise UnreadableVideoError(f"{path} holds no pictures: record a video with pictures.")
