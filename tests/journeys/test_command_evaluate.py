"""Throws in pose files, from the command line to the files that a coach opens."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import av
import jsonschema
import numpy as np
import pytest

from command import HEAD, LEGS, WRITTEN, handball, refusal, throw_file
from handball.storage.poses import load_pose, load_raw_pose
from synthetic import ThrowStyle, analytic_throw

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "evaluation.schema.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Throws of one coach and several learners."""
    folder = tmp_path_factory.mktemp("clips")
    throw_file(folder / "coach.npz")
    throw_file(folder / "coach_2.npz", noise_mm=4.0, seed=1)
    throw_file(folder / "coach_3.trc", angle_offsets=(("right_elbow_angle", 4.0),))
    throw_file(folder / "coach_60.c3d", rate_hz=60.0)
    throw_file(folder / "low_elbow.trc", elbow_lowered_deg=30.0)
    throw_file(folder / "left.npz", hand="left")
    laboratory(throw_file(folder / "laboratory.trc", missing=(*HEAD, *LEGS)))
    return folder


def laboratory(path: Path) -> None:
    """Give the markers of a file the names of a laboratory, one of them known to nobody."""
    lines = path.read_text(encoding="utf-8").splitlines()
    for ours, theirs in {"right_elbow": "RElbow", "left_elbow": "L_Elbow", "right_shoulder": "Anna:RSJC"}.items():
        lines[3] = lines[3].replace(ours, theirs)
    lines[3] = lines[3].replace("right_wrist", "R_RADIUS_9").replace("left_wrist", "L_RADIUS_9")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def document(folder: Path) -> dict:
    """Read an evaluation and check it against the published schema."""
    found = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


def verdicts(found: dict) -> dict[tuple[str, str], str]:
    return {
        (mark["name"], angle["name"]): angle["verdict"] for mark in found["key_actions"] for angle in mark["angles"]
    }


def evaluated(clips: Path, out: Path, test: str, *options: object, standard: str = "coach.npz") -> dict:
    done = handball("evaluate", test, "--standard", standard, "--out", out, *options, folder=clips)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines() == [f"Report: {out / 'report.html'}"]
    return document(out)


def test_a_lowered_elbow_is_the_first_tip_and_every_file_is_there(clips: Path, tmp_path: Path) -> None:
    out = tmp_path / "new" / "folder"
    found = evaluated(clips, out, "low_elbow.trc")
    assert sorted(path.name for path in out.iterdir()) == list(WRITTEN)
    assert len(found["advice"]) in (1, 2)
    assert found["advice_details"][0]["fault"] == "low_elbow"
    told = {fault["name"]: fault["status"] for fault in found["faults"]}
    assert told["low_elbow"] == "fired"
    assert told["release_early"] == "not_measurable"
    differences = {
        mark["name"]: angle["difference_deg"]
        for mark in found["key_actions"]
        for angle in mark["angles"]
        if angle["name"] == "right_shoulder_elevation"
    }
    assert differences["strike"] == pytest.approx(-30, abs=2)
    assert found["score"] < 95
    with av.open(str(out / "side_by_side.mp4")) as film:
        assert sum(1 for _ in film.decode(video=0)) > 50
    rows = list(csv.DictReader((out / "angles.csv").open(encoding="utf-8")))
    assert len(rows) >= found["standard"][0]["frames"]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "<html" in page
    assert "http://" not in page.replace("http://www.w3.org", "")


def test_the_same_throw_scores_100(clips: Path, tmp_path: Path) -> None:
    found = evaluated(clips, tmp_path / "out", "coach.npz")
    assert found["score"] == 100
    assert {angle["difference_deg"] for mark in found["key_actions"] for angle in mark["angles"]} <= {0, None}
    assert found["advice"] == []


def test_written_poses_hold_the_smoothed_and_the_raw_joints(clips: Path, tmp_path: Path) -> None:
    evaluated(clips, tmp_path / "out", "left.npz", standard="coach_2.npz")
    given, kept = load_pose(clips / "coach_2.npz"), load_raw_pose(tmp_path / "out" / "standard.npz")
    np.testing.assert_array_equal(kept.positions, given.positions)
    smooth = load_pose(tmp_path / "out" / "standard.npz")
    assert not np.array_equal(smooth.positions, given.positions)
    throwing = load_pose(tmp_path / "out" / "test.trc").joint("left_wrist")
    truth = analytic_throw(ThrowStyle(hand="left")).body.joint("left_wrist")
    assert np.abs(throwing - truth).max() < 0.05


def test_left_against_right_and_in_german(clips: Path, tmp_path: Path) -> None:
    found = evaluated(clips, tmp_path / "out", "left.npz", "--language", "de")
    assert (found["test"]["hand"], found["test"]["mirrored"], found["standard"][0]["hand"]) == ("left", True, "right")
    assert found["score"] >= 97
    assert any("linke Hand" in warning for warning in found["warnings"])
    assert 'lang="de"' in (tmp_path / "out" / "report.html").read_text(encoding="utf-8")


def test_sixty_against_a_hundred_and_twenty_pictures_a_second(clips: Path, tmp_path: Path) -> None:
    found = evaluated(clips, tmp_path / "out", "coach_60.c3d")
    assert (found["test"]["rate_hz"], found["standard"][0]["rate_hz"]) == (pytest.approx(60), pytest.approx(120))
    assert found["score"] >= 95
    assert "large" not in verdicts(found).values()
    assert found["advice"] == []


def test_laboratory_names_without_head_and_legs(clips: Path, tmp_path: Path) -> None:
    done = handball("evaluate", "laboratory.trc", "--standard", "coach.npz", "--out", tmp_path / "out", folder=clips)
    refusal(done, "laboratory.trc", "lacks left_wrist", "R_RADIUS_9", "--joints")
    (tmp_path / "map.toml").write_text('R_RADIUS_9 = "right_wrist"\nL_RADIUS_9 = "left_wrist"\n', encoding="utf-8")
    found = evaluated(clips, tmp_path / "out", "laboratory.trc", "--joints", tmp_path / "map.toml")
    told = verdicts(found)
    assert {verdict for (_, name), verdict in told.items() if "knee" in name} == {"not_measurable"}
    assert {verdict for (_, name), verdict in told.items() if name == "right_elbow_angle"} <= {
        "ok",
        "not_distinguishable",
    }


def test_several_standards_make_a_band_and_strictness_narrows_it(clips: Path, tmp_path: Path) -> None:
    more = ("--standard", "coach_2.npz", "--standard", "coach_3.trc")
    found = evaluated(clips, tmp_path / "wide", "low_elbow.trc", *more)
    assert [Path(one["path"]).name for one in found["standard"]] == ["coach.npz", "coach_2.npz", "coach_3.trc"]
    assert all("clip" in mark["standard"] or "path" in mark["standard"] for mark in found["key_actions"])
    forgiving = evaluated(clips, tmp_path / "wider", "low_elbow.trc", *more, "--strictness", "8")
    assert found["score"] < forgiving["score"]


def test_key_actions_by_hand_of_both_sides(clips: Path, tmp_path: Path) -> None:
    some = evaluated(clips, tmp_path / "some", "low_elbow.trc", "--key", "strike=0.85")
    strike = next(mark for mark in some["key_actions"] if mark["name"] == "strike")
    assert (strike["test"]["time_s"], strike["rule"]) == (pytest.approx(0.85, abs=0.005), "manual")
    four = "start=0.3,cocking=0.6,strike=0.75,finish=1.1"
    found = evaluated(clips, tmp_path / "all", "low_elbow.trc", "--key", four, "--standard-key", four)
    for side in ("test", "standard"):
        times = [mark[side]["time_s"] for mark in found["key_actions"]]
        assert times == pytest.approx([0.3, 0.6, 0.75, 1.1], abs=0.005)


def test_options_of_the_standard_reach_the_standard(clips: Path, tmp_path: Path) -> None:
    found = evaluated(
        clips, tmp_path / "out", "coach.npz", "--standard-slow-motion", "1.25", "--standard-hand", "right"
    )
    assert found["standard"][0]["duration_s"] == pytest.approx(found["test"]["duration_s"] / 1.25, rel=0.01)
    assert all(mark["standard"]["time_s"] < mark["test"]["time_s"] for mark in found["key_actions"])


def test_a_config_file_counts_and_options_win_over_it(clips: Path, tmp_path: Path) -> None:
    config = tmp_path / "mine.toml"
    config.write_text('language = "de"\n[test]\nkey = { strike = 0.85 }\n', encoding="utf-8")
    evaluated(clips, tmp_path / "german", "low_elbow.trc", "--config", config)
    assert 'lang="de"' in (tmp_path / "german" / "report.html").read_text(encoding="utf-8")
    found = evaluated(clips, tmp_path / "english", "low_elbow.trc", "--config", config, "--language", "en")
    assert 'lang="en"' in (tmp_path / "english" / "report.html").read_text(encoding="utf-8")
    assert next(mark["rule"] for mark in found["key_actions"] if mark["name"] == "strike") == "manual"


def test_several_tests_go_on_behind_a_bad_one_and_are_done_once(clips: Path, tmp_path: Path) -> None:
    school = tmp_path / "school"
    school.mkdir()
    for name in ("left.npz", "low_elbow.trc"):
        (school / name).write_bytes((clips / name).read_bytes())
    (school / "broken.trc").write_text("nothing", encoding="utf-8")
    call = ("evaluate", "school", "--standard", "clips/coach.npz", "clips/coach_6*.c3d", "--out", "out")
    (tmp_path / "clips").symlink_to(clips)
    done = handball(*call, folder=tmp_path)
    refusal(done, "school/broken.trc")
    assert done.stdout.splitlines()[-1] == "Summary: out/summary.html (3 done, 1 failed)"
    out = tmp_path / "out"
    made = ["coach_60", "left", "low_elbow"]
    assert sorted(path.name for path in out.iterdir()) == [*made, "summary.csv", "summary.html"]
    for name in made:
        assert set(WRITTEN) <= {path.name for path in (out / name).iterdir()}
        document(out / name)
    rows = {Path(row["file"]).name: row for row in csv.DictReader((out / "summary.csv").open(encoding="utf-8"))}
    assert len(rows) == 4
    assert rows["broken.trc"]["error"]
    assert rows["low_elbow.trc"]["first_tip"]

    one = handball("evaluate", "school/low_*.trc", "--standard", "clips/coach.npz", "--out", "out", folder=tmp_path)
    assert one.stdout.splitlines()[0].startswith("Report: out/low_elbow/report.html (done before")

    reports = [out / name / "report.html" for name in made]
    before = [path.stat().st_mtime_ns for path in reports]
    assert handball(*call, folder=tmp_path).returncode == 2
    assert [path.stat().st_mtime_ns for path in reports] == before
    (school / "broken.trc").unlink()
    assert handball(*call, "--force", folder=tmp_path).returncode == 0
    assert all(path.stat().st_mtime_ns > time for path, time in zip(reports, before, strict=True))
