"""The default rule: the strike first, then the cocking before it, start and finish outward from there.

The paper takes the top of the elbow over the whole clip; on real throws that is often the ball held
high at first, or the arm held up after the release. See `literal.py` for that rule, and
docs/explanation/key-actions.md for both.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import ArmSlot, KeyAction, KeyActionName, KeyActions
from handball.domain.pose import Pose, Pose3D
from handball.errors import NoThrowError
from handball.key_actions.both_hands import fly_together, swings_with_both_hands
from handball.key_actions.curves import ThrowCurves, held_back, throw_curves, turns_away
from handball.key_actions.literal import literal_key_actions
from handball.key_actions.moments import (
    COCKING_WINDOW_S,
    Moment,
    cocking_by,
    cocking_moment,
    finish_moment,
    sight,
    spread,
    start_moment,
)
from handball.key_actions.set_shot import push_moment, push_row
from handball.key_actions.straight_arm import last_peak
from handball.key_actions.strikes import HIDDEN, TURN_TO_STRIKE_S, Strike, strikes
from handball.kinematics.derivatives import interpolated_peak, velocity
from handball.kinematics.signals import tops

LEAST_SPEED = 7.0
"""Torso lengths a second (about 3.5 m/s): a slower hand below the shoulders throws nothing."""
_LEAST_LIKENESS = 0.6
"""A strike looks at least this much like one as the fastest moment does."""
_LEAST_LIKENESS_ABOVE = 0.45
"""The same for a hand above the shoulders: after a set shot the arm may fall faster than it has thrown."""
_LEAST_LIKENESS_BESIDE, _SAME_MOVEMENT_S = 0.35, 0.15
"""The same for another maximum of one and the same movement."""
LEAST_SPEED_ABOVE = 2.5
"""The same for a hand above the shoulders whose elbow then pushes, as in a set shot."""
_SWING_SPEED = 5.0
"""Two hands that lift a ball together for a set shot are slower."""
_SPEED_BY_DEPTH = 5.0
"""A hand that is a torso length lower must be so much faster: arms swing down there all the time."""
_ALIKE = 0.5
_LEAST_STEADINESS, _LEAST_SEEN = 0.35, 0.25
"""A hand that trembles back and forth or is hardly seen is a guess, and guesses jump."""
_LEAST_WAY = 0.35
"""Torso lengths that the hand comes from behind."""
TWO_HANDED = "both hands stay together, as in the swing of a club or bat"
UNCLEAR = "the fastest hand cannot be made out"
_LOST_CONFIDENCE = 0.35
"""Of a strike in which the hand is lost."""
_SPEED_BAND = 0.005
"""Hand speeds this near the peak cannot be told from it."""
_KNUCKLE_WITHIN_S = 0.03
"""The knuckles are fastest so shortly before or after the wrist."""
_FRAME_SIGMA = 1 / np.sqrt(12)
"""One standard deviation of a moment that is only known to lie within one frame."""


@attrs.frozen(kw_only=True)
class StrikeFirstRule:
    """Find the four key actions of a throw with the right hand (a `KeyActionRule`).

    `any_action` skips the question whether the movement is a throw; `near` is where the strike is
    known to be, within 0.4 seconds; `cocking` is the only rule for the cocking, where a coach has chosen one.
    """

    any_action: bool = False
    near: float | None = None
    cocking: str | None = None

    def __call__(self, body: Pose) -> KeyActions:
        """Return start, cocking, strike and finish.

        Raises
        ------
        NoThrowError
            When the fastest moment of the hand is no throw, or the chosen rule for the cocking finds nothing.
        ArmNotVisibleError
            When shoulders and hips are never seen together.
        """
        curves = throw_curves(body)
        found = _released(curves, self._strike(curves))
        strike = found.row
        slot = arm_slot(body, strike)
        seen = isinstance(body, Pose3D) and found.rule != HIDDEN
        cocking = self._cocking(curves, found.begin, sidearm=seen and slot != "overhead")
        moment, strike_time = strike_moment(curves, found)
        return KeyActions(
            marks=(
                mark_moment(body, "start", start_moment(curves, cocking.row, found.fastest)),
                mark_moment(body, "cocking", cocking),
                mark_moment(body, "strike", moment, strike_time),
                mark_moment(body, "finish", finish_moment(curves, strike, found.fastest)),
            ),
            hand="right",
            arm_slot=slot,
            literal=literal_key_actions(body),
        )

    def _cocking(self, curves: ThrowCurves, strike: int, *, sidearm: bool) -> Moment:
        if self.cocking is None:
            return cocking_moment(curves, strike, sidearm=sidearm)
        chosen = cocking_by(self.cocking, curves, strike)
        if chosen is None:
            raise NoThrowError(
                f"The cocking is to be found by the rule {self.cocking}, and the throw has none by that rule: "
                "choose another rule in the techniques file, or set it with --key."
            )
        return chosen

    def _strike(self, curves: ThrowCurves) -> Strike:
        """Return the moment that looks most like a strike and is one; else say why the best one is none."""
        found = strikes(curves, self.near)
        if not found:
            raise NoThrowError("The throwing hand is never visible: film the throw from the side of the throwing arm.")
        if self.any_action:
            return found[0]
        reasons: list[str] = []
        for one in found:
            reason = why_no_throw(curves, one)
            if reason is None and one.likeness >= _least_share(curves, one, found[0]) * found[0].likeness:
                return one
            reasons.append(reason or "no moment of the hand stands out")
            if reason == TWO_HANDED and curves.speed[one.row] >= LEAST_SPEED:
                # whatever else the hands do in such a clip, they hold a club
                raise _no_throw(reason)
        raise _no_throw(reasons[0])


def _least_share(curves: ThrowCurves, one: Strike, best: Strike) -> float:
    """How much of the best moment's likeness another one needs to be the strike."""
    if abs(curves.times[one.row] - curves.times[best.row]) <= _SAME_MOVEMENT_S:
        return _LEAST_LIKENESS_BESIDE
    above = bool(curves.hand_height[one.row] > curves.shoulder_height[one.row])
    return _LEAST_LIKENESS_ABOVE if above else _LEAST_LIKENESS


def _released(curves: ThrowCurves, found: Strike) -> Strike:
    """Go on from the lift of a set shot to its push, and to the last peak of an arm held straight; others stay."""
    if found.rule != "peak_hand_speed":
        return found
    row = push_row(curves, found.row)
    if row is not None:
        return attrs.evolve(found, row=row, rule="peak_elbow_extension", begin=row)
    last = last_peak(curves, found.row)
    return found if last == found.row else attrs.evolve(found, row=last, begin=last)


def mark_moment(body: Pose, name: KeyActionName, moment: Moment, time: float | None = None) -> KeyAction:
    """Return a key action on the rows of a body; `time` where it is known between frames, in seconds."""
    times, row = body.times, moment.row
    gap = float(times[min(row + 1, len(times) - 1)] - times[max(row - 1, 0)]) / 2
    return KeyAction(
        name=name,
        row=row,
        frame=int(body.frames[row]),
        time=float(times[row]) if time is None else time,
        rule=moment.rule,
        confidence=round(float(np.clip(moment.confidence, 0, 1)), 3),
        timing_sigma_s=float(np.hypot(gap * _FRAME_SIGMA, moment.spread_s)),
    )


def least_speed(curves: ThrowCurves, strike: int) -> float:
    """Hand speed in torso lengths a second from which a moment can be the strike of a throw."""
    depth = float(curves.shoulder_height[strike] - curves.hand_height[strike])
    if depth < 0:
        return LEAST_SPEED if push_row(curves, strike) is None else LEAST_SPEED_ABOVE
    return LEAST_SPEED + _SPEED_BY_DEPTH * max(0.0, depth - 0.2)


def _no_throw(reason: str) -> NoThrowError:
    return NoThrowError(
        f"No throw was found: {reason}. Choose the thrower (--athlete), the part of the clip (--start, --end), "
        "or evaluate any movement with --action any."
    )


def why_no_throw(curves: ThrowCurves, found: Strike) -> str | None:
    """Say why a moment is no strike of a throw; None where it is one.

    The hand must be fast, alone or clearly ahead of the other one, not hang, and come from behind.
    Two hands that stay together swing a club or bat, unless they lift a ball above the shoulders slowly.
    A hand that is lost after a fast turn of the trunk was judged before the turn.
    """
    if found.rule == HIDDEN:
        return None
    strike = found.row
    speed, least = float(curves.speed[strike]), least_speed(curves, strike)
    if speed < LEAST_SPEED and _swings_elsewhere(curves):
        return TWO_HANDED
    low = bool(curves.hand_height[strike] < curves.shoulder_height[strike])
    if (low or speed > LEAST_SPEED) and swings_with_both_hands(curves, strike):
        return TWO_HANDED
    if speed < least:
        return f"the fastest hand moves at only {speed:.1f} torso lengths a second, expected at least {least:.1f} there"
    return _why_no_strike(curves, strike, low)


def _swings_elsewhere(curves: ThrowCurves) -> bool:
    """Whether both hands swing something fast at another moment: what is slower then is no set shot."""
    faster = np.nan_to_num(np.fmax(curves.speed, curves.other_speed))
    return any(fly_together(curves, int(row), _SWING_SPEED) for row in tops(faster, LEAST_SPEED))


def _why_no_strike(curves: ThrowCurves, strike: int, low: bool) -> str | None:
    """Say why a fast hand is no strike: the way it comes, and what the other one does."""
    since = curves.times - curves.times[strike]
    before = (since >= -COCKING_WINDOW_S) & (since <= 0)
    back = held_back(curves, strike)
    apart = float(np.nan_to_num(curves.hands_apart[strike]))
    alike = curves.hands_alike[strike] > _ALIKE and curves.other_speed[strike] > 0.8 * curves.speed[strike]
    hangs = curves.hand_height[strike] < -0.05
    if curves.steadiness[strike] < _LEAST_STEADINESS or curves.hand_score[strike] < _LEAST_SEEN:
        return UNCLEAR
    if hangs and np.nanmax((curves.hand_height - curves.shoulder_height)[before]) < -0.3:
        return "the fastest hand hangs below the hips and comes from no higher"
    if alike and (low or apart > 0.6):
        return "both arms swing alike"
    if turns_away(curves, strike):
        return "the trunk turns away from the fastest hand, as the leading arm of a swing does"
    if float(np.nanmax(back[before]) - back[strike]) < _LEAST_WAY:
        return "the fastest hand is not drawn back first"
    return None


def arm_slot(body: Pose, strike: int) -> ArmSlot:
    """Tell from where the hand comes: the line from shoulder to wrist at the strike against the horizon."""
    arm = body.joint("right_wrist")[strike] - body.joint("right_shoulder")[strike]
    length = float(np.linalg.norm(arm))
    rise = float(arm @ body.up) / length if length > 0 else 0.0
    if rise > np.sin(np.radians(25)):
        return "overhead"
    return "side" if rise > np.sin(np.radians(-35)) else "low"


def strike_moment(curves: ThrowCurves, found: Strike) -> tuple[Moment, float]:
    """Return the strike with how clear it is, and its time between frames.

    A hand that is seen: how far the strike stands above any other movement the same way more than 0.3 s
    from it. A hand that is lost: little, and anywhere until a quarter of a second after the turn.
    """
    strike = found.row
    if found.rule == HIDDEN:
        spread_s = TURN_TO_STRIKE_S * _FRAME_SIGMA
        lost = Moment(row=strike, rule=found.rule, confidence=_LOST_CONFIDENCE, spread_s=spread_s)
        return lost, float(curves.times[strike])
    if found.rule == "peak_elbow_extension":
        return push_moment(curves, strike)
    speeds = velocity(curves.hand, curves.times)
    along = speeds @ (speeds[strike] / curves.speed[strike])
    away = np.abs(curves.times - curves.times[strike]) > 0.3
    rival = max(0.0, float(np.nanmax(along[away]))) if away.any() and not np.isnan(along[away]).all() else 0.0
    inside = 0 < strike < len(curves.speed) - 1
    confidence = float(np.clip(1.2 - rival / curves.speed[strike], 0.3, 1.0)) * (1.0 if inside else 0.5)
    confidence *= sight(curves, strike)
    row, speed = _at_the_ball(curves, strike)
    near = speed >= (1 - _SPEED_BAND) * speed[row]
    moment = Moment(row=row, rule=found.rule, confidence=confidence, spread_s=spread(curves.times, near, row))
    return moment, interpolated_peak(curves.times, speed, row)[0]


def _at_the_ball(curves: ThrowCurves, strike: int) -> tuple[int, NDArray[np.float64]]:
    """Go on from the fastest wrist to the fastest knuckle beside it, where that is seen.

    The wrist flexes while the ball leaves, so that the ball is fastest after the wrist, most in a throw from the side.
    """
    rows = np.flatnonzero(np.abs(curves.times - curves.times[strike]) <= _KNUCKLE_WITHIN_S)
    speed = curves.knuckle_speed
    if np.isnan(speed[max(rows[0] - 1, 0) : rows[-1] + 2]).any():
        return strike, curves.speed
    row = int(rows[np.argmax(speed[rows])])
    inner = rows[0] < row < rows[-1] or len(rows) < 3
    return (row, speed) if inner else (strike, curves.speed)
