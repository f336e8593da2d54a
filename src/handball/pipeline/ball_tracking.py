"""The ball over a clip: where it is in each picture, and the files of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.resources import files
from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import capture_rate_hz, scan_video
from handball.acquisition.decoding import Upright, decoded_frames, open_stream
from handball.ball.net import BallNet, open_ball_net
from handball.capture.slow_motion import tagged_factor
from handball.domain.ball import BallSighting, BallTrack
from handball.drawing.ball import write_ball_film
from handball.errors import ModelError
from handball.stages import BallFinding, FrameSource, LiveFinding, Picture
from handball.storage.ball_tracks import write_ball_csv, write_ball_json

TABLE, SUMMARY, FILM = "ball.csv", "ball.json", "ball.mp4"
_SURE_FROM = 0.5
_CHANGED_FROM = 24
"""Levels of 255 by which a color of a pixel must differ from the pictures before."""
_FEWEST_PIXELS, _MOST_PLACES = 12, 64
_LONGEST = 3.0
"""Length over width of what may be a ball, with its smear."""
_CROP_HEIGHT = 2.5
"""Of a crop, in diameters of the ball."""


def _silent(_done: int, _total: int) -> None:
    return


def track_clip(
    path: Path,
    *,
    net: Path | None = None,
    slow_motion: float | None = None,
    progress: Callable[[int, int], None] = _silent,
    finding: BallFinding | None = None,
) -> BallTrack:
    """Find the ball in each picture of a clip.

    Parameters
    ----------
    path
        The video.
    net
        The ball net; the one that ships with the package unless given.
    slow_motion
        How many times slower the file plays than life; as the phone says unless given, else 1.
    progress
        Called with pictures done and in all.
    finding
        What finds the ball, in place of the net.

    Raises
    ------
    UnreadableVideoError
        When the file is no video.
    ModelError
        When there is no ball net.
    """
    found = finding or PictureByPicture(open_finder(net))
    factor = slow_motion or tagged_factor(*capture_rate_hz(path)) or 1.0
    return found(scan_video(path, slow_motion=factor), progress)


def open_finder(net: Path | None = None) -> LiveFinding:
    """Open what finds the ball in one picture after another. Raises `ModelError` when there is no ball net."""
    path = net or Path(str(files("handball") / "weights" / "ball.onnx"))
    if not path.is_file():
        raise ModelError(
            f"There is no ball net {path}: check the name, or make one by handball train ball and name it by --net."
            if net
            else "No ball net comes with this version: make one by handball train ball and name it by --net."
        )
    return MovingBall(open_ball_net(path))


@attrs.frozen
class PictureByPicture:
    """A `BallFinding` that asks a `LiveFinding` about each picture: no bridges, no hand, no release."""

    finder: LiveFinding

    def __call__(self, source: FrameSource, progress: Callable[[int, int], None]) -> BallTrack:
        """Return where the ball was seen in each picture that repeats no other."""
        total = source.video.frame_count
        frames: list[int] = []
        sightings: list[BallSighting | None] = []
        for frame, picture in source.read(0, total - 1):
            frames.append(frame)
            sightings.append(self.finder(picture))
            progress(frame + 1, total)
        progress(total, total)
        return track_of(frames, source.video.times[frames], sightings)


def track_of(frames: Sequence[int], times: NDArray[np.float64], sightings: Sequence[BallSighting | None]) -> BallTrack:
    """Return a track of what was seen picture by picture, of which nothing else is known."""
    circles = np.full((len(frames), 3), np.nan)
    scores = np.full(len(frames), np.nan)
    for row, seen in enumerate(sightings):
        if seen is not None:
            circles[row] = seen.x_px, seen.y_px, seen.radius_px
            scores[row] = seen.score
    nowhere = np.zeros(len(frames), bool)
    return BallTrack(
        frames=np.asarray(frames, np.int64),
        times=times,
        circles=circles,
        scores=scores,
        in_hand=nowhere,
        bridged=nowhere,
    )


class MovingBall:
    """A `LiveFinding`: what was not there in the two pictures before is cut out, and the ball net says what it is."""

    def __init__(self, net: BallNet) -> None:
        self._net = net
        self._before: tuple[NDArray[np.uint8], ...] = ()

    def __call__(self, picture: Picture) -> BallSighting | None:
        """Return the moving place that the net is surest of, if it is more likely a ball than not."""
        before, self._before = self._before, (*self._before[-1:], picture)
        if len(before) < 2 or any(earlier.shape != picture.shape for earlier in before):
            return None
        circles = moving_circles(before, picture)
        if not len(circles):
            return None
        scores = self._net(np.stack([_crop(picture, circle, self._net.size) for circle in circles]))
        best = int(scores.argmax())
        if scores[best] < _SURE_FROM:
            return None
        x, y, radius = circles[best].tolist()
        return BallSighting(x_px=x, y_px=y, radius_px=radius, score=min(float(scores[best]), 1.0))


def moving_circles(before: Sequence[Picture], now: Picture) -> NDArray[np.float64]:
    """Return x, y and radius in pixels of compact places that are new in a picture, shape (places, 3)."""
    changed = np.min([cv2.absdiff(earlier, now).max(axis=2) for earlier in before], axis=0) >= _CHANGED_FROM
    closed = cv2.morphologyEx(changed.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((3, 3), np.uint8))
    _, _, boxes, centers = cv2.connectedComponentsWithStats(closed, connectivity=8)
    width, height, area = np.asarray(boxes[1:, 2:5], np.float64).T
    longest, shortest = np.maximum(width, height), np.minimum(width, height)
    fits = (area >= _FEWEST_PIXELS) & (longest <= _LONGEST * shortest) & (longest <= min(now.shape[:2]) / 3)
    places = np.column_stack([centers[1:], shortest / 2])[fits]
    return np.asarray(places[np.argsort(-area[fits], kind="stable")][:_MOST_PLACES], np.float64)


def _crop(picture: Picture, circle: NDArray[np.float64], size: tuple[int, int]) -> NDArray[np.uint8]:
    """Cut a piece out around a circle, in the net's size; beyond the picture its edge goes on."""
    x, y, radius = circle.tolist()
    scale = 2 * radius * _CROP_HEIGHT / size[1]
    shift = np.array([[scale, 0, x - scale * (size[0] - 1) / 2], [0, scale, y - scale * (size[1] - 1) / 2]])
    how = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    return np.asarray(cv2.warpAffine(picture, shift, size, flags=how, borderMode=cv2.BORDER_REPLICATE), np.uint8)


def write_track(
    path: Path,
    track: BallTrack,
    folder: Path,
    *,
    film: bool = True,
    progress: Callable[[int, int], None] = _silent,
) -> tuple[Path, ...]:
    """Write table, summary and film of a track into a folder that is there; return their paths.

    Parameters
    ----------
    path
        The video that was tracked.
    track
        Where the ball is in it.
    folder
        Where `ball.csv`, `ball.json` and `ball.mp4` go.
    film
        Whether there is to be a film.
    progress
        Called with pictures drawn and in all.

    Raises
    ------
    OutputError
        When a file cannot be written.
    """
    write_ball_csv(track, folder / TABLE)
    write_ball_json(track, folder / SUMMARY)
    if not film:
        return folder / TABLE, folder / SUMMARY
    pictures = _pictures(path, int(track.frames[-1]) + 1, progress)
    write_ball_film(pictures, track, folder / FILM, _playing_rate_hz(path, track))
    return folder / TABLE, folder / SUMMARY, folder / FILM


def _playing_rate_hz(path: Path, track: BallTrack) -> float:
    """Return different pictures a second as the file plays, so that the film takes as long."""
    step = float(np.median(np.diff(track.frames))) if len(track) > 1 else 1.0
    return capture_rate_hz(path)[1] / step


def _pictures(path: Path, count: int, progress: Callable[[int, int], None]) -> Iterator[tuple[int, Picture]]:
    """Decode a file from its beginning, as its first pass numbers its frames."""
    with open_stream(path) as (container, stream):
        upright = None
        aspect = float(stream.sample_aspect_ratio or 1)
        for frame, decoded in zip(range(count), decoded_frames(container, stream), strict=False):
            upright = upright or Upright.of(decoded, aspect)
            yield frame, upright.picture(decoded)
            progress(frame + 1, count)
