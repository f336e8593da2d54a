"""The hall: court with the lines of the IHF, goals, floors, walls, banners, stands and lightings, as plain geometry.

Measures: IHF, "Rules of the Game" (2024), rule 1. The world is that of `rig.py`.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Literal

import attrs
import numpy as np
from jaxtyping import Float, Int, UInt8
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.domain.court import GOAL_HEIGHT, GOAL_WIDTH, LENGTH, WIDTH
from handball.synthesis.players import Color

Array = NDArray[np.float64]

Floor = Literal["oak", "maple", "blue", "green", "orange", "grey"]
FLOORS: tuple[Floor, ...] = ("oak", "maple", "blue", "green", "orange", "grey")
Lighting = Literal["bright", "dim", "warm", "cool", "side"]
LIGHTINGS: tuple[Lighting, ...] = ("bright", "dim", "warm", "cool", "side")

POST = 0.08
MARGIN, WALL_HEIGHT = 8.0, 8.0
_LINE = 0.05
_LINE_HEIGHT = 0.003
_NET_DEPTH_TOP, _NET_DEPTH_FLOOR, _NET_CORD, _NET_MESH = 0.9, 1.1, 0.004, 0.10


@attrs.frozen(kw_only=True)
class Mesh:
    """Coloured triangles: corners in metres of the world, an RGB colour each."""

    vertices: Float[np.ndarray, "vertices 3"] = column(np.float64)
    faces: Int[np.ndarray, "faces 3"] = column(np.int64)
    colors: UInt8[np.ndarray, "faces 3"] = column(np.uint8)


@attrs.frozen(kw_only=True)
class HallLooks:
    """How a hall looks.

    Attributes
    ----------
    area
        Colour of the goal areas, or none where the floor goes on.
    lighting
        Which of `LIGHTS` burn; the shutter follows the light.
    """

    floor: Floor = "oak"
    wall: Color = (214, 210, 200)
    area: Color | None = None
    banners: bool = True
    stands: bool = True
    lighting: Lighting = "bright"
    seed: int = 0


@attrs.frozen(kw_only=True)
class LightRig:
    """The lamps: where the strong one stands, how strong each kind is, its colour, and the camera's answer."""

    direction: tuple[float, float, float]
    key: float
    fill: float
    ambient: float
    tint: tuple[float, float, float]
    exposure: float
    noise: float
    """One standard deviation of the sensor's noise, in steps of 8 bits."""


LIGHTS: dict[Lighting, LightRig] = {
    "bright": LightRig(
        direction=(0.25, -0.35, 1.0),
        key=0.42,
        fill=0.26,
        ambient=0.40,
        tint=(1.0, 1.0, 1.0),
        exposure=1 / 400,
        noise=1.5,
    ),
    "dim": LightRig(
        direction=(-0.2, 0.3, 1.0),
        key=0.22,
        fill=0.12,
        ambient=0.22,
        tint=(1.0, 0.97, 0.92),
        exposure=1 / 50,
        noise=6.0,
    ),
    "warm": LightRig(
        direction=(0.4, 0.2, 1.0),
        key=0.40,
        fill=0.22,
        ambient=0.36,
        tint=(1.08, 0.98, 0.80),
        exposure=1 / 160,
        noise=2.5,
    ),
    "cool": LightRig(
        direction=(-0.3, -0.2, 1.0),
        key=0.37,
        fill=0.24,
        ambient=0.38,
        tint=(0.88, 0.98, 1.10),
        exposure=1 / 160,
        noise=2.5,
    ),
    "side": LightRig(
        direction=(0.2, -1.0, 0.55),
        key=0.75,
        fill=0.10,
        ambient=0.32,
        tint=(1.03, 1.0, 0.94),
        exposure=1 / 250,
        noise=2.0,
    ),
}


def joined(meshes: Sequence[Mesh]) -> Mesh:
    """Put meshes together into one."""
    starts = np.cumsum([0] + [len(mesh.vertices) for mesh in meshes[:-1]])
    return Mesh(
        vertices=np.concatenate([mesh.vertices for mesh in meshes]),
        faces=np.concatenate([mesh.faces + start for mesh, start in zip(meshes, starts, strict=True)]),
        colors=np.concatenate([mesh.colors for mesh in meshes]),
    )


def quads(corners: Array, color: Color | NDArray[np.uint8]) -> Mesh:
    """Return quads of corners in order, shape (quads, 4, 3), in one colour or one each."""
    count = len(corners)
    first = np.arange(count)[:, None] * 4
    faces = (first[:, :, None] + np.array([[0, 1, 2], [0, 2, 3]])).reshape(-1, 3)
    each = np.broadcast_to(np.asarray(color, np.uint8), (count, 3))
    return Mesh(vertices=corners.reshape(-1, 3), faces=faces, colors=np.repeat(each, 2, axis=0))


def box(low: Sequence[float], high: Sequence[float], color: Color) -> Mesh:
    """Return a block along the axes between two opposite corners."""
    low_, high_ = np.asarray(low, float), np.asarray(high, float)
    unit = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    sides = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    corners = low_ + unit * (high_ - low_)
    return quads(np.array([corners[list(side)] for side in sides]), color)


def strip(points: Array, width: float, color: Color) -> Mesh:
    """Return a line on the floor along points, shape (points, 2)."""
    step = np.gradient(points, axis=0)
    normal = np.stack([-step[:, 1], step[:, 0]], axis=1) / np.linalg.norm(step, axis=1, keepdims=True)
    left, right = points + normal * width / 2, points - normal * width / 2
    flat = np.stack([left[:-1], right[:-1], right[1:], left[1:]], axis=1)
    return quads(np.concatenate([flat, np.full((*flat.shape[:2], 1), _LINE_HEIGHT)], axis=2), color)


def goal_arc(radius: float) -> Array:
    """Return the line at a distance from the near goal: arcs about the posts, straight between, to the side lines."""
    low, high = (WIDTH - GOAL_WIDTH) / 2, (WIDTH + GOAL_WIDTH) / 2
    angles = np.linspace(np.arcsin(min(1.0, low / radius)), 0.0, 41)
    arc = radius * np.stack([np.cos(angles), -np.sin(angles)], axis=1)
    near, far = arc + np.array([0.0, low]), arc[::-1] * [1.0, -1.0] + np.array([0.0, high])
    return np.concatenate([near, far])


def _dashed(points: Array, dash: float) -> list[Array]:
    lengths = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])
    starts = np.arange(0.0, lengths[-1] - dash, 2 * dash)
    pieces = np.stack([starts, starts + dash], axis=1)
    return [np.stack([np.interp(piece, lengths, points[:, axis]) for axis in (0, 1)], axis=1) for piece in pieces]


def court_lines(color: Color = (245, 245, 240)) -> Mesh:
    """Return all lines of the court."""
    half = WIDTH / 2
    near = [
        goal_arc(6.0),
        *_dashed(goal_arc(9.0), 0.15),
        np.array([[7.0, half - 0.5], [7.0, half + 0.5]]),
        np.array([[4.0, half - 0.075], [4.0, half + 0.075]]),
        np.array([[0.0, 0.0], [0.0, WIDTH]]),
    ]
    both = near + [line * [-1.0, 1.0] + [LENGTH, 0.0] for line in near]
    across = [np.array([[LENGTH / 2, 0.0], [LENGTH / 2, WIDTH]])]
    across += [np.array([[0.0, side], [LENGTH, side]]) for side in (0.0, WIDTH)]
    across += [np.array([[x, -0.15], [x, 0.15]]) for x in (15.5, 24.5)]
    mouths = [np.array([[x, half - GOAL_WIDTH / 2], [x, half + GOAL_WIDTH / 2]]) for x in (0.0, LENGTH)]
    lines = [strip(line, _LINE, color) for line in both + across]
    return joined(lines + [strip(mouth, POST, color) for mouth in mouths])


def goal_areas(color: Color) -> Mesh:
    """Return the two goal areas as coloured floor."""
    line = goal_arc(6.0)
    edge = np.stack([np.zeros(len(line)), np.clip(line[:, 1], 0, WIDTH)], axis=1)
    flat = np.stack([edge[:-1], line[:-1], line[1:], edge[1:]], axis=1)
    near = np.concatenate([flat, np.full((*flat.shape[:2], 1), _LINE_HEIGHT / 2)], axis=2)
    far = near * [-1.0, 1.0, 1.0] + [LENGTH, 0.0, 0.0]
    return quads(np.concatenate([near, far]), color)


def _goal(color: Color) -> Mesh:
    """Return the goal on the line x = 0, open towards the court: bars in two colours and a net."""
    low, high = (WIDTH - GOAL_WIDTH) / 2, (WIDTH + GOAL_WIDTH) / 2
    parts: list[Mesh] = []
    shades: tuple[Color, Color] = (color, (240, 240, 240))
    for number, z in enumerate(np.arange(0.0, GOAL_HEIGHT, 0.2)):
        for y in (low - POST, high):
            parts.append(box((-POST, y, z), (0.0, y + POST, z + 0.2), shades[number % 2]))
    edges = np.linspace(low - POST, high + POST, 17)
    for number, (start, end) in enumerate(pairwise(edges)):
        parts.append(box((-POST, start, GOAL_HEIGHT), (0.0, end, GOAL_HEIGHT + POST), shades[number % 2]))
    return joined([*parts, _net(low, high)])


def _cords(start: Array, end: Array) -> Mesh:
    """Return thin upright ribbons, two crossed ones for each cord, from starts to ends, shape (cords, 3)."""
    half = _NET_CORD / 2
    ribbons = []
    for side in (np.array([0.0, half, half]), np.array([half, half, 0.0])):
        ribbons.append(np.stack([start - side, start + side, end + side, end - side], axis=1))
    return quads(np.concatenate(ribbons), (225, 225, 222))


def _net(low: float, high: float) -> Mesh:
    y = np.arange(low, high + 1e-9, _NET_MESH)
    z = np.arange(0.0, GOAL_HEIGHT + 1e-9, _NET_MESH)
    top = np.stack([np.full_like(y, -_NET_DEPTH_TOP), y, np.full_like(y, GOAL_HEIGHT)], axis=1)
    floor = np.stack([np.full_like(y, -_NET_DEPTH_FLOOR), y, np.zeros_like(y)], axis=1)
    bar = top * [0.0, 1.0, 1.0]
    back = -_NET_DEPTH_FLOOR + (_NET_DEPTH_FLOOR - _NET_DEPTH_TOP) * z / GOAL_HEIGHT
    rows = [np.stack([back, np.full_like(z, side), z], axis=1) for side in (low, high)]
    ends = [row * [0.0, 1.0, 1.0] for row in rows]
    x = np.arange(-_NET_DEPTH_TOP, 0.0, _NET_MESH)
    roof = [np.stack([x, np.full_like(x, side), np.full_like(x, GOAL_HEIGHT)], axis=1) for side in (low, high)]
    ground = [row * [1.0, 1.0, 0.0] for row in roof]
    pairs = [(floor, top), (top, bar), (rows[0], rows[1]), (rows[0], ends[0]), (rows[1], ends[1])]
    pairs += [(roof[0], roof[1]), (ground[0], roof[0]), (ground[1], roof[1])]
    return joined([_cords(first, second) for first, second in pairs])


def goals() -> Mesh:
    """Return both goals, one with red and one with blue bars."""
    near, far = _goal((200, 30, 35)), _goal((30, 60, 170))
    turned = attrs.evolve(far, vertices=far.vertices * [-1.0, -1.0, 1.0] + [LENGTH, WIDTH, 0.0])
    return joined([near, turned])


def _wall_quads(low: float, high: float) -> Array:
    """Return the four walls between two heights, looking inwards."""
    x0, x1, y0, y1 = -MARGIN, LENGTH + MARGIN, -MARGIN, WIDTH + MARGIN
    ring = [(x0, y0), (x1, y0), (x1, y1), (x0, y1), (x0, y0)]
    return np.array(
        [[(*start, low), (*end, low), (*end, high), (*start, high)] for start, end in pairwise(ring)],
        float,
    )


def _split(quad: Array, parts: int) -> Array:
    """Cut a quad into pieces along its first edge."""
    share = np.linspace(0.0, 1.0, parts + 1)[:, None]
    lower, upper = quad[0] + share * (quad[1] - quad[0]), quad[3] + share * (quad[2] - quad[3])
    return np.stack([lower[:-1], lower[1:], upper[1:], upper[:-1]], axis=1)


def walls(looks: HallLooks) -> Mesh:
    """Return walls, ceiling with lamps, wall bars and doors' dark frames."""
    dark = tuple(int(value * 0.62) for value in looks.wall)
    shade: Color = (dark[0], dark[1], dark[2])
    parts = [quads(_wall_quads(0.0, 2.6), shade), quads(_wall_quads(2.6, WALL_HEIGHT), looks.wall)]
    x0, x1, y0, y1 = -MARGIN, LENGTH + MARGIN, -MARGIN, WIDTH + MARGIN
    ceiling = [[(x0, y0, WALL_HEIGHT), (x1, y0, WALL_HEIGHT), (x1, y1, WALL_HEIGHT), (x0, y1, WALL_HEIGHT)]]
    parts.append(quads(np.array(ceiling), (150, 150, 148)))
    for x in np.arange(0.0, LENGTH + 1, 5.0):
        parts.append(box((x - 0.15, y0 + 2, WALL_HEIGHT - 0.2), (x + 0.15, y1 - 2, WALL_HEIGHT - 0.1), (255, 255, 250)))
    return joined(parts)


def banners(looks: HallLooks) -> Mesh:
    """Return boards of many colours around the court."""
    draw = np.random.default_rng([looks.seed, 1])
    parts = []
    for quad in _wall_quads(0.05, 0.95):
        pieces = _split(quad, int(np.linalg.norm(quad[1] - quad[0]) // 3))
        inwards = np.array([LENGTH / 2, WIDTH / 2, 0.0]) - pieces.mean(axis=(0, 1))
        pieces = pieces + 0.05 * np.sign(inwards) * (np.abs(inwards) > 5)
        parts.append(quads(pieces, draw.integers(30, 235, (len(pieces), 3)).astype(np.uint8)))
        marks = 0.75 * pieces + 0.25 * pieces.mean(axis=1, keepdims=True) + 0.01 * np.sign(inwards)
        lettering = marks * [1, 1, 0.4] + [0, 0, 0.3]
        parts.append(quads(lettering, draw.integers(200, 255, (len(pieces), 3)).astype(np.uint8)))
    return joined(parts)


def stands(looks: HallLooks) -> Mesh:
    """Return four rows of seats with spectators along the far side (y beyond the court)."""
    draw = np.random.default_rng([looks.seed, 2])
    parts = []
    for row in range(4):
        y, z = WIDTH + 1.6 + 0.6 * row, 0.35 * (row + 1)
        parts.append(box((6.0, y, 0.0), (34.0, y + 0.6, z), (110, 112, 118)))
        for x in np.arange(6.4, 33.6, 0.55):
            if draw.random() < 0.55:
                parts.append(_spectator(x + draw.normal(0, 0.04), y + 0.25, z, draw))
    return joined(parts)


def _spectator(x: float, y: float, z: float, draw: np.random.Generator) -> Mesh:
    shirt, skin = draw.integers(20, 230, 3), draw.choice([(224, 184, 156), (190, 140, 105), (120, 80, 58)])
    body = box((x - 0.2, y, z), (x + 0.2, y + 0.22, z + 0.62), (int(shirt[0]), int(shirt[1]), int(shirt[2])))
    head = box((x - 0.09, y + 0.02, z + 0.65), (x + 0.09, y + 0.2, z + 0.9), (int(skin[0]), int(skin[1]), int(skin[2])))
    return joined([body, head])


def furniture(looks: HallLooks) -> Mesh:
    """Return everything that stands still in the hall, without the floor itself."""
    parts = [court_lines(), goals(), walls(looks)]
    parts += [goal_areas(looks.area)] if looks.area else []
    parts += [banners(looks)] if looks.banners else []
    parts += [stands(looks)] if looks.stands else []
    return joined(parts)


_FLOOR_COLORS: dict[Floor, Color] = {
    "oak": (196, 152, 102),
    "maple": (222, 190, 146),
    "blue": (62, 104, 158),
    "green": (70, 130, 104),
    "orange": (196, 106, 66),
    "grey": (128, 132, 138),
}
FLOOR_TILE = 4.0
"""Metres that one floor picture covers before it repeats."""


def floor_picture(looks: HallLooks, size: int = 512) -> UInt8[np.ndarray, "size size 3"]:
    """Draw a piece of floor: planks for wood, fine grain for a covering."""
    draw = np.random.default_rng([looks.seed, 3])
    shade = np.ones((size, size))
    if looks.floor in ("oak", "maple"):
        planks, breaks = 32, 4
        tone = draw.normal(1.0, 0.05, (planks, breaks)).repeat(size // planks, axis=0).repeat(size // breaks, axis=1)
        grain = draw.normal(0.0, 0.02, (size, size // 32)).repeat(32, axis=1)
        shade = tone + grain
        shade[:: size // planks] -= 0.12
    else:
        shade = shade + draw.normal(0.0, 0.015, (size, size))
    return np.asarray(np.clip(shade[..., None] * np.array(_FLOOR_COLORS[looks.floor], float), 0, 255), np.uint8)
