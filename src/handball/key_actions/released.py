"""The strike where the ball is seen to leave the hand."""

from __future__ import annotations

import attrs
import numpy as np

from handball.domain.action import KeyAction, KeyActions
from handball.domain.ball import Release
from handball.domain.pose import Pose, Pose3D
from handball.key_actions.rule import arm_slot

RULE = "ball"
"""Of a strike that the ball itself has told."""
_LONGEST_WAY_S = 0.15
"""A ball that leaves the hand farther from the fastest moment of the hand is another throw, or none."""
_ONE_CAMERA_DOUBT_S, _SPACE_DOUBT_S, _BALL_DOUBT_S = 0.015, 0.008, 0.012
"""What the errors of both have besides their own standard deviation: of the hand for one camera and in space (rendered
throws: medians of 11 and 7 ms), and of the ball."""
_CONFIDENCE = 0.95


def at_release(body: Pose, found: KeyActions, release: Release) -> KeyActions:
    """Put the strike between the fastest moment of the hand and the release, for both err and not alike.

    Nearer to the one that is surer: half-way for one camera, near the hand in space. It is as unsure as both together,
    and the more the farther they are apart.
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
    in_space = isinstance(body, Pose3D) and body.origin != "pelvis"
    of_hand = strike.timing_sigma_s**2 + (_SPACE_DOUBT_S if in_space else _ONE_CAMERA_DOUBT_S) ** 2
    of_ball = release.sigma_s**2 + _BALL_DOUBT_S**2
    share = of_hand / (of_hand + of_ball)
    moment = strike.time + share * (release.time - strike.time)
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
        timing_sigma_s=float(np.sqrt(share * of_ball + share * (1 - share) * (release.time - strike.time) ** 2)),
    )
    return attrs.evolve(found, marks=(start, cocking, released, finish), arm_slot=arm_slot(body, row))
