"""A net as SVG text: one column for each layer, with the sheets of its maps to scale."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import attrs

from handball.drawing.colors import INK, OTHER_SIDE, PAPER, STANDARD, THROWING_SIDE, as_hex

_COLUMN, _TOP, _MIDDLE, _BOTTOM, _HEIGHT = 140, 34, 182, 262, 296
_LARGEST, _TALLEST = 84.0, 110.0
"""Width of the widest sheet and height of the longest bar."""
_SHEETS, _STEP = 6, 3.5
"""So many sheets of a stack are drawn at most, each shifted by so much."""
_BAR, _DOTS = 14.0, 4
"""Width of a bar; so many numbers are still drawn as dots."""
_MUTED = "#4b5563"


@attrs.frozen(kw_only=True)
class NetLayer:
    """What a figure says of a layer.

    Attributes
    ----------
    name
        How the net calls it.
    operation
        What it does, in few words.
    shape
        Of what it gives for one picture: (maps, height, width), or (numbers,).
    joined
        Whether it works on each number alone, so that it is named beside the layer before it.
    meanings
        What each of few numbers stands for.
    """

    name: str
    operation: str
    shape: tuple[int, ...]
    joined: bool = False
    meanings: tuple[str, ...] = ()


def net_figure(layers: Sequence[NetLayer], *, title: str) -> str:
    """Return an SVG picture of a net, from the first layer, which is the picture, to the last.

    Sheets are to scale among themselves, and at most 6 of a stack are drawn. Long columns of numbers are drawn as bars,
    short ones as dots.

    Raises
    ------
    ValueError
        When there is no layer, or the first one is joined to none or has no maps.

    Examples
    --------
    >>> picture = NetLayer(name="picture", operation="RGB", shape=(3, 4, 6))
    >>> full = NetLayer(name="fc", operation="full", shape=(2,))
    >>> net_figure([picture, full], title="t").count("<circle")
    2
    """
    if not layers or layers[0].joined or len(layers[0].shape) != 3:
        raise ValueError("a figure of a net begins with a picture, shape (maps, height, width)")
    columns: list[list[NetLayer]] = []
    for layer in layers:
        if layer.joined:
            columns[-1].append(layer)
        else:
            columns.append([layer])
    _, height, width = layers[0].shape
    scale = min(_LARGEST / width, _TALLEST / height)
    parts = [_text(12, 22, title, size=15, weight=600)]
    for number, column in enumerate(columns):
        parts += _drawn(column, _COLUMN * (number + 0.5), scale)
        if number:
            parts.append(_arrow(_COLUMN * number))
    wide, inside = _COLUMN * len(columns), "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {_HEIGHT}" width="{wide}" height="{_HEIGHT}" '
        f'role="img" font-family="sans-serif">\n<title>{escape(title)}</title>\n'
        f'<rect width="{wide}" height="{_HEIGHT}" fill="{as_hex(PAPER)}"/>\n{inside}\n</svg>\n'
    )


def shape_text(shape: Sequence[int]) -> str:
    """Write a shape.

    Examples
    --------
    >>> shape_text((16, 46, 62))
    '16 × 46 × 62'
    """
    return " × ".join(str(length) for length in shape)


def _drawn(column: Sequence[NetLayer], center: float, scale: float) -> list[str]:
    first = column[0]
    parts = _sheets(first.shape, center, scale) if len(first.shape) == 3 else _numbers(first, center)
    for row, layer in enumerate(column):
        up, down = _TOP + 24 + 32 * row, _BOTTOM + 17 * row
        parts.append(_text(center, up, layer.name, anchor="middle", size=13, weight=600))
        parts.append(_text(center, up + 14, layer.operation, anchor="middle", size=11, color=_MUTED))
        name = f"{layer.name} " if len(column) > 1 else ""
        parts.append(_text(center, down, name + shape_text(layer.shape), anchor="middle", size=12))
    return parts


def _sheets(shape: Sequence[int], center: float, scale: float) -> list[str]:
    count = min(shape[0], _SHEETS)
    wide, tall = max(shape[2] * scale, 2.0), max(shape[1] * scale, 2.0)
    left, top = center - (wide + _STEP * (count - 1)) / 2, _MIDDLE - (tall + _STEP * (count - 1)) / 2
    fill = as_hex(OTHER_SIDE)
    return [
        f'<rect x="{left + _STEP * step:.1f}" y="{top + _STEP * step:.1f}" width="{wide:.1f}" height="{tall:.1f}" '
        f'fill="{fill}" fill-opacity="0.55" stroke="{as_hex(INK)}" stroke-width="0.8"/>'
        for step in range(count)
    ]


def _numbers(layer: NetLayer, center: float) -> list[str]:
    count = layer.shape[0]
    if count <= _DOTS:
        return [_dot(center, _MIDDLE + 26 * (place - (count - 1) / 2)) for place in range(count)] + [
            _text(center + 15, _MIDDLE + 26 * (place - (count - 1) / 2) + 4, meaning, size=11)
            for place, meaning in enumerate(layer.meanings)
        ]
    tall = min(_TALLEST, 1.2 * count)
    return [
        f'<rect x="{center - _BAR / 2:.1f}" y="{_MIDDLE - tall / 2:.1f}" width="{_BAR}" height="{tall:.1f}" '
        f'rx="3" fill="{as_hex(STANDARD)}" fill-opacity="0.7" stroke="{as_hex(INK)}" stroke-width="0.8"/>'
    ]


def _dot(x: float, y: float) -> str:
    return f'<circle cx="{x:.1f}" cy="{y:.1f}" r="9" fill="{as_hex(THROWING_SIDE)}" stroke="{as_hex(INK)}"/>'


def _arrow(x: float) -> str:
    way = f"M{x - 9:.1f} {_MIDDLE}h18m-6 -5l6 5l-6 5"
    return f'<path d="{way}" fill="none" stroke="{_MUTED}" stroke-width="1.6"/>'


def _text(
    x: float, y: float, text: str, *, anchor: str = "start", size: int = 12, weight: int = 400, color: str = as_hex(INK)
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" '
        f'fill="{color}">{escape(text)}</text>'
    )
