"""The command line as a user calls it, and clips for it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import attrs
import numpy as np

from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.poses import save_pose
from synthetic import AnalyticThrow, ThrowStyle, analytic_throw

WRITTEN = (
    ".inputs.json",
    "angles.csv",
    "evaluation.json",
    "report.html",
    "side_by_side.mp4",
    "standard.npz",
    "standard.trc",
    "test.npz",
    "test.trc",
)
THROWING_ARM = ("right_elbow", "right_wrist", "right_index")
HEAD = ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
LEGS = tuple(joint for joint in BODY_23.joints if any(part in joint for part in ("knee", "ankle", "heel", "toe")))
FEET = tuple(joint for joint in LEGS if "knee" not in joint)


def handball(*arguments: object, folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run the command in a folder and return what it printed and its exit code."""
    return subprocess.run(
        [sys.executable, "-m", "handball", *map(str, arguments)],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def throw_file(path: Path, **style: object) -> Path:
    """Write an analytic throw as a pose file."""
    save_pose(analytic_throw(ThrowStyle(**style)).body, path)
    return path


def without(throw: AnalyticThrow, joints: Sequence[str], begin: float, end: float) -> Pose3D:
    """Blank joints of a throw between two times in seconds from its strike."""
    since = throw.body.times - throw.time_of("strike")
    rows = np.flatnonzero((since >= begin) & (since < end))
    positions = throw.body.positions.copy()
    positions[np.ix_(rows, BODY_23.indices(tuple(joints)))] = np.nan
    return attrs.evolve(throw.body, positions=positions)


def refusal(done: subprocess.CompletedProcess[str], *words: str) -> str:
    """Check that a call was refused in one clear sentence with these words; return it."""
    assert done.returncode == 2, done.stdout + done.stderr
    return one_sentence(done.stderr, *words)


def one_sentence(told: str, *words: str) -> str:
    """Check that one line begins with the name of the command, has these words and no traceback."""
    assert told.startswith("handball: "), told
    assert told.count("\n") == 1, told
    assert told.endswith("\n")
    assert "Traceback" not in told
    assert not [word for word in words if word not in told], told
    return told
