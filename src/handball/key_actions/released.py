"""The strike where the ball is seen to leave the hand."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import KeyAction, KeyActions
from handball.domain.ball import Release
from handball.domain.pose import Pose
from handball.key_actions.rule import arm_slot

RULE = "ball"
"""Of a strike that the ball itself has told."""
_LONGEST_WAY_S = 0.15
"""A ball that leaves the hand farther from the fastest moment of the hand is another throw, or none."""
_BALL_SHARE = 0.5
_CONFIDENCE = 0.95


def at_release(body: Pose, found: KeyActions, release: Release) -> KeyActions:
    """Put the strike half-way between the fastest moment of the hand and the release, for both err and not alike.

    It is as unsure as the release, and as both are from it.
    `handball bench ball-track` measures all three (docs/explanation/ball-finder.md).

    Parameters
    ----------
    body
        Joints in right-handed form.
    found
        What the hand has told; it stays as it is where the release lies more than 0.15 s from its strike, or not
        between its cocking and its finish.
    release
        When the ball left the hand, real seconds.
    """
    start, cocking, strike, finish = found.marks
    moment = strike.time + _BALL_SHARE * (release.time - strike.time)
    row = body.row_at(moment)
    inside = all(cocking.row < one < finish.row for one in (row, body.row_at(release.time)))
    if abs(release.time - strike.time) > _LONGEST_WAY_S or not inside:
        return found
    released = KeyAction(
        name="strike",
        row=row,
        frame=int(body.frames[row]),
        time=moment,
        rule=RULE,
        confidence=_CONFIDENCE,
        timing_sigma_s=float(np.hypot(release.sigma_s, moment - strike.time)),
    )
    return attrs.evolve(found, marks=(start, cocking, released, finish), arm_slot=arm_slot(body, row))
