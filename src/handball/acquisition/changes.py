"""What changes from one picture to the next: repeated frames and hard cuts, from brightness alone."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import percentile_filter

_BUSIEST_BLOCKS = 5
_NEIGHBORS = 15
_STILL_LIMIT = 8.0
_LEAST_MOTION = 10.0
_STILL_SHARE = 0.15
_CUT_LIMIT = 12.0
_CUT_RATIO = 3.0


@attrs.frozen(kw_only=True)
class Change:
    """Difference to the picture before: over the whole picture, and in its five busiest blocks (8-bit levels)."""

    mean: float
    busiest: float


def change_between(before: NDArray[np.int16], after: NDArray[np.int16]) -> Change:
    """Compare two thumbnails of `brightness_thumbnail`."""
    if before.shape != after.shape:
        return Change(mean=255.0, busiest=255.0)
    blocks = np.abs(after - before).mean(axis=(1, 3)).ravel()
    busiest = np.partition(blocks, -_BUSIEST_BLOCKS)[-_BUSIEST_BLOCKS:] if blocks.size > _BUSIEST_BLOCKS else blocks
    return Change(mean=float(blocks.mean()), busiest=float(busiest.mean()))


def repeated_frames(changes: list[Change]) -> NDArray[np.bool_]:
    """Tell which frames repeat the one before, shape (frames,).

    A repeat changes nothing even in the busiest blocks, while its neighbors do: a still scene is
    not a repeated one. Measured on screen recordings and converted TV: repeats stay under 6 levels (8
    where the encoder is starved), real steps over 20.
    """
    busiest = np.array([change.busiest for change in changes])
    if len(busiest) < 3:
        return np.zeros(len(busiest) + 1, dtype=bool)
    around = percentile_filter(busiest, 75, size=_NEIGHBORS, mode="nearest")
    still = (busiest < _STILL_LIMIT) & (busiest < _STILL_SHARE * around) & (around > _LEAST_MOTION)
    return np.concatenate([[False], still])


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
