"""How both clips were filmed: the first lines of the report."""

from __future__ import annotations

import attrs

from handball.domain.assessment import Assessment
from handball.domain.capture import Capture, CapturePoint, Light
from handball.languages import Catalog
from handball.reporting.capture_text import point_text
from handball.reporting.html.figures import Role

_CHIPS: dict[Light, str] = {"ok": "ok", "doubtful": "slight", "bad": "large"}
"""Lights look like verdicts: a shape and a word, not a color alone."""


@attrs.frozen(kw_only=True)
class PointLine:
    """One point: the look of its chip, the word of its light, its name and sentence."""

    chip: str
    word: str
    name: str
    text: str


@attrs.frozen(kw_only=True)
class CaptureBlock:
    """The check of one clip, ready to print; `first` are the points that are not fine."""

    role: Role
    title: str
    chip: str
    word: str
    first: tuple[PointLine, ...]
    points: tuple[PointLine, ...]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    advice: tuple[str, ...]


def capture_blocks(assessment: Assessment, catalog: Catalog) -> tuple[CaptureBlock, ...]:
    """Gather the checks of both clips, the learner's first; pose files have none."""
    clips: tuple[tuple[Role, Capture | None], ...] = (
        ("learner", assessment.performance.capture),
        ("coach", assessment.standard.reference.capture),
    )
    return tuple(_block(role, capture, catalog) for role, capture in clips if capture is not None)


def _block(role: Role, capture: Capture, catalog: Catalog) -> CaptureBlock:
    points = tuple(_line(point, catalog) for point in capture.points)
    return CaptureBlock(
        role=role,
        title=catalog.text("check.title_of", who=catalog.text(f"page.{role}")),
        chip=_CHIPS[capture.light],
        word=catalog.text(f"check.light.{capture.light}"),
        first=tuple(line for line, point in zip(points, capture.points, strict=True) if point.light != "ok"),
        points=points,
        can=_texts("can_decide", capture.can, catalog),
        cannot=_texts("cannot_decide", capture.cannot, catalog),
        advice=_texts("advice_to", capture.advice, catalog),
    )


def _texts(table: str, keys: tuple[str, ...], catalog: Catalog) -> tuple[str, ...]:
    return tuple(catalog.text(f"check.{table}.{key}") for key in keys)


def _line(point: CapturePoint, catalog: Catalog) -> PointLine:
    return PointLine(
        chip=_CHIPS[point.light],
        word=catalog.text(f"check.light.{point.light}"),
        name=catalog.text(f"check.name.{point.name}"),
        text=point_text(point, catalog),
    )
