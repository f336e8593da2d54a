"""Equations (8) to (14) by hand, against naive loops and differences of the loss; no torch anywhere."""

from __future__ import annotations

import itertools
import subprocess
import sys

import attrs
import numpy as np
import pytest

from handball.ball.backpropagation import (
    BallParameters,
    LayerParameters,
    ball_scores,
    cross_entropy,
    loss_gradient,
    softmax,
    stepped,
)
from handball.ball.layers import convolved, pooled, pooled_gradient
from handball.ball.structures import STRUCTURES, BallStructure, flat_size

SIZE = (15, 13)
"""Odd, so that pooling cuts windows off."""


def drawn_parameters(structure: BallStructure, rng: np.random.Generator) -> BallParameters:
    entering, convolutions = 3, []
    for each in structure.convolutions:
        weights = rng.normal(0, 0.4, (each.maps, entering, each.kernel, each.kernel))
        convolutions.append(LayerParameters(weights=weights, bias=rng.normal(0, 0.2, each.maps)))
        entering = each.maps
    flat = flat_size(structure, SIZE)
    return BallParameters(
        convolutions=tuple(convolutions),
        fc1=LayerParameters(weights=rng.normal(0, 0.2, (structure.fc1, flat)), bias=rng.normal(0, 0.2, structure.fc1)),
        fc2=LayerParameters(weights=rng.normal(0, 0.2, (2, structure.fc1)), bias=rng.normal(0, 0.2, 2)),
    )


def layers_of(parameters: BallParameters) -> list[LayerParameters]:
    return [*parameters.convolutions, parameters.fc1, parameters.fc2]


def with_layer(parameters: BallParameters, place: int, layer: LayerParameters) -> BallParameters:
    layers = layers_of(parameters)
    layers[place] = layer
    return BallParameters(convolutions=tuple(layers[:-2]), fc1=layers[-2], fc2=layers[-1])


def test_convolution_and_pooling_are_what_loops_give() -> None:
    rng = np.random.default_rng(1)
    values, kernels, bias = rng.normal(size=(2, 3, 7, 6)), rng.normal(size=(4, 3, 3, 3)), rng.normal(size=4)
    made = convolved(values, kernels, bias)
    largest, _ = pooled(made)
    assert (made.shape, largest.shape) == ((2, 4, 5, 4), (2, 4, 3, 2))
    for picture, kernel, row, column in itertools.product(range(2), range(4), range(5), range(4)):
        products = values[picture, :, row : row + 3, column : column + 3] * kernels[kernel]
        assert made[picture, kernel, row, column] == pytest.approx(products.sum() + bias[kernel])
    for row, column in itertools.product(range(3), range(2)):
        window = made[:, :, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]
        np.testing.assert_array_equal(largest[:, :, row, column], window.max(axis=(2, 3)))


def test_what_is_not_the_largest_gets_no_derivative() -> None:
    values = np.array([[[[1.0, 7.0, 3.0], [2.0, 0.0, 9.0], [4.0, 5.0, 6.0]]]])
    _, places = pooled(values)
    gradient = pooled_gradient(places, np.array([[[[10.0, 20.0], [30.0, 40.0]]]]), (3, 3))
    np.testing.assert_array_equal(gradient[0, 0], [[0, 10, 0], [0, 0, 20], [0, 30, 40]])


@pytest.mark.parametrize("fc_relu", [False, True])
@pytest.mark.parametrize("number", STRUCTURES)
def test_derivatives_are_differences_of_the_loss(number: int, fc_relu: bool) -> None:
    rng = np.random.default_rng(number)
    structure = STRUCTURES[number]
    parameters = drawn_parameters(structure, rng)
    pictures, labels = rng.uniform(size=(4, 3, SIZE[1], SIZE[0])), np.array([0, 1, 1, 0])

    def loss(changed: BallParameters) -> float:
        return cross_entropy(ball_scores(changed, pictures, fc_relu=fc_relu), labels)

    gradient = loss_gradient(parameters, pictures, labels, fc_relu=fc_relu)
    step = 1e-6
    for place, (layer, own) in enumerate(zip(layers_of(parameters), layers_of(gradient), strict=True)):
        for name in ("weights", "bias"):
            for index in rng.choice(getattr(layer, name).size, 3):
                around = []
                for sign in (1, -1):
                    values = getattr(layer, name).copy()
                    values.flat[index] += sign * step
                    around.append(loss(with_layer(parameters, place, attrs.evolve(layer, **{name: values}))))
                wanted = (around[0] - around[1]) / (2 * step)
                assert getattr(own, name).flat[index] == pytest.approx(wanted, rel=1e-5, abs=1e-8)


def test_the_output_layer_is_as_the_paper_has_it() -> None:
    rng = np.random.default_rng(3)
    parameters = drawn_parameters(STRUCTURES[4], rng)
    picture = rng.uniform(size=(1, 3, SIZE[1], SIZE[0]))
    chances = softmax(ball_scores(parameters, picture))[0]
    gradient = loss_gradient(parameters, picture, np.array([1]))
    np.testing.assert_allclose(gradient.fc2.bias, chances - [0, 1], rtol=1e-12)  # (11)
    # (13): an outer product, so that both rows point the same way
    np.testing.assert_allclose(gradient.fc2.weights[0] * (chances[1] - 1), gradient.fc2.weights[1] * chances[0])
    moved = stepped(parameters, gradient, 0.1)  # (14)
    np.testing.assert_allclose(moved.fc2.weights, parameters.fc2.weights - 0.1 * gradient.fc2.weights)


def test_steps_against_the_gradient_lower_the_loss() -> None:
    rng = np.random.default_rng(4)
    parameters = drawn_parameters(STRUCTURES[7], rng)
    pictures, labels = rng.uniform(size=(6, 3, SIZE[1], SIZE[0])), np.array([0, 1, 0, 1, 1, 0])
    losses = []
    for _ in range(20):
        losses.append(cross_entropy(ball_scores(parameters, pictures), labels))
        parameters = stepped(parameters, loss_gradient(parameters, pictures, labels), 0.02)
    assert losses[-1] < 0.5 * losses[0]


def test_the_loss_of_large_scores_is_finite() -> None:
    scores = np.array([[1e4, -1e4], [0.0, 0.0]])
    assert cross_entropy(scores, np.array([0, 1])) == pytest.approx(np.log(2) / 2)
    assert cross_entropy(scores, np.array([1, 1])) == pytest.approx(1e4 + np.log(2) / 2)


def test_biases_belong_to_weights() -> None:
    with pytest.raises(ValueError, match=r"bias must have shape \(2,\), found \(3,\)"):
        LayerParameters(weights=np.zeros((2, 4)), bias=np.zeros(3))


def test_nothing_of_the_ball_net_in_use_imports_torch() -> None:
    modules = "backpropagation, layers, net, prototxt, prototxt_reading, solver, structures, text_format"
    code = f"import sys\nfrom handball.ball import {modules}\nsys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
