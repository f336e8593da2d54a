"""Small real videos for the tests, written with PyAV: every frame carries its number in black and white blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.uint8]

WIDTH, HEIGHT = 160, 120
_BITS, _BLOCK = 9, 16
_TICKS = 90_000


def moving_scene(number: int, *, width: int = WIDTH, height: int = HEIGHT, step_px: int = 4) -> Picture:
    """Draw stripes that move on with each number, and the number itself."""
    picture = np.zeros((height, width, 3), np.uint8)
    x, y = np.meshgrid(np.arange(width) - step_px * number, np.arange(height))
    picture[..., 0] = 90 + 60 * np.sin(x / 9.0)
    picture[..., 1] = 110 + 50 * np.sin((x + 2 * y) / 17.0)
    picture[..., 2] = 100 + 40 * np.cos(y / 11.0)
    return numbered(picture, number)


def numbered(picture: Picture, number: int) -> Picture:
    """Burn a number into the top left of a picture."""
    marked = picture.copy()
    for bit in range(_BITS):
        marked[:_BLOCK, bit * _BLOCK : (bit + 1) * _BLOCK] = 255 if number >> bit & 1 else 0
    return marked


def number_in(picture: Picture) -> int:
    """Read the number of a picture back."""
    centers = [int(picture[_BLOCK // 2, bit * _BLOCK + _BLOCK // 2].mean()) for bit in range(_BITS)]
    return sum(1 << bit for bit, value in enumerate(centers) if value > 127)


def corner_scene(number: int) -> Picture:
    """Draw a moving gray scene with a red top left and a blue bottom right corner."""
    picture = np.full((HEIGHT, WIDTH, 3), 100 + 3 * (number % 20), np.uint8)
    picture[:40, :40] = (230, 20, 20)
    picture[-40:, -40:] = (20, 20, 230)
    return picture


def write_video(
    path: Path,
    pictures: Iterable[Picture],
    *,
    rate: float = 30.0,
    times: Sequence[float] | None = None,
    rotation: int = 0,
    pixel_aspect: Fraction = Fraction(1),
    with_sound: bool = False,
    codec: str = "libx264",
    pix_fmt: str = "yuv420p",
    quality: int = 16,
    frames_a_group: int = 12,
    b_frames: int = 2,
    preset: str = "veryfast",
    faststart: bool = False,
) -> Path:
    """Encode pictures at an even rate, or at given seconds; `rotation` in degrees turns them counter-clockwise."""
    options = {"movflags": "+faststart"} if faststart else {}
    with av.open(str(path), "w", options=options) as container:
        stream = None
        sound = container.add_stream("aac", rate=48_000) if with_sound else None
        for number, picture in enumerate(pictures):
            if stream is None:
                stream = container.add_stream(codec, rate=round(rate))
                stream.height, stream.width = picture.shape[:2]
                stream.pix_fmt = pix_fmt
                stream.time_base = Fraction(1, _TICKS)
                stream.codec_context.time_base = Fraction(1, _TICKS)
                stream.codec_context.gop_size = frames_a_group
                stream.codec_context.sample_aspect_ratio = pixel_aspect
                if codec == "libx264":
                    stream.options = {"crf": str(quality), "preset": preset, "bf": str(b_frames)}
                if rotation:
                    stream.set_display_rotation(rotation)
            frame = av.VideoFrame.from_ndarray(picture, format="rgb24")
            second = times[number] if times is not None else number / rate
            frame.pts, frame.time_base = round(second * _TICKS), Fraction(1, _TICKS)
            container.mux(stream.encode(frame))
            if sound is not None:
                _mux_silence(container, sound, number, rate)
        for open_stream in filter(None, (stream, sound)):
            container.mux(open_stream.encode(None))
    return path


def write_sound(path: Path) -> Path:
    """Encode a second of silence, and no picture."""
    with av.open(str(path), "w") as container:
        sound = container.add_stream("aac", rate=48_000)
        for number in range(30):
            _mux_silence(container, sound, number, 30.0)
        container.mux(sound.encode(None))
    return path


def _mux_silence(container, sound, number: int, rate: float) -> None:
    count = round(48_000 / rate)
    frame = av.AudioFrame.from_ndarray(np.zeros((1, count), np.float32), format="fltp", layout="mono")
    frame.rate, frame.pts, frame.time_base = 48_000, number * count, Fraction(1, 48_000)
    container.mux(sound.encode(frame))
