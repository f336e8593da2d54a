"""How long a ball net takes for one picture, by ONNX Runtime and beside it by OpenCV's nets."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
import cv2
import numpy as np
from jaxtyping import UInt8

from handball.ball.net import open_ball_net
from handball.ball.structures import BALL, SMALL
from handball.benchmarking.call_times import Times, times_of
from handball.storage.files import ensure_folder
from handball.synthesis.ball_crops import SIZES, CropSet
from handball.training.ball.export import export
from handball.training.ball.reading import read_ball_module
from handball.training.ball.transfer import interpolated

Call = Callable[[UInt8[np.ndarray, "1 rows columns 3"]], object]

CALLS, WARM_UPS = 1000, 50
LATENCY_SIZES = (SMALL, (128, 96), (320, 240), (640, 480))
_PICTURES, _SEED = 100, 77


@attrs.frozen(kw_only=True)
class Latency:
    """One size of pictures: both ways, and the greatest difference of their probabilities."""

    size: tuple[int, int]
    onnxruntime: Times
    opencv: Times
    difference: float


def call_times(
    calls: Sequence[Call], pictures: UInt8[np.ndarray, "pictures rows columns 3"], count: int = CALLS
) -> tuple[Times, ...]:
    """Return times of several ways to look at single RGB pictures, taken in turn so that other work troubles all alike.

    Before `count` that are counted come 50 that are not, or as many as are counted where these are fewer.
    """
    warm_ups = min(WARM_UPS, count)
    spent = np.empty((warm_ups + count, len(calls)))
    for number in range(len(spent)):
        picture = pictures[number % len(pictures)][None]
        for way, call in enumerate(calls):
            begin = time.perf_counter()
            call(picture)
            spent[number, way] = time.perf_counter() - begin
    return tuple(times_of(1000 * column) for column in spent[warm_ups:].T)


def opencv_ball(path: Path) -> Callable[[UInt8[np.ndarray, "1 rows columns 3"]], float]:
    """Return what gives the probability of a ball in one RGB picture by OpenCV's nets, whose thread is one."""
    net = cv2.dnn.readNetFromONNX(str(path))

    def chance(picture: UInt8[np.ndarray, "1 rows columns 3"]) -> float:
        net.setInput(cv2.dnn.blobFromImage(picture[0], 1 / 255))
        return float(net.forward()[0, BALL])

    return chance


def latencies(small: Path, folder: Path, calls: int = CALLS) -> tuple[Latency, ...]:
    """Return the times of a net of small pictures, and of itself made larger by its resampled weights.

    Parameters
    ----------
    small
        Net of 64 x 48 pixels. Its larger forms are not trained: weights change no time.
    folder
        For the larger forms.
    calls
        How many are timed.
    """
    crops = CropSet(seed=_SEED)
    pictures = np.stack([crops.crop(number, SIZES[1]).pixels for number in range(min(calls, _PICTURES))])
    with _one_thread():
        return tuple(
            _latency(_enlarged(small, size, ensure_folder(folder)), size, pictures, calls) for size in LATENCY_SIZES
        )


def _latency(
    net: Path, size: tuple[int, int], pictures: UInt8[np.ndarray, "pictures 240 320 3"], calls: int
) -> Latency:
    way = cv2.INTER_AREA if size[0] <= SIZES[1][0] else cv2.INTER_CUBIC
    resized = np.stack([cv2.resize(picture, size, interpolation=way) for picture in pictures])
    runtime, opencv = open_ball_net(net), opencv_ball(net)
    apart = [abs(float(runtime(picture[None])[0]) - opencv(picture[None])) for picture in resized]
    first, second = call_times((runtime, opencv), resized, calls)
    return Latency(size=size, onnxruntime=first, opencv=second, difference=max(apart))


def _enlarged(small: Path, size: tuple[int, int], folder: Path) -> Path:
    path = folder / f"ball_{size[0]}x{size[1]}.onnx"
    export(interpolated(read_ball_module(small), size), path, {})
    return path


@contextmanager
def _one_thread() -> Iterator[None]:
    before = cv2.getNumThreads()
    cv2.setNumThreads(1)
    try:
        yield
    finally:
        cv2.setNumThreads(before)
