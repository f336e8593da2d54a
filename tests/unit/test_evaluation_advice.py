"""Which corrections are chosen, in which order, and what is praised."""

from __future__ import annotations

from typing import Any

import pytest

from builders import build_finding
from handball.evaluation.advice import Candidate, advice_key, choose_advice, choose_praise


def fault(
    name: str = "right_elbow_angle",
    size: float = 30.0,
    moment: Any = "cocking",
    weight: float = 1.0,
    **changes: Any,
) -> Candidate:
    finding = build_finding(name, 90.0, 90.0 + size, **({"tolerance": 15.0} | changes))
    return Candidate(finding=finding, key_action=moment, weight=weight)


def keys(*candidates: Candidate) -> list[str]:
    return [tip.key for tip in choose_advice(candidates)]


def test_nothing_is_corrected_where_nothing_is_wrong_or_sure() -> None:
    assert keys(fault(size=10), fault(size=20, uncertainty=25), fault(size=float("nan"))) == []


@pytest.mark.parametrize(
    ("size", "uncertainty", "weight", "expected"),
    [(20.0, 10.0, 0.3, 1), (20.0, 10.1, 0.3, 0), (20.0, 1.0, 0.29, 0), (31.0, 15.5, 0.01, 1), (31.0, 15.6, 0.01, 0)],
)
def test_a_difference_is_corrected_only_where_it_is_sure_and_a_slight_one_where_it_is_important(
    size: float, uncertainty: float, weight: float, expected: int
) -> None:
    assert len(keys(fault(size=size, uncertainty=uncertainty, weight=weight))) == expected


def test_a_large_difference_comes_before_a_heavier_slight_one() -> None:
    found = keys(fault(size=29.0, weight=1.0), fault("left_elbow_angle", size=31.0, weight=0.1))
    assert found == ["other_elbow_angle_more", "throwing_elbow_angle_more_at_cocking"]


def test_weight_times_size_in_tolerances_decides_among_equals() -> None:
    found = keys(
        fault("left_knee_angle", 40.0, weight=0.3), fault("trunk_tilt_forward", 26.0, tolerance=12.0, weight=0.5)
    )
    assert found == ["trunk_tilt_forward_more_at_cocking", "other_knee_angle_more"]


def test_of_two_equal_faults_the_surer_one_comes_first() -> None:
    found = keys(fault("left_knee_angle", 40.0, uncertainty=20.0), fault("right_knee_angle", 40.0, uncertainty=2.0))
    assert found == ["throwing_knee_angle_more", "other_knee_angle_more"]


def test_at_most_two_tips() -> None:
    names = ("right_elbow_angle", "trunk_tilt_forward", "shoulder_line_angle", "left_knee_angle")
    assert len(keys(*(fault(name, 40.0) for name in names))) == 2


def test_two_tips_never_speak_of_the_same_part_at_the_same_moment() -> None:
    found = keys(
        fault("right_shoulder_elevation", -40.0),
        fault("elbow_height", -50.0),
        fault("left_knee_angle", 31.0, weight=0.1),
    )
    assert found == ["elbow_height_less", "other_knee_angle_more"]


def test_the_same_fault_at_two_moments_gives_one_tip() -> None:
    assert keys(fault(size=-40.0, moment="cocking"), fault(size=-35.0, moment="strike")) == [
        "throwing_elbow_angle_less_at_cocking"
    ]


def test_opposite_faults_of_one_part_at_two_moments_give_two_tips() -> None:
    assert keys(fault(size=40.0, moment="cocking"), fault(size=-35.0, moment="strike")) == [
        "throwing_elbow_angle_more_at_cocking",
        "throwing_elbow_angle_less_at_strike",
    ]


def test_a_measure_without_an_exact_frame_speaks_for_the_angle_at_the_moment() -> None:
    robust = fault("least_elbow_angle", 35.0, None, exact_frame=False)
    assert keys(fault(size=50.0), robust) == ["least_elbow_angle_more"]


@pytest.mark.parametrize("size", [20.0, -35.0])
def test_it_does_not_where_it_is_milder_or_says_the_opposite(size: float) -> None:
    robust = fault("least_elbow_angle", size, None, exact_frame=False)
    assert keys(fault(size=50.0), robust) == ["throwing_elbow_angle_more_at_cocking"]


def test_a_moment_without_a_text_of_its_own_takes_the_general_one() -> None:
    assert advice_key(fault("right_elbow_angle", -40.0, "start")) == "throwing_elbow_angle_less"
    assert advice_key(fault("right_elbow_angle", -40.0, "strike")) == "throwing_elbow_angle_less_at_strike"


def test_praise_is_certain_important_and_away_from_the_tips() -> None:
    elbow = fault("right_elbow_angle", 0.0)
    shoulder = fault("right_shoulder_elevation", 2.0)
    knee = fault("left_knee_angle", 0.0, weight=0.3)
    unsure = fault("shoulder_line_angle", 0.0, uncertainty=14.9, weight=1.0)
    advice = choose_advice([fault("least_elbow_angle", 50.0, None)])
    praise = choose_praise([elbow, shoulder, knee, unsure], advice)
    assert praise is not None
    assert (praise.key, praise.key_action) == ("praise.throwing_shoulder_elevation", "cocking")


@pytest.mark.parametrize(
    "candidate",
    [fault(size=14.0), fault(size=0.0, uncertainty=16.0), fault(size=20.0), fault(size=0.0, weight=0.2)],
)
def test_no_praise_where_nothing_is_certain_and_important(candidate: Candidate) -> None:
    assert choose_praise([candidate], ()) is None
