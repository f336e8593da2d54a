"""The comparison of ball nets: trained once, told in full, refused with other options."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.errors import HandballError, OutputError, UsageError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.benchmarking.ball_latency import call_times  # noqa: E402
from handball.benchmarking.ball_recall import ball_recall  # noqa: E402
from handball.benchmarking.ball_recognition import color_rival, f1, precision  # noqa: E402
from handball.benchmarking.ball_study import BallStudy, run, save_figures  # noqa: E402
from handball.benchmarking.ball_trainings import Plan, net_of  # noqa: E402
from handball.cli.app import app  # noqa: E402
from handball.synthesis.labeled_crops import plain  # noqa: E402

_KINDS = ((7, False),)


def _quiet(_: str) -> None:
    return None


@pytest.fixture(scope="module")
def plan(tmp_path_factory: pytest.TempPathFactory) -> Plan:
    folder = tmp_path_factory.mktemp("study")
    counts = {"iterations": 2, "small_iterations": 1, "fine_iterations": 1, "crops": 20, "test_crops": 20}
    return Plan(folder=folder, size=(80, 60), seed=3, **counts)


@pytest.fixture(scope="module")
def study(plan: Plan) -> BallStudy:
    return run(plan, kinds=_KINDS, tell=_quiet, calls=2)


def test_every_part_is_told_and_what_was_not_run_is_named(study: BallStudy) -> None:
    table = study.to_table()
    assert "Table 2), 80 × 60, 2 iterations from scratch" in table
    rows = {row.split(" | ")[0]: row for row in table.splitlines()}
    assert rows["| 2"].count("not run") == 3
    assert rows["| 2"].startswith("| 2 | 98.1 | 1.89 | not run")
    assert "not run" not in rows["| 7"]
    assert rows["| a ball, told ball (recall, %)"].startswith("| a ball, told ball (recall, %) | 99.2 | 46.2 | ")
    assert [row.way for row in study.transfers] == ["scratch", "interp", "adaptive", "fcn"]
    assert [one.size for one in study.latencies] == [(64, 48), (128, 96), (320, 240), (640, 480)]
    assert all(one.difference < 1e-5 for one in study.latencies)
    told = json.loads(study.to_json())
    assert told["structures"][6]["training"]["iterations"] == 2
    assert told["structures"][1]["training"] is None
    assert str(study.plan.folder) not in study.to_json()


def test_what_is_done_is_not_done_again(plan: Plan, study: BallStudy) -> None:
    nets = sorted(plan.folder.rglob("trainings/*/ball.onnx"))
    before = [path.stat().st_mtime_ns for path in nets]
    again = run(plan, parts=("transfers",), kinds=_KINDS, tell=pytest.fail)
    assert [path.stat().st_mtime_ns for path in nets] == before
    assert again.transfers == study.transfers
    (plan.folder / "trainings" / "fcn_3_80x60_1" / "ball.onnx").unlink()
    assert "| fcn | not run | not run |" in run(plan, parts=(), tell=pytest.fail, calls=2).to_table()
    assert again.recognition is None
    assert "Tables 3 and 4): not run" in again.to_table()


def test_a_folder_of_other_options_is_refused(plan: Plan, study: BallStudy) -> None:
    assert study.structures[6].training is not None
    with pytest.raises(OutputError, match="other options"):
        run(attrs.evolve(plan, crops=21), parts=("structures",), kinds=_KINDS, tell=_quiet, calls=2)


def test_trainings_of_other_lengths_do_not_mix(plan: Plan, study: BallStudy) -> None:
    longer = run(attrs.evolve(plan, iterations=3), parts=(), tell=_quiet, calls=2)
    assert study.structures[6].training is not None
    assert all(row.training is None for row in longer.structures)


def test_another_net_is_compared(plan: Plan, study: BallStudy) -> None:
    net = net_of(plan.folder, plan.small())
    found = run(plan, parts=("recognition",), net=net, tell=_quiet, calls=2).recognition
    assert found is not None
    assert study.recognition is not None
    assert (found.size, found.source) == ((64, 48), "ball.onnx (--net)")
    assert (found.size, study.recognition.size) == ((64, 48), (80, 60))


def test_figures_are_drawn(study: BallStudy, tmp_path: Path) -> None:
    save_figures(study, tmp_path)
    names = ["ball_color_rival.jpg", "ball_structures_accuracy.svg", "ball_structures_time.svg", "ball_training.svg"]
    assert sorted(path.name for path in tmp_path.iterdir()) == names
    assert (tmp_path / "ball_training.svg").read_text().count("<polyline") == 4
    assert "ours, with ReLU" not in (tmp_path / "ball_structures_accuracy.svg").read_text()


def test_precision_and_f1_by_hand() -> None:
    crops = plain(np.zeros((6, 48, 64, 3), np.uint8), [True, True, True, True, False, False])
    found = ball_recall("test", crops, np.array([True, True, True, False, True, False]))
    assert (precision(found), f1(found)) == (3 / 4, pytest.approx(3 / 4))
    nothing = ball_recall("test", crops, np.zeros(6, bool))
    assert np.isnan([precision(nothing), f1(nothing)]).all()


def test_calls_are_counted_without_the_first() -> None:
    seen: list[int] = []
    pictures = np.arange(3, dtype=np.uint8).reshape(3, 1, 1, 1).repeat(3, axis=3)
    times = call_times((lambda picture: seen.append(int(picture[0, 0, 0, 0])),), pictures, 4)
    assert len(seen) == 8
    assert seen[:4] == [0, 1, 2, 0]
    assert 0 <= times[0].p50 <= times[0].p95 <= times[0].p99


def test_too_few_crops_to_calibrate_on_are_refused() -> None:
    with pytest.raises(UsageError, match="more --crops"):
        color_rival(plain(np.zeros((2, 48, 64, 3), np.uint8), [True, False]))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--parts", "all"), "--parts takes recognition, latency, structures, transfers"),
        (("--structures", "3,8"), "--structures takes some of 1, 2"),
        (("--structures", "three"), "--structures takes some of 1, 2"),
        (("--iterations", "0"), "at least 1"),
        (("--net", "nowhere.onnx"), "is no file"),
        (("--size", "large"), "width and a height"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    typed = ["bench", "ball", "--out", str(tmp_path / "out"), *words]
    with pytest.raises(HandballError, match=message):
        app(typed, exit_on_error=False, print_error=False, result_action="return_value")
    assert not (tmp_path / "out").exists()
