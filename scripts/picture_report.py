"""Take the picture of a report for the pages: two synthetic throws, so that nobody's face is in it.

Usage: picture_report.py FILE.png. Needs Chromium (`CHROMIUM` names one that is not on the path) and the extra `dev`.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

from handball.benchmarking.analytic_throw import ThrowStyle, analytic_throw
from handball.config import Settings
from handball.pipeline import Hooks, analyze, build_standard, compare, write_results
from handball.storage.poses import save_pose

WIDTH, HEIGHT = 1280, 1250
COACH = ThrowStyle(lead_in=0.3, tail=0.3, noise_mm=3.0, seed=1)
LEARNER = ThrowStyle(lead_in=0.2, tail=0.3, noise_mm=3.0, seed=2, tempo=0.9, elbow_lowered_deg=34.0)


def browser_path() -> str | None:
    """Return the browser of this machine."""
    named = [os.environ.get("CHROMIUM"), *map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))]
    return next((path for path in named if path), None)


def write_report(folder: Path) -> Path:
    """Evaluate the learner's throw against the coach's and return the report."""
    settings, hooks = Settings(), Hooks()
    clips = []
    for name, style in (("coach.npz", COACH), ("learner.npz", LEARNER)):
        save_pose(analytic_throw(style).body, folder / name)
        clips.append(analyze(folder / name, settings.test, settings, hooks))
    coach, learner = clips
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
