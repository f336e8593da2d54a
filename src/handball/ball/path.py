"""The way of one ball through the sightings of a clip: the best path over time, with gaps."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float, Int64
from numpy.typing import NDArray

from handball.domain.arrays import column

Array = NDArray[np.float64]

FASTEST = 400.0
"""Ball radii a second: 38 m/s for a ball of 9.5 cm, faster than any throw on record in a match."""
LONGEST_GAP_S = 0.25
AT_HAND = 2.5
"""Radii from where a hand holds a ball within which it may hold it, for errors of its wrist."""
_RESTING, _AT_REST = 25.0, 4.0
"""Radii a second below which a ball does not fly, and what resting costs where no hand holds it: lamps and signs do."""
_MOST_SURE = 0.9999
_GAP_PER_S = 20.0
_TURN = 5.0
_GROWTH = 12.0
_SLACK_RADII = 1.5
"""How far a ball may be off the way that its speed allows, for errors of its place."""


@attrs.frozen(kw_only=True)
class Sightings:
    """What was sighted in one picture.

    Attributes
    ----------
    time
        Seconds.
    rows
        Center x, y and radius in pixels, probability of a ball, and of a hand that holds it.
    doubts
        What each must be worth by where it is, as the logarithm of its odds, to lengthen a path.
    away
        Radii from where the nearest hand holds a ball; infinite where nobody's hands are known.
    """

    time: float
    rows: Float[np.ndarray, "sightings 5"] = column(np.float64)
    doubts: Float[np.ndarray, " sightings"] = column(np.float64)
    away: Float[np.ndarray, " sightings"] = column(np.float64)

    @property
    def at_hand(self) -> NDArray[np.bool_]:
        """Whether a hand may hold each; True where nobody's hands are known."""
        return np.asarray(np.isinf(self.away) | (self.away <= AT_HAND))


def best_path(pictures: Sequence[Sightings]) -> Int64[np.ndarray, " pictures"]:
    """Return for each picture which of its sightings is the ball; -1 where it is not seen.

    The path that collects the most evidence: each sighting adds the logarithm of its odds less a doubt; a way that
    is long for the time between two sightings, a change of size, rest without a hand, and a time in which the ball is
    not seen cost some. No path leaps faster than a ball flies, or over more than a quarter of a second without a
    sighting. Solved exactly, by dynamic programming over all sightings.
    """
    starts = np.cumsum([0, *(len(picture.rows) for picture in pictures)])
    total = int(starts[-1])
    best, before = np.zeros(total), np.full(total, -1)
    for number, picture in enumerate(pictures):
        own = slice(int(starts[number]), int(starts[number + 1]))
        best[own] = _worth(picture)
        if not len(picture.rows):
            continue
        gains, origins = np.zeros(len(picture.rows)), np.full(len(picture.rows), -1)
        for earlier in range(number - 1, -1, -1):
            gap = picture.time - pictures[earlier].time
            if gap > LONGEST_GAP_S:
                break
            if not len(pictures[earlier].rows):
                continue
            first = int(starts[earlier])
            linked = best[first : first + len(pictures[earlier].rows), None] - _cost(
                pictures[earlier], picture, missed=number - earlier - 1
            )
            rows = linked.argmax(axis=0)
            better = linked.max(axis=0) > gains
            gains = np.where(better, linked.max(axis=0), gains)
            origins = np.where(better, first + rows, origins)
        best[own] += gains
        before[own] = origins
    return _traced(best, before, starts, len(pictures))


def _worth(picture: Sightings) -> Array:
    sure = np.clip(picture.rows[:, 3], 1 - _MOST_SURE, _MOST_SURE)
    return np.asarray(np.log(sure / (1 - sure)) - picture.doubts)


def _cost(earlier: Sightings, later: Sightings, *, missed: int) -> Array:
    """Return what it costs to go from each earlier to each later sighting, shape (earlier, later)."""
    gap, rows, after = later.time - earlier.time, earlier.rows, later.rows
    radius = np.sqrt(rows[:, None, 2] * after[None, :, 2])
    way = np.linalg.norm(rows[:, None, :2] - after[None, :, :2], axis=-1) / radius
    share = way / (FASTEST * gap + _SLACK_RADII)
    growth = np.log(after[None, :, 2] / rows[:, None, 2])
    rests = (way < _RESTING * gap) & ~(earlier.at_hand[:, None] | later.at_hand[None, :])
    cost = _TURN * share**2 + _GROWTH * growth**2 / (1 + 10 * gap) + _AT_REST * rests
    return np.asarray(np.where(share > 1, np.inf, cost + (_GAP_PER_S * gap if missed else 0.0)))


def _traced(best: Array, before: NDArray[np.int64], starts: NDArray[np.int64], pictures: int) -> NDArray[np.int64]:
    found = np.full(pictures, -1)
    if not len(best) or best.max() <= 0:
        return found
    place = int(best.argmax())
    while place >= 0:
        picture = int(np.searchsorted(starts, place, side="right")) - 1
        found[picture] = place - starts[picture]
        place = int(before[place])
    return found
