"""Draw a sheet of labeled crops: `python scripts/picture_ball_crops.py docs/pictures/ball_crops.jpg`."""

from __future__ import annotations

import argparse
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.ball_crops import Crop, CropSet

_ACROSS, _SIZE, _SHOWN = 10, (160, 120), (160, 120)


def sheet(crops: list[Crop]) -> NDArray[np.uint8]:
    """Return RGB pixels of all crops side by side, with a green bar below those that show a ball, a grey one else."""
    tiles = [_tile(crop) for crop in crops]
    tiles += [np.full_like(tiles[0], 255)] * (-len(tiles) % _ACROSS)
    rows = [np.hstack(tiles[begin : begin + _ACROSS]) for begin in range(0, len(tiles), _ACROSS)]
    return np.vstack(rows)


def _tile(crop: Crop) -> NDArray[np.uint8]:
    shown = np.asarray(cv2.resize(crop.pixels, _SHOWN, interpolation=cv2.INTER_CUBIC), np.uint8)
    bar = np.full((14, _SHOWN[0], 3), (20, 150, 60) if crop.facts.ball else (150, 150, 150), np.uint8)
    text = "ball" if crop.facts.ball else "no ball"
    cv2.putText(bar, text, (4, 11), cv2.FONT_HERSHEY_SIMPLEX, 0.38, (255, 255, 255), 1, cv2.LINE_AA)
    return np.pad(np.vstack([shown, bar]), ((2, 2), (2, 2), (0, 0)), constant_values=255)


def main() -> None:
    """Draw the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--width", type=int, default=_SIZE[0])
    given = parser.parse_args()
    crops = CropSet(seed=given.seed)
    size = (given.width, given.width * 3 // 4)
    picture = sheet([crops.crop(number, size) for number in range(given.count)])
    if not cv2.imwrite(str(given.path), picture[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, 85]):
        raise SystemExit(f"{given.path} cannot be written")


if __name__ == "__main__":
    main()
