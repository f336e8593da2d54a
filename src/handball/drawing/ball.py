"""The ball on the pictures of a clip: its circle, the way that it came, and the moment of release."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from handball.domain.ball import BallTrack
from handball.drawing.colors import BALL_FREE, BALL_IN_HAND, INK, Color
from handball.drawing.labels import draw_label
from handball.drawing.strokes import draw_circle, draw_line
from handball.drawing.video_writing import open_video_writer

TRAIL_S = 0.3
"""So long the way of the ball stays on the pictures, in seconds."""
RELEASE_S = 0.5
"""So long the word for the release does."""
_CLEAR_PX = 2.0
"""Between the ball and its circle, so that the ball can be seen."""
_LEAST_RADIUS_PX = 4.0
_DASHES = 8


def write_ball_film(
    pictures: Iterable[tuple[int, NDArray[np.uint8]]], track: BallTrack, path: Path, rate_hz: float
) -> None:
    """Write the pictures of a clip with the ball drawn on them as MP4.

    Parameters
    ----------
    pictures
        (frame, RGB picture, shape (height, width, 3)); those whose frame has no row in the track are left out.
    track
        Where the ball is.
    path
        The film; it appears complete or not at all.
    rate_hz
        At which the film plays; a picture stays longer where frames are left out after it.

    Raises
    ------
    OutputError
        When the film cannot be written.
    """
    rows = {int(frame): row for row, frame in enumerate(track.frames)}
    steps = np.diff(track.frames)
    usual = np.median(steps) if len(steps) else 1.0
    shown = np.append(np.maximum(np.rint(steps / usual), 1), 1).astype(int)
    with open_video_writer(path, rate_hz) as writer:
        for frame, picture in pictures:
            if frame in rows:
                drawn = picture.copy()
                draw_ball(drawn, track, rows[frame])
                writer.write(drawn, int(shown[rows[frame]]))


def draw_ball(picture: NDArray[np.uint8], track: BallTrack, row: int) -> None:
    """Draw the ball of one row of its track on an RGB picture, shape (height, width, 3), in place.

    A circle where it was seen, a dashed one where it was filled in, in another color while it is in hand; behind it
    the way of the last 0.3 s; the word "release" from the release on; below them time and state in words.
    """
    size = int(np.clip(picture.shape[0] / 28, 11, 40))
    width = max(2, round(size / 9))
    _draw_trail(picture, track, row, width)
    if track.known[row]:
        x, y, radius = track.circles[row].tolist()
        color = BALL_IN_HAND if track.in_hand[row] else BALL_FREE
        around = max(radius, _LEAST_RADIUS_PX) + _CLEAR_PX
        dashes = _DASHES if track.bridged[row] else 0
        draw_circle(picture, (x, y), around, INK, width + 2, dashes)
        draw_circle(picture, (x, y), around, color, width, dashes)
    _draw_release(picture, track, row, size)
    text = f"{track.times[row]:.3f} s  {state_word(track, row)}"
    draw_label(picture, text, (0.5 * size, picture.shape[0] - 0.9 * size), size=size)


def state_word(track: BallTrack, row: int) -> str:
    """Say in words what is known of the ball in one row.

    Examples
    --------
    >>> nothing = BallTrack(frames=[0], times=[0], circles=[[np.nan] * 3], scores=[np.nan], in_hand=[0], bridged=[0])
    >>> state_word(nothing, 0)
    'ball not known'
    """
    if not track.known[row]:
        return "ball not known"
    place = "ball in hand" if track.in_hand[row] else "ball free"
    return f"{place}, filled in" if track.bridged[row] else place


def _draw_trail(picture: NDArray[np.uint8], track: BallTrack, row: int, width: int) -> None:
    """Draw the way between neighboring rows with a known ball up to the circle of now, thicker toward it."""
    first = int(np.searchsorted(track.times, track.times[row] - TRAIL_S))
    steps = [step for step in range(first, row) if track.known[step] and track.known[step + 1]]
    outside = [step for step in steps if not _inside(track, step + 1, row)]
    for step in outside:
        draw_line(picture, track.circles[step, :2], track.circles[step + 1, :2], INK, width + 2)
    for step in outside:
        age = (track.times[row] - track.times[step + 1]) / TRAIL_S
        color: Color = BALL_IN_HAND if track.in_hand[step + 1] else BALL_FREE
        thickness = max(1, round(width * (1.5 - age)))
        draw_line(picture, track.circles[step, :2], track.circles[step + 1, :2], color, thickness)


def _inside(track: BallTrack, earlier: int, row: int) -> bool:
    """Return whether the ball of an earlier row is inside the circle of this one, whose ball must stay in sight."""
    x, y, radius = track.circles[row]
    return bool(np.hypot(*(track.circles[earlier, :2] - (x, y))) <= max(radius, _LEAST_RADIUS_PX) + _CLEAR_PX)


def _draw_release(picture: NDArray[np.uint8], track: BallTrack, row: int, size: int) -> None:
    """Say that the ball left the hand, for a moment from then on, above the place where it did."""
    if track.release is None or track.first_free is None:
        return
    if not 0 <= float(track.times[row]) - track.release.time <= RELEASE_S:
        return
    text = f"release {track.release.time:.3f} s"
    x, y = _release_place(track, track.first_free, picture.shape[1])
    height, half = picture.shape[0], 0.35 * size * len(text)
    place = (float(np.clip(x, half, picture.shape[1] - half)), float(np.clip(y, 2 * size, height - 3 * size)))
    draw_label(picture, text, place, size=size, color=INK, background=BALL_FREE, anchor="center")


def _release_place(track: BallTrack, row: int, picture_width: int) -> tuple[float, float]:
    """Return a place above the last known ball up to the release, in pixels; the top of the picture without one."""
    known = np.flatnonzero(track.known[: row + 1])
    if not len(known):
        return picture_width / 2, 0.0
    x, y, radius = track.circles[known[-1]].tolist()
    return x, y - 2.5 * radius - _CLEAR_PX
