"""Decode a video frame by frame with PyAV; every flaw of the file becomes one clear error."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handball.errors import UnreadableVideoError
from handball.stages import Picture


@contextmanager
def open_stream(path: Path, *, draft: bool = False) -> Iterator[tuple[InputContainer, VideoStream]]:
    """Open the first video stream of a file.

    In a draft, films of many pictures a second are decoded without smoothing the edges of their blocks: a quarter of
    the work less, and nothing that nets or thumbnails would see.

    Raises
    ------
    UnreadableVideoError
        No such file, a folder, not a video, or sound without pictures.
    """
    if path.is_dir():
        raise UnreadableVideoError(f"{path} is a folder, expected a video file: name the file in it.")
    if not path.exists():
        raise UnreadableVideoError(f"No such file: {path}. Check the name and the folder.")
    if path.stat().st_size == 0:
        raise UnreadableVideoError(f"{path} is empty: copy it again from the camera.")
    try:
        # the scheme keeps FFmpeg from reading "a:b.mp4" as a protocol of that name
        container = av.open(f"file:{path}")
    except (av.FFmpegError, OSError) as error:
        raise UnreadableVideoError(
            f"{path} cannot be read as a video ({_reason(error)}): expected a whole file such as mp4 or mov; "
            "if it is one, copy it again from the camera."
        ) from error
    with container:
        if not container.streams.video:
            raise UnreadableVideoError(f"{path} holds no pictures: record a video with pictures.")
        stream = container.streams.video[0]
        stream.thread_type = "AUTO"
        if draft and float(stream.average_rate or 0) >= _DRAFT_FROM_HZ:
            stream.codec_context.options = {"skip_loop_filter": "all"}
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


def capture_rate_hz(path: Path) -> tuple[float | None, float]:
    """Return the pictures a second that the phone says it took, if it does, and those of the file.

    Android writes `com.android.capture.fps`, whether the file plays at that rate or slower.
    """
    with open_stream(path) as (container, stream):
        tags = {**container.metadata, **stream.metadata}
        file_hz = float(stream.average_rate or stream.guessed_rate or 30)
    for name, value in tags.items():
        if name.lower() in _CAPTURE_TAGS:
            try:
                return float(value), file_hz
            except ValueError:
                continue
    return None, file_hz


def _reason(error: Exception) -> str:
    return (getattr(error, "strerror", None) or str(error)).strip().rstrip(".").lower()


@attrs.frozen(kw_only=True)
class Upright:
    """How the frames of a file are to be shown: what it says of turns, mirrors and pixels that are not square.

    Attributes
    ----------
    size
        Width and height in square pixels, upright.
    swapped, left, up
        Whether the axes change places, then whether x and y turn round.
    """

    size: tuple[int, int]
    swapped: bool = False
    left: bool = False
    up: bool = False

    @classmethod
    def of(cls, frame: VideoFrame, pixel_aspect: float) -> Upright:
        """Read it from the first frame of a file; `pixel_aspect` is the width of a pixel over its height.

        Not for every frame: PyAV keeps a frame whose side data were read until the garbage is collected.
        """
        swapped, left, up = _display_turn(frame)
        odd = abs(pixel_aspect - 1) > _SQUARE_WITHIN and _ASPECTS[0] < pixel_aspect < _ASPECTS[1]
        width = round(frame.width * pixel_aspect) if odd else frame.width
        return cls(size=(frame.height, width) if swapped else (width, frame.height), swapped=swapped, left=left, up=up)

    def picture(self, frame: VideoFrame) -> Picture:
        """Return a frame as an upright RGB array, of the same size even where the film changes its own."""
        width, height = self.size[::-1] if self.swapped else self.size
        picture = frame.to_ndarray(format="rgb24", width=width, height=height)
        if not (self.swapped or self.left or self.up):
            return picture
        upright = picture.transpose(1, 0, 2) if self.swapped else picture
        return np.ascontiguousarray(upright[:: -1 if self.up else 1, :: -1 if self.left else 1])


def _display_turn(frame: VideoFrame) -> tuple[bool, bool, bool]:
    """Read whether the axes of a frame change places, then whether x and y turn round.

    The display matrix maps stored to shown positions, x' = a x + c y and y' = b x + d y (ISO 14496-12,
    6.2.2). Phones write quarter turns, front cameras mirrors as well; other angles go to the nearest.
    """
    if "DISPLAYMATRIX" not in frame.side_data:
        return False, False, False
    data = frame.side_data["DISPLAYMATRIX"]  # type: ignore[typeddict-item]
    a, b, _, c, d = np.frombuffer(bytes(data), np.int32)[:5].tolist()
    swapped = abs(b) + abs(c) > abs(a) + abs(d)
    return (swapped, (c if swapped else a) < 0, (b if swapped else d) < 0)


def brightness_thumbnail(frame: VideoFrame) -> NDArray[np.uint8]:
    """Every fourth luma sample, whole blocks of 4 x 4 samples: (rows, columns). No color conversion."""
    gray = frame if frame.format.name in _PLANAR_LUMA else frame.reformat(format="gray")
    plane = gray.planes[0]
    luma = np.frombuffer(memoryview(plane), np.uint8).reshape(-1, plane.line_size)[: frame.height, : frame.width]
    samples = luma[::4, ::4]
    rows, columns = samples.shape[0] // 4 * 4, samples.shape[1] // 4 * 4
    return np.ascontiguousarray(samples[:rows, :columns])


_CAPTURE_TAGS = frozenset({"com.android.capture.fps"})
_DRAFT_FROM_HZ = 90.0
_SQUARE_WITHIN = 0.01
_ASPECTS = (0.2, 5.0)
"""Width of a pixel over its height: what lies outside is a slip in the file."""
_PLANAR_LUMA = frozenset({"yuv420p", "yuvj420p", "yuv422p", "yuvj422p", "yuv444p", "yuvj444p", "nv12", "gray"})
