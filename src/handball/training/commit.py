"""Which state of the code trains."""

from __future__ import annotations

import subprocess
from pathlib import Path


def commit_of_checkout() -> str:
    """Return the commit of the checkout that trains; empty where this is none."""
    try:
        told = subprocess.run(
            ["git", "rev-parse", "HEAD"], cwd=Path(__file__).parent, capture_output=True, text=True, check=True
        )
    except (OSError, subprocess.CalledProcessError):
        return ""
    return told.stdout.strip()
