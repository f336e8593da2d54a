"""One pass over a video for its times and flaws; then any run of its pictures again."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator
from pathlib import Path

import attrs
import av
import numpy as np
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream
from numpy.typing import NDArray

from handball.acquisition.ahead import ahead
from handball.acquisition.changes import Change, change_between, repeated_frames, share_of_repeats, shot_starts
from handball.acquisition.decoding import (
    Upright,
    brightness_thumbnail,
    decoded_frames,
    open_stream,
)
from handball.acquisition.timing import capture_times
from handball.domain.video import Video
from handball.errors import UnreadableVideoError
from handball.stages import Picture

Visitor = Callable[[int, float, Picture], None]
"""Called with (frame, real seconds, picture) for the sampled frames of the first pass."""

FEWEST_FRAMES = 8
HIGHEST_RATE_HZ = 2000.0
_LEAST_LOSS_S = 0.5


@attrs.frozen(kw_only=True)
class VideoFile:
    """A scanned video whose pictures can be streamed again (a `FrameSource`)."""

    video: Video
    upright: Upright = attrs.field(repr=False)
    stamps: tuple[int | None, ...] = attrs.field(repr=False)
    draft: bool = False

    def read(self, first: int, last: int, only: Container[int] | None = None) -> Iterator[tuple[int, Picture]]:
        """Yield (frame, upright RGB picture) for the frames first..last that repeat no other.

        With `only` the other frames are decoded, but not turned into pictures. A few pictures are decoded ahead.
        """
        yield from ahead(self._pictures(first, last, only))

    def _pictures(self, first: int, last: int, only: Container[int] | None) -> Iterator[tuple[int, Picture]]:
        for frame, decoded in self._from(first):
            if frame > last:
                return
            if frame >= first and not self.video.repeated[frame] and (only is None or frame in only):
                yield frame, self.upright.picture(decoded)

    def _from(self, first: int) -> Iterator[tuple[int, VideoFrame]]:
        """Decode from the key frame before `first` where the file can be searched, else from its beginning."""
        with open_stream(self.video.path, draft=self.draft) as (container, stream):
            found = False
            for frame, decoded in self._after_seeking(container, stream, first):
                if not found and frame > first:
                    break
                found = True
                yield frame, decoded
            if found:
                return
        with open_stream(self.video.path, draft=self.draft) as (container, stream):
            # a damaged file may decode further than it did in the first pass
            yield from zip(range(self.video.frame_count), decoded_frames(container, stream), strict=False)

    def _after_seeking(
        self, container: InputContainer, stream: VideoStream, first: int
    ) -> Iterator[tuple[int, VideoFrame]]:
        """Yield the frames behind a seek, numbered by their time stamps; none where these are no help."""
        number = {stamp: frame for frame, stamp in enumerate(self.stamps) if stamp is not None}
        if first <= 0 or len(number) < len(self.stamps) or first >= len(self.stamps):
            return
        try:
            container.seek(int(self.stamps[first] or 0), stream=stream, backward=True)
        except av.FFmpegError:
            return
        for decoded in decoded_frames(container, stream):
            frame = number.get(decoded.pts) if decoded.pts is not None else None
            if frame is not None:
                yield frame, decoded


@attrs.define
class _Scan:
    """What one pass collects."""

    stamps: list[int | None] = attrs.Factory(list)
    times: list[float] = attrs.Factory(list)
    changes: list[Change] = attrs.Factory(list)
    upright: Upright = Upright(size=(0, 0))
    announced: int = 0
    announced_s: float = 0.0
    nominal_hz: float = 30.0
    pixel_aspect: float = 1.0


def scan_video(
    path: Path,
    *,
    slow_motion: float = 1.0,
    sample_hz: float = 0.0,
    visit: Visitor | None = None,
    draft: bool = False,
) -> VideoFile:
    """Decode a video once: collect its true times and flaws, and show sampled pictures to a visitor.

    Parameters
    ----------
    path
        Anything that FFmpeg reads.
    slow_motion
        How many times faster real time passes than the file plays.
    sample_hz
        About how many pictures a real second the visitor gets.
    visit
        Called with (frame, real seconds, picture).
    draft
        Whether its pictures may be a little rougher where that saves time, then and later.

    Raises
    ------
    UnreadableVideoError
        Not a video, no pictures, or fewer than eight frames.
    """
    scan = _Scan()
    if visit is None:
        for _ in _sampled(path, scan, slow_motion, np.inf, draft):
            pass
    else:
        for frame, time, picture in ahead(_sampled(path, scan, slow_motion, 1.0 / sample_hz, draft)):
            visit(frame, time, picture)
    return VideoFile(
        video=_video(path, scan, slow_motion), upright=scan.upright, stamps=tuple(scan.stamps), draft=draft
    )


def _sampled(
    path: Path, scan: _Scan, slow_motion: float, step_s: float, draft: bool
) -> Iterator[tuple[int, float, Picture]]:
    """Decode a whole video, note every frame, and yield a picture every `step_s` real seconds (never, if infinite)."""
    due = 0.0 if np.isfinite(step_s) else np.inf
    before: NDArray[np.uint8] | None = None
    with open_stream(path, draft=draft) as (container, stream):
        scan.announced = stream.frames
        scan.announced_s = float(container.duration or 0) / av.time_base
        scan.nominal_hz = float(stream.average_rate or stream.guessed_rate or 30)
        scan.pixel_aspect = float(stream.sample_aspect_ratio or 1)
        for decoded in decoded_frames(container, stream):
            thumbnail = brightness_thumbnail(decoded)
            if before is not None:
                scan.changes.append(change_between(before, thumbnail))
            before = thumbnail
            _note(scan, decoded, slow_motion)
            if scan.times[-1] >= due:
                due = scan.times[-1] + step_s - 1e-6
                yield len(scan.times) - 1, scan.times[-1], scan.upright.picture(decoded)


def _note(scan: _Scan, decoded: VideoFrame, slow_motion: float) -> None:
    if not scan.times:
        scan.upright = Upright.of(decoded, scan.pixel_aspect)
    scan.stamps.append(decoded.pts)
    step = 1.0 / scan.nominal_hz / slow_motion
    if decoded.pts is None or decoded.time_base is None or scan.stamps[0] is None:
        time = scan.times[-1] + step if scan.times else 0.0
    else:
        time = float((decoded.pts - scan.stamps[0]) * decoded.time_base) / slow_motion
    if scan.times and time <= scan.times[-1]:
        # two frames cannot share one moment: a broken stamp is replaced by the nominal step
        time = scan.times[-1] + step
        scan.stamps[-1] = None
    scan.times.append(time)


def _video(path: Path, scan: _Scan, slow_motion: float) -> Video:
    if not scan.times:
        raise UnreadableVideoError(f"{path} has no frame that decodes: copy it again, or save it as mp4.")
    if len(scan.times) < FEWEST_FRAMES:
        raise UnreadableVideoError(
            f"{path} has only {len(scan.times)} frames, expected at least {FEWEST_FRAMES}: record the whole throw, "
            "from standing to the end of the follow-through."
        )
    rate = float(1.0 / np.median(np.diff(scan.times)))
    if rate > HIGHEST_RATE_HZ:
        raise UnreadableVideoError(
            f"{path} has {rate:.0f} pictures a second of real time, expected at most {HIGHEST_RATE_HZ:.0f}: "
            "check --slow-motion, or export the clip again."
        )
    repeated = repeated_frames(scan.changes)
    shots = shot_starts(scan.changes, repeated)
    steps = np.diff(scan.times)
    # a dropped or doubled time step here and there is jitter of the container, not a variable rate
    variable = float(np.mean(np.abs(steps - np.median(steps)) > 0.2 * np.median(steps))) > 0.02
    return Video(
        path=path,
        width=scan.upright.size[0],
        height=scan.upright.size[1],
        times=np.array(scan.times),
        capture_times=capture_times(np.array(scan.times), repeated, shots),
        repeated=repeated,
        repeats_moving=share_of_repeats(scan.changes, repeated),
        shots=shots,
        rate_hz=rate,
        variable_rate=variable,
        lost_frames=_lost_frames(scan, slow_motion),
        slow_motion=slow_motion,
    )


def _lost_frames(scan: _Scan, slow_motion: float) -> int:
    """Count what is announced and does not decode; from the length in seconds where no number is announced."""
    if scan.announced:
        return max(0, scan.announced - len(scan.times))
    step = float(np.median(np.diff(scan.times)))
    missing_s = scan.announced_s / slow_motion - (scan.times[-1] + step)
    # sound that ends a little later makes a file longer, too
    return round(missing_s / step) if missing_s * slow_motion > _LEAST_LOSS_S else 0
