"""Outliers, short gaps and noise of joints over time.

Hampel filter, gaps up to 0.1 s, then a zero-lag fourth-order Butterworth low-pass whose cut-off
follows the frame rate: a throw keeps 97 to 100 % of its hand speed at 120 fps and 15 Hz, and only
75 % at the 6 Hz that is usual elsewhere.
"""

from __future__ import annotations

import itertools
from typing import TypeVar

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.signals import low_pass, monotone_cubic

P = TypeVar("P", Pose2D, Pose3D)

LONGEST_GAP_S = 0.1
_TICK_S = 1e-6
"""Rounding of time stamps."""
_HAMPEL_HALF_WINDOW = 3
_HAMPEL_LIMIT = 4.0
_DETOUR = 0.6
"""Share of the way over a spike that the direct way takes."""


def cutoff_hz(rate_hz: float) -> float | None:
    """Return the low-pass cut-off for a throw at this frame rate, or None where none fits.

    15 Hz from 100 fps, 12 Hz from 30 fps, below that 0.4 of the rate, and nothing below 20 fps,
    where every filter would eat the throw itself.

    Examples
    --------
    >>> cutoff_hz(120.0), cutoff_hz(60.0), cutoff_hz(30.0), cutoff_hz(15.0)
    (15.0, 12.0, 12.0, None)
    """
    if rate_hz >= 100:
        return 15.0
    return min(12.0, 0.4 * rate_hz) if rate_hz >= 20 else None


def without_outliers(pose: P) -> P:
    """Blank single samples that jump away from their neighbours (Hampel 1974), joint by joint.

    A sample is an outlier when the way over it is a long detour between its neighbours, and when it
    lies off the line between them by over four of its own standard deviations and four times what
    is usual around it. Speed and smooth turns are no outliers, however fast.
    """
    positions = pose.positions.copy()
    for joint in range(positions.shape[1]):
        positions[_outliers(pose.positions[:, joint], pose.sigma[:, joint]), joint] = np.nan
    return attrs.evolve(pose, positions=positions)


def _outliers(track: NDArray[np.float64], sigma: NDArray[np.float64]) -> NDArray[np.bool_]:
    flagged = np.zeros(len(track), dtype=bool)
    seen = np.flatnonzero(~np.isnan(track[:, 0]))
    if len(seen) < 2 * _HAMPEL_HALF_WINDOW:
        return flagged
    path = track[seen]
    direct = np.linalg.norm(path[2:] - path[:-2], axis=1)
    legs = np.linalg.norm(np.diff(path, axis=0), axis=1)
    detour = legs[:-1] + legs[1:]
    bend = np.linalg.norm(path[1:-1] - (path[2:] + path[:-2]) / 2, axis=1)
    # the joint's usual uncertainty: a sample that is hardly seen must not thereby pass as one that may jump
    own = float(np.median(np.linalg.norm(sigma[seen], axis=1)))
    for row in np.flatnonzero((direct < _DETOUR * detour) & (bend > _HAMPEL_LIMIT * own)):
        # a spike bends the path at its own sample and half as much beside it: leave those out
        near = [k for k in range(row - _HAMPEL_HALF_WINDOW - 1, row + _HAMPEL_HALF_WINDOW + 2) if abs(k - row) > 1]
        usual = float(np.median(bend[[k for k in near if 0 <= k < len(bend)]]))
        largest = bend[row] >= bend[max(0, row - 1) : row + 2].max()
        flagged[seen[row + 1]] = bool(largest and bend[row] > _HAMPEL_LIMIT * usual)
    return flagged


def with_short_gaps_filled(pose: P, longest: float = LONGEST_GAP_S) -> P:
    """Fill gaps of at most `longest` seconds between two seen samples by a monotone cubic."""
    positions, sigma, scores = pose.positions.copy(), pose.sigma.copy(), pose.scores.copy()
    for joint in range(positions.shape[1]):
        seen = ~np.isnan(positions[:, joint, 0])
        rows = _fillable(seen, pose.times, longest)
        if rows.any():
            positions[rows, joint] = monotone_cubic(pose.times[seen], positions[seen, joint], pose.times[rows])
            sigma[rows, joint] = _filled_sigma(sigma[:, joint], seen, rows)
            scores[rows, joint] = np.interp(pose.times[rows], pose.times[seen], scores[seen, joint])
    return attrs.evolve(pose, positions=positions, sigma=sigma, scores=scores)


def _filled_sigma(sigma: NDArray[np.float64], seen: NDArray[np.bool_], rows: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Make a filled sample twice as uncertain as the worse of the two samples around its gap."""
    known = np.flatnonzero(seen)
    after = np.searchsorted(known, np.flatnonzero(rows))
    around: NDArray[np.float64] = 2 * np.maximum(sigma[known[after - 1]], sigma[known[after]])
    return around


def _fillable(seen: NDArray[np.bool_], times: NDArray[np.float64], longest: float) -> NDArray[np.bool_]:
    rows = np.zeros(len(seen), dtype=bool)
    known = np.flatnonzero(seen)
    for left, right in itertools.pairwise(known):
        # a gap's length is the time without a sample: one frame less than the distance of its edges
        if right > left + 1 and times[right - 1] - times[left + 1] <= longest + _TICK_S:
            rows[left + 1 : right] = True
    return rows


def low_passed(pose: P, cutoff: float | None = None) -> P:
    """Low-pass every run of seen samples without lag; gaps stay gaps.

    Uneven times are brought to an even grid by monotone cubics and back. `cutoff` in Hz; chosen by
    `cutoff_hz` where it is not given.
    """
    rate_hz = pose.peak_rate_hz
    limit = cutoff if cutoff is not None else cutoff_hz(rate_hz)
    if limit is None or limit >= 0.45 * rate_hz:
        return pose
    positions = pose.positions.copy()
    for joint in range(positions.shape[1]):
        for run in _runs(~np.isnan(positions[:, joint, 0])):
            if run.stop - run.start >= 6:
                positions[run, joint] = _filtered(pose.times[run], positions[run, joint], rate_hz, limit)
    return attrs.evolve(pose, positions=positions)


def _filtered(
    times: NDArray[np.float64], values: NDArray[np.float64], rate_hz: float, cutoff: float
) -> NDArray[np.float64]:
    count = max(2, round((times[-1] - times[0]) * rate_hz) + 1)
    grid = np.linspace(times[0], times[-1], count)
    smooth = low_pass(monotone_cubic(times, values, grid), cutoff, rate_hz)
    return monotone_cubic(grid, smooth, times)


def _runs(flags: NDArray[np.bool_]) -> list[slice]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [slice(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]


def smoothed(pose: P) -> P:
    """Remove outliers, fill short gaps, low-pass: the standard treatment of every clip."""
    return low_passed(with_short_gaps_filled(without_outliers(pose)))
