"""RGB pictures as files."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.errors import OutputError
from handball.storage.files import replacing

PICTURE_SUFFIXES = (".png", ".jpg", ".jpeg")


def check_picture_name(path: Path) -> None:
    """Refuse a name whose ending is no picture's.

    Raises
    ------
    OutputError
        Naming the endings that are known.
    """
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        raise OutputError(f"{path} has no known ending, expected one of {', '.join(PICTURE_SUFFIXES)}.")


def save_picture(path: Path, picture: NDArray[np.uint8]) -> None:
    """Write an RGB picture, shape (height, width, 3), in the format that its name ends in.

    Raises
    ------
    OutputError
        When the file cannot be written or its ending is not known.
    """
    check_picture_name(path)
    data = cv2.imencode(path.suffix.lower(), cv2.cvtColor(picture, cv2.COLOR_RGB2BGR))[1]
    with replacing(path) as temporary:
        temporary.write_bytes(bytes(data))
