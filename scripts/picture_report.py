"""Take the picture of a report for the pages: the two rendered throws of the demo, so that nobody's face is in it.

Usage: picture_report.py FILE.png. Needs the nets, the extra `dev`, and Chromium (`CHROMIUM` names one that is not on
the path).
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from handball.config import Settings
from handball.pipeline import Hooks, analyze_pair, build_standard, compare, write_results

WIDTH, HEIGHT = 1280, 1250
EXAMPLES = Path(__file__).parents[1] / "examples"


def browser_path() -> str | None:
    """Return the browser of this machine."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))]
    return next((path for path in named if path), None)


def write_report(folder: Path) -> Path:
    """Evaluate the learner's throw against the coach's and return the report."""
    settings, hooks = Settings(), Hooks()
    coach, learner = analyze_pair(EXAMPLES / "coach.mp4", EXAMPLES / "learner.mp4", settings, hooks)
    return write_results(compare(build_standard([coach], hooks), learner, settings, hooks), folder, settings, hooks)


def take_picture(report: Path, target: Path) -> None:
    """Show the report in a browser and keep what is seen first."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=browser_path(), args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        page.goto(report.as_uri())
        page.wait_for_selector("#angle-chart svg")
        target.parent.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=target)
        browser.close()


if __name__ == "__main__":
    if browser_path() is None:
        sys.exit("no Chromium found: install one or set CHROMIUM to its path")
    with tempfile.TemporaryDirectory() as name:
        take_picture(write_report(Path(name)), Path(sys.argv[1]))
