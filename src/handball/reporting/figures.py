"""The figure of one clip prepared for showing beside another one: same hand, same size, same floor."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from handball.domain.arrays import column
from handball.domain.performance import Performance
from handball.domain.pictures import Pictures
from handball.domain.pose import Pose2D
from handball.domain.skeleton import Side, Skeleton
from handball.drawing.placing import Placement

_FEET = ("left_ankle", "right_ankle", "left_heel", "right_heel", "left_big_toe", "right_big_toe")
HEAD_JOINTS = ("nose", "left_ear", "right_ear")
_HEIGHT_PER_TRUNK = 3.4
_HEIGHT_PER_TRUNK_AND_LEG = 1.32
"""Standing height over the trunk (shoulders to hips), and over trunk, thigh and shank together."""

_FOLLOW_BELOW = 0.55
"""A figure that would get smaller than this share of its panel is followed sideways instead."""


@attrs.frozen(kw_only=True)
class Figure:
    """Joints of a clip on the rows of its analysis, and the pictures behind them.

    Attributes
    ----------
    points
        Joints under the sides as filmed, x right and y down, in pixels of the full picture (metres
        when the clip is a pose file).
    numbers
        Which picture belongs to each row; the joints are those of that picture.
    hand
        The throwing hand among `points`.
    mirrored
        Whether picture and joints are to be flipped sideways.
    height
        Standing height, robust over the action, in the unit of `points`.
    floor
        The y that the feet stand on, row by row.
    middle
        The x of the hips, smoothed, row by row.
    """

    skeleton: Skeleton
    points: Float[np.ndarray, "rows joints 2"] = column(np.float64)
    numbers: Int[np.ndarray, " rows"] = column(np.int64)
    pictures: Pictures | None
    hand: Side
    mirrored: bool
    height: float
    floor: Float[np.ndarray, " rows"] = column(np.float64)
    middle: Float[np.ndarray, " rows"] = column(np.float64)


def build_figure(performance: Performance, rows: slice, hand: Side) -> Figure:
    """Prepare a clip for being shown as a thrower with this hand; sizes come from the given rows."""
    numbers = np.zeros(len(performance.body.frames), np.int64)
    if performance.picture_pose is None:
        body = performance.body if hand == "right" else performance.body.mirrored()
        points, shown_hand = body.positions[..., [0, 2]] * np.array([1.0, -1.0]), hand
        free = body.origin == "pelvis"
    else:
        points, numbers = _filmed(performance, performance.picture_pose)
        shown_hand, free = performance.hand, False
    skeleton = performance.body.skeleton
    return Figure(
        skeleton=skeleton,
        points=points,
        numbers=numbers,
        pictures=performance.pictures,
        hand=shown_hand,
        mirrored=shown_hand != hand,
        height=standing_height(points[rows], skeleton),
        floor=_floor(points, skeleton, rows, free),
        middle=_hip_middle(points, skeleton, performance.body.rate_hz),
    )


def _filmed(performance: Performance, pose: Pose2D) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    frames = performance.body.frames
    numbers = np.zeros(len(frames), np.int64)
    if performance.pictures is not None:
        numbers = np.array([performance.pictures.nearest(int(frame)) for frame in frames])
        frames = performance.pictures.frames[numbers]
    rows = np.abs(pose.frames[None, :] - frames[:, None]).argmin(axis=1)
    return pose.positions[rows], numbers


def standing_height(points: NDArray[np.float64], skeleton: Skeleton) -> float:
    """Estimate the standing height from joints of shape (rows, joints, 2), in their unit.

    Segments look shorter when they point to the camera, so each counts with its 80th percentile. Without
    legs the trunk decides alone. NaN where the trunk is missing.
    """
    at = {name: points[:, k] for k, name in enumerate(skeleton.joints)}
    trunk = _length((at["left_shoulder"] + at["right_shoulder"]) / 2, (at["left_hip"] + at["right_hip"]) / 2)
    sides = ("left", "right")
    legs = [
        [_length(at[f"{side}_{first}"], at[f"{side}_{last}"]) for side in sides]
        for first, last in (("hip", "knee"), ("knee", "ankle"))
    ]
    leg = sum(max(bone) if not np.isnan(bone).all() else np.nan for bone in legs)
    return float(_HEIGHT_PER_TRUNK * trunk if np.isnan(leg) else _HEIGHT_PER_TRUNK_AND_LEG * (trunk + leg))


def _length(first: NDArray[np.float64], last: NDArray[np.float64]) -> float:
    lengths = np.hypot(*(first - last).T)
    return float(np.nanpercentile(lengths, 80)) if not np.isnan(lengths).all() else float("nan")


def _floor(points: NDArray[np.float64], skeleton: Skeleton, rows: slice, free: bool) -> NDArray[np.float64]:
    """Find the lowest foot; for every row on its own when the pose hangs on the pelvis (`free`)."""
    feet = points[:, skeleton.indices(_FEET), 1]
    lowest = np.where(np.isnan(feet), -np.inf, feet).max(axis=1)
    lowest[np.isinf(lowest)] = np.nan
    if np.isnan(lowest[rows]).all():
        hips = _filled(points[:, skeleton.indices(("left_hip", "right_hip")), 1].mean(axis=1))
        return np.full(len(points), np.median(hips[rows]) + 0.53 * standing_height(points[rows], skeleton))
    return _filled(lowest) if free else np.full(len(points), np.nanpercentile(lowest[rows], 95))


def _hip_middle(points: NDArray[np.float64], skeleton: Skeleton, rate_hz: float) -> NDArray[np.float64]:
    middle = _filled(points[:, skeleton.indices(("left_hip", "right_hip")), 0].mean(axis=1))
    smooth: NDArray[np.float64] = gaussian_filter1d(middle, 0.15 * rate_hz, mode="nearest")
    return smooth


def _filled(values: NDArray[np.float64]) -> NDArray[np.float64]:
    present = np.flatnonzero(~np.isnan(values))
    return np.interp(np.arange(len(values)), present, values[present]) if len(present) else np.zeros(len(values))


def build_placements(
    figures: tuple[Figure, Figure], rows: tuple[slice, slice], size: tuple[int, int]
) -> tuple[tuple[Placement, ...], tuple[Placement, ...]]:
    """Place both figures on panels of (width, height) at the same body height and floor line, row by row.

    They are as large as their action fits in. A figure that moves too far sideways for that is followed.
    """
    extents = [_extent(figure, part) for figure, part in zip(figures, rows, strict=True)]
    width, height = size
    tallest = min(0.86 * height / tall for _, tall in extents)
    widest = min(0.92 * width / wide for wide, _ in extents)
    shown = min(tallest, max(widest, _FOLLOW_BELOW * height))
    first, last = (
        _placed(figure, part, shown, wide * shown > 0.92 * width, size)
        for figure, part, (wide, _) in zip(figures, rows, extents, strict=True)
    )
    return first, last


def _extent(figure: Figure, rows: slice) -> tuple[float, float]:
    """Width and height above the floor that the action takes, in body heights."""
    points, floor = figure.points[rows], figure.floor[rows, None]
    x = np.nanpercentile(points[..., 0], [0.5, 99.5])
    top = np.nanpercentile(floor - points[..., 1], 99.8)
    return float(np.ptp(x)) / figure.height, max(float(top), figure.height) / figure.height


def _placed(figure: Figure, rows: slice, shown: float, follow: bool, size: tuple[int, int]) -> tuple[Placement, ...]:
    still = float(np.nanpercentile(figure.points[rows, :, 0], [0.5, 99.5]).mean())
    centers = figure.middle if follow else np.full(len(figure.middle), still)
    return tuple(
        Placement(
            anchor=(float(x), float(y)),
            target=(size[0] / 2, 0.93 * size[1]),
            scale=shown / figure.height,
            mirrored=figure.mirrored,
        )
        for x, y in zip(centers, figure.floor, strict=True)
    )
