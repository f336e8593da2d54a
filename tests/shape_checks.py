"""The run-time type checker of the tests: beartype, which knows arrays through jaxtyping.

`Self` is let through: beartype resolves it only where the whole class is decorated, and the import
hook decorates functions one by one. A function that takes a plain Protocol stays unchecked: such a
Protocol has no instance check.
"""

from collections.abc import Callable
from typing import Any, Self

from beartype import BeartypeConf, FrozenDict, beartype
from beartype.roar import BeartypeDecorHintPep3119Exception

_beartyped = beartype(conf=BeartypeConf(hint_overrides=FrozenDict({Self: Any})))


def checked(function: Callable[..., Any]) -> Callable[..., Any]:
    """Decorate a function so that each call checks its arguments and result."""
    try:
        return _beartyped(function)
    except BeartypeDecorHintPep3119Exception:
        return function
