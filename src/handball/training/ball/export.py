"""The trained ball net as an ONNX file with its card, for `ball.net.BallNet`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import nn

from handball.ball.structures import COLORS
from handball.training.ball.module import BallModule
from handball.training.exporting import export_onnx


def export(net: BallModule, path: Path, card: Mapping[str, Any]) -> None:
    """Write the net to `path` and its card beside it (`.json`), which gets the checksum.

    The file takes any number of pictures of the net's size and gives probabilities: the softmax is part of it.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    width, height = net.size
    export_onnx(
        nn.Sequential(net, nn.Softmax(dim=1)),
        torch.zeros(2, COLORS, height, width).to(next(net.parameters())),
        path,
        entry="pictures",
        result="probabilities",
        axes={0: "count"},
        properties={
            "structure": net.structure.name,
            "reach": net.reach,
            "width": str(width),
            "height": str(height),
            "fc_relu": "yes" if net.structure.fc_relu else "no",
            "small_width": str(net.small[0]),
            "small_height": str(net.small[1]),
        },
        card=card,
    )
