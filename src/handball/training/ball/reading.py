"""An exported ball net back in torch, to learn on."""

from __future__ import annotations

from pathlib import Path
from typing import get_args

import attrs
import numpy as np
import onnx
import torch
from onnx import numpy_helper

from handball.ball.structures import SMALL, STRUCTURES
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession
from handball.training.ball.module import BallModule, Reach

_PREFIX = "0."
"""Of the names of weights: the net is the first part of what is exported, the softmax the second."""


def read_ball_module(path: Path) -> BallModule:
    """Read a net that `export` has written.

    Raises
    ------
    ModelError
        When the file is missing, damaged, or no ball net.
    """
    try:
        OnnxSession(path)  # refuses what is damaged
    except ModelError as error:
        raise ModelError(f"{path} is no net: take the ball.onnx of a training.") from error
    model = onnx.load(path)
    told = {entry.key: entry.value for entry in model.metadata_props}
    weights = {
        entry.name.removeprefix(_PREFIX): torch.from_numpy(np.array(numpy_helper.to_array(entry)))
        for entry in model.graph.initializer
    }
    try:
        net = _empty(told)
        net.load_state_dict({name: weights[name] for name in net.state_dict()})
    except (KeyError, ValueError, RuntimeError) as error:
        raise ModelError(f"{path} is no ball net of ours ({error}): take the ball.onnx of a training.") from error
    return net


def _empty(told: dict[str, str]) -> BallModule:
    """Return a net of the structure and size that a file tells of."""
    structure = STRUCTURES[int(told["structure"].removeprefix("ball_"))]
    reach: Reach = next(reach for reach in get_args(Reach) if reach == told["reach"])
    return BallModule(
        attrs.evolve(structure, fc_relu=told.get("fc_relu") == "yes"),
        (int(told["width"]), int(told["height"])),
        reach=reach,
        small=(int(told.get("small_width", SMALL[0])), int(told.get("small_height", SMALL[1]))),
    )
