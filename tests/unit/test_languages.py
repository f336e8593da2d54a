"""Complete languages say everything, drafts nearly so and say what they are; placeholders and numbers are right."""

from __future__ import annotations

import re
import string
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from builders import build_assessment, build_faults
from handball.cli.batch import evaluate_all
from handball.config import Settings
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.skeleton import role_name
from handball.errors import UsageError
from handball.kinematics.angles import ANGLE_NAMES
from handball.languages import Catalog, available_languages, load_catalog
from handball.languages.catalog import DRAFT, _flat, _load
from handball.reporting.html import render_report

COMPLETE = ("de", "en")
OTHERS = tuple(language for language in available_languages() if language != "en")
DRAFTS = tuple(language for language in available_languages() if language not in COMPLETE)
LEAST_SHARE = 0.9
"""Of the keys of English that a draft has itself: a new English text need not wait for all translations."""
NARROW = "\N{NARROW NO-BREAK SPACE}"
MEASURES = (
    *("elbow_height", "hand_behind_shoulder", "stride_length", "lead_foot", "least_elbow_angle"),
    *("largest_hip_shoulder_separation", "cocking_to_strike", "pelvis_to_trunk", "trunk_to_elbow", "elbow_to_hand"),
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def lost_placeholders(texts):
    """Name the keys whose text has not the placeholders of the English one."""
    english = _load("en")
    return {key for key, text in texts.items() if key in english and placeholders(text) != placeholders(english[key])}


def test_two_languages_are_complete_and_four_are_drafts():
    assert set(COMPLETE) | {"fr", "es", "da", "hr"} == set(available_languages())
    assert [language for language in available_languages() if load_catalog(language).draft] == list(DRAFTS)


@pytest.mark.parametrize("language", COMPLETE)
def test_a_complete_language_has_the_keys_of_english(language):
    assert set(_load(language)) == set(_load("en"))


@pytest.mark.parametrize("language", DRAFTS)
def test_a_draft_has_no_misspelt_key_and_nearly_all_of_english(language):
    own, english = set(_load(language)), set(_load("en"))
    assert own - english == {DRAFT}
    missing = english - own
    share = 1 - len(missing) / len(english)
    assert share >= LEAST_SHARE, f"{language} has {share:.1%} of the texts; it lacks {sorted(missing)}"


@pytest.mark.parametrize("language", DRAFTS)
def test_a_draft_keeps_its_keys_in_the_tables_of_english_and_says_first_what_it_is(language):
    for table in (files("handball.languages") / language).iterdir():
        text = table.read_text(encoding="utf-8")
        assert (files("handball.languages") / "en" / table.name).is_file()
        assert "no native-speaking coach has read this table yet" in text.split("\n\n")[0]


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_placeholders_of_english(language):
    assert lost_placeholders(_load(language)) == set()


def test_a_lost_and_a_misspelt_placeholder_are_found():
    lost = {"page.title": "Bilan", "page.compared": "{lerner} {coach}", "page.skip": "Aller au lecteur"}
    assert lost_placeholders(lost) == {"page.title", "page.compared"}


@pytest.mark.parametrize("language", DRAFTS)
def test_a_report_in_a_draft_language_says_so(language):
    page = render_report(build_assessment(advice=2, faults=build_faults()), language, ())
    catalog = load_catalog(language)
    assert f'<html lang="{language}">' in page
    assert f'<p class="convention draft">{catalog.draft}</p>' in page.replace("&#39;", "'")
    assert catalog.texts["moments.hint"] in page
    assert catalog.texts["advice.shoulder_line_angle_less_at_cocking.cue"] in page
    assert "Practise" not in page


@pytest.mark.parametrize(("language", "says"), [("fr", True), ("de", False)])
def test_the_command_says_so_before_it_works(language, says, tmp_path):
    told = []
    with pytest.raises(UsageError, match="nowhere"):
        evaluate_all(
            ["nowhere.mp4"], [Path("nowhere.mp4")], tmp_path / "out", Settings(language=language), force=False,
            tell=told.append, complain=told.append,
        )  # fmt: skip
    assert told == ([load_catalog(language).draft] if says else [])


@pytest.mark.parametrize("language", COMPLETE)
def test_a_report_in_a_complete_language_has_no_such_line(language):
    assert 'class="convention draft"' not in render_report(build_assessment(), language, ())


def test_french_has_a_narrow_space_before_high_marks_and_inside_quotes():
    wrong = {
        key: text
        for key, text in _load("fr").items()
        if re.search(rf"(?<!{NARROW})[:;!?%»](?!\w)|«(?!{NARROW})|'", re.sub(r"^[#%]", "", text))
    }
    assert wrong == {}


def test_spanish_opens_its_questions():
    texts = [text for text in _load("es").values() if "?" in text or "!" in text]
    assert texts
    assert all(text.count("¿") == text.count("?") and text.count("¡") == text.count("!") for text in texts)


@pytest.mark.parametrize("language", available_languages())
def test_no_key_stands_in_two_tables(language):
    tables = [file for file in (files("handball.languages") / language).iterdir() if file.name.endswith(".toml")]
    keys = [key for table in tables for key, _ in _flat(tomllib.loads(table.read_text(encoding="utf-8")))]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("language", available_languages())
def test_no_text_is_empty(language):
    assert [key for key, text in _load(language).items() if not text.strip()] == []


@pytest.mark.parametrize("language", available_languages())
@pytest.mark.parametrize(
    "key", [*(f"angle.{role_name(name)}" for name in ANGLE_NAMES), *(f"measure.{m}" for m in MEASURES)]
)
def test_every_quantity_has_a_name_and_two_directions(language, key):
    catalog = load_catalog(language)
    name, plus, minus = (catalog.text(f"{key}.{part}") for part in ("name", "plus", "minus"))
    assert name
    assert plus != minus


@pytest.mark.parametrize("language", available_languages())
def test_every_key_action_has_a_name(language):
    names = [load_catalog(language).text(f"key_action.{name}.name") for name in KEY_ACTION_NAMES]
    assert len(set(names)) == 4


def test_an_unknown_language_names_those_that_are_there():
    with pytest.raises(UsageError, match=r"'deu'.*did you mean 'de'.*Choose one of: .*de, en"):
        load_catalog("deu")


def test_a_missing_text_is_said_in_english():
    catalog = Catalog(language="xx", texts={"a": "A"}, fallback={"a": "english a", "b": "english b"})
    assert (catalog.text("a"), catalog.text("b"), catalog.has("b"), catalog.has("c")) == ("A", "english b", True, False)


def test_an_unknown_key_asks_for_the_nearest():
    with pytest.raises(UsageError, match=r"did you mean 'page\.coach'"):
        load_catalog("en").text("page.coahc")


def test_a_missing_value_is_named():
    with pytest.raises(UsageError, match="needs a value for 'frame'"):
        load_catalog("en").text("player.frame")


@pytest.mark.parametrize(
    ("language", "value", "digits", "written"),
    [
        ("en", 1.25, 1, "1.2"),
        ("de", 1.26, 1, "1,3"),
        ("de", -12.0, 0, "\N{MINUS SIGN}12"),
        ("en", -0.04, 1, "0.0"),
        ("en", float("nan"), 0, "\N{EN DASH}"),
        ("de", float("inf"), 2, "\N{EN DASH}"),
        *((draft, -12.34, 1, "\N{MINUS SIGN}12,3") for draft in ("fr", "es", "da", "hr")),
    ],
)
def test_numbers_follow_the_language(language, value, digits, written):
    assert load_catalog(language).number(value, digits) == written
