"""What is known of a video file after one pass over it. The pictures themselves are streamed."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from jaxtyping import Bool, Float

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class Video:
    """One video file: its size, true time stamps and flaws.

    Attributes
    ----------
    path
        The file.
    width, height
        Size in pixels after the rotation tag was applied.
    times
        Real seconds of each decoded frame since the first one, after the slow-motion factor.
    capture_times
        When each picture was taken, as far as that can be known: equal to `times` in an ordinary
        clip; where pictures repeat, the different ones are spread evenly again.
    repeated
        True where a frame shows the same picture as the one before.
    shots
        First frame of each shot: 0, and the frame after each hard cut.
    rate_hz
        Frames a second of real time (median step).
    variable_rate
        Whether the time between frames varies by more than a fifth.
    lost_frames
        How many frames the file announces and does not deliver.
    slow_motion
        Real time passes this many times faster than the file plays.
    repeats_moving
        Share of the steps that repeat the picture before, among those where something moves; None where that was not
        looked at.
    """

    path: Path
    width: int
    height: int
    times: Float[np.ndarray, " frames"] = column(np.float64)
    capture_times: Float[np.ndarray, " frames"] = column(np.float64)
    repeated: Bool[np.ndarray, " frames"] = column(np.bool_)
    shots: tuple[int, ...] = (0,)
    rate_hz: float
    variable_rate: bool
    lost_frames: int
    slow_motion: float
    repeats_moving: float | None = None

    def __attrs_post_init__(self) -> None:
        check_rising("times", self.times)
        check_rising("capture_times", self.capture_times)
        check_shape("capture_times", self.capture_times, self.times.shape)
        check_shape("repeated", self.repeated, self.times.shape)

    @property
    def frame_count(self) -> int:
        """Number of frames that decode."""
        return len(self.times)

    @property
    def duration_s(self) -> float:
        """Real seconds from the first to the end of the last frame."""
        return float(self.times[-1] + 1.0 / self.rate_hz) if len(self.times) else 0.0

    @property
    def repeated_share(self) -> float:
        """Share of the frame steps that repeat the picture before, as far as that can be told."""
        if self.repeats_moving is not None:
            return self.repeats_moving
        return float(self.repeated[1:].mean()) if len(self.repeated) > 1 else 0.0

    @property
    def distinct_rate_hz(self) -> float:
        """Different pictures a second of real time: the frame rate less the repeated frames."""
        return self.rate_hz * (1.0 - self.repeated_share)

    def shot_of(self, frame: int) -> tuple[int, int]:
        """Return the first and last frame of the shot that holds a frame."""
        first = max(start for start in self.shots if start <= frame)
        later = [start for start in self.shots if start > frame]
        return first, (min(later) if later else self.frame_count) - 1
