"""The trained lifting net as an ONNX file with its card."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch

from handball.lifting.features import CHANNELS
from handball.training.exporting import export_onnx
from handball.training.nets.temporal_convolution import TemporalConvolution


def export(net: TemporalConvolution, path: Path, card: Mapping[str, Any]) -> None:
    """Write the net to `path` and its card beside it (`.json`), which gets the checksum."""
    export_onnx(
        net,
        torch.zeros(1, CHANNELS, net.receptive_field + 9),
        path,
        entry="joints",
        result="lifted",
        axes={2: "frames"},
        properties={"receptive_field": str(net.receptive_field), "after": str(net.after)},
        card=card,
    )
