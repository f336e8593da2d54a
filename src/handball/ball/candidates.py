"""Where in a picture a ball may be: at the hands, where something has moved, and where it was going."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

Array = NDArray[np.float64]
Picture = UInt8[np.ndarray, "rows columns 3"]

_HAND_REACH = 1.4
"""Radii from the wrist to the middle of a ball that is held, along the forearm."""
_HAND_STEP = 1.3
_AROUND = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1], [0.7, 0.7], [-0.7, 0.7], [0.7, -0.7], [-0.7, -0.7]])
_FINE_RADIUS_PX = 3.0
"""Radius of the ball in the small pictures that are compared to find what has moved."""
_LEAST_HALVED_PX = 16
_LEAST_CHANGE = 6.0
"""Gray levels of 256, on average over a disc, below which nothing has moved."""


def at_hands(
    wrists: Float[np.ndarray, "hands 2"], elbows: Float[np.ndarray, "hands 2"], radius: float
) -> Float[np.ndarray, "circles 3"]:
    """Return circles around where hands hold a ball: the place on along the forearm, and eight around it.

    A hand whose wrist is missing gives none; without its elbow the place is the wrist itself.
    """
    known = ~np.isnan(wrists).any(axis=1)
    held = _held(wrists[known], elbows[known], radius)
    middles = (held[:, None] + _HAND_STEP * radius * _AROUND).reshape(-1, 2)
    return np.column_stack([middles, np.full(len(middles), radius)])


def from_hands(
    rows: Float[np.ndarray, "sightings columns"],
    wrists: Float[np.ndarray, "hands 2"],
    elbows: Float[np.ndarray, "hands 2"],
) -> Float[np.ndarray, " sightings"]:
    """Return how far sightings (x, y, radius, ...) are from where the nearest hand holds a ball, in their radii.

    Infinitely far where no hand is known.
    """
    known = ~np.isnan(wrists).any(axis=1)
    if not known.any():
        return np.full(len(rows), np.inf)
    hands, arms = wrists[known], elbows[known]
    away = [np.linalg.norm(_held(hands, arms, row[2]) - row[:2], axis=1).min() / row[2] for row in rows]
    return np.array(away, np.float64)


def from_body(
    rows: Float[np.ndarray, "sightings columns"], body: Float[np.ndarray, "lines 4"]
) -> Float[np.ndarray, " sightings"]:
    """Return how far sightings (x, y, radius, ...) are from the nearest line of the body, in their radii.

    Lines go from x, y to x, y in pixels. Infinitely far where there is none.
    """
    known = body[~np.isnan(body).any(axis=1)]
    if not len(known):
        return np.full(len(rows), np.inf)
    start, way = known[:, :2], known[:, 2:] - known[:, :2]
    apart = rows[:, None, :2] - start
    along = (apart * way).sum(axis=-1) / np.maximum((way**2).sum(axis=-1), 1e-9)
    nearest = apart - np.clip(along, 0, 1)[..., None] * way
    return np.asarray(np.linalg.norm(nearest, axis=-1).min(axis=1) / rows[:, 2])


def _held(wrists: Array, elbows: Array, radius: float) -> Array:
    """Return where the middle of a ball is that these hands hold, on along the forearm."""
    way = np.nan_to_num(wrists - elbows)
    return np.asarray(wrists + _HAND_REACH * radius * way / np.maximum(np.linalg.norm(way, axis=1, keepdims=True), 1.0))


class ChangeFinder:
    """Finds where a picture differs from the one before: the paper's frame change mask (equation (4)), over discs."""

    def __init__(self) -> None:
        self._before: dict[int, NDArray[np.uint8]] = {}

    def __call__(self, picture: Picture, radii: Sequence[float], most: int) -> list[Float[np.ndarray, "circles 3"]]:
        """Return circles around the places that have changed most, best first, for each radius (pixels).

        The first picture, and one of another size than the one before, give none.
        """
        levels = [_level(picture, radius) for radius in radii]
        small = halved(picture, max(levels, default=0))
        changes = {level: self._change(small[level], level) for level in set(levels)}
        return [_tops(changes[level], radius, 2**level, most) for radius, level in zip(radii, levels, strict=True)]

    def _change(self, small: Picture, level: int) -> NDArray[np.uint8] | None:
        before, self._before[level] = self._before.get(level), small
        if before is None or before.shape != small.shape:
            return None
        red, green, blue = cv2.split(cv2.absdiff(small, before))
        return np.asarray(cv2.max(cv2.max(red, green), blue), np.uint8)


def halved(picture: Picture, times: int) -> list[NDArray[np.uint8]]:
    """Return a picture, and each half as large as the one before: halving is quick."""
    every: list[NDArray[np.uint8]] = [picture]
    for _ in range(times):
        rows, columns = every[-1].shape[0] // 2, every[-1].shape[1] // 2
        whole = every[-1][: 2 * rows, : 2 * columns]
        every.append(np.asarray(cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8))
    return every


def _level(picture: Picture, radius: float) -> int:
    """Return how often a picture is halved for a ball of a radius to have about three pixels of it."""
    level, shortest = 0, min(picture.shape[:2])
    while radius / 2**level >= _FINE_RADIUS_PX * np.sqrt(2) and shortest >> level >= _LEAST_HALVED_PX:
        level += 1
    return level


def _tops(changed: NDArray[np.uint8] | None, radius: float, factor: int, most: int) -> Float[np.ndarray, "circles 3"]:
    """Return circles around the greatest means over a ball's square."""
    if changed is None:
        return np.empty((0, 3))
    side = max(3, 2 * round(radius / factor) + 1)
    mean = cv2.boxFilter(changed, cv2.CV_32F, (side, side))
    highest = cv2.dilate(mean, np.ones((side, side), np.uint8))
    places = cv2.findNonZero(cv2.compare(mean, np.maximum(highest, np.float32(_LEAST_CHANGE)), cv2.CMP_GE))
    if places is None:
        return np.empty((0, 3))
    columns, rows = places.reshape(-1, 2).T
    best = np.argsort(-mean[rows, columns], kind="stable")[:most]
    middles = np.column_stack([(columns[best] + 0.5) * factor - 0.5, (rows[best] + 0.5) * factor - 0.5])
    return np.column_stack([middles, np.full(len(best), radius)])
