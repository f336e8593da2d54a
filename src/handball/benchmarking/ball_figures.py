"""The paper's Figures 2 to 4, drawn anew from our own trainings."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from handball.ball.color_rival import ColorRival
from handball.benchmarking.ball_structures import PAPER, StructureRow
from handball.benchmarking.ball_trainings import BallTraining
from handball.drawing.line_chart import Line, line_chart
from handball.synthesis.labeled_crops import LabeledCrops

_TILE = (192, 144)
_ROWS = 3
_GREEN, _RED, _WHITE = (20, 150, 60), (200, 60, 40), (255, 255, 255)


def training_figure(small: BallTraining, large: BallTraining) -> str:
    """Return Figure 2 as SVG: errors and accuracy on small pictures, and then on large ones."""
    lines = []
    for words, training, before in (("small", small, 0), ("large", large, small.iterations)):
        across = np.array([before + point.iteration for point in training.history])
        wrong = np.array([100 * point.train_error for point in training.history])
        right = np.array([100 * point.test_accuracy for point in training.history])
        lines += [
            Line(name=f"error, {words}", across=across, up=wrong),
            Line(name=f"accuracy, {words}", across=across, up=right),
        ]
    return line_chart(
        lines, title="Training error and test accuracy (synthetic crops)", across="iteration", up="crops (%)"
    )


def accuracy_figure(rows: Sequence[StructureRow]) -> str:
    """Return the accuracies of Figure 3 as SVG, by structure. Raises `ValueError` where nothing was trained."""
    lines = [Line(name="paper, real", across=np.array([*PAPER]), up=np.array([row[0] for row in PAPER.values()]))]
    for name, fc_relu in (("ours, synthetic", False), ("ours, with ReLU", True)):
        done = [(row.structure, row.training) for row in rows if row.fc_relu == fc_relu and row.training is not None]
        up = [100 * training.right.value for _, training in done]
        lines += [Line(name=name, across=np.array([number for number, _ in done]), up=np.array(up))] if done else []
    return line_chart(lines, title="Accuracy of the structures", across="structure", up="crops told rightly (%)")


def time_figure(rows: Sequence[StructureRow]) -> str:
    """Return the times of Figure 3 as SVG, by structure. Raises `ValueError` where nothing was trained."""
    timed = [(row.structure, row.times) for row in rows if not row.fc_relu and row.times is not None]
    across = np.array([number for number, _ in timed], float)
    lines = [
        Line(name="paper, Tesla K40c", across=np.array([*PAPER]), up=np.array([row[1] for row in PAPER.values()])),
        Line(name="ours, processor", across=across, up=np.array([times.mean for _, times in timed], float)),
    ]
    return line_chart(
        lines,
        title="Time for one picture (sizes and machines differ: not comparable)",
        across="structure",
        up="mean time (ms)",
    )


def color_figure(rival: ColorRival, crops: LabeledCrops, calibrated: NDArray[np.bool_]) -> UInt8[np.ndarray, "r c 3"]:
    """Return Figure 4: how the method by color comes to its answers.

    Each crop stands beside its mask with the circles around its pieces, green where a piece is taken for a ball. Rows:
    balls that it was calibrated on and finds; balls of another color or in other light that it misses; crops without a
    ball in which it sees one.

    Parameters
    ----------
    calibrated
        Which crops show the ball in the light that it was calibrated on.
    """
    said = rival(crops.pixels)
    kinds = (calibrated & said, crops.ball & ~calibrated & ~said, ~crops.ball & said)
    rows = [[_explained(rival, crops.pixels[number]) for number in np.flatnonzero(kind)[:_ROWS]] for kind in kinds]
    empty = np.full((_TILE[1] + 4, 2 * _TILE[0] + 4, 3), 255, np.uint8)
    return np.vstack([np.hstack([*row, *[empty] * (_ROWS - len(row))]) for row in rows])


def _explained(rival: ColorRival, crop: UInt8[np.ndarray, "rows columns 3"]) -> NDArray[np.uint8]:
    mask = rival.mask(crop)
    scale = _TILE[0] / mask.shape[1]
    shown = cv2.resize(crop, _TILE, interpolation=cv2.INTER_CUBIC)
    seen = cv2.resize(np.repeat(255 * mask[..., None], 3, axis=2), _TILE, interpolation=cv2.INTER_NEAREST)
    for patch in rival.patches(mask):
        color = _GREEN if rival.accepts(patch) else _RED
        middle = tuple(round(scale * (value + 0.5)) for value in patch.middle)
        cv2.circle(seen, middle, round(scale * patch.radius), color, 2, cv2.LINE_AA)
    sheet = np.hstack([np.asarray(shown, np.uint8), np.asarray(seen, np.uint8)])
    return np.pad(sheet, ((2, 2), (2, 2), (0, 0)), constant_values=_WHITE[0])
