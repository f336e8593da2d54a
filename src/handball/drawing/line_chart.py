"""A chart of lines as SVG text."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import column

_WIDTH, _HEIGHT = 640, 400
_LEFT, _RIGHT, _TOP, _BOTTOM = 70, 150, 40, 60
_COLORS = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Told apart by the color-blind as well: Okabe and Ito, "Color universal design", 2008."""
_TICKS, _ROOM = 5, 0.06


@attrs.frozen(kw_only=True)
class Line:
    """One line of a chart; points that are not finite are left out."""

    name: str
    across: Float[np.ndarray, " points"] = column(np.float64)
    up: Float[np.ndarray, " points"] = column(np.float64)


def line_chart(lines: Sequence[Line], *, title: str, across: str, up: str) -> str:
    """Return an SVG picture of the lines with axes, ticks and a legend.

    Raises
    ------
    ValueError
        When no line has a finite point.

    Examples
    --------
    >>> text = line_chart([Line(name="a", across=[0, 1], up=[2, 3])], title="t", across="x", up="y")
    >>> text.count("<polyline")
    1
    """
    finite = [np.isfinite(line.across) & np.isfinite(line.up) for line in lines]
    if not any(seen.any() for seen in finite):
        raise ValueError("a chart needs a finite point")
    low_x, high_x = _span(np.concatenate([line.across[seen] for line, seen in zip(lines, finite, strict=True)]), 0.0)
    low_y, high_y = _span(np.concatenate([line.up[seen] for line, seen in zip(lines, finite, strict=True)]), _ROOM)
    wide, tall = _WIDTH - _LEFT - _RIGHT, _HEIGHT - _TOP - _BOTTOM

    def place(x: float, y: float) -> tuple[float, float]:
        return _LEFT + wide * (x - low_x) / (high_x - low_x), _TOP + tall * (high_y - y) / (high_y - low_y)

    parts = [_text(_LEFT, 22, title, size=15), *_axes(across, up)]
    for x in np.linspace(low_x, high_x, _TICKS):
        parts.append(_text(place(float(x), low_y)[0], _HEIGHT - _BOTTOM + 18, f"{x:.4g}", anchor="middle"))
    for y in np.linspace(low_y, high_y, _TICKS):
        parts.append(_text(_LEFT - 6, place(low_x, float(y))[1] + 4, f"{y:.3g}", anchor="end"))
    for number, (line, seen) in enumerate(zip(lines, finite, strict=True)):
        points = [place(float(x), float(y)) for x, y in zip(line.across[seen], line.up[seen], strict=True)]
        parts += _drawn(line.name, points, number)
    inside = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="12">\n<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>\n{inside}\n</svg>\n'
    )


def _span(values: Float[np.ndarray, " points"], room: float) -> tuple[float, float]:
    low, high = float(values.min()), float(values.max())
    wide = (high - low) or abs(high) or 1.0
    return low - room * wide, (high if high > low else low + wide) + room * wide


def _axes(across: str, up: str) -> list[str]:
    left, right, low, high = _LEFT, _WIDTH - _RIGHT, _HEIGHT - _BOTTOM, _TOP
    turn = f' transform="rotate(-90 18 {(low + high) // 2})"'
    return [
        f'<path d="M{left} {high}V{low}H{right}" fill="none" stroke="#444"/>',
        _text((left + right) / 2, _HEIGHT - 16, across, anchor="middle"),
        _text(18, (low + high) / 2, up, anchor="middle", more=turn),
    ]


def _drawn(name: str, points: Sequence[tuple[float, float]], number: int) -> list[str]:
    color = _COLORS[number % len(_COLORS)]
    told = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.5" fill="{color}"/>' for x, y in points)
    return [
        f'<polyline points="{told}" fill="none" stroke="{color}" stroke-width="2"/>',
        dots,
        f'<rect x="{_WIDTH - _RIGHT + 14}" y="{_TOP + 20 * number}" width="14" height="4" fill="{color}"/>',
        _text(_WIDTH - _RIGHT + 34, _TOP + 20 * number + 7, name),
    ]


def _text(x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, more: str = "") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"'
    return f'<text {place} font-size="{size}" fill="#222"{more}>{escape(text)}</text>'
