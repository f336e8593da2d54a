"""Which moments of a hand could be the strike of a throw, and which hand throws."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.pose import Pose
from handball.domain.skeleton import Side
from handball.key_actions.curves import ThrowCurves, speed_tops, throw_curves, throw_likeness
from handball.kinematics.derivatives import velocity

StrikeRule = Literal["peak_hand_speed", "peak_elbow_extension", "arm_top_after_trunk_turn"]
HIDDEN: StrikeRule = "arm_top_after_trunk_turn"
"""The rule of a strike in which the hand is lost."""
TURN_TO_STRIKE_S = 0.25
"""The ball leaves the hand within this time after the fastest turn of the trunk."""
_NEAR_S = 0.4
_TOGETHER = 0.5
_SEEN = 0.5
_LEAST_TURN = np.radians(500.0)
_LEAST_WAY_ROUND = np.radians(70.0)
_TURN_AROUND_S = 0.2
_BEFORE_TURN_S = 0.4
_FEWEST_SIGHTS = 2
_LEAST_APART = 0.6
_LEAST_DRAW_SPEED = 4.0
_LOST_SHARE = 0.3
_REACH = 1.5
"""Torso lengths from the axis of the trunk to a stretched hand: so fast is a hand that the trunk carries round."""
_REPLACED_S = 0.35
_CLEARLY_SUSTAINED = 0.85
_AS_GOOD, _NEARLY_AS_GOOD = 0.55, 0.75
_DRAW_TO_STRIKE_S = (0.2, 0.6)
_DRAW_SHARE = 0.5
_OPPOSITE = -0.3
"""Cosine between the horizontal ways of a hand that is drawn back and then throws."""


@attrs.frozen(kw_only=True)
class Strike:
    """A moment that could be a strike: its row, how much it looks like one, and what found it.

    `likeness` is a speed in torso lengths a second. `begin` is where the strike begins: the fastest turn of
    the trunk for a lost hand, the lift of a set shot, else the row itself. `fastest` is the speed of the
    hand against which rest is measured.
    """

    row: int
    likeness: float
    rule: StrikeRule
    begin: int
    fastest: float


def strikes(curves: ThrowCurves, near: float | None = None) -> list[Strike]:
    """Collect the moments that could be a strike, the one that looks most like it first.

    These are the local maxima of the hand's speed, and the moments after a fast turn of the trunk in which
    the hand is lost. Such a turn is the beginning of the throw itself, so that maxima around it in which
    the hand is hardly seen are guesses and give way to it; where the hand is seen well and about as much like a
    throw, there is nothing hidden. A hand that is drawn back fast counts half when it comes forward as fast soon
    after. With `near` (seconds) only moments within 0.4 s of it count, if there are any.
    """
    every = [
        Strike(
            row=row,
            likeness=throw_likeness(curves, row),
            rule="peak_hand_speed",
            begin=row,
            fastest=float(curves.speed[row]),
        )
        for row in speed_tops(curves)
    ]
    hidden = [one for one in hidden_strikes(curves) if not any(_is_seen_instead(curves, top, one) for top in every)]
    tops = [one for one in every if not any(_gives_way(curves, one.row, other) for other in hidden)]
    found = [*_with_draws_discounted(curves, tops), *hidden]
    if near is not None:
        found = [one for one in found if abs(curves.times[one.row] - near) <= _NEAR_S] or found
    return sorted(found, key=lambda one: -one.likeness)


def _gives_way(curves: ThrowCurves, row: int, hidden: Strike) -> bool:
    """Whether a maximum of speed lies in or beside a throw whose hand is lost."""
    return bool(abs(curves.times[row] - curves.times[hidden.row]) <= _REPLACED_S)


def _is_seen_instead(curves: ThrowCurves, top: Strike, hidden: Strike) -> bool:
    """Whether a hand that is seen throws just before the moment at which it is said to be lost."""
    early = float(curves.times[hidden.row] - curves.times[top.row])
    clear = curves.hand_score[top.row] >= _SEEN and curves.sustained[top.row] >= _CLEARLY_SUSTAINED
    return bool(clear and 0 <= early <= _REPLACED_S and top.likeness >= _AS_GOOD * hidden.likeness)


def _with_draws_discounted(curves: ThrowCurves, tops: list[Strike]) -> list[Strike]:
    """Count a top half where another one, about as fast and the other way, follows as a strike follows its draw.

    With one camera only, whose net lets an arm jump where it is drawn past the body.
    """
    if not curves.one_camera:
        return tops
    speeds = velocity(curves.hand[:, : max(curves.hand.shape[1] - 1, 1)], curves.times)
    return [
        attrs.evolve(one, likeness=_DRAW_SHARE * one.likeness)
        if any(_draws_for(curves, one, other, speeds) for other in tops)
        else one
        for one in tops
    ]


def _draws_for(curves: ThrowCurves, draw: Strike, strike: Strike, speeds: NDArray[np.float64]) -> bool:
    later = float(curves.times[strike.row] - curves.times[draw.row])
    if not _DRAW_TO_STRIKE_S[0] <= later <= _DRAW_TO_STRIKE_S[1] or strike.likeness < _NEARLY_AS_GOOD * draw.likeness:
        return False
    first, second = speeds[draw.row], speeds[strike.row]
    return bool(first @ second < _OPPOSITE * np.linalg.norm(first) * np.linalg.norm(second))


def hidden_strikes(curves: ThrowCurves) -> list[Strike]:
    """Find the throws whose hand is lost in blur or behind the body, by the turn of the trunk.

    The trunk turns fastest shortly before the ball leaves the hand (Fleisig et al. 1999 for pitchers; van den
    Tillaar and Ettema 2007 for team handball), and it is seen where the hand is not. The strike is then where
    the arm is highest in the quarter of a second after that turn: an arm that is let go stretches up and out and
    then falls.
    """
    turn = np.nan_to_num(curves.trunk_turn)
    inner = (turn[1:-1] >= turn[:-2]) & (turn[1:-1] > turn[2:]) & (turn[1:-1] >= _LEAST_TURN)
    found = [_after_turn(curves, int(row) + 1) for row in np.flatnonzero(inner)]
    return [one for one in found if one is not None]


def _after_turn(curves: ThrowCurves, peak: int) -> Strike | None:
    since = curves.times - curves.times[peak]
    before = (since >= -_BEFORE_TURN_S) & (since <= 0)
    after = np.flatnonzero((since > 0) & (since <= TURN_TO_STRIKE_S))
    height = _arm_height(curves)
    if after.size < 2 or np.isnan(height[after]).all() or not _is_drawn_back(curves, before):
        return None
    height = np.interp(curves.times, curves.times[~np.isnan(height)], height[~np.isnan(height)])
    lost = float(np.mean(curves.hand_seen[after] < _SEEN))
    if lost < _LOST_SHARE or not _turns_far(curves, since):
        return None
    speed = _REACH * float(curves.trunk_turn[peak] * curves.trunk_seen[peak])
    tops = [row for row in after[:-1] if height[row] >= height[row - 1] and height[row] > height[row + 1]]
    row = int(max(tops or after, key=lambda row: float(height[row])))
    fastest = float(np.nanmax(curves.speed[before | (np.arange(len(since)) == row)]))
    return Strike(row=row, likeness=speed, rule=HIDDEN, begin=peak, fastest=fastest)


def _arm_height(curves: ThrowCurves) -> NDArray[np.float64]:
    """Height of the elbow and hand together; of the elbow alone where the hand is missing."""
    hand = np.where(np.isnan(curves.hand_height), curves.elbow_height, curves.hand_height)
    height: NDArray[np.float64] = (curves.elbow_height + hand) / 2
    return height


def _is_drawn_back(curves: ThrowCurves, before: NDArray[np.bool_]) -> bool:
    """Whether the hand was seen before the turn, on the move and apart from the other one."""
    seen = before & (curves.hand_seen >= _SEEN) & ~np.isnan(curves.speed)
    if seen.sum() < _FEWEST_SIGHTS:
        return False
    apart = curves.hands_apart[seen & ~np.isnan(curves.hands_apart)]
    parted = apart.size > 0 and float(np.median(apart)) >= _LEAST_APART
    return parted and float(curves.speed[seen].max()) >= _LEAST_DRAW_SPEED


def _turns_far(curves: ThrowCurves, since: NDArray[np.float64]) -> bool:
    """Whether the trunk, clearly seen, goes a quarter of the way round or nearly so, and does not flip back."""
    around = np.abs(since) <= _TURN_AROUND_S
    way = float(np.trapezoid(np.nan_to_num(curves.trunk_turn[around]), curves.times[around]))
    return bool(way >= _LEAST_WAY_ROUND and np.median(curves.trunk_seen[around]) >= _SEEN)


def throwing_hand(pose: Pose, near: float | None = None) -> tuple[Side, float]:
    """Tell which hand throws: the one whose fastest moment, if known `near` a time, looks more like a throw.

    Returns
    -------
    tuple
        The side, and how sure that is from 0 (both alike) to 1.
    """
    weights: dict[Side, float] = {}
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        curves = throw_curves(pose, side)
        best = next(iter(strikes(curves, near)), None)
        weights[side] = best.likeness * _reach(curves, best.row) if best is not None else 0.0
    best_side: Side = "right" if weights["right"] >= weights["left"] else "left"
    total = weights["left"] + weights["right"]
    sure = abs(weights["right"] - weights["left"]) / total if total > 0 else 0.0
    return best_side, float(min(1.0, 2 * sure))


def _reach(curves: ThrowCurves, row: int) -> float:
    """Weigh a hand that holds the ball with the other one: the one that stretches further lets it go."""
    if not curves.hands_apart[row] < _TOGETHER:
        return 1.0
    around = np.abs(curves.times - curves.times[row] - 0.1) <= 0.25
    elbow = curves.elbow_angle_deg[around]
    return float(np.nanmax(elbow) / 180.0) ** 2 if not np.isnan(elbow).all() else 1.0
