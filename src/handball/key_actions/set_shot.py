"""The strike of a set shot: the push of the elbow, not the lift of the ball before it."""

from __future__ import annotations

import numpy as np

from handball.key_actions.curves import ThrowCurves
from handball.key_actions.moments import Moment, spread
from handball.kinematics.derivatives import interpolated_peak, velocity

RULE = "peak_elbow_extension"
SET_SHOT_SPEED = 7.0
"""Torso lengths a second: a hand above the shoulders that is slower lifts and pushes a ball."""
_PUSH_WITHIN_S = 0.5
_LEAST_PUSH_DEG = 30.0
_NEARLY = 0.8
_CONFIDENCE = 0.6


def push_row(curves: ThrowCurves, lift: int) -> int | None:
    """Return where the elbow stretches fastest soon after a ball was lifted; None where this is no set shot.

    In a set shot the hand is fastest while both hands lift the ball with bent elbows. It leaves the
    hand later, when the elbow pushes: there the hand is fastest away from its shoulder.
    """
    slow = curves.speed[lift] < SET_SHOT_SPEED and curves.hand_height[lift] > curves.shoulder_height[lift]
    since = curves.times - curves.times[lift]
    rows = np.flatnonzero((since >= 0) & (since <= _PUSH_WITHIN_S))
    elbow = curves.elbow_angle_deg[rows]
    if not slow or len(rows) < 2 or np.isnan(elbow).all():
        return None
    if float(np.nanmax(elbow[np.nanargmin(elbow) :]) - np.nanmin(elbow)) < _LEAST_PUSH_DEG:
        return None
    rate = velocity(curves.elbow_angle_deg, curves.times)[rows]
    up = curves.hand_height[rows] > curves.shoulder_height[rows]
    rate = np.where(up, rate, np.nan)
    return int(rows[np.nanargmax(rate)]) if not np.isnan(rate).all() else None


def push_moment(curves: ThrowCurves, row: int) -> tuple[Moment, float]:
    """Return the strike of a set shot with how exact it is, and its time between frames."""
    rate = velocity(curves.elbow_angle_deg, curves.times)
    around = spread(curves.times, rate >= _NEARLY * rate[row], row)
    return Moment(row=row, rule=RULE, confidence=_CONFIDENCE, spread_s=around), interpolated_peak(
        curves.times, rate, row
    )[0]
