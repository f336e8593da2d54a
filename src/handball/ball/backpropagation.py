"""Equations (8) to (14) of the paper for the whole ball net: loss, derivatives and the step of the weights.

The paper derives the step of the output layer and says that "the steps for updating the weights of other hidden layers
are the same"; here they are written out. Slow and exact: training goes through torch, which a test holds against this.
"""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int

from handball.ball.layers import (
    Maps,
    Pooled,
    convolution_gradient,
    convolved,
    kernel_gradient,
    pooled,
    pooled_gradient,
    rectified,
    rectified_gradient,
)
from handball.domain.arrays import check_shape, column

Scores = Float[np.ndarray, "pictures 2"]
Labels = Int[np.ndarray, " pictures"]


@attrs.frozen(kw_only=True)
class LayerParameters:
    """Weights, first axis what the layer gives, and one bias for each of it; or derivatives by them.

    Raises
    ------
    ValueError
        When there are not as many biases.
    """

    weights: Float[np.ndarray, "made ..."] = column(np.float64)
    bias: Float[np.ndarray, " made"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("bias", self.bias, self.weights.shape[:1])

    def stepped(self, gradient: LayerParameters, rate: float) -> LayerParameters:
        """Return the parameters after one step against the gradient: equation (14)."""
        return LayerParameters(weights=self.weights - rate * gradient.weights, bias=self.bias - rate * gradient.bias)


@attrs.frozen(kw_only=True)
class BallParameters:
    """All parameters of a ball net, or the derivatives of its loss by them.

    Attributes
    ----------
    convolutions
        Weights (maps made, maps, side, side), in the order of the net.
    fc1
        Weights (width of fc1, maps x height x width).
    fc2
        Weights (2, width of fc1): the paper's W_N and b.
    """

    convolutions: tuple[LayerParameters, ...]
    fc1: LayerParameters
    fc2: LayerParameters


@attrs.frozen(kw_only=True)
class _Convolved:
    """What one convolution, ReLU and pooling saw and did."""

    values: Float[np.ndarray, "pictures entering before_height before_width"]
    sums: Maps
    places: Int[np.ndarray, "pictures maps rows columns"]
    pooled: Pooled


@attrs.frozen(kw_only=True)
class _Passed:
    """What a forward pass leaves for the way back; `hidden` is the paper's X_k, `scores` its O_k."""

    blocks: tuple[_Convolved, ...]
    flat: Float[np.ndarray, "pictures flat"]
    sums: Float[np.ndarray, "pictures fc1"]
    hidden: Float[np.ndarray, "pictures fc1"]
    scores: Scores


def ball_scores(parameters: BallParameters, pictures: Maps, *, fc_relu: bool = False) -> Scores:
    """Return O_k of equation (10) for each picture k: no ball, ball.

    Parameters
    ----------
    parameters
        Of a net for pictures of this size.
    pictures
        Shape (pictures, 3, height, width), as `picture_values` gives them.
    fc_relu
        Whether a ReLU stands between the fully connected layers.
    """
    return _passed(parameters, pictures, fc_relu=fc_relu).scores


def softmax(scores: Scores) -> Scores:
    """Return the probabilities p_k of equation (12).

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0], [1000.0, 0.0]])).tolist()
    [[0.5, 0.5], [1.0, 0.0]]
    """
    # A difference of scores is what counts, and exp of a large number is none.
    shares = np.exp(scores - scores.max(axis=1, keepdims=True))
    result: Scores = shares / shares.sum(axis=1, keepdims=True)
    return result


def cross_entropy(scores: Scores, labels: Labels) -> float:
    """Return the loss L of equation (8), the mean of all pictures; labels are 0 (no ball) and 1 (ball)."""
    moved = scores - scores.max(axis=1, keepdims=True)
    own = moved[np.arange(len(labels)), labels]
    return float(np.mean(np.log(np.exp(moved).sum(axis=1)) - own))


def loss_gradient(
    parameters: BallParameters, pictures: Maps, labels: Labels, *, fc_relu: bool = False
) -> BallParameters:
    """Return the derivatives of the mean loss by every parameter: equations (9), (11) and (13), layer by layer.

    Parameters
    ----------
    parameters, pictures, fc_relu
        As for `ball_scores`.
    labels
        0 (no ball) or 1 (ball) for each picture.
    """
    passed = _passed(parameters, pictures, fc_relu=fc_relu)
    by_scores = softmax(passed.scores)
    by_scores[np.arange(len(labels)), labels] -= 1.0
    by_scores /= len(labels)  # the mean of the pictures
    by_hidden = by_scores @ parameters.fc2.weights
    by_sums = rectified_gradient(passed.sums, by_hidden) if fc_relu else by_hidden
    upstream = (by_sums @ parameters.fc1.weights).reshape(passed.blocks[-1].pooled.shape)
    convolutions: list[LayerParameters] = []
    for layer, block in zip(reversed(parameters.convolutions), reversed(passed.blocks), strict=True):
        unpooled = pooled_gradient(block.places, upstream, (block.sums.shape[2], block.sums.shape[3]))
        by_map = rectified_gradient(block.sums, unpooled)
        convolutions.insert(
            0, LayerParameters(weights=kernel_gradient(block.values, by_map), bias=by_map.sum(axis=(0, 2, 3)))
        )
        upstream = convolution_gradient(layer.weights, by_map)
    return BallParameters(
        convolutions=tuple(convolutions),
        fc1=_full_gradient(passed.flat, by_sums),
        fc2=_full_gradient(passed.hidden, by_scores),
    )


def stepped(parameters: BallParameters, gradient: BallParameters, rate: float) -> BallParameters:
    """Return the parameters after one step of gradient descent: equation (14), for every layer.

    `rate` is the paper's change rate of the weights, eta.
    """
    pairs = zip(parameters.convolutions, gradient.convolutions, strict=True)
    return BallParameters(
        convolutions=tuple(layer.stepped(own, rate) for layer, own in pairs),
        fc1=parameters.fc1.stepped(gradient.fc1, rate),
        fc2=parameters.fc2.stepped(gradient.fc2, rate),
    )


def _passed(parameters: BallParameters, pictures: Maps, *, fc_relu: bool) -> _Passed:
    blocks: list[_Convolved] = []
    values = pictures
    for layer in parameters.convolutions:
        sums = convolved(values, layer.weights, layer.bias)
        largest, places = pooled(rectified(sums))
        blocks.append(_Convolved(values=values, sums=sums, places=places, pooled=largest))
        values = largest
    flat = values.reshape(len(values), -1)
    inner = _full(parameters.fc1, flat)
    hidden = rectified(inner) if fc_relu else inner
    return _Passed(blocks=tuple(blocks), flat=flat, sums=inner, hidden=hidden, scores=_full(parameters.fc2, hidden))


def _full(layer: LayerParameters, values: Float[np.ndarray, "pictures entering"]) -> Float[np.ndarray, "pictures made"]:
    result: Float[np.ndarray, "pictures made"] = values @ layer.weights.T + layer.bias
    return result


def _full_gradient(
    values: Float[np.ndarray, "pictures entering"], upstream: Float[np.ndarray, "pictures made"]
) -> LayerParameters:
    return LayerParameters(weights=upstream.T @ values, bias=upstream.sum(axis=0))
