"""The coach's list of key actions: what is added and left out, what makes no sense, and where it is found."""

from __future__ import annotations

import functools
from pathlib import Path

import attrs
import pytest

from builders import build_performance
from handball.domain.action import KEY_ACTION_NAMES, KeyActions, ThrowEvent
from handball.errors import InvalidConfigError
from handball.key_actions.coach_list import role_of
from handball.key_actions.listing import beside
from handball.key_actions.techniques import Technique, technique

OWN = """
[jump_shot.key_actions]
plant = {}
top = { name = "Gipfel", rule = "top" }
bow = { rule = "strike", after_ms = -50, name = "Bogen" }
earlier = { rule = "bow", after_ms = -20, name = "Davor", like = "start" }
[jump_shot.first]
bow = ["trunk_tilt_forward"]
[mine]
like = "jump_shot"
compare = ["take_off", "strike", "after"]
[mine.key_actions]
after = { rule = "strike", after_ms = 40, name = "Danach", what = "Der Ball fliegt" }
"""


def own(name: str, text: str = OWN) -> Technique:
    return technique(name, None, text)


def test_what_a_coach_describes_is_compared_beside_the_four():
    found = own("jump_shot")
    assert found.compared == (*KEY_ACTION_NAMES, "plant", "top", "bow", "earlier")
    assert found.first["bow"] == ("trunk_tilt_forward",)
    assert found.first["plant"] == technique("jump_shot").first["cocking"]
    assert found.first["earlier"] == technique("jump_shot").first["start"]
    roles = {name: role_of(name, found.key_actions) for name in found.compared}
    assert roles == {name: name for name in KEY_ACTION_NAMES} | {
        "plant": "cocking",
        "top": "cocking",
        "bow": "strike",
        "earlier": "start",
    }
    words = found.words()
    assert (words["key_action.top.name"], words["key_action.bow.what"]) == ("Gipfel", "")
    assert "key_action.plant.name" not in words
    assert technique("jump_shot").compared == KEY_ACTION_NAMES


def test_a_list_says_exactly_what_is_compared():
    assert own("mine").compared == ("take_off", "strike", "after")
    assert set(own("mine").key_actions) == {*KEY_ACTION_NAMES, "take_off", "after"}
    again = own("mine", OWN + "[again]\nlike = 'mine'\n[again.key_actions]\nlanding = {}\n")
    assert again.compared == ("take_off", "strike", "after")
    assert own("again", OWN + "[again]\nlike = 'mine'\n[again.key_actions]\nlanding = {}\n").compared == (
        *("take_off", "strike", "after"),
        "landing",
    )


BOW = "[throw.key_actions.bow]\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[throw]\ncompare = ['start', 'finish']", r"compare of \[throw\] leaves out strike"),
        ("[throw]\ncompare = ['strike', 'plant', 'strike']", "names strike twice"),
        ("[throw]\ncompare = ['strike', 'plnt']", r"'plnt' \(did you mean 'plant'\?\)"),
        ("[throw]\ncompare = 'strike'", "must be a list"),
        ("[throw]\ncompare = ['strike', 'cocking']", "has strike before cocking, and cocking comes first"),
        ("[throw]\ncompare = ['strike', 'landing', 'top']", "has landing before top"),
        ("[throw]\ncompare = ['strike', 'bow']\n" + BOW + "rule = 'strike'\nafter_ms = -5\nname = 'B'",
         "has strike before bow, and bow comes first"),
        (BOW + "rule = 'strike'\nname = 'Bow'", r"bow\] is found by strike and needs after_ms"),
        (BOW + "rule = 'strike'\nafter_ms = 0\nname = 'Bow'", "from -2000 to 2000 and not 0, found 0"),
        (BOW + "rule = 'strike'\nafter_ms = 1e9\nname = 'Bow'", "must be milliseconds"),
        (BOW + "rule = 'strike'\nafter_ms = true\nname = 'Bow'", "found True"),
        (BOW + "rule = 'elbow_top'\nafter_ms = 9\nname = 'Bow'", "has after_ms, which needs the name of another"),
        (BOW + "rule = 'elbow_tpo'\nname = 'Bow'", r"'elbow_tpo' \(did you mean 'elbow_top'\?\)"),
        (BOW + "rule = 'plant'", r"bow\] needs a name"),
        (BOW + "name = 'Bow'", r"bow\] needs a rule"),
        (BOW + "rule = 'bow'\nafter_ms = 3\nname = 'Bow'", "unknown rule"),
        (BOW + "rule = 'elbow_top'\nname = 'Bow'\nlike = 'plant'", "unknown like"),
        (BOW + "rule = 'plant'\nname = 'Bow'\n[throw.key_actions.plant]\nname = 'P'", "plant and bow|bow and plant"),
        (BOW + "rule = 'tie'\nafter_ms = 3\nname='B'\n[throw.key_actions.tie]\nrule = 'bow'\nafter_ms = 3\nname = 'T'",
         "on itself"),
        ("[throw.key_actions.Bow]\nrule = 'plant'\nname = 'Bow'", "must be named in small letters"),
        ("[throw.key_actions.strike]\nafter_ms = 3", r"unknown key in \[throw.key_actions.strike\]: 'after_ms'"),
        ("[throw.first]\nbow = ['trunk_tilt_forward']", r"unknown key in \[throw.first\]: 'bow'"),
    ],
)  # fmt: skip
def test_a_list_that_makes_no_sense_is_told(text, told):
    with pytest.raises(InvalidConfigError, match=told) as caught:
        technique("throw", None, text)
    assert "\n" not in str(caught.value)


@functools.cache
def thrown() -> KeyActions:
    found = build_performance(with_pictures=False).key_actions
    cocking = found["cocking"]
    event = ThrowEvent(name="plant", row=cocking.row - 1, frame=cocking.frame - 1, time=cocking.time - 1 / 30,
                       rule="foot_comes_to_rest", confidence=0.7, timing_sigma_s=0.02)  # fmt: skip
    return attrs.evolve(found, events=(event,))


def test_what_the_clip_shows_is_added_and_the_rest_is_named():
    body = build_performance(with_pictures=False).body
    found = own("jump_shot").listed(thrown(), body)
    assert found.unseen == ("top",)
    assert found.marks == thrown().marks
    names = [mark.name for mark in found.listed]
    assert names.index("earlier") < names.index("bow") < names.index("strike")
    plant, bow, strike = found["plant"], found["bow"], found["strike"]
    assert (plant.time, plant.rule, plant.confidence) == (thrown().events[0].time, "plant", 0.7)
    assert (strike.time - bow.time, bow.offset_from, bow.rule) == (pytest.approx(0.05), "strike", "offset")
    assert strike.time - found["earlier"].time == pytest.approx(0.07)
    assert (found["earlier"].role, bow.role, plant.role) == ("start", "strike", "cocking")
    with pytest.raises(KeyError):
        found["top"]


def test_what_the_user_sets_stays_when_the_list_is_looked_at_again():
    body = build_performance(with_pictures=False).body
    found = own("jump_shot").listed(thrown(), body, by_hand={"top": 1.0})
    assert (found["top"].rule, found["top"].time, found.unseen) == ("manual", pytest.approx(1.0, abs=0.02), ())
    assert own("jump_shot").listed(found, body) == found
    fewer = own("mine").listed(found, body)
    assert ([mark.name for mark in fewer.listed], fewer.unseen) == (["strike", "after"], ("take_off",))


def test_a_fixed_time_beyond_the_clip_is_not_seen():
    body = build_performance(with_pictures=False).body
    strike = thrown()["strike"]
    assert beside(strike, strike, 30.0, body) is None


def test_key_actions_have_different_names():
    with pytest.raises(ValueError, match="different names"):
        attrs.evolve(thrown(), added=(thrown()["strike"],))


def test_a_file_of_the_coach_is_named_in_the_message(tmp_path: Path):
    path = tmp_path / "own.toml"
    path.write_text("[throw]\ncompare = []", encoding="utf-8")
    with pytest.raises(InvalidConfigError, match=r"own\.toml: compare of \[throw\] leaves out strike"):
        technique("throw", path)
