"""Pictures written as a video that every browser and player shows: H.264 in MP4, constant frame rate."""

from __future__ import annotations

import errno
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction
from pathlib import Path

import av
import cv2
import numpy as np
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handball.errors import OutputError
from handball.storage.files import replacing

ENCODERS = {"libx264": {"preset": "veryfast", "crf": "23"}, "mpeg4": {"b": "6000000"}}
"""Encoders by preference with their settings; the second is in every build of FFmpeg."""


class VideoWriter:
    """Encodes RGB pictures of one size; made by `open_video_writer`."""

    def __init__(self, container: OutputContainer, stream: VideoStream) -> None:
        self._container = container
        self._stream = stream
        self._written = 0

    def write(self, picture: NDArray[np.uint8], repeats: int = 1) -> None:
        """Append an RGB picture, shape (height, width, 3), for so many frames; odd sizes lose a row or column.

        Raises
        ------
        ValueError
            When the picture has another size than the first one.
        """
        frame = self._encodable(picture)
        for _ in range(repeats):
            frame.pts = self._written
            self._written += 1
            self._container.mux(self._stream.encode(frame))

    def finish(self) -> None:
        """Write what the encoder still holds."""
        if self._written == 0:
            raise ValueError("a video needs at least one picture")
        self._container.mux(self._stream.encode(None))

    def _encodable(self, picture: NDArray[np.uint8]) -> av.VideoFrame:
        height, width = (side - side % 2 for side in picture.shape[:2])
        if self._written == 0:
            self._stream.width, self._stream.height = width, height
        elif (width, height) != (self._stream.width, self._stream.height):
            expected = f"{self._stream.width} x {self._stream.height}"
            raise ValueError(f"pictures of one video must be {expected} pixels, found {width} x {height}")
        # OpenCV converts five times faster than the scaler inside the encoder.
        planes = cv2.cvtColor(np.ascontiguousarray(picture[:height, :width]), cv2.COLOR_RGB2YUV_I420)
        return av.VideoFrame.from_ndarray(np.asarray(planes, np.uint8), format="yuv420p")


@contextmanager
def open_video_writer(
    path: Path, rate_hz: float = 30.0, *, encoders: Sequence[str] = tuple(ENCODERS)
) -> Iterator[VideoWriter]:
    """Open a new video file; it takes its name when the block ends well, and leaves nothing behind otherwise.

    Raises
    ------
    OutputError
        When the folder is missing, read-only or full.
    """
    with replacing(path) as temporary:
        try:
            # the scheme keeps FFmpeg from reading the "a:" of "a:b/film.mp4" as a protocol
            with av.open(f"file:{temporary}", "w", format="mp4", options={"movflags": "+faststart"}) as container:
                writer = VideoWriter(container, _video_stream(container, rate_hz, encoders))
                yield writer
                writer.finish()
        except av.FFmpegError as error:
            raise _as_os_error(error) from error


def _video_stream(container: OutputContainer, rate_hz: float, encoders: Sequence[str]) -> VideoStream:
    rate = Fraction(rate_hz).limit_denominator(1001)
    for name in encoders:
        if name in av.codecs_available:
            stream = container.add_stream(name, rate=rate, options=ENCODERS[name])
            if isinstance(stream, VideoStream):
                stream.pix_fmt = "yuv420p"
                return stream
    raise OutputError(
        f"cannot write a video: this PyAV has none of the encoders {', '.join(encoders)}; install its wheel"
    )


def _as_os_error(error: av.FFmpegError) -> OSError:
    if isinstance(error, OSError):
        return error
    return OSError(error.errno or errno.EIO, error.strerror)
