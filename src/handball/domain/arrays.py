"""Read-only arrays of a fixed type, for the fields of containers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import attrs
import numpy as np
from numpy.typing import DTypeLike, NDArray


def readonly(dtype: DTypeLike) -> Callable[[Any], NDArray[Any]]:
    """Build a converter to a read-only copy of the given type.

    Examples
    --------
    >>> values = readonly(np.float64)([1, 2])
    >>> values.flags.writeable
    False
    """

    def convert(values: Any) -> NDArray[Any]:
        array = np.array(values, dtype=dtype)
        array.flags.writeable = False
        return array

    return convert


def column(dtype: DTypeLike) -> Any:
    """Declare an attrs field that holds a read-only array and compares by value (NaN equals NaN)."""
    equal_nan = np.issubdtype(np.dtype(dtype), np.floating)

    def equal(left: NDArray[Any], right: NDArray[Any]) -> bool:
        return bool(np.array_equal(left, right, equal_nan=equal_nan))

    return attrs.field(converter=readonly(dtype), eq=attrs.cmp_using(eq=equal))


def check_rising(name: str, values: NDArray[Any]) -> None:
    """Raise `ValueError` unless the values rise strictly from row to row."""
    if values.size > 1 and not bool(np.all(np.diff(values) > 0)):
        row = int(np.argmax(np.diff(values) <= 0)) + 1
        raise ValueError(f"{name} must rise from row to row, but row {row} has {values[row]} after {values[row - 1]}")


def check_shape(name: str, values: NDArray[Any], shape: tuple[int, ...]) -> None:
    """Raise `ValueError` unless the array has exactly this shape."""
    if values.shape != shape:
        raise ValueError(f"{name} must have shape {shape}, found {values.shape}")
