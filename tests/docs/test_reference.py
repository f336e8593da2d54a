"""The reference names every angle, measure, command, option and setting, and no other."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest
from pydantic import BaseModel

from builders import build_assessment
from handball.cli.app import app
from handball.config import ClipSettings, Settings
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.assessment import Verdict
from handball.kinematics.angles import ANGLE_NAMES

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "docs" / "reference"
SETTINGS = (REFERENCE / "settings.md").read_text(encoding="utf-8")
COMMANDS = (REFERENCE / "command-line.md").read_text(encoding="utf-8")
ANGLES = (REFERENCE / "angles.md").read_text(encoding="utf-8")
OPTION = re.compile(r"`(--[a-z][a-z\-]*)")


def rows(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("|")]


def first_cells(text: str) -> str:
    return "\n".join(row.split("|")[1] for row in rows(text))


@pytest.mark.parametrize("name", ANGLE_NAMES)
def test_every_angle_is_defined_once(name: str) -> None:
    assert first_cells(ANGLES).count(f"`{name}`") == 1


def test_every_measure_is_defined_once() -> None:
    table = first_cells(ANGLES.partition("## Measures")[2])
    assert sorted({finding.name for finding in build_assessment().measures}) == sorted(re.findall(r"`(\w+)`", table))


def test_no_angle_is_defined_that_is_not_measured() -> None:
    table = first_cells(ANGLES.partition("## Angles")[2].partition("## Measures")[0])
    assert set(re.findall(r"`(\w+)`", table)) == set(ANGLE_NAMES)


def test_the_figures_are_those_that_the_script_draws(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "scripts/draw_angles.py", str(tmp_path)], cwd=ROOT, check=True)
    drawn = {path.name: path.read_text(encoding="utf-8") for path in tmp_path.iterdir()}
    kept = {path.name: path.read_text(encoding="utf-8") for path in (REFERENCE / "figures").iterdir()}
    assert drawn == kept


def commands(group=app, path: tuple[str, ...] = ()) -> Iterator[tuple[str, object]]:
    """Every command of the command line with its full name."""
    for name in group:
        if not name.startswith("-"):
            command = group[name]
            below = list(commands(command, (*path, name)))
            yield from below or [(" ".join((*path, name)), command)]


ALL_COMMANDS = dict(commands())


def section(command: str) -> str:
    """What the page says of a command."""
    title = f"## `handball {command.split(maxsplit=1)[0]}`\n"
    return COMMANDS.partition(title)[2].partition("\n## ")[0]


def options(command: str) -> set[str]:
    collection = ALL_COMMANDS[command].assemble_argument_collection()
    return {name for argument in collection for name in argument.names if name.startswith("--")}


@pytest.mark.parametrize("command", ALL_COMMANDS)
def test_every_command_and_option_is_described(command: str) -> None:
    text = section(command)
    assert f"handball {command}" in text
    assert not options(command) - set(OPTION.findall(text))


@pytest.mark.parametrize("title", sorted({command.split()[0] for command in ALL_COMMANDS}))
def test_no_option_is_described_that_does_not_exist(title: str) -> None:
    known = set().union(*(options(command) for command in ALL_COMMANDS if command.split()[0] == title))
    assert not set(OPTION.findall(section(title))) - known - {"--help", "--version"}


def documented(model: type[BaseModel], text: str) -> None:
    """Each setting has a row whose second cell is its default."""
    cells = {row.split("|")[1].strip(" `"): row.split("|")[2].strip(" `") for row in rows(text)}
    assert not set(model.model_fields) - set(cells)
    for name, field in model.model_fields.items():
        default = field.default
        shown = {None: "none"}.get(default, default) if not isinstance(default, (dict, BaseModel)) else None
        if shown is not None:
            assert cells[name].strip('"').lower() == str(shown).lower(), name


def test_every_setting_is_described_with_its_default() -> None:
    whole, side = SETTINGS.split("## One side")
    documented(Settings, whole)
    documented(ClipSettings, side)


def test_every_option_of_a_setting_is_named() -> None:
    assert not set(OPTION.findall(SETTINGS)) - options("evaluate")


def test_every_variable_of_the_environment_is_described() -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
    read = set(re.findall(r"environ[.\w]*[\[(]\s*\"(HANDBALL_\w+)\"", source))
    assert read
    assert not {name for name in read if f"`{name}`" not in SETTINGS}


def test_key_actions_and_verdicts_are_in_the_glossary() -> None:
    glossary = (REFERENCE / "glossary.md").read_text(encoding="utf-8")
    assert not [name for name in KEY_ACTION_NAMES if f"| {name} |" not in glossary]
    assert not [verdict for verdict in get_args(Verdict) if f"`{verdict}`" not in glossary]
