"""Every language says everything, with the same placeholders, and writes numbers its own way."""

from __future__ import annotations

import string
import tomllib
from importlib.resources import files

import pytest

from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.skeleton import role_name
from handball.errors import UsageError
from handball.kinematics.angles import ANGLE_NAMES
from handball.languages import Catalog, available_languages, load_catalog
from handball.languages.catalog import _flat, _load

OTHERS = tuple(language for language in available_languages() if language != "en")
MEASURES = (
    *("elbow_height", "hand_behind_shoulder", "stride_length", "lead_foot", "least_elbow_angle"),
    *("largest_hip_shoulder_separation", "cocking_to_strike", "pelvis_to_trunk", "trunk_to_elbow", "elbow_to_hand"),
)


def placeholders(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


def test_german_and_english_are_there():
    assert {"de", "en"} <= set(available_languages())


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_keys_of_english(language):
    assert set(_load(language)) == set(_load("en"))


@pytest.mark.parametrize("language", OTHERS)
def test_a_language_has_the_placeholders_of_english(language):
    texts = _load(language)
    wrong = {
        key
        for key, english in _load("en").items()
        if key in texts and not placeholders(texts[key]) <= placeholders(english)
    }
    assert wrong == set()


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
    ],
)
def test_numbers_follow_the_language(language, value, digits, written):
    assert load_catalog(language).number(value, digits) == written
