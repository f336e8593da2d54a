"""The check of a clip in words and as JSON."""

from __future__ import annotations

import math
from typing import Any

import attrs

from handball.domain.capture import Capture, CapturePoint, Light
from handball.languages import Catalog

SYMBOLS: dict[Light, str] = {"ok": "\N{CHECK MARK}", "doubtful": "?", "bad": "\N{MULTIPLICATION SIGN}"}
_WHOLE = {"rate", "file_rate", "percent", "centimeters", "pixels", "azimuth", "sigma", "people", "number", "count"}
_DIGITS = 4


def point_text(point: CapturePoint, catalog: Catalog) -> str:
    """Say one point in a sentence."""
    values = {name: _written(name, value, catalog) for name, value in point.values}
    return catalog.text(f"check.point.{point.name}.{point.key}", **values)


def _written(name: str, value: float | str, catalog: Catalog) -> str:
    if isinstance(value, str):
        return value.replace(".", catalog.text("format.decimal"))
    whole = name in _WHOLE or float(value).is_integer()
    return catalog.number(value, 0 if whole else 1)


def capture_lines(capture: Capture, catalog: Catalog) -> list[str]:
    """Write a check line by line: light as symbol and word, name and sentence, then what it decides and how to film."""
    lights = {light: catalog.text(f"check.light.{light}") for light in SYMBOLS}
    names = {point.name: catalog.text(f"check.name.{point.name}") for point in capture.points}
    wide, long = max(map(len, lights.values())), max(map(len, names.values()))
    lines = [
        f"{SYMBOLS[point.light]} {lights[point.light]:{wide}}  {names[point.name]:{long}}  {point_text(point, catalog)}"
        for point in capture.points
    ]
    for title, key, values in (
        ("can", "can_decide", capture.can),
        ("cannot", "cannot_decide", capture.cannot),
        ("advice", "advice_to", capture.advice),
    ):
        if values or title == "can":
            lines += ["", catalog.text(f"check.{title}")]
            lines += [f"  {catalog.text(f'check.{key}.{value}')}" for value in values]
            lines += [] if values else [f"  {catalog.text('check.nothing')}"]
    return lines


def capture_values(capture: Capture) -> dict[str, Any]:
    """Return a check as plain values without words; what could not be measured is null."""
    return {
        "light": capture.light,
        "points": [{"name": point.name, "light": point.light, "finding": point.key} for point in capture.points],
        "can_decide": list(capture.can),
        "cannot_decide": list(capture.cannot),
        "advice": list(capture.advice),
        "measured": attrs.asdict(capture.measures, value_serializer=lambda _, __, value: _plain(value)),
    }


def capture_json(capture: Capture, catalog: Catalog) -> dict[str, Any]:
    """Return a check as plain values, with its sentences."""
    return capture_values(capture) | {
        "texts": {point.name: point_text(point, catalog) for point in capture.points},
        "advice_texts": [catalog.text(f"check.advice_to.{key}") for key in capture.advice],
    }


def _plain(value: Any) -> Any:
    if isinstance(value, float):
        return round(value, _DIGITS) if math.isfinite(value) else None
    return list(value) if isinstance(value, tuple) else value
