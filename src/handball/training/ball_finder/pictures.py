"""Crops of real pictures whose balls are marked by boxes in the YOLO format, to learn from and to test with."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition.still import still_picture
from handball.ball.finder_net import HEIGHT, WIDTH
from handball.ball.places import cut
from handball.errors import InvalidCropsError
from handball.synthesis.crop_plan import LARGEST, SMALLEST
from handball.synthesis.labeled_crops import LabeledCrops, plain

Array = NDArray[np.float64]

NAMES = "obj.names"
BALL_NAME = "ball"
_TAUGHT_LOOKS, _TESTED_LOOKS = 12, 1
"""Crops of each ball, each with another size and place, and as many without a ball."""
_OFF_CENTER, _TESTED_OFF_CENTER = 0.35, 0.1
_TRIES = 40


@attrs.frozen(kw_only=True)
class MarkedPicture:
    """A picture file with its boxes: middle x, y, width and height as shares of the picture, and what is in each."""

    path: Path
    balls: NDArray[np.float64]
    others: NDArray[np.float64]

    @property
    def camera(self) -> str:
        """What its name begins with, up to the first underscore."""
        return self.path.stem.split("_")[0]


def marked_pictures(folder: Path) -> tuple[MarkedPicture, ...]:
    """Read all pictures (.jpg) below a folder that have their boxes beside them (.txt), sorted by name.

    Raises
    ------
    InvalidCropsError
        When the folder says no names, or no ball is marked, or a line is none.
    """
    names = folder / NAMES
    if not names.is_file():
        raise InvalidCropsError(f"{folder} has no {NAMES}: expected the names of what is marked, one a line.")
    kinds = names.read_text(encoding="utf-8").split("\n")
    if BALL_NAME not in kinds:
        raise InvalidCropsError(f"{names} names no '{BALL_NAME}': expected it among the names of what is marked.")
    number = kinds.index(BALL_NAME)
    texts = sorted((path.with_suffix(".txt") for path in folder.rglob("*.jpg")), key=lambda path: (path.stem, path))
    found = tuple(_marked(text, number) for text in texts if text.is_file())
    if not any(len(picture.balls) for picture in found):
        raise InvalidCropsError(f"{folder} marks no ball: expected pictures (.jpg) with boxes beside them (.txt).")
    return found


def fingerprint(folder: Path) -> str:
    """Return 16 hexadecimal digits that change with the pictures and their boxes. Raises as `marked_pictures` does."""
    digest = hashlib.sha256()
    for picture in marked_pictures(folder):
        digest.update(picture.path.name.encode() + hashlib.sha256(picture.path.read_bytes()).digest())
        digest.update(picture.path.with_suffix(".txt").read_bytes())
    return digest.hexdigest()[:16]


def picture_crops(folder: Path, *, seed: int) -> tuple[LabeledCrops, LabeledCrops]:
    """Return crops to learn from, of the first half of the pictures of the first camera, and those of all others.

    Crops without a ball are cut around what else is marked, or anywhere, in the sizes of the balls.

    Raises
    ------
    InvalidCropsError
        As `marked_pictures`.
    """
    pictures = marked_pictures(folder)
    first = [picture for picture in pictures if picture.camera == pictures[0].camera]
    taught = first[: len(first) // 2]
    tested = [picture for picture in pictures if picture not in taught]
    return (
        _crops(taught, _TAUGHT_LOOKS, _OFF_CENTER, np.random.default_rng([seed, 1])),
        _crops(tested, _TESTED_LOOKS, _TESTED_OFF_CENTER, np.random.default_rng([seed, 2])),
    )


def _marked(text: Path, ball: int) -> MarkedPicture:
    try:
        rows = np.array([[float(value) for value in line.split()] for line in text.read_text().splitlines() if line])
        rows = rows.reshape(-1, 5)
    except ValueError as error:
        raise InvalidCropsError(f"{text} holds no boxes ({error}): expected lines of five numbers.") from error
    return MarkedPicture(
        path=text.with_suffix(".jpg"), balls=rows[rows[:, 0] == ball, 1:], others=rows[rows[:, 0] != ball, 1:]
    )


def _crops(pictures: Sequence[MarkedPicture], looks: int, off_center: float, rng: np.random.Generator) -> LabeledCrops:
    sizes = np.concatenate([picture.balls[:, 2] for picture in pictures])
    pixels: list[NDArray[np.uint8]] = []
    labels: list[Array] = []
    for picture in pictures:
        shown = still_picture(picture.path)
        size = np.array(shown.shape[1::-1], np.float64)
        for place, circle in _places(picture, size, sizes, looks, off_center, rng):
            pixels.append(cut(shown, place[:2], float(place[2]), (WIDTH, HEIGHT)))
            labels.append((circle - np.append(place[:2], 0.0)) / place[2])
    found = np.array(labels)
    crops = plain(np.stack(pixels), np.isfinite(found[:, 2]).tolist())
    return attrs.evolve(crops, middle=found[:, :2], diameter=2 * found[:, 2])


def _places(
    picture: MarkedPicture, size: Array, sizes: Array, looks: int, off_center: float, rng: np.random.Generator
) -> Iterator[tuple[Array, Array]]:
    """Yield the left, top and height of crops in pixels, each with its ball (x, y, radius; NaN without one)."""
    circles = np.column_stack([picture.balls[:, :2] * size, (picture.balls[:, 2:] * size).max(axis=1) / 2])
    for circle in circles:
        for _ in range(looks):
            height = 2 * circle[2] / rng.uniform(SMALLEST, LARGEST)
            yield _around(circle[:2] + rng.normal(0, 2 * off_center * circle[2], 2), height), circle
    wanted = looks * max(1, len(circles))
    for _ in range(_TRIES * wanted):
        radius = float(rng.choice(sizes) * size[0] / 2)
        height = 2 * radius / rng.uniform(SMALLEST, LARGEST)
        place = _around(_elsewhere(picture, size, rng), height)
        if not any(_touches(place, circle) for circle in circles):
            yield place, np.full(3, np.nan)
            wanted -= 1
            if wanted == 0:
                return


def _elsewhere(picture: MarkedPicture, size: Array, rng: np.random.Generator) -> Array:
    if len(picture.others) and rng.random() < 0.5:
        x, y, width, height = picture.others[rng.integers(len(picture.others))]
        return np.asarray((np.array([x, y]) + rng.uniform(-0.5, 0.5, 2) * [width, height]) * size)
    return np.asarray(rng.uniform(0, size))


def _around(middle: Array, height: float) -> Array:
    return np.array([middle[0] - height * WIDTH / HEIGHT / 2, middle[1] - height / 2, height])


def _touches(place: Array, circle: Array) -> bool:
    nearest = np.clip(circle[:2], place[:2], place[:2] + place[2] * np.array([WIDTH / HEIGHT, 1.0]))
    return bool(np.linalg.norm(nearest - circle[:2]) < circle[2])
