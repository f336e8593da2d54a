"""From a net that has learned small pictures to one for large pictures (SPEC 2.3).

The paper does so "without changing the network structure", and does not say how: a full layer has a weight for every
cell of its maps, and larger pictures have more cells. Three ways:

- "interp", the default: the layers stay what they are, and the weights of the first full layer are resampled over the
  maps. For pictures that show the same scene, larger.
- "adaptive": the maps are averaged down to the cells that the small net has; a layer more. For the same case.
- "fcn": the full layers slide over the maps as convolutions do, and the scores of all places become one. For pictures
  that show more, at the same scale.

Shelhamer, Long and Darrell, "Fully convolutional networks for semantic segmentation", PAMI 2017, is the source of
the last one, and of its log-mean-exp Pinheiro and Collobert, "From image-level to pixel-level labeling with
convolutional networks", CVPR 2015.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, get_args

import torch
from torch import nn

from handball.ball.structures import flat_shape
from handball.training.ball.module import BallModule

Way = Literal["interp", "adaptive", "fcn"]
WAYS: tuple[Way, ...] = get_args(Way)


def transfer(net: BallModule, size: tuple[int, int], way: Way = "interp") -> BallModule:
    """Return a net for larger pictures that begins where a trained one ends; the trained one stays as it is.

    Parameters
    ----------
    net
        Trained; its reach is "whole".
    size
        Width and height of the larger pictures in pixels.
    way
        See above.

    Raises
    ------
    ValueError
        When the net has been transferred already, or the pictures are smaller than its own.
    """
    if net.reach != "whole":
        raise ValueError(f"a net is transferred once, found one that is {net.reach}: begin with the small net")
    ways: dict[Way, Callable[[BallModule, tuple[int, int]], BallModule]] = {
        "interp": interpolated,
        "adaptive": averaged,
        "fcn": sliding,
    }
    return ways[way](net, size)


@torch.no_grad()
def interpolated(net: BallModule, size: tuple[int, int]) -> BallModule:
    """Return a net of the same layers, the weights of its first full layer resampled (bicubic) over the larger maps.

    They are divided by how many cells there are now for one, so that the sums which the layer makes keep their scale:
    on maps that are the same everywhere they do so to within a few hundredths of their usual size. Of equal sizes the
    weights are the same. Raises `ValueError` where the pictures are smaller.
    """
    larger = _enlarged(net, BallModule(net.structure, size))
    own, wanted = flat_shape(net.structure, net.size), flat_shape(net.structure, size)
    kernel = net.fc1.weight.reshape(-1, *own)
    resampled = nn.functional.interpolate(kernel, size=wanted[1:], mode="bicubic", align_corners=False)
    share = own[1] * own[2] / (wanted[1] * wanted[2])
    larger.fc1.weight.copy_(resampled.flatten(1) * share)
    return larger


@torch.no_grad()
def averaged(net: BallModule, size: tuple[int, int]) -> BallModule:
    """Return the same net with the larger maps averaged down before its full layers.

    For pictures of the small size it gives the same. Raises `ValueError` where the pictures are smaller.
    """
    larger = _enlarged(net, BallModule(net.structure, size, reach="averaged", small=net.size))
    larger.fc1.weight.copy_(net.fc1.weight)
    return larger


@torch.no_grad()
def sliding(net: BallModule, size: tuple[int, int]) -> BallModule:
    """Return the same net with its full layers as convolutions, and the log-mean-exp of the scores of all places.

    For pictures of the small size it gives the same. Raises `ValueError` where the pictures are smaller.
    """
    larger = _enlarged(net, BallModule(net.structure, size, reach="sliding", small=net.size))
    larger.fc1.weight.copy_(net.fc1.weight.reshape(larger.fc1.weight.shape))
    return larger


def _enlarged(net: BallModule, larger: BallModule) -> BallModule:
    """Copy all but the weights of the first full layer, with type and place."""
    if larger.size[0] < net.size[0] or larger.size[1] < net.size[1]:
        raise ValueError(
            f"the larger pictures must be at least {net.size[0]} x {net.size[1]}, found "
            f"{larger.size[0]} x {larger.size[1]}"
        )
    larger.to(net.fc1.weight.device, net.fc1.weight.dtype)
    own = dict(net.named_parameters())
    for name, parameter in larger.named_parameters():
        if name != "fc1.weight":
            parameter.copy_(own[name].reshape(parameter.shape))
    return larger
