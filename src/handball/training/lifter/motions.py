"""The motions that the lifting net learns from, kept in one file."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.errors import InvalidPoseFileError
from handball.lifting.features import JOINTS, RATE_HZ, torso
from handball.storage.files import replacing
from handball.synthesis.motion import Technique
from handball.training.lifter.varying import SHARES, drawn_motion

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

_SHORTEST = 40
_OVERHANG = 15
"""Frames by which a window may reach over the ends of a motion, which are held there: clips begin and end anywhere."""


@attrs.frozen(kw_only=True)
class Motions:
    """Joints in the world at 60 Hz, metres, one motion after the other."""

    joints: Float[np.ndarray, "rows 23 3"] = column(np.float32)
    lengths: Int[np.ndarray, " motions"] = column(np.int64)

    def __len__(self) -> int:
        """Return how many motions there are."""
        return len(self.lengths)

    def torsos(self) -> Array:
        """Return the median torso length of each motion in metres, shape (motions,)."""
        parts = np.split(np.linalg.norm(torso(self.joints), axis=-1).astype(np.float64), np.cumsum(self.lengths)[:-1])
        return np.array([np.median(part) for part in parts])

    def windows(self, numbers: NDArray[np.int64], frames: int, rng: np.random.Generator) -> Array:
        """Cut a window out of each of these motions at random, shape (windows, frames, 23, 3)."""
        begins = np.cumsum(self.lengths) - self.lengths
        cut = np.empty((len(numbers), frames, *self.joints.shape[1:]))
        for row, number in enumerate(numbers):
            length = int(self.lengths[number])
            first = int(rng.integers(-_OVERHANG, max(1, length - frames + _OVERHANG)))
            cut[row] = self.joints[begins[number] + np.clip(np.arange(first, first + frames), 0, length - 1)]
        return cut


def drawn_motions(
    count: int,
    seed: int,
    progress: Progress | None = None,
    *,
    shares: Mapping[Technique, float] = SHARES,
    part: int = 0,
) -> Motions:
    """Draw so many motions of these techniques; the same ones for the same seed and part."""
    rng = np.random.default_rng([seed, 17, part] if part else [seed, 17])
    parts: list[NDArray[np.float32]] = []
    while len(parts) < count:
        joints = drawn_motion(rng, RATE_HZ, shares=shares)
        if len(joints) >= _SHORTEST:
            parts.append(joints.astype(np.float32))
            if progress is not None:
                progress(len(parts), count)
    return joined(parts)


def joined(motions: Sequence[NDArray[Any]]) -> Motions:
    """Return motions given one by one, each of shape (frames, 23, 3); an empty list gives none."""
    joints = np.concatenate(motions) if motions else np.empty((0, JOINTS, 3))
    return Motions(joints=joints, lengths=np.array([len(one) for one in motions], np.int64))


def together(parts: Sequence[Motions]) -> Motions:
    """Return all motions of several parts."""
    return Motions(
        joints=np.concatenate([part.joints for part in parts]), lengths=np.concatenate([part.lengths for part in parts])
    )


def save_motions(motions: Motions, path: Path) -> None:
    """Write motions beside `path` and put them there when they are complete."""
    with replacing(path) as beside, beside.open("wb") as file:
        np.savez(file, joints=motions.joints, lengths=motions.lengths)


def load_motions(path: Path) -> Motions:
    """Read motions.

    Raises
    ------
    InvalidPoseFileError
        When the file is damaged.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            return Motions(joints=file["joints"], lengths=file["lengths"])
    except (OSError, KeyError, ValueError, BadZipFile) as error:
        raise InvalidPoseFileError(f"{path} holds no motions ({error}): remove it, it is made anew.") from error
