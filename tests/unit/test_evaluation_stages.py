"""Levels of the report card: which readings make which level, how sure, and what a clip cannot tell."""

from __future__ import annotations

import math
from typing import Any, get_args

import attrs
import numpy as np
import pytest

from builders import build_assessment, build_stages
from handball.benchmarking.stages import run, with_feet_still
from handball.benchmarking.synthetic_throws import analyzed, roster
from handball.domain.action import Measure
from handball.domain.assessment import StageFinding, StageName, Unmarked
from handball.domain.performance import Performance
from handball.evaluation.fault_readings import Circumstances
from handball.evaluation.stage_readings import read_stages
from handball.evaluation.stage_rules import stage_rules
from handball.evaluation.stages import chance_between, combine_stages, judge_stages, level_probabilities
from handball.languages import available_languages, load_catalog
from handball.reporting.html.card import report_card
from handball.synthesis.performing import perform

TOP = {
    "foot_travel": 0.7,
    "plant_lead_foot": 80.0,
    "step_length": 0.6,
    "plant_stride": 0.55,
    "shoulders_furthest_back": 70.0,
    "pelvis_ahead": 30.0,
    "hand_drawn_back": 1.2,
    "hand_furthest_back": 0.7,
    "lowest_swing": -20.0,
    "carried_upper_arm": 92.0,
    "carried_elbow_height": 20.0,
    "upper_arm_at_front": -5.0,
    "lay_back": 140.0,
    "lag_after_front": 0.0,
}
"""What a throw reads that is at the top in everything."""


def seen(**changes: Any) -> Circumstances:
    fields: dict[str, Any] = {
        "techniques": ("standing_shot",),
        "arm_slots": frozenset({"overhead"}),
        "rate_hz": 120.0,
        "views": frozenset({"space"}),
    }
    return Circumstances(**(fields | changes))


def card(circumstances: Circumstances | None = None, sigma: float = 0.001, **values: float) -> dict[str, StageFinding]:
    found = [Measure(name=name, unit="deg", value=one, sigma=sigma) for name, one in (TOP | values).items()]
    return {one.name: one for one in judge_stages(found, circumstances or seen())}


def test_the_table_has_the_components_that_teachers_mark() -> None:
    assert [rule.name for rule in stage_rules()] == list(get_args(StageName))
    assert [rule.levels for rule in stage_rules()] == [4, 3, 4, 3, 3]
    asked = {one.measure for rule in stage_rules() for question in rule.questions for one in question}
    assert asked == set(TOP)


def test_a_throw_that_does_everything_is_at_the_top() -> None:
    assert all(one.level == one.levels and one.confidence > 0.99 and not one.reason for one in card().values())


@pytest.mark.parametrize(
    ("component", "level", "values"),
    [
        ("step", 1, {"foot_travel": 0.02}),
        ("step", 2, {"plant_lead_foot": -40.0}),
        ("step", 3, {"step_length": 0.4}),
        ("trunk", 1, {"shoulders_furthest_back": 5.0}),
        ("trunk", 2, {"pelvis_ahead": 1.0}),
        ("backswing", 1, {"hand_drawn_back": 0.05}),
        ("backswing", 2, {"hand_furthest_back": 0.1}),
        ("backswing", 3, {"lowest_swing": 70.0}),
        ("upper_arm", 1, {"carried_upper_arm": 50.0}),
        ("upper_arm", 1, {"carried_upper_arm": 140.0}),
        ("upper_arm", 2, {"upper_arm_at_front": 45.0}),
        ("forearm", 1, {"lay_back": 80.0}),
        ("forearm", 2, {"lag_after_front": -140.0}),
    ],
)
def test_each_level_has_a_reading_of_its_own(component: str, level: int, values: dict[str, float]) -> None:
    found = card(**values)
    assert found[component].level == level
    assert all(one.level == one.levels for name, one in found.items() if name != component)


def test_the_first_no_decides_whatever_follows() -> None:
    assert card(foot_travel=0.0, plant_lead_foot=-90.0, step_length=0.1)["step"].level == 1


def test_probabilities_follow_the_error_bar() -> None:
    found = card(sigma=0.05, step_length=0.55)["step"]
    assert sum(found.probabilities) == pytest.approx(1.0)
    assert found.confidence == pytest.approx(0.5 + 0.5 * math.erf(1 / math.sqrt(2)), abs=1e-6)
    assert card(sigma=0.02, step_length=0.55)["step"].confidence > found.confidence


def test_at_the_border_two_levels_are_told_together() -> None:
    found = card(sigma=0.01, step_length=0.5)["step"]
    assert (found.level, found.between, found.reason) == (None, (3, 4), "unsure")
    assert found.confidence == pytest.approx(1.0)


def test_where_nothing_is_likely_nothing_is_told() -> None:
    found = card(sigma=20.0, shoulders_furthest_back=15.0, pelvis_ahead=8.0)["trunk"]
    assert (found.level, found.between, found.reason) == (None, None, "unsure")
    assert math.isnan(found.confidence)


@pytest.mark.parametrize(
    ("changes", "component", "level", "between", "reason", "views"),
    [
        ({"views": frozenset({"front"})}, "trunk", None, (2, 3), "view", ("space",)),
        ({"views": frozenset({"side"})}, "trunk", None, None, "view", ("front",)),
        ({"views": frozenset({"diagonal"})}, "step", None, (3, 4), "view", ("side",)),
        ({"views": frozenset({"side"})}, "upper_arm", 3, None, "", ()),
        ({"views": frozenset({"front"})}, "upper_arm", None, (2, 3), "view", ("side",)),
        ({"rate_hz": 60.0}, "forearm", None, (2, 3), "rate", ("side",)),
        ({"techniques": ("jump_shot",)}, "step", None, None, "jump", ()),
        ({"techniques": ("jump_shot", "pass")}, "step", None, None, "kind_unknown", ()),
    ],
)
def test_a_clip_tells_only_what_it_can_show(
    changes: Any, component: str, level: int | None, between: Any, reason: Unmarked, views: tuple[str, ...]
) -> None:
    found = card(seen(**changes))[component]
    assert (found.level, found.between, found.reason, found.views) == (level, between, reason, views)


def test_what_an_earlier_answer_settles_needs_no_later_reading() -> None:
    assert card(seen(views=frozenset({"diagonal"})), plant_lead_foot=-40.0)["step"].level == 2


def test_a_missing_reading_is_said_and_another_one_stands_in() -> None:
    assert card(lay_back=math.nan, lag_after_front=math.nan)["forearm"].reason == "not_seen"
    stands_in = card(step_length=math.nan, plant_stride=0.3)["step"]
    assert (stands_in.level, stands_in.readings[-1].name) == (3, "plant_stride")


def test_another_movement_has_no_card() -> None:
    assert judge_stages([], seen(techniques=())) == ()


def test_chances_and_levels_by_hand() -> None:
    assert level_probabilities([0.5, 0.5]) == (0.5, 0.25, 0.25)
    assert chance_between(0.0, 1.0, -1.0, 1.0) == pytest.approx(0.6827, abs=1e-4)


def test_most_throws_decide() -> None:
    high, low = [list(card(step_length=one).values()) for one in (0.6, 0.4)]
    found = {one.name: one for one in combine_stages([high, high, low])}
    assert (found["step"].level, found["step"].each) == (4, (4, 4, 3))
    assert found["step"].confidence == pytest.approx(2 / 3)
    split = {one.name: one for one in combine_stages([high, low])}["step"]
    assert (split.level, split.between, split.reason) == (None, (3, 4), "throws_differ")


def test_a_component_that_most_throws_do_not_show_is_not_told() -> None:
    good, side = list(card().values()), list(card(seen(views=frozenset({"side"}))).values())
    found = {one.name: one for one in combine_stages([side, side, good])}["trunk"]
    assert (found.level, found.reason, found.each) == (None, "view", (None, None, 3))


@pytest.fixture(scope="module")
def performance() -> Performance:
    return analyzed(
        perform(roster(2)[1], "standing_shot", rate_hz=120.0, seed=1, variant="overhead"), seed=1
    ).performance


def test_a_known_throw_is_read_with_an_error_bar_everywhere(performance: Performance) -> None:
    found = {one.name: one for one in read_stages(performance)}
    assert set(found) == set(TOP)
    assert all(np.isfinite(one.value) and one.sigma > 0 for one in found.values())
    levels = {one.name: one.level for one in judge_stages(tuple(found.values()), seen())}
    assert levels == {"step": 4, "trunk": 3, "backswing": 3, "upper_arm": 3, "forearm": 3}


def test_feet_that_stay_make_no_step() -> None:
    motion = with_feet_still(perform(roster(2)[1], "standing_shot", rate_hz=120.0, seed=1, variant="overhead"))
    still = analyzed(motion, seed=1).performance
    assert judge_stages(read_stages(still), seen())[0].level == 1


def test_the_bench_counts_every_throw() -> None:
    found = run(players=1, clips=1, techniques=("standing_shot",))
    assert [row.component for row in found.clean] == [rule.name for rule in stage_rules()]
    assert all(sum(one.hits for one in (row.top, row.lower, row.between, row.untold)) == 1 for row in found.clean)
    lowered = {row.fault: row for row in found.lowered}
    assert (lowered["low_elbow"].reached.hits, lowered["short_step"].reached.hits) == (1, 1)
    assert found.to_table().count("standing_shot") == len(found.clean) + len(found.lowered)


def test_error_bars_of_one_camera_are_lent(performance: Performance) -> None:
    bars = attrs.evolve(performance.error_bars, factors=(("hand_behind_shoulder", 3.0),))
    plain, longer = (
        {one.name: one for one in read_stages(one)} for one in (performance, attrs.evolve(performance, error_bars=bars))
    )
    assert longer["hand_drawn_back"].sigma == pytest.approx(3 * plain["hand_drawn_back"].sigma)
    assert longer["carried_upper_arm"].sigma == pytest.approx(plain["carried_upper_arm"].sigma)


@pytest.mark.parametrize("language", available_languages())
def test_every_level_has_words(language: str) -> None:
    catalog = load_catalog(language)
    for rule in stage_rules():
        texts = [
            catalog.text(f"stages.{rule.name}.{key}.{k}") for key in ("seen", "next") for k in range(1, rule.levels + 1)
        ]
        assert len(set(texts)) == 2 * rule.levels
        assert all(catalog.has(f"stages.read.{one.measure}") for question in rule.questions for one in question)
    assert all(catalog.has(f"stages.reason.{reason}") for reason in get_args(Unmarked) if reason)


def test_the_card_says_level_next_step_and_doubt() -> None:
    marks = {mark.name: mark for mark in report_card(build_assessment(stages=build_stages()), load_catalog("en"))}
    step = marks["Step"]
    assert (step.result, step.pips) == ("3 of 4", ("reached", "reached", "reached", "ahead"))
    assert (step.next_title, step.next) == ("Next:", "Make that step longer than half your height.")
    assert step.sure.replace("\xa0", " ") == "over 95 % sure"
    assert step.read[0].replace("\xa0", " ") == "Step from toe to toe: 0.41 ± 0.03 body heights."
    assert (marks["Trunk"].result, marks["Trunk"].reason) == ("cannot tell", "Not visible from here; seen from: front.")
    assert marks["Backswing"].result == "2 or 3 of 4"
    assert marks["Backswing"].pips == ("reached", "maybe", "maybe", "ahead")
    assert [which for which, _ in marks["Backswing"].seen] == ["Level 2:", "Level 3:"]
    assert (marks["Upper arm"].next_title, marks["Upper arm"].sure.replace("\xa0", " ")) == ("Keep:", "70 % sure")
    assert "100" in marks["Forearm"].reason


def test_single_throws_are_listed() -> None:
    step = attrs.evolve(build_stages()[0], each=(3, None, 4))
    (mark,) = report_card(build_assessment(stages=(step,)), load_catalog("de"))
    assert mark.throws == "Einzelne Würfe: 3 · – · 4"
