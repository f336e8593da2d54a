"""Decode a video frame by frame with PyAV; every flaw of the file becomes one clear error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handball.errors import UnreadableVideoError
from handball.stages import Picture


@contextmanager
def open_stream(path: Path) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the first video stream of a file.

    Raises
    ------
    UnreadableVideoError
        No such file, a folder, not a video, or sound without pictures.
    """
    if path.is_dir():
        raise UnreadableVideoError(f"{path} is a folder, expected a video file: name the file in it.")
    if not path.exists():
        raise UnreadableVideoError(f"No such file: {path}. Check the name and the folder.")
    try:
        container = av.open(str(path))
    except (av.FFmpegError, OSError) as error:
        raise UnreadableVideoError(
            f"{path} cannot be read as a video ({_reason(error)}): expected a file such as mp4 or mov."
        ) from error
    with container:
        if not container.streams.video:
            raise UnreadableVideoError(f"{path} holds no pictures, only other streams: record a video with pictures.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        yield container, stream


def decoded_frames(container: InputContainer, stream: VideoStream) -> Iterator[VideoFrame]:
    """Yield frames until the end, or until the file turns unreadable: what decodes is kept."""
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            frames = packet.decode()
        except av.FFmpegError:
            # a broken packet in the middle loses its frames, not the rest
            continue
        yield from frames


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).strip().rstrip(".").lower()


def to_picture(frame: VideoFrame) -> Picture:
    """Return the frame as an upright RGB array: the rotation tag is applied."""
    picture = frame.to_ndarray(format="rgb24")
    quarters = round(frame.rotation / 90) % 4
    return np.ascontiguousarray(np.rot90(picture, quarters)) if quarters else picture


def upright_size(frame: VideoFrame) -> tuple[int, int]:
    """Width and height after the rotation tag was applied."""
    return (frame.height, frame.width) if round(frame.rotation / 90) % 2 else (frame.width, frame.height)


def brightness_thumbnail(frame: VideoFrame) -> NDArray[np.int16]:
    """Every fourth luma sample, in blocks of 4 x 4 samples: (rows, 4, columns, 4). No color conversion."""
    gray = frame if frame.format.name in _PLANAR_LUMA else frame.reformat(format="gray")
    plane = gray.planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
    samples = luma[::4, ::4]
    rows, columns = samples.shape[0] // 4 * 4, samples.shape[1] // 4 * 4
    blocks = samples[:rows, :columns].reshape(rows // 4, 4, columns // 4, 4)
    thumbnail: NDArray[np.int16] = blocks.astype(np.int16)
    return thumbnail


_PLANAR_LUMA = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
