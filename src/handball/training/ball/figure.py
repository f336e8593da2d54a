"""The paper's Figure 1 drawn from a net that was built: its shapes are read from the layers while a picture passes."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from types import MappingProxyType

import torch
from torch import Tensor, nn

from handball.ball.structures import CLASSES, COLORS
from handball.drawing.net_figure import NetLayer, net_figure
from handball.storage.files import replacing
from handball.training.ball.module import AreaAverage, BallModule, LogMeanExp

_IN_WORDS: Mapping[type[nn.Module], str] = MappingProxyType(
    {
        nn.ReLU: "negative to 0",
        nn.Flatten: "in one row",
        AreaAverage: "means of areas",
        LogMeanExp: "log mean exp of places",
    }
)
_CLASSES = ("no ball", "ball")


def ball_layers(net: BallModule) -> tuple[NetLayer, ...]:
    """Return the layers of a net in the order in which a picture passes them; the picture is the first."""
    width, height = net.size
    seen = [NetLayer(name="picture", operation="RGB", shape=(COLORS, height, width))]
    hooks = [
        layer.register_forward_hook(partial(_note, seen, name.rpartition(".")[2]))
        for name, layer in net.named_modules()
        if not [*layer.children()] and not isinstance(layer, nn.Identity)
    ]
    try:
        with torch.no_grad():
            net(torch.zeros(1, COLORS, height, width).to(next(net.parameters())))
    finally:
        for hook in hooks:
            hook.remove()
    return tuple(seen)


def ball_figure(net: BallModule) -> str:
    """Return the net as an SVG picture, with the shape that every layer gives."""
    weights = sum(weight.numel() for weight in net.parameters())
    title = f"Ball net, structure {net.structure.name}, {net.size[0]} × {net.size[1]} pixels, {weights:,} parameters"
    return net_figure(ball_layers(net), title=title)


def save_ball_figure(net: BallModule, path: Path) -> None:
    """Write the picture of a net. Raises `OutputError` where it cannot be written."""
    with replacing(path) as beside:
        beside.write_text(ball_figure(net), encoding="utf-8")


def _note(seen: list[NetLayer], name: str, layer: nn.Module, _: tuple[Tensor, ...], result: Tensor) -> None:
    shape = tuple(result.shape[1:])
    seen.append(
        NetLayer(
            name=name,
            operation=_operation(layer),
            shape=shape,
            joined=isinstance(layer, nn.ReLU),
            meanings=_CLASSES if shape == (CLASSES,) else (),
        )
    )


def _operation(layer: nn.Module) -> str:
    match layer:
        case nn.Conv2d():
            sides = " × ".join(str(side) for side in layer.kernel_size)
            return f"{layer.out_channels} kernels {sides} × {layer.in_channels}"
        case nn.MaxPool2d():
            return f"largest of {layer.kernel_size} × {layer.kernel_size}"
        case nn.Linear():
            return f"full, {layer.in_features} × {layer.out_features}"
        case _:
            return _IN_WORDS.get(type(layer), type(layer).__name__)
