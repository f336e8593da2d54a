"""Many crops with what is true of each, and their file."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from zipfile import BadZipFile

import attrs
import numpy as np
from jaxtyping import Bool, Float, Int8, UInt8

from handball.domain.arrays import check_shape, column
from handball.errors import InvalidCropsError
from handball.storage.files import replacing
from handball.synthesis.ball_crops import Crop
from handball.synthesis.hall import LIGHTINGS

UNKNOWN = -1
"""In place of a skin or a light: there is none, or nobody knows."""


@attrs.frozen(kw_only=True)
class LabeledCrops:
    """RGB crops of one size.

    Attributes
    ----------
    ball
        Whether there is a ball.
    skin, lighting
        Which of `BALL_SKINS` and `LIGHTINGS`; `UNKNOWN` otherwise.
    held
        1 where a hand holds the ball, 0 where none does, `UNKNOWN` otherwise.
    middle, diameter, blur, occlusion
        As in `CropFacts`; NaN without a ball, or where it is not known.

    Raises
    ------
    ValueError
        When the columns are not equally long.
    """

    pixels: UInt8[np.ndarray, "crops rows columns 3"] = column(np.uint8)
    ball: Bool[np.ndarray, " crops"] = column(np.bool_)
    skin: Int8[np.ndarray, " crops"] = column(np.int8)
    lighting: Int8[np.ndarray, " crops"] = column(np.int8)
    held: Int8[np.ndarray, " crops"] = column(np.int8)
    middle: Float[np.ndarray, "crops 2"] = column(np.float64)
    diameter: Float[np.ndarray, " crops"] = column(np.float64)
    blur: Float[np.ndarray, " crops"] = column(np.float64)
    occlusion: Float[np.ndarray, " crops"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        for name in _COLUMNS[1:]:
            check_shape(name, getattr(self, name), (len(self.pixels), 2) if name == "middle" else (len(self.pixels),))

    def __len__(self) -> int:
        """Return how many crops there are."""
        return len(self.pixels)


_COLUMNS = tuple(field.name for field in attrs.fields(LabeledCrops))


def labeled(crops: Iterable[Crop]) -> LabeledCrops:
    """Put single crops of one size together. Raises `ValueError` where there are none, or of several sizes."""
    given = list(crops)
    facts = [crop.facts for crop in given]
    return LabeledCrops(
        pixels=np.stack([crop.pixels for crop in given]),
        ball=np.array([fact.ball for fact in facts]),
        skin=np.array([UNKNOWN if fact.skin is None else fact.skin for fact in facts]),
        lighting=np.array([LIGHTINGS.index(fact.lighting) for fact in facts]),
        held=np.array([fact.occlusion > 0 if fact.ball else UNKNOWN for fact in facts], np.int8),
        middle=np.array([fact.middle for fact in facts]),
        diameter=np.array([fact.diameter for fact in facts]),
        blur=np.array([fact.blur for fact in facts]),
        occlusion=np.array([fact.occlusion for fact in facts]),
    )


def plain(pixels: UInt8[np.ndarray, "crops rows columns 3"], ball: Sequence[bool]) -> LabeledCrops:
    """Return crops of which nothing but the label is known."""
    count = len(pixels)
    unknown, missing = np.full(count, UNKNOWN), np.full(count, np.nan)
    return LabeledCrops(
        pixels=pixels,
        ball=np.array(ball, bool),
        skin=unknown,
        lighting=unknown,
        held=unknown,
        middle=np.full((count, 2), np.nan),
        diameter=missing,
        blur=missing,
        occlusion=missing,
    )


def together(parts: Sequence[LabeledCrops]) -> LabeledCrops:
    """Return all crops of one part or more, which have one size."""
    return LabeledCrops(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in _COLUMNS})


def save_crops(crops: LabeledCrops, path: Path) -> None:
    """Write crops as `.npz`. Raises `OutputError` where that fails."""
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez(file, **{name: getattr(crops, name) for name in _COLUMNS})


def load_crops(path: Path) -> LabeledCrops:
    """Read what `save_crops` has written.

    Raises
    ------
    InvalidCropsError
        When the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return LabeledCrops(**{name: file[name] for name in _COLUMNS})
    except (OSError, EOFError, KeyError, ValueError, BadZipFile) as error:
        raise InvalidCropsError(f"{path} holds no crops ({error}): remove it, it is made anew.") from error
