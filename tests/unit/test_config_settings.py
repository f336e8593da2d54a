"""Settings: defaults, layers, and what a wrong one is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from handball.config import Settings, load_config, merged, parsed_key_actions, settings_from
from handball.errors import InvalidConfigError, UsageError


def test_defaults_and_layers(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text('language = "de"\n[test]\nathlete = "largest"\nslow_motion = 8\n', encoding="utf-8")
    found = settings_from(merged(load_config(path), {"test": {"slow_motion": 4.0}, "strictness": 1.0}))
    assert (found.language, found.strictness, found.pose) == ("de", 1.0, "heavy")
    assert (found.test.athlete, found.test.slow_motion) == ("largest", 4.0)
    assert found.standard == Settings().standard


def test_merging_changes_neither_side() -> None:
    base = {"test": {"start": 1.0}}
    assert merged(base, {"test": {"end": 2.0}}) == {"test": {"start": 1.0, "end": 2.0}}
    assert base == {"test": {"start": 1.0}}


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"strictnes": 1}, "'strictnes' in the settings: did you mean 'strictness'"),
        ({"zzz": 1}, "known are test, standard"),
        ({"test": {"athlet": "auto"}}, "'test.athlet'"),
        ({"strictness": 0}, r"strictness \(--strictness\): must be greater than or equal to 0.25, found 0"),
        ({"test": {"slow_motion": float("nan")}}, r"test.slow_motion \(--slow-motion\): must be a number, found nan"),
        ({"standard": {"slow_motion": 0}}, r"\(--standard-slow-motion\): must be greater than 0"),
        ({"standard": {"key": {"strike": -1}}}, r"standard.key.strike \(--standard-key\)"),
        ({"test": {"start": 2, "end": 1}}, r"test: end \(1 s\) must come after start \(2 s\)"),
        ({"standard": {"start": 2, "end": 1}}, r"standard: end \(1 s\)"),
        ({"action": "thrw"}, "did you mean 'throw'"),
        ({"pose": "light"}, r"pose \(--pose\): must be 'heavy' or 'full', found 'light'"),
    ],
)
def test_a_wrong_setting_is_named(values: dict, told: str) -> None:
    with pytest.raises(InvalidConfigError, match=told) as caught:
        settings_from(values)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("values", "told"),
    [
        ({"test": {"key": {"strke": 1}}}, r"^--key: 'strke' is no key action, .*\. Did you mean 'strike'\?$"),
        (
            {"standard": {"key": {"strke": 1}}},
            r"^--standard-key: 'strke' is no key action, .* Did you mean 'strike'\?$",
        ),
        ({"test": {"key": {"plant": 1}}}, r"expected one of start, cocking, strike, finish\.$"),
    ],
)
def test_a_key_action_that_the_technique_does_not_have(values: dict, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        settings_from(values)


def test_an_unknown_rule_for_the_athlete() -> None:
    for rule in ("auto", "3", "640,360"):
        assert settings_from({"test": {"athlete": rule}}).test.athlete == rule
    with pytest.raises(UsageError, match="bigest"):
        settings_from({"test": {"athlete": "bigest"}})


@pytest.mark.parametrize("text", ["=1", "strike", "strike=x", "", "strike=1,strike=2"])
def test_wrong_key_actions(text: str) -> None:
    with pytest.raises(UsageError):
        parsed_key_actions(text)
