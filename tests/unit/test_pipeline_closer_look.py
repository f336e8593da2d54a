"""A closer look confirms throws and refuses what is none; the tracks of one thrower are told from others'."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from builders import build_performance, build_pose_2d
from handball.capture.judging import judge
from handball.config import Settings
from handball.domain.capture import CaptureMeasures, View
from handball.domain.performance import Performance
from handball.pipeline import Hooks, compare
from handball.pipeline import build_standard as standard_of
from handball.pipeline.closer_look import FastMoment, SeenBody, best_strike
from handball.pipeline.throws import moments_of
from synthetic import ThrowStyle, analytic_throw

THROW = analytic_throw(ThrowStyle(lead_in=1.0, tail=1.0))
STRIKE = THROW.time_of("strike")


def seen(body=THROW.body) -> SeenBody:
    return SeenBody(flat=build_pose_2d(body), body=body)


def moment(**changes) -> FastMoment:
    return FastMoment(**({"time": STRIKE, "hand": "right", "likeness": 9.0, "other_likeness": 1.0} | changes))


def test_a_throw_is_confirmed_with_its_time_and_hand():
    found = best_strike(seen(), moment(time=STRIKE - 0.3))
    assert found is not None
    assert found.hand == "right"
    assert found.time == pytest.approx(STRIKE, abs=0.05)
    assert found.confidence == 1.0
    assert found.hand_sure > 0.5


def test_a_left_handed_throw_is_one_with_the_left_hand():
    found = best_strike(seen(THROW.body.mirrored()), moment(hand="left"))
    assert found is not None
    assert found.hand == "left"


def test_a_body_at_rest_throws_nothing_however_fast_the_search_found_it():
    still = attrs.evolve(THROW.body, positions=np.repeat(THROW.body.positions[:1], len(THROW.body.times), axis=0))
    assert best_strike(seen(still), moment(likeness=30.0)) is None


def test_a_moment_far_from_the_throw_is_none():
    assert best_strike(seen(), moment(time=STRIKE - 1.2)) is None


def test_the_hand_that_was_asked_for_is_the_only_one_that_counts():
    found = best_strike(seen(), moment(), ("left",))
    assert found is None or (found.hand, found.hand_sure) == ("left", 1.0)
    assert best_strike(seen(THROW.body.mirrored()), moment(), ("left",)) is not None


def test_one_throw_has_one_fast_moment_and_the_search_sees_its_hand():
    moments = moments_of(THROW.body)
    best = max(moments, key=lambda one: one.likeness)
    assert best.hand == "right"
    assert best.time == pytest.approx(STRIKE, abs=0.1)
    assert best.share("right") + best.share("left") == pytest.approx(1.0)
    assert best.share("right") > 0.5


def filmed_from(clip: Performance, azimuth: float) -> Performance:
    measures = CaptureMeasures(
        rate_hz=120.0,
        distinct_rate_hz=120.0,
        repeated_share=0.0,
        variable_rate=False,
        view=View(azimuth_deg=azimuth, sigma_deg=10.0),
    )
    return attrs.evolve(clip, capture=judge(measures))


def verdicts(first: float, second: float) -> tuple[dict[str, str], tuple[str, ...], Performance]:
    coach, learner = filmed_from(build_performance(), first), filmed_from(build_performance(), second)
    assessment = compare(standard_of([coach], Hooks()), learner, Settings(), Hooks())
    strike = assessment.key_actions[2]
    found = {finding.name: finding.verdict for finding in strike.angles}
    return found, tuple(notice.key for notice in assessment.notices), assessment.performance


def test_clips_of_one_view_are_compared_in_all_angles():
    found, notices, _ = verdicts(90.0, 80.0)
    assert found["shoulder_line_angle"] != "not_measurable"
    assert "views_apart" not in notices


def test_clips_from_the_side_and_from_in_front_are_not_compared_where_the_view_matters():
    found, notices, performance = verdicts(90.0, 10.0)
    assert found["shoulder_line_angle"] == "not_measurable"
    assert found["right_knee_angle"] != "not_measurable"
    assert notices[0] == "views_apart"
    assert np.isfinite(performance.angles.curve("shoulder_line_angle")).any()


def test_a_hidden_arm_is_not_compared():
    found, _, _ = verdicts(90.0, -90.0)
    assert found["right_elbow_angle"] == "not_measurable"
