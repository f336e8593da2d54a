"""People behind a ball as capsules, and the hand in front of it."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.crop_backgrounds import SKIN_TONES, View, write
from handball.synthesis.crop_canvas import Canvas, Capsule, Point
from handball.synthesis.crop_figures import ball_like_color
from handball.synthesis.players import Color

Array = NDArray[np.float64]

MOST_OCCLUSION = 0.40
_GRID = 24
_STEP_BACK, _STEPS = 0.1, 30
_RIM = 1.12
"""Of the dark edge around a finger, as a share of its radius."""


def draw_person(canvas: Canvas, view: View, skins: tuple[int, ...], rng: np.random.Generator) -> None:
    """Paint a player on the floor, somewhere across the picture."""
    away = view.distance * float(rng.uniform(0.9, 2.2))
    metre = view.focal / away
    side, height = float(rng.uniform(-0.2, 1.2)), float(rng.uniform(1.6, 2.0))
    top = view.floor_row(away) - height * metre
    shirt, shorts, shoes = (ball_like_color(skins, rng) for _ in range(3))
    tone, hair = SKIN_TONES[rng.integers(len(SKIN_TONES))], int(rng.integers(15, 110))
    bends, number = rng.normal(0, 1, (4, 2)), str(rng.integers(1, 99))
    neck = np.array([side * canvas.width, top + 0.3 * metre])
    x, y = _point(neck)
    hips = neck + np.array([bends[0, 0] * 0.08, 0.55]) * metre
    for leg in (-1, 1):
        _draw_leg(canvas, hips + np.array([0.1 * leg, 0.05]) * metre, bends[leg], metre, (tone, shorts, shoes))
    canvas.limb((x, y + 0.1 * metre), _point(hips), 0.17 * metre, shirt)
    canvas.limb((x - 0.1 * metre, y + 0.05 * metre), (x + 0.1 * metre, y + 0.05 * metre), 0.1 * metre, shirt)
    bright: Color = (235, 235, 235) if sum(shirt) < 380 else (25, 25, 30)
    write(canvas, number, (x - 0.1 * metre, y + 0.36 * metre), 0.2 * metre, bright)
    for arm in (-1, 1):
        _draw_arm(canvas, neck + np.array([0.21 * arm, 0.04]) * metre, bends[arm + 1], arm, metre, (tone, shirt))
    canvas.limb((x, y), (x, y - 0.12 * metre), 0.05 * metre, tone)
    canvas.ellipse((x, y - 0.2 * metre), (0.085 * metre, 0.115 * metre), (hair, 0.8 * hair, 0.7 * hair))
    canvas.ellipse((x, y - 0.17 * metre), (0.072 * metre, 0.1 * metre), [0.85 * value for value in tone])


def _draw_leg(canvas: Canvas, hip: Array, bend: Array, metre: float, colors: tuple[Color, Color, Color]) -> None:
    tone, shorts, shoes = colors
    knee = hip + np.array([0.15 * bend[0], 0.43]) * metre
    foot = knee + np.array([0.12 * bend[1], 0.43]) * metre
    canvas.limb(_point(knee), _point(foot), 0.055 * metre, tone)
    canvas.limb(_point(hip), _point(knee), 0.08 * metre, tone)
    canvas.limb(_point(hip), _point(hip + 0.6 * (knee - hip)), 0.1 * metre, shorts)
    canvas.limb(_point(foot), _point(foot + np.array([0.16, 0.03]) * metre), 0.05 * metre, shoes)


def _draw_arm(
    canvas: Canvas, shoulder: Array, bend: Array, side: int, metre: float, colors: tuple[Color, Color]
) -> None:
    tone, shirt = colors
    angles = np.array([0.5 + 0.8 * bend[0], 0.9 + 1.0 * bend[1]])
    elbow = shoulder + 0.3 * metre * np.array([side * np.sin(angles[0]), np.cos(angles[0])])
    hand = elbow + 0.26 * metre * np.array([side * np.sin(angles.sum()), np.cos(angles.sum())])
    canvas.limb(_point(elbow), _point(hand), 0.042 * metre, tone)
    canvas.limb(_point(shoulder), _point(elbow), 0.05 * metre, tone)
    canvas.limb(_point(shoulder), _point(shoulder + 0.55 * (elbow - shoulder)), 0.068 * metre, shirt)
    canvas.limb(_point(hand), _point(hand + 0.25 * (hand - elbow)), 0.05 * metre, tone)


def _point(values: Array) -> Point:
    return float(values[0]), float(values[1])


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
