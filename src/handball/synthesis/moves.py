"""Curves over time as sums of minimum-jerk moves: any sampling rate, and no jump of speed or acceleration."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column

Array = NDArray[np.float64]
Move = tuple[float, float, float]
"""Begin and end in seconds, and the change between them."""


def smooth_step(share: Array) -> Array:
    """Go from 0 to 1 with the least jerk (Flash and Hogan 1985, J Neurosci 5:1688), still outside 0..1.

    Examples
    --------
    >>> smooth_step(np.array([-1.0, 0.5, 2.0]))
    array([0. , 0.5, 1. ])
    """
    u = np.clip(share, 0.0, 1.0)
    step: Array = u * u * u * (10.0 + u * (6.0 * u - 15.0))
    return step


def smooth_ramp(share: Array) -> Array:
    """Integrate `smooth_step` from 0: a way whose speed rises to 1 with the least jerk, then stays."""
    u = np.clip(share, 0.0, 1.0)
    way: Array = u**4 * (2.5 + u * (u - 3.0)) + np.maximum(share - 1.0, 0.0)
    return way


def bump(begin: float, full: float, fading: float, end: float, size: float) -> tuple[Move, Move]:
    """Return the moves that go up by `size`, stay from `full` to `fading`, and come back."""
    return (begin, full, size), (fading, end, -size)


@attrs.frozen(kw_only=True)
class Track:
    """One curve: its value at rest and the moves that add up on it."""

    rest: float = 0.0
    moves: tuple[Move, ...] = ()

    def plus(self, *moves: Move) -> Track:
        """Return the track with more moves."""
        return attrs.evolve(self, moves=self.moves + moves)

    def __call__(self, times: Array) -> Array:
        """Return the value at times in seconds, shape of `times`."""
        value = np.full(np.shape(times), self.rest)
        for begin, end, change in self.moves:
            value += change * smooth_step((times - begin) / (end - begin))
        return value


@attrs.frozen(kw_only=True)
class TrackTable:
    """All moves of all tracks in columns, so that they are evaluated at once."""

    names: tuple[str, ...]
    rests: Float[np.ndarray, " tracks"] = column(np.float64)
    begins: Float[np.ndarray, " moves"] = column(np.float64)
    ends: Float[np.ndarray, " moves"] = column(np.float64)
    changes: Float[np.ndarray, "tracks moves"] = column(np.float64)

    def __call__(self, times: Array) -> dict[str, Array]:
        """Return every track at times in seconds, each of shape (frames,)."""
        steps = smooth_step((times[None, :] - self.begins[:, None]) / (self.ends - self.begins)[:, None])
        values = self.rests[:, None] + self.changes @ steps
        return dict(zip(self.names, values, strict=True))


def track_table(tracks: Mapping[str, Track]) -> TrackTable:
    """Put tracks side by side for one evaluation."""
    rows = [(row, move) for row, track in enumerate(tracks.values()) for move in track.moves]
    changes = np.zeros((len(tracks), len(rows)))
    for column_, (row, move) in enumerate(rows):
        changes[row, column_] = move[2]
    return TrackTable(
        names=tuple(tracks),
        rests=np.array([track.rest for track in tracks.values()]),
        begins=np.array([move[0] for _, move in rows]),
        ends=np.array([move[1] for _, move in rows]),
        changes=changes,
    )


@attrs.frozen(kw_only=True)
class Path:
    """A way whose speed changes by minimum-jerk moves: (begin, end, change of speed in m/s); still before them."""

    origin: float = 0.0
    ramps: tuple[Move, ...] = ()

    def __call__(self, times: Array) -> Array:
        """Return metres at times in seconds."""
        way = np.full(np.shape(times), self.origin)
        for begin, end, change in self.ramps:
            way += change * (end - begin) * smooth_ramp((times - begin) / (end - begin))
        return way


def soft_minimum(first: Array, second: Array, width: float | Array) -> Array:
    """Take the smaller of two curves and round the corner over `width` (cubic, so that the slope has no corner)."""
    overlap = np.maximum(width - np.abs(first - second), 0.0) / width
    least: Array = np.minimum(first, second) - overlap**3 * width / 6.0
    return least


def soft_limits(values: Array, least: float, most: float, width: float = 8.0) -> Array:
    """Keep a curve within limits, rounding the corners over `width`."""
    upper = soft_minimum(values, np.full_like(values, most), width)
    return -soft_minimum(-upper, np.full_like(values, -least), width)


def hermite(share: Array, duration: float, begin: tuple[float, float, float], end: tuple[float, float, float]) -> Array:
    """Join two states (value, speed, acceleration) by the polynomial of fifth order; `share` from 0 to 1."""
    u = np.clip(share, 0.0, 1.0)
    (x0, v0, a0), (x1, v1, a1) = begin, end
    v0, v1, a0, a1 = v0 * duration, v1 * duration, a0 * duration**2, a1 * duration**2
    rest = x1 - x0 - v0 - a0 / 2
    slope, curve = v1 - v0 - a0, a1 - a0
    c3 = 10 * rest - 4 * slope + curve / 2
    c4 = -15 * rest + 7 * slope - curve
    c5 = 6 * rest - 3 * slope + curve / 2
    joined: Array = x0 + u * (v0 + u * (a0 / 2 + u * (c3 + u * (c4 + u * c5))))
    return joined


def shifted(moves: Iterable[Move], seconds: float) -> tuple[Move, ...]:
    """Return moves that come later by some seconds."""
    return tuple((begin + seconds, end + seconds, change) for begin, end, change in moves)
