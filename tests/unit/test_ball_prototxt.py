"""Caffe's texts of the ball net: read back to the same, or refused in one sentence."""

from __future__ import annotations

from pathlib import Path

import attrs
import pytest

from handball.ball.prototxt import Batches, NetDescription, net_prototxt, save_prototxts, solver_prototxt
from handball.ball.prototxt_reading import load_net, load_solver, read_net, read_solver
from handball.ball.solver import FINE_TUNING, FROM_SCRATCH, SolverSettings
from handball.ball.structures import LARGE, SMALL, STRUCTURES
from handball.errors import InvalidPrototxtError, OutputError

NET = NetDescription(structure=STRUCTURES[3], size=SMALL, batches=Batches())
TRAINED, USED = net_prototxt(NET), net_prototxt(attrs.evolve(NET, batches=None))
SOLVER = solver_prototxt(FROM_SCRATCH)


@pytest.mark.parametrize("fc_relu", [False, True])
@pytest.mark.parametrize("number", STRUCTURES)
def test_every_structure_is_read_back(number: int, fc_relu: bool) -> None:
    structure = attrs.evolve(STRUCTURES[number], fc_relu=fc_relu)
    for size, batches in ((SMALL, Batches(train=32, test=20)), (LARGE, None)):
        net = NetDescription(structure=structure, size=size, batches=batches)
        assert read_net(net_prototxt(net)) == net


@pytest.mark.parametrize(
    "settings", [FROM_SCRATCH, FINE_TUNING, SolverSettings(lr_policy="inv", gamma=1e-4, power=0.75, random_seed=7)]
)
def test_solvers_are_read_back(settings: SolverSettings) -> None:
    assert read_solver(solver_prototxt(settings)) == settings


def test_the_protocol_is_that_of_the_paper() -> None:
    assert (FROM_SCRATCH.max_iter, FINE_TUNING.max_iter, FROM_SCRATCH.test_interval) == (6000, 2000, 100)
    assert FROM_SCRATCH.test_iter * Batches().test == 1000


def test_the_text_is_what_caffe_expects() -> None:
    assert USED.splitlines()[1:14] == [
        "layer {",
        '  name: "data"',
        '  type: "Input"',
        '  top: "data"',
        "  input_param {",
        "    shape {",
        "      dim: 1",
        "      dim: 3",
        "      dim: 48",
        "      dim: 64",
        "    }",
        "  }",
        "}",
    ]
    kinds = [line.split('"')[1] for line in TRAINED.splitlines() if line.startswith("  type:")]
    assert kinds == [
        *("ImageData", "ImageData", "Convolution", "ReLU", "Pooling", "Convolution", "ReLU", "Pooling"),
        *("InnerProduct", "InnerProduct", "Accuracy", "SoftmaxWithLoss"),
    ]
    assert 'lr_policy: "step"\n' in SOLVER
    assert "solver_mode: CPU\n" in SOLVER


def test_order_comments_and_defaults_do_not_matter() -> None:
    text = USED.replace("    pad: 0\n", "").replace(
        "    kernel_size: 3\n    stride: 1\n", "    kernel_size: 3 # cells\n"
    )
    text = text.replace('  name: "fc1"\n  type: "InnerProduct"\n', "  type: 'InnerProduct'; name: 'fc1',\n")
    text = text.replace("pooling_param {", "pooling_param: {")
    assert text.count("stride") == 2
    assert read_net(text) == attrs.evolve(NET, batches=None)


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ('name: "ball_3"', 'name: "ball_3', "line 1: .* is no name, number, text in quotes or brace"),
        ('name: "ball_3"', 'name: "ball 3"', "letters, digits and _, found 'ball 3'"),
        ('name: "ball_3"\n', "", "'name' must be there once, found 0 times"),
        ('name: "ball_3"', "name: 3", "line 1: 'name' must be a text in quotes, found 3"),
        ('name: "ball_3"', "name", "line 1: 'name' has no value"),
        ('name: "ball_3"', "name: }", "line 1: 'name' has no value, found '}'"),
        ('name: "ball_3"', ': "ball_3"', "line 1: expected the name of a field, found ':'"),
        ('name: "ball_3"', r'name: "ball\q"', "unknown escape"),
        ("layer {", "layer", "line 2: 'layer' has no value"),
        ('top: "prob"\n}', 'top: "prob"\n', "never closed"),
        ("dim: 64", "dim: 64.5", "line 11: 'dim' must be a whole number, found 64.5"),
        ("dim: 64", "", "four dim, found 3"),
        ("dim: 64", "dim: 3", "3 x 48 pixels are too small"),
        ("dim: 64", f"dim: {'9' * 5000}", "too long"),
        ("dim: 1\n", "dim: 8\n", "line 8: 'dim' is 8, expected 1"),
        ("num_output: 8", "num_output: 0", "positive maps and kernel, found 0 and 3"),
        ("num_output: 2\n", "num_output: 3\n", "'num_output' is 3, expected 2"),
        ("kernel_size: 3", "kernel_size: 3 kernel_size: 5", "'kernel_size' must be there once, found 2 times"),
        ("pad: 0", "pad: 1", "line 22: 'pad' is 1, expected 0"),
        ("pad: 0", "group: 2", "line 22: 'group' is not expected here; expected bias_filler, kernel_size"),
        ("pool: MAX", "pool: AVE", "'pool' is AVE, expected MAX"),
        ("pool: MAX", 'pool: "MAX"', "'pool' is 'MAX', expected MAX"),
        ('type: "ReLU"', 'type: "Sigmoid"', "a layer of type Sigmoid, expected ReLU there"),
        ('bottom: "pool1"', 'bottom: "conv1"', "'bottom' is 'conv1', expected 'pool1'"),
        ("  convolution_param {", "  convolution_param: 3\n  other {", "must be a message in braces, found 3"),
        ('type: "InnerProduct"', 'type: "Softmax"', "no layer of type InnerProduct"),
        ('type: "Input"', 'type: "HDF5Data"', "no layer of type Input or ImageData"),
    ],
)
def test_what_is_no_ball_net(old: str, new: str, problem: str) -> None:
    text = USED.replace(old, new)
    assert text != USED
    with pytest.raises(InvalidPrototxtError, match=problem) as caught:
        read_net(text)
    assert "\n" not in str(caught.value)


def test_a_layer_too_many_and_one_too_few() -> None:
    with pytest.raises(InvalidPrototxtError, match=r"'layer' must be there 10 times, found 11|is not expected"):
        read_net(USED + 'layer { name: "prob" type: "Softmax" bottom: "fc2" top: "prob" }')
    accuracy = TRAINED.index('layer {\n  name: "accuracy"')
    with pytest.raises(InvalidPrototxtError, match="'layer' must be there 12 times, found 10"):
        read_net(TRAINED[:accuracy])
    with pytest.raises(InvalidPrototxtError, match="two layers of type ImageData"):
        read_net(TRAINED.replace('type: "ImageData"', 'type: "HDF5Data"', 1))


@pytest.mark.parametrize("text", ["", "# nothing", "{", "}", "layer: 3", "a { " * 5000, 'name: "x"\nlayer {}', "\0"])
def test_what_is_no_net_at_all(text: str) -> None:
    with pytest.raises(InvalidPrototxtError) as caught:
        read_net(text)
    assert len(str(caught.value)) < 200


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("momentum: 0.9\n", "", "'momentum' must be there once, found 0 times"),
        ("momentum: 0.9", "momentum: 1.5", "momentum must be less than 1"),
        ("momentum: 0.9", 'momentum: "0.9"', "line 9: 'momentum' must be a number, found '0.9'"),
        ("base_lr: 0.01", "base_lr: nan", "'base_lr' must be a number, found nan"),
        ("base_lr: 0.01", "base_lr: 1e999", "base_lr must be zero or more, found inf"),
        ("max_iter: 6000", "max_iter: 6e3", "'max_iter' must be a whole number, found 6000.0"),
        ('"step"', '"poly"', "line 5: lr_policy is 'poly', expected fixed, step or inv"),
        ('"SGD"', '"Adam"', "'type' is 'Adam', expected 'SGD'"),
        ("solver_mode: CPU", "solver_mode: CPU\niter_size: 2", "'iter_size' is not expected here"),
    ],
)
def test_what_is_no_solver(old: str, new: str, problem: str) -> None:
    with pytest.raises(InvalidPrototxtError, match=problem):
        read_solver(SOLVER.replace(old, new))


def test_files_are_written_and_read(tmp_path: Path) -> None:
    folder = tmp_path / "texts"
    save_prototxts(folder, STRUCTURES[5], SMALL, settings=FINE_TUNING)
    assert load_net(folder / "train.prototxt") == attrs.evolve(NET, structure=STRUCTURES[5])
    assert load_net(folder / "deploy.prototxt") == NetDescription(structure=STRUCTURES[5], size=SMALL)
    assert load_solver(folder / "solver.prototxt") == FINE_TUNING
    with pytest.raises(InvalidPrototxtError, match=r"solver\.prototxt: line 1: 'name' must be there once"):
        load_net(folder / "solver.prototxt")
    with pytest.raises(InvalidPrototxtError, match=r"deploy\.prototxt: .*'net' must be there once"):
        load_solver(folder / "deploy.prototxt")
    with pytest.raises(InvalidPrototxtError, match=r"none\.prototxt: the file cannot be read"):
        load_net(folder / "none.prototxt")
    (folder / "bytes").write_bytes(b"\xff\xfe")
    with pytest.raises(InvalidPrototxtError, match="the file cannot be read"):
        load_net(folder / "bytes")
    with pytest.raises(OutputError):
        save_prototxts(folder / "bytes", STRUCTURES[5], SMALL)


def test_batches_have_pictures() -> None:
    with pytest.raises(ValueError, match="at least one picture, found 0 and 10"):
        Batches(train=0)
