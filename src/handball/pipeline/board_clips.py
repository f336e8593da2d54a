"""Frames of videos that show a board: of the same moments in all cameras, sharp, still, and different."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile
from handball.acquisition.video_file import scan_video
from handball.errors import UsageError
from handball.pipeline.hooks import Hooks
from handball.stereo.boards import Board
from handball.stereo.calibration import Sightings
from handball.stereo.corners import Corners, find_corners

Array = NDArray[np.float64]

MOST_MOMENTS = 25
_LEAST_STEP_S, _MOST_LOOKS = 0.2, 160
_SHARP_PX = 5.0
_ENOUGH = 10


@attrs.frozen(kw_only=True, eq=False)
class _Look:
    """What all cameras show at one time: corners, or None."""

    time: float
    corners: tuple[Corners | None, ...]

    @property
    def shared(self) -> bool:
        return sum(found is not None for found in self.corners) > 1


def clip_sightings(
    paths: Sequence[Path],
    names: Sequence[str],
    board: Board,
    delays: Sequence[float],
    hooks: Hooks,
    *,
    also: float | None = None,
) -> Sightings:
    """Look for the board in videos at the same times, and keep about 25 moments that say most.

    Parameters
    ----------
    paths
        Videos of cameras that rolled at the same time.
    names
        Of the cameras.
    board
        What to look for.
    delays
        Seconds to add to the clock of each file to get common times.
    hooks
        Told of the progress.
    also
        A time that is kept in any case, in common seconds.

    Raises
    ------
    UsageError
        When the videos have no time in common, or not this one.
    """
    files = [scan_video(path) for path in paths]
    begin = max(float(file.video.times[0]) + delay for file, delay in zip(files, delays, strict=True))
    end = min(float(file.video.times[-1]) + delay for file, delay in zip(files, delays, strict=True))
    if end <= begin:
        raise UsageError("The videos have no moment in common after --delays: film the board with both at once.")
    times = np.arange(begin, end, max(_LEAST_STEP_S, (end - begin) / _MOST_LOOKS))
    if also is not None:
        if not begin <= also <= end:
            raise UsageError(f"--floor {also:g} s is outside of the videos: they go from {begin:.2f} to {end:.2f} s.")
        times = np.union1d(times, [also])
    found = []
    for number, (file, delay) in enumerate(zip(files, delays, strict=True)):
        found.append(_seen_in(file, times - delay, board, hooks, (number, len(files))))
    looks = [_Look(time=float(time), corners=row) for time, row in zip(times, zip(*found, strict=True), strict=True)]
    chosen = _telling(_still(_sharp([look for look in looks if look.shared])))
    forced = [look for look in looks if look.time == also and look not in chosen and any(look.corners)]
    chosen = sorted([*chosen, *forced], key=lambda look: look.time)
    return _sightings(chosen, names, files, board)


def _seen_in(
    file: VideoFile, times: Array, board: Board, hooks: Hooks, part: tuple[int, int]
) -> tuple[Corners | None, ...]:
    """Return the corners in the frames nearest to the times."""
    fresh = np.flatnonzero(~file.video.repeated)
    nearest = fresh[np.abs(file.video.times[fresh][None] - times[:, None]).argmin(axis=1)]
    corners: dict[int, Corners | None] = {}
    wanted = set(nearest.tolist())
    for frame, picture in file.read(int(nearest.min()), int(nearest.max()), wanted):
        gray = np.asarray(cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY), np.uint8)
        corners[frame] = find_corners(gray, board, quick=True)
        hooks.progress("board", part[0] * len(wanted) + len(corners), part[1] * len(wanted))
    return tuple(corners.get(int(frame)) for frame in nearest)


def _sharp(looks: Sequence[_Look]) -> list[_Look]:
    """Leave out blurred moments where enough others remain."""
    sharp = [look for look in looks if all(not (found and found.edge_px > _SHARP_PX) for found in look.corners)]
    return sharp if len(sharp) >= _ENOUGH else list(looks)


def _still(looks: Sequence[_Look]) -> list[_Look]:
    """Keep the half in which the board moves least, so that clocks that differ a little do no harm."""
    if len(looks) < 2 * MOST_MOMENTS:
        return list(looks)
    speeds = [min(_moved(look, other) for other in _neighbors(looks, number)) for number, look in enumerate(looks)]
    return [look for look, speed in zip(looks, speeds, strict=True) if speed <= np.median(speeds)]


def _neighbors(looks: Sequence[_Look], number: int) -> Iterator[_Look]:
    yield from (looks[other] for other in (number - 1, number + 1) if 0 <= other < len(looks))


def _moved(look: _Look, other: _Look) -> float:
    """Return pixels a second that the corners move from one moment to another, in the camera where they move most."""
    ways = [
        float(np.nanmedian(np.linalg.norm(one.pixels - two.pixels, axis=1)))
        for one, two in zip(look.corners, other.corners, strict=True)
        if one and two and not np.isnan(one.pixels[:, 0] + two.pixels[:, 0]).all()
    ]
    return max(ways, default=np.inf) / abs(look.time - other.time)


def _telling(looks: Sequence[_Look]) -> list[_Look]:
    """Choose moments that differ most: each next one is the farthest from those chosen (Gonzalez 1985)."""
    if len(looks) <= MOST_MOMENTS:
        return list(looks)
    chosen, nearest = [0], np.full(len(looks), np.inf)
    while len(chosen) < MOST_MOMENTS:
        nearest = np.minimum(nearest, [_apart(look, looks[chosen[-1]]) for look in looks])
        chosen.append(int(nearest.argmax()))
    return [looks[number] for number in sorted(chosen)]


def _apart(look: _Look, other: _Look) -> float:
    ways = [
        float(np.nanmean(np.linalg.norm(one.pixels - two.pixels, axis=1)))
        for one, two in zip(look.corners, other.corners, strict=True)
        if one and two and not np.isnan(one.pixels[:, 0] + two.pixels[:, 0]).all()
    ]
    return max(ways, default=np.inf)


def _sightings(looks: Sequence[_Look], names: Sequence[str], files: Sequence[VideoFile], board: Board) -> Sightings:
    bare = np.full((board.columns * board.rows, 2), np.nan)
    pixels = [[found.pixels if found else bare for found in look.corners] for look in looks]
    edges = [[found.edge_px if found else np.nan for found in look.corners] for look in looks]
    return Sightings(
        names=tuple(names),
        image_sizes=tuple((file.video.width, file.video.height) for file in files),
        labels=tuple(f"{look.time:.2f} s" for look in looks),
        numbers=tuple(look.time for look in looks),
        pixels=np.array(pixels).reshape(len(looks), len(names), -1, 2).swapaxes(0, 1),
        edges_px=np.array(edges).reshape(len(looks), len(names)).T,
    )
