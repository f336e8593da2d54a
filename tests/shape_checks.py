"""The run-time type checker of the tests: beartype, which knows arrays through jaxtyping.

Let through: `Self`, which beartype resolves only where the whole class is decorated (the import hook
decorates functions one by one); a function that takes a plain Protocol, which has no instance check;
whole numbers for real ones; and a scalar for an array of any shape, as NumPy makes of zero axes.
"""

from collections.abc import Callable
from typing import Any, Self

import numpy as np
from beartype import BeartypeConf, FrozenDict, beartype
from beartype.roar import BeartypeDecorHintPep3119Exception
from numpy.typing import NDArray

_LET_THROUGH = FrozenDict({Self: Any, NDArray[np.float64]: NDArray[np.float64] | float})
_beartyped = beartype(conf=BeartypeConf(hint_overrides=_LET_THROUGH, is_pep484_tower=True))


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function so that each call checks its arguments and result."""
    try:
        return _beartyped(function)
    except BeartypeDecorHintPep3119Exception:
        return function
