"""What it costs to film coach and learner from different sides: `handball bench views`.

Phones stand 10 degrees apart around the throwing side. Clips of different players are compared, and what the angles of
one are off more than those of the other is put down by how far their phones are apart.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.angles import AngleReading, angle_readings, errors_of, median_of, pairs_of_players
from handball.benchmarking.intervals import Share, bootstrap, share_of
from handball.benchmarking.rendered import Progress, RenderedThrow, rendered_throws
from handball.capture.view import camera_view, turn_between, views_apart
from handball.domain.capture import View
from handball.synthesis.dataset import set_hash

Array = NDArray[np.float64]

STEP_DEG = 10.0
ALL = "all angles"


@attrs.frozen(kw_only=True)
class ViewRow:
    """One angle of pairs of clips whose phones are so far apart, degrees.

    `difference` is the median absolute error of the difference of the two clips, with the 95 % interval of drawing
    whole clips; `root_mean_square` counts large errors more; `error_bar` is the median one that came with it.
    """

    apart: int
    angle: str
    pairs: int
    difference: float
    interval: tuple[float, float]
    root_mean_square: float
    error_bar: float
    within_2: Share


@attrs.frozen(kw_only=True)
class ApartRow:
    """How often two clips are taken for clips of different views, by how far their phones truly are apart."""

    apart: int
    pairs: int
    told_apart: Share


@attrs.frozen(kw_only=True)
class ViewBenchmark:
    """Both tables, and how well the camera's azimuth is read from one clip (degrees)."""

    source: str
    clips: int
    refused: int
    azimuth_bias: float
    azimuth_spread: float
    azimuth_within_1: Share
    rows: tuple[ViewRow, ...]
    told: tuple[ApartRow, ...]

    def to_table(self) -> str:
        """Return the tables as Markdown text."""
        lines = [
            f"Synthetic, {self.source}, {self.clips} clips, {self.refused} of them refused; differences of two "
            "players' clips at the true key actions, degrees.",
            "",
            f"The camera's azimuth is read {self.azimuth_bias:+.1f} degrees off with a spread of "
            f"{self.azimuth_spread:.1f}; within one of its standard deviations: {self.azimuth_within_1}.",
            "",
            "| phones apart | pairs | taken for different views |",
            "| ---: | ---: | --- |",
            *(f"| {row.apart} | {row.pairs} | {row.told_apart} |" for row in self.told),
            "",
            "| phones apart | angle | pairs | off (median) | interval | root mean square | its error bar | within 2 |",
            "| ---: | --- | ---: | ---: | --- | ---: | ---: | --- |",
        ]
        lines += [
            f"| {row.apart} | {row.angle} | {row.pairs} | {row.difference:.1f} "
            f"| {row.interval[0]:.1f} to {row.interval[1]:.1f} | {row.root_mean_square:.1f} | {row.error_bar:.1f} "
            f"| {row.within_2} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path, *, progress: Progress | None = None) -> ViewBenchmark:
    """Measure the throws of a rendered set of the preset `fan`."""
    readings: list[AngleReading] = []
    views: list[tuple[RenderedThrow, View]] = []
    count = refused = 0
    for throw in rendered_throws(folder, progress=progress):
        count += 1
        if throw.performance is None:
            refused += 1
            continue
        readings += list(angle_readings(throw, throw.performance, STEP_DEG))
        view = camera_view(throw.performance.body, throw.performance.key_actions["strike"].time)
        if view is not None:
            views.append((throw, view))
    off = np.array([turn_between(throw.azimuth_deg, view.azimuth_deg) for throw, view in views])
    return ViewBenchmark(
        source=f"set {set_hash(folder)}",
        clips=count,
        refused=refused,
        azimuth_bias=float(off.mean()),
        azimuth_spread=float(off.std()),
        azimuth_within_1=share_of(np.abs(off) <= np.array([view.sigma_deg for _, view in views])),
        rows=tuple(summarized(readings)),
        told=tuple(_told(views)),
    )


def _told(views: Sequence[tuple[RenderedThrow, View]]) -> Iterator[ApartRow]:
    found: dict[int, list[bool]] = {}
    for (one, first), (other, second) in itertools.combinations(views, 2):
        if one.truth.player == other.truth.player or one.truth.technique != other.truth.technique:
            continue
        apart = abs(turn_between(one.azimuth_deg, other.azimuth_deg))
        found.setdefault(_step(apart), []).append(views_apart(first, second) is not None)
    for apart, told in sorted(found.items()):
        yield ApartRow(apart=apart, pairs=len(told), told_apart=share_of(told))


def _step(apart: float) -> int:
    return int(STEP_DEG * round(apart / STEP_DEG))


def summarized(readings: Sequence[AngleReading]) -> Iterator[ViewRow]:
    """Put differences into rows: how far apart, over all angles and by angle."""
    pairs = pairs_of_players(readings)
    angles = [ALL, *dict.fromkeys(one.angle for one in readings)]
    for angle, apart in itertools.product(angles, sorted({_apart(*pair) for pair in pairs})):
        cell = [pair for pair in pairs if _apart(*pair) == apart and angle in (ALL, pair[0].angle)]
        if cell:
            yield _row(apart, angle, cell)


def _apart(first: AngleReading, second: AngleReading) -> int:
    return _step(abs(turn_between(first.azimuth, second.azimuth)))


def _row(apart: int, angle: str, cell: Sequence[tuple[AngleReading, AngleReading]]) -> ViewRow:
    off, bars, groups = errors_of(cell)
    away = np.abs(off)
    return ViewRow(
        apart=apart,
        angle=angle,
        pairs=len(cell),
        difference=median_of(away),
        interval=bootstrap(away, groups, median_of, repeats=200),
        root_mean_square=float(np.sqrt(np.mean(away**2))),
        error_bar=median_of(bars),
        within_2=share_of(away <= 2 * bars),
    )
