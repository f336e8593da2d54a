"""Terms that teach a lifting net from clips without known joints in space, and where the body is.

After Pavllo et al., "3D human pose estimation in video with temporal convolutions and semi-supervised training",
CVPR 2019, sections 4 and 4.1. Axes are those of the camera here: x right, y away, z up.
"""

from __future__ import annotations

import torch
from torch import Tensor

from handball.training.nets.temporal_convolution import TemporalConvolution

_NEAREST = 0.3
"""Depths below this, in the unit of the joints, are taken as this: nothing is projected from behind the camera."""


def trajectory_net(channels: int, *, width: int = 256, kernels: tuple[int, ...] = (3, 3, 5)) -> TemporalConvolution:
    """Return the net for the way of the hips' middle: as the lifting net, with one joint to give."""
    return TemporalConvolution(channels, 3, width=width, kernels=kernels)


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


def reprojection_loss(joints: Tensor, way: Tensor, places: Tensor) -> Tensor:
    """Return the mean distance between joints projected into the picture and joints seen there; NaN is not seen."""
    known = torch.isfinite(places).all(dim=2, keepdim=True)
    there = projected(joints, way)
    away = (there - torch.where(known, places, there.detach())).square().sum(dim=2, keepdim=True)
    return ((away + torch.finfo(away.dtype).tiny).sqrt() * known).sum() / known.sum().clamp(min=1)


def bone_length_loss(joints: Tensor, known: Tensor, begins: list[int], ends: list[int]) -> Tensor:
    """Return how far mean bone lengths without known joints are from those of known ones.

    Both of shape (clips, joints, 3, frames); a bone goes from a joint of `begins` to that of `ends`. NaN of `known`
    does not count.
    """
    lengths = (joints[:, ends] - joints[:, begins]).norm(dim=2).mean(dim=(0, 2))
    usual = (known[:, ends] - known[:, begins]).norm(dim=2).nanmean(dim=(0, 2))
    away: Tensor = (lengths - usual).abs().nanmean()
    return away
