"""How the clip of an analysed throw was filmed, from the joints that were measured."""

from __future__ import annotations

import attrs
import numpy as np

from handball.capture.background import drift
from handball.capture.blur import hand_smear
from handball.capture.framing import arm_inside, feet_inside, standing_height_px
from handball.capture.judging import LIVELY_HAND_SPEED, judge
from handball.capture.slow_motion import beyond_life, fall_factor
from handball.capture.view import camera_view
from handball.domain.capture import Capture, CaptureMeasures
from handball.domain.performance import Performance
from handball.domain.pose import Pose2D
from handball.domain.skeleton import Side
from handball.domain.video import Video
from handball.pipeline.choosing import Found

BEFORE_S, AFTER_S = 0.6, 0.3
"""Feet, arm and camera are judged around the strike."""


def video_measures(video: Video, slow_motion_tag: float | None) -> CaptureMeasures:
    """Return what is known of the file alone."""
    return CaptureMeasures(
        rate_hz=video.rate_hz,
        distinct_rate_hz=video.distinct_rate_hz,
        repeated_share=video.repeated_share,
        variable_rate=video.variable_rate,
        slow_motion=video.slow_motion,
        slow_motion_tag=slow_motion_tag,
    )


def capture_of(performance: Performance, found: Found) -> Capture | None:
    """Judge how the clip of an analysed throw was filmed; None for what is no video."""
    video, flat, athlete = performance.video, performance.picture_pose, performance.athlete
    if video is None or flat is None or athlete is None:
        return None
    strike = performance.key_actions["strike"].time
    height = standing_height_px(flat)
    blur_px, blur_m = hand_smear(flat, performance.raw_pose, performance.hand, strike, video.distinct_rate_hz)
    known = attrs.evolve(
        video_measures(video, found.slow_motion_tag),
        height_px=height,
        height_share=height / video.height,
        blur_px=blur_px,
        blur_m=blur_m,
        view=camera_view(performance.body, strike),
        hand=performance.hand,
        hand_sure=0.0 if any(notice.key == "hand_unsure" for notice in performance.notices) else 1.0,
        people=athlete.people,
        athlete=athlete.number,
        athlete_sure=athlete.rule != "auto" or not found.checked,
        athlete_frame=athlete.frame,
        athlete_box=athlete.box_xyxy,
        throw_times=(strike,),
        throws_counted=False,
    )
    slow = not blur_m * video.distinct_rate_hz >= LIVELY_HAND_SPEED
    if slow and known.slow_motion == 1 and known.slow_motion_tag is None:
        known = attrs.evolve(known, slow_motion_suspected=beyond_life(fall_factor(flat, height)))
    return judge(_around(known, flat, found, strike, performance.hand))


def _around(known: CaptureMeasures, flat: Pose2D, found: Found, strike: float, hand: Side) -> CaptureMeasures:
    rows = np.flatnonzero((flat.times >= strike - BEFORE_S) & (flat.times <= strike + AFTER_S))
    part, boxes = flat.rows(rows), found.track.at(flat.frames[rows])
    moved = float("nan")
    if found.background is not None:
        moved = drift(found.background, strike - BEFORE_S, strike + AFTER_S) / known.height_px
    return attrs.evolve(
        known,
        feet_inside=float(feet_inside(part, boxes).mean()) if rows.size else float("nan"),
        arm_inside=float(arm_inside(part, hand).mean()) if rows.size else float("nan"),
        camera_drift=moved,
    )
