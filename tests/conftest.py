"""Fixtures of all tests: shapes checked at run time, recordings, nets and a browser where there are any."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from hypothesis import settings
from jaxtyping import install_import_hook

# Before anything imports the package: every annotated shape and type is checked while tests run.
install_import_hook("handball", "shape_checks.checked")

ROOT = Path(__file__).resolve().parents[1]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")

settings.register_profile("handball", deadline=None, max_examples=50, derandomize=True, database=None)
settings.load_profile("handball")


def recordings_folder() -> Path | None:
    """Real recordings that are no part of the project: named by a variable, or beside the checkout."""
    named = os.environ.get("HANDBALL_RECORDINGS")
    folder = Path(named) if named else ROOT.parent / "shared" / "data"
    return folder if folder.is_dir() else None


def chromium_path() -> Path | None:
    """Return the browser: `CHROMIUM`, or the first that the machine has."""
    found = [os.environ.get("CHROMIUM"), *(shutil.which(name) for name in BROWSERS)]
    return next((Path(path) for path in found if path and Path(path).exists()), None)


def missing_models() -> str:
    """Say which net is missing in the cache, or nothing."""
    from handball.errors import ModelError
    from handball.inference.cache import verify_models

    try:
        verify_models()
    except ModelError as error:
        return str(error)
    return ""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what this machine cannot run, and say why."""
    reasons = {
        "models": missing_models() if any(item.get_closest_marker("models") for item in items) else "",
        "recordings": "" if recordings_folder() else "no recordings: set HANDBALL_RECORDINGS to their folder",
        "browser": "" if chromium_path() else "no Chromium found: install one or set CHROMIUM to its path",
    }
    for item in items:
        for marker, reason in reasons.items():
            if reason and item.get_closest_marker(marker):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture(scope="session")
def recordings() -> Path:
    """Folder of the real recordings; skips where there is none."""
    folder = recordings_folder()
    if folder is None:
        pytest.skip("no recordings: set HANDBALL_RECORDINGS to their folder")
    return folder


@pytest.fixture(scope="session")
def models_folder() -> Path:
    """Folder of the fetched nets; skips where one is missing."""
    from handball.inference.cache import models_folder

    reason = missing_models()
    if reason:
        pytest.skip(reason)
    return models_folder()


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Path of a Chromium; skips where there is none."""
    path = chromium_path()
    if path is None:
        pytest.skip("no Chromium found: install one or set CHROMIUM to its path")
    return path


def pytest_configure(config: pytest.Config) -> None:
    """Let beartype draw the items of a container that it looks at: Hypothesis seeds it all the same."""
    config.addinivalue_line("filterwarnings", "ignore:Do not use the `random` module inside strategies")
