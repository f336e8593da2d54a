"""Batches of the lifting net: windows of motions, seen by cameras, as a pose net would give them."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from torch import Tensor

from handball.lifting.features import hips, picture_features
from handball.training.lifter.motions import Motions
from handball.training.lifter.noise import estimated, guessed_depths
from handball.training.lifter.semi_supervised import guessed_way
from handball.training.lifter.views import filmed

CLIPS, FRAMES = 24, 112


@attrs.frozen(kw_only=True)
class Clips:
    """One batch; axes are those of the camera: x right, y away, z up.

    Attributes
    ----------
    features
        What the lifting net is shown, shape (clips, channels, frames + margins).
    joints
        True joints around the middle of the hips in torso lengths, shape (clips, 23, 3, frames).
    way
        Where that middle truly is, seen from the camera, in torso lengths, shape (clips, 3, frames).
    guess
        The same as `guessed_way` reads it from the picture, shape (clips, 3, frames + margins).
    places
        Joints as a pose net would give them, x right and y up, in focal lengths, shape (clips, 23, 2, frames); NaN
        where one is missing.
    """

    features: Tensor
    joints: Tensor
    way: Tensor
    guess: Tensor
    places: Tensor

    def on(self, device: torch.device) -> Clips:
        """Return the batch in the memory of a device."""
        return Clips(**{part.name: getattr(self, part.name).to(device) for part in attrs.fields(Clips)})


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
        clips = self.draw_clips()
        return clips.features, clips.joints

    def draw_clips(self) -> Clips:
        """Return a batch with the places in the picture and the way of the body as well."""
        numbers = self.rng.choice(self.numbers, CLIPS)
        before, after = self.margins
        places, relative = filmed(self.motions.windows(numbers, before + FRAMES + after, self.rng), self.rng)
        unit = self._torsos[numbers][:, None, None]
        middle = hips(relative)
        body = (relative - middle[:, :, None]) / unit[..., None]
        found, scores = estimated(places, self.rng)
        features = picture_features(found, scores, guessed_depths(body[..., 1], self.rng))
        inner = slice(before, before + FRAMES)
        return Clips(
            features=_tensor(features.transpose(0, 2, 1)),
            joints=_tensor(body[:, inner].transpose(0, 2, 3, 1)),
            way=_tensor((middle / unit)[:, inner].transpose(0, 2, 1)),
            guess=_tensor(guessed_way(found).transpose(0, 2, 1)),
            places=_tensor(found[:, inner].transpose(0, 2, 3, 1)),
        )


def _tensor(values: np.ndarray) -> Tensor:
    return torch.from_numpy(np.ascontiguousarray(values, np.float32))
