"""`handball synth` as a user calls it: a set, sentences for bad options, and a word about the missing extra."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from command import handball, one_sentence, refusal
from handball.cli.app import run
from handball.synthesis.truth import load_truth

SMALL = ("--players", 1, "--clips", 1, "--size", 160, 90, "--rate", 4, "--others", 0)
WITHOUT = """
import sys
class Missing:
    def find_spec(self, name, path=None, target=None):
        if name.split(".")[0] in {missing}:
            raise ModuleNotFoundError(f"No module named '{{name}}'", name=name)
sys.meta_path.insert(0, Missing())
from handball.cli.app import run
sys.exit(run(sys.argv[1:]))
"""


def called_without(missing: set[str], *arguments: object, folder: Path) -> subprocess.CompletedProcess[str]:
    """Call the command where packages cannot be imported."""
    words = [sys.executable, "-c", WITHOUT.format(missing=missing), *map(str, arguments)]
    return subprocess.run(words, cwd=folder, capture_output=True, text=True, timeout=300, check=False)


def test_a_set_is_made_and_a_second_call_finds_it_done(tmp_path: Path) -> None:
    for package in ("anny", "vtk", "pyarrow"):
        pytest.importorskip(package, reason="needs the extra synth: pip install 'handball[synth]'")
    call = ("synth", "--out", "set", "--techniques", "pass,push_pass", *SMALL)
    done = handball(*call, folder=tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    card = json.loads((tmp_path / "set" / "set.json").read_text(encoding="utf-8"))
    assert done.stdout.startswith(f"2 clips, 2 files, truth {card['truth_hash']}, ")
    assert done.stdout.endswith(": set\n")
    truths = sorted((tmp_path / "set" / "truth").iterdir())
    assert [path.stem for path in truths] == ["p01_pass_001_near", "p01_push_pass_001_near"]
    assert all(len(load_truth(path).times) == 8 for path in truths)
    before = {path: path.stat().st_mtime_ns for path in truths}
    again = handball(*call, folder=tmp_path)
    assert again.returncode == 0
    assert again.stdout.split(", ")[:3] == done.stdout.split(", ")[:3]
    assert before == {path: path.stat().st_mtime_ns for path in truths}
    other = handball(*call, "--seed", 2, folder=tmp_path)
    refusal(other, "set holds another set", card["key"], "choose another --out")


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (("--players", 17), ("--players must lie between 1 and 16, found 17",)),
        (("--clips", 0), ("--clips must be at least 1, found 0",)),
        (("--seed", -5), ("--seed must not be negative",)),
        (("--rate", 0), ("--rate must lie between",)),
        (("--size", 161, 90), ("--size takes two even numbers", "found 161 90")),
        (("--novices", 2), ("--novices must be a share from 0 to 1",)),
        (("--techniques", "pass,jumpshot"), ("'jumpshot' is no technique", "Did you mean 'jump_shot'?")),
        (("--techniques", "pass,pass"), ("names pass twice",)),
        (("--reality",), ("--reality is what phones do", "--preset phone")),
        (("--preset", "rig", "--size", 320, 240), ("--preset rig", "640 x 480")),
        (("--preset", "orbit", "--profile", "light"), ("'light' is for the presets near and far", "'orbit'")),
        (("--preset", "nera"), ("nera",)),
        (("--profile", "heavy"), ("heavy",)),
        (("--colour", "red"), ("--colour",)),
    ],
)
def test_bad_options_are_told_in_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[object, ...], words: tuple[str]
) -> None:
    assert run(["synth", "--out", str(tmp_path / "set"), *map(str, options)]) == 2
    one_sentence(capsys.readouterr().err, *words)
    assert not list(tmp_path.iterdir())


def test_a_bad_option_ends_with_code_2(tmp_path: Path) -> None:
    refusal(handball("synth", "--out", "set", "--players", 17, folder=tmp_path), "found 17")


def test_a_place_that_is_taken_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "holiday.txt").write_text("sun", encoding="utf-8")
    for place, words in ((tmp_path, "not empty and holds no set"), (tmp_path / "holiday.txt", "cannot write")):
        assert run(["synth", "--out", str(place)]) == 2
        one_sentence(capsys.readouterr().err, words)
    assert run(["synth"]) == 2
    one_sentence(capsys.readouterr().err, "--out")
    assert [path.name for path in tmp_path.iterdir()] == ["holiday.txt"]


@pytest.mark.parametrize("missing", [{"anny"}, {"vtk", "vtkmodules"}, {"pyarrow"}])
def test_without_the_extra_it_says_what_to_install(tmp_path: Path, missing: set[str]) -> None:
    if missing != {"anny"}:
        pytest.importorskip("anny", reason="needs the extra synth: pip install 'handball[synth]'")
    call = ("synth", "--out", "set", "--techniques", "block", *SMALL)
    done = called_without(missing, *call, folder=tmp_path)
    assert done.returncode == 2, done.stdout + done.stderr
    one_sentence(done.stderr, "pip install 'handball[synth]'")
    assert not list(tmp_path.rglob("*.mp4"))


def test_the_help_needs_no_extra(tmp_path: Path) -> None:
    missing = {"anny", "torch", "vtk", "vtkmodules", "pyarrow", "sklearn", "cv2", "av"}
    done = called_without(missing, "synth", "--help", folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert all(option in done.stdout for option in ("--preset", "--profile", "--novices", "--reality"))


@pytest.mark.parametrize("bench", ["angles", "key-actions", "verdicts"])
def test_a_bench_of_a_folder_without_a_set_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], bench: str
) -> None:
    place = str(tmp_path / "nothing")
    assert run(["bench", bench, *(() if bench == "angles" else ("--rendered",)), place]) == 2
    one_sentence(capsys.readouterr().err, "holds no complete set", f"handball synth --out {place}")
