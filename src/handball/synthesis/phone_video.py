"""Clips as a phone or a messenger leaves them: H.264 in MP4 with the true time of each frame."""

from __future__ import annotations

import errno
from collections.abc import Iterable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handball.errors import OutputError
from handball.storage.files import replacing

_TICKS = 90_000
"""Ticks a second of the time stamps, as in MPEG."""
MESSENGER_LONG_SIDE = 848
MESSENGER_BITS_S = 700_000


def write_clip(
    path: Path,
    frames: Iterable[tuple[float, NDArray[np.uint8]]],
    *,
    size: tuple[int, int],
    rate_hz: float,
    bits_s: int | None = None,
) -> int:
    """Write pairs of time (seconds, rising) and RGB picture as a video; return how many there were.

    Parameters
    ----------
    size
        Width and height in pixels, both even.
    rate_hz
        Nominal frame rate; what counts are the times.
    bits_s
        Bits a second; None for good quality.

    Raises
    ------
    OutputError
        When the encoder is missing or the folder is missing, read-only or full.
    ValueError
        For odd sizes or no frame at all.
    """
    if size[0] % 2 or size[1] % 2:
        raise ValueError(f"width and height must be even, found {size[0]} x {size[1]}")
    if "libx264" not in av.codecs_available:
        raise OutputError("cannot write a video: this PyAV has no libx264; install its wheel")
    with replacing(path) as temporary:
        try:
            count = _encode(temporary, frames, size, rate_hz, bits_s)
        except av.FFmpegError as error:
            raise OSError(error.errno or errno.EIO, error.strerror) from error
        if not count:
            raise ValueError("a video needs at least one picture")
    return count


def _encode(
    path: Path,
    frames: Iterable[tuple[float, NDArray[np.uint8]]],
    size: tuple[int, int],
    rate_hz: float,
    bits_s: int | None,
) -> int:
    count = 0
    with av.open(str(path), "w", format="mp4", options={"movflags": "+faststart"}) as container:
        quality = {"crf": "20"} if bits_s is None else {"maxrate": str(bits_s), "bufsize": str(bits_s)}
        rate = Fraction(rate_hz).limit_denominator(1001)
        stream = container.add_stream("libx264", rate=rate, options={"preset": "veryfast", **quality})
        if not isinstance(stream, VideoStream):
            raise OutputError("cannot write a video: libx264 gives no pictures")
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.codec_context.time_base = Fraction(1, _TICKS)
        if bits_s is not None:
            stream.bit_rate = bits_s
        for time, picture in frames:
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")
            frame.time_base = Fraction(1, _TICKS)
            frame.pts = round(time * _TICKS)
            container.mux(stream.encode(frame))
            count += 1
        container.mux(stream.encode(None))
    return count


def messenger_size(size: tuple[int, int]) -> tuple[int, int]:
    """Return the size that a messenger leaves: the long side reduced, both even."""
    scale = min(1.0, MESSENGER_LONG_SIDE / max(size))
    width, height = (2 * int(side * scale / 2 + 0.5) for side in size)
    return width, height
