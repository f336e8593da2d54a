"""What a skeleton fitted over the clip gains: `handball bench fit`.

A rendered set in which several phones film the same throw (`handball synth --preset fan`) is measured in pairs of
phones whose places are known, triangulated and fitted, and phone by phone, lifted by our net and fitted to its result
before an assumed camera.
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
from handball.benchmarking.rendered import Progress, RenderedThrow, rendered_throws
from handball.benchmarking.skeleton_fit_views import both_ways, common_rows
from handball.config import ClipSettings, Settings
from handball.domain.performance import Landmarks, Performance
from handball.domain.pose import Pose3D
from handball.errors import HandballError
from handball.lifting.placement import assumed_camera, placed
from handball.lifting.skeleton_fit import View, fit_skeleton
from handball.pipeline.analysis import analyze_pose
from handball.synthesis.dataset import set_hash
from handball.synthesis.truth import load_truth

Array = NDArray[np.float64]

APART_DEG = (20.0, 40.0, 60.0)
_ANGLE_TOLERANCE_DEG = 3.0
_JOINTS = slice(5, 17)
"""Joints of arms, trunk and legs that the truth of a set has."""
_SAME_SIDE_DEG = 15.0


@attrs.frozen(kw_only=True)
class FitRow:
    """One way to find joints in space.

    `joints_mm` is the median distance of a joint from where it is (NaN for one phone, whose scale is unknown),
    `within_1` and `within_2` the share of its coordinates within one and two standard deviations. Angles are degrees
    at the true key actions: median errors of one clip and of the difference of two players from the same side, the
    same of the throwing elbow at the strike alone, and `strike_ms` the median error of the strike's time.
    """

    views: str
    way: str
    clips: int
    joints_mm: float
    within_1: float
    within_2: float
    angle_deg: float
    difference_deg: float
    elbow_deg: float
    elbow_difference_deg: float
    strike_ms: float


@attrs.frozen(kw_only=True)
class FitBenchmark:
    """The table of every number of phones and way."""

    source: str
    rows: tuple[FitRow, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        lines = [
            f"Synthetic, {self.source}; angles in degrees at the true key actions, all medians.",
            "",
            "| phones | way | n | joints, mm | within 1 | within 2 | angles | difference of two players "
            "| elbow at the strike | its difference | strike, ms |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {row.views} | {row.way} | {row.clips} | {_number(row.joints_mm)} | {_number(row.within_1, 2)} "
            f"| {_number(row.within_2, 2)} | {row.angle_deg:.1f} | {row.difference_deg:.1f} | {row.elbow_deg:.1f} "
            f"| {_number(row.elbow_difference_deg)} | {row.strike_ms:.1f} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def _number(value: float, digits: int = 0) -> str:
    return "" if np.isnan(value) else f"{value:.{digits}f}"


@attrs.frozen(kw_only=True)
class _Measured:
    """One clip found one way: its angles, the strike's error, and errors of its coordinates with their error bars."""

    angles: tuple[AngleReading, ...]
    strike: float
    azimuth: float
    off: Array
    sigma: Array


def run(folder: Path, *, players: Sequence[int] | None = None, progress: Progress | None = None) -> FitBenchmark:
    """Measure some players of a rendered set, or all of them.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    """
    every = [
        throw
        for throw in rendered_throws(folder, progress=progress)
        if throw.performance is not None and (players is None or throw.truth.player in players)
    ]
    rows = [*_rows("one", (_alone(throw) for throw in every))]
    by_clip = itertools.groupby(sorted(every, key=lambda one: one.row["clip"]), key=lambda one: one.row["clip"])
    pairs = [pair for _, group in by_clip for pair in itertools.combinations(group, 2)]
    for apart in APART_DEG:
        found = [pair for pair in pairs if abs(_apart(*pair) - apart) < _ANGLE_TOLERANCE_DEG]
        rows += _rows(f"two, {apart:.0f} degrees apart", (_together(folder, *pair) for pair in found))
    return FitBenchmark(source=f"set {set_hash(folder)}, {len(every)} clips", rows=tuple(rows))


def _apart(first: RenderedThrow, second: RenderedThrow) -> float:
    return abs(first.azimuth_deg - second.azimuth_deg)


def _alone(throw: RenderedThrow) -> dict[str, _Measured]:
    """Measure one phone whose lens nobody knows: the net alone, and the skeleton fitted to it."""
    landmarks, performance = _found(throw)
    ways = {"net": performance.raw_pose, "net, fitted": _fitted_alone(landmarks, performance.raw_pose)}
    return {way: one for way, pose in ways.items() if (one := _measured(throw, pose, None)) is not None}


def _found(throw: RenderedThrow) -> tuple[Landmarks, Performance]:
    performance = throw.performance
    if performance is None or performance.landmarks is None:
        raise ValueError(f"clip {throw.row['clip']} was refused")
    return performance.landmarks, performance


def _fitted_alone(landmarks: Landmarks, lifted: Pose3D) -> Pose3D:
    camera = assumed_camera(landmarks.flat.image_size)
    view = View(picture=landmarks.flat, camera=camera)
    return fit_skeleton(placed(lifted, landmarks.flat, camera), [view], priors=[lifted])


def _together(folder: Path, *throws: RenderedThrow) -> dict[str, _Measured]:
    """Measure two phones whose places are known."""
    flats = [_found(throw)[0].flat for throw in throws]
    views = [
        View(picture=flat.rows(rows), camera=throw.camera)
        for flat, rows, throw in zip(flats, common_rows(flats), throws, strict=True)
    ]
    truth = load_truth(folder / throws[0].row["truth"])
    rows = np.searchsorted(truth.times, views[0].picture.times - 1e-6)
    joints = truth.coco_m[np.minimum(rows, len(truth.times) - 1), _JOINTS]
    poses = both_ways(views)
    return {way: one for way, pose in poses.items() if (one := _measured(throws[0], pose, joints)) is not None}


def _measured(throw: RenderedThrow, pose: Pose3D, joints: Array | None) -> _Measured | None:
    """Read a clip as the pipeline does; None where no throw is found."""
    try:
        performance = analyze_pose(pose, ClipSettings(hand=throw.row["hand"]), Settings(), Path(throw.row["video"]))
    except HandballError:
        return None
    empty = np.empty((0, 3))
    return _Measured(
        angles=tuple(angle_readings(throw, performance, _SAME_SIDE_DEG)),
        strike=performance.key_actions["strike"].time - throw.row["strike_s"],
        azimuth=throw.azimuth_deg,
        off=empty if joints is None else (pose.positions[:, _JOINTS] - joints).reshape(-1, 3),
        sigma=empty if joints is None else pose.sigma[:, _JOINTS].reshape(-1, 3),
    )


def _rows(views: str, clips: Iterator[dict[str, _Measured]]) -> list[FitRow]:
    """Put clips that every way could read into one row a way."""
    every = [one for one in clips if len(one) > 1]
    return [_row(views, way, [one[way] for one in every]) for way in (every[0] if every else ())]


def _row(views: str, way: str, clips: Sequence[_Measured]) -> FitRow:
    angles = [one for clip in clips for one in clip.angles]
    elbows = [one for one in angles if one.angle == "right_elbow_angle" and one.key_action == "strike"]
    off = np.concatenate([clip.off for clip in clips])
    z = np.abs(off / np.concatenate([clip.sigma for clip in clips]))
    z = z[np.isfinite(z)]
    distances = np.linalg.norm(off, axis=1)
    return FitRow(
        views=views,
        way=way,
        clips=len(clips),
        joints_mm=1000 * median_of(distances[np.isfinite(distances)]),
        within_1=float(np.mean(z < 1)) if z.size else float("nan"),
        within_2=float(np.mean(z < 2)) if z.size else float("nan"),
        angle_deg=_typical(angles),
        difference_deg=_difference(angles),
        elbow_deg=_typical(elbows),
        elbow_difference_deg=_difference(elbows),
        strike_ms=1000 * median_of(np.abs([clip.strike for clip in clips])),
    )


def _typical(readings: Sequence[AngleReading]) -> float:
    return median_of(np.abs([one.error_deg for one in readings]))


def _difference(readings: Sequence[AngleReading]) -> float:
    pairs = [pair for pair in pairs_of_players(readings) if pair[0].azimuth == pair[1].azimuth]
    return median_of(np.abs(errors_of(pairs)[0]))
