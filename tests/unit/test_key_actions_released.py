"""The strike moves to where the ball was seen to leave the hand, or stays where that cannot be."""

from pathlib import Path

import attrs
import numpy as np
import pytest

from builders import build_key_actions, build_pose_3d
from handball.config import ClipSettings, Settings
from handball.domain.ball import Release
from handball.evaluation.fault_readings import read_triggers
from handball.key_actions.released import RULE, at_release
from handball.pipeline.analysis import measured_throw
from synthetic import ThrowStyle, analytic_throw


def released(time: float) -> Release:
    return Release(time=time, sigma_s=0.006, evidence=9.0)


BODY = build_pose_3d(rate_hz=100)
FOUND = build_key_actions(BODY)


@pytest.mark.parametrize("later", [-0.12, -0.03, 0.024, 0.1])
@pytest.mark.parametrize(("origin", "doubt_s"), [("pelvis", 0.015), ("world", 0.008)])
def test_the_strike_is_put_between_hand_and_release_nearer_to_the_surer(
    later: float, origin: str, doubt_s: float
) -> None:
    body, hand = attrs.evolve(BODY, origin=origin), FOUND["strike"]
    moved = at_release(body, FOUND, released(hand.time + later))
    of_hand, of_ball = hand.timing_sigma_s**2 + doubt_s**2, 0.006**2 + 0.012**2
    share = of_hand / (of_hand + of_ball)
    strike, time = moved["strike"], hand.time + share * later
    assert strike.time == pytest.approx(time)
    assert BODY.times[strike.row] == pytest.approx(time, abs=0.006)
    assert strike.frame == BODY.frames[strike.row]
    assert strike.rule == RULE
    assert strike.timing_sigma_s**2 == pytest.approx(share * of_ball + share * (1 - share) * later**2)
    assert strike.confidence > 0.9
    assert [moved[name] for name in ("start", "cocking", "finish")] == [
        FOUND[name] for name in ("start", "cocking", "finish")
    ]


@pytest.mark.parametrize("later", [-0.16, 0.16, 5.0])
def test_a_release_far_from_the_strike_is_of_another_throw(later: float) -> None:
    assert at_release(BODY, FOUND, released(FOUND["strike"].time + later)) == FOUND


def test_a_release_out_of_order_changes_nothing() -> None:
    from attrs import evolve

    start, cocking, strike, finish = FOUND.marks
    for name in ("cocking", "finish"):
        row = strike.row + (-4 if name == "cocking" else 4)
        near = evolve(FOUND[name], row=row, frame=int(BODY.frames[row]), time=float(BODY.times[row]))
        marks = (start, near, strike, finish) if name == "cocking" else (start, cocking, strike, near)
        found = evolve(FOUND, marks=marks)
        assert at_release(BODY, found, released(near.time)) == found
        between = (near.time + strike.time) / 2
        moved = at_release(BODY, found, released(between))["strike"].time
        assert min(between, strike.time) < moved < max(between, strike.time)


def test_the_arm_slot_is_that_of_the_release() -> None:
    raised = np.array(BODY.positions)
    wrist, elbow = (BODY.skeleton.index(f"right_{joint}") for joint in ("wrist", "elbow"))
    row = FOUND["strike"].row + 8
    for joint in (wrist, elbow):
        raised[row - 2 : row + 3, joint, 2] -= 1.0
    from attrs import evolve

    body = evolve(BODY, positions=raised)
    assert at_release(body, FOUND, released(float(BODY.times[row]))).arm_slot != FOUND.arm_slot


@pytest.mark.parametrize("later", [0.04, 0.5])
def test_a_throw_keeps_the_release_that_moved_its_strike_and_no_other(later: float) -> None:
    throw = analytic_throw(ThrowStyle(rate_hz=120, noise_mm=2.0))
    path = Path("throw.npz")
    alone = measured_throw(path, throw.body, ClipSettings(), Settings())
    release = released(alone.key_actions["strike"].time + later)
    found = measured_throw(path, throw.body, ClipSettings(), Settings(), release=release)
    assert alone.release is None
    assert found.release == (release if later < 0.15 else None)
    after = {one.name: one for one in read_triggers(found, found.key_actions.marks)}["release_after_hand"]
    if later < 0.15:
        hand = next(peak for peak in found.peaks if peak.part == "hand")
        assert after.value == pytest.approx(1000 * (release.time - hand.time))
        assert after.value == pytest.approx(1000 * later, abs=15)
        assert after.sigma > 1000 * release.sigma_s
    else:
        assert np.isnan(after.value)
