"""A red ball in plain small pictures, what takes red for a ball, and a track."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from handball.domain.ball import BallSighting, BallTrack

RED = (220, 30, 30)
SIZE = (64, 48)


def ball_picture(
    x: float,
    y: float,
    radius: float = 9.0,
    *,
    width: int = 160,
    height: int = 120,
    color: tuple[int, int, int] = RED,
) -> NDArray[np.uint8]:
    """Draw a ball on a gray floor."""
    picture = np.full((height, width, 3), (90, 95, 100), np.uint8)
    cv2.circle(picture, (round(16 * x), round(16 * y)), round(16 * radius), color, cv2.FILLED, cv2.LINE_AA, 4)
    return picture


def red_place(picture: NDArray[np.uint8]) -> BallSighting | None:
    """Find what is red in a picture: a `LiveFinding`."""
    rows, columns = np.nonzero(picture[..., 0].astype(int) - picture[..., 1] > 90)
    if len(rows) < 20:
        return None
    radius = float(np.sqrt(len(rows) / np.pi))
    return BallSighting(x_px=columns.mean(), y_px=rows.mean(), radius_px=radius, score=0.75)


def build_track(**changes: object) -> BallTrack:
    """Give ten pictures at 100 a second: in hand up to row 4, free from row 5, bridged in 6 and 7, unknown in 0 and 9.

    The ball moves right by 20 pixels a picture, from x = 20 in row 1, at y = 60, radius 9.
    """
    circles = np.array([[20.0 * row, 60.0, 9.0] for row in range(10)])
    circles[[0, 9]] = np.nan
    bridged = np.isin(np.arange(10), (6, 7))
    columns = {
        "frames": np.arange(10) + 40,
        "times": np.round(0.4 + np.arange(10) / 100, 6),
        "circles": circles,
        "scores": np.where(bridged | np.isnan(circles[:, 0]), np.nan, 0.75),
        "in_hand": np.isin(np.arange(10), (1, 2, 3, 4)),
        "bridged": bridged,
        "release": 5,
    }
    return BallTrack(**{**columns, **changes})


def save_red_net(path: Path) -> Path:
    """Write a ball net that looks at how much more red than green and blue a piece of a picture is on average."""
    onnx = pytest.importorskip("onnx", reason="needs the extra train: pip install 'handball[train]'")
    from onnx import TensorProto, helper

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
