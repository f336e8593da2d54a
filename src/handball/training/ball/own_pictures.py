"""A user's own pictures to learn from: a folder with `positive/` (a ball) and `negative/` (none)."""

from __future__ import annotations

import hashlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.errors import InvalidCropsError
from handball.synthesis.labeled_crops import LabeledCrops, plain

FOLDERS = (("negative", False), ("positive", True))
ENDINGS = frozenset({".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"})
_TESTED_EVERY = 5
"""Of the pictures of a folder in the order of their names, each fifth is for testing."""


def own_pictures(folder: Path, size: tuple[int, int]) -> tuple[LabeledCrops, LabeledCrops]:
    """Read the pictures to learn from and those to test with, each fifth of a folder.

    The middle of each picture is cut out at 4 to 3, as large as it can be, and resampled.

    Parameters
    ----------
    folder
        With `positive` and `negative` in it.
    size
        Width and height of the crops in pixels.

    Raises
    ------
    InvalidCropsError
        When a folder is missing or has fewer than five pictures, or a picture cannot be read.
    """
    taught: list[tuple[NDArray[np.uint8], bool]] = []
    tested: list[tuple[NDArray[np.uint8], bool]] = []
    for name, ball in FOLDERS:
        for number, path in enumerate(_pictures(folder / name)):
            (tested if number % _TESTED_EVERY == _TESTED_EVERY - 1 else taught).append((_read(path, size), ball))
    return _together(taught), _together(tested)


def _together(pictures: list[tuple[NDArray[np.uint8], bool]]) -> LabeledCrops:
    return plain(np.stack([pixels for pixels, _ in pictures]), [ball for _, ball in pictures])


def fingerprint(folder: Path) -> str:
    """Return 16 hexadecimal digits that change with the pictures. Raises as `own_pictures` does for folders."""
    digest = hashlib.sha256()
    for name, _ in FOLDERS:
        for path in _pictures(folder / name):
            digest.update(f"{name}/{path.name}".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()[:16]


def _pictures(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise InvalidCropsError(
            f"{folder} is no folder: own pictures need a folder with 'positive' (a ball) and 'negative' (none) in it."
        )
    found = sorted(path for path in folder.iterdir() if path.suffix.lower() in ENDINGS)
    if len(found) < _TESTED_EVERY:
        raise InvalidCropsError(
            f"{folder} has {len(found)} pictures, expected at least {_TESTED_EVERY}: put more there (PNG or JPEG)."
        )
    return found


def _read(path: Path, size: tuple[int, int]) -> NDArray[np.uint8]:
    data = np.fromfile(path, np.uint8)
    picture = cv2.imdecode(data, cv2.IMREAD_COLOR_RGB) if data.size else None
    if picture is None:
        raise InvalidCropsError(f"{path} cannot be read as a picture: save it again as PNG or JPEG, or take it out.")
    height, width = picture.shape[:2]
    rows, columns = min(height, max(1, width * 3 // 4)), min(width, max(1, height * 4 // 3))
    top, left = (height - rows) // 2, (width - columns) // 2
    middle = picture[top : top + rows, left : left + columns]
    return np.asarray(cv2.resize(middle, size, interpolation=cv2.INTER_AREA), np.uint8)
