"""What lies behind a ball: floor with lines, banners, wall or stands, in one perspective."""

from __future__ import annotations

from functools import lru_cache

import attrs
import cv2
import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from handball.synthesis.crop_canvas import Canvas
from handball.synthesis.hall import FLOOR_TILE, FLOORS, Floor, HallLooks, floor_picture
from handball.synthesis.players import Color
from handball.synthesis.render_ball import BALL_SKINS

Array = NDArray[np.float64]

_FLOOR_PICTURE, _FLOOR_VARIANTS = 256, 4
_LINE_COLORS: tuple[Color, ...] = ((245, 245, 240), (235, 205, 60), (30, 60, 140), (30, 30, 32), (190, 40, 40))
_WALLS: tuple[Color, ...] = ((214, 210, 200), (180, 188, 196), (150, 120, 90), (96, 110, 128), (70, 74, 80))
SKIN_TONES: tuple[Color, ...] = ((236, 196, 168), (224, 184, 156), (190, 140, 105), (150, 104, 76), (98, 66, 48))
_LETTERS = "AEHKLMNORSTVXZ"


@attrs.frozen(kw_only=True)
class View:
    """Where the camera stands: row of the horizon, focal length (both in pixels), height, and metres to the spot."""

    horizon: float
    focal: float
    height: float
    distance: float

    def floor_row(self, distance: float) -> float:
        """Return the row at which the floor is so far away."""
        return self.horizon + self.focal * self.height / distance


def draw_background(canvas: Canvas, rng: np.random.Generator, seed: int) -> View:
    """Paint everything that is far away, and say from where it is seen. The floor's grain depends on the seed alone."""
    distance = float(rng.uniform(3.0, 12.0))
    view = View(
        horizon=float(rng.uniform(-0.9, 1.4)) * canvas.height,
        focal=canvas.scale * distance,
        height=float(rng.uniform(1.1, 2.2)),
        distance=distance,
    )
    wall = distance + float(rng.uniform(1.0, 12.0))
    _draw_wall(canvas, view, wall, rng)
    _draw_banners(canvas, view, wall, rng)
    _draw_floor(canvas, view, wall, rng, seed)
    return view


def _draw_wall(canvas: Canvas, view: View, wall: float, rng: np.random.Generator) -> None:
    """Paint stands with people, or a wall with boards."""
    metre = view.focal / wall
    if rng.random() < 0.5:
        _draw_crowd(canvas, metre, rng)
        return
    color = np.array(_WALLS[rng.integers(len(_WALLS))], float) * rng.uniform(0.7, 1.0)
    canvas.pixels[:] = color
    width = rng.uniform(0.3, 2.0) * metre
    begin, tones = rng.random(), rng.uniform(0.82, 1.06, 12)
    for number, tone in enumerate(tones):
        left = (begin + number - 3) * width
        corners = np.array(
            [[left, 0], [left + width * 0.94, 0], [left + width * 0.94, canvas.height], [left, canvas.height]]
        )
        canvas.polygon(corners, (color * tone).tolist())


def _draw_crowd(canvas: Canvas, metre: float, rng: np.random.Generator) -> None:
    """Paint rows of shirts with heads over them; far away they run into each other."""
    rows, columns = 9, 14
    shirts = rng.integers(15, 235, (rows, columns, 3)).tolist()
    tones, seats = rng.integers(len(SKIN_TONES), size=(rows, columns)).tolist(), rng.random((rows, columns)) < 0.75
    aside, hairs = rng.uniform(-0.12, 0.12, (rows, columns)).tolist(), rng.integers(15, 90, (rows, columns)).tolist()
    begin = rng.uniform(-0.5, 0.0, 2).tolist()
    canvas.pixels[:] = int(rng.integers(40, 120))
    for row, column in np.argwhere(seats).tolist():
        x = (0.55 * column + aside[row][column] + begin[0]) * metre
        y = (0.62 * row + begin[1]) * metre
        if x < canvas.width + metre and y < canvas.height + metre:
            hair = hairs[row][column]
            canvas.capsule((x, y + 0.42 * metre), (x, y + 0.8 * metre), 0.2 * metre, shirts[row][column])
            canvas.capsule((x, y + 0.04 * metre), (x, y + 0.07 * metre), 0.088 * metre, (hair, 0.8 * hair, 0.7 * hair))
            tone = [0.8 * value for value in SKIN_TONES[tones[row][column]]]
            canvas.capsule((x, y + 0.08 * metre), (x, y + 0.12 * metre), 0.075 * metre, tone)


def _draw_banners(canvas: Canvas, view: View, wall: float, rng: np.random.Generator) -> None:
    """Paint boards along the wall, of many colors, with letters; some of the colors are those of balls."""
    metre, low = view.focal / wall, view.floor_row(wall)
    high, begin = low - rng.uniform(0.7, 1.1) * metre, rng.uniform(-3.0, 0.0)
    plain = rng.integers(25, 235, (6, 3))
    like_balls = rng.random(6) < 0.35
    words = ["".join(_LETTERS[letter] for letter in word) for word in rng.integers(len(_LETTERS), size=(6, 5)).tolist()]
    picks = rng.integers(3, size=(6, 2))
    for number in range(6):
        color = BALL_SKINS[picks[number, 0]][picks[number, 1] % 2] if like_balls[number] else plain[number].tolist()
        left = (begin + 2.4 * number) * metre
        corners = np.array([[left, high], [left + 2.4 * metre, high], [left + 2.4 * metre, low], [left, low]])
        canvas.polygon(corners, [0.9 * value for value in color])
        bright = 240 if sum(color) < 380 else 30
        write(canvas, words[number], (left + 0.2 * metre, low - 0.3 * (low - high)), 0.45 * (low - high), (bright,) * 3)


def write(canvas: Canvas, text: str, corner: tuple[float, float], height: float, color: Color) -> None:
    """Write letters of a height in pixels, from their lower left corner."""
    if height < 3 or not (-20 * height < corner[0] < canvas.width and 0 < corner[1] < canvas.height + height):
        return
    place = round(corner[0]), round(corner[1])
    thick = max(1, round(height / 6))
    cv2.putText(canvas.pixels, text, place, cv2.FONT_HERSHEY_SIMPLEX, height / 22, color, thick, cv2.LINE_AA)


def _draw_floor(canvas: Canvas, view: View, wall: float, rng: np.random.Generator, seed: int) -> None:
    """Paint the floor from the wall to the camera, with lines."""
    floor, variant = FLOORS[rng.integers(len(FLOORS))], int(rng.integers(_FLOOR_VARIANTS))
    turn, offset = rng.uniform(0, 2 * np.pi), rng.uniform(0, FLOOR_TILE, 2)
    lines = _lines(rng)
    top = int(np.clip(np.ceil(view.floor_row(wall) - 0.5), 0, canvas.height))
    if top >= canvas.height:
        return
    down = np.arange(top, canvas.height) + 0.5 - view.horizon
    ahead = (view.focal * view.height / down)[:, None] - view.distance
    aside = view.height / down[:, None] * (np.arange(canvas.width) + 0.5 - canvas.spot[0])
    x, y = np.cos(turn) * aside - np.sin(turn) * ahead, np.sin(turn) * aside + np.cos(turn) * ahead
    share = _FLOOR_PICTURE / FLOOR_TILE
    shown = cv2.remap(
        _floor(floor, seed * _FLOOR_VARIANTS + variant),
        ((x + offset[0]) % FLOOR_TILE * share).astype(np.float32),
        ((y + offset[1]) % FLOOR_TILE * share).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_WRAP,
    )
    for line in lines:
        shown[line.covers(x, y)] = line.color
    level = canvas.light.ambient + canvas.light.fill + 0.8 * canvas.light.key
    canvas.pixels[top:] = np.clip(shown * level, 0, 255)


@attrs.frozen(kw_only=True)
class _Line:
    """A line on the floor: straight where its radius is infinite; in metres around the spot."""

    color: Color
    turn: float
    offset: float
    radius: float
    dashed: bool

    def covers(self, x: Array, y: Array) -> NDArray[np.bool_]:
        across = np.cos(self.turn) * x + np.sin(self.turn) * y - self.offset
        along = np.cos(self.turn) * y - np.sin(self.turn) * x
        if np.isfinite(self.radius):
            across = np.hypot(across - self.radius, along) - self.radius
        found = np.abs(across) < 0.028
        return np.asarray(found & (np.floor(along / 0.15) % 2 == 0) if self.dashed else found)


def _lines(rng: np.random.Generator) -> list[_Line]:
    return [
        _Line(
            color=_LINE_COLORS[rng.integers(len(_LINE_COLORS)) if rng.random() < 0.4 else 0],
            turn=float(rng.uniform(0, np.pi)),
            offset=float(rng.normal(0, 0.6)),
            radius=float(rng.choice([np.inf, 6.0, 9.0])),
            dashed=bool(rng.random() < 0.2),
        )
        for _ in range(rng.integers(0, 4))
    ]


@lru_cache(maxsize=64)
def _floor(floor: Floor, seed: int) -> UInt8[np.ndarray, "rows columns 3"]:
    return floor_picture(HallLooks(floor=floor, seed=seed), _FLOOR_PICTURE)
