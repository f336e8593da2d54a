"""The trained lifting net as an ONNX file with its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch

from handball.lifting.features import CHANNELS
from handball.storage.files import replacing
from handball.training.nets.temporal_convolution import TemporalConvolution


def export(net: TemporalConvolution, path: Path, card: Mapping[str, Any]) -> None:
    """Write the net to `path` and its card beside it (`.json`), which gets the checksum."""
    with replacing(path) as beside:
        torch.onnx.export(
            net.eval(),
            (torch.zeros(1, CHANNELS, net.receptive_field + 9),),
            beside,
            input_names=["joints"],
            output_names=["lifted"],
            dynamic_axes={"joints": {2: "frames"}, "lifted": {2: "frames"}},
            dynamo=False,  # the newer exporter takes minutes to start
        )
        model = onnx.load(beside)
        seen = {"receptive_field": str(net.receptive_field), "after": str(net.after)}
        onnx.helper.set_model_props(model, seen)
        onnx.save(model, beside)
    told = {**card, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
    with replacing(path.with_suffix(".json")) as beside:
        beside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
