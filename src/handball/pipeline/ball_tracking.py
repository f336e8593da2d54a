"""The ball over a clip: where it is in each picture, and the files of that."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np

from handball.acquisition import capture_rate_hz, scan_video
from handball.acquisition.decoding import Upright, decoded_frames, open_stream
from handball.ball.finder_net import open_finder_net
from handball.ball.live import LiveFinder
from handball.capture.slow_motion import tagged_factor
from handball.config import ClipSettings, Settings
from handball.domain.ball import BallTrack
from handball.domain.performance import Performance
from handball.drawing.ball import write_ball_film
from handball.errors import ArmNotVisibleError, NoAthleteError, NoThrowError
from handball.inference.shipped import shipped_path
from handball.pipeline.analysis import analyze
from handball.pipeline.ball_clip import ball_in_clip, load_ball_nets
from handball.pipeline.hooks import Hooks
from handball.stages import LiveFinding, Picture
from handball.storage.ball_tracks import write_ball_csv, write_ball_json

TABLE, SUMMARY, FILM = "ball.csv", "ball.json", "ball.mp4"


def _silent(_done: int, _total: int) -> None:
    return


def track_clip(
    path: Path, *, net: Path | None = None, slow_motion: float | None = None, hooks: Hooks | None = None
) -> BallTrack:
    """Find the ball in each picture of a clip that shows something new, and when it leaves the hand.

    Who throws is looked for first: before the ball flies it is at a hand. A clip of nobody is searched all the same.

    Parameters
    ----------
    path
        The video.
    net
        The ball finder; the one that comes with the package unless given.
    slow_motion
        How many times slower the file plays than life; as the phone says unless given, else 1.
    hooks
        Told of the progress.

    Raises
    ------
    UnreadableVideoError
        When the file is no video.
    ModelError
        When a net is missing or damaged.
    """
    told = hooks or Hooks()
    nets = load_ball_nets(net, threads=2)
    factor = slow_motion or tagged_factor(*capture_rate_hz(path)) or 1.0
    source = scan_video(path, slow_motion=factor)
    thrower = _thrower(path, factor, told)
    frames = np.flatnonzero(~source.video.repeated).astype(np.int64)
    return ball_in_clip(
        source,
        frames,
        thrower.landmarks if thrower else None,
        nets,
        lambda done, total: told.progress("ball", done, total),
        thrower.key_actions["strike"].time if thrower else None,
        thrower.hand if thrower else None,
    )


def _thrower(path: Path, slow_motion: float, hooks: Hooks) -> Performance | None:
    """Return the throw of the clip as the joints tell it; None where there is none."""
    settings = Settings(ball=False)
    try:
        return analyze(path, ClipSettings(slow_motion=slow_motion), settings, hooks, pictures=False)
    except (NoThrowError, NoAthleteError, ArmNotVisibleError):
        return None


def open_finder(net: Path | None = None) -> LiveFinding:
    """Open what finds the ball in one picture after another. Raises `ModelError` when there is no ball net."""
    return LiveFinder(open_finder_net(net or shipped_path("ball_finder"), threads=2))


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
