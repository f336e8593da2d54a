"""The map of what a rig sees, as a picture: three courts with their legends."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handball.domain.court import LENGTH, WIDTH
from handball.domain.rig import Rig
from handball.drawing.colors import BACKDROP, INK, PAPER, VERDICT_LARGE, Color
from handball.drawing.labels import draw_text
from handball.drawing.strokes import draw_dot, draw_line, draw_polyline
from handball.stereo.court_drawing import court_lines
from handball.stereo.coverage import Coverage

Array = NDArray[np.float64]
Canvas = NDArray[np.uint8]

_SCALE = 20
_MARGIN, _HEAD, _LEGEND = 110, 44, 46
_UNSEEN: Color = (70, 76, 86)
_SEEN: Sequence[tuple[str, Color]] = (
    ("no camera", _UNSEEN),
    ("hidden by the goal", (20, 24, 31)),
    ("one camera", (233, 196, 106)),
    ("two or more", (64, 145, 108)),
    ("only through the net", (140, 180, 160)),
)
_EDGES = (0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0)
_SHADES: Sequence[Color] = (
    (13, 71, 120),
    (30, 110, 150),
    (42, 157, 143),
    (138, 177, 125),
    (233, 196, 106),
    (244, 162, 97),
    (231, 111, 81),
    (160, 40, 50),
)


def draw_coverage(found: Coverage, rig: Rig) -> Canvas:
    """Draw who sees what, how many metres of floor a pixel has, and the depth error of the best pair."""
    panels = [
        _panel("Seen by", _seen_colors(found), _SEEN, found, rig),
        _panel("Metres of floor in a pixel, coarsest direction", _shaded(found.along), _steps(), found, rig),
        _panel("Error of the distance (one standard deviation)", _shaded(found.depth_sigma), _steps(), found, rig),
    ]
    return np.concatenate(panels)


def _steps() -> list[tuple[str, Color]]:
    names = [f"< {_text(edge)}" for edge in _EDGES] + [f"{_text(_EDGES[-1])} or more"]
    return [("none", _UNSEEN), *zip(names, _SHADES, strict=True)]


def _text(meters: float) -> str:
    return f"{meters * 100:g} cm" if meters < 1 else f"{meters:g} m"


def _seen_colors(found: Coverage) -> Canvas:
    kind = np.where(found.hidden, 1, np.minimum(found.cameras, 2) + (found.cameras > 0))
    kind = np.where((kind == 3) & found.netted, 4, kind)
    palette = np.array([color for _, color in _SEEN], np.uint8)
    return np.asarray(palette[kind])


def _shaded(values: Array) -> Canvas:
    palette = np.array([*_SHADES, _UNSEEN], np.uint8)
    step = np.searchsorted(_EDGES, np.nan_to_num(values), side="right")
    return np.asarray(palette[np.where(np.isnan(values), len(_SHADES), step)])


def _panel(title: str, colors: Canvas, legend: Sequence[tuple[str, Color]], found: Coverage, rig: Rig) -> Canvas:
    width, height = round(LENGTH * _SCALE), round(WIDTH * _SCALE)
    canvas = np.full((height + 2 * _MARGIN + _HEAD, width + 2 * _MARGIN, 3), BACKDROP, np.uint8)
    draw_text(canvas, title, (_MARGIN, _HEAD), size=26)
    side = round((found.x[1] - found.x[0]) * _SCALE)
    # y runs upwards on the page, so that the court is seen from above and not in a mirror
    enlarged = np.flipud(colors).repeat(side, axis=0).repeat(side, axis=1)[:height, :width]
    top = _MARGIN + _HEAD // 2
    canvas[top : top + enlarged.shape[0], _MARGIN : _MARGIN + enlarged.shape[1]] = enlarged
    for line in court_lines():
        draw_polyline(canvas, _on_page(line, top), PAPER, 2)
    for camera in rig.cameras:
        spot, ahead = camera.position[:2], camera.rotation[2][:2]
        ends = _on_page(np.stack([spot, spot + 2 * ahead / max(float(np.linalg.norm(ahead)), 1e-9)]), top)
        draw_line(canvas, ends[0], ends[1], VERDICT_LARGE, 3)
        draw_dot(canvas, ends[0], 6, VERDICT_LARGE)
    _draw_legend(canvas, legend, canvas.shape[0] - _LEGEND // 2)
    return canvas


def _on_page(places: Array, top: int) -> Array:
    return np.column_stack([_MARGIN + places[:, 0] * _SCALE, top + (WIDTH - places[:, 1]) * _SCALE])


def _draw_legend(canvas: Canvas, legend: Sequence[tuple[str, Color]], row: int) -> None:
    step = (canvas.shape[1] - 2 * 20) / len(legend)
    for number, (name, color) in enumerate(legend):
        left = 20 + number * step
        canvas[row - 14 : row + 4, round(left) : round(left) + 18] = color
        canvas[row - 14 : row - 13, round(left) : round(left) + 18] = INK
        draw_text(canvas, name, (left + 24, row), size=14)
