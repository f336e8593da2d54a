"""What the pages tell to type can be typed: make targets exist, commands and their options parse."""

from __future__ import annotations

import re
import shlex
import subprocess
from pathlib import Path

import pytest

from handball.cli.app import app

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
SHELL = re.compile(r"^```(?:sh|shell|bash|console)\n(.*?)^```", re.DOTALL | re.MULTILINE)
MAKEFILE = (ROOT / "Makefile").read_text(encoding="utf-8")
TARGETS = set(re.findall(r"^([a-z][a-z\-]*):", MAKEFILE, re.MULTILINE))


def typed(page: Path) -> list[str]:
    """Command lines of a page, joined where they go on, without remarks."""
    blocks = "\n".join(SHELL.findall(page.read_text(encoding="utf-8"))).replace("\\\n", " ")
    lines = (line.removeprefix("$ ").split("  #")[0].strip() for line in blocks.splitlines())
    return [line for line in lines if line and not line.startswith("#")]


LINES = [pytest.param(line, id=f"{page.relative_to(ROOT)}: {line}") for page in PAGES for line in typed(page)]


@pytest.mark.parametrize("line", LINES)
def test_a_command_of_the_pages_can_be_typed(line: str) -> None:
    words = shlex.split(line)
    if words[0] == "make":
        assert {word for word in words[1:] if "=" not in word and not word.startswith("-")} <= TARGETS
    if Path(words[0]).name == "handball" and not {"--help", "--version"} & set(words):
        command, bound, _ = app.parse_args(words[1:], exit_on_error=False, print_error=False)
        assert command is not None
        assert bound.arguments is not None


def test_the_pages_show_commands() -> None:
    assert len(LINES) > 10


def test_every_target_says_what_it_does() -> None:
    public = re.findall(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)[0].split()
    done = subprocess.run(
        ["make", "--no-print-directory", "help"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert [line.split()[0] for line in done.stdout.splitlines()] == public
