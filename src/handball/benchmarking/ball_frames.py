"""How long the ball finder takes for a whole picture of a camera, by ONNX Runtime and beside it by OpenCV's nets."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import scan_video
from handball.ball.finder_net import OUTPUTS, Answers, open_finder_net
from handball.ball.live import LiveFinder
from handball.benchmarking.call_times import Times, times_of
from handball.domain.ball import BallSighting
from handball.errors import UsageError
from handball.inference.shipped import shipped_path
from handball.stages import Picture

Progress = Callable[[int, int], None]

SIZE = 640, 480
BUDGET_MS = 1000 / 120
_WARM_UPS = 30
_FEWEST = 100


@attrs.frozen(kw_only=True)
class FrameTimes:
    """Of one way to run the net: times of a picture, and in how many of them a ball was told."""

    way: str
    times: Times
    told: int


@attrs.frozen(kw_only=True)
class BallFrames:
    """All ways, over the same pictures in turn."""

    pictures: int
    ways: tuple[FrameTimes, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text; milliseconds."""
        lines = [
            f"| {self.pictures} pictures of {SIZE[0]} x {SIZE[1]} | mean | p50 | p95 | p99 | p99 / p50 | balls told |",
            "|---|---:|---:|---:|---:|---:|---:|",
        ]
        for way in self.ways:
            t = way.times
            numbers = [f"{value:.2f}" for value in (t.mean, t.p50, t.p95, t.p99, t.p99 / t.p50)]
            lines.append(f"| {way.way} | {' | '.join(numbers)} | {way.told} |")
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(clips: Sequence[Path], *, net: Path | None = None, threads: int = 2, most: int = 1000) -> BallFrames:
    """Time the finder of `handball ball live` on the pictures of clips, scaled to 640 x 480.

    Parameters
    ----------
    clips
        Videos; their pictures are taken one after the other, as often as it takes.
    net
        The ball finder; the one that comes with the package unless given.
    threads
        For ONNX Runtime; OpenCV takes as many.
    most
        Pictures that are timed, after 30 that are not.

    Raises
    ------
    UsageError
        For fewer than 100 pictures to time.
    """
    if most < _FEWEST:
        raise UsageError(f"--pictures must be at least {_FEWEST}, found {most}.")
    path = net or shipped_path("ball_finder")
    before = cv2.getNumThreads()
    cv2.setNumThreads(threads)
    try:
        ways = {"ONNX Runtime": LiveFinder(open_finder_net(path, threads)), "OpenCV": LiveFinder(opencv_finder(path))}
        return _timed(ways, _pictures(clips, _WARM_UPS + most))
    finally:
        cv2.setNumThreads(before)


def opencv_finder(path: Path) -> Answers:
    """Return the finder by OpenCV's nets, which take one piece after the other."""
    net = cv2.dnn.readNetFromONNX(str(path))

    def found(crops: NDArray[np.uint8]) -> NDArray[np.float64]:
        rows = np.empty((len(crops), OUTPUTS))
        for row, crop in enumerate(crops):
            net.setInput(cv2.dnn.blobFromImage(crop, 1 / 255))
            rows[row] = net.forward()[0]
        return rows

    return found


def _timed(ways: dict[str, LiveFinder], pictures: Sequence[Picture]) -> BallFrames:
    """Give each picture to all ways in turn, so that other work on the machine troubles all alike."""
    spent = {way: np.empty(len(pictures)) for way in ways}
    told = dict.fromkeys(ways, 0)
    for number, picture in enumerate(pictures):
        for way, finder in ways.items():
            begin = time.perf_counter()
            found: BallSighting | None = finder(picture)
            spent[way][number] = time.perf_counter() - begin
            told[way] += found is not None and number >= _WARM_UPS
    return BallFrames(
        pictures=len(pictures) - _WARM_UPS,
        ways=tuple(
            FrameTimes(way=way, times=times_of(1000 * values[_WARM_UPS:]), told=told[way])
            for way, values in spent.items()
        ),
    )


def _pictures(clips: Sequence[Path], count: int) -> list[Picture]:
    shown: list[Picture] = []
    while len(shown) < count:
        for clip in clips:
            source = scan_video(clip)
            for _, picture in source.read(0, source.video.frame_count - 1):
                shown.append(np.asarray(cv2.resize(picture, SIZE, interpolation=cv2.INTER_AREA), np.uint8))
                if len(shown) == count:
                    return shown
    return shown
