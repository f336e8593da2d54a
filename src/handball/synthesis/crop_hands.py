"""The hand that holds a ball, or is empty."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.crop_backgrounds import SKIN_TONES
from handball.synthesis.crop_canvas import Canvas, Capsule, Point
from handball.synthesis.players import Color

Array = NDArray[np.float64]

MOST_OCCLUSION = 0.40
_GRID = 24
_STEP_BACK, _STEPS = 0.1, 30
_RIM = 1.12
"""Of the dark edge around a finger, as a share of its radius."""


def _disk() -> Array:
    line = (np.arange(_GRID) + 0.5) / _GRID * 2 - 1
    x, y = np.meshgrid(line, line)
    return np.stack([x, y])[:, np.hypot(x, y) < 1]


_DISK = _disk()


@attrs.frozen(kw_only=True)
class Hand:
    """A hand that comes from one side, in radii of a ball around its middle.

    Attributes
    ----------
    behind, before
        What is behind a ball in it, and what covers some of the ball.
    occlusion
        Share of the ball's disk that is covered.
    """

    behind: tuple[Capsule, ...]
    before: tuple[Capsule, ...]
    tone: Color
    occlusion: float


def drawn_hand(rng: np.random.Generator) -> Hand:
    """Draw a hand with its forearm that covers at most `MOST_OCCLUSION` of a ball; it draws back until it does."""
    tone, turn = SKIN_TONES[rng.integers(len(SKIN_TONES))], float(rng.uniform(0, 2 * np.pi))
    reaches, spread, bend = rng.uniform(0.1, 0.75, 4), float(rng.uniform(0.14, 0.3)), float(rng.normal(0, 0.5))
    back = 0.0
    for _ in range(_STEPS):
        fingers = _fingers(turn, reaches, spread, back)
        occlusion = covered_share(fingers)
        if occlusion <= MOST_OCCLUSION:
            break
        back += _STEP_BACK
    return Hand(behind=_palm(turn, bend, back), before=fingers, tone=tone, occlusion=occlusion)


def _fingers(turn: float, reaches: Array, spread: float, back: float) -> tuple[Capsule, ...]:
    """Return four fingers that lie over the ball from its rim inwards, and the thumb along the rim."""
    found: list[Capsule] = []
    for number, reach in enumerate(reaches):
        angle = turn + spread * (number - 1.5)
        start, end = _around(angle, 1.3 + back), _around(turn + 2.2 * spread * (number - 1.5), 1.0 - reach + back)
        found.append((*start, *end, 0.13))
    start, end = _around(turn + 0.5, 1.35 + back), _around(turn + 1.25, 0.95 + back)
    found.append((*start, *end, 0.15))
    return tuple(found)


def _palm(turn: float, bend: float, back: float) -> tuple[Capsule, ...]:
    wrist, palm = np.array(_around(turn, 2.2 + back)), np.array(_around(turn, 1.4 + back))
    elbow = wrist + np.array(_around(turn + bend, 2.9))
    return (
        (*elbow.tolist(), *wrist.tolist(), 0.42),
        (*wrist.tolist(), *palm.tolist(), 0.42),
    )


def _around(angle: float, radius: float) -> Point:
    return float(radius * np.cos(angle)), float(radius * np.sin(angle))


def covered_share(capsules: Sequence[Capsule]) -> float:
    """Return the share of the unit disk that capsules cover, on a grid of 24 by 24.

    Examples
    --------
    >>> covered_share([(-2, 0, 2, 0, 5)]), covered_share([(3, 3, 4, 4, 0.5)])
    (1.0, 0.0)
    """
    x0, y0, x1, y1, radius = np.array(capsules).T[..., None]
    dx, dy = x1 - x0, y1 - y0
    x, y = _DISK[0] - x0, _DISK[1] - y0
    share = np.clip((x * dx + y * dy) / np.maximum(dx * dx + dy * dy, 1e-9), 0, 1)
    away = (x - share * dx) ** 2 + (y - share * dy) ** 2
    return float((away < (_RIM * radius) ** 2).any(axis=0).mean())


def draw_capsules(canvas: Canvas, capsules: Sequence[Capsule], middle: Point, unit: float, tone: Color) -> None:
    """Paint parts of a hand around a pixel, `unit` pixels a radius of the ball."""
    for x0, y0, x1, y1, radius in capsules:
        start, end = (middle[0] + unit * x0, middle[1] + unit * y0), (middle[0] + unit * x1, middle[1] + unit * y1)
        canvas.capsule(start, end, unit * radius * _RIM, [0.45 * value for value in tone])
        canvas.limb(start, end, unit * radius, tone)
