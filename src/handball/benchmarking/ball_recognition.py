"""The net against the method by color on the same crops: the paper's Tables 3 and 4."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.ball.color_rival import ColorRival, calibrated
from handball.ball.net import open_ball_net
from handball.benchmarking.ball_latency import CALLS, call_times
from handball.benchmarking.ball_recall import BallRecall, ball_recall
from handball.benchmarking.ball_trainings import said_by
from handball.benchmarking.call_times import Times
from handball.errors import UsageError
from handball.synthesis.hall import LIGHTINGS
from handball.synthesis.labeled_crops import LabeledCrops
from handball.training.ball.crop_source import TaughtCrops

CALIBRATED_SKIN, CALIBRATED_LIGHT = 1, "bright"
"""Yellow and black under bright light: of the 15 the one that does best on further crops to learn from. There it finds
50 % of its own balls and sees one in 26 % of crops without."""
CALIBRATION_CROPS = 50


@attrs.frozen(kw_only=True)
class Recognition:
    """What net and method by color say of the same crops.

    Attributes
    ----------
    source
        Which net, in words.
    size, structure
        Of the net.
    net, color
        What each of them does rightly.
    held_out
        The same of the net, and of the color, for a ball that neither has seen.
    net_times, color_times
        From a single RGB picture to the answer, on one thread.
    """

    source: str
    size: tuple[int, int]
    structure: str
    net: BallRecall
    color: BallRecall
    held_out: tuple[BallRecall, BallRecall]
    net_times: Times
    color_times: Times


def f1(recall: BallRecall) -> float:
    """Return the harmonic mean of precision and recall; NaN where nothing is found."""
    found = recall.recall.hits
    return 2 * found / (found + recall.false_alarms.hits + recall.recall.of) if found else np.nan


def precision(recall: BallRecall) -> float:
    """Return the share of balls among what is taken for one; NaN where nothing is."""
    said = recall.recall.hits + recall.false_alarms.hits
    return recall.recall.hits / said if said else np.nan


def calibrated_on(crops: LabeledCrops) -> NDArray[np.bool_]:
    """Return which crops show the ball and the light that the method by color is calibrated on, shape (crops,)."""
    light = LIGHTINGS.index(CALIBRATED_LIGHT)
    return np.asarray(crops.ball & (crops.skin == CALIBRATED_SKIN) & (crops.lighting == light))


def color_rival(taught: LabeledCrops) -> ColorRival:
    """Return the method by color, calibrated on the first 50 crops of one ball in one light.

    Raises
    ------
    UsageError
        When there is no such crop.
    """
    chosen = np.flatnonzero(calibrated_on(taught))[:CALIBRATION_CROPS]
    if not len(chosen):
        raise UsageError(f"None of {len(taught)} crops shows the ball to calibrate the color on: give more --crops.")
    return calibrated(taught.pixels[chosen], taught.diameter[chosen])


def recognition(net: Path, crops: TaughtCrops, source: str, calls: int = CALLS) -> Recognition:
    """Compare both on the crops to test with; these have the net's size."""
    ball, rival = open_ball_net(net), color_rival(crops.taught)
    tested, held_out = crops.tested, crops.held_out
    times = call_times((ball, rival), tested.pixels[:100], calls)
    return Recognition(
        source=source,
        size=ball.size,
        structure=ball.structure,
        net=ball_recall("net", tested, said_by(net, tested)),
        color=ball_recall("color", tested, rival(tested.pixels)),
        held_out=(
            ball_recall("net", held_out, said_by(net, held_out)),
            ball_recall("color", held_out, rival(held_out.pixels)),
        ),
        net_times=times[0],
        color_times=times[1],
    )
