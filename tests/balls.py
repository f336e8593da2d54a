"""A red ball in plain small pictures, what takes red for a ball, sightings, and a track."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from handball.ball.finder_net import FinderNet
from handball.ball.path import Sightings
from handball.domain.ball import BallSighting, BallTrack, Release

RED, GREEN = (220, 30, 30), (30, 200, 30)
SIZE = (64, 48)


def ball_picture(
    x: float,
    y: float,
    radius: float = 9.0,
    *,
    width: int = 160,
    height: int = 120,
    color: tuple[int, int, int] = RED,
    held: bool = False,
) -> NDArray[np.uint8]:
    """Draw a ball on a gray floor, a green hand below it where it is held."""
    picture = np.full((height, width, 3), (90, 95, 100), np.uint8)
    if held:
        hand = round(16 * x), round(16 * (y + 1.2 * radius))
        cv2.circle(picture, hand, round(8 * radius), GREEN, cv2.FILLED, cv2.LINE_AA, 4)
    cv2.circle(picture, (round(16 * x), round(16 * y)), round(16 * radius), color, cv2.FILLED, cv2.LINE_AA, 4)
    return picture


def lit(picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Switch on a row of lamps along the lower edge: what changes more, in more places, than a ball does."""
    shining = picture.copy()
    shining[-30:] = 255
    return shining


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
        "release": Release(time=0.446, sigma_s=0.012, evidence=8.0),
    }
    return BallTrack(**{**columns, **changes})


def save_finder_net(path: Path) -> Path:
    """Write a ball finder for which a ball is what is red and whole, held where there is green in the piece as well.

    Its place is the mean of the red pixels, its diameter that of a disc with as many, so all of that is exact. It is
    the less likely the farther it is off the middle of the piece, and off 0.3 of its height.
    """
    onnx = pytest.importorskip("onnx", reason="needs the extra train: pip install 'handball[train]'")
    from onnx import TensorProto, helper, numpy_helper

    nodes = [
        helper.make_node("Conv", ["pictures", "colors", "offsets"], ["strengths"]),
        helper.make_node("Clip", ["strengths", "zero", "one"], ["shares"]),
        helper.make_node("Conv", ["shares", "sums"], ["found"]),
        helper.make_node("Flatten", ["found"], ["flat"]),
        helper.make_node("Split", ["flat"], ["area", "right", "down", "rim", "green"], axis=1),
        helper.make_node("Max", ["area", "one"], ["divisor"]),
        helper.make_node("Div", ["right", "divisor"], ["across"]),
        helper.make_node("Div", ["down", "divisor"], ["below"]),
        helper.make_node("Concat", ["across", "below"], ["middle"], axis=1),
        helper.make_node("Sub", ["middle", "own_middle"], ["away"]),
        helper.make_node("Mul", ["away", "away"], ["squares"]),
        helper.make_node("Gemm", ["squares", "doubt"], ["away_score"]),
        helper.make_node("Sqrt", ["divisor"], ["root"]),
        helper.make_node("Mul", ["root", "by_root"], ["diameter"]),
        helper.make_node("Gemm", ["diameter", "rise", "usual"], ["off_usual"]),
        helper.make_node("Mul", ["off_usual", "off_usual"], ["size_score"]),
        helper.make_node("Sum", ["size_score", "away_score", "rim"], ["against"]),
        helper.make_node("Sub", ["most_score", "against"], ["ball_score"]),
        helper.make_node("Sigmoid", ["ball_score"], ["ball"]),
        helper.make_node("Gemm", ["green", "steep", "least_green"], ["hand_score"]),
        helper.make_node("Sigmoid", ["hand_score"], ["hand"]),
        helper.make_node("Concat", ["ball", "across", "below", "diameter", "hand"], ["circles"], axis=1),
    ]
    width, height = SIZE
    colors = np.array([[1.0, -0.5, -0.5], [-0.5, 1.0, -0.5]])
    own = colors @ (np.array([RED, GREEN]).T / 255)
    right, down = np.meshgrid((np.arange(width) + 0.5) / height, (np.arange(height) + 0.5) / height)
    ones, none, rim = np.ones((height, width)), np.zeros((height, width)), np.ones((height, width))
    rim[1:-1, 1:-1] = 0
    constants = {
        "colors": colors.reshape(2, 3, 1, 1) / np.diag(own)[:, None, None, None] / 0.95,
        "offsets": [-0.05, -0.05],
        "sums": [[ones, none], [right, none], [down, none], [rim, none], [none, ones]],
        "zero": 0.0,
        "one": 1.0,
        "rise": [[1 / 0.085]],
        "most_score": [[6.0]],
        "steep": [[0.3]],
        "usual": [-0.3 / 0.085],
        "own_middle": [width / height / 2, 0.5],
        "doubt": [[250.0], [250.0]],
        "least_green": [-3.0],
        "by_root": np.sqrt(4 / np.pi) / height,
    }
    entry = helper.make_tensor_value_info("pictures", TensorProto.FLOAT, ("count", 3, height, width))
    result = helper.make_tensor_value_info("circles", TensorProto.FLOAT, ("count", 5))
    given = [numpy_helper.from_array(np.array(value, np.float32), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "red", [entry], [result], given)
    net = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 13)], ir_version=8)
    helper.set_model_props(net, {"structure": "ball_finder"})
    onnx.save(net, str(path))
    return path


@attrs.frozen
class CountingNet(FinderNet):
    """A finder that notes how many pieces it looks at in each call."""

    looks: list[int] = attrs.field(factory=list)

    def __call__(self, crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        self.looks.append(len(crops))
        return FinderNet.__call__(self, crops)


def sightings(time: float, *rows: tuple[float, ...], at_hand: bool = True) -> Sightings:
    """Sightings of one picture: x, y, radius, chance of a ball and of a hand; at a hand, or worth less and apart."""
    count = len(rows)
    return Sightings(
        time=time,
        rows=np.array(rows, float).reshape(-1, 5),
        doubts=np.full(count, 0.0 if at_hand else 2.0),
        away=np.full(count, np.inf if at_hand else 9.0),
    )
