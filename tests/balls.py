"""A red ball in plain small pictures, and a net that takes what is red for a ball."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper

RED = (220, 30, 30)
SIZE = (64, 48)


def ball_picture(x: float, y: float, radius: float = 9.0, *, width: int = 160, height: int = 120) -> NDArray[np.uint8]:
    """Draw a red ball on a gray floor."""
    picture = np.full((height, width, 3), (90, 95, 100), np.uint8)
    cv2.circle(picture, (round(16 * x), round(16 * y)), round(16 * radius), RED, cv2.FILLED, cv2.LINE_AA, 4)
    return picture


def save_red_net(path: Path) -> Path:
    """Write a ball net that looks at how much more red than green and blue a piece of a picture is on average."""
    width, height = SIZE
    nodes = [
        helper.make_node("ReduceMean", ["pictures"], ["means"], axes=[2, 3], keepdims=0),
        helper.make_node("Gemm", ["means", "weights", "biases"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["probabilities"], axis=1),
    ]
    weights = np.array([[0, 100], [0, -50], [0, -50]], np.float32)
    constants = [
        helper.make_tensor("weights", TensorProto.FLOAT, (3, 2), weights.ravel()),
        helper.make_tensor("biases", TensorProto.FLOAT, (2,), (0.0, -2.0)),
    ]
    entry = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ("count", 3, height, width))
    result = helper.make_tensor_value_info("probabilities", TensorProto.FLOAT, ("count", 2))
    graph = helper.make_graph(nodes, "red", [entry], [result], constants)
    net = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(net, {"structure": "red", "width": str(width), "height": str(height)})
    onnx.save(net, str(path))
    return path
