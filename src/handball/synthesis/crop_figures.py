"""Round and bright things that a net may take for a ball, and the ball itself, as figures to paint.

Their unit is the radius of a ball. What they are drawn with is fixed when a figure is made, so that it looks the same
at every size.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from handball.synthesis.ball_looks import drawn_gloss, drawn_look, shining
from handball.synthesis.crop_backgrounds import SKIN_TONES
from handball.synthesis.crop_canvas import Figure
from handball.synthesis.hall import LightRig
from handball.synthesis.players import Color
from handball.synthesis.render_ball import BALL_SKINS, ball_colors, lit

Array = NDArray[np.float64]

Decoy = Literal["head", "bald_head", "logo", "lamp", "shoe", "shirt"]
DECOYS: tuple[Decoy, ...] = get_args(Decoy)
_OUTSIDE = -1.0
_SKULL, _PROFILE = (0.84, 1.13), 0.7
"""Half axes of a head, and the sine of the turn from which its ears are not both seen."""
_HAIR: tuple[Color, ...] = ((28, 22, 20), (70, 46, 30), (140, 104, 62), (205, 176, 120), (120, 118, 116))


def ball_figure(skin: int, turn: Array, light: LightRig) -> Figure:
    """Return a ball of one of `BALL_SKINS`, its axes turned by a rotation matrix."""

    def colors(x: Array, y: Array) -> Array:
        return ball_colors(_normals(x, y), skin=skin, turn=turn, light=light)

    return Figure(outline=lambda x, y: 1 - np.hypot(x, y), colors=colors, extent=1.0)


def any_ball_figure(turn: Array, light: LightRig, rng: np.random.Generator) -> Figure:
    """Draw a ball of any looks, its axes turned by a rotation matrix."""
    look, gloss = drawn_look(rng), drawn_gloss(rng)

    def colors(x: Array, y: Array) -> Array:
        normals = _normals(x, y)
        return shining(lit(look(normals @ turn), normals, light), normals, np.array(light.direction), gloss)

    return Figure(outline=lambda x, y: 1 - np.hypot(x, y), colors=colors, extent=1.0)


def drawn_turn(rng: np.random.Generator) -> Array:
    """Draw a rotation matrix, all turns alike (Stewart, "Efficient generation of random orthogonal matrices", 1980)."""
    axes, upper = np.linalg.qr(rng.normal(size=(3, 3)))
    axes = axes * np.sign(np.diag(upper))
    return np.asarray(axes * np.linalg.det(axes))


def decoy_figure(kind: Decoy, light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Draw the looks of a decoy; what people wear and carry has the colors of these balls as often as not."""
    return _MAKERS[kind](light, skins, rng)


def ball_like_color(skins: tuple[int, ...], rng: np.random.Generator) -> Color:
    """Draw a color for clothes and signs: one of these balls' as often as not."""
    skin, part, plain = rng.integers(len(skins)), rng.integers(2), rng.integers(20, 240, 3)
    if rng.random() < 0.5:
        return BALL_SKINS[skins[skin]][part]
    return int(plain[0]), int(plain[1]), int(plain[2])


def _normals(x: Array, y: Array) -> Array:
    """Return unit normals towards the camera of the unit sphere, or of its rim just outside, shape (places, 3)."""
    square = x * x + y * y
    outside = np.maximum(1.0, np.sqrt(square))
    return np.stack([x / outside, y / outside, -np.sqrt(np.clip(1 - square, 0, None))], axis=-1)


def _head(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    return _head_figure(light, skins, rng, bald=False)


def _bald_head(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    return _head_figure(light, skins, rng, bald=True)


def _head_figure(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator, *, bald: bool) -> Figure:
    """Return a head on its neck and shoulders, seen from any side."""
    tone, hair = (np.array(colors[rng.integers(len(colors))], float) for colors in (SKIN_TONES, _HAIR))
    shirt = np.array(ball_like_color(skins, rng), float)
    yaw, pitch, line = rng.uniform(-np.pi, np.pi), rng.normal(0.0, 0.2), rng.uniform(-0.45, -0.15)
    turn = _nodding(yaw, pitch)

    def outline(x: Array, y: Array) -> Array:
        ears = 0.22 - np.hypot(np.abs(x) - 0.86, (y - 0.1) / 1.4) if abs(np.sin(yaw)) < _PROFILE else _OUTSIDE
        neck = np.minimum(np.minimum(0.48 - np.abs(x), y - 0.5), 2.2 - y)
        found = np.maximum(np.maximum(_inside_skull(x, y), ears), np.maximum(neck, _inside_body(x, y)))
        return np.asarray(found)

    def colors(x: Array, y: Array) -> Array:
        normals = _normals(x / _SKULL[0], y / _SKULL[1])
        own = normals @ turn
        found = np.where(_features(own)[:, None], tone * 0.42, tone)
        if not bald:
            covered = own[:, 1] < line + 0.75 * np.clip(own[:, 2], -0.2, 1.0)
            found = np.where(covered[:, None], hair, found)
        skull = _inside_skull(x, y) > 0
        found = np.where(skull[:, None], lit(found, normals, light), 0.72 * _flat(tone, light))
        wears = (_inside_body(x, y) > 0) & ~skull
        return np.where(wears[:, None], 0.9 * _flat(shirt, light), found)

    return Figure(outline=outline, colors=colors, extent=2.6)


def _inside_skull(x: Array, y: Array) -> Array:
    return np.asarray(1 - np.hypot(x / _SKULL[0], y / _SKULL[1]))


def _inside_body(x: Array, y: Array) -> Array:
    return np.asarray(1 - np.hypot(x / 2.3, (y - 3.3) / 1.75))


def _nodding(yaw: float, pitch: float) -> Array:
    """Return the rotation about the vertical after one about the axis to the right."""
    about, nod = (np.cos(yaw), np.sin(yaw)), (np.cos(pitch), np.sin(pitch))
    level = np.array([[about[0], 0, about[1]], [0, 1, 0], [-about[1], 0, about[0]]])
    return np.asarray(level @ np.array([[1, 0, 0], [0, nod[0], -nod[1]], [0, nod[1], nod[0]]]))


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

    def outline(x: Array, y: Array) -> Array:
        along, across = _turned(x, y, turn)
        return np.minimum(wide - np.abs(along), high - np.abs(across))

    def colors(x: Array, y: Array) -> Array:
        along, across = _turned(x, y, turn)
        radius, angle = np.hypot(x, y), np.arctan2(across, along)
        mark = (
            (np.abs(across) < 0.22) | (radius > 0.74),
            (np.abs(radius - 0.55) < 0.16) | (radius > 0.9),
            radius < 0.5 + 0.28 * np.cos(points * angle),
            (np.abs(along) > 0.28) & (np.abs(along) < 0.58) | (np.abs(across) < 0.16) & (np.abs(along) < 0.5),
        )[kind]
        found = np.where(mark[:, None], outer, inner)
        return 0.92 * _flat(np.where((radius < 1)[:, None], found, ground), light)

    return Figure(outline=outline, colors=colors, extent=3.6)


def _lamp(_: LightRig, __: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a lamp: brighter than anything, round or long, with a glow."""
    long, glow = rng.choice([1.0, 1.0, 2.2]), rng.uniform(0.4, 1.0)
    color = np.array([255.0, 252.0, rng.uniform(215, 255)])

    def outline(x: Array, y: Array) -> Array:
        return np.asarray(1.25 - np.hypot(np.clip(np.abs(x) - (long - 1), 0, None), y))

    def colors(x: Array, y: Array) -> Array:
        fade = 1 - glow * np.clip(0.5 - outline(x, y), 0, None) / 0.9
        return np.asarray(color * np.clip(fade, 0.0, 1.0)[:, None])

    return Figure(outline=outline, colors=colors, extent=2.6)


def _shoe(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a shoe from the side with its sole, and the leg above."""
    upper, mark = (np.array(ball_like_color(skins, rng), float) for _ in range(2))
    sock = np.array(ball_like_color(skins, rng) if rng.random() < 0.5 else SKIN_TONES[rng.integers(5)], float)
    way, turn = rng.choice([-1.0, 1.0]), rng.normal(0, 0.4)

    def parts(x: Array, y: Array) -> tuple[Array, Array, Array, Array]:
        along, across = _turned(x, y, turn)
        along = way * along
        foot = np.minimum(1 - np.hypot(along / 1.45, (across - 0.35) / 0.8), 0.5 - across)
        leg = np.minimum(np.minimum(0.5 - np.abs(along + 0.75), across + 3.0), 0.3 - across)
        return along, across, foot, leg

    def colors(x: Array, y: Array) -> Array:
        along, across, _, leg = parts(x, y)
        stripes = (np.abs((along * 1.6 + across * 0.5) % 0.6 - 0.3) < 0.1) & (np.abs(along) < 0.5)
        found = np.where(stripes[:, None], mark, upper)
        found = np.where((across > 0.3)[:, None], np.array([232.0, 230.0, 226.0]), found)
        found = np.where(((leg > 0) & (across < -0.3))[:, None], sock, found)
        return (0.8 - 0.12 * across.clip(-1, 1))[:, None] * _flat(found, light)

    return Figure(outline=lambda x, y: np.maximum(*parts(x, y)[2:]), colors=colors, extent=3.0)


def _shirt(light: LightRig, skins: tuple[int, ...], rng: np.random.Generator) -> Figure:
    """Return a shoulder or a back in a ball's colors, round at the top."""
    base, mark = (np.array(ball_like_color(skins, rng), float) for _ in range(2))
    wide, stripe, lean = rng.uniform(1.0, 2.0), rng.uniform(0.4, 0.9), rng.normal(0, 0.25)

    def outline(x: Array, y: Array) -> Array:
        return np.asarray(np.minimum(1 - np.hypot((x - lean * y) / wide, np.minimum(y, 0.0)), 3.0 - y))

    def colors(x: Array, y: Array) -> Array:
        side = np.clip((x - lean * y) / wide, -1, 1)
        normals = np.stack([side, 0 * side, -np.sqrt(1 - side**2)], axis=-1)
        folds = 1 + 0.06 * np.sin(3.1 * y + 2.0 * x)
        striped = np.abs((y + 0.3) % (2 * stripe) - stripe) < 0.18
        return np.asarray(folds[:, None] * lit(np.where(striped[:, None], mark, base), normals, light))

    return Figure(outline=outline, colors=colors, extent=3.2)


def _turned(x: Array, y: Array, turn: float) -> tuple[Array, Array]:
    """Return places along and across axes that are turned, radians."""
    cosine, sine = np.cos(turn), np.sin(turn)
    return cosine * x + sine * y, cosine * y - sine * x


def _flat(colors: Array, light: LightRig) -> Array:
    """Return how colors look on a surface that faces the camera."""
    return np.asarray(colors * (light.ambient + light.fill + 0.5 * light.key))


_MAKERS: Mapping[Decoy, Callable[[LightRig, tuple[int, ...], np.random.Generator], Figure]] = MappingProxyType(
    {"head": _head, "bald_head": _bald_head, "logo": _logo, "lamp": _lamp, "shoe": _shoe, "shirt": _shirt}
)
