"""The sound of a video file, on the clock of its pictures."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from numpy.typing import NDArray

from handball.acquisition.decoding import open_stream
from handball.domain.sound import Sound
from handball.errors import SyncError

RATE_HZ = 16_000


def load_sound(path: Path) -> Sound:
    """Read the first sound track of a video as one channel of 16,000 samples a second.

    Raises
    ------
    UnreadableVideoError
        As `open_stream`.
    SyncError
        When the file has no sound, or its sound cannot be read.
    """
    with open_stream(path) as (container, pictures):
        if not container.streams.audio:
            raise SyncError(f"{path} has no sound: film with sound, or let the movement tell the delay (--by motion).")
        stream = container.streams.audio[0]
        first_picture = float((pictures.start_time or 0) * (pictures.time_base or 0))
        begin: float | None = None
        blocks: list[NDArray[np.float64]] = []
        try:
            for time, block in _blocks(container, stream):
                begin = time if begin is None else begin
                blocks.append(block)
        except av.FFmpegError as error:
            if not blocks:
                raise SyncError(f"The sound of {path} cannot be read ({error.strerror}): use --by motion.") from error
    if begin is None:
        raise SyncError(f"The sound track of {path} is empty: film with sound, or use --by motion.")
    return Sound(begin=begin - first_picture, rate_hz=RATE_HZ, samples=np.concatenate(blocks))


def _blocks(container: av.container.InputContainer, stream: AudioStream) -> Iterator[tuple[float, NDArray[np.float64]]]:
    """Yield the time of each block of samples in the file's clock and the samples."""
    resampler = AudioResampler(format="flt", layout="mono", rate=RATE_HZ)
    for frame in container.decode(stream):
        time = float(frame.pts * frame.time_base) if frame.pts is not None and frame.time_base is not None else 0.0
        for block in resampler.resample(frame):
            yield time, block.to_ndarray().reshape(-1).astype(np.float64)
