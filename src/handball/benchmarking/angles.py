"""How wrong angles from pictures are, by where the phone stands: `handball bench angles`.

What counts for a coach is the difference of two clips from the same side: what the net gets wrong both times
falls out of it.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.benchmarking.intervals import Share, bootstrap, share_of
from handball.benchmarking.rendered import Progress, RenderedThrow, rendered_throws
from handball.domain.action import KEY_ACTION_NAMES
from handball.domain.performance import Performance
from handball.kinematics.vectors import wrapped_deg
from handball.synthesis.dataset import set_hash

Array = NDArray[np.float64]

SECTOR_DEG = 30.0
_ALL = "all angles"


@attrs.frozen(kw_only=True)
class AngleReading:
    """One angle of one clip at one true key action: degrees off, and the error bar that came with it."""

    azimuth: int
    technique: str
    clip: str
    player: int
    key_action: str
    angle: str
    error_deg: float
    sigma_deg: float


@attrs.frozen(kw_only=True)
class AngleRow:
    """Errors of one angle from one direction, degrees.

    `bias` and `spread` (one standard deviation) are of one clip; `difference` is the median absolute error of the
    difference of two clips of different players from the same side, with the 95 % interval of drawing whole clips;
    `within_1` and `within_2` tell how many of those lie within one and two of their error bars.
    """

    azimuth: str
    angle: str
    readings: int
    bias: float
    spread: float
    difference: float
    interval: tuple[float, float]
    error_bar: float
    within_1: Share
    within_2: Share


@attrs.frozen(kw_only=True)
class AngleBenchmark:
    """The table of every direction and angle."""

    source: str
    clips: int
    refused: int
    rows: tuple[AngleRow, ...]

    def row(self, azimuth: str, angle: str = _ALL) -> AngleRow:
        """Return one row. Raises `KeyError` where nothing was measured."""
        for row in self.rows:
            if (row.azimuth, row.angle) == (azimuth, angle):
                return row
        raise KeyError(f"no {angle} from {azimuth} in this benchmark")

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}, {self.clips} clips, {self.refused} of them refused; degrees at the true key "
            "actions. Azimuth 0 is in front, 90 on the side of the throwing arm, -90 on the other.",
            "",
            "| azimuth | angle | n | bias | spread | difference of two clips | interval | its error bar "
            "| within 1 | within 2 |",
            "| --- | --- | ---: | ---: | ---: | ---: | --- | ---: | --- | --- |",
        ]
        lines += [
            f"| {row.azimuth} | {row.angle} | {row.readings} | {row.bias:+.1f} | {row.spread:.1f} "
            f"| {row.difference:.1f} | {row.interval[0]:.1f} to {row.interval[1]:.1f} | {row.error_bar:.1f} "
            f"| {row.within_1} | {row.within_2} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path, *, progress: Progress | None = None) -> AngleBenchmark:
    """Measure the throws of a rendered set, best one of the preset `orbit`."""
    readings: list[AngleReading] = []
    count = refused = 0
    for throw in rendered_throws(folder, progress=progress):
        count += 1
        if throw.performance is None:
            refused += 1
            continue
        readings += list(angle_readings(throw, throw.performance, SECTOR_DEG))
    return AngleBenchmark(
        source=f"set {set_hash(folder)}", clips=count, refused=refused, rows=tuple(summarized(readings))
    )


def angle_readings(throw: RenderedThrow, performance: Performance, sector_deg: float) -> Iterator[AngleReading]:
    """Read every angle at every true key action; azimuths are those of sectors of so many degrees."""
    azimuth = round(throw.azimuth_deg / sector_deg) * sector_deg
    azimuth = 180.0 if azimuth == -180.0 else azimuth
    angles = performance.angles
    for name in KEY_ACTION_NAMES:
        time = throw.truth.moments[name]
        if not angles.times[0] <= time <= angles.times[-1]:
            continue
        true = throw.truth.angles_at(name)
        row = int(np.argmin(np.abs(angles.times - time)))
        for column, angle in enumerate(angles.names):
            value = _between(angles.times, angles.degrees[:, column], time)
            error = float(wrapped_deg(np.asarray(value - true[angle])))
            if np.isfinite(error):
                yield AngleReading(
                    azimuth=int(azimuth),
                    technique=throw.truth.technique,
                    clip=throw.row["clip"],
                    player=throw.truth.player,
                    key_action=name,
                    angle=angle,
                    error_deg=error,
                    sigma_deg=float(angles.sigma_deg[row, column]),
                )


def _between(times: Array, degrees: Array, time: float) -> float:
    """Read an angle between frames, the short way round."""
    row = int(np.clip(np.searchsorted(times, time) - 1, 0, len(times) - 2))
    share = (time - times[row]) / (times[row + 1] - times[row])
    return float(degrees[row] + share * wrapped_deg(degrees[row + 1] - degrees[row]))


def summarized(readings: Sequence[AngleReading]) -> Iterator[AngleRow]:
    """Put readings into rows: each direction over all angles, all directions by angle, then each by each."""
    azimuths = sorted({one.azimuth for one in readings})
    angles = list(dict.fromkeys(one.angle for one in readings))
    yield _row("all", _ALL, readings)
    for azimuth in azimuths:
        yield _row(str(azimuth), _ALL, [one for one in readings if one.azimuth == azimuth])
    for angle in angles:
        yield _row("all", angle, [one for one in readings if one.angle == angle])
    for azimuth, angle in itertools.product(azimuths, angles):
        cell = [one for one in readings if one.azimuth == azimuth and one.angle == angle]
        if cell:
            yield _row(str(azimuth), angle, cell)


def _row(azimuth: str, angle: str, cell: Sequence[AngleReading]) -> AngleRow:
    errors = np.array([one.error_deg for one in cell])
    off, bars, groups = _differences(cell)
    away = np.abs(off)
    return AngleRow(
        azimuth=azimuth,
        angle=angle,
        readings=len(cell),
        bias=float(errors.mean()),
        spread=float(errors.std()),
        difference=median_of(away),
        interval=bootstrap(away, groups, median_of, repeats=200) if away.size else (np.nan, np.nan),
        error_bar=median_of(bars),
        within_1=share_of(away <= bars),
        within_2=share_of(away <= 2 * bars),
    )


def _differences(cell: Sequence[AngleReading]) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return errors of differences, their error bars and the first clip's number, from one side and unlike players."""
    return errors_of([pair for pair in pairs_of_players(cell) if pair[0].azimuth == pair[1].azimuth])


def pairs_of_players(readings: Sequence[AngleReading]) -> list[tuple[AngleReading, AngleReading]]:
    """Pair the same angle at the same key action of the same technique of two players."""
    alike: dict[tuple[str, str, str], list[AngleReading]] = {}
    for one in readings:
        alike.setdefault((one.technique, one.key_action, one.angle), []).append(one)
    return [
        (first, second)
        for group in alike.values()
        for first, second in itertools.combinations(group, 2)
        if first.player != second.player
    ]


def errors_of(pairs: Sequence[tuple[AngleReading, AngleReading]]) -> tuple[Array, Array, NDArray[np.int64]]:
    """Return errors of differences, their error bars and the number of the first clip of each pair."""
    numbers = {clip: number for number, clip in enumerate(sorted({one.clip for one, _ in pairs}))}
    off = np.array([float(wrapped_deg(np.asarray(a.error_deg - b.error_deg))) for a, b in pairs])
    bars = np.array([float(np.hypot(a.sigma_deg, b.sigma_deg)) for a, b in pairs])
    return off, bars, np.array([numbers[a.clip] for a, _ in pairs], dtype=np.int64)


def median_of(values: Array) -> float:
    """Return the median, NaN of nothing."""
    return float(np.median(values)) if values.size else float("nan")
