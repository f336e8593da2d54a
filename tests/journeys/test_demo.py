"""The demo: a learner with one known fault, which must be the first tip."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from command import handball
from handball.benchmarking.fault_tips import FAULT_TIPS
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.skeleton import role_name
from handball.languages import load_catalog

EXAMPLES = Path(__file__).parents[2] / "examples"


def cues_of(fault: str) -> set[str]:
    """Every cue, in English, that names a fault in the right direction."""
    catalog = load_catalog("en")
    keys = {f"advice.{role_name(quantity)}_{direction}" for quantity, direction in FAULT_TIPS[fault]}
    keys |= {f"{key}_at_{moment}" for key in keys for moment in KEY_ACTION_NAMES}
    keys |= {f"advice.fault.{fault}"}
    return {catalog.text(f"{key}.cue") for key in keys if catalog.has(f"{key}.cue")}


def test_the_demo_clips_are_small():
    assert sum(path.stat().st_size for path in EXAMPLES.glob("*.mp4")) <= 3_000_000


@pytest.mark.models
@pytest.mark.usefixtures("models_folder")
def test_the_fault_of_the_learner_is_the_first_tip(tmp_path):
    clips = EXAMPLES / "learner.mp4", "--standard", EXAMPLES / "coach.mp4"
    done = handball("evaluate", *clips, "--out", "result", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    result = json.loads((tmp_path / "result" / "evaluation.json").read_text(encoding="utf-8"))
    about = json.loads((EXAMPLES / "demo.json").read_text(encoding="utf-8"))
    assert result["advice"][0] in cues_of(about["learner"]["fault"]["name"])
    assert (tmp_path / "result" / "report.html").exists()
