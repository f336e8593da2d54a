"""One suite for every implementation of `handball.stages.KeyActionRule`."""

import numpy as np
import pytest

from handball.domain.action import KEY_ACTION_NAMES
from handball.key_actions import StrikeFirstRule
from handball.kinematics.smoothing import smoothed
from synthetic import ThrowStyle, analytic_throw

RULES = {"throws only": StrikeFirstRule(), "any action": StrikeFirstRule(any_action=True)}


@pytest.fixture(params=RULES.values(), ids=RULES)
def rule(request):
    return request.param


@pytest.fixture(params=[30.0, 120.0])
def body(request):
    return smoothed(analytic_throw(ThrowStyle(rate_hz=request.param, noise_mm=8.0)).body)


def test_four_marks_in_order_inside_the_clip(rule, body):
    marks = rule(body)
    assert tuple(mark.name for mark in marks.marks) == KEY_ACTION_NAMES
    rows = [mark.row for mark in marks.marks]
    assert rows == sorted(rows)
    assert rows[0] >= 0
    assert rows[-1] < len(body.times)


def test_rows_frames_and_times_agree(rule, body):
    for mark in rule(body).marks:
        assert mark.frame == body.frames[mark.row]
        assert abs(mark.time - body.times[mark.row]) <= 1.0 / body.rate_hz


def test_frames_are_those_of_the_file(rule, body):
    late = body.rows(slice(7, None))
    for whole, cut in zip(rule(body).marks, rule(late).marks, strict=True):
        assert abs(whole.frame - cut.frame) <= 1
        assert cut.row == cut.frame - 7


def test_confidence_and_spread_are_sensible(rule, body):
    for mark in rule(body).marks:
        assert 0 <= mark.confidence <= 1
        assert 0 < mark.timing_sigma_s < 0.3
        assert mark.rule


def test_the_hand_is_the_right_one(rule, body):
    assert rule(body).hand == "right"


def test_the_same_body_gives_the_same_marks_and_stays_as_it_is(rule, body):
    before = body.positions.copy()
    assert rule(body) == rule(body)
    assert np.array_equal(body.positions, before, equal_nan=True)
