"""A plane and its picture: the homography by the normalized direct linear transform, RANSAC and a Huber fit.

Hartley and Zisserman, "Multiple View Geometry in Computer Vision", 2nd ed. 2004: algorithm 4.2 (normalized DLT), 4.6
(automatic estimation with RANSAC) and section 4.5 (the reprojection error that is refined).
"""

from __future__ import annotations

from itertools import combinations
from math import comb

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import least_squares

Array = NDArray[np.float64]

FEWEST_POINTS = 4
RANSAC_PX = 3.0
_HUBER_PX = 1.0
_MOST_SAMPLES = 400
_GROWING_STEPS = 3


def mapped(homography: Array, points: Array) -> Array:
    """Map points of one plane to the other, shape (..., 2); NaN where they lie on or behind the horizon.

    Examples
    --------
    >>> mapped(np.diag([2.0, 2.0, 1.0]), np.array([[1.0, 3.0]])).tolist()
    [[2.0, 6.0]]
    """
    lifted = np.concatenate([points, np.ones_like(points[..., :1])], axis=-1) @ homography.T
    depth = np.where(lifted[..., 2:] > 0, lifted[..., 2:], np.nan)
    return np.asarray(lifted[..., :2] / depth)


def normalized_dlt(plane: Array, picture: Array) -> Array:
    """Return the matrix (3, 3) that takes points of the plane to the picture, both of shape (points, 2).

    Its sign is such that points of the plane have a positive third coordinate, where they agree.
    """
    (moved, before), (seen, after) = _normalized(plane), _normalized(picture)
    zero, one = np.zeros(len(moved)), np.ones(len(moved))
    (x, y), (u, v) = moved.T, seen.T
    rows = [
        np.stack([x, y, one, zero, zero, zero, -u * x, -u * y, -u], axis=1),
        np.stack([zero, zero, zero, x, y, one, -v * x, -v * y, -v], axis=1),
    ]
    *_, right = np.linalg.svd(np.concatenate(rows))
    found = np.linalg.inv(after) @ right[-1].reshape(3, 3) @ before
    depth = np.column_stack([plane, one]) @ found[2]
    return np.asarray(found / np.linalg.norm(found) * (1.0 if np.median(depth) > 0 else -1.0))


def agreeing(plane: Array, picture: Array, within_px: float = RANSAC_PX) -> NDArray[np.bool_]:
    """Tell which points agree with one homography within some pixels, shape (points,).

    Every choice of four points is tried where there are few of them, else some that are drawn with a fixed seed.
    Four points always agree with each other, so that fewer than six points name no wrong one: all are kept then.
    """
    count = len(plane)
    best, kept = (0, -np.inf), np.ones(count, np.bool_)
    if count < FEWEST_POINTS + 2 or (_distances(plane, picture, np.arange(count)) <= within_px).all():
        return kept
    for sample in _samples(count):
        if not spread_out(plane[sample], least=0.01) or not spread_out(picture[sample], least=0.005):
            continue
        away = _distances(plane, picture, sample)
        inside = away <= within_px
        score = (int(inside.sum()), -float(np.minimum(away, within_px).sum()))
        if score > best:
            best, kept = score, inside
    return _grown(plane, picture, kept, within_px)


def _distances(plane: Array, picture: Array, rows: NDArray[np.int64] | list[int]) -> Array:
    """Return how far all points lie in the picture from the homography of some of them; infinite behind it."""
    away = np.linalg.norm(mapped(normalized_dlt(plane[rows], picture[rows]), plane) - picture, axis=1)
    return np.asarray(np.nan_to_num(away, nan=np.inf))


def _grown(plane: Array, picture: Array, kept: NDArray[np.bool_], within_px: float) -> NDArray[np.bool_]:
    """Fit all that agree and ask again: four points with their noise are too strict far away from them."""
    for _ in range(_GROWING_STEPS):
        inside = _distances(plane, picture, np.flatnonzero(kept)) <= within_px
        if inside.sum() <= kept.sum():
            return kept
        kept = inside
    return kept


def refined(homography: Array, plane: Array, picture: Array) -> Array:
    """Minimize the Huber loss of the distances in the picture, from a first matrix that has no zero corner."""

    def residuals(entries: Array) -> Array:
        lifted = np.column_stack([plane, np.ones(len(plane))]) @ np.append(entries, 1.0).reshape(3, 3).T
        return np.asarray((lifted[:, :2] / lifted[:, 2:] - picture).ravel())

    before, after = _normalized(plane)[1], _normalized(picture)[1]
    scaled = after @ homography @ np.linalg.inv(before)
    size = after[0, 0]
    plane, picture = mapped(before, plane), mapped(after, picture)
    start = (scaled / scaled[2, 2]).ravel()[:8]
    found = least_squares(residuals, start, loss="huber", f_scale=_HUBER_PX * size, xtol=1e-14, ftol=1e-14)
    matrix = np.linalg.inv(after) @ np.append(found.x, 1.0).reshape(3, 3) @ before
    return np.asarray(matrix / np.linalg.norm(matrix))


def spread_out(points: Array, *, least: float) -> bool:
    """Tell whether four of the points have no three on one line: the height of a triangle over its longest side.

    Examples
    --------
    >>> spread_out(np.array([[0.0, 0], [1, 0], [2, 0], [0, 1]]), least=0.01)
    False
    >>> spread_out(np.array([[0.0, 0], [1, 0], [1, 1], [0, 1]]), least=0.01)
    True
    """
    return any(
        all(_flatness(points[list(triangle)]) >= least for triangle in combinations(four, 3))
        for four in _fours(len(points))
    )


def _flatness(triangle: Array) -> float:
    first, second = triangle[1] - triangle[0], triangle[2] - triangle[0]
    longest = max(np.linalg.norm(first), np.linalg.norm(second), np.linalg.norm(second - first))
    area = abs(first[0] * second[1] - first[1] * second[0])
    return float(area / longest**2) if longest > 0 else 0.0


def _fours(count: int) -> list[tuple[int, ...]]:
    if comb(count, FEWEST_POINTS) <= _MOST_SAMPLES:
        return list(combinations(range(count), FEWEST_POINTS))
    draw = np.random.default_rng(4)
    drawn = [draw.choice(count, FEWEST_POINTS, replace=False) for _ in range(_MOST_SAMPLES)]
    return [tuple(int(one) for one in four) for four in drawn]


def _samples(count: int) -> list[list[int]]:
    return [list(four) for four in _fours(count)]


def _normalized(points: Array) -> tuple[Array, Array]:
    """Move points about the origin at a mean distance of the root of two; also return how, (3, 3)."""
    middle = points.mean(axis=0)
    scale = np.sqrt(2.0) / max(float(np.linalg.norm(points - middle, axis=1).mean()), 1e-12)
    how = np.array([[scale, 0.0, -scale * middle[0]], [0.0, scale, -scale * middle[1]], [0.0, 0.0, 1.0]])
    return (points - middle) * scale, how
