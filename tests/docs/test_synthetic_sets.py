"""The page about the files of a set names every file, key, column and array, and no other; its snippet runs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from handball.synthesis.dataset import file_name, make_set, read_manifest
from handball.synthesis.faults import FAULTS
from handball.synthesis.presets import DEFAULTS
from handball.synthesis.recipe import Recipe, plan
from handball.synthesis.roster import OFFSETS_SD_DEG
from handball.synthesis.staging import stage
from handball.synthesis.truth import clip_truth, save_truth

pytest.importorskip("pyarrow", reason="needs the extra synth: pip install 'handball[synth]'")

import pyarrow.parquet as parquet

DOCS = Path(__file__).resolve().parents[2] / "docs"
REFERENCE = (DOCS / "reference" / "synthetic-sets.md").read_text(encoding="utf-8")
HOW_TO = (DOCS / "how-to" / "make-a-synthetic-set.md").read_text(encoding="utf-8")
EXPLANATION = (DOCS / "explanation" / "synthesis.md").read_text(encoding="utf-8")
RECIPE = Recipe(preset="near", techniques=("pass", "block"), players=4, clips=2, frames=6, others=0.0)


def named(text: str, title: str, column: int = 1) -> list[str]:
    """Code words in a column of the table under a heading."""
    part = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return [word for line in part.splitlines() if line.startswith("| `") for word in cells(line, column)]


def cells(line: str, column: int) -> list[str]:
    return re.findall(r"`([^`]+)`", line.split("|")[column])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A set whose truth is there already, so that nothing is rendered."""
    folder = tmp_path_factory.mktemp("sets") / "set"
    (folder / "truth").mkdir(parents=True)
    (folder / "set.json").write_text(json.dumps({"key": RECIPE.key}), encoding="utf-8")
    for clip in plan(RECIPE):
        take = stage(RECIPE, clip)
        count, camera = len(take.motion.times), take.scenes[0].camera
        nothing = np.full((count, 4), np.nan)
        truth = clip_truth(
            take.motion,
            (camera,) * count,
            visible=np.ones((count, 17), bool),
            box_xyxy=nothing,
            ball_circle=nothing[:, :3],
        )
        save_truth(folder / "truth" / f"{file_name(clip, camera.name)}.npz", truth)
    make_set(RECIPE, folder)
    return folder


def test_every_column_is_described(folder: Path) -> None:
    assert named(REFERENCE, "manifest.parquet") == list(read_manifest(folder)[0])
    assert named(REFERENCE, "players.parquet") == parquet.read_schema(folder / "players.parquet").names


def test_every_key_of_the_card_is_described(folder: Path) -> None:
    assert set(named(REFERENCE, "set.json")) == set(json.loads((folder / "set.json").read_text(encoding="utf-8")))


def test_every_array_is_described_with_its_shape(folder: Path) -> None:
    row = read_manifest(folder)[0]
    with np.load(folder / row["truth"], allow_pickle=False) as stored:
        sizes = {"frames": 6, "angles": len(stored["angle_names"]), "moments": len(stored["moment_names"])}
        shapes = {name: stored[name].shape for name in stored.files}
    part = REFERENCE.partition("## Truth of a clip\n")[2]
    told = {}
    for line in part.splitlines():
        if line.startswith("| `"):
            dimensions = [word.strip() for word in line.split("|")[2].strip(" ()").split(",")]
            told[cells(line, 1)[0]] = tuple(sizes.get(one) or int(one) for one in dimensions if one)
    assert told == shapes


def test_the_snippet_of_the_how_to_runs(folder: Path) -> None:
    (code,) = re.findall(r"^```python\n(.*?)^```", HOW_TO, re.DOTALL | re.MULTILINE)
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=folder.parent, capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 0, done.stderr
    tested = [row for row in read_manifest(folder) if row["technique"] == "pass" and row["split_players"] == "test"]
    assert len(done.stdout.splitlines()) == len(tested) == 2
    assert f"{tested[0]['release_speed']:.1f} m/s" in done.stdout


def test_every_preset_is_described_as_it_is() -> None:
    rows = {cells(line, 1)[0]: line for line in HOW_TO.splitlines() if line.startswith("| `") and "|" in line[3:]}
    for name, recipe in DEFAULTS.items():
        width, height = recipe.size
        assert f"{width} x {height}" in rows[name]
        assert f"| {recipe.frames} at {recipe.rate_hz:g} |" in rows[name]


def test_every_fault_is_explained_with_unit_and_techniques() -> None:
    part = EXPLANATION.partition("## Faults\n")[2].partition("\n## ")[0]
    told = {cells(line, 1)[0]: line.split("|") for line in part.splitlines() if line.startswith("| `")}
    assert set(told) == set(FAULTS)
    for name, (unit, techniques, largest) in FAULTS.items():
        assert told[name][3].strip() == unit.replace("_", " ")
        assert told[name][4].strip() == f"{largest:g}"
        assert ("jump_shot" in techniques, "pass" in techniques) == {
            "all": (True, True), "standing": (False, True), "jump": (True, False)
        }[told[name][5].strip()]  # fmt: skip


def test_every_habit_is_explained_with_its_spread() -> None:
    part = EXPLANATION.partition("## Players\n")[2].partition("\n## ")[0]
    told = {cells(line, 1)[0]: float(line.split("|")[2]) for line in part.splitlines() if line.startswith("| `")}
    assert told == dict(OFFSETS_SD_DEG)
