"""The pages hold together: links resolve, nothing is left out, what they name exists."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
FENCE = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)


def named(path: Path) -> str:
    return str(path.relative_to(ROOT))


def links(page: Path) -> list[str]:
    return LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8")))


def anchors(page: Path) -> set[str]:
    """Anchors of the headings as code hosts make them."""
    titles = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=named)
def test_links_lead_somewhere(page: Path) -> None:
    broken = []
    for link in links(page):
        if "://" in link:
            continue
        target, _, anchor = link.partition("#")
        path = (page.parent / target).resolve() if target else page
        if not path.exists() or (anchor and anchor not in anchors(path)):
            broken.append(link)
    assert not broken


def test_every_page_of_the_docs_is_reached_from_its_index() -> None:
    index = ROOT / "docs" / "index.md"
    reached, waiting = {index}, [index]
    while waiting:
        page = waiting.pop()
        found = {(page.parent / link.partition("#")[0]).resolve() for link in links(page) if "://" not in link}
        new = {path for path in found if path.suffix == ".md" and path.exists()} - reached
        reached |= new
        waiting += new
    assert not [named(page) for page in (ROOT / "docs").rglob("*.md") if page not in reached]


def test_every_figure_is_shown() -> None:
    shown = {(page.parent / link).resolve() for page in PAGES for link in links(page)}
    assert not [named(path) for path in (ROOT / "docs").rglob("*.svg") if path not in shown]


def test_third_parties_are_named() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    page = (ROOT / "THIRD_PARTY.md").read_text(encoding="utf-8")
    names = [re.split(r"[<>=!~ \[;]", requirement)[0] for requirement in project["dependencies"]]
    assert not [name for name in names if f"| {name} " not in page]


def test_the_changelog_knows_what_is_coming() -> None:
    assert "## [Unreleased]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_paths_in_the_pages_exist() -> None:
    missing = [
        f"{named(page)}: {path}"
        for page in PAGES
        for path in re.findall(
            r"`((?:src|tests|scripts|docs|benchmarks)/[\w./\-]+)`", FENCE.sub("", page.read_text(encoding="utf-8"))
        )
        if not (ROOT / path).exists()
    ]
    assert not missing
