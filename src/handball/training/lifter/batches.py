"""Batches of the lifting net: windows of motions, seen by cameras, as a pose net would give them."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from torch import Tensor

from handball.lifting.features import picture_features
from handball.training.lifter.motions import Motions
from handball.training.lifter.noise import estimated, guessed_depths
from handball.training.lifter.views import seen

CLIPS, FRAMES = 24, 112


@attrs.define
class Batches:
    """Draws batches without end; `margins` frames more before and after than the net gives back."""

    motions: Motions
    margins: tuple[int, int]
    numbers: np.ndarray
    rng: np.random.Generator
    _torsos: np.ndarray = attrs.field(init=False)

    def __attrs_post_init__(self) -> None:
        self._torsos = self.motions.torsos()

    def draw(self) -> tuple[Tensor, Tensor]:
        """Return features (clips, channels, frames + 2 margin) and joints in torso lengths (clips, 23, 3, frames)."""
        numbers = self.rng.choice(self.numbers, CLIPS)
        before, after = self.margins
        places, body = seen(self.motions.windows(numbers, before + FRAMES + after, self.rng), self.rng)
        body = body / self._torsos[numbers][:, None, None, None]
        features = picture_features(*estimated(places, self.rng), guessed_depths(body[..., 1], self.rng))
        wanted = body[:, before : before + FRAMES]
        return _tensor(features.transpose(0, 2, 1)), _tensor(wanted.transpose(0, 2, 3, 1))


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
