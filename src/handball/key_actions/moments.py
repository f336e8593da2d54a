"""Cocking, start and finish around a known strike, each with how clear and how exact it is.

All three are read from curves relative to the hips, because a jump lifts everything.
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.key_actions.curves import ThrowCurves, behind_shoulder
from handball.key_actions.hinge import Window, fitted_hinge
from handball.kinematics.derivatives import velocity
from handball.kinematics.signals import prominent_tops

COCKING_WINDOW_S = 0.4
CLOSE_WINDOW_S = 0.25
"""A turning point this near the strike is the cocking itself; an earlier one may belong to the draw-back."""
LONGEST_START_S = 1.5
LONGEST_FINISH_S = 1.0
LEAST_VAGUE_SIGMA_S = 0.025
"""Start and finish are slow: nobody, by eye or by rule, marks them more exactly than this."""
_SHORTEST_SWING_S = 0.04
"""From the draw to the strike; 70 to 130 ms in good throws."""
_AFTER_S = 0.1
_LEAST_PROMINENCE = 0.05
_LEAST_RISE = 0.25
_LEFT_REST = 0.10
_REST_SHARE = 0.15
_LEAST_REST_S = 0.1
_ENDED_SHARE = 0.25
_ENDED_S = 0.1
"""A hand that is fast again within this time has turned and not ended its way."""
_SETTLED_SHARE = 0.05
_LONGEST_SETTLING_S = 0.25
_BENDING = Window(moving_s=0.12, resting_s=0.05)
_CLEAR_SHARE, _CLEAR_SIGMA_S = 0.85, 0.022
_SAME_FINISH_S = 0.025
_WELL_SEEN, _SEEN_AT_REST = 0.8, 0.3
_UNSEEN_SIGMA_S = 0.1
_TOP_BAND = 0.02
"""Torso lengths (1 cm): tops that differ by less cannot be told apart."""
_LEAST_OPENING_DEG = 20.0
_BENT_BAND_DEG = 2.0
_ONE_MOMENT_S = 0.03


@attrs.frozen(kw_only=True)
class Moment:
    """Where a key action was found: its row, by which rule, how clearly, and one standard deviation in seconds."""

    row: int
    rule: str
    confidence: float
    spread_s: float


def cocking_moment(curves: ThrowCurves, strike: int, *, sidearm: bool = False) -> Moment:
    """Return the turning point before the strike.

    In this order: the last top of the elbow close to the strike, the last moment close to it where the
    hand is furthest behind its shoulder, the last earlier top of the elbow, and where the hand is
    furthest behind it at all. In a throw from the side or below the elbow may sink well before the arm turns,
    or have no top at all: there it is where the elbow is bent most close to the strike.
    """
    first = _row_before(curves, strike, COCKING_WINDOW_S)
    close = _row_before(curves, strike, CLOSE_WINDOW_S)
    after = int(np.searchsorted(curves.times, curves.times[strike] + _AFTER_S, side="right"))
    back = behind_shoulder(curves, strike)
    elbow_tops = _early_enough(curves, _tops(curves.elbow_height, first, after, strike), strike)
    back_tops = _early_enough(curves, _tops(back, first, after, strike), strike)
    bent = _most_bent(curves, strike) if sidearm else None
    if bent is not None and not _is_at_top(curves, bent.row, elbow_tops):
        return bent
    for tops, height, rule in ((elbow_tops, curves.elbow_height, "elbow_top"), (back_tops, back, "hand_furthest_back")):
        if tops and tops[-1][0] >= close:
            return _at_top(curves, height, tops[-1], rule)
    if elbow_tops:
        return _at_top(curves, curves.elbow_height, elbow_tops[-1], "elbow_top")
    window = slice(min(first, max(strike - 1, 0)), max(strike, 1))
    if np.isnan(back[window]).all():
        return Moment(row=max(strike - 1, 0), rule="hand_furthest_back", confidence=0.2, spread_s=COCKING_WINDOW_S / 4)
    row = window.start + int(np.nanargmax(back[window]))
    inside = window.start < row < strike - 1
    around = spread(curves.times, back >= back[row] - _TOP_BAND, row)
    return Moment(row=row, rule="hand_furthest_back", confidence=0.5 if inside else 0.3, spread_s=around)


def cocking_by(rule: str, curves: ThrowCurves, strike: int) -> Moment | None:
    """Return the cocking by one rule alone, within 0.4 s before the strike; None where it finds none."""
    if rule == "elbow_most_bent":
        return _most_bent(curves, strike)
    first = _row_before(curves, strike, COCKING_WINDOW_S)
    after = int(np.searchsorted(curves.times, curves.times[strike] + _AFTER_S, side="right"))
    height = curves.elbow_height if rule == "elbow_top" else behind_shoulder(curves, strike)
    tops = _tops(height, first, after, strike)
    return _at_top(curves, height, tops[-1], rule) if tops else None


def _most_bent(curves: ThrowCurves, strike: int) -> Moment | None:
    """Return where the elbow is bent most before it opens into the strike; None where it hardly opens."""
    close = _row_before(curves, strike, CLOSE_WINDOW_S)
    elbow = _bridged(curves.elbow_angle_deg[close : strike + 1])
    row = int(np.argmin(elbow))
    opening = float(elbow[-1] - elbow[row])
    if row == 0 or opening < _LEAST_OPENING_DEG:
        return None
    band = curves.elbow_angle_deg <= elbow[row] + _BENT_BAND_DEG
    around = spread(curves.times, band, close + row)
    return Moment(row=close + row, rule="elbow_most_bent", confidence=min(0.7, 0.5 + opening / 180), spread_s=around)


def _is_at_top(curves: ThrowCurves, row: int, tops: list[tuple[int, float]]) -> bool:
    """Whether the last top comes so little before a row that both are one moment."""
    return bool(tops) and float(curves.times[row] - curves.times[tops[-1][0]]) <= _ONE_MOMENT_S


def _row_before(curves: ThrowCurves, row: int, seconds: float) -> int:
    return int(np.searchsorted(curves.times, curves.times[row] - seconds - 1e-9))


def _tops(height: Float[np.ndarray, " frames"], first: int, after: int, strike: int) -> list[tuple[int, float]]:
    """Return (row, prominence) of the tops from `first` to the strike; the curve is seen on to `after`."""
    rows, prominences = prominent_tops(_bridged(height[first:after]), _LEAST_PROMINENCE)
    found = zip(rows + first, prominences, strict=True)
    return [(int(row), float(prominence)) for row, prominence in found if row < strike]


def _early_enough(curves: ThrowCurves, tops: list[tuple[int, float]], strike: int) -> list[tuple[int, float]]:
    """Leave out tops too close before the strike for any arm to swing, as long as there are others; one camera only."""
    if not curves.one_camera:
        return tops
    return [top for top in tops if curves.times[strike] - curves.times[top[0]] >= _SHORTEST_SWING_S] or tops


def _at_top(curves: ThrowCurves, height: NDArray[np.float64], top: tuple[int, float], rule: str) -> Moment:
    row, prominence = top
    most, least = (1.0, 0.6) if rule == "elbow_top" else (0.7, 0.5)
    confidence = min(most, least + prominence)
    return Moment(
        row=row, rule=rule, confidence=confidence, spread_s=spread(curves.times, height >= height[row] - _TOP_BAND, row)
    )


def _bridged(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bridge missing samples, so that a top beside a gap is still found."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros_like(values)
    rows = np.arange(len(values))
    filled: NDArray[np.float64] = np.interp(rows, rows[known], values[known])
    return filled


def start_moment(curves: ThrowCurves, cocking: int, fastest: float) -> Moment:
    """Return where the arm leaves its rest for the draw-back.

    That is the last row where the elbow has done a tenth of its rise to its top before the cocking, but not
    before the hand was last still for a tenth of a second. Where the elbow hardly rises, the hand alone tells.
    """
    earliest = _row_before(curves, cocking, LONGEST_START_S)
    if cocking <= earliest:
        return Moment(row=cocking, rule="hand_leaves_rest", confidence=0.2, spread_s=LEAST_VAGUE_SIGMA_S)
    rested = _last_rest(curves, earliest, cocking, fastest)
    elbow = _bridged(curves.elbow_height[earliest : cocking + 1])
    near = _row_before(curves, cocking, COCKING_WINDOW_S) - earliest
    top = near + int(np.argmax(elbow[near:]))
    elbow = elbow[: top + 1]
    low, rise = float(elbow.min()), float(elbow[-1] - elbow.min())
    raised = (elbow - low) / rise if rise > 0 else np.zeros_like(elbow)
    lifted = earliest + int(np.flatnonzero(raised <= _LEFT_REST)[-1])
    if rise < _LEAST_RISE:
        row = rested if rested is not None else _slowest(curves, earliest, cocking)
        around = spread(curves.times, curves.speed < 2 * _REST_SHARE * fastest, row)
        return Moment(
            row=row, rule="hand_leaves_rest", confidence=0.4 if rested is not None else 0.25, spread_s=_vague(around)
        )
    row = max(lifted, rested if rested is not None else earliest)
    leaving = np.zeros(len(curves.times), dtype=bool)
    leaving[earliest : earliest + len(elbow)] = (raised >= _LEFT_REST / 2) & (raised <= 2 * _LEFT_REST)
    confidence = 0.7 if rested is not None else 0.5
    return Moment(
        row=row,
        rule="hand_leaves_rest",
        confidence=confidence if row > 0 else 0.3,
        spread_s=_vague(spread(curves.times, leaving, row)),
    )


def _last_rest(curves: ThrowCurves, earliest: int, cocking: int, fastest: float) -> int | None:
    """Return the last row of the last still stretch before the cocking; the turn at the cocking itself is none."""
    still = curves.speed[earliest : cocking + 1] < _REST_SHARE * fastest
    edges = np.flatnonzero(np.diff(np.concatenate([[False], still, [False]]).astype(np.int8)))
    rests = [
        earliest + int(last) - 1
        for first, last in zip(edges[::2], edges[1::2], strict=True)
        if last <= cocking - earliest
        and curves.times[earliest + last - 1] - curves.times[earliest + first] >= _LEAST_REST_S
    ]
    return rests[-1] if rests else None


def _slowest(curves: ThrowCurves, earliest: int, cocking: int) -> int:
    speed = curves.speed[earliest:cocking]
    return earliest + int(np.nanargmin(speed)) if not np.isnan(speed).all() else earliest


def finish_moment(curves: ThrowCurves, strike: int, fastest: float) -> Moment:
    """Return where the follow-through ends: the hand has slowed down for good, and the arm comes to rest.

    The elbow, which bends while the arm swings through, then bends no further. Where it does not bend clearly, or the
    hand is hardly seen, it sinks no further.
    """
    last = int(np.searchsorted(curves.times, curves.times[strike] + LONGEST_FINISH_S, side="right")) - 1
    rows = np.arange(strike + 1, last + 1)
    slow = rows[curves.speed[rows] < _ENDED_SHARE * fastest]
    clear = slow[curves.hand_score[slow] >= _SEEN_AT_REST]
    slow = clear if clear.size else slow
    slow = _for_good(curves, slow, _ENDED_SHARE * fastest)
    if not slow.size:
        seen = rows[~np.isnan(curves.speed[rows])]
        row = int(seen[np.argmin(curves.speed[seen])]) if seen.size else strike
        return Moment(row=row, rule="hand_comes_to_rest", confidence=0.3, spread_s=4 * LEAST_VAGUE_SIGMA_S)
    row = _bent(curves, int(slow[0]), _settled(curves, strike, int(slow[0]), last))
    span = float(np.nanmax(curves.elbow_height[strike : last + 1]) - np.nanmin(curves.elbow_height[strike : last + 1]))
    settled = np.abs(curves.elbow_height - curves.elbow_height[row]) <= _SETTLED_SHARE * span
    settled &= curves.speed < _ENDED_SHARE * fastest
    return Moment(
        row=row,
        rule="hand_comes_to_rest",
        confidence=0.7 * sight(curves, row),
        spread_s=float(
            np.hypot(_vague(spread(curves.times, settled, row)), (1 - sight(curves, row)) * _UNSEEN_SIGMA_S)
        ),
    )


def _for_good(curves: ThrowCurves, slow: NDArray[np.int64], least: float) -> NDArray[np.int64]:
    """Leave out slow rows soon after which the hand is fast again, unless that is so of all."""
    fast = curves.times[curves.speed >= least]
    following = np.append(fast, np.inf)[np.searchsorted(fast, curves.times[slow])]
    stays = following - curves.times[slow] > _ENDED_S
    return slow[stays] if stays.any() else slow


def _settled(curves: ThrowCurves, strike: int, slow: int, last: int) -> int:
    """Follow a slow hand on to the low point of the elbow, if it still sinks and gets there soon."""
    soon = np.arange(slow, last + 1)
    soon = soon[curves.times[soon] <= curves.times[slow] + _LONGEST_SETTLING_S]
    sinking = -velocity(_bridged(curves.elbow_height), curves.times)
    low = soon[sinking[soon] <= _SETTLED_SHARE / 2 * float(sinking[strike : slow + 1].max())]
    return int(low[0]) if low.size else slow


def _bent(curves: ThrowCurves, slow: int, settled: int) -> int:
    """Return where the elbow bends no further; the middle where it sinks no further at nearly the same time."""
    if curves.hand_score[slow] < _WELL_SEEN:
        return settled
    times = curves.times
    guess = float(times[slow]) + _BENDING.resting_s
    near = np.flatnonzero(np.abs(times - guess) <= 2 * _BENDING.moving_s)
    elbow = curves.elbow_angle_deg[near]
    found = None
    if not np.isnan(elbow).any():
        found = fitted_hinge(times[near], elbow[:, None], guess, _BENDING, arriving=True, power=2.5)
    if found is None or found.share < _CLEAR_SHARE or found.sigma_s > _CLEAR_SIGMA_S or found.time < times[slow]:
        return settled
    agree = abs(found.time - times[settled]) <= _SAME_FINISH_S
    time = (found.time + times[settled]) / 2 if agree else found.time
    return int(np.argmin(np.abs(times - time)))


def sight(curves: ThrowCurves, row: int) -> float:
    """How well the hand is seen at and beside a row, from 0.2 to 1: what a guess shows is no clear moment."""
    return float(np.clip(curves.hand_score[row] / _WELL_SEEN, 0.2, 1.0))


def spread(times: Float[np.ndarray, " frames"], inside: Bool[np.ndarray, " frames"], row: int) -> float:
    """One standard deviation of a moment that may lie anywhere in the run of `inside` around a row."""
    left, right = row, row
    while left > 0 and inside[left - 1]:
        left -= 1
    while right < len(times) - 1 and inside[right + 1]:
        right += 1
    return float((times[right] - times[left]) / np.sqrt(12))


def _vague(spread_s: float) -> float:
    return max(LEAST_VAGUE_SIGMA_S, spread_s)
