"""People behind a ball, as capsules."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.synthesis.crop_backgrounds import SKIN_TONES, View, write
from handball.synthesis.crop_canvas import Canvas, Point
from handball.synthesis.crop_figures import ball_like_color
from handball.synthesis.players import Color

Array = NDArray[np.float64]


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
