"""The ball net in torch (SPEC 2.1), and the two other ways in which its small form sees larger pictures (SPEC 2.3)."""

from __future__ import annotations

from collections import OrderedDict
from typing import Literal

import numpy as np
import torch
from jaxtyping import Float
from torch import Tensor, nn

from handball.ball.backpropagation import BallParameters, LayerParameters
from handball.ball.structures import CLASSES, COLORS, POOL, SMALL, BallStructure, flat_shape

Reach = Literal["whole", "averaged", "sliding"]
"""How the full layers look at the maps: at every cell; at averages of cells, as many as a small picture has cells; at
every place of a small picture's field, one after the other."""


class BallModule(nn.Module):
    """Scores of two classes, no ball and ball, for pictures (pictures, 3, height, width) from 0 to 1: (pictures, 2).

    Weights start as Caffe's "xavier" filler draws them, biases at zero. The softmax is left to loss and export.

    Parameters
    ----------
    structure
        Which layers there are.
    size
        Width and height of the pictures in pixels.
    reach
        "whole" is the net of the paper; for the others see `transfer`.
    small
        Width and height that the full layers are made for where `reach` is not "whole".
    seed
        Of the weights.

    Raises
    ------
    ValueError
        When the pictures are too small for the structure, or smaller than `small`.
    """

    def __init__(
        self,
        structure: BallStructure,
        size: tuple[int, int] = SMALL,
        *,
        reach: Reach = "whole",
        small: tuple[int, int] = SMALL,
        seed: int = 0,
    ) -> None:
        super().__init__()
        self.structure, self.size, self.reach = structure, size, reach
        self.small = size if reach == "whole" else small
        if size[0] < self.small[0] or size[1] < self.small[1]:
            raise ValueError(
                f"pictures must be at least {self.small[0]} x {self.small[1]}, found {size[0]} x {size[1]}"
            )
        maps, height, width = flat_shape(structure, self.small)
        sliding = reach == "sliding"
        self.features = nn.Sequential(OrderedDict(_convolutions(structure)))
        gathering = OrderedDict(_gathering(structure, size, self.small, reach))
        self.gather = nn.Sequential(gathering) if gathering else nn.Identity()
        self.fc1: nn.Conv2d | nn.Linear = (
            nn.Conv2d(maps, structure.fc1, (height, width))
            if sliding
            else nn.Linear(maps * height * width, structure.fc1)
        )
        self.fc_relu = nn.ReLU() if structure.fc_relu else nn.Identity()
        self.fc2: nn.Conv2d | nn.Linear = (
            nn.Conv2d(structure.fc1, CLASSES, 1) if sliding else nn.Linear(structure.fc1, CLASSES)
        )
        self.mean = LogMeanExp() if sliding else nn.Identity()
        _draw_weights(self, torch.Generator().manual_seed(seed))

    def forward(self, pictures: Tensor) -> Tensor:
        """Return the scores, shape (pictures, 2)."""
        hidden = self.fc_relu(self.fc1(self.gather(self.features(pictures))))
        scores: Tensor = self.mean(self.fc2(hidden))
        return scores


class AreaAverage(nn.Module):
    """Averages over areas that share out the maps evenly: `AdaptiveAvgPool2d`, and for export the same as two products.

    That layer can be exported only where sizes divide; products always can.
    """

    def __init__(self, entering: tuple[int, int], made: tuple[int, int]) -> None:
        super().__init__()
        self.made = made
        self.rows: Tensor
        self.columns: Tensor
        self.register_buffer("rows", _averages(entering[0], made[0]), persistent=False)
        self.register_buffer("columns", _averages(entering[1], made[1]).T.contiguous(), persistent=False)

    def forward(self, values: Tensor) -> Tensor:
        """Return (pictures, maps, rows made, columns made)."""
        if torch.onnx.is_in_onnx_export():
            return self.rows @ values @ self.columns
        return nn.functional.adaptive_avg_pool2d(values, self.made)


class LogMeanExp(nn.Module):
    """One score out of the scores of all places: the logarithm of the mean of their exponentials, (pictures, 2)."""

    def forward(self, scores: Tensor) -> Tensor:
        """Return (pictures, 2); of a single place its own scores."""
        places = scores.flatten(2)
        return torch.logsumexp(places, dim=2) - torch.logsumexp(torch.zeros_like(places), dim=2)


def ball_parameters(net: BallModule) -> BallParameters:
    """Return the parameters of a net whose reach is "whole", for `ball.backpropagation`, in double precision."""
    layers = [*(layer for layer in net.features if isinstance(layer, nn.Conv2d)), net.fc1, net.fc2]
    found = [LayerParameters(weights=_array(layer.weight), bias=_array(layer.bias)) for layer in layers]
    return BallParameters(convolutions=tuple(found[:-2]), fc1=found[-2], fc2=found[-1])


def _array(values: Tensor | None) -> Float[np.ndarray, "..."]:
    """Return what a net holds; a layer without a bias has none to give."""
    found: Float[np.ndarray, "..."] = torch.zeros(0).numpy() if values is None else values.detach().cpu().numpy()
    return found


def _convolutions(structure: BallStructure) -> list[tuple[str, nn.Module]]:
    layers: list[tuple[str, nn.Module]] = []
    entering = COLORS
    for number, convolution in enumerate(structure.convolutions, 1):
        layers += [
            (f"conv{number}", nn.Conv2d(entering, convolution.maps, convolution.kernel)),
            (f"relu{number}", nn.ReLU()),
            (f"pool{number}", nn.MaxPool2d(POOL, POOL, ceil_mode=True)),
        ]
        entering = convolution.maps
    return layers


def _gathering(
    structure: BallStructure, size: tuple[int, int], small: tuple[int, int], reach: Reach
) -> list[tuple[str, nn.Module]]:
    """Return what lies between the maps and the full layers."""
    if reach == "sliding":
        return []
    average = AreaAverage(flat_shape(structure, size)[1:], flat_shape(structure, small)[1:])
    before: list[tuple[str, nn.Module]] = [("average", average)] if reach == "averaged" else []
    return [*before, ("flat", nn.Flatten())]


def _averages(entering: int, made: int) -> Tensor:
    weights = torch.zeros(made, entering)
    for row in range(made):
        first, last = row * entering // made, -(-(row + 1) * entering // made)
        weights[row, first:last] = 1 / (last - first)
    return weights


@torch.no_grad()
def _draw_weights(net: nn.Module, generator: torch.Generator) -> None:
    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            bound = (3 / layer.weight[0].numel()) ** 0.5
            layer.weight.uniform_(-bound, bound, generator=generator)
            if layer.bias is not None:
                layer.bias.zero_()
