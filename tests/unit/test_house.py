"""The rules of the house that no other tool checks: layers, lengths, who may print, what is never written."""

from __future__ import annotations

import ast
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src" / "handball"
FILES = sorted(SOURCE.rglob("*.py"))
WRITTEN = (".py", ".md", ".toml", ".js", ".css", ".jinja", ".yaml", ".json", ".svg")
SCRIPTS = ("Makefile", ".ci/run")
KNOW_THE_RECORDINGS = ("tests/conftest.py", ".ci/run")
VAGUE = {"utils", "util", "common", "helpers", "core", "base", "manager", "misc"}
# Put together here, so that this file does not contain them itself.
NEVER = tuple(
    "".join(parts)
    for parts in (
        ("py", "pi.org"),
        ("python", "hosted"),
        ("npm", "js.org"),
        ("npm", "js.com"),
        ("TO", "DO"),
        ("FIX", "ME"),
        ("/", "root", "/"),
        ("/", "home", "/"),
        ("/", "work", "/"),
    )
)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def lines(node: ast.stmt) -> int:
    return (node.end_lineno or node.lineno) - node.lineno + 1


def functions(path: Path) -> Iterator[tuple[str, int, int]]:
    """Name, length in lines, and length without the docstring (which is the help of a command) of each function."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            words = lines(node.body[0]) if ast.get_docstring(node) is not None else 0
            yield f"{named(path)}:{node.name}", lines(node), lines(node) - words


def project_files() -> list[Path]:
    """Files that git knows, or every file of a copy without git."""
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False)
    names = listed.stdout.split("\0")[:-1] if listed.returncode == 0 else []
    found = [ROOT / name for name in names] or [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    return [path for path in found if path.is_file() and (path.suffix in WRITTEN or named(path) in SCRIPTS)]


def calls(path: Path, name: str) -> list[int]:
    """Lines of a file that call a builtin."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == name
    ]


def test_the_import_contract_holds() -> None:
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command; lint_imports_command()"]
    done = subprocess.run(
        [*command, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False, env=os.environ | {"CI": "1"}
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_functions_are_short() -> None:
    found = [function for path in FILES for function in functions(path)]
    assert not [f"{name} ({code})" for name, _, code in found if code > 60]
    lengths = [length for _, length, _ in found]
    assert statistics.median(lengths) <= 10
    assert sum(length < 30 for length in lengths) >= 0.9 * len(lengths)


def test_files_fit_a_screen_or_a_few() -> None:
    lengths = {named(path): len(path.read_text(encoding="utf-8").splitlines()) for path in FILES}
    assert not {name: length for name, length in lengths.items() if length > 400}
    assert statistics.median(lengths.values()) <= 110


@pytest.mark.parametrize("builtin", ["print", "input", "breakpoint", "exit"])
def test_only_the_command_line_talks(builtin: str) -> None:
    outside = [path for path in FILES if path.relative_to(SOURCE).parts[0] != "cli"]
    assert not [f"{named(path)}:{line}" for path in outside for line in calls(path, builtin)]


def test_errors_are_named() -> None:
    bare = [
        f"{named(path)}:{node.lineno}"
        for path in FILES
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (isinstance(node, ast.ExceptHandler) and node.type is None) or isinstance(node, ast.Assert)
    ]
    assert not bare


def test_modules_say_what_they_hold() -> None:
    assert not [named(path) for path in FILES if path.stem in VAGUE or path.parent.name in VAGUE]


def test_packages_have_modules() -> None:
    assert not [
        named(path.parent) for path in FILES if path.name == "__init__.py" and len([*path.parent.iterdir()]) < 2
    ]


@pytest.mark.parametrize("word", NEVER)
def test_no_host_no_machine_path_no_loose_end(word: str) -> None:
    # A path of a machine has nothing before its first slash.
    pattern = re.compile(rf"(?<![\w.]){re.escape(word)}" if word.startswith("/") else re.escape(word))
    found = [
        f"{named(path)}:{number}"
        for path in project_files()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert not found


def test_only_the_set_up_of_tests_knows_where_recordings_lie() -> None:
    place = "shared" + "/"
    found = [named(path) for path in project_files() if place in path.read_text(encoding="utf-8")]
    assert not [name for name in found if name not in KNOW_THE_RECORDINGS]
