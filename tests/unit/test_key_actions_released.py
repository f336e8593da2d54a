"""The strike moves to where the ball was seen to leave the hand, or stays where that cannot be."""

import numpy as np
import pytest

from builders import build_key_actions, build_pose_3d
from handball.key_actions.released import RULE, at_release

BODY = build_pose_3d(rate_hz=100)
FOUND = build_key_actions(BODY)


@pytest.mark.parametrize("later", [-0.12, -0.03, 0.024, 0.1])
def test_the_strike_is_put_most_of_the_way_to_the_release(later: float) -> None:
    moved = at_release(BODY, FOUND, FOUND["strike"].time + later, 0.006)
    strike, time = moved["strike"], FOUND["strike"].time + 0.7 * later
    assert strike.time == pytest.approx(time)
    assert BODY.times[strike.row] == pytest.approx(time, abs=0.006)
    assert strike.frame == BODY.frames[strike.row]
    assert (strike.rule, strike.timing_sigma_s) == (RULE, 0.006)
    assert strike.confidence > 0.9
    assert [moved[name] for name in ("start", "cocking", "finish")] == [
        FOUND[name] for name in ("start", "cocking", "finish")
    ]


@pytest.mark.parametrize("later", [-0.16, 0.16, 5.0])
def test_a_release_far_from_the_strike_is_of_another_throw(later: float) -> None:
    assert at_release(BODY, FOUND, FOUND["strike"].time + later, 0.006) == FOUND


def test_a_release_out_of_order_changes_nothing() -> None:
    from attrs import evolve

    start, cocking, strike, finish = FOUND.marks
    for name in ("cocking", "finish"):
        row = strike.row + (-4 if name == "cocking" else 4)
        near = evolve(FOUND[name], row=row, frame=int(BODY.frames[row]), time=float(BODY.times[row]))
        marks = (start, near, strike, finish) if name == "cocking" else (start, cocking, strike, near)
        found = evolve(FOUND, marks=marks)
        assert at_release(BODY, found, near.time, 0.006) == found
        between = (near.time + strike.time) / 2
        moved = at_release(BODY, found, between, 0.006)["strike"].time
        assert moved == pytest.approx(0.7 * between + 0.3 * strike.time)


def test_the_arm_slot_is_that_of_the_release() -> None:
    raised = np.array(BODY.positions)
    wrist, elbow = (BODY.skeleton.index(f"right_{joint}") for joint in ("wrist", "elbow"))
    row = FOUND["strike"].row + 8
    for joint in (wrist, elbow):
        raised[row - 2 : row + 3, joint, 2] -= 1.0
    from attrs import evolve

    body = evolve(BODY, positions=raised)
    assert at_release(body, FOUND, float(BODY.times[row]), 0.006).arm_slot != FOUND.arm_slot
