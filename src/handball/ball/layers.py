"""The layers of the ball net forward and backward, by hand and in NumPy.

Values are maps, shape (pictures, maps, height, width). `upstream` is the derivative of the loss by what a layer gave.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int
from numpy.lib.stride_tricks import sliding_window_view

from handball.ball.structures import POOL

Maps = Float[np.ndarray, "pictures maps height width"]
Pooled = Float[np.ndarray, "pictures maps rows columns"]


def convolved(
    values: Maps, kernels: Float[np.ndarray, "made maps side side"], bias: Float[np.ndarray, " made"]
) -> Float[np.ndarray, "pictures made rows columns"]:
    """Return the convolution with stride 1 and no padding, kernels not turned around, as nets have it."""
    products = np.tensordot(_windows(values, kernels.shape[2]), kernels, axes=((1, 4, 5), (1, 2, 3)))
    result: Float[np.ndarray, "pictures made rows columns"] = np.moveaxis(products, 3, 1) + bias[:, None, None]
    return result


def kernel_gradient(
    values: Maps, upstream: Float[np.ndarray, "pictures made rows columns"]
) -> Float[np.ndarray, "made maps side side"]:
    """Return the derivative of the loss by the kernels; `values` is what went into the convolution."""
    windows = _windows(values, values.shape[2] - upstream.shape[2] + 1)
    return np.tensordot(upstream, windows, axes=((0, 2, 3), (0, 2, 3)))


def convolution_gradient(
    kernels: Float[np.ndarray, "made maps side side"], upstream: Float[np.ndarray, "pictures made rows columns"]
) -> Maps:
    """Return the derivative of the loss by what went into a convolution."""
    edge = kernels.shape[2] - 1
    padded = np.pad(upstream, ((0, 0), (0, 0), (edge, edge), (edge, edge)))
    turned = kernels[:, :, ::-1, ::-1]
    result: Maps = np.moveaxis(np.tensordot(_windows(padded, edge + 1), turned, axes=((1, 4, 5), (0, 2, 3))), 3, 1)
    return result


def _windows(values: Maps, side: int) -> Float[np.ndarray, "pictures maps rows columns side side"]:
    result: Float[np.ndarray, "pictures maps rows columns side side"] = sliding_window_view(
        values, (side, side), axis=(2, 3)
    )
    return result


def rectified(values: Float[np.ndarray, "..."]) -> Float[np.ndarray, "..."]:
    """Return the values with zero for what is negative (ReLU)."""
    result: Float[np.ndarray, "..."] = np.maximum(values, 0.0)
    return result


def rectified_gradient(
    values: Float[np.ndarray, "..."], upstream: Float[np.ndarray, "..."]
) -> Float[np.ndarray, "..."]:
    """Return the derivative of the loss by what went into a ReLU; it is zero at zero."""
    result: Float[np.ndarray, "..."] = upstream * (values > 0)
    return result


def pooled(values: Maps) -> tuple[Pooled, Int[np.ndarray, "pictures maps rows columns"]]:
    """Return the largest of every 2 x 2 values, and which of the four it was.

    Windows at the right and lower edge may be cut off (ceil mode). Of equal values the first counts.

    Examples
    --------
    >>> largest, places = pooled(np.array([[[[1.0, 2.0, 3.0], [0.0, 5.0, 4.0]]]]))
    >>> largest.tolist(), places.tolist()
    ([[[[5.0, 4.0]]]], [[[[3, 2]]]])
    """
    height, width = values.shape[2:]
    even = np.pad(values, ((0, 0), (0, 0), (0, height % POOL), (0, width % POOL)), constant_values=-np.inf)
    cells = even.reshape(*values.shape[:2], even.shape[2] // POOL, POOL, even.shape[3] // POOL, POOL)
    cells = cells.swapaxes(3, 4).reshape(*cells.shape[:3], cells.shape[4], POOL**2)
    places = cells.argmax(axis=-1)
    return np.take_along_axis(cells, places[..., None], axis=-1)[..., 0], places


def pooled_gradient(
    places: Int[np.ndarray, "pictures maps rows columns"], upstream: Pooled, size: tuple[int, int]
) -> Maps:
    """Return the derivative of the loss by what went into a pooling, of this height and width.

    It goes to the largest of each window alone.
    """
    cells = np.zeros((*upstream.shape, POOL**2))
    np.put_along_axis(cells, places[..., None], upstream[..., None], axis=-1)
    pictures, maps, rows, columns = upstream.shape
    even = cells.reshape(pictures, maps, rows, columns, POOL, POOL).swapaxes(3, 4)
    return even.reshape(pictures, maps, rows * POOL, columns * POOL)[:, :, : size[0], : size[1]]
