"""Terms that teach a lifting net from clips without known joints in space, and where the body is.

After Pavllo et al., "3D human pose estimation in video with temporal convolutions and semi-supervised training",
CVPR 2019, sections 4 and 4.1. Axes are those of the camera here: x right, y away, z up.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor

from handball.lifting.features import hips, torso
from handball.training.nets.temporal_convolution import TemporalConvolution

_NEAREST = 0.3
"""Depths below this, in the unit of the joints, are taken as this: nothing is projected from behind the camera."""


def trajectory_net(
    channels: int,
    *,
    width: int = 256,
    kernels: tuple[int, ...] = (3, 3, 5),
    shortcuts: Sequence[tuple[int, int]] = (),
    causal: bool = False,
) -> TemporalConvolution:
    """Return the net for the way of the hips' middle: as the lifting net, with one joint to give."""
    return TemporalConvolution(channels, 3, width=width, kernels=kernels, shortcuts=shortcuts, causal=causal)


def guessed_way(places: Float[np.ndarray, "*clips frames 23 2"]) -> Float[np.ndarray, "*clips frames 3"]:
    """Return about where the middle of the hips is, seen from the camera, in torso lengths.

    As if the torso were always upright and parallel to the picture: the net of the way begins from there. Nothing else
    that a lifting net is shown tells of place and distance.

    Parameters
    ----------
    places
        Joints in the picture in focal lengths, x right and y up; NaN where one is missing, which takes the place of
        the clip's median.
    """
    distance = 1 / np.nanmedian(np.linalg.norm(torso(places), axis=-1), axis=-1)[..., None]
    middle = hips(places)
    middle = np.where(np.isnan(middle), np.nanmedian(middle, axis=-2, keepdims=True), middle)
    return np.stack(
        [middle[..., 0] * distance, np.broadcast_to(distance, middle.shape[:-1]), middle[..., 1] * distance], -1
    )


def trajectory_loss(found: Tensor, wanted: Tensor) -> Tensor:
    """Return the mean distance of the hips' middle, weighted by 1 / depth: far away the same error matters less.

    Both of shape (clips, 3, frames).
    """
    weight = 1 / wanted[:, 1].clamp(min=_NEAREST)
    away: Tensor = (weight * (found - wanted).norm(dim=1)).mean()
    return away


def projected(joints: Tensor, way: Tensor) -> Tensor:
    """Return places in the picture in focal lengths, x right and y up, shape (clips, joints, 2, frames).

    Parameters
    ----------
    joints
        Around the middle of the hips, shape (clips, joints, 3, frames).
    way
        Where that middle is, seen from the camera, shape (clips, 3, frames).
    """
    points = joints + way[:, None]
    return points[:, :, [0, 2]] / points[:, :, 1:2].clamp(min=_NEAREST)


def reprojection_loss(joints: Tensor, way: Tensor, places: Tensor, sizes: Tensor | None = None) -> Tensor:
    """Return the mean distance between joints projected into the picture and joints seen there.

    Parameters
    ----------
    joints, way
        As for `projected`.
    places
        Joints seen in the picture in focal lengths, shape (clips, joints, 2, frames); NaN is not seen.
    sizes
        What counts as 1 in each clip's picture, in focal lengths, shape (clips,); a focal length where not given.
    """
    known = torch.isfinite(places).all(dim=2, keepdim=True)
    there = projected(joints, way)
    off = there - torch.where(known, places, there.detach())
    if sizes is not None:
        off = off / sizes[:, None, None, None]
    away = off.square().sum(dim=2, keepdim=True)
    return ((away + torch.finfo(away.dtype).tiny).sqrt() * known).sum() / known.sum().clamp(min=1)


def bone_length_loss(joints: Tensor, known: Tensor, begins: list[int], ends: list[int]) -> Tensor:
    """Return how far mean bone lengths without known joints are from those of known ones.

    Both of shape (clips, joints, 3, frames); a bone goes from a joint of `begins` to that of `ends`. NaN of `known`
    does not count.
    """
    lengths = (joints[:, ends] - joints[:, begins]).norm(dim=2).mean(dim=(0, 2))
    usual = (known[:, ends] - known[:, begins]).norm(dim=2).nanmean(dim=(0, 2))
    seen = torch.isfinite(usual)
    away: Tensor = (lengths[seen] - usual[seen]).abs().sum() / seen.sum().clamp(min=1)
    return away
