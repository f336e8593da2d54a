"""What a calibration is worth: squares measured without them, epipolar lines, millimetres at the athlete."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.stereo.calibration import Calibration, geometry_rigs

Array = NDArray[np.float64]

_ACROSS, _UP = (-1.0, -0.5, 0.0, 0.5, 1.0), (-0.75, 0.0, 0.75)


@attrs.frozen(kw_only=True)
class Precision:
    """How exact a calibration is.

    Attributes
    ----------
    square_ratio, square_sd
        Mean and standard deviation of the sides of squares, triangulated by the calibration that lacks their moment,
        over their true side.
    sampson_px
        Root mean square distance of corners from the epipolar geometry of two cameras, to first order.
    distance
        Metres from the first camera to the athlete.
    athlete_mm
        One standard deviation of where a point at the athlete is found, by errors of the calibration alone; NaN where
        no two cameras see a place at this distance.
    """

    square_ratio: float
    square_sd: float
    sampson_px: float
    distance: float
    athlete_mm: float


def precision(calibration: Calibration, distance: float) -> Precision:
    """Return how exact a calibration is, for an athlete at so many metres from the first camera."""
    ratios = square_ratios(calibration)
    return Precision(
        square_ratio=float(np.mean(ratios)),
        square_sd=float(np.std(ratios)),
        sampson_px=sampson_px(calibration),
        distance=distance,
        athlete_mm=athlete_mm(calibration, distance),
    )


def square_ratios(calibration: Calibration) -> Array:
    """Return the sides of all squares over their true side, each measured by the calibration without its moment."""
    board, found = calibration.board, []
    rigs = geometry_rigs(calibration, calibration.adjustment.left_out)
    for number, moment in enumerate(calibration.moments):
        pixels = np.where(calibration.used[:, moment, None, None], calibration.sightings.pixels[:, moment], np.nan)
        grid = nearest_points(rigs[number].cameras, pixels).reshape(board.rows, board.columns, 3)
        sides = [np.linalg.norm(np.diff(grid, axis=axis), axis=-1).ravel() for axis in (0, 1)]
        found.append(np.concatenate(sides) / board.square)
    ratios = np.concatenate(found)
    return np.asarray(ratios[~np.isnan(ratios)])


def nearest_points(cameras: Sequence[Camera], pixels: Array) -> Array:
    """Return the points nearest to the rays of several cameras, by least squares.

    Parameters
    ----------
    cameras
        In the order of the first axis.
    pixels
        Shape (cameras, points, 2); NaN where a camera does not see a point.

    Returns
    -------
    numpy.ndarray
        Metres in the world, shape (points, 3); NaN for points that fewer than two cameras see.
    """
    rays = np.stack([camera.rays(seen) for camera, seen in zip(cameras, pixels, strict=True)])
    known = ~np.isnan(rays[..., 0])
    across = np.eye(3) - np.nan_to_num(rays)[..., :, None] * np.nan_to_num(rays)[..., None, :]
    across = across * known[..., None, None]
    centers = np.stack([camera.position for camera in cameras])
    normal, vector = across.sum(axis=0), np.einsum("cpij,cj->pi", across, centers)
    points = np.full((pixels.shape[1], 3), np.nan)
    enough = known.sum(axis=0) > 1
    points[enough] = np.linalg.solve(normal[enough], vector[enough][..., None])[..., 0]
    return points


def sampson_px(calibration: Calibration) -> float:
    """Return the root mean square Sampson distance over all pairs of cameras (Hartley and Zisserman 2004, 11.4.3)."""
    pixels = np.where(calibration.used[..., None, None], calibration.sightings.pixels, np.nan)
    errors = [
        _sampson(one, other, pixels[first], pixels[second])
        for (first, one), (second, other) in itertools.combinations(enumerate(calibration.rig.cameras), 2)
    ]
    return float(np.sqrt(np.nanmean(np.concatenate(errors) ** 2)))


def _sampson(one: Camera, other: Camera, pixels: Array, others: Array) -> Array:
    """Return Sampson distances in pixels of the corners of two cameras, by their essential matrix."""
    turn = other.rotation @ one.rotation.T
    x, y, z = other.rotation @ (one.position - other.position)
    essential = np.array([[0, -z, y], [z, 0, -x], [-y, x, 0]]) @ turn
    first, second = (
        np.concatenate([slopes, np.ones_like(slopes[..., :1])], axis=-1).reshape(-1, 3)
        for slopes in (one.undistorted(pixels), other.undistorted(others))
    )
    lines, backward = first @ essential.T, second @ essential
    off = np.sum(second * lines, axis=1)
    slope = np.sqrt(np.sum(lines[:, :2] ** 2, axis=1) + np.sum(backward[:, :2] ** 2, axis=1))
    return np.asarray(off / slope * np.mean([one.focal, other.focal]))


def athlete_mm(calibration: Calibration, distance: float) -> float:
    """Return how far errors of the calibration move a point at a distance from the first camera, millimetres.

    Points two metres across and one and a half up at this distance are seen without error through the calibration and
    triangulated by those that lack one moment; their spread is the jackknife's standard deviation (Efron 1981).
    """
    points = _points_in_view(calibration.rig, distance)
    if not len(points):
        return float("nan")
    pixels = _seen(calibration.rig, points)
    rigs = geometry_rigs(calibration, calibration.adjustment.left_out)
    found = np.stack([nearest_points(rig.cameras, pixels) for rig in rigs])
    count = len(found)
    variance = (count - 1) / count * np.sum((found - found.mean(axis=0)) ** 2, axis=(0, 2))
    return float(1000 * np.sqrt(np.mean(variance)))


def _points_in_view(rig: Rig, distance: float) -> Array:
    """Return points at a distance on and around the axis of the first camera that two cameras see."""
    first = rig.cameras[0]
    local = np.array([[across, up, distance] for across in _ACROSS for up in _UP])
    points = local @ first.rotation + first.position
    seen = ~np.isnan(_seen(rig, points)[..., 0])
    return np.asarray(points[seen.sum(axis=0) > 1])


def _seen(rig: Rig, points: Array) -> Array:
    """Return pixels of points in each camera; NaN outside of its picture."""
    pixels = np.stack([camera.project(points) for camera in rig.cameras])
    sizes = np.array([camera.image_size for camera in rig.cameras], np.float64)[:, None]
    inside = np.asarray((pixels >= 0) & (pixels <= sizes - 1)).all(axis=-1, keepdims=True)
    return np.asarray(np.where(inside, pixels, np.nan))
