"""What changes from one picture to the next: repeated frames and hard cuts, from brightness alone."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.kinematics.signals import share_around

_BLOCK = 4
_BUSIEST_BLOCKS = 5
_NEIGHBORS = 15
_STILL_LIMIT = 8.0
_LEAST_MOTION = 10.0
_STILL_SHARE = 0.15
_FEWEST_SURE, _AS_STILL, _LIKELY_SHARE, _SOME_MOTION = 3, 1.7, 0.3, 5.0
_CUT_LIMIT = 12.0
_CUT_RATIO = 3.0


@attrs.frozen(kw_only=True)
class Change:
    """Difference to the picture before: over the whole picture, and in its five busiest blocks (8-bit levels)."""

    mean: float
    busiest: float


def change_between(before: NDArray[np.uint8], after: NDArray[np.uint8]) -> Change:
    """Compare two thumbnails of `brightness_thumbnail`, in blocks of 4 x 4 samples."""
    if before.shape != after.shape:
        return Change(mean=255.0, busiest=255.0)
    size = after.shape[1] // _BLOCK, after.shape[0] // _BLOCK
    changed = cv2.absdiff(after, before).astype(np.float32)
    blocks = cv2.resize(changed, size, interpolation=cv2.INTER_AREA).ravel()
    busiest = np.partition(blocks, -_BUSIEST_BLOCKS)[-_BUSIEST_BLOCKS:] if blocks.size > _BUSIEST_BLOCKS else blocks
    return Change(mean=float(blocks.mean()), busiest=float(busiest.mean()))


def repeated_frames(changes: list[Change]) -> NDArray[np.bool_]:
    """Tell which frames repeat the one before, shape (frames,).

    A repeat changes nothing even in the busiest blocks, while its neighbors do: a still scene is
    not a repeated one. Measured on screen recordings and converted TV: repeats stay under 6 levels (8
    where the encoder is starved), real steps over 20. A film in which that happens several times tells how little
    its repeats change; those that change as little are then repeats where less moves as well.
    """
    busiest = np.array([change.busiest for change in changes])
    if len(busiest) < 3:
        return np.zeros(len(busiest) + 1, dtype=bool)
    around = _around(busiest)
    still = (busiest < _STILL_LIMIT) & (busiest < _STILL_SHARE * around) & (around > _LEAST_MOTION)
    if still.sum() >= _FEWEST_SURE:
        usual = _AS_STILL * float(np.median(busiest[still]))
        still |= (busiest < min(usual, _STILL_LIMIT)) & (busiest < _LIKELY_SHARE * around) & (around > _SOME_MOTION)
    return np.concatenate([[False], still])


def share_of_repeats(changes: list[Change], repeated: NDArray[np.bool_]) -> float:
    """Return the share of steps that repeat a frame, among those where something moves.

    Where nothing moves, nobody can tell, nor at the edge of it. Of all steps where there is hardly a repeat.
    """
    if len(repeated) < 2:
        return 0.0
    again = repeated[1:]
    moving = _around(np.array([change.busiest for change in changes])) > _LEAST_MOTION
    edges = np.flatnonzero(np.diff(np.concatenate([[False], again, [False]]).astype(np.int8)))
    for begin, end in zip(edges[::2], edges[1::2], strict=True):
        if not moving[max(0, begin - 1) : end + 1].all():
            moving[begin:end] = False
    sure = int(again[moving].sum()) >= _FEWEST_SURE
    return float(again[moving].mean() if sure else again.mean())


def _around(busiest: NDArray[np.float64]) -> NDArray[np.float64]:
    return share_around(busiest, 0.75, _NEIGHBORS)


def shot_starts(changes: list[Change], repeated: NDArray[np.bool_]) -> tuple[int, ...]:
    """Return the first frame of each shot, beginning with 0.

    A cut changes the whole picture far more than the distinct steps around it.
    """
    mean = np.array([change.mean for change in changes])
    starts = [0]
    distinct = np.flatnonzero(~repeated[1:])
    for position, step in enumerate(distinct):
        around = np.concatenate([distinct[max(0, position - 6) : position], distinct[position + 1 : position + 7]])
        usual = float(np.median(mean[around])) if around.size else 0.0
        if mean[step] > max(_CUT_LIMIT, _CUT_RATIO * usual):
            starts.append(int(step) + 1)
    return tuple(starts)
