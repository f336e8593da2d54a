"""`handball pose`, `key-actions`, `models` and `info`, and videos: without people, without a throw, of a throw."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest

from command import WRITTEN, handball, refusal, throw_file
from handball.inference.cards import CARDS
from handball.inference.shipped import SHIPPED
from handball.storage.poses import WRITTEN_SUFFIXES, load_pose, load_pose_2d, load_raw_pose
from videos import moving_scene, write_video

HEAVY = ("cv2", "av", "scipy", "numpy", "ai_edge_litert", "jinja2", "pydantic", "ezc3d")
COMMANDS = ("evaluate", "pose", "key-actions", "models", "info", "bench")


def test_help_names_every_command_and_loads_nothing_heavy(tmp_path: Path) -> None:
    script = (
        "import sys; from handball.cli.app import run; code = run(['--help']); "
        f"print('heavy:', sorted({set(HEAVY)!r} & set(sys.modules)), code)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=tmp_path)
    assert done.stdout.splitlines()[-1] == "heavy: [] 0"
    assert all(f" {command} " in done.stdout for command in COMMANDS)


@pytest.mark.parametrize("command", [["evaluate"], ["pose"], ["key-actions"], ["models", "fetch"], ["bench", "align"]])
def test_help_of_a_command(command: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    from handball.cli.app import run

    assert run([*command, "--help"]) == 0
    told = capsys.readouterr()
    assert told.err == ""
    assert f"Usage: handball {' '.join(command)}" in told.out


def test_a_misspelt_command_and_the_installed_script(tmp_path: Path) -> None:
    refusal(handball("evalute", folder=tmp_path), "evalute", 'Did you mean "evaluate"?')
    script = Path(sys.executable).with_name("handball")
    if not script.exists():
        pytest.skip("the command is not installed beside this Python")
    done = subprocess.run([script, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == handball("--version", folder=tmp_path).stdout.strip()


def test_info_and_models(tmp_path: Path) -> None:
    told = handball("info", folder=tmp_path, HANDBALL_MODELS=str(tmp_path))
    assert (told.returncode, told.stderr) == (0, "")
    assert told.stdout.startswith("handball ")
    assert "model blazepose_heavy missing" in told.stdout
    listed = handball("models", "list", folder=tmp_path, HANDBALL_MODELS=str(tmp_path))
    assert listed.returncode == 0
    assert listed.stdout.count("missing") == len(CARDS)


@pytest.mark.models
def test_fetched_models_are_verified(models_folder: Path, tmp_path: Path) -> None:
    done = handball("models", "verify", folder=tmp_path, HANDBALL_MODELS=str(models_folder))
    assert done.returncode == 0
    assert done.stdout.count("verified") == len(CARDS) + len(SHIPPED)


def test_key_actions_of_a_pose_file(tmp_path: Path) -> None:
    throw_file(tmp_path / "throw.trc", hand="left")
    done = handball("key-actions", "throw.trc", "--json", folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    found = json.loads(done.stdout)
    assert found["hand"] == "left"
    marks = found["key_actions"]
    assert [mark["name"] for mark in marks] == ["start", "cocking", "strike", "finish"]
    assert all(set(mark) == {"name", "frame", "time_s", "rule", "confidence"} for mark in marks)
    assert all(isinstance(mark["frame"], int) and 0 <= mark["confidence"] <= 1 for mark in marks)
    assert marks[2]["time_s"] == pytest.approx(0.8, abs=0.02)
    table = handball("key-actions", "throw.trc", "--key", "strike=0.9", folder=tmp_path).stdout
    assert "manual" in table.splitlines()[3]
    assert [line.split()[0] for line in table.splitlines()] == ["left", "start", "cocking", "strike", "finish", "plant"]
    assert found["kind"]["name"] == "standing"
    assert [event["name"] for event in found["events"]] == ["plant"]
    assert found["events"][0]["time_s"] < marks[2]["time_s"]


@pytest.mark.models
def test_a_video_without_people(models_folder: Path, tmp_path: Path) -> None:
    write_video(tmp_path / "nobody.mp4", [moving_scene(number, width=320, height=240) for number in range(30)])
    # two videos load their nets at the same time, and the message must still reach the terminal
    for call in (
        ("evaluate", "nobody.mp4", "--standard", "nobody.mp4", "--out", "out"),
        ("pose", "nobody.mp4", "--out", "p.trc"),
    ):
        refusal(handball(*call, folder=tmp_path, HANDBALL_MODELS=str(models_folder)), "nobody.mp4", "No person")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["nobody.mp4"]


def test_pose_refuses_what_it_cannot_write_before_it_begins(tmp_path: Path) -> None:
    write_video(tmp_path / "clip.mp4", [moving_scene(number) for number in range(12)])
    refusal(handball("pose", "clip.mp4", "--out", "pose.xml", folder=tmp_path), "pose.xml", ".npz")
    refusal(handball("pose", "clip.mp4", "--out", "no/folder/p.npz", folder=tmp_path), "no/folder/p.npz", "folder")
    refusal(handball("pose", "missing.mp4", "--out", "p.npz", folder=tmp_path), "No such file", "missing.mp4")
    refusal(handball("key-actions", "missing.mp4", folder=tmp_path), "No such file", "missing.mp4")
    assert [path.name for path in tmp_path.iterdir()] == ["clip.mp4"]


@pytest.fixture(scope="module")
def coach(recordings: Path, models_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The joints of the handball throw, written once."""
    folder = tmp_path_factory.mktemp("pose")
    clip = recordings / "handball" / "handball_throw_side.mp4"
    done = handball("pose", clip, "--out", "coach.npz", "--pose", "full", folder=folder)
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "coach.npz"


@pytest.mark.models
@pytest.mark.recordings
class TestRecordings:
    """Real clips; each net sees each of them as few times as possible."""

    def test_pose_files_of_every_ending(self, coach: Path) -> None:
        from handball.storage.poses import save_pose

        body, raw, picture = load_pose(coach), load_raw_pose(coach), load_pose_2d(coach)
        assert len(body.frames) == len(raw.frames) == len(picture.frames) > 50
        for suffix in WRITTEN_SUFFIXES:
            path = coach.with_name(f"again{suffix}")
            save_pose(body, path, picture=picture, raw=raw, resample=True)
            assert path.stat().st_size > 1000
        rows = list(csv.DictReader(coach.with_name("again.csv").open(encoding="utf-8")))
        assert len(rows) == len(body.frames)

    def test_a_clip_against_itself(self, recordings: Path, tmp_path: Path) -> None:
        clip = recordings / "handball" / "handball_throw_side.mp4"
        done = handball("evaluate", clip, "--standard", clip, "--out", "out", folder=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert sorted(path.name for path in (tmp_path / "out").iterdir()) == list(WRITTEN)
        found = json.loads((tmp_path / "out" / "evaluation.json").read_text(encoding="utf-8"))
        assert found["score"] == 100
        assert {a["difference_deg"] for mark in found["key_actions"] for a in mark["angles"]} <= {0, None}
        assert 34 <= found["key_actions"][2]["test"]["frame"] <= 38
        assert any("repeat" in warning for warning in found["warnings"])
        assert (tmp_path / "out" / "report.html").stat().st_size < 15e6

    def test_a_golf_swing_is_no_throw(self, recordings: Path, coach: Path, tmp_path: Path) -> None:
        clip = recordings / "sport_clips" / "golf_swing.mp4"
        call = ("evaluate", clip, "--standard", coach, "--out", "out")
        refusal(handball(*call, folder=tmp_path), "golf_swing.mp4", "No throw was found", "--action any")
        assert not list(tmp_path.iterdir())
        some = ("--pose", "full", "--action", "any", "--start", "2.5", "--end", "4.5")
        assert handball(*call, *some, folder=tmp_path).returncode == 0
        assert (tmp_path / "out" / "report.html").exists()

    def test_an_athlete_who_is_not_there(self, recordings: Path, coach: Path, tmp_path: Path) -> None:
        clip = recordings / "handball" / "handball_throw_side.mp4"
        for athlete in ("99", "5000,5000"):
            call = ("evaluate", clip, "--standard", coach, "--out", "out", "--athlete", athlete, "--end", "0.8")
            refusal(handball(*call, folder=tmp_path), "handball_throw_side.mp4", athlete.split(",")[0])
        assert not list(tmp_path.iterdir())
