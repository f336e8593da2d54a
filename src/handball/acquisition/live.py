"""Pictures of a camera as they come: only the newest waits to be looked at, and what it replaces is counted."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.acquisition.decoding import open_stream
from handball.acquisition.recording import open_camera, own_rate
from handball.stages import Picture

CAMERA_HZ = 120.0
"""Asked of a camera unless said otherwise."""
_WAIT_S = 0.1
_JOIN_S = 2.0


@attrs.frozen(kw_only=True)
class Taken:
    """A picture, the seconds by a clock when it was there, and how many were dropped since the one before.

    `scale` is pixels of the camera for one pixel of the picture.
    """

    picture: Picture = attrs.field(repr=False)
    time: float
    scale: float = 1.0
    dropped: int = 0


class LatestPicture:
    """A queue of one place between the thread of a camera and who looks at its pictures."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._waiting: Taken | None = None
        self._closed = False
        self._error: BaseException | None = None

    def put(self, picture: Picture, time: float, scale: float = 1.0) -> None:
        """Let a picture wait in the place of the one that waits there, if one does; none after the end."""
        with self._changed:
            if self._closed:
                return
            dropped = 0 if self._waiting is None else self._waiting.dropped + 1
            self._waiting = Taken(picture=picture, time=time, scale=scale, dropped=dropped)
            self._changed.notify()

    def close(self, error: BaseException | None = None) -> None:
        """Say that no more pictures come; the one that waits is still given out, then the error is raised."""
        with self._changed:
            self._closed, self._error = True, error
            self._changed.notify()

    def take(self) -> Taken | None:
        """Wait for a picture and return it; None when no more come."""
        with self._changed:
            while self._waiting is None and not self._closed:
                self._changed.wait(_WAIT_S)
            taken, self._waiting = self._waiting, None
            if taken is None and self._error is not None:
                raise self._error
            return taken


@attrs.frozen(kw_only=True)
class LiveSource:
    """Pictures as they come, how many a second were asked for, and whether a file plays the camera.

    `camera_size` is width and height in pixels of the pictures that it gives, before they are scaled down.
    """

    pictures: LatestPicture
    wanted_hz: float
    is_file: bool
    camera_size: tuple[int, int]


@contextmanager
def live_source(
    source: str,
    size: tuple[int, int],
    *,
    rate_hz: float | None = None,
    seconds: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> Iterator[LiveSource]:
    """Open a camera, or a file that plays one, and take its pictures in a thread of its own until the block ends.

    Parameters
    ----------
    source
        Number of a camera of this machine, address of a stream, or a file.
    size
        Width and height in pixels: a camera is asked for pictures of this size, and larger ones are scaled down.
    rate_hz
        Pictures a second: asked of a camera (120 unless given); a file is played so (at its own rate unless given).
    seconds
        How long from the first picture on; as long as pictures come unless given.
    clock
        Seconds.

    Raises
    ------
    UnreadableVideoError
        When it cannot be opened.
    """
    if Path(source).is_file():
        # says what is wrong with a file in a sentence, which OpenCV does not
        with open_stream(Path(source)):
            pass
    camera = open_camera(source)
    own_hz = own_rate(source, camera)
    wanted_hz = rate_hz or own_hz or CAMERA_HZ
    if own_hz is None:
        _ask(camera, size, wanted_hz)
    given = round(camera.get(cv2.CAP_PROP_FRAME_WIDTH)), round(camera.get(cv2.CAP_PROP_FRAME_HEIGHT))
    pictures, stop = LatestPicture(), threading.Event()
    pace = Pace(wanted_hz, clock) if own_hz is not None else None
    feeder = threading.Thread(target=_feed, args=(camera, pictures, size, pace, seconds, clock, stop), daemon=True)
    feeder.start()
    try:
        yield LiveSource(pictures=pictures, wanted_hz=wanted_hz, is_file=own_hz is not None, camera_size=given)
    finally:
        stop.set()
        feeder.join(_JOIN_S)


class Pace:
    """When the next picture of a file is due, as if a camera gave it; lost time is not caught up in a rush."""

    def __init__(self, rate_hz: float, clock: Callable[[], float]) -> None:
        self._step = 1.0 / rate_hz
        self._clock = clock
        self._due: float | None = None

    def wait(self) -> float:
        """Return the seconds to wait for the next picture."""
        now = self._clock()
        self._due = now if self._due is None else max(self._due + self._step, now - self._step)
        return max(0.0, self._due - now)


def scaled_down(picture: Picture, size: tuple[int, int]) -> tuple[NDArray[np.uint8], float]:
    """Return a picture that fits the size, upright or on its side, and its old pixels for a new one.

    Examples
    --------
    >>> smaller, scale = scaled_down(np.zeros((1280, 720, 3), np.uint8), (640, 480))
    >>> smaller.shape, scale
    ((640, 360, 3), 2.0)
    """
    height, width = picture.shape[:2]
    scale = max(1.0, max(width, height) / max(size), min(width, height) / min(size))
    if scale == 1.0:
        return picture, scale
    target = max(1, round(width / scale)), max(1, round(height / scale))
    return np.asarray(cv2.resize(picture, target, interpolation=cv2.INTER_AREA), np.uint8), scale


def _ask(camera: cv2.VideoCapture, size: tuple[int, int], rate_hz: float) -> None:
    """Ask a camera for what is wanted; one that cannot gives what it can. Most give many a second as JPEG only."""
    camera.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
    camera.set(cv2.CAP_PROP_FRAME_WIDTH, size[0])
    camera.set(cv2.CAP_PROP_FRAME_HEIGHT, size[1])
    camera.set(cv2.CAP_PROP_FPS, rate_hz)


def _feed(
    camera: cv2.VideoCapture,
    pictures: LatestPicture,
    size: tuple[int, int],
    pace: Pace | None,
    seconds: float | None,
    clock: Callable[[], float],
    stop: threading.Event,
) -> None:
    begin: float | None = None
    try:
        while not stop.wait(pace.wait() if pace else 0.0) and camera.grab():
            now = clock()
            begin = now if begin is None else begin
            there, picture = camera.retrieve()
            if not there or (seconds is not None and now - begin > seconds):
                break
            smaller, scale = scaled_down(np.asarray(picture, np.uint8), size)
            pictures.put(np.asarray(cv2.cvtColor(smaller, cv2.COLOR_BGR2RGB), np.uint8), now, scale)
        pictures.close()
    except Exception as error:  # noqa: BLE001 - raised again where pictures are taken
        pictures.close(error)
    finally:
        camera.release()
