"""Crops as the finder learns them: pictures, what they show, and changed copies of both."""

from __future__ import annotations

import attrs
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from handball.ball.finder_net import HEIGHT, WIDTH
from handball.ball.places import SHARE
from handball.synthesis.labeled_crops import LabeledCrops

_GROWN, _SHIFTED = 0.15, 0.06
"""Logarithm of the size, and the place (of half the picture), by at most which a copy differs."""
_COLORS_SWAPPED = 0.3
_TINT, _BRIGHTNESS, _GAMMA, _NOISE = 0.15, (-0.4, 0.3), 0.25, 0.03
_ASPECT = WIDTH / HEIGHT


@attrs.frozen(kw_only=True)
class Lesson:
    """Pictures (pictures, 3, 48, 64) from 0 to 1 and what the net should say of each.

    `ball` and `held` are 0 or 1, `held` NaN where nobody knows; `circles` (pictures, 3) as the net gives them, NaN
    without a ball.
    """

    pictures: Tensor
    ball: Tensor
    held: Tensor
    circles: Tensor


def lesson(crops: LabeledCrops, numbers: NDArray[np.int64]) -> Lesson:
    """Return some crops as they are."""
    pixels = torch.from_numpy(np.array(crops.pixels[numbers]).transpose(0, 3, 1, 2)).float() / 255
    middle, diameter = crops.middle[numbers], crops.diameter[numbers]
    circles = np.column_stack([2 * middle[:, 0] - _ASPECT, 2 * middle[:, 1] - 1, np.log(diameter / SHARE)])
    held = np.where(crops.held[numbers] < 0, np.nan, crops.held[numbers])
    return Lesson(
        pictures=pixels,
        ball=torch.from_numpy(crops.ball[numbers].astype(np.float32)),
        held=torch.from_numpy(held.astype(np.float32)),
        circles=torch.from_numpy(circles.astype(np.float32)),
    )


def changed(given: Lesson, generator: torch.Generator) -> Lesson:
    """Return a copy with the pictures mirrored, grown, shifted, recolored and blurred by noise, each by chance.

    The three colors change places in some: a ball of any colors is a ball.
    """
    moved = _moved(given, generator)
    return attrs.evolve(moved, pictures=_recolored(moved.pictures, generator))


def _moved(given: Lesson, generator: torch.Generator) -> Lesson:
    count = len(given.pictures)
    size = torch.exp(_between(-_GROWN, _GROWN, (count,), generator))
    shift = _between(-_SHIFTED, _SHIFTED, (count, 2), generator)
    across = torch.where(torch.rand(count, generator=generator) < 0.5, -1.0, 1.0) / size
    matrix = torch.zeros(count, 2, 3)
    matrix[:, 0, 0], matrix[:, 1, 1], matrix[:, :, 2] = across, 1 / size, shift
    grid = torch.nn.functional.affine_grid(matrix, list(given.pictures.shape), align_corners=False)
    pictures = torch.nn.functional.grid_sample(given.pictures, grid, padding_mode="border", align_corners=False)
    places = torch.stack(
        [
            (given.circles[:, 0] / _ASPECT - shift[:, 0]) / across * _ASPECT,
            (given.circles[:, 1] - shift[:, 1]) * size,
            given.circles[:, 2] + torch.log(size),
        ],
        dim=1,
    )
    return attrs.evolve(given, pictures=pictures, circles=places)


def _recolored(pictures: Tensor, generator: torch.Generator) -> Tensor:
    count = len(pictures)
    orders = torch.argsort(torch.rand(count, 3, generator=generator), dim=1)
    kept = torch.rand(count, generator=generator) >= _COLORS_SWAPPED
    orders[kept] = torch.arange(3)
    swapped = torch.gather(pictures, 1, orders[:, :, None, None].expand(-1, -1, *pictures.shape[2:]))
    one = (count, 1, 1, 1)
    gain = _between(1 - _TINT, 1 + _TINT, (count, 3, 1, 1), generator) * torch.exp(
        _between(*_BRIGHTNESS, one, generator)
    )
    lit = (swapped * gain).clamp(1e-3, 1) ** torch.exp(_between(-_GAMMA, _GAMMA, one, generator))
    noise = torch.randn(pictures.shape, generator=generator) * _between(0, _NOISE, one, generator)
    return (lit + noise).clamp(0, 1)


def _between(least: float, most: float, shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    return least + (most - least) * torch.rand(shape, generator=generator)
