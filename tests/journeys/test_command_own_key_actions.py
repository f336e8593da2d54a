"""A coach's own key actions, from a techniques file through every command to the files that a coach opens."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path

import jsonschema
import pytest

from command import WRITTEN, handball, refusal, throw_file

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "evaluation.schema.json").read_text(encoding="utf-8"))
SIX = """
[throw.key_actions]
plant = { name = "Stemmen" }
landing = {}
bow = { rule = "strike", after_ms = -60, name = "Bogen", what = "Der Rumpf ist gespannt", like = "strike" }
[throw.first]
bow = ["trunk_tilt_forward"]
"""
THREE = '[throw]\ncompare = ["cocking", "strike", "elbow_up"]\n' + (
    '[throw.key_actions.elbow_up]\nrule = "finish"\nafter_ms = 20\nname = "Arm up"\n'
)


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("own")
    throw_file(folder / "coach.npz")
    throw_file(folder / "learner.npz", elbow_lowered_deg=25.0, noise_mm=2.0, seed=4)
    (folder / "six.toml").write_text(SIX, encoding="utf-8")
    (folder / "three.toml").write_text(THREE, encoding="utf-8")
    return folder


def evaluated(clips: Path, out: Path, *options: object, standard: str = "coach.npz") -> dict:
    done = handball("evaluate", "learner.npz", "--standard", standard, "--out", out, *options, folder=clips)
    assert (done.returncode, done.stderr) == (0, "")
    assert sorted(path.name for path in out.iterdir()) == list(WRITTEN)
    found = json.loads((out / "evaluation.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


def names(found: dict) -> list[str]:
    return [mark["name"] for mark in found["key_actions"]]


def test_what_a_coach_adds_is_compared_and_shown_in_order_of_time(clips: Path, tmp_path: Path) -> None:
    plain = evaluated(clips, tmp_path / "plain")
    found = evaluated(clips, tmp_path / "six", "--techniques", "six.toml", "--language", "de")
    assert (names(plain), plain["key_actions_unseen"]) == (
        ["start", "cocking", "strike", "finish"],
        {"standard": [], "test": []},
    )
    assert sorted(names(found)) == ["bow", "cocking", "finish", "plant", "start", "strike"]
    for side in ("standard", "test"):
        times = [mark[side]["time_s"] for mark in found["key_actions"]]
        assert times == sorted(times)
    marks = {mark["name"]: mark for mark in found["key_actions"]}
    assert {name: marks[name].get("like") for name in ("plant", "bow", "strike")} == {
        "plant": "cocking",
        "bow": "strike",
        "strike": None,
    }
    for side in ("standard", "test"):
        assert marks["strike"][side]["time_s"] - marks["bow"][side]["time_s"] == pytest.approx(0.06, abs=1e-3)
    assert marks["bow"]["angles"][0]["name"] == "trunk_tilt_forward"
    anchors = {mark["name"]: mark for mark in plain["key_actions"]}
    assert all(marks[name] == anchors[name] for name in anchors)
    assert found["key_actions_unseen"] == {"standard": ["landing"], "test": ["landing"]}
    assert any(warning.startswith("Landung: im Clip des Lernenden nicht zu sehen") for warning in found["warnings"])
    page = (tmp_path / "six" / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'id="moment-(\w+)" aria', page) == names(found)
    assert all(text in page for text in ("Stemmen", "Der Rumpf ist gespannt", "Landung: im Clip des Vorbilds"))
    rows = csv.DictReader((tmp_path / "six" / "angles.csv").open(encoding="utf-8"))
    assert set(names(found)) <= {name for row in rows for name in row["key_action"].split("+")}


def test_a_coach_leaves_key_actions_out(clips: Path, tmp_path: Path) -> None:
    found = evaluated(clips, tmp_path / "three", "--techniques", "three.toml")
    assert names(found) == ["cocking", "strike", "elbow_up"]
    assert {measure["key_action"] for measure in found["measures"]} == {"cocking", "strike", None}
    assert found["alignment"]["path"][0][0] < found["key_actions"][0]["standard"]["frame"]
    page = (tmp_path / "three" / "report.html").read_text(encoding="utf-8")
    assert re.findall(r'id="moment-(\w+)" aria', page) == names(found)
    data = json.loads(re.findall(r'<script type="application/json" id="data">(.*?)</script>', page, re.S)[0])
    assert [key["label"] for key in data["keys"]] == ["Cocking", "Strike", "Arm up"]
    assert {mark["name"] for mark in data["elbow"]["coach"]["literal"]} <= {"cocking", "strike"}


def test_a_frozen_standard_brings_the_coachs_list_with_it(clips: Path, tmp_path: Path) -> None:
    file = tmp_path / "club.standard"
    build = ("standard", "build", "coach.npz", "--out", file)
    assert handball(*build, "--techniques", "six.toml", folder=clips).returncode == 0
    shown = handball("standard", "show", file, folder=clips).stdout
    assert re.search(r"^ +plant +\d+\.\d+ s  plant", shown, re.M)
    assert re.search(r"^ +landing +not seen in this clip$", shown, re.M)
    fresh = evaluated(clips, tmp_path / "fresh", "--techniques", "six.toml")
    frozen = evaluated(clips, tmp_path / "frozen", standard=str(file))
    assert frozen["key_actions"] == fresh["key_actions"]
    assert "Stemmen" in (tmp_path / "frozen" / "report.html").read_text(encoding="utf-8")
    other = evaluated(clips, tmp_path / "other", "--techniques", "three.toml", standard=str(file))
    assert names(other) == ["cocking", "strike", "elbow_up"]


def test_an_old_standard_is_looked_at_for_a_new_list(clips: Path, tmp_path: Path) -> None:
    file = tmp_path / "old.standard"
    assert handball("standard", "build", "coach.npz", "--out", file, folder=clips).returncode == 0
    found = evaluated(clips, tmp_path / "out", "--techniques", "six.toml", standard=str(file))
    assert set(names(found)) == {"start", "plant", "cocking", "bow", "strike", "finish"}


def test_added_key_actions_can_be_set_by_hand(clips: Path) -> None:
    done = handball(
        "key-actions", "learner.npz", "--techniques", "six.toml", "--key", "landing=1.1,plant=0.5", "--json",
        folder=clips,
    )  # fmt: skip
    found = json.loads(done.stdout)
    marks = {mark["name"]: mark for mark in found["key_actions"]}
    assert {name: (marks[name]["rule"], round(marks[name]["time_s"], 2)) for name in ("plant", "landing")} == {
        "plant": ("manual", 0.5),
        "landing": ("manual", 1.1),
    }
    assert found["unseen"] == []
    table = handball("key-actions", "learner.npz", "--techniques", "six.toml", folder=clips).stdout.splitlines()
    assert table[-1].split() == ["landing", "not", "seen", "in", "this", "clip"]
    assert sum(line.startswith("plant") for line in table) == 1
    wrong = handball("key-actions", "learner.npz", "--techniques", "six.toml", "--key", "bwo=1", folder=clips)
    refusal(wrong, "--key: 'bwo'", "Did you mean 'bow'?")
    missing = handball("key-actions", "learner.npz", "--key", "plant=1", folder=clips)
    refusal(missing, "--key: 'plant'", "expected one of start, cocking, strike, finish.")


def test_a_changed_techniques_file_is_no_result_done_before(clips: Path, tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text(SIX, encoding="utf-8")
    evaluated(clips, tmp_path / "out", "--techniques", own)
    own.write_text(THREE, encoding="utf-8")
    assert names(evaluated(clips, tmp_path / "out", "--techniques", own)) == ["cocking", "strike", "elbow_up"]
