"""The table of techniques, a coach's own file over it, and what both change in a throw."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs
import pytest

from handball.benchmarking.synthetic_throws import analyzed
from handball.config import settings_from
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.performance import Performance
from handball.errors import InvalidConfigError, NoThrowError
from handball.evaluation.importance import first_screen
from handball.key_actions.techniques import technique, techniques_with_rules
from handball.languages import load_catalog
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

OWN = """
[jump_shot]
[jump_shot.key_actions.cocking]
rule = "take_off"
name = "Absprung"

[seven_metre]
like = "standing_shot"
events = []
[seven_metre.first]
strike = ["left_knee_angle"]
"""


def written(folder: Path, text: str) -> Path:
    path = folder / f"own{abs(hash(text))}.toml"
    path.write_text(text, encoding="utf-8")
    return path


@functools.cache
def motion(name: str) -> Motion:
    return perform(build_players(2)[1], name, rate_hz=120.0, seed=8, variant="overhead")


def performance(name: str, **settings) -> Performance:
    return analyzed(motion(name), settings=settings_from(settings)).performance


def test_every_shipped_technique_is_complete():
    assert techniques_with_rules() == ("throw", "jump_shot", "standing_shot", "pass")
    for name in techniques_with_rules():
        found = technique(name)
        assert found.compared == KEY_ACTION_NAMES
        assert set(found.key_actions) == set(KEY_ACTION_NAMES)
        assert found.shipped == name
        assert all(found.first[moment] for moment in KEY_ACTION_NAMES)
        assert found.words() == {}


def test_the_first_screen_of_any_throw_is_that_of_the_evaluation():
    assert technique("throw").first == {moment: first_screen(moment) for moment in KEY_ACTION_NAMES}


@pytest.mark.parametrize("name", ["catch", "dribble", "feint", "block", "push_pass"])
def test_a_technique_without_rules_is_refused_by_name(name):
    with pytest.raises(
        InvalidConfigError, match=f"'{name}' has no rules .* expected one of throw, jump_shot, standing_"
    ):
        settings_from({"action": name})


def test_a_misspelt_technique_is_told_the_right_one():
    with pytest.raises(InvalidConfigError, match=r"'jumpshot' is no action \(did you mean 'jump_shot'\?\)"):
        settings_from({"action": "jumpshot"})


def test_any_movement_has_no_technique():
    assert settings_from({"action": "any"}).technique is None


def test_a_coach_changes_names_and_criteria_and_adds_techniques(tmp_path):
    path = written(tmp_path, OWN)
    own = technique("seven_metre", path)
    assert (own.shipped, own.feet, own.events) == ("standing_shot", "standing", ())
    assert own.first["strike"] == ("left_knee_angle",)
    assert own.first["cocking"] == technique("standing_shot").first["cocking"]
    jump = technique("jump_shot", path)
    assert jump.words() == {"key_action.cocking.name": "Absprung"}
    assert jump.key_actions["start"] == technique("jump_shot").key_actions["start"]
    catalog = load_catalog("de").reworded(jump.words())
    assert (catalog.text("key_action.cocking.name"), catalog.text("key_action.strike.name")) == ("Absprung", "Abwurf")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[jump_shot]\nfeets = 'jump'", r"unknown key in \[jump_shot\]: 'feets' \(did you mean 'feet'\?\)"),
        ("[jump_shot]\nfeet = 'hop'", r"feet of \[jump_shot\] must be jump or standing, found 'hop'"),
        ("[throw.key_actions.cockin]\nrule = 'automatic'", r"'cockin' \(did you mean 'cocking'\?\)"),
        ("[throw.key_actions.finish]\nrule = 'plant'", r"unknown rule of \[throw.key_actions.finish\]: 'plant'"),
        ("[throw.key_actions.start]\nname = 3", r"name of \[throw.key_actions.start\] must be text, found 3"),
        ("[throw]\nevents = ['landed']", r"'landed' \(did you mean 'landing'\?\)"),
        ("[throw]\nevents = 'plant'", r"events of \[throw\] must be a list"),
        ("[throw.first]\nstrike = ['elbow']", r"unknown strike of \[throw.first\]: 'elbow'"),
        ("[mine]\nlike = 'lob'", r"\[mine\] is like 'lob', which is not there"),
        ("[mine]\nlike = 'mine'", r"\[mine\] is like 'mine', which is like itself"),
        ("mine = 3", r"'mine' must be a table"),
        ("[throw", r"is not valid TOML"),
    ],
)
def test_a_flaw_of_a_coachs_file_is_named(tmp_path, text, told):
    with pytest.raises(InvalidConfigError, match=told):
        technique("mine" if "mine" in text else "throw", written(tmp_path, text))


def test_a_missing_file_is_named():
    with pytest.raises(InvalidConfigError, match=r"nowhere.toml cannot be read \(No such file"):
        settings_from({"techniques": "nowhere.toml"})


def test_the_events_of_the_technique_are_kept():
    assert [event.name for event in performance("jump_shot").key_actions.events] == [
        "plant",
        "take_off",
        "top",
        "landing",
    ]
    standing = performance("standing_shot", action="standing_shot").key_actions
    assert [event.name for event in standing.events] == ["plant"]


@pytest.mark.parametrize(
    ("made", "asked", "notices"),
    [
        ("jump_shot", "jump_shot", []),
        ("jump_shot", "throw", []),
        ("jump_shot", "standing_shot", ["not_standing"]),
        ("pass", "jump_shot", ["not_a_jump"]),
    ],
)
def test_feet_that_do_something_else_are_said(made, asked, notices):
    found = performance(made, action=asked)
    assert [notice.key for notice in found.notices if notice.key.startswith("not_")] == notices
    assert found.key_actions.kind is not None


def test_a_key_action_can_be_an_event(tmp_path):
    found = performance("jump_shot", action="jump_shot", techniques=written(tmp_path, OWN)).key_actions
    assert found["cocking"].rule == "take_off"
    assert found["cocking"].time == found.event("take_off").time
    with pytest.raises(NoThrowError, match="takes cocking at take_off, and this clip does not show take_off"):
        performance("standing_shot", action="jump_shot", techniques=written(tmp_path, OWN))


@pytest.mark.parametrize("rule", ["elbow_top", "elbow_most_bent", "hand_furthest_back"])
def test_the_cocking_follows_the_rule_that_the_coach_chose(tmp_path, rule):
    path = written(tmp_path, f"[throw.key_actions.cocking]\nrule = '{rule}'")
    cocking = performance("standing_shot", techniques=path).key_actions["cocking"]
    assert cocking.rule == rule
    assert abs(cocking.time - motion("standing_shot").time_of("cocking")) < 0.06


def test_key_actions_out_of_order_are_refused():
    found = performance("jump_shot").key_actions
    landing = attrs.evolve(found.event("landing"), row=found["start"].row, time=found["start"].time)
    own = attrs.evolve(technique("throw"), key_actions={**technique("throw").key_actions})
    criteria = {**own.key_actions, "finish": attrs.evolve(own.key_actions["finish"], rule="landing")}
    with pytest.raises(NoThrowError, match="do not follow each other"):
        attrs.evolve(own, key_actions=criteria).applied(attrs.evolve(found, events=(landing,)))
