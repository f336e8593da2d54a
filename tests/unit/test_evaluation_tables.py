"""The tables name everything that is measured, and every language has a text for it."""

from __future__ import annotations

import string

import pytest

from builders import build_finding, build_measures, build_pose_3d
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.skeleton import role_name
from handball.evaluation.advice import Candidate, advice_key
from handball.evaluation.importance import angle_weight, body_part, by_importance, first_screen, measure_weight
from handball.evaluation.tolerances import angle_tolerance, measure_tolerance
from handball.kinematics.angles import ANGLE_NAMES
from handball.languages import available_languages, load_catalog

MEASURES = {m.name: m for m in build_measures(build_pose_3d())}
PARTS = ("cue", "why", "drill")


def all_tips() -> set[str]:
    moments = dict.fromkeys(ANGLE_NAMES, KEY_ACTION_NAMES) | dict.fromkeys(MEASURES, (None, *KEY_ACTION_NAMES))
    return {
        advice_key(Candidate(finding=build_finding(name, 0.0, size), key_action=moment, weight=1.0))
        for name, found in moments.items()
        for moment in found
        for size in (1.0, -1.0)
    }


def placeholders(text: str) -> set[str]:
    return {field for _, field, _, _ in string.Formatter().parse(text) if field}


@pytest.mark.parametrize("key_action", KEY_ACTION_NAMES)
def test_every_angle_has_a_weight_and_a_tolerance(key_action: str) -> None:
    assert all(angle_weight(name, key_action) > 0 for name in ANGLE_NAMES)
    assert all(5 <= angle_tolerance(name, key_action) <= 45 for name in ANGLE_NAMES)


@pytest.mark.parametrize("key_action", KEY_ACTION_NAMES)
def test_the_first_screen_leads_the_order_and_is_the_throwing_arm_and_trunk(key_action: str) -> None:
    first = first_screen(key_action)
    assert by_importance(ANGLE_NAMES, key_action)[: len(first)] == first
    assert sorted(by_importance(ANGLE_NAMES, key_action)) == sorted(ANGLE_NAMES)
    assert {body_part(name) for name in first} <= {"throwing_elbow", "throwing_shoulder", "turn", "trunk"}


def test_every_measure_has_a_weight_and_a_tolerance() -> None:
    assert all(measure_weight(name) > 0 and measure_tolerance(name) > 0 for name in MEASURES)


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize("part", PARTS)
def test_every_tip_has_its_texts(language: str, part: str) -> None:
    texts = load_catalog(language).texts
    found = {key.split(".")[1] for key in texts if key.startswith("advice.") and key.endswith(f".{part}")}
    assert found - {"praise", "fault"} == all_tips()


@pytest.mark.parametrize("language", available_languages())
def test_everything_can_be_praised(language: str) -> None:
    texts = load_catalog(language).texts
    found = {key.split(".")[2] for key in texts if key.startswith("advice.praise.")}
    assert found == {role_name(name) for name in (*ANGLE_NAMES, *MEASURES)}


@pytest.mark.parametrize("language", available_languages())
def test_languages_agree_in_placeholders(language: str) -> None:
    english, other = load_catalog("en").texts, load_catalog(language).texts
    for key in (key for key in english if key.startswith("advice.")):
        assert placeholders(other[key]) == placeholders(english[key]), key


@pytest.mark.parametrize("language", available_languages())
def test_texts_are_short_and_tell_the_number(language: str) -> None:
    for key, text in load_catalog(language).texts.items():
        if not key.startswith("advice.") or key.startswith("advice.fault."):
            continue
        part = key.rsplit(".", 1)[1]
        assert text.endswith("."), key
        assert len(text) <= {"cue": 60, "why": 130, "drill": 100}[part], (key, len(text))
        assert placeholders(text) <= ({"degrees", "moment"} if part == "why" else set()), key
        assert "{degrees}" in text or part != "why", key
        whole_throw = not any(name in key for name in ANGLE_NAMES)
        assert not ("{moment}" in text and key.split(".")[1].rsplit("_", 1)[0] in MEASURES and whole_throw), key
