"""Training of the ball net: it learns, goes on where it was stopped, uses own pictures, and every option arrives."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from handball.ball.net import open_ball_net
from handball.errors import HandballError, InvalidCropsError, ModelError, OutputError, UsageError
from handball.synthesis.ball_crops import CropSet

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.cli.app import app  # noqa: E402
from handball.training.ball.crop_source import gather_crops  # noqa: E402
from handball.training.ball.loop import TrainedBall, batch_numbers, train  # noqa: E402
from handball.training.ball.own_pictures import fingerprint, own_pictures  # noqa: E402
from handball.training.ball.reading import read_ball_module  # noqa: E402
from handball.training.ball.recipe import BallRecipe, file_sha256  # noqa: E402
from handball.training.ball.report import command_of, write_curves  # noqa: E402

_SMALL = BallRecipe(structure=7, crops=80, test_crops=20, batch=16, iterations=60, test_interval=50, seed=2)


def _quiet(*_: object) -> None:
    return None


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("ball")


@pytest.fixture(scope="module")
def trained(folder: Path) -> TrainedBall:
    return train(_SMALL, folder / "whole", progress=_quiet, tell=_quiet)


@pytest.fixture(scope="module")
def pictures(folder: Path) -> Path:
    for name, odd in (("negative", 0), ("positive", 1)):
        (folder / "own" / name).mkdir(parents=True)
        for number in range(5):
            crop = CropSet(seed=9).crop(2 * number + odd, (128, 96))
            cv2.imwrite(str(folder / "own" / name / f"{number}.png"), crop.pixels[:, 8:, ::-1])
    return folder / "own"


def test_it_learns(trained: TrainedBall, folder: Path) -> None:
    first, last = trained.history
    assert (first.iteration, last.iteration) == (50, 60)
    assert last.train_loss < first.train_loss < 0.69
    assert trained.train_error < 0.45
    assert [name for name, _ in trained.tested] == ["test", "held-out skin"]
    assert [len(tested.crops) for _, tested in trained.tested] == [20, 20]
    write_curves(trained, folder)
    assert json.loads((folder / "curves.json").read_text())[1]["iteration"] == 60
    assert "<polyline" in (folder / "curves.svg").read_text()


def test_a_stopped_training_ends_in_the_same_net(trained: TrainedBall, folder: Path) -> None:
    stopped = folder / "stopped"
    shutil.copytree(folder / "whole", stopped, ignore=shutil.ignore_patterns("checkpoint.pt"))

    def stop(text: str) -> None:
        raise KeyboardInterrupt(text)

    with pytest.raises(KeyboardInterrupt, match="iteration 50"):
        train(_SMALL, stopped, progress=_quiet, tell=stop)
    again = train(_SMALL, stopped, progress=_quiet, tell=_quiet)
    assert again.history == trained.history
    for name, weights in trained.net.state_dict().items():
        assert torch.equal(weights, again.net.state_dict()[name])


def test_other_options_do_not_continue_a_training(trained: TrainedBall, folder: Path) -> None:
    assert trained.history
    with pytest.raises(OutputError, match="other options"):
        train(attrs.evolve(_SMALL, seed=3), folder / "whole", progress=_quiet, tell=_quiet)


def test_batches_take_every_crop_once_before_one_twice() -> None:
    numbers = np.concatenate([batch_numbers(iteration, 64, 100, 1) for iteration in range(4)])
    assert sorted(numbers[:100].tolist()) == list(range(100))
    assert sorted(numbers[100:200].tolist()) == list(range(100))
    assert numbers[:100].tolist() != numbers[100:200].tolist()


def test_own_pictures_are_read_and_split(pictures: Path) -> None:
    taught, tested = own_pictures(pictures, (64, 48))
    assert (taught.ball.sum(), len(taught)) == (4, 8)
    assert tested.ball.tolist() == [False, True]
    wanted = cv2.resize(CropSet(seed=9).crop(8, (128, 96)).pixels[3:93, 8:], (64, 48), interpolation=cv2.INTER_AREA)
    np.testing.assert_array_equal(tested.pixels[0], wanted)


def test_own_pictures_are_learned_from_and_tested_with(
    trained: TrainedBall, folder: Path, pictures: Path, tmp_path: Path
) -> None:
    for path in (folder / "whole").glob("crops_*.npz"):
        shutil.copy(path, tmp_path)
    recipe = attrs.evolve(_SMALL, own_pictures=str(pictures), own_fingerprint=fingerprint(pictures))
    crops = gather_crops(recipe, tmp_path, _quiet)
    learned, checked = own_pictures(pictures, (64, 48))
    np.testing.assert_array_equal(crops.taught.pixels[80:], learned.pixels)
    assert (crops.own, crops.clips) == (checked, None)
    assert crops.tested == trained.tested[0][1].crops


def test_own_pictures_that_cannot_be_used_are_named(tmp_path: Path, pictures: Path) -> None:
    with pytest.raises(InvalidCropsError, match="negative is no folder: own pictures need"):
        own_pictures(tmp_path, (64, 48))
    shutil.copytree(pictures, tmp_path / "own")
    before = fingerprint(tmp_path / "own")
    (tmp_path / "own" / "positive" / "3.png").write_bytes(b"no picture")
    assert fingerprint(tmp_path / "own") != before
    with pytest.raises(InvalidCropsError, match=r"3\.png cannot be read as a picture"):
        own_pictures(tmp_path / "own", (64, 48))
    (tmp_path / "own" / "positive" / "3.png").unlink()
    with pytest.raises(InvalidCropsError, match="has 4 pictures, expected at least 5"):
        own_pictures(tmp_path / "own", (64, 48))


def _typed(*words: object) -> None:
    app([str(word) for word in words], exit_on_error=False, print_error=False, result_action="return_value")


def test_every_option_arrives(tmp_path: Path, pictures: Path, capsys: pytest.CaptureFixture[str]) -> None:
    few = ("--iterations", 1, "--crops", 20, "--test-crops", 20, "--device", "cpu")
    given = ("--structure", 7, "--fc-relu", "--own-pictures", pictures, "--seed", 4)
    _typed("train", "ball", "--out", tmp_path / "small", *few, *given)
    recipe = BallRecipe(
        structure=7,
        fc_relu=True,
        iterations=1,
        crops=20,
        test_crops=20,
        seed=4,
        own_pictures=str(pictures),
        own_fingerprint=fingerprint(pictures),
    )
    assert json.loads((tmp_path / "small" / "recipe.json").read_text()) == json.loads(json.dumps(attrs.asdict(recipe)))
    assert "own pictures: " in capsys.readouterr().out
    start = tmp_path / "small" / "ball.onnx"
    more = ("--structure", 7, "--fc-relu", "--from", start, "--way", "fcn", "--size", "80x60")
    _typed("train", "ball", "--out", tmp_path / "large", *few, *more)
    told = json.loads((tmp_path / "large" / "recipe.json").read_text())
    assert (told["way"], told["size"], told["start_sha256"]) == ("fcn", [80, 60], file_sha256(start))
    net = open_ball_net(tmp_path / "large" / "ball.onnx")
    assert (net.structure, net.size) == ("ball_7", (80, 60))
    card = json.loads((tmp_path / "large" / "ball.json").read_text())
    assert card["solver"]["base_lr"] == 0.001
    assert card["measured"]["test"]["right"]["of"] == 20
    assert card["command"].endswith("--size 80x60 --fc-relu --from ball.onnx --way fcn")


def test_a_net_read_back_gives_the_same(tmp_path: Path, trained: TrainedBall) -> None:
    from handball.training.ball.export import export

    export(trained.net, tmp_path / "ball.onnx", {})
    again = read_ball_module(tmp_path / "ball.onnx")
    assert again.structure == trained.net.structure
    values = torch.rand(2, 3, 48, 64, generator=torch.Generator().manual_seed(1))
    assert torch.equal(again(values), trained.net(values))
    (tmp_path / "ball.onnx").write_bytes(b"nothing")
    with pytest.raises(ModelError, match=r"take the ball\.onnx of a training"):
        read_ball_module(tmp_path / "ball.onnx")


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        ({"structure": 8}, "no structure 8"),
        ({"size": (64, 64)}, "4 to 3"),
        ({"size": (640, 480)}, "4 to 3"),
        ({"crops": 3}, "at least 20 crops"),
        ({"iterations": -1}, "1 iteration"),
    ],
)
def test_a_recipe_that_trains_nothing_is_refused(wrong: dict, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        BallRecipe(**wrong)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--size", "64"), "width and a height"),
        (("--iterations", "0"), "at least 1"),
        (("--way", "fcn"), "needs --from"),
        (("--from", "nowhere.onnx"), "is no file"),
        (("--own-pictures", "nowhere"), "is no folder"),
    ],
)
def test_options_that_make_no_sense_are_refused(tmp_path: Path, words: tuple[str, ...], message: str) -> None:
    with pytest.raises(HandballError, match=message):
        _typed("train", "ball", "--out", tmp_path / "out", *words)
    assert not (tmp_path / "out").exists()


def test_a_net_to_begin_with_must_fit(tmp_path: Path, trained: TrainedBall) -> None:
    from handball.training.ball.export import export

    export(trained.net, tmp_path / "ball.onnx", {})
    with pytest.raises(UsageError, match="same structure"):
        BallRecipe(structure=3, size=(128, 96), start=str(tmp_path / "ball.onnx")).build()
    larger = BallRecipe(structure=7, size=(128, 96), start=str(tmp_path / "ball.onnx"))
    assert larger.build().size == (128, 96)
    assert (larger.solver.max_iter, larger.solver.base_lr) == (2000, 0.001)
    assert (BallRecipe().solver.max_iter, BallRecipe().solver.base_lr) == (6000, 0.01)
    assert (BallRecipe().solver.stepsize, BallRecipe(iterations=600).solver.stepsize) == (4000, 400)


def test_the_card_tells_the_command() -> None:
    assert command_of(BallRecipe()) == "handball train ball"
    assert command_of(_SMALL).endswith("--structure 7 --iterations 60 --crops 80 --test-crops 20 --seed 2")
