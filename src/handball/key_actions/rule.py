"""The default rule: the strike first, then the cocking before it, start and finish outward from there.

The paper takes the top of the elbow over the whole clip; on real throws that is often the ball held
high at first, or the arm held up after the release. See `literal.py` for that rule, and
docs/explanation/key-actions.md for pictures of both.
"""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.signal import find_peaks

from handball.domain.action import ArmSlot, KeyAction, KeyActionName, KeyActions
from handball.domain.pose import Pose
from handball.errors import NoThrowError
from handball.key_actions.curves import ThrowCurves, held_back, strike_row, throw_curves
from handball.key_actions.literal import literal_key_actions
from handball.kinematics.derivatives import interpolated_peak

COCKING_WINDOW_S = 0.4
LONGEST_START_S = 1.5
LONGEST_FINISH_S = 1.0
LEAST_SPEED = 6.0
"""Torso lengths a second (about 3 m/s): a slower hand at hip height throws nothing."""
LEAST_SPEED_ABOVE = 2.5
"""The same for a hand above the shoulders, as in a set shot: nobody swings his arms up there by chance."""
_LEAST_PROMINENCE = 0.06
_REST_SHARE = 0.15
_ENDED_SHARE = 0.25
_FRAME_SIGMA = 1 / np.sqrt(12)
"""One standard deviation of a moment that is only known to lie within one frame."""


@attrs.frozen(kw_only=True)
class StrikeFirstRule:
    """Find the four key actions of a throw with the right hand (a `KeyActionRule`).

    `any_action` skips the question whether the movement is a throw.
    """

    any_action: bool = False

    def __call__(self, body: Pose) -> KeyActions:
        """Return start, cocking, strike and finish.

        Raises
        ------
        NoThrowError
            When the fastest moment of the hand is no throw.
        ArmNotVisibleError
            When shoulders and hips are never seen together.
        """
        curves = throw_curves(body)
        strike = strike_row(curves)
        if strike is None:
            raise NoThrowError("The throwing hand is never visible: film the throw from the side of the throwing arm.")
        if not self.any_action:
            check_throw(curves, strike)
        strike_time, _ = interpolated_peak(curves.times, curves.speed, strike)
        slot = arm_slot(body, strike)
        cocking, cocking_rule, cocking_confidence = _cocking(curves, strike, slot)
        start = _start(curves, cocking, strike)
        finish, ended = _finish(curves, strike)
        mark = _Marker(body)
        return KeyActions(
            marks=(
                mark("start", start, "hand_leaves_rest", 0.6 if start > 0 else 0.3),
                mark("cocking", cocking, cocking_rule, cocking_confidence),
                mark("strike", strike, "peak_hand_speed", _peak_confidence(curves, strike), strike_time),
                mark("finish", finish, "hand_comes_to_rest", 0.6 if ended else 0.3),
            ),
            hand="right",
            arm_slot=slot,
            literal=literal_key_actions(body),
        )


@attrs.frozen
class _Marker:
    body: Pose

    def __call__(
        self, name: KeyActionName, row: int, rule: str, confidence: float, time: float | None = None
    ) -> KeyAction:
        times = self.body.times
        gap = float(times[min(row + 1, len(times) - 1)] - times[max(row - 1, 0)]) / 2
        # a moment that the curve shows less clearly is also less exactly known
        spread = gap * _FRAME_SIGMA * (1.0 + 2.0 * (1.0 - confidence))
        return KeyAction(
            name=name,
            row=row,
            frame=int(self.body.frames[row]),
            time=float(times[row]) if time is None else time,
            rule=rule,
            confidence=round(float(np.clip(confidence, 0, 1)), 3),
            timing_sigma_s=spread,
        )


def check_throw(curves: ThrowCurves, strike: int) -> None:
    """Raise `NoThrowError` unless the strike is one of a throw.

    The hand must be fast, alone or clearly ahead of the other one, not hang, and come from behind.
    Two hands that stay together below the shoulders swing a club or bat.
    """
    speed = float(curves.speed[strike])
    reason: str | None = None
    before = (curves.times >= curves.times[strike] - COCKING_WINDOW_S) & (curves.times <= curves.times[strike])
    back = held_back(curves, strike)
    way = float(np.nanmax(back[before]) - back[strike]) if before.any() else 0.0
    low = bool(curves.hand_height[strike] < curves.shoulder_height[strike])
    least = LEAST_SPEED if low else LEAST_SPEED_ABOVE
    highest = float(np.nanmax((curves.hand_height - curves.shoulder_height)[before]))
    together = bool(np.nanmedian(curves.hands_apart[before]) < 0.45)
    if speed < least:
        reason = f"the fastest hand moves at only {speed:.1f} torso lengths a second, a throw has over {least:g}"
    elif together and low:
        reason = "both hands stay together and low, as in the swing of a club or bat"
    elif curves.hand_height[strike] < -0.05 and highest < -0.3:
        reason = "the fastest hand hangs below the hips and comes from no higher"
    elif float(np.nan_to_num(curves.other_speed[strike])) > 0.8 * speed and (
        low or float(np.nan_to_num(curves.hands_apart[strike])) > 0.6
    ):
        reason = "both arms swing alike"
    elif way < 0.35:
        reason = "the fastest hand is not drawn back first"
    if reason is not None:
        raise NoThrowError(
            f"No throw was found: {reason}. Choose the thrower (--athlete), the part of the clip (--start, --end), "
            "or evaluate any movement with --action any."
        )


def arm_slot(body: Pose, strike: int) -> ArmSlot:
    """Tell from where the hand comes: the line from shoulder to wrist at the strike against the horizon."""
    arm = body.joint("right_wrist")[strike] - body.joint("right_shoulder")[strike]
    length = float(np.linalg.norm(arm))
    rise = float(arm @ body.up) / length if length > 0 else 0.0
    if rise > np.sin(np.radians(25)):
        return "overhead"
    return "side" if rise > np.sin(np.radians(-35)) else "low"


def _cocking(
    curves: ThrowCurves, strike: int, slot: ArmSlot
) -> tuple[int, Literal["elbow_top", "hand_furthest_back"], float]:
    """Return the last prominent top of the elbow before the strike, else where the hand is furthest back."""
    first = int(np.searchsorted(curves.times, curves.times[strike] - COCKING_WINDOW_S))
    first, last = min(first, max(strike - 1, 0)), max(strike - 1, 0)
    window = slice(first, last + 1)
    if slot == "overhead":
        tops, shape = find_peaks(_filled(curves.elbow_height[first : strike + 1]), prominence=_LEAST_PROMINENCE)
        tops, prominences = tops[tops <= last - first], shape["prominences"][tops <= last - first]
        if tops.size:
            return first + int(tops[-1]), "elbow_top", float(0.5 + min(0.5, prominences[-1]))
    back = held_back(curves, strike)[window]
    if np.isnan(back).all():
        return last, "hand_furthest_back", 0.2
    row = first + int(np.nanargmax(back))
    inside = first < row < last
    return row, "hand_furthest_back", 0.55 if inside else 0.35


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    """Bridge missing samples, so that a top beside a gap is still found."""
    known = ~np.isnan(values)
    if not known.any():
        return np.zeros_like(values)
    rows = np.arange(len(values))
    filled: NDArray[np.float64] = np.interp(rows, rows[known], values[known])
    return filled


def _start(curves: ThrowCurves, cocking: int, strike: int) -> int:
    """Return the last row before the draw-back where the hand is still at rest."""
    limit = _REST_SHARE * curves.speed[strike]
    earliest = int(np.searchsorted(curves.times, curves.times[cocking] - LONGEST_START_S))
    rows = np.arange(earliest, cocking)
    # the hand may pause at the turn of the draw-back itself: skip rest right before the cocking
    moving = np.flatnonzero(~(curves.speed[rows] < limit))
    if not moving.size:
        return int(rows[-1]) if rows.size else cocking
    still = np.flatnonzero(curves.speed[rows[: moving[-1]]] < limit)
    return int(rows[still[-1]]) if still.size else earliest


def _finish(curves: ThrowCurves, strike: int) -> tuple[int, bool]:
    """Return the first row after the strike where the hand has come to rest, and whether it has."""
    last = int(np.searchsorted(curves.times, curves.times[strike] + LONGEST_FINISH_S, side="right")) - 1
    rows = np.arange(strike + 1, last + 1)
    slow = np.flatnonzero(curves.speed[rows] < _ENDED_SHARE * curves.speed[strike])
    if slow.size:
        return int(rows[slow[0]]), True
    seen = rows[~np.isnan(curves.speed[rows])]
    return (int(seen[np.argmin(curves.speed[seen])]), False) if seen.size else (strike, False)


def _peak_confidence(curves: ThrowCurves, strike: int) -> float:
    """How far the peak stands above the fastest moment more than 0.3 s away from it."""
    away = np.abs(curves.times - curves.times[strike]) > 0.3
    rival = float(np.nanmax(curves.speed[away])) if away.any() and not np.isnan(curves.speed[away]).all() else 0.0
    inside = 0 < strike < len(curves.speed) - 1
    return float(np.clip(1.2 - rival / curves.speed[strike], 0.3, 1.0)) * (1.0 if inside else 0.5)
