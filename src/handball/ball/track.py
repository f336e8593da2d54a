"""From what was sighted picture by picture to where the ball is over the clip."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy.typing import NDArray

from handball.ball.path import Sightings, best_path
from handball.ball.release import found_release, joint_odds, release_odds, seen_odds
from handball.domain.ball import BallTrack, Release

Array = NDArray[np.float64]

_LONGEST_BRIDGE_S = 0.15
_FOLLOWED_GAP_S, _SLACK_RADII = 0.03, 3.0
_JOINT_SHARE = 2.0
"""Of what the joints say beside the net, far from a release: a free ball does not stay at a hand."""
_SWITCH = 3.0
"""What it costs, as a logarithm of odds, that a hand takes the ball or lets go of it."""


def ball_track(
    frames: Int64[np.ndarray, " pictures"], pictures: Sequence[Sightings], near: float | None = None
) -> BallTrack:
    """Return where the ball is in each picture, and when it left the hand.

    Parameters
    ----------
    frames
        Decoded frames of the pictures, rising.
    pictures
        What was sighted in each.
    near
        The throw that is meant, seconds; see `found_release`.
    """
    chosen, times = best_path(pictures), np.array([picture.time for picture in pictures])
    rows, away = np.full((len(pictures), 5), np.nan), np.full(len(pictures), np.nan)
    for number, place in enumerate(chosen):
        if place >= 0:
            rows[number], away[number] = pictures[number].rows[place], pictures[number].away[place]
    release = found_release(times, rows[:, :3], release_odds(times, rows[:, 4], away), near)
    if release is not None:
        rows[_lost(times, rows, release)] = np.nan
    seen = ~np.isnan(rows[:, 0])
    circles = _bridged(times, rows[:, :3], seen)
    bridged = ~seen & ~np.isnan(circles[:, 0])
    odds = seen_odds(times, rows[:, 4]) + _JOINT_SHARE * joint_odds(times, away)
    in_hand = _in_hand(times, odds, release) & ~np.isnan(circles[:, 0])
    if release is not None:
        row = int(np.searchsorted(times, release.time))
        release = release if in_hand[:row].any() and not in_hand[row] else None
    return BallTrack(
        frames=frames,
        times=times,
        circles=circles,
        scores=np.where(seen, np.clip(rows[:, 3], 0, 1), np.nan),
        in_hand=in_hand,
        bridged=bridged,
        release=release,
    )


def _lost(times: Array, rows: Array, release: Release) -> NDArray[np.bool_]:
    """Return the pictures after which a ball that flies is lost: what is seen later, elsewhere, is another thing.

    A gap is crossed where the ball is about as far on as it has flown before.
    """
    flown = np.flatnonzero(~np.isnan(rows[:, 0]) & (times >= release.time))
    for before, last, later in zip(flown, flown[1:], flown[2:], strict=False):
        gap = times[later] - times[last]
        if gap <= _FOLLOWED_GAP_S:
            continue
        way = (rows[last, :2] - rows[before, :2]) / (times[last] - times[before]) * gap
        off = np.linalg.norm(rows[later, :2] - rows[last, :2] - way)
        if off > np.linalg.norm(way) / 2 + _SLACK_RADII * rows[last, 2]:
            return np.asarray(np.arange(len(times)) > last)
    return np.zeros(len(times), bool)


def _bridged(times: Array, circles: Array, seen: NDArray[np.bool_]) -> Array:
    """Fill short gaps between sightings along the straight way between them."""
    known = np.flatnonzero(seen)
    filled = circles.copy()
    for first, last in pairwise(known):
        if last - first > 1 and times[last] - times[first] <= _LONGEST_BRIDGE_S:
            inner = np.arange(first + 1, last)
            for axis in range(3):
                filled[inner, axis] = np.interp(times[inner], times[[first, last]], circles[[first, last], axis])
    return filled


def _in_hand(times: Array, odds: Array, release: Release | None) -> Bool[np.ndarray, " pictures"]:
    """Return in which pictures a hand holds the ball: the likeliest course of taking and letting go."""
    odds = np.nan_to_num(odds)
    if release is not None:
        around = np.abs(times - release.time) <= _LONGEST_BRIDGE_S
        odds = np.where(around, np.where(times < release.time, 50.0, -50.0), odds)
    return _likeliest_states(odds)


def _likeliest_states(odds: Float[np.ndarray, " pictures"]) -> Bool[np.ndarray, " pictures"]:
    """Return the course of yes and no with the greatest sum of log odds, less a cost for each switch (Viterbi)."""
    if not len(odds):
        return np.zeros(0, bool)
    value = np.array([0.0, odds[0]])
    came = np.zeros((len(odds), 2), np.int64)
    for row in range(1, len(odds)):
        options = value[:, None] - _SWITCH * (1 - np.eye(2))
        came[row] = options.argmax(axis=0)
        value = options.max(axis=0) + np.array([0.0, odds[row]])
    state = int(value.argmax())
    found = np.zeros(len(odds), bool)
    for row in range(len(odds) - 1, -1, -1):
        found[row] = bool(state)
        state = int(came[row, state])
    return found
