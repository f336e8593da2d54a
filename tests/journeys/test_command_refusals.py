"""Bad input: one clear sentence, exit code 2, and nothing left behind."""

from __future__ import annotations

import json
import os
import resource
import shlex
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from command import FEET, HEAD, THROWING_ARM, WRITTEN, handball, one_sentence, refusal, throw_file, without
from handball.cli.app import run
from handball.storage.poses import save_pose
from synthetic import analytic_throw
from videos import moving_scene, write_sound, write_video

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture(scope="module")
def material(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A good throw, and files with one flaw each."""
    folder = tmp_path_factory.mktemp("material")
    throw = analytic_throw()
    throw_file(folder / "good.npz")
    throw_file(folder / "good.trc", rate_hz=60.0)
    throw_file(folder / "slow.npz", tempo=0.06, rate_hz=20.0)
    save_pose(without(throw, THROWING_ARM, -0.1, 0.1), folder / "arm_hidden.npz")
    save_pose(without(throw, THROWING_ARM, -0.04, 9.0), folder / "arm_leaves.trc")
    save_pose(without(throw, THROWING_ARM, -0.35, -0.15), folder / "arm_late.npz")
    damaged_texts(folder)
    with np.load(folder / "good.npz") as archive:
        arrays = dict(archive)
    np.savez(folder / "unsorted.npz", **arrays | {"body_times": arrays["body_times"][::-1]})
    np.savez(folder / "joints.npz", **arrays | {"joints": arrays["joints"][::-1]})
    np.savez(folder / "foreign.npz", numbers=np.arange(3))
    write_sound(folder / "sound.mp4")
    write_video(folder / "short.mp4", [moving_scene(number) for number in range(4)])
    write_video(folder / "quick.mp4", map(moving_scene, range(20)), times=[number / 10_000 for number in range(20)])
    for name in ("empty_folder", "folder_of_texts", "folder_of_flaws"):
        (folder / name).mkdir()
    (folder / "folder_of_texts" / "notes.txt").write_text("buy a ball", encoding="utf-8")
    for name in ("text.mp4", "sound.mp4"):
        shutil.copy(folder / name, folder / "folder_of_flaws" / name)
    return folder


@pytest.fixture(scope="module")
def done_folder(material: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished result."""
    out = tmp_path_factory.mktemp("done")
    call = ("evaluate", "good.npz", "--standard", "good.npz", "--out", out)
    assert handball(*call, folder=material).returncode == 0
    return out


def damaged_texts(folder: Path) -> None:
    lines = (folder / "good.trc").read_text(encoding="utf-8").splitlines()

    def write(name: str, number: int, line: str, other: int | None = None) -> None:
        changed = lines.copy()
        if other is not None:
            changed[other] = lines[number]
        changed[number] = line
        (folder / name).write_text("\n".join(changed) + "\n", encoding="utf-8")

    write("unsorted.trc", 20, lines[30], 30)
    write("joints.trc", 3, lines[3].replace("_hip", "_pocket"))
    for rate in ("0", "nan", "10000", "-5"):
        write(f"rate_{rate}.trc", 2, "\t".join([rate, *lines[2].split("\t")[1:]]))
    (folder / "text.mp4").write_text("not a film", encoding="utf-8")
    (folder / "empty.mp4").write_bytes(b"")
    (folder / "strictness.toml").write_text("strictnes = 1.0\n", encoding="utf-8")
    (folder / "athlete.toml").write_text('[standard]\nathlet = "largest"\n', encoding="utf-8")
    (folder / "key.toml").write_text("[test.key]\nstrke = 0.8\n", encoding="utf-8")
    (folder / "test.toml").write_text("test = 3\n", encoding="utf-8")
    (folder / "latin.toml").write_bytes(b'language = "d\xe9"')
    (folder / "broken.toml").write_text("strictness = [", encoding="utf-8")
    (folder / "text.toml").write_text('strictness = "much"\n', encoding="utf-8")


STANDARD = "--standard good.npz"
CASES = {
    "missing.mp4 " + STANDARD: ("No such file", "missing.mp4"),
    "good.npz --standard missing.npz": ("No such file", "--standard missing.npz"),
    "empty_folder " + STANDARD: ("empty_folder", "holds no clip"),
    "folder_of_texts " + STANDARD: ("folder_of_texts", "holds no clip"),
    "nothing_*.mp4 " + STANDARD: ("nothing_*.mp4",),
    "good.npz --standard empty_folder": ("--standard empty_folder", "folder"),
    "text.mp4 " + STANDARD: ("text.mp4", "video"),
    "empty.mp4 " + STANDARD: ("empty.mp4",),
    "good.npz --standard text.mp4": ("text.mp4", "video"),
    "sound.mp4 " + STANDARD: ("sound.mp4", "no pictures"),
    "short.mp4 " + STANDARD: ("short.mp4", "4 frames"),
    "slow.npz " + STANDARD: ("slow.npz", "No throw was found", "--action any"),
    "good.npz --standard slow.npz": ("slow.npz", "No throw was found"),
    "arm_hidden.npz " + STANDARD: ("arm_hidden.npz", "throwing arm", "0.2"),
    "arm_hidden.npz --hand right " + STANDARD: ("arm_hidden.npz", "throwing arm"),
    "arm_leaves.trc " + STANDARD: ("arm_leaves.trc", "throwing arm"),
    "arm_late.npz " + STANDARD: ("arm_late.npz", "throwing arm", "0.2"),
    "unsorted.trc " + STANDARD: ("unsorted.trc", "times that do not rise"),
    "unsorted.npz " + STANDARD: ("unsorted.npz", "times must rise"),
    "joints.trc " + STANDARD: ("joints.trc", "left_hip", "--joints"),
    "joints.npz " + STANDARD: ("joints.npz", "skeleton"),
    "foreign.npz " + STANDARD: ("foreign.npz", "no pose file"),
    "rate_0.trc " + STANDARD: ("rate_0.trc", "frame rate of 0 Hz"),
    "rate_nan.trc " + STANDARD: ("rate_nan.trc", "frame rate of nan Hz"),
    "rate_10000.trc " + STANDARD: ("rate_10000.trc", "frame rate of 10000 Hz"),
    "rate_-5.trc " + STANDARD: ("rate_-5.trc", "frame rate of -5 Hz"),
    "good.npz --slow-motion 0 " + STANDARD: ("--slow-motion", "greater than 0", "found 0"),
    "good.npz --slow-motion nan " + STANDARD: ("--slow-motion", "nan"),
    "good.npz --slow-motion inf " + STANDARD: ("--slow-motion", "inf"),
    "good.npz --slow-motion 10000 " + STANDARD: ("--slow-motion", "64", "10000"),
    "good.npz --slow-motion -2 " + STANDARD: ("--slow-motion", "-2"),
    "good.npz --slow-motion fast " + STANDARD: ("--slow-motion", "fast"),
    "good.npz --standard-slow-motion 0 " + STANDARD: ("--standard-slow-motion", "found 0"),
    "good.npz --frobnicate 3 " + STANDARD: ("--frobnicate",),
    "good.npz --strictnes 3 " + STANDARD: ("--strictnes", "Did you mean --strictness?"),
    "good.npz --config strictness.toml " + STANDARD: ("strictness.toml", "strictnes", "did you mean 'strictness'?"),
    "good.npz --config athlete.toml " + STANDARD: ("athlete.toml", "standard.athlet", "did you mean 'athlete'?"),
    "good.npz --config key.toml " + STANDARD: ("key.toml", "test.key.strke", "did you mean 'strike'?"),
    "good.npz --config test.toml " + STANDARD: ("test.toml", "must be a table", "[test]"),
    "good.npz --config latin.toml " + STANDARD: ("latin.toml", "UTF-8"),
    "good.npz --config broken.toml " + STANDARD: ("broken.toml", "not valid TOML"),
    "good.npz --config text.toml " + STANDARD: ("strictness", "'much'"),
    "good.npz --config missing.toml " + STANDARD: ("missing.toml",),
    "good.npz --joints missing.toml " + STANDARD: ("missing.toml",),
    "good.npz --language dee " + STANDARD: ("dee", "did you mean 'de'?"),
    "good.npz --action thrw " + STANDARD: ("thrw", "did you mean 'throw'?"),
    "good.npz --hand lef " + STANDARD: ("--hand", "lef", 'Did you mean "left"?'),
    "good.npz --pose heavi " + STANDARD: ("--pose", "heavi", 'Did you mean "heavy"?'),
    "good.npz --strictness 0 " + STANDARD: ("--strictness", "0.25"),
    "good.npz --athlete bigest " + STANDARD: ("bigest", "largest"),
    "good.npz --start 50 " + STANDARD: ("good.npz", "--start"),
    "good.npz --start 1 --end 0.5 " + STANDARD: ("end (0.5 s)", "start (1 s)"),
    "good.npz --standard-start 1 --standard-end 0.5 " + STANDARD: ("standard", "end (0.5 s)"),
    "good.npz --start -1 " + STANDARD: ("--start", "-1"),
    "good.npz --key strke=0.8 " + STANDARD: ("--key", "strke", "Did you mean 'strike'?"),
    "good.npz --key strike " + STANDARD: ("strike", "seconds"),
    "good.npz --key strike=0.8,strike=0.9 " + STANDARD: ("strike", "twice"),
    "good.npz --key strike=50 " + STANDARD: ("good.npz", "strike=50", "outside"),
    "good.npz --key strike=0,8 " + STANDARD: ("strike=0,8", "point"),
    "good.npz --key strike=nan " + STANDARD: ("--key", "nan"),
    "good.npz --key start=0.9,strike=0.3 " + STANDARD: ("good.npz", "follow each other"),
    "good.npz --key start=0.1,cocking=0.8,strike=0.7,finish=1 " + STANDARD: ("good.npz", "follow each other"),
    "good.npz": ("--standard",),
    STANDARD: ("learner's clip is missing",),
    "'' " + STANDARD: ("learner's clip is missing",),
    "quick.mp4 " + STANDARD: ("quick.mp4", "10000 pictures a second", "--slow-motion"),
    "good.npz --standard [y].mp4": ("No such file", "[y].mp4"),
}


@pytest.fixture
def place(material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Work beside the material, and see that no call leaves anything there."""
    monkeypatch.chdir(material)
    before = sorted(material.rglob("*"))
    yield tmp_path
    assert sorted(material.rglob("*")) == before


@pytest.mark.parametrize("call", CASES)
def test_bad_input_is_refused(call: str, place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = run(["evaluate", *shlex.split(call), "--out", str(place / "new" / "out")])
    told = capfd.readouterr()
    assert (code, told.out) == (2, "")
    one_sentence(told.err, *CASES[call])
    assert not list(place.iterdir())


@pytest.mark.parametrize("call", ["text.mp4 " + STANDARD, "good.npz --strictnes 3 " + STANDARD])
def test_the_process_ends_with_exit_code_2(call: str, place: Path, material: Path) -> None:
    done = handball("evaluate", *shlex.split(call), "--out", place / "out", folder=material)
    refusal(done, *CASES[call])
    assert not list(place.iterdir())


def test_a_folder_of_which_nothing_can_be_read(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    assert run(["evaluate", "folder_of_flaws", *shlex.split(STANDARD), "--out", str(place / "out")]) == 2
    lines = capfd.readouterr().err.splitlines()
    assert [line.split(" ")[1] for line in lines] == ["folder_of_flaws/sound.mp4", "folder_of_flaws/text.mp4", "None"]
    assert not list(place.iterdir())


@pytest.mark.parametrize("call", ["text.mp4 " + STANDARD, "slow.npz " + STANDARD, "good.npz --standard arm_hidden.npz"])
def test_an_earlier_result_stays_as_it_was(call: str, place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "report.html").write_text("earlier", encoding="utf-8")
    assert run(["evaluate", *shlex.split(call), "--out", str(place)]) == 2
    assert [path.name for path in place.iterdir()] == ["report.html"]
    assert (place / "report.html").read_text(encoding="utf-8") == "earlier"
    one_sentence(capfd.readouterr().err)


@pytest.mark.parametrize("joints", [FEET, HEAD, THROWING_ARM], ids=["feet", "head", "arm for 0.05 s"])
def test_cut_feet_a_cut_head_and_a_short_gap_are_fine(joints: tuple[str, ...], place: Path, material: Path) -> None:
    begin, end = (-0.025, 0.025) if joints == THROWING_ARM else (-9, 9)
    save_pose(without(analytic_throw(), joints, begin, end), place / "cut.npz")
    call = ["evaluate", str(place / "cut.npz"), *shlex.split(STANDARD), "--out", str(place / "out")]
    assert run(call) == 0
    assert (place / "out" / "report.html").exists()


def test_an_unsure_hand_is_said_when_the_other_arm_was_never_seen(
    place: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    save_pose(without(analytic_throw(), ("left_wrist",), -9, 9), place / "one_arm.npz")
    assert run(["evaluate", str(place / "one_arm.npz"), *shlex.split(STANDARD), "--out", str(place / "out")]) == 0
    assert "not certain which hand throws" in (place / "out" / "evaluation.json").read_text(encoding="utf-8")


def test_a_file_where_the_folder_should_be(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "taken").write_text("mine", encoding="utf-8")
    for out in ("taken", "taken/deeper"):
        assert run(["evaluate", "good.npz", *shlex.split(STANDARD), "--out", str(place / out)]) == 2
        one_sentence(capfd.readouterr().err, str(place / out), "is a file")
    assert (place / "taken").read_text(encoding="utf-8") == "mine"


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is read-only to root")
def test_a_read_only_folder(place: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (place / "fixed").mkdir(mode=0o555)
    assert run(["evaluate", "good.npz", *shlex.split(STANDARD), "--out", str(place / "fixed" / "out")]) == 2
    one_sentence(capfd.readouterr().err, "fixed", "permission")


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 KiB; only root may mount one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(disk)]
    if (
        os.geteuid() != 0
        or not shutil.which("mount")
        or subprocess.run(mount, check=False, capture_output=True).returncode
    ):
        pytest.skip("no disk can be mounted here")
    yield disk
    subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk(material: Path, tiny_disk: Path) -> None:
    done = handball("evaluate", "good.npz", *shlex.split(STANDARD), "--out", tiny_disk / "out", folder=material)
    refusal(done, str(tiny_disk / "out"), "disk is full")
    assert not list(tiny_disk.iterdir())


def test_a_read_only_disk(material: Path, tiny_disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    done = handball("evaluate", "good.npz", *shlex.split(STANDARD), "--out", tiny_disk / "out", folder=material)
    refusal(done, str(tiny_disk / "out"))


def test_files_that_may_not_grow(material: Path, tmp_path: Path) -> None:
    def small_files() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))

    call = [
        sys.executable,
        "-m",
        "handball",
        "evaluate",
        "good.npz",
        *shlex.split(STANDARD),
        "--out",
        str(tmp_path / "out"),
    ]
    done = subprocess.run(call, cwd=material, capture_output=True, text=True, check=False, preexec_fn=small_files)
    refusal(done, str(tmp_path / "out"))
    assert not list(tmp_path.iterdir())


def test_a_killed_run_leaves_the_earlier_result_and_the_next_one_clears_up(material: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    call = ["evaluate", "good.npz", "--standard", "good.npz", "--out", str(out)]
    assert handball(*call, folder=material).returncode == 0
    before = {path.name: path.read_bytes() for path in out.iterdir()}
    running = subprocess.Popen([sys.executable, "-m", "handball", *call, "--force"], cwd=material)
    until = time.monotonic() + 60
    while not list(out.glob(".unfinished-*/side_by_side.mp4")) and time.monotonic() < until:
        time.sleep(0.002)
    running.kill()
    running.wait()
    assert {path.name: path.read_bytes() for path in out.iterdir() if path.is_file()} == before
    assert list(out.glob(".unfinished-*"))
    assert handball(*call, folder=material).returncode == 0
    assert sorted(path.name for path in out.iterdir()) == sorted(before)


def test_results_of_two_runs_are_never_taken_for_one(
    material: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(material)
    out = tmp_path / "out"
    call = ["evaluate", "good.npz", "--standard", "good.npz", "--out", str(out)]
    assert run(call) == 0
    earlier, found = (out / "report.html").read_bytes(), evaluation(out)
    (out / "report.html").unlink()
    (out / "report.html").mkdir()
    # the new files before this one in the alphabet have moved in when the folder is found in the way
    assert run([*call, "--strictness", "0.5"]) == 2
    (out / "report.html").rmdir()
    (out / "report.html").write_bytes(earlier)
    capfd.readouterr()
    assert run(call) == 0
    assert "done before" not in capfd.readouterr().out
    assert evaluation(out) == found


def evaluation(folder: Path) -> dict:
    """Read an evaluation without the seconds it took."""
    return json.loads((folder / "evaluation.json").read_text(encoding="utf-8")) | {"timing": None}


@pytest.mark.parametrize("lost", WRITTEN)
def test_a_second_run_says_that_all_is_done_unless_a_file_is_lost(
    lost: str, done_folder: Path, material: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(material)
    call = ["evaluate", "good.npz", "--standard", "good.npz", "--out", str(done_folder)]
    report = done_folder / "report.html"
    for options, again in (([], False), (["--force"], True), (["--strictness", "1"], True), ([], True)):
        before = report.stat().st_mtime_ns
        assert run([*call, *options]) == 0
        assert ("done before" not in capfd.readouterr().out) is again
        assert (report.stat().st_mtime_ns > before) is again
        if lost != WRITTEN[0]:
            break
    (done_folder / lost).unlink()
    assert run(call) == 0
    assert "done before" not in capfd.readouterr().out
    assert (done_folder / lost).exists()


def test_ctrl_c_stops_at_once_and_leaves_nothing(tmp_path: Path) -> None:
    # clips of people, which take many seconds: the signal must come before the end
    clips = [str(EXAMPLES / "learner.mp4"), "--standard", str(EXAMPLES / "coach.mp4")]
    call = [sys.executable, "-m", "handball", "evaluate", *clips, "--out"]
    for seconds in (0.8, 1.6, 2.4, 3.2, 4.8, 6.4):
        running = subprocess.Popen(
            [*call, str(tmp_path / "out")],
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # where the tests run in the background of a shell the signal is ignored, and so it would be here
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509 - it sets a signal and nothing else
        )
        time.sleep(seconds)
        running.send_signal(signal.SIGINT)
        _, told = running.communicate(timeout=60)
        assert not list(tmp_path.iterdir())
        if running.returncode == 130:
            break
        # while modules are still being loaded Python ends itself by the signal: on a busy machine later is tried
        assert running.returncode == -signal.SIGINT, told
    one_sentence(told, "stopped")


def test_missing_and_damaged_models(material: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    clip = write_video(tmp_path / "clip.mp4", [moving_scene(number) for number in range(12)])
    call = ("evaluate", clip, *shlex.split(STANDARD), "--out", out)
    nets = tmp_path / "nets"
    refusal(handball(*call, folder=material, HANDBALL_MODELS=str(nets)), "blazepose_full", "handball models fetch")
    nets.mkdir()
    (nets / "blazepose_full.tflite").write_bytes(b"damaged")
    refusal(handball(*call, folder=material, HANDBALL_MODELS=str(nets)), "blazepose_full.tflite", "damaged", "SHA-256")
    refusal(handball("models", "verify", folder=material, HANDBALL_MODELS=str(nets)), "damaged", "missing")
    assert not out.exists()
