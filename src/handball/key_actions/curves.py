"""The curves in which key actions are found, in torso lengths, so that size and camera do not matter."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.ndimage import minimum_filter1d
from scipy.signal import find_peaks

from handball.domain.arrays import column
from handball.domain.pose import Pose, Pose3D
from handball.domain.skeleton import Side, other_side
from handball.errors import ArmNotVisibleError
from handball.kinematics.derivatives import velocity
from handball.kinematics.vectors import angle_between_deg

_LEAST_SHARE = 0.35
"""A strike has at least this share of the fastest hand speed of the clip."""
_NEAR_S = 0.4
_LET_DOWN_S = 0.4
_TOGETHER = 0.5
_LEAST_EXTENSION_DEG = 15.0
_SEEN, _LEAST_TRUST = 0.5, 0.05


@attrs.frozen(kw_only=True)
class ThrowCurves:
    """Curves of the throwing arm relative to the hips, in torso lengths (and seconds).

    Attributes
    ----------
    speed, other_speed
        Of the throwing and of the other wrist.
    elbow_height, hand_height
        Above the middle of the hips.
    hand
        The throwing wrist relative to the hips, shape (frames, axes).
    shoulder
        The throwing shoulder relative to the hips, shape (frames, axes).
    hand_score
        Lowest score of the throwing wrist on a frame and its two neighbors, from 0 to 1.
    shoulder_height
        Of the middle of the shoulders above the middle of the hips.
    elbow_angle_deg
        Interior angle of the throwing elbow; 180 = straight.
    hands_apart
        Distance between the wrists; with one camera only across and up, since its depth is a guess.
    hands_alike
        Cosine of the angle between the velocities of both wrists: 1 where they move alike.
    """

    times: Float[np.ndarray, " frames"] = column(np.float64)
    speed: Float[np.ndarray, " frames"] = column(np.float64)
    other_speed: Float[np.ndarray, " frames"] = column(np.float64)
    elbow_height: Float[np.ndarray, " frames"] = column(np.float64)
    hand_height: Float[np.ndarray, " frames"] = column(np.float64)
    shoulder_height: Float[np.ndarray, " frames"] = column(np.float64)
    hands_apart: Float[np.ndarray, " frames"] = column(np.float64)
    hands_alike: Float[np.ndarray, " frames"] = column(np.float64)
    elbow_angle_deg: Float[np.ndarray, " frames"] = column(np.float64)
    hand: Float[np.ndarray, "frames axes"] = column(np.float64)
    shoulder: Float[np.ndarray, "frames axes"] = column(np.float64)
    hand_score: Float[np.ndarray, " frames"] = column(np.float64)


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
    return ThrowCurves(
        times=pose.times,
        speed=speeds[0],
        other_speed=speeds[1],
        elbow_height=elbow @ pose.up,
        hand_height=wrists[0] @ pose.up,
        shoulder_height=shoulders @ pose.up,
        hands_apart=np.linalg.norm((wrists[0] - wrists[1]) * _seen_axes(pose), axis=1),
        hands_alike=_cosine(velocities[0], velocities[1]),
        elbow_angle_deg=angle_between_deg(
            pose.joint(f"{hand}_shoulder") - pose.joint(f"{hand}_elbow"),
            pose.joint(f"{hand}_wrist") - pose.joint(f"{hand}_elbow"),
        ),
        hand=wrists[0],
        shoulder=(pose.joint(f"{hand}_shoulder") - hips) / torso,
        hand_score=minimum_filter1d(pose.scores[:, pose.skeleton.index(f"{hand}_wrist")], 3, mode="nearest"),
    )


def _seen_axes(pose: Pose) -> NDArray[np.float64]:
    """Axes along which positions are seen rather than guessed: no depth with one camera."""
    one_camera = isinstance(pose, Pose3D) and pose.origin == "pelvis"
    return np.array([1.0, 0.0, 1.0]) if one_camera else np.ones(pose.axes)


def _cosine(first: NDArray[np.float64], second: NDArray[np.float64]) -> NDArray[np.float64]:
    lengths = np.linalg.norm(first, axis=1) * np.linalg.norm(second, axis=1)
    cosine: NDArray[np.float64] = (first * second).sum(axis=1) / np.maximum(lengths, 1e-9)
    return cosine


def speed_tops(curves: ThrowCurves) -> list[int]:
    """Rows of the local maxima of hand speed that could be a strike; empty where the hand is never seen."""
    if np.isnan(curves.speed).all():
        return []
    speed = np.nan_to_num(curves.speed, nan=0.0) * _trust(curves)
    tops, _ = find_peaks(np.concatenate([[0.0], speed, [0.0]]), height=_LEAST_SHARE * speed.max())
    return [int(row) for row in tops - 1] if tops.size else [int(np.argmax(speed))]


def strike_rows(curves: ThrowCurves, near: float | None = None) -> list[int]:
    """Rows of the local maxima of hand speed, the one that looks most like a strike first.

    With `near` (seconds) only maxima within 0.4 s of it count, if there are any.
    """
    tops = speed_tops(curves)
    if near is not None:
        tops = [row for row in tops if abs(curves.times[row] - near) <= _NEAR_S] or tops
    return sorted(tops, key=lambda row: -throw_likeness(curves, row))


def strike_row(curves: ThrowCurves, near: float | None = None) -> int | None:
    """Row of the local maximum of hand speed that looks most like a strike; None where there is none."""
    return next(iter(strike_rows(curves, near)), None)


def throw_likeness(curves: ThrowCurves, row: int) -> float:
    """Weigh a moment as a strike, in torso lengths a second: the hand speed itself for a clear throw.

    Below the shoulders less where both hands move together and where the hand hangs; least where it
    sinks without a stretch of the elbow: an arm that was held up after the release is let down. A hand
    that the net hardly sees is thrown about by guesses, so that its speed counts less.
    """
    speed = float(curves.speed[row] * _trust(curves)[row])
    if _is_let_down(curves, row):
        return 0.1 * speed
    if curves.hand_height[row] > curves.shoulder_height[row]:
        return speed
    other = float(np.nan_to_num(curves.other_speed[row]))
    lead = np.clip((speed - other) / max(speed, 1e-9) + 0.5, 0.3, 1.0)
    apart = float(np.nan_to_num(curves.hands_apart[row], nan=1.0))
    held = 0.6 if apart < 0.4 else 1.0
    low = 0.6 if curves.hand_height[row] < curves.shoulder_height[row] - 0.6 else 1.0
    return speed * float(lead) * held * low


def _trust(curves: ThrowCurves) -> NDArray[np.float64]:
    trust: NDArray[np.float64] = np.clip(curves.hand_score / _SEEN, _LEAST_TRUST, 1.0)
    return trust


def _is_let_down(curves: ThrowCurves, row: int) -> bool:
    """Whether an arm that was up and straight only sinks: no elbow extends, the hand gets lower."""
    before = (curves.times <= curves.times[row]) & (curves.times >= curves.times[row] - _LET_DOWN_S)
    above = (curves.hand_height - curves.shoulder_height)[before]
    elbow = curves.elbow_angle_deg[before]
    if np.isnan(above).all() or np.isnan(elbow).all():
        return False
    was_up = float(np.nanmax(above)) > 0.3
    sinks = float(np.nanmax(above) - above[-1]) > 0.1
    extends = float(np.nan_to_num(elbow[-1] - np.nanmin(elbow))) > _LEAST_EXTENSION_DEG
    return was_up and sinks and not extends


def throwing_hand(pose: Pose) -> tuple[Side, float]:
    """Tell which hand throws: the one whose fastest moment looks more like a throw.

    Returns
    -------
    tuple
        The side, and how sure that is from 0 (both alike) to 1.
    """
    weights: dict[Side, float] = {}
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        curves = throw_curves(pose, side)
        row = strike_row(curves)
        weights[side] = throw_likeness(curves, row) * _reach(curves, row) if row is not None else 0.0
    best: Side = "right" if weights["right"] >= weights["left"] else "left"
    total = weights["left"] + weights["right"]
    sure = abs(weights["right"] - weights["left"]) / total if total > 0 else 0.0
    return best, float(min(1.0, 2 * sure))


def _reach(curves: ThrowCurves, row: int) -> float:
    """Weigh a hand that holds the ball with the other one: the one that stretches further lets it go."""
    if not curves.hands_apart[row] < _TOGETHER:
        return 1.0
    around = np.abs(curves.times - curves.times[row] - 0.1) <= 0.25
    elbow = curves.elbow_angle_deg[around]
    return float(np.nanmax(elbow) / 180.0) ** 2 if not np.isnan(elbow).all() else 1.0


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
