"""A trained net as an ONNX file with its card."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import onnx
import torch
from torch import nn

from handball.storage.files import replacing


def export_onnx(
    net: nn.Module,
    example: torch.Tensor,
    path: Path,
    *,
    entry: str,
    result: str,
    axes: Mapping[int, str],
    properties: Mapping[str, str],
    card: Mapping[str, Any],
) -> None:
    """Write a net of one input and one output to `path`, and its card beside it (`.json`), which gets the checksum.

    Parameters
    ----------
    net
        Switched to evaluation by this.
    example
        An input, for its shape.
    path
        Of the net.
    entry, result
        Names of input and output.
    axes
        Which axes of both may have any length, with their names.
    properties
        What the net says of itself.
    card
        From what the net was trained, how, and how good it is.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    with replacing(path) as beside:
        torch.onnx.export(
            net.eval(),
            (example,),
            beside,
            input_names=[entry],
            output_names=[result],
            dynamic_axes={entry: dict(axes), result: dict(axes)},
            dynamo=False,  # the newer exporter takes minutes to start
        )
        model = onnx.load(beside)
        onnx.helper.set_model_props(model, dict(properties))
        onnx.save(model, beside)
    told = {**card, "sha256": hashlib.sha256(path.read_bytes()).hexdigest(), "bytes": path.stat().st_size}
    with replacing(path.with_suffix(".json")) as beside:
        beside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
