"""A training evening: a standard is frozen once, learners throw several times, files fail and are mended."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import numpy as np
import pytest

from command import WRITTEN, handball, one_sentence, refusal, throw_file
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.poses import save_pose
from synthetic import ThrowStyle, analytic_throw

ROOT = Path(__file__).resolve().parents[2]
SCHEMA = json.loads((ROOT / "docs" / "reference" / "evaluation.schema.json").read_text(encoding="utf-8"))
LOWERED = (26.0, 34.0, 31.0, 28.0, 0.0)
"""Degrees by which the learner's elbow is too low: four throws of five."""


def recording(path: Path, lowered: tuple[float, ...]) -> Path:
    """Write one recording with several throws; in a second between them the athlete gets ready again."""
    parts = []
    for number, deg in enumerate(lowered):
        style = ThrowStyle(elbow_lowered_deg=deg, lead_in=0.6, tail=0.6, noise_mm=3.0, seed=20 + number)
        positions = analytic_throw(style).body.positions
        if parts:
            parts.append(np.linspace(parts[-1][-1], positions[0], 120))
        parts.append(positions)
    positions = np.concatenate(parts)
    body = Pose3D(
        skeleton=BODY_23,
        origin="world",
        frames=np.arange(len(positions)),
        times=np.arange(len(positions)) / 120,
        positions=positions,
        scores=np.ones(positions.shape[:2]),
        sigma=np.full(positions.shape, 0.01),
    )
    save_pose(body, path)
    return path


@pytest.fixture(scope="module")
def evening(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("evening")
    for number in range(3):
        throw_file(folder / f"coach_{number}.npz", noise_mm=3.0, seed=number)
    for number, deg in enumerate(LOWERED):
        throw_file(folder / f"anna_{number}.npz", elbow_lowered_deg=deg, noise_mm=3.0, seed=10 + number)
    throw_file(folder / "ben.npz", hand="left", noise_mm=3.0, seed=30)
    recording(folder / "anna_all.npz", LOWERED[:3])
    call = (
        "standard",
        "build",
        "coach_*.npz",
        "--out",
        "club.standard",
        "--name",
        "Club throw",
        "--group",
        "girls U14",
    )
    done = handball(*call, folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "Standard: club.standard (3 throws, 1 view)\n"
    return folder


def document(folder: Path) -> dict:
    found = json.loads((folder / "evaluation.json").read_text(encoding="utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


def test_a_standard_shows_what_is_in_it(evening: Path) -> None:
    done = handball("standard", "show", "club.standard", folder=evening)
    assert (done.returncode, done.stderr) == (0, "")
    for words in ("Club throw", "girls U14", "view 1", "coach_0.npz", "coach_2.npz", "peak_hand_speed", "with a band"):
        assert words in done.stdout
    assert str(evening) not in done.stdout


def test_five_throws_are_one_report_with_the_fault_that_most_show(evening: Path, tmp_path: Path) -> None:
    out = tmp_path / "anna"
    call = ("evaluate", "anna_[0-4].npz", "--same-athlete", "--standard", "club.standard", "--out", out)
    done = handball(*call, folder=evening)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"Report: {out / 'report.html'}\n"
    assert sorted(path.name for path in out.iterdir()) == list(WRITTEN)
    found = document(out)
    assert found["throws"]["count"] == 5
    assert [Path(one["path"]).stem for one in found["throws"]["each"]] == [f"anna_{number}" for number in range(5)]
    assert 0 < found["throws"]["repeatability_deg"] < 10
    assert found["frozen_standard"]["name"] == "Club throw"
    assert found["advice_details"][0]["key"] == "fault.low_elbow"
    assert found["advice_details"][0]["shown_in"] == 4
    elevation = next(one for one in found["key_actions"][2]["angles"] if one["name"] == "right_shoulder_elevation")
    assert elevation["difference_deg"] == pytest.approx(-np.median(LOWERED), abs=3)
    assert len(elevation["each_deg"]) == 5
    assert elevation["each_deg"] == pytest.approx([-deg for deg in LOWERED], abs=3)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "In 4 of 5 throws" in page
    assert "Club throw, girls U14" in page

    again = handball(*call, folder=evening)
    assert again.stdout.startswith(f"Report: {out / 'report.html'} (done before")
    german = handball(*call, "--language", "de", folder=evening)
    assert german.returncode == 0
    assert "In 4 von 5 Würfen" in (out / "report.html").read_text(encoding="utf-8")


def test_one_recording_gives_all_its_throws_or_the_one_that_is_asked_for(evening: Path, tmp_path: Path) -> None:
    call = ("evaluate", "anna_all.npz", "--standard", "club.standard", "--out", tmp_path / "all", "--throw")
    assert handball(*call, "all", folder=evening).returncode == 0
    found = document(tmp_path / "all")
    strikes = [one["strike_s"] for one in found["throws"]["each"]]
    assert len(strikes) == 3
    assert np.diff(strikes) == pytest.approx(np.full(2, strikes[1] - strikes[0]), abs=0.05)
    assert handball(*call, "2", folder=evening).returncode == 0
    second = document(tmp_path / "all")
    assert second["throws"] is None
    assert second["key_actions"][2]["test"]["time_s"] == pytest.approx(strikes[1], abs=0.01)
    assert handball(*call, "last", folder=evening).returncode == 0
    assert document(tmp_path / "all")["key_actions"][2]["test"]["time_s"] == pytest.approx(strikes[2], abs=0.01)
    refusal(handball(*call, "4", folder=evening), "anna_all.npz", "--throw 4", "3 throws")
    refusal(handball(*call, "first", folder=evening), "'first' is no throw", "best, last, all")
    assert document(tmp_path / "all")["key_actions"][2]["test"]["time_s"] == pytest.approx(strikes[2], abs=0.01)


def test_a_bad_file_among_the_throws_is_named_and_done_when_it_is_mended(evening: Path, tmp_path: Path) -> None:
    bad = tmp_path / "anna_x.npz"
    bad.write_text("nothing", encoding="utf-8")
    files = [evening / "anna_0.npz", bad, evening / "anna_1.npz"]
    call = ("evaluate", *files, "--same-athlete", "--standard", evening / "club.standard", "--out", "out")
    done = handball(*call, folder=tmp_path)
    refusal(done, "anna_x.npz")
    found = document(tmp_path / "out")
    assert found["throws"]["count"] == 2
    assert any("anna_x.npz" in warning for warning in found["warnings"])
    throw_file(bad, elbow_lowered_deg=29.0, noise_mm=3.0, seed=40)
    assert handball(*call, folder=tmp_path).returncode == 0
    assert document(tmp_path / "out")["throws"]["count"] == 3
    left = handball(*call[:2], evening / "ben.npz", *call[4:], folder=tmp_path)
    refusal(left, "one hand", "anna_0.npz", "ben.npz")
    assert document(tmp_path / "out")["throws"]["count"] == 3


def test_a_folder_of_learners_against_a_frozen_standard(evening: Path, tmp_path: Path) -> None:
    call = ("evaluate", "anna_0.npz", "ben.npz", "--standard", "club.standard", "--out", tmp_path / "out")
    done = handball(*call, folder=evening)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.splitlines()[-1].endswith("(2 done, 0 failed)")
    assert document(tmp_path / "out" / "ben")["test"]["mirrored"]
    assert document(tmp_path / "out" / "anna_0")["throws"] is None


def test_an_odd_clip_is_named_and_left_out_only_when_asked(evening: Path, tmp_path: Path) -> None:
    offsets = (("trunk_tilt_forward", 25.0), ("right_shoulder_elevation", -35.0))
    throw_file(tmp_path / "odd.npz", angle_offsets=offsets, noise_mm=3.0, seed=50)
    call = ("standard", "build", *sorted(evening.glob("coach_*.npz")), "odd.npz", "--out", "new.standard")
    done = handball(*call, folder=tmp_path)
    assert done.returncode == 0
    one_sentence(done.stderr, "odd.npz", "does not fit", "kept", "--drop-outliers")
    assert "4 throws" in done.stdout
    dropped = handball(*call, "--drop-outliers", folder=tmp_path)
    one_sentence(dropped.stderr, "odd.npz", "left out")
    assert "3 throws" in dropped.stdout
    assert "odd.npz" in handball("standard", "show", "new.standard", folder=tmp_path).stdout


def test_what_no_standard_can_be(evening: Path, tmp_path: Path) -> None:
    good = (evening / "club.standard").read_bytes()
    (tmp_path / "cut.standard").write_bytes(good[: len(good) // 2])
    evaluate = ("evaluate", evening / "anna_0.npz", "--out", "out")
    refusal(handball(*evaluate, "--standard", "cut.standard", folder=tmp_path), "cut.standard", "build it again")
    refusal(handball("standard", "show", "cut.standard", folder=tmp_path), "cut.standard", "build it again")
    refusal(handball(*evaluate, "--standard", "no.standard", folder=tmp_path), "No such file", "no.standard")
    both = ("--standard", evening / "club.standard", "--standard", evening / "coach_0.npz")
    refusal(handball(*evaluate, *both, folder=tmp_path), "club.standard", "give it alone")
    own = ("--standard", evening / "club.standard")
    refusal(handball(*evaluate, *own, "--standard-hand", "right", folder=tmp_path), "when it was built")
    refusal(handball(*evaluate, *own, "--action", "any", folder=tmp_path), "--action throw")
    build = ("standard", "build", evening / "coach_0.npz")
    refusal(handball(*build, "--out", "club.zip", folder=tmp_path), "ends in .standard")
    refusal(handball("standard", "build", "--out", "a.standard", folder=tmp_path), "coach's clip is missing")
    (tmp_path / "broken.npz").write_text("nothing", encoding="utf-8")
    (tmp_path / "old.standard").write_bytes(good)
    refusal(handball(*build, "broken.npz", "--out", "old.standard", folder=tmp_path), "broken.npz")
    assert (tmp_path / "old.standard").read_bytes() == good
    assert not (tmp_path / "out").exists()
