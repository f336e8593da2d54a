"""The curves in which key actions are found, in torso lengths, so that size and camera do not matter."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.pose import Pose, Pose3D
from handball.domain.skeleton import Side, other_side
from handball.errors import ArmNotVisibleError
from handball.kinematics.derivatives import angular_velocity_deg, velocity
from handball.kinematics.signals import highest_around, lowest_around, tops
from handball.kinematics.vectors import angle_between_deg

_LEAST_SHARE = 0.35
"""A strike has at least this share of the fastest hand speed of the clip."""
_LET_DOWN_S = 0.4
_TURN_S, _MOST_TURN_BACK = 0.15, float(np.radians(-30.0))
_TURNS_AWAY = 0.5
_STEADY_S = 0.1
_SUSTAINED_S, _LEAST_SUSTAINED = 0.03, 0.85
_STEADY, _LEAST_STEADY = 0.5, 0.2
_LEAST_EXTENSION_DEG = 15.0
_FASTEST_FALL = 16.0
"""Torso lengths a second, about 8 m/s: the hand of an arm of 0.7 m that drops by itself from straight up has 4.5 m/s
when it is level, 6.4 when it hangs; a leading arm that is pulled down has up to 7.5."""
_FALLING_SHARE = 0.6
"""Share of the hand's speed that goes down: a straight arm that throws is fastest on its way forward."""
_SEEN, _LEAST_TRUST = 0.5, 0.05
_FASTEST_ELBOW_DEG_S = 3000.0
"""No elbow opens faster (about 2,500 in baseball pitchers): one camera has let the forearm flip in depth."""
_FASTEST_TURN = np.radians(2200.0)
"""The same of a trunk, radians a second: it has turned its front to the back."""
_FASTEST_HAND = 34.0
"""Torso lengths a second (about 17 m/s): what is faster is rather a jump from one arm to the other."""
_FLIPPED_TRUST = 0.5


@attrs.frozen(kw_only=True)
class ThrowCurves:
    """Curves of the throwing arm relative to the hips, in torso lengths (and seconds).

    Attributes
    ----------
    speed, other_speed
        Of the throwing and of the other wrist.
    knuckle_speed
        Of the throwing hand's index knuckle, which is nearer to the ball; NaN where it is missing, and with one
        camera only.
    elbow_height, hand_height
        Above the middle of the hips.
    hand
        The throwing wrist relative to the hips, shape (frames, axes).
    shoulder
        The throwing shoulder relative to the hips, shape (frames, axes).
    hand_seen
        Score of the throwing wrist, from 0 to 1.
    hand_score
        The lowest of these on a frame and its two neighbors.
    other_seen
        Score of the other wrist.
    steadiness
        How far the hand goes on the same way for a tenth of a second on either side: 1 straight on, 0 back
        and forth. Judged only for joints that a net found in one camera's pictures; 1 for all others.
    sustained
        Mean speed of the hand within 30 ms as a share of its speed: a hand that only jumps from one place in the
        picture to another keeps little. Judged for joints found in one camera's pictures; 1 for all others.
    one_camera
        Whether the joints were found in one camera's pictures.
    trunk_seen
        The lower score of the two shoulders, from 0 to 1.
    trunk_turn
        How fast the shoulder line turns about the vertical, the throwing shoulder forward, in radians a
        second; zero for a pose in the picture, which has no depth.
    shoulder_height
        Of the middle of the shoulders above the middle of the hips.
    elbow_angle_deg
        Interior angle of the throwing elbow; 180 = straight.
    hands_apart
        Distance between the wrists; with one camera only across and up, since its depth is a guess.
    hands_alike
        Cosine of the angle between the velocities of both wrists, or of one and the mirror image of the
        other, whichever is larger: 1 where both arms do the same.
    """

    times: Float[np.ndarray, " frames"] = column(np.float64)
    speed: Float[np.ndarray, " frames"] = column(np.float64)
    other_speed: Float[np.ndarray, " frames"] = column(np.float64)
    knuckle_speed: Float[np.ndarray, " frames"] = column(np.float64)
    elbow_height: Float[np.ndarray, " frames"] = column(np.float64)
    hand_height: Float[np.ndarray, " frames"] = column(np.float64)
    shoulder_height: Float[np.ndarray, " frames"] = column(np.float64)
    hands_apart: Float[np.ndarray, " frames"] = column(np.float64)
    hands_alike: Float[np.ndarray, " frames"] = column(np.float64)
    elbow_angle_deg: Float[np.ndarray, " frames"] = column(np.float64)
    hand: Float[np.ndarray, "frames axes"] = column(np.float64)
    shoulder: Float[np.ndarray, "frames axes"] = column(np.float64)
    hand_seen: Float[np.ndarray, " frames"] = column(np.float64)
    hand_score: Float[np.ndarray, " frames"] = column(np.float64)
    other_seen: Float[np.ndarray, " frames"] = column(np.float64)
    steadiness: Float[np.ndarray, " frames"] = column(np.float64)
    sustained: Float[np.ndarray, " frames"] = column(np.float64)
    one_camera: bool
    trunk_seen: Float[np.ndarray, " frames"] = column(np.float64)
    trunk_turn: Float[np.ndarray, " frames"] = column(np.float64)


def torso_length(pose: Pose) -> float:
    """Median distance from the middle of the hips to the middle of the shoulders, in units of the pose."""
    lengths = np.linalg.norm(
        pose.middle("left_shoulder", "right_shoulder") - pose.middle("left_hip", "right_hip"), axis=1
    )
    seen = lengths[~np.isnan(lengths)]
    return float(np.quantile(seen, 0.75)) if seen.size else float("nan")


def throw_curves(pose: Pose, hand: Side = "right") -> ThrowCurves:
    """Measure the curves of a pose for the given throwing hand.

    Raises
    ------
    ArmNotVisibleError
        When shoulders and hips are never seen together.
    """
    torso = torso_length(pose)
    if not torso > 0:
        raise ArmNotVisibleError(
            "Shoulders and hips are never visible together: film the whole body, from head to feet."
        )
    hips = pose.middle("left_hip", "right_hip")
    wrists = [(pose.joint(f"{side}_wrist") - hips) / torso for side in (hand, other_side(hand))]
    elbow = (pose.joint(f"{hand}_elbow") - hips) / torso
    shoulders = (pose.middle("left_shoulder", "right_shoulder") - hips) / torso
    velocities = [velocity(wrist, pose.times) for wrist in wrists]
    speeds = [np.linalg.norm(change, axis=1) for change in velocities]
    seen = pose.scores[:, pose.skeleton.index(f"{hand}_wrist")]
    return ThrowCurves(
        times=pose.times,
        speed=speeds[0],
        other_speed=speeds[1],
        knuckle_speed=_knuckle_speed(pose, hand, hips) / torso,
        elbow_height=elbow @ pose.up,
        hand_height=wrists[0] @ pose.up,
        shoulder_height=shoulders @ pose.up,
        hands_apart=np.linalg.norm((wrists[0] - wrists[1]) * _seen_axes(pose), axis=1),
        hands_alike=_alike(pose, velocities[0], velocities[1]),
        elbow_angle_deg=angle_between_deg(
            pose.joint(f"{hand}_shoulder") - pose.joint(f"{hand}_elbow"),
            pose.joint(f"{hand}_wrist") - pose.joint(f"{hand}_elbow"),
        ),
        hand=wrists[0],
        shoulder=(pose.joint(f"{hand}_shoulder") - hips) / torso,
        hand_seen=seen,
        hand_score=lowest_around(seen, 3),
        other_seen=pose.scores[:, pose.skeleton.index(f"{other_side(hand)}_wrist")],
        steadiness=_steadiness(wrists[0], pose.times) if _is_from_one_camera(pose) else np.ones(len(pose.times)),
        one_camera=_is_from_one_camera(pose),
        sustained=_sustained(speeds[0], pose.times) if _is_from_one_camera(pose) else np.ones(len(pose.times)),
        trunk_seen=pose.scores[:, pose.skeleton.indices(("left_shoulder", "right_shoulder"))].min(axis=1),
        trunk_turn=_trunk_turn(pose, hand),
    )


def _knuckle_speed(pose: Pose, hand: Side, hips: NDArray[np.float64]) -> NDArray[np.float64]:
    if _is_from_one_camera(pose) or not isinstance(pose, Pose3D):
        return np.full(len(pose.times), np.nan)
    speed: NDArray[np.float64] = np.linalg.norm(velocity(pose.joint(f"{hand}_index") - hips, pose.times), axis=1)
    return speed


def _seen_axes(pose: Pose) -> NDArray[np.float64]:
    """Axes along which positions are seen rather than guessed: no depth with one camera."""
    return np.array([1.0, 0.0, 1.0]) if _is_from_one_camera(pose) else np.ones(pose.axes)


def _is_from_one_camera(pose: Pose) -> bool:
    return isinstance(pose, Pose3D) and pose.origin == "pelvis"


def _steadiness(hand: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean cosine between neighboring steps, weighted by the shorter one; 0 where the hand is missing."""
    steps = np.diff(hand, axis=0) / np.diff(times)[:, None]
    length = np.linalg.norm(steps, axis=1)
    along = np.nan_to_num((steps[1:] * steps[:-1]).sum(axis=1))
    shorter = np.nan_to_num(np.minimum(length[1:], length[:-1]))
    longer = np.nan_to_num(np.maximum(length[1:], length[:-1]))
    middle = times[1:-1]
    result = np.zeros(len(times))
    for row, time in enumerate(times):
        near = np.abs(middle - time) <= _STEADY_S
        # cosine times the shorter step is the product over the longer one
        result[row] = (along[near] / np.maximum(longer[near], 1e-9)).sum() / max(float(shorter[near].sum()), 1e-9)
    return result


def _sustained(speed: NDArray[np.float64], times: NDArray[np.float64]) -> NDArray[np.float64]:
    """Mean speed of the rows within 30 ms over the speed of the row itself; 1 where no other row is as near."""
    filled = np.nan_to_num(speed)
    near = np.abs(times[:, None] - times[None]) <= _SUSTAINED_S
    mean: NDArray[np.float64] = near @ filled / near.sum(axis=1)
    return mean / np.maximum(filled, 1e-9)


def _alike(pose: Pose, hand: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """Compare the velocities of both wrists as they are, and mirrored about the middle of the body."""
    across = pose.joint("right_shoulder") - pose.joint("left_shoulder")
    across = across / np.maximum(np.linalg.norm(across, axis=1, keepdims=True), 1e-9)
    mirrored = other - 2 * (other * across).sum(axis=1, keepdims=True) * across
    return np.fmax(_cosine(hand, other), _cosine(hand, mirrored))


def _trunk_turn(pose: Pose, hand: Side) -> NDArray[np.float64]:
    if not isinstance(pose, Pose3D):
        return np.zeros(len(pose.times))
    across = pose.joint("right_shoulder") - pose.joint("left_shoulder")
    degrees = np.degrees(np.arctan2(across[:, 1], across[:, 0]))
    forward = 1.0 if hand == "right" else -1.0
    turn: NDArray[np.float64] = forward * np.radians(angular_velocity_deg(degrees, pose.times))
    return turn


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosine: NDArray[np.float64] = (first * second).sum(axis=1) / np.maximum(lengths, 1e-9)
    return cosine


def speed_tops(curves: ThrowCurves) -> list[int]:
    """Rows of the local maxima of hand speed that could be a strike; empty where the hand is never seen."""
    if np.isnan(curves.speed).all():
        return []
    speed = np.nan_to_num(curves.speed, nan=0.0) * _trust(curves)
    rows = tops(np.concatenate([[0.0], speed, [0.0]]), _LEAST_SHARE * float(speed.max())) - 1
    return [int(row) for row in rows] if rows.size else [int(np.argmax(speed))]


def throw_likeness(curves: ThrowCurves, row: int) -> float:
    """Weigh a moment as a strike, in torso lengths a second: the hand speed itself for a clear throw.

    Below the shoulders less where both hands move together and where the hand hangs; least where it
    sinks without a stretch of the elbow: an arm that was held up after the release is let down. A hand
    that the net hardly sees, or that trembles back and forth, is thrown about by guesses, so that its speed
    counts less.
    """
    steady = float(np.clip(curves.steadiness[row] / _STEADY, _LEAST_STEADY, 1.0))
    speed = float(curves.speed[row] * _trust(curves)[row]) * steady
    if _is_let_down(curves, row):
        return 0.1 * speed
    if turns_away(curves, row):
        speed *= _TURNS_AWAY
    if curves.hand_height[row] > curves.shoulder_height[row]:
        return speed
    other = float(np.nan_to_num(curves.other_speed[row]))
    lead = np.clip((speed - other) / max(speed, 1e-9) + 0.5, 0.3, 1.0)
    apart = float(np.nan_to_num(curves.hands_apart[row], nan=1.0))
    held = 0.6 if apart < 0.4 else 1.0
    low = 0.6 if curves.hand_height[row] < curves.shoulder_height[row] - 0.6 else 1.0
    return speed * float(lead) * held * low


def turns_away(curves: ThrowCurves, row: int) -> bool:
    """Whether the trunk takes the shoulder of this hand back while the hand is fast, as the leading arm's is."""
    before = (curves.times <= curves.times[row]) & (curves.times >= curves.times[row] - _TURN_S - 1e-6)
    turned = float(np.trapezoid(np.nan_to_num(curves.trunk_turn[before]), curves.times[before]))
    return turned < _MOST_TURN_BACK


def _trust(curves: ThrowCurves) -> NDArray[np.float64]:
    """How far the speed of the hand is believed.

    As far as the hand is seen; half where the forearm or the trunk flips; and less the more it exceeds what
    any hand can do or is not kept up, because a net that takes one arm for the other makes a hand jump.
    """
    seen = np.clip(curves.hand_score / _SEEN, _LEAST_TRUST, 1.0)
    opening = np.abs(np.nan_to_num(velocity(curves.elbow_angle_deg, curves.times)))
    turning = np.abs(np.nan_to_num(curves.trunk_turn))
    flips = highest_around(opening, 3) > _FASTEST_ELBOW_DEG_S
    flips |= highest_around(turning, 7) > _FASTEST_TURN
    beyond = np.minimum(1.0, _FASTEST_HAND / np.maximum(np.nan_to_num(curves.speed), 1e-9)) ** 2
    kept = np.minimum(1.0, curves.sustained / _LEAST_SUSTAINED) ** 2
    trust: NDArray[np.float64] = np.where(flips, _FLIPPED_TRUST, 1.0) * beyond * seen * kept
    return trust


def _is_let_down(curves: ThrowCurves, row: int) -> bool:
    """Whether an arm that was up and straight only falls: no elbow extends, and the hand goes down more than along.

    Faster than an arm drops by itself, a straight one throws.
    """
    if curves.speed[row] >= _FASTEST_FALL:
        return False
    before = (curves.times <= curves.times[row]) & (curves.times >= curves.times[row] - _LET_DOWN_S)
    above = (curves.hand_height - curves.shoulder_height)[before]
    elbow = curves.elbow_angle_deg[before]
    if np.isnan(above).all() or np.isnan(elbow).all():
        return False
    was_up = float(np.nanmax(above)) > 0.3
    sinks = float(np.nanmax(above) - above[-1]) > 0.1
    extends = float(np.nan_to_num(elbow[-1] - np.nanmin(elbow))) > _LEAST_EXTENSION_DEG
    falls = float(velocity(curves.hand_height, curves.times)[row]) < -_FALLING_SHARE * float(curves.speed[row])
    return was_up and sinks and falls and not extends


def held_back(curves: ThrowCurves, strike: int) -> NDArray[np.float64]:
    """How far the hand is back from the hips against the direction of the strike, in torso lengths, shape (frames,)."""
    back: NDArray[np.float64] = -(curves.hand @ _strike_direction(curves, strike))
    return back


def behind_shoulder(curves: ThrowCurves, strike: int) -> NDArray[np.float64]:
    """How far the hand is behind its shoulder against the direction of the strike, in torso lengths, shape (frames,).

    The shoulder leaves first and the hand stays behind: unlike the way from the hips, this has a clear
    top before nearly every strike.
    """
    back: NDArray[np.float64] = (curves.shoulder - curves.hand) @ _strike_direction(curves, strike)
    return back


def _strike_direction(curves: ThrowCurves, strike: int) -> NDArray[np.float64]:
    shift: NDArray[np.float64] = velocity(curves.hand, curves.times)[strike]
    length = float(np.linalg.norm(shift))
    return shift / length if length > 0 else shift
