"""Round and bright things that a net may take for a ball, and the ball itself, as figures to paint.

Their unit is the radius of a ball. What they are drawn with is fixed when a figure is made, so that it looks the same
at every size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.synthesis.crop_backgrounds import SKIN_TONES
from handball.synthesis.crop_canvas import Paint
from handball.synthesis.hall import LightRig
from handball.synthesis.players import Color
from handball.synthesis.render_ball import BALL_SKINS, ball_colors, lit

Array = NDArray[np.float64]

Decoy = Literal["head", "bald_head", "logo", "lamp", "shoe", "shirt"]
DECOYS: tuple[Decoy, ...] = get_args(Decoy)
_NOTHING = -1.0
_HAIR: tuple[Color, ...] = ((28, 22, 20), (70, 46, 30), (140, 104, 62), (205, 176, 120), (120, 118, 116))


@attrs.frozen(kw_only=True)
class Figure:
    """Something to paint, and how many ball radii it reaches from its origin."""

    paint: Paint
    extent: float


def ball_figure(skin: int, turn: Array, light: LightRig) -> Figure:
    """Return a ball of one of `BALL_SKINS`, its axes turned by a rotation matrix."""

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        normals, inside = _sphere(x, y)
        colors = np.zeros((*x.shape, 3))
        seen = inside > -0.5
        colors[seen] = ball_colors(normals[seen], skin=skin, turn=turn, light=light)
        return colors, inside

    return Figure(paint=paint, extent=1.0)


def decoy_figure(kind: Decoy, light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Draw the looks of a decoy; what people wear and carry has the colors of these balls as often as not."""
    return _MAKERS[kind](light, skins, rng)


def ball_like_color(skins: tuple[int, ...], rng: np.random.Generator) -> Color:
    """Draw a color for clothes and signs: one of these balls' as often as not."""
    skin, part, plain = rng.integers(len(skins)), rng.integers(2), rng.integers(20, 240, 3)
    if rng.random() < 0.5:
        return BALL_SKINS[skins[skin]][part]
    return int(plain[0]), int(plain[1]), int(plain[2])


def _sphere(x: Array, y: Array) -> tuple[Array, Array]:
    """Return unit normals towards the camera, and the distance to the rim."""
    radius = np.hypot(x, y)
    ahead = -np.sqrt(np.clip(1 - radius**2, 0, None))
    normals = np.stack([x, y, ahead], axis=-1)
    return normals / np.maximum(np.linalg.norm(normals, axis=-1, keepdims=True), 1e-9), 1 - radius


def _head(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    return _head_figure(light, skins, rng, bald=False)


def _bald_head(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    return _head_figure(light, skins, rng, bald=True)


def _head_figure(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator, *, bald: bool) -> Figure:
    """Return a head on its neck and shoulders, seen from any side."""
    tone, hair = (np.array(colors[rng.integers(len(colors))], float) for colors in (SKIN_TONES, _HAIR))
    shirt = np.array(ball_like_color(skins, rng), float)
    yaw, pitch, line = rng.uniform(-np.pi, np.pi), rng.normal(0.0, 0.2), rng.uniform(-0.45, -0.15)
    turn = Rotation.from_euler("yx", (yaw, pitch)).as_matrix()

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        normals, inside = _sphere(x / 0.84, y / 1.13)
        own = normals @ turn
        colors = np.where(_features(own)[..., None], tone * 0.42, tone)
        if not bald:
            covered = own[..., 1] < line + 0.75 * np.clip(own[..., 2], -0.2, 1.0)
            colors = np.where(covered[..., None], hair, colors)
        ears = 0.22 - np.hypot(np.abs(x) - 0.86, (y - 0.1) / 1.4)
        if abs(np.sin(yaw)) > 0.7:
            ears = np.full_like(x, _NOTHING)
        neck = np.minimum(np.minimum(0.48 - np.abs(x), y - 0.5), 2.2 - y)
        body = 1 - np.hypot(x / 2.3, (y - 3.3) / 1.75)
        colors = np.where((inside > 0)[..., None], lit(colors, normals, light), 0.72 * _flat(tone, light))
        wears = (body > 0) & (inside < 0)
        colors = np.where(wears[..., None], 0.9 * _flat(shirt, light), colors)
        return colors, np.maximum.reduce([inside, ears, neck, body])

    return Figure(paint=paint, extent=2.6)


def _features(own: Array) -> NDArray[np.bool_]:
    """Return where eyes, brows and mouth are, the face looking to minus z."""
    across, down = np.abs(own[..., 0]), own[..., 1]
    eyes = np.hypot(across - 0.36, (down + 0.05) * 1.6) < 0.13
    brows = (np.abs(across - 0.38) < 0.2) & (np.abs(down + 0.26) < 0.05)
    mouth = (across < 0.28) & (np.abs(down - 0.52) < 0.06)
    return np.asarray((eyes | brows | mouth) & (own[..., 2] < 0))


def _logo(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a round sign, flat, on a piece of board or cloth."""
    inner, outer = (np.array(ball_like_color(skins, rng), float) for _ in range(2))
    ground = np.array(ball_like_color(skins, rng), float)
    kind, turn, points = rng.integers(4), rng.uniform(-0.5, 0.5), rng.integers(4, 8)
    wide, high = rng.uniform(1.3, 3.0), rng.uniform(1.2, 1.9)

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        along, across = np.cos(turn) * x + np.sin(turn) * y, np.cos(turn) * y - np.sin(turn) * x
        radius, angle = np.hypot(x, y), np.arctan2(across, along)
        mark = (
            (np.abs(across) < 0.22) | (radius > 0.74),
            (np.abs(radius - 0.55) < 0.16) | (radius > 0.9),
            radius < 0.5 + 0.28 * np.cos(points * angle),
            (np.abs(along) > 0.28) & (np.abs(along) < 0.58) | (np.abs(across) < 0.16) & (np.abs(along) < 0.5),
        )[kind]
        colors = np.where(mark[..., None], outer, inner)
        colors = np.where((radius < 1)[..., None], colors, ground)
        return 0.92 * _flat(colors, light), np.minimum(wide - np.abs(along), high - np.abs(across))

    return Figure(paint=paint, extent=3.6)


def _lamp(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a lamp: brighter than anything, round or long, with a glow."""
    long, glow = rng.choice([1.0, 1.0, 2.2]), rng.uniform(0.4, 1.0)
    color = np.array([255.0, 252.0, rng.uniform(215, 255)])

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        radius = np.hypot(np.clip(np.abs(x) - (long - 1), 0, None), y)
        fade = np.clip(1 - glow * np.clip(radius - 0.75, 0, None) / 0.9, 0.0, 1.0)
        return color * fade[..., None], 1.25 + (long - 1) * 0 - radius

    return Figure(paint=paint, extent=2.6)


def _shoe(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a shoe from the side with its sole, and the leg above."""
    upper, mark = (np.array(ball_like_color(skins, rng), float) for _ in range(2))
    sock = np.array(ball_like_color(skins, rng) if rng.random() < 0.5 else SKIN_TONES[rng.integers(5)], float)
    way, turn = rng.choice([-1.0, 1.0]), rng.normal(0, 0.4)

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        along = way * (np.cos(turn) * x + np.sin(turn) * y)
        across = np.cos(turn) * y - np.sin(turn) * x
        foot = np.minimum(1 - np.hypot(along / 1.45, (across - 0.35) / 0.8), 0.5 - across)
        leg = np.minimum(np.minimum(0.5 - np.abs(along + 0.75), across + 3.0), 0.3 - across)
        stripes = (np.abs((along * 1.6 + across * 0.5) % 0.6 - 0.3) < 0.1) & (np.abs(along) < 0.5)
        colors = np.where(stripes[..., None], mark, upper)
        colors = np.where((across > 0.3)[..., None], np.array([232.0, 230.0, 226.0]), colors)
        colors = np.where(((leg > 0) & (across < -0.3))[..., None], sock, colors)
        return (0.8 - 0.12 * across.clip(-1, 1))[..., None] * _flat(colors, light), np.maximum(foot, leg)

    return Figure(paint=paint, extent=3.0)


def _shirt(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a shoulder or a back in a ball's colors, round at the top."""
    base, mark = (np.array(ball_like_color(skins, rng), float) for _ in range(2))
    wide, stripe, lean = rng.uniform(1.0, 2.0), rng.uniform(0.4, 0.9), rng.normal(0, 0.25)

    def paint(x: Array, y: Array) -> tuple[Array, Array]:
        x = x - lean * y
        outline = 1 - np.hypot(x / wide, np.minimum(y, 0.0) / 1.0)
        side = np.clip(x / wide, -1, 1)
        normals = np.stack([side, 0 * side, -np.sqrt(1 - side**2)], axis=-1)
        folds = 1 + 0.06 * np.sin(3.1 * y + 2.0 * x)
        striped = np.abs((y + 0.3) % (2 * stripe) - stripe) < 0.18
        colors = np.where(striped[..., None], mark, base)
        return folds[..., None] * lit(colors, normals, light), np.minimum(outline, 3.0 - y)

    return Figure(paint=paint, extent=3.2)


def _flat(colors: Array, light: LightRig) -> Array:
    """Return how colors look on a surface that faces the camera."""
    return np.asarray(colors * (light.ambient + light.fill + 0.5 * light.key))


_MAKERS: Mapping[Decoy, Callable[[LightRig, tuple[int, ...], np.random.Generator], Figure]] = MappingProxyType(
    {"head": _head, "bald_head": _bald_head, "logo": _logo, "lamp": _lamp, "shoe": _shoe, "shirt": _shirt}
)
