"""Training of the finder: it goes on where it was stopped, and its file is the net that was trained."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.ball.finder_net import open_finder_net
from handball.errors import OutputError, UsageError
from handball.synthesis.ball_crops import CropSet
from handball.synthesis.labeled_crops import labeled

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.cli.app import app  # noqa: E402
from handball.training.ball_finder import loop  # noqa: E402
from handball.training.ball_finder.crops import SIZE  # noqa: E402
from handball.training.ball_finder.loop import TrainedFinder, train  # noqa: E402
from handball.training.ball_finder.module import ReadFinder  # noqa: E402
from handball.training.ball_finder.recipe import FinderRecipe  # noqa: E402
from handball.training.ball_finder.report import command_of, export, write_curves  # noqa: E402

_SMALL = FinderRecipe(crops=60, test_crops=20, rounds=2, batch=16, seed=2)


def _quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("finder")


@pytest.fixture(scope="module")
def trained(folder: Path) -> TrainedFinder:
    return train(_SMALL, folder / "whole", progress=_quiet, tell=_quiet)


def test_each_round_is_told_and_both_sets_are_tested(trained: TrainedFinder, folder: Path) -> None:
    assert [each.number for each in trained.history] == [1, 2]
    assert [name for name, _ in trained.tested] == ["test", "held-out skin"]
    assert [len(tested.crops) for _, tested in trained.tested] == [20, 20]
    assert all(np.isfinite(each.loss) for each in trained.history)
    write_curves(trained, folder)
    assert json.loads((folder / "curves.json").read_text())[1]["number"] == 2
    assert "<polyline" in (folder / "curves.svg").read_text()


def test_a_stopped_training_ends_in_the_same_net(trained: TrainedFinder, folder: Path) -> None:
    stopped = folder / "stopped"
    shutil.copytree(folder / "whole", stopped, ignore=shutil.ignore_patterns("checkpoint.pt"))

    def stop(text: str) -> None:
        raise KeyboardInterrupt(text)

    with pytest.raises(KeyboardInterrupt, match="round 1"):
        train(_SMALL, stopped, progress=_quiet, tell=stop)
    told: list[str] = []
    again = train(_SMALL, stopped, progress=_quiet, tell=told.append)
    assert [text.split(":")[0] for text in told] == ["round 2"]
    assert again.history == trained.history
    for name, weights in trained.net.state_dict().items():
        assert torch.equal(weights, again.net.state_dict()[name]), name
    finished = train(_SMALL, stopped, progress=_quiet, tell=stop)
    assert finished.history == trained.history


def test_other_options_do_not_continue_a_training(trained: TrainedFinder, folder: Path) -> None:
    assert trained.history
    with pytest.raises(OutputError, match="other options"):
        train(attrs.evolve(_SMALL, seed=3), folder / "whole", progress=_quiet, tell=_quiet)


def test_the_file_is_the_net_and_its_card_says_what_was_measured(trained: TrainedFinder, tmp_path: Path) -> None:
    path = tmp_path / "ball_finder.onnx"
    export(_SMALL, trained, {"test": {"right": 0.5}}, path)
    pixels = np.stack([CropSet(seed=4).crop(number).pixels for number in range(6)])
    values = torch.from_numpy(pixels.transpose(0, 3, 1, 2)).float() / 255
    with torch.no_grad():
        wanted = ReadFinder(trained.net.eval())(values).numpy()
    np.testing.assert_allclose(open_finder_net(path)(pixels), wanted, rtol=0, atol=1e-5)
    card = json.loads(path.with_suffix(".json").read_text())
    assert card["name"] == "ball_finder"
    assert card["data"].startswith("synthetic")
    assert card["recipe"]["crops"] == 60
    assert card["measured"]["test"]["right"] == 0.5
    tested = dict(trained.tested)["test"]
    assert card["measured"]["test"]["hand_told_rightly"] == pytest.approx(tested.held, abs=1e-4, nan_ok=True)
    assert len(card["sha256"]) == 64
    assert card["command"] == "handball train ball-finder --crops 60 --test-crops 20 --rounds 2 --seed 2"


def test_what_is_right_is_counted() -> None:
    crops = labeled([CropSet(seed=3).crop(number) for number in range(8)])
    right = np.full((8, 5), np.nan)
    right[:, 0] = np.where(crops.ball, 2.0, -2.0)
    right[:, 1:3] = 2 * crops.middle - [SIZE[0] / SIZE[1], 1.0]
    right[:, 4] = np.where(crops.held == 1, 3.0, -3.0)
    found = loop.TestedFinder(crops=crops, outputs=right)
    assert (found.accuracy, found.placed, found.held) == (1, 1, 1)
    balls = np.flatnonzero(crops.ball)
    right[balls[0], 1] += 0.9 * crops.diameter[balls[0]]
    right[balls[1], 2] += 0.49 * crops.diameter[balls[1]]
    right[balls[2], 1] += 0.51 * crops.diameter[balls[2]]
    right[balls[3], 0] = -1
    right[balls[0], 4] *= -1
    found = loop.TestedFinder(crops=crops, outputs=right)
    assert (found.accuracy, found.placed, found.held) == (7 / 8, 1 / 3, pytest.approx(2 / 3))
    nothing = loop.TestedFinder(crops=crops, outputs=np.full((8, 5), -1.0))
    assert np.isnan([nothing.placed, nothing.held]).all()


def test_every_option_arrives(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ("train", "ball-finder", "--out", tmp_path, "--crops", 20, "--test-crops", 20, "--rounds", 1, "--seed", 4)
    app(
        [*map(str, words), "--device", "cpu"], exit_on_error=False, print_error=False, result_action="return_value"
    )  # fmt: skip
    recipe = FinderRecipe(crops=20, test_crops=20, rounds=1, seed=4)
    assert json.loads((tmp_path / "recipe.json").read_text()) == json.loads(json.dumps(attrs.asdict(recipe)))
    told = capsys.readouterr().out
    assert "held-out skin" in told
    assert f"{tmp_path / 'ball_finder.onnx'}: trained in " in told
    assert len(open_finder_net(tmp_path / "ball_finder.onnx")(np.zeros((2, 48, 64, 3), np.uint8))) == 2
    assert json.loads((tmp_path / "ball_finder.json").read_text())["measured"]["test"]["right"]["of"] == 20


@pytest.mark.parametrize("wrong", [{"crops": 3}, {"test_crops": 19}, {"rounds": 0}, {"batch": 0}, {"seed": -1}])
def test_a_recipe_that_trains_nothing_is_refused(wrong: dict[str, int]) -> None:
    with pytest.raises(UsageError, match="at least 20 crops"):
        FinderRecipe(**wrong)


def test_the_card_tells_the_command() -> None:
    assert command_of(FinderRecipe()) == "handball train ball-finder"
    several = FinderRecipe(clips=("a/near", "b/fan"), clips_hashes=("x", "y"))
    assert command_of(several) == "handball train ball-finder --clips near fan"
