"""The table of faults and its judge: who fires when, who is silent, and who is told first."""

from __future__ import annotations

import math
from typing import Any

import attrs
import pytest

from builders import build_assessment, build_fault, build_finding, build_performance
from handball.domain.action import Measure
from handball.domain.assessment import FaultFinding
from handball.domain.capture import Capture, CaptureMeasures, View
from handball.evaluation.advice import Candidate, choose_advice, choose_praise, fault_advice
from handball.evaluation.fault_readings import Circumstances, camera_views, views_at
from handball.evaluation.fault_rules import THROWS, fault_rule, fault_rules, possible_throws
from handball.evaluation.faults import combine_faults, in_order, judge_faults
from handball.languages import available_languages, load_catalog
from handball.reporting.html.faults import fact_text, fault_rows
from handball.synthesis.faults import FAULTS

GOOD = {
    "carried_upper_arm": 92.0,
    "carried_elbow_height": 20.0,
    "hand_behind_shoulder": 0.4,
    "least_elbow_angle": 60.0,
    "stretched_elbow": 140.0,
    "shoulder_turn": 75.0,
    "largest_hip_shoulder_separation": 45.0,
    "pelvis_to_trunk": 60.0,
    "plant_lead_foot": 70.0,
    "plant_stride": 0.5,
    "left_knee_angle": 160.0,
    "front_knee_give": 0.0,
    "follow_through_speed": 40.0,
    "hand_to_opposite_hip": 70.0,
    "top_to_strike": 0.0,
    "release_after_hand": 5.0,
}
"""What a good throw shows; published values where there are any (docs/explanation/faults.md)."""


def readings(sigma: float = 0.01, **values: float) -> list[Measure]:
    every = {(t.measure, t.key_action) for rule in fault_rules() for t in rule.triggers}
    found = GOOD | values
    return [Measure(name=name, unit="deg", value=found[name], sigma=sigma, key_action=at) for name, at in every]


def seen(**changes: Any) -> Circumstances:
    fields: dict[str, Any] = {
        "techniques": ("standing_shot",),
        "arm_slots": frozenset({"overhead"}),
        "rate_hz": 120.0,
        "views": frozenset({"space"}),
    }
    return Circumstances(**(fields | changes))


def judged(circumstances: Circumstances | None = None, **values: Any) -> dict[str, FaultFinding]:
    return {one.name: one for one in judge_faults(readings(**values), circumstances or seen(), [readings()])}


def fired(circumstances: Circumstances | None = None, **values: Any) -> list[str]:
    return [name for name, one in judged(circumstances, **values).items() if one.status == "fired"]


def test_the_table_holds_every_fault_that_can_be_put_into_a_throw() -> None:
    assert [rule.name for rule in fault_rules()] == list(FAULTS)
    assert {rule.name: rule.techniques for rule in fault_rules()} == {n: frozenset(f[1]) for n, f in FAULTS.items()}


@pytest.mark.parametrize("technique", THROWS)
def test_a_good_throw_has_no_fault(technique: str) -> None:
    found = judged(seen(techniques=(technique,)))
    assert {one.status for one in found.values()} == {"clear"}
    assert ("late_in_jump" in found) == (technique == "jump_shot")
    assert ("wrong_foot" in found) == (technique != "jump_shot")


@pytest.mark.parametrize(
    ("measure", "value", "fault"),
    [
        ("carried_upper_arm", 74.0, "low_elbow"),
        ("carried_elbow_height", -11.0, "low_elbow"),
        ("hand_behind_shoulder", 0.1, "short_draw"),
        ("least_elbow_angle", 111.0, "straight_cocking"),
        ("stretched_elbow", 119.0, "push_arm"),
        ("shoulder_turn", 44.0, "faces_goal"),
        ("largest_hip_shoulder_separation", 14.0, "arm_only"),
        ("pelvis_to_trunk", 9.0, "arm_only"),
        ("plant_lead_foot", -16.0, "wrong_foot"),
        ("plant_stride", 0.3, "short_step"),
        ("left_knee_angle", 139.0, "soft_front_leg"),
        ("front_knee_give", 31.0, "soft_front_leg"),
        ("follow_through_speed", 19.0, "no_follow_through"),
        ("hand_to_opposite_hip", 99.0, "no_follow_through"),
        ("release_after_hand", -26.0, "release_early"),
        ("release_after_hand", 21.0, "release_late"),
    ],
)
def test_each_measure_beyond_its_threshold_fires_its_fault_alone(measure: str, value: float, fault: str) -> None:
    assert fired(**{measure: value}) == [fault]


@pytest.mark.parametrize("value", [81.0, -121.0])
def test_a_jump_shot_is_judged_by_the_top_of_the_jump_on_either_side(value: float) -> None:
    assert fired(seen(techniques=("jump_shot",)), top_to_strike=value) == ["late_in_jump"]


@pytest.mark.parametrize(("sigma", "status"), [(2.4, "fired"), (2.6, "undecided")])
def test_it_must_be_beyond_by_two_sigma(sigma: float, status: str) -> None:
    assert judged(sigma=sigma, carried_upper_arm=70.0)["low_elbow"].status == status


def test_within_two_sigma_on_the_good_side_nothing_is_sure_either() -> None:
    found = judged(sigma=6.0, carried_upper_arm=80.0, carried_elbow_height=50.0)["low_elbow"]
    assert (found.status, found.measure) == ("undecided", "carried_upper_arm")


def test_a_side_arm_throw_is_not_told_to_lift_the_elbow_above_the_shoulder() -> None:
    side = seen(arm_slots=frozenset({"side"}))
    assert fired(side, carried_elbow_height=-40.0) == []
    assert fired(side, carried_upper_arm=60.0) == ["low_elbow"]


def test_it_is_where_the_coach_throws_overhead() -> None:
    both = seen(arm_slots=frozenset({"side", "overhead"}))
    assert fired(both, carried_elbow_height=-40.0) == ["low_elbow"]


def test_what_the_coach_does_as_well_is_no_fault() -> None:
    learner, coach = readings(plant_stride=0.3), readings(plant_stride=0.28)
    found = {one.name: one for one in judge_faults(learner, seen(), [readings(), coach])}["short_step"]
    assert (found.status, found.threshold) == ("undecided", 0.28)
    worse = {one.name: one for one in judge_faults(readings(plant_stride=0.2), seen(), [coach])}["short_step"]
    assert (worse.status, worse.threshold) == ("fired", 0.28)


@pytest.mark.parametrize(("own", "coach", "status"), [(60.0, 40.0, "fired"), (60.0, 46.0, "clear")])
def test_the_release_is_held_against_the_coach(own: float, coach: float, status: str) -> None:
    learner, standard = readings(release_after_hand=own), readings(release_after_hand=coach)
    found = {one.name: one for one in judge_faults(learner, seen(), [standard])}["release_late"]
    assert (found.status, found.threshold, found.reference) == (status, coach + 15.0, coach)


def test_the_release_of_the_coach_is_as_unsure_as_the_own() -> None:
    learner, standard = readings(6.0, release_after_hand=35.0), readings(6.0, release_after_hand=5.0)
    (late,) = (one for one in judge_faults(learner, seen(), [standard]) if one.name == "release_late")
    assert late.status == "undecided"
    (sure,) = (one for one in judge_faults(learner, seen(), [readings()]) if one.name == "release_late")
    assert sure.status == "fired"


def test_without_the_release_of_a_coach_there_is_nothing_to_hold_it_against() -> None:
    for coaches in ([], [readings(release_after_hand=math.nan)]):
        found = {one.name: one for one in judge_faults(readings(release_after_hand=200.0), seen(), coaches)}
        assert (found["release_late"].status, found["release_late"].reason) == ("not_measurable", "needs_ball")


@pytest.mark.parametrize(
    ("changes", "values", "fault", "reason"),
    [
        ({"rate_hz": 96.0}, {}, "push_arm", "rate"),
        ({"views": frozenset({"front"})}, {}, "short_step", "view"),
        ({"views": frozenset({"side"})}, {}, "arm_only", "view"),
        ({}, {"plant_stride": math.nan}, "short_step", "not_seen"),
        ({}, {"release_after_hand": math.nan}, "release_late", "needs_ball"),
        ({"rate_hz": 60.0}, {}, "release_late", "rate"),
        ({"techniques": tuple(THROWS)}, {}, "wrong_foot", "kind_unknown"),
    ],
)
def test_what_cannot_be_told_says_why(changes: Any, values: Any, fault: str, reason: str) -> None:
    found = judged(seen(**changes), **values)[fault]
    assert (found.status, found.reason) == ("not_measurable", reason)


def test_a_phone_of_nominally_a_hundred_pictures_is_enough() -> None:
    assert judged(seen(rate_hz=97.5))["push_arm"].status == "clear"


def test_from_the_side_the_height_of_the_elbow_still_tells() -> None:
    side = seen(views=frozenset({"side"}))
    assert fired(side, carried_upper_arm=60.0) == []
    assert judged(side, carried_elbow_height=-40.0)["low_elbow"].measure == "carried_elbow_height"


def test_where_the_technique_is_not_known_the_mildest_threshold_counts() -> None:
    assert fired(seen(techniques=("standing_shot",)), plant_stride=0.32) == ["short_step"]
    assert fired(seen(techniques=possible_throws("throw", "standing")), plant_stride=0.32) == []


@pytest.mark.parametrize("technique", ["dribble", "any"])
def test_another_movement_has_no_faults(technique: str) -> None:
    assert judge_faults(readings(), seen(techniques=possible_throws(technique, None))) == ()


@pytest.mark.parametrize("azimuth_deg", [0.0, 15.0, 30.0, 45.0, 60.0, 75.0, 90.0])
def test_every_direction_is_some_view(azimuth_deg: float) -> None:
    assert views_at(azimuth_deg)
    assert ("front" in views_at(azimuth_deg)) <= ("side" not in views_at(azimuth_deg))


@pytest.mark.parametrize(
    ("azimuth_deg", "expected"), [(-95.0, {"side"}), (170.0, {"front"}), (-30.0, {"front", "diagonal"})]
)
def test_a_camera_sees_by_where_it_stands_and_joints_in_space_see_all(azimuth_deg: float, expected: set[str]) -> None:
    measures = CaptureMeasures(
        rate_hz=120.0, distinct_rate_hz=120.0, repeated_share=0.0, variable_rate=False,
        view=View(azimuth_deg=azimuth_deg, sigma_deg=14.0),
    )  # fmt: skip
    capture = Capture(measures=measures, points=(), can=(), cannot=(), advice=())
    assert camera_views(build_performance(with_pictures=False, capture=capture)) == expected
    assert camera_views(build_performance(with_video=False)) == {"space"}


def test_without_that_the_way_of_the_hand_tells() -> None:
    """The analytic throw goes to the right of the picture."""
    assert camera_views(build_performance(with_pictures=False)) == {"side"}


def test_the_farthest_beyond_is_told_first_and_a_cause_before_what_it_causes() -> None:
    step, foot = build_fault("short_step", beyond=9.0), build_fault("wrong_foot", beyond=1.0)
    elbow, clear = build_fault("low_elbow", beyond=2.0), build_fault("short_draw", "clear")
    assert [one.name for one in in_order([step, foot, elbow, clear])] == ["low_elbow", "wrong_foot", "short_step"]
    assert [one.name for one in in_order([step, elbow])] == ["short_step", "low_elbow"]


def test_several_throws_show_a_fault_only_where_most_do() -> None:
    one, none = build_fault(), build_fault(status="clear", beyond=-2.0)
    assert combine_faults([[one], [one], [none]])[0].status == "fired"
    assert combine_faults([[one], [one], [none], [none]])[0].status == "undecided"
    assert combine_faults([[one], [none], [none]])[0].each == ("fired", "clear", "clear")


def test_faults_come_first_and_no_difference_speaks_of_their_part() -> None:
    elbow = Candidate(finding=build_finding("right_shoulder_elevation", 90.0, 130.0), key_action="strike", weight=1.0)
    knee = Candidate(finding=build_finding("left_knee_angle", 160.0, 120.0), key_action="strike", weight=0.6)
    advice = choose_advice([elbow, knee], [build_fault()])
    assert [one.key for one in advice] == ["fault.low_elbow", "other_knee_angle_less_at_strike"]
    assert advice[0].fault == build_fault()


def test_after_a_stopped_arm_nothing_contradicts_about_the_finish() -> None:
    stopped = build_fault("no_follow_through", measure="hand_to_opposite_hip", above=True)
    finish = Candidate(finding=build_finding("trunk_tilt_forward", 30.0, 80.0), key_action="finish", weight=0.5)
    assert [one.key for one in choose_advice([finish], [stopped])] == ["fault.no_follow_through"]
    assert len(choose_advice([finish], [attrs.evolve(stopped, status="undecided")])) == 1


def test_a_usual_difference_is_no_tip() -> None:
    large = Candidate(finding=build_finding("right_elbow_angle", 90.0, 130.0), key_action="strike", weight=1.0)
    assert choose_advice([large])
    assert choose_advice([attrs.evolve(large, unusual=False)]) == ()


def test_no_praise_for_a_part_that_shows_a_fault() -> None:
    good = Candidate(finding=build_finding("right_shoulder_elevation", 90.0, 91.0), key_action="strike", weight=1.0)
    assert choose_praise([good], ()) is not None
    assert choose_praise([good], (), [build_fault()]) is None


def test_a_fault_shows_the_measure_beside_the_standard() -> None:
    finding = fault_advice(build_fault()).finding
    assert (finding.reference, finding.performance, finding.difference) == (92.0, 65.0, -27.0)
    assert finding.verdict == "large"


def test_the_difference_to_the_coach_is_as_unsure_as_both_clips_together() -> None:
    learner, coach = readings(3.0, release_after_hand=90.0), readings(4.0, release_after_hand=5.0)
    (late,) = (one for one in judge_faults(learner, seen(), [coach]) if one.name == "release_late")
    assert (late.status, late.sigma, late.reference_sigma) == ("fired", 3.0, 4.0)
    assert fault_advice(late).finding.uncertainty == 5.0
    assert fault_advice(build_fault(sigma=3.0, reference_sigma=math.nan)).finding.uncertainty == 3.0


@pytest.mark.parametrize("language", available_languages())
def test_every_fault_has_all_its_texts(language: str) -> None:
    catalog = load_catalog(language)
    texts = {**catalog.fallback, **catalog.texts}
    for rule in fault_rules():
        for part in ("name", "cue", "why", "drill"):
            text = texts[f"advice.fault.{rule.name}.{part}"]
            assert text.endswith(".") == (part != "name")
            assert len(text) <= {"name": 40, "cue": 60, "why": 130, "drill": 100}[part], text
        for trigger in rule.triggers:
            fault = build_fault(rule.name, measure=trigger.measure, above=trigger.above)
            said = fact_text(fault, load_catalog(language))
            assert "65" in said
            assert "75°" in said
            assert f"measure.{trigger.measure}.name" in texts or trigger.key_action


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize(
    ("changes", "fault", "said"),
    [
        ({"rate_hz": 96.0}, "push_arm", "100"),
        ({"views": frozenset({"side"})}, "faces_goal", "view.front"),
        ({"views": frozenset({"side"})}, "arm_only", "view.space"),
        ({}, "release_early", "reason.needs_ball"),
        ({"techniques": tuple(THROWS)}, "wrong_foot", "reason.kind_unknown"),
    ],
)
def test_the_list_says_what_a_clip_would_need(language: str, changes: Any, fault: str, said: str) -> None:
    catalog = load_catalog(language)
    found = judge_faults(readings(), seen(**changes))
    rows = {row.name: row for row in fault_rows(build_assessment(faults=found), catalog)}
    text = catalog.text(f"faults.{said}") if "." in said else said
    row = rows[catalog.text(f"advice.fault.{fault}.name")]
    assert text in row.result
    assert (row.measured, row.times) == ("", "")


def test_the_list_begins_with_what_fired_and_counts_throws() -> None:
    fired_twice = build_fault(each=("fired", "fired", "clear"))
    draw = build_fault("short_draw", "clear", measure="hand_behind_shoulder")
    rows = fault_rows(build_assessment(faults=(draw, fired_twice)), load_catalog("en"))
    assert [row.icon for row in rows] == ["large", "ok"]
    assert rows[0].times == "2 of 3 throws"
    assert rows[0].measured.replace("\xa0", " ") == (
        "Upper arm to trunk on the way to the throw: 65 ± 3°; wanted 75° or more."
    )


@pytest.mark.parametrize("rule", fault_rules(), ids=lambda rule: rule.name)
def test_what_a_fault_causes_exists(rule: Any) -> None:
    assert all(fault_rule(name).name != rule.name for name in rule.causes)
