"""How far apart the clocks of two files of the same throw are, from how the athlete moves.

Two cameras that look from different sides see different paths across, but the same rise and fall: gravity points down
in both. So the heights of the joints are compared, by their rates of change, at every delay that is possible; where
cameras are calibrated the delay is then set so that their rays meet.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D
from handball.domain.rig import Delay
from handball.errors import SyncError

Array = NDArray[np.float64]

GRID_HZ = 240.0
_SEARCH_S = 1.0
_FEWEST_S = 0.4
"""Two clips must share at least so much of the movement."""
LEAST_LIKENESS = 0.5
_SECOND_BEST = 0.9
"""A second delay that fits nearly as well leaves open which one it is."""
_BEST_APART_S = 0.15
_PARTS = 8
_REFINE_S = 0.03
_MOST_MISS = 5.0
_LEAST_SIGMA_S = 0.002
"""Measured on rendered pairs of phones (docs/explanation/two-cameras.md): nets see a joint elsewhere from each side."""
MOST_SIGMA_S = 0.008
"""A hand at 10 m/s moves 8 cm in this time."""
LONGEST_GAP_S = 0.07
"""Joints are not interpolated across longer gaps: two pictures of a phone at 30 a second."""


def motion_delay(
    first: Pose2D, second: Pose2D, *, about: float = 0.0, within: float = _SEARCH_S, least: float = LEAST_LIKENESS
) -> Delay:
    """Find the delay of the second clip from how the joints of one athlete rise and fall in both.

    Parameters
    ----------
    first, second
        Joints in the pictures; each with its own clock.
    about
        A first guess of the delay in seconds, as the difference of the two strikes.
    within
        How far from the guess is searched, seconds.
    least
        How alike the movements must be, from 0 to 1: less where calibrated rays are asked afterwards.

    Raises
    ------
    SyncError
        When the clips share too little, the movements differ, or several delays fit as well.
    """
    one, two = _rises(first), _rises(second)
    delays = about + np.arange(-within, within + 1e-9, 1 / GRID_HZ)
    scores, shared = _likenesses(one, two, delays)
    if shared.max(initial=0.0) < _FEWEST_S:
        raise SyncError(
            f"The clips share {shared.max(initial=0.0):.1f} s of the movement, expected at least {_FEWEST_S} s: "
            "give clips of the same throw."
        )
    scores[shared < _FEWEST_S] = -1.0
    best = int(np.argmax(scores))
    _check_clear(scores, best, delays, least)
    seconds = _peak(delays, scores, best)
    return Delay(seconds=seconds, sigma=_spread_of_parts(one, two, seconds), likeness=float(scores[best]), way="motion")


def rays_delay(cameras: Sequence[Camera], first: Pose2D, second: Pose2D, start: Delay) -> Delay:
    """Find the delay at which the rays of two calibrated cameras meet best, near a first guess.

    Raises
    ------
    SyncError
        When hardly any joint is seen by both.
    """
    span = max(_REFINE_S, 3 * start.sigma)
    grid = start.seconds + np.arange(-span, span + 1e-9, 1 / GRID_HZ)
    misses = np.stack([_misses(cameras, first, second, delay) for delay in grid])
    if not np.isfinite(misses).any():
        raise SyncError("The two cameras see hardly any joint at the same time: give clips of the same throw.")
    joints = misses.shape[1]
    groups = [np.arange(joints), *(np.arange(part, joints, _PARTS) for part in range(_PARTS))]
    found = [_least(grid, np.nanmean(misses[:, group], axis=1)) for group in groups]
    spread = 1.4826 * float(np.median(np.abs(np.array(found[1:]) - found[0]))) / np.sqrt(_PARTS)
    return Delay(seconds=found[0], sigma=max(spread, _LEAST_SIGMA_S), likeness=start.likeness, way="rays")


def _least(grid: Array, misses: Array) -> float:
    best = int(np.argmin(np.where(np.isfinite(misses), misses, np.inf)))
    return _peak(grid, -misses, best)


def _misses(cameras: Sequence[Camera], first: Pose2D, second: Pose2D, delay: float) -> Array:
    """Return by how many standard deviations the rays of each joint miss each other on average, shape (joints,).

    Sampson's distance from the epipolar constraint (Hartley and Zisserman 2004, 11.4.3).
    """
    places, sigma = at_times(second, first.times - delay)
    one, two = (
        np.concatenate([straight, np.ones_like(straight[..., :1])], axis=-1)
        for straight in (cameras[0].straightened(first.positions), cameras[1].straightened(places))
    )
    fundamental = fundamental_matrix(*cameras)
    lines = one @ fundamental.T
    back = two @ fundamental
    off = np.abs(np.sum(two * lines, axis=-1))
    width = np.hypot(
        first.sigma[..., 0] * np.linalg.norm(back[..., :2], axis=-1), sigma * np.linalg.norm(lines[..., :2], axis=-1)
    )
    with np.errstate(invalid="ignore"):
        missed = np.minimum(off / width, _MOST_MISS)
        return np.asarray([np.nan if np.isnan(column).all() else np.nanmean(column) for column in missed.T])


def fundamental_matrix(first: Camera, second: Camera) -> Array:
    """Return the matrix F with second^T F first = 0 for straightened pixels (x, y, 1) of one point, shape (3, 3)."""
    turn = second.rotation @ first.rotation.T
    x, y, z = second.rotation @ (first.position - second.position)
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    return np.asarray(np.linalg.inv(second.matrix).T @ cross @ turn @ np.linalg.inv(first.matrix))


def at_times(pose: Pose2D, times: Array) -> tuple[Array, Array]:
    """Interpolate joints at other times of the same clock by cubic splines.

    Returns
    -------
    tuple
        Pixels, shape (times, joints, 2), NaN in gaps of over 0.07 s and beyond the ends; one standard deviation of
        them, shape (times, joints).
    """
    places = np.full((len(times), len(pose.skeleton.joints), 2), np.nan)
    sigma = np.full(places.shape[:2], np.nan)
    for joint in range(places.shape[1]):
        rows = np.flatnonzero(np.isfinite(pose.positions[:, joint, 0]))
        if len(rows) < 2:
            continue
        known = pose.times[rows]
        after = np.clip(np.searchsorted(known, times, side="left"), 1, len(known) - 1)
        inside = (times >= known[0]) & (times <= known[-1]) & (known[after] - known[after - 1] <= LONGEST_GAP_S)
        places[inside, joint] = CubicSpline(known, pose.positions[rows, joint])(times[inside])
        sigma[inside, joint] = np.interp(times[inside], known, pose.sigma[rows, joint, 0])
    return places, sigma


@attrs.frozen(kw_only=True)
class _Rises:
    """How fast each joint rises, even in time: start in seconds, and torso lengths a second (samples, joints)."""

    begin: float
    speeds: Array

    @property
    def times(self) -> Array:
        return self.begin + np.arange(len(self.speeds)) / GRID_HZ


def _rises(pose: Pose2D) -> _Rises:
    grid = np.arange(pose.times[0], pose.times[-1], 1 / GRID_HZ)
    places, _ = at_times(pose, grid)
    torso = np.linalg.norm(
        pose.middle("left_shoulder", "right_shoulder") - pose.middle("left_hip", "right_hip"), axis=1
    )
    length = float(np.nanmedian(torso)) if np.isfinite(torso).any() else 1.0
    width = max(1, round(0.03 * GRID_HZ))
    speeds = np.full((len(grid), places.shape[1]), np.nan)
    if len(grid) > 2 * width:
        speeds[width:-width] = (
            -(places[2 * width :, :, 1] - places[: -2 * width, :, 1]) / (2 * width / GRID_HZ) / length
        )
    return _Rises(begin=float(pose.times[0]), speeds=speeds)


def _likenesses(one: _Rises, two: _Rises, delays: Array, joints: slice = slice(None)) -> tuple[Array, Array]:
    """Return for each delay how alike the movements are (-1 to 1), and how many seconds they share."""
    scores, shared = np.full(len(delays), -1.0), np.zeros(len(delays))
    for row, delay in enumerate(delays):
        offset = round((two.begin + delay - one.begin) * GRID_HZ)
        a = one.speeds[max(offset, 0) :, joints]
        b = two.speeds[max(-offset, 0) :, joints]
        length = min(len(a), len(b))
        both = np.isfinite(a[:length]) & np.isfinite(b[:length])
        shared[row] = both.any(axis=1).sum() / GRID_HZ
        x, y = a[:length][both], b[:length][both]
        if x.size:
            size = float(np.sqrt((x @ x) * (y @ y)))
            scores[row] = float(x @ y) / size if size > 0 else 0.0
    return scores, shared


def _check_clear(scores: Array, best: int, delays: Array, least: float) -> None:
    if scores[best] < least:
        raise SyncError(
            f"The two clips do not move alike (likeness {max(scores[best], 0):.2f}, expected {least}): give "
            "clips of the same throw and the same person, or say the delay."
        )
    far = np.abs(delays - delays[best]) > _BEST_APART_S
    if scores[far].max(initial=-1.0) > _SECOND_BEST * scores[best]:
        other = delays[far][int(np.argmax(scores[far]))]
        raise SyncError(
            f"Delays of {delays[best]:.2f} and {other:.2f} s fit nearly as well: film a clap or one bounce of the ball "
            "as well, or say the delay."
        )


def _peak(delays: Array, scores: Array, best: int) -> float:
    """Return the delay of the top of the parabola through the best score and its neighbors."""
    if not 0 < best < len(delays) - 1:
        return float(delays[best])
    before, top, after = scores[best - 1 : best + 2]
    bend = before - 2 * top + after
    shift = 0.5 * (before - after) / bend if bend < 0 else 0.0
    return float(delays[best] + shift * (delays[1] - delays[0]))


def _spread_of_parts(one: _Rises, two: _Rises, seconds: float) -> float:
    """Return one standard deviation of the delay: how far it differs from one group of joints to another."""
    delays = seconds + np.arange(-0.1, 0.1 + 1e-9, 1 / GRID_HZ)
    found = []
    for part in range(_PARTS):
        scores, _ = _likenesses(one, two, delays, slice(part, None, _PARTS))
        best = int(np.argmax(scores))
        if scores[best] > 0:
            found.append(_peak(delays, scores, best) - seconds)
    if len(found) < _PARTS // 2:
        return 0.1
    return float(max(1.4826 * np.median(np.abs(found)) / np.sqrt(len(found)), 0.5 / GRID_HZ))
