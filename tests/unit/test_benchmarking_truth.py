"""What is true of a throw, and which tips name which fault."""

from __future__ import annotations

import json

import attrs
import numpy as np
import pytest

from builders import build_assessment, build_fault
from handball.benchmarking.fault_tips import FAULT_TIPS, degree_faults, names_fault
from handball.benchmarking.throw_truth import ThrowTruth, truth_of, truth_of_clip
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.assessment import Advice, Finding
from handball.domain.camera import Camera
from handball.evaluation.advice import fault_advice
from handball.kinematics.angles import ANGLE_NAMES
from handball.kinematics.vectors import wrapped_deg
from handball.synthesis.faults import FAULTS, fault
from handball.synthesis.motion import Fault, Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players
from handball.synthesis.truth import clip_truth

PLAYERS = build_players()


def by_hand(degrees: list[float], **moments: float) -> ThrowTruth:
    """One angle at 0, 1, 2 ... seconds."""
    return ThrowTruth(
        technique="pass",
        arm_slot="overhead",
        player=0,
        faults=(),
        moments=moments,
        times=np.arange(float(len(degrees))),
        angle_names=("turn",),
        angles_deg=np.array(degrees)[:, None],
    )


def thrown(hand: str = "right", faults: tuple[Fault, ...] = ()) -> Motion:
    player = next(player for player in PLAYERS if player.hand == hand)
    return perform(player, "pass", rate_hz=120.0, seed=8, variant="overhead", faults=faults)


def test_angles_are_read_between_frames() -> None:
    truth = by_hand([10.0, 20.0, 50.0], cocking=0.5, strike=1.25, finish=2.0, start=0.0)
    found = {name: truth.angles_at(name)["turn"] for name in truth.moments}
    assert found == pytest.approx({"start": 10.0, "cocking": 15.0, "strike": 27.5, "finish": 50.0})


def test_angles_turn_the_short_way_round() -> None:
    truth = by_hand([170.0, -170.0], strike=0.25)
    assert float(wrapped_deg(np.array(truth.angles_at("strike")["turn"] - 175.0))) == pytest.approx(0.0)


@pytest.mark.parametrize("time", [-0.1, 2.1])
def test_outside_the_clip_nothing_is_known(time: float) -> None:
    assert np.isnan(by_hand([1.0, 2.0, 3.0], strike=time).angles_at("strike")["turn"])


def test_the_largest_fault_is_the_fault() -> None:
    faults = (fault("low_elbow", 20.0), fault("push_arm", 30.0))
    assert attrs.evolve(by_hand([0.0, 0.0]), faults=faults).fault == faults[1]
    assert by_hand([0.0, 0.0]).fault is None


@pytest.mark.parametrize("hand", ["left", "right"])
def test_a_clip_in_a_set_has_the_truth_of_its_motion(hand: str) -> None:
    motion = thrown(hand, (fault("low_elbow", 20.0),))
    count = len(motion.times)
    camera = Camera.looking(position=(40, 10, 1.5), target=(30, 10, 1), focal_px=300, image_size=(320, 180))
    stored = clip_truth(
        motion,
        (camera,) * count,
        visible=np.ones((count, 17), bool),
        box_xyxy=np.full((count, 4), np.nan),
        ball_circle=np.full((count, 3), np.nan),
    )
    row = {
        "technique": "pass",
        "arm_slot": "overhead",
        "player": 3,
        "faults": json.dumps([attrs.asdict(one) for one in motion.faults]),
    }
    direct, kept = truth_of(motion, 3), truth_of_clip(row, stored)
    assert (kept.fault, kept.moments, kept.arm_slot) == (direct.fault, direct.moments, direct.arm_slot)
    assert kept.angles_deg == pytest.approx(direct.angles_deg)


def test_left_handers_have_their_truth_in_right_handed_form() -> None:
    straight = truth_of(thrown("left"), 3).angles_at("strike")
    # the throwing elbow is nearly straight at the strike and the other one bent, whatever the hand
    assert straight["right_elbow_angle"] > 100.0
    assert straight["right_shoulder_elevation"] == pytest.approx(90.0, abs=20.0)


def test_every_fault_in_degrees_has_tips_and_every_tip_a_quantity() -> None:
    measures = {finding.name for finding in build_assessment().measures}
    assert set(FAULT_TIPS) <= set(FAULTS)
    assert {name for technique in ("jump_shot", "pass") for name in degree_faults(technique)} <= set(FAULT_TIPS)
    said = {name for tips in FAULT_TIPS.values() for name, _ in tips}
    assert said <= set(ANGLE_NAMES) | measures
    assert {way for tips in FAULT_TIPS.values() for _, way in tips} == {"more", "less"}


@pytest.mark.parametrize("name", degree_faults("pass"))
def test_a_fault_changes_what_its_tips_say_in_that_direction(name: str) -> None:
    clean, faulty = (truth_of(thrown(faults=faults), 0) for faults in ((), (fault(name, 25.0),)))
    said = []
    for moment in KEY_ACTION_NAMES:
        before, after = clean.angles_at(moment), faulty.angles_at(moment)
        changes = {angle: float(wrapped_deg(np.array(after[angle] - before[angle]))) for angle in before}
        said += [(angle, "more" if change > 0 else "less") for angle, change in changes.items() if abs(change) > 8.0]
    assert FAULT_TIPS[name] & set(said)


def test_a_tip_names_a_fault_in_the_right_direction_only() -> None:
    def tip(name: str, difference: float) -> Advice:
        finding = Finding(
            name=name, unit="deg", reference=90.0, performance=90.0 + difference, difference=difference,
            tolerance=15.0, uncertainty=1.0, verdict="large",
        )  # fmt: skip
        return Advice(key="any", key_action="strike", finding=finding)

    assert names_fault(tip("right_shoulder_elevation", -20.0), "low_elbow")
    assert not names_fault(tip("right_shoulder_elevation", 20.0), "low_elbow")
    assert not names_fault(tip("left_knee_angle", -20.0), "low_elbow")
    assert not names_fault(tip("right_elbow_angle", -20.0), "release_late")


def test_a_fault_that_is_named_counts_as_that_fault_alone():
    named = fault_advice(build_fault("short_draw", measure="hand_behind_shoulder"))
    assert names_fault(named, "short_draw")
    assert not names_fault(named, "low_elbow")
