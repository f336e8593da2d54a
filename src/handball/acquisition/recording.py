"""Several cameras recorded at once: every picture with the time of one clock that all share."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import attrs
import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.drawing.video_writing import open_video_writer
from handball.errors import UnreadableVideoError, UsageError
from handball.storage.files import replacing

_DROPPED_FROM = 1.5
"""A gap of so many usual gaps holds pictures that were lost."""
_FEWEST = 2


@attrs.frozen(kw_only=True)
class Recorded:
    """One camera's film: `times` are seconds since the recording began, by one clock for all cameras."""

    path: Path
    times: Float[np.ndarray, " frames"] = column(np.float64)

    @property
    def rate_hz(self) -> float:
        """Pictures a second by the median gap."""
        return float(1 / np.median(np.diff(self.times)))

    @property
    def shown(self) -> NDArray[np.int64]:
        """How often each picture stands in the film, so that it keeps time where pictures were lost."""
        gaps = np.diff(self.times) / np.median(np.diff(self.times))
        return np.append(np.where(gaps > _DROPPED_FROM, np.rint(gaps), 1), 1).astype(np.int64)

    @property
    def dropped(self) -> int:
        """How many pictures the gaps have room for."""
        return int((self.shown - 1).sum())


def record(
    sources: Sequence[str], seconds: float, folder: Path, clock: Callable[[], float] = time.monotonic
) -> tuple[Recorded, ...]:
    """Record cameras side by side, one thread each; each film is written as MP4 beside a table of its times.

    Parameters
    ----------
    sources
        Number of a camera of this machine, address of a stream, or a file, which is played at its own rate.
    seconds
        How long; files may end sooner.
    folder
        Where `camera_1.mp4`, `camera_1.times.csv` and so on go; it must be there.

    Raises
    ------
    UnreadableVideoError
        When a source cannot be opened, or gives fewer than two pictures.
    UsageError
        When a source is named twice.
    OutputError
        When a film cannot be written.
    """
    if len(set(sources)) < len(sources):
        raise UsageError("A source is named twice: name each camera once.")
    opened = [open_camera(source) for source in sources]
    taken: list[list[tuple[float, NDArray[np.uint8]]]] = [[] for _ in sources]
    begin = clock()
    threads = [
        threading.Thread(target=_take, args=(camera, kept, begin, seconds, clock, own_rate(source, camera)))
        for source, camera, kept in zip(sources, opened, taken, strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return tuple(
        _written(source, kept, folder / f"camera_{number}.mp4")
        for number, (source, kept) in enumerate(zip(sources, taken, strict=True), start=1)
    )


def open_camera(source: str) -> cv2.VideoCapture:
    """Open a camera by its number, a stream by its address, or a file.

    Raises
    ------
    UnreadableVideoError
        When it cannot be opened.
    """
    level = cv2.utils.logging.getLogLevel()
    # what OpenCV would print besides is no help to anybody
    cv2.utils.logging.setLogLevel(0)
    try:
        camera = cv2.VideoCapture(int(source) if source.isdigit() else source)
    finally:
        cv2.utils.logging.setLogLevel(level)
    if not camera.isOpened():
        if Path(source).is_file():
            raise UnreadableVideoError(f"{source} cannot be opened as a video: name a whole file such as mp4 or mov.")
        what = f"Camera {source} is not there or is in use" if source.isdigit() else f"{source} cannot be opened"
        raise UnreadableVideoError(f"{what}: plug it in, close other programs that use it, or name another source.")
    return camera


def own_rate(source: str, camera: cv2.VideoCapture) -> float | None:
    """Return pictures a second of a file, which must be waited for; None for what comes by itself."""
    rate = float(camera.get(cv2.CAP_PROP_FPS))
    return (rate if rate > 0 else 30.0) if Path(source).is_file() else None


def _take(
    camera: cv2.VideoCapture,
    kept: list[tuple[float, NDArray[np.uint8]]],
    begin: float,
    seconds: float,
    clock: Callable[[], float],
    rate: float | None,
) -> None:
    """Keep pictures with the time at which they were there; they are compressed afterwards, not to lose any."""
    while clock() - begin < seconds:
        if rate is not None:
            time.sleep(max(0.0, len(kept) / rate - (clock() - begin)))
        there, picture = camera.read()
        if not there:
            break
        kept.append((clock() - begin, np.asarray(picture, np.uint8)))
    camera.release()


def _written(source: str, kept: Sequence[tuple[float, NDArray[np.uint8]]], path: Path) -> Recorded:
    if len(kept) < _FEWEST:
        raise UnreadableVideoError(f"Source {source} gave {len(kept)} pictures: check the camera, or record longer.")
    recorded = Recorded(path=path, times=np.array([moment for moment, _ in kept]))
    with open_video_writer(path, recorded.rate_hz) as writer:
        for (_, picture), shown in zip(kept, recorded.shown, strict=True):
            writer.write(np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2RGB), np.uint8), int(shown))
    with replacing(path.with_suffix(".times.csv")) as temporary:
        lines = [f"{frame},{moment:.6f}" for frame, moment in enumerate(recorded.times)]
        temporary.write_text("\n".join(["frame,time_s", *lines]) + "\n", encoding="utf-8")
    return recorded
