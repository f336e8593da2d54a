"""The ball net in torch: its sizes, its derivatives against those by hand, larger pictures, export, and its figure."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from handball.ball.backpropagation import ball_scores, cross_entropy, loss_gradient
from handball.ball.net import BallNet, open_ball_net, picture_values
from handball.ball.structures import CHECKING, LARGE, SMALL, STRUCTURES, multiply_adds, parameter_count
from handball.drawing.net_figure import NetLayer, net_figure, shape_text
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession
from handball.inference.shipped import shipped_path

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.training.ball.export import export  # noqa: E402
from handball.training.ball.figure import ball_figure, ball_layers, save_ball_figure  # noqa: E402
from handball.training.ball.module import AreaAverage, BallModule, LogMeanExp, ball_parameters  # noqa: E402
from handball.training.ball.transfer import WAYS, Way, transfer  # noqa: E402

ROOT = Path(__file__).resolve().parents[2]
ODD = (19, 15)


def pictures(size: tuple[int, int], count: int = 3) -> Any:
    return torch.rand(count, 3, size[1], size[0], dtype=torch.float64, generator=torch.Generator().manual_seed(5))


def products(net: BallModule) -> int:
    """Products of one picture, counted from the weights and what they give."""
    found = []

    def note(layer: Any, _: Any, result: Any) -> None:
        places = result[0, 0].numel() if result.ndim == 4 else 1
        found.append(layer.weight.numel() * places)

    for layer in net.modules():
        if isinstance(layer, (torch.nn.Conv2d, torch.nn.Linear)):
            layer.register_forward_hook(note)
    net(torch.zeros(1, 3, net.size[1], net.size[0]))
    return sum(found)


@pytest.mark.parametrize(
    ("number", "size"), [*((number, SMALL) for number in STRUCTURES), (1, CHECKING), (3, LARGE), (7, LARGE)]
)
def test_the_built_net_is_as_large_as_worked_out(number: int, size: tuple[int, int]) -> None:
    net = BallModule(STRUCTURES[number], size)
    assert sum(weight.numel() for weight in net.parameters()) == parameter_count(STRUCTURES[number], size)
    assert products(net) == multiply_adds(STRUCTURES[number], size)


def test_layers_come_in_the_order_of_the_paper() -> None:
    assert [(layer.name, layer.shape) for layer in ball_layers(BallModule(STRUCTURES[3]))] == [
        ("picture", (3, 48, 64)),
        ("conv1", (16, 46, 62)),
        ("relu1", (16, 46, 62)),
        ("pool1", (16, 23, 31)),
        ("conv2", (8, 21, 29)),
        ("relu2", (8, 21, 29)),
        ("pool2", (8, 11, 15)),
        ("flat", (1320,)),
        ("fc1", (32,)),
        ("fc2", (2,)),
    ]
    other = [layer.name for layer in ball_layers(BallModule(attrs.evolve(STRUCTURES[5], fc_relu=True)))]
    assert other == ["picture", "conv1", "relu1", "pool1", "flat", "fc1", "fc_relu", "fc2"]


def test_weights_come_from_the_seed_and_are_as_caffe_draws_them() -> None:
    first, same, other = (BallModule(STRUCTURES[3], seed=seed) for seed in (1, 1, 2))
    assert torch.equal(first.fc1.weight, same.fc1.weight)
    assert not torch.equal(first.fc1.weight, other.fc1.weight)
    assert float(first.fc1.weight.detach().abs().max()) == pytest.approx((3 / 1320) ** 0.5, rel=0.01)
    assert not first.fc1.bias.any()


@pytest.mark.parametrize("fc_relu", [False, True])
@pytest.mark.parametrize("number", STRUCTURES)
def test_torch_and_the_equations_agree(number: int, fc_relu: bool) -> None:
    net = BallModule(attrs.evolve(STRUCTURES[number], fc_relu=fc_relu), ODD, seed=number).double()
    entering, labels = pictures(ODD, 4), torch.tensor([1, 0, 0, 1])
    scores = net(entering)
    loss = torch.nn.functional.cross_entropy(scores, labels)
    loss.backward()
    own = ball_parameters(net)
    np.testing.assert_allclose(
        ball_scores(own, entering.numpy(), fc_relu=fc_relu), scores.detach().numpy(), rtol=0, atol=1e-12
    )
    assert cross_entropy(scores.detach().numpy(), labels.numpy()) == pytest.approx(float(loss.detach()), abs=1e-12)
    gradient = loss_gradient(own, entering.numpy(), labels.numpy(), fc_relu=fc_relu)
    found = [
        values for layer in (*gradient.convolutions, gradient.fc1, gradient.fc2) for values in attrs.astuple(layer)
    ]
    for values, parameter in zip(found, net.parameters(), strict=True):
        assert np.abs(values).max() > 1e-6
        np.testing.assert_allclose(values, parameter.grad.numpy(), rtol=1e-6, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("number", [2, 3, 5])
def test_a_net_for_the_same_size_is_the_same_net(number: int, way: Way) -> None:
    net = BallModule(STRUCTURES[number], seed=3).double()
    again = transfer(net, SMALL, way)
    torch.testing.assert_close(
        again(pictures(SMALL)), net(pictures(SMALL)), rtol=0, atol=0 if way == "interp" else 1e-12
    )
    if way == "interp":
        assert all(torch.equal(own, other) for own, other in zip(net.parameters(), again.parameters(), strict=True))


@pytest.mark.parametrize("way", ["adaptive", "fcn"])
def test_a_larger_net_gives_the_same_for_small_pictures(way: Way) -> None:
    net = BallModule(attrs.evolve(STRUCTURES[3], fc_relu=True), seed=3).double()
    larger = transfer(net, CHECKING, way)
    torch.testing.assert_close(larger(pictures(SMALL)), net(pictures(SMALL)), rtol=0, atol=1e-12)
    assert larger(pictures(CHECKING)).shape == (3, 2)


@pytest.mark.parametrize(("number", "size"), [(2, CHECKING), (3, CHECKING), (5, CHECKING), (3, LARGE)])
def test_interpolated_weights_keep_the_scale(number: int, size: tuple[int, int]) -> None:
    """Within 3 % on pictures of one color, where only the outermost cells are taken for a little more or less."""
    for seed in range(3):
        net = BallModule(STRUCTURES[number], seed=seed).double()
        larger = transfer(net, size)
        sums = []
        for each in (net, larger):
            even = torch.tensor([0.8, 0.4, 0.1], dtype=torch.float64)[None, :, None, None]
            entering = even.expand(1, 3, each.size[1], each.size[0])
            sums.append(each.fc1(each.gather(each.features(entering))))
        assert float((sums[1] - sums[0]).norm().detach()) < 0.03 * float(sums[0].norm().detach())
        assert [tuple(weight.shape) for weight in larger.parameters()] == [
            tuple(weight.shape) for weight in BallModule(STRUCTURES[number], size).parameters()
        ]


def test_a_transfer_leaves_the_small_net_alone() -> None:
    net = BallModule(STRUCTURES[3], seed=3)
    before = [weight.clone() for weight in net.parameters()]
    for way in WAYS:
        with torch.no_grad():
            for weight in transfer(net, CHECKING, way).parameters():
                weight.zero_()
    assert all(torch.equal(own, other) for own, other in zip(net.parameters(), before, strict=True))


def test_sliding_means_that_the_place_hardly_matters() -> None:
    net = transfer(BallModule(STRUCTURES[3], seed=3).double(), CHECKING, "fcn")
    entering = torch.zeros(2, 3, 96, 128, dtype=torch.float64)
    entering[0, :, 40:60, 40:60] = 1.0
    entering[1, :, 44:64, 60:80] = 1.0  # by whole cells of the maps: multiples of 4
    one, other = net.fc2(net.fc1(net.features(entering)))
    torch.testing.assert_close(one[:, :-1, :-5], other[:, 1:, 5:])


def test_what_cannot_be_transferred() -> None:
    net = BallModule(STRUCTURES[3])
    with pytest.raises(ValueError, match="at least 64 x 48, found 60 x 48"):
        transfer(net, (60, 48))
    with pytest.raises(ValueError, match="at least 64 x 48, found 64 x 40"):
        transfer(net, (64, 40), "fcn")
    with pytest.raises(ValueError, match="transferred once, found one that is sliding"):
        transfer(transfer(net, CHECKING, "fcn"), LARGE)


def test_averages_and_the_mean_of_places() -> None:
    maps = torch.rand(2, 3, 59, 79, dtype=torch.float64)
    average = AreaAverage((59, 79), (11, 15)).double()
    torch.testing.assert_close(average.rows @ maps @ average.columns, average(maps), rtol=0, atol=1e-7)
    scores = torch.tensor([[[[0.0, 1.0]], [[1000.0, 0.0]]]])
    wanted = [[np.log((1 + np.e) / 2), 1000 - np.log(2)]]
    np.testing.assert_allclose(LogMeanExp()(scores).numpy(), wanted, rtol=1e-6)


@pytest.mark.parametrize(
    ("number", "size", "way"),
    [
        (3, SMALL, "interp"),
        (6, SMALL, "interp"),
        (7, CHECKING, "interp"),
        (3, (200, 150), "adaptive"),
        (3, CHECKING, "fcn"),
    ],
)
def test_the_exported_net_gives_the_same(number: int, size: tuple[int, int], way: Way, tmp_path: Path) -> None:
    net = transfer(BallModule(STRUCTURES[number], seed=1), size, way)
    path = tmp_path / "ball.onnx"
    export(net, path, {"name": "test"})
    ball = open_ball_net(path)
    assert (ball.structure, ball.size) == (f"ball_{number}", size)
    crops = np.random.default_rng(2).integers(0, 256, (5, size[1], size[0], 3), dtype=np.uint8)
    with torch.no_grad():
        wanted = torch.softmax(net(torch.from_numpy(picture_values(crops))), dim=1).numpy()
    np.testing.assert_allclose(ball.session.run(picture_values(crops)), wanted, rtol=0, atol=1e-5)
    np.testing.assert_array_equal(ball(crops), ball.session.run(picture_values(crops))[:, 1])
    np.testing.assert_allclose(ball(crops[:1]), ball(crops)[:1], atol=1e-6)
    assert np.ptp(ball(crops)) > 1e-4
    card = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
    assert (card["name"], card["bytes"]) == ("test", path.stat().st_size)


def test_crops_of_another_size_are_refused_and_none_are_allowed(tmp_path: Path) -> None:
    path = tmp_path / "ball.onnx"
    export(BallModule(STRUCTURES[4]), path, {})
    ball = open_ball_net(path)
    assert ball(np.zeros((0, 48, 64, 3), np.uint8)).shape == (0,)
    with pytest.raises(ValueError, match="takes pieces of 64 x 48 pixels, found 48 x 64: resample"):
        ball(np.zeros((1, 64, 48, 3), np.uint8))


def test_another_net_is_no_ball_net() -> None:
    with pytest.raises(ModelError, match="no ball net: expected its structure, width and height"):
        BallNet(OnnxSession(shipped_path("lifter")))


@pytest.mark.parametrize("way", WAYS)
def test_every_shape_stands_in_the_figure(way: Way, tmp_path: Path) -> None:
    net = transfer(BallModule(STRUCTURES[7]), CHECKING, way)
    save_ball_figure(net, tmp_path / "net.svg")
    text = (tmp_path / "net.svg").read_text(encoding="utf-8")
    layers = ball_layers(net)
    assert len(layers) >= 9
    for layer in layers:
        assert f">{layer.name}</text>" in text
        assert f"{shape_text(layer.shape)}</text>" in text
    assert "4 kernels 3 × 3 × 16" in text
    assert f"{sum(weight.numel() for weight in net.parameters()):,} parameters" in text


def test_the_figure_of_the_page_is_that_of_the_net() -> None:
    kept = (ROOT / "docs" / "explanation" / "figures" / "ball_net.svg").read_text(encoding="utf-8")
    assert kept == ball_figure(BallModule(STRUCTURES[7]))


def test_a_figure_begins_with_a_picture() -> None:
    for layers in ([], [NetLayer(name="a", operation="b", shape=(3,))]):
        with pytest.raises(ValueError, match="begins with a picture"):
            net_figure(layers, title="t")
