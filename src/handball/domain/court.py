"""The handball court: what is marked on its floor, in metres.

The world of a court has x from one goal line along the court (0 to 40), y across it (0 to 20), z up, and the floor at
z = 0 (SPEC 8.2; dimensions of the rules of the game of the IHF).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

LENGTH, WIDTH = 40.0, 20.0
GOAL_WIDTH, GOAL_HEIGHT = 3.0, 2.0
GOAL_AREA_RADIUS, FREE_THROW_RADIUS = 6.0, 9.0

Point = tuple[float, float, float]

_NEAR: Mapping[str, Point] = {
    "corner_left": (0.0, 0.0, 0.0),
    "corner_right": (0.0, WIDTH, 0.0),
    "post_left": (0.0, 8.5, 0.0),
    "post_right": (0.0, 11.5, 0.0),
    "crossbar_left": (0.0, 8.5, GOAL_HEIGHT),
    "crossbar_right": (0.0, 11.5, GOAL_HEIGHT),
    "six_left": (6.0, 8.5, 0.0),
    "six_right": (6.0, 11.5, 0.0),
    "nine_left": (9.0, 8.5, 0.0),
    "nine_right": (9.0, 11.5, 0.0),
    "seven_left": (7.0, 9.5, 0.0),
    "seven_right": (7.0, 10.5, 0.0),
    "four_left": (4.0, 9.925, 0.0),
    "four_right": (4.0, 10.075, 0.0),
    "six_corner_left": (0.0, 2.5, 0.0),
    "six_corner_right": (0.0, 17.5, 0.0),
    "substitution": (15.5, 0.0, 0.0),
}
"""At the goal line x = 0; left and right as seen from this line, looking into the court."""


def _far(point: Point) -> Point:
    return (LENGTH - point[0], WIDTH - point[1], point[2])


POINTS: Mapping[str, Point] = MappingProxyType(
    dict(_NEAR)
    | {f"far_{name}": _far(point) for name, point in _NEAR.items() if name != "substitution"}
    | {
        "far_substitution": (LENGTH - 15.5, 0.0, 0.0),
        "center_left": (LENGTH / 2, 0.0, 0.0),
        "center_right": (LENGTH / 2, WIDTH, 0.0),
        "center": (LENGTH / 2, WIDTH / 2, 0.0),
    }
)
"""Every point that can be named, by its name: metres in the world of the court."""


def court_point(name: str) -> Point:
    """Return a named point of the court.

    Raises
    ------
    KeyError
        For a name that is not in `POINTS`.

    Examples
    --------
    >>> court_point("seven_left"), court_point("far_post_left")
    ((7.0, 9.5, 0.0), (40.0, 11.5, 0.0))
    """
    return POINTS[name]
