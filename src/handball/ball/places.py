"""Looking at places of a picture with the ball net."""

from __future__ import annotations

import cv2
import numpy as np
from jaxtyping import Float, UInt8

from handball.ball.finder_net import HEIGHT, WIDTH, Answers

SHARE = 0.3
"""Diameter of the ball as a share of the height of the piece that is cut around it."""
_FARTHEST = 1.0
"""A look moves a circle by so many radii at most."""
_MOST_RESIZED = 1.6
_LOOKS = np.array([[0, 0, 1], [0.3, 0, 1], [-0.3, 0, 1], [0, 0.3, 1], [0, -0.3, 1], [0, 0, 0.8], [0, 0, 1.25]])
"""Where a sighting is looked at from: radii right and down of it, and its size."""
_LEAST_CHANCE = 1e-4
_STEP, _MOST_SAMPLES = 1.5, 4
"""Pixels of the picture from one sample to the next at most, and samples of a pixel of the piece along each axis."""
_SAME = 0.7
"""Circles whose centers are nearer than so many radii are one."""


def looked_at(
    picture: UInt8[np.ndarray, "rows columns 3"],
    circles: Float[np.ndarray, "circles 3"],
    net: Answers,
) -> Float[np.ndarray, "circles 5"]:
    """Let the net look at circles: where the ball is near each of them, and how likely it is there.

    Parameters
    ----------
    picture
        RGB.
    circles
        Center x, y and radius in pixels of what may be the ball.

    Returns
    -------
    NDArray
        Center x, y, radius in pixels, the probability that this is a ball, and that a hand holds it.
    """
    if len(circles) == 0:
        return np.empty((0, 5))
    heights = 2 * circles[:, 2] / SHARE
    corners = circles[:, :2] - heights[:, None] * np.array([WIDTH / HEIGHT, 1.0]) / 2
    found = net(np.stack([cut(picture, corner, height) for corner, height in zip(corners, heights, strict=True)]))
    moved = corners + found[:, 1:3] * heights[:, None] - circles[:, :2]
    farthest = _FARTHEST * circles[:, 2:3]
    centers = circles[:, :2] + np.clip(moved, -farthest, farthest)
    radii = circles[:, 2] * np.clip(found[:, 3] / SHARE, 1 / _MOST_RESIZED, _MOST_RESIZED)
    return np.column_stack([centers, radii, found[:, [0, 4]]])


def steadied(
    picture: UInt8[np.ndarray, "rows columns 3"], sightings: Float[np.ndarray, "sightings 5"], net: Answers
) -> Float[np.ndarray, "sightings 5"]:
    """Look at sightings from several places and sizes each, and take the mean of what the net says from all of them.

    Medians of places and sizes, means of the logarithms of the odds: one look alone is off by up to half a radius.
    """
    count = len(sightings)
    if count == 0:
        return np.empty((0, 5))
    moved = sightings[:, None, :2] + sightings[:, None, 2:3] * _LOOKS[:, :2]
    sizes = sightings[:, 2:3] * _LOOKS[:, 2]
    circles = np.concatenate([moved, sizes[..., None]], axis=-1)
    found = looked_at(picture, circles.reshape(-1, 3), net).reshape(count, len(_LOOKS), 5)
    sure = np.clip(found[..., 3:], _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    odds = np.log(sure / (1 - sure)).mean(axis=1)
    return np.concatenate([np.median(found[..., :3], axis=1), 1 / (1 + np.exp(-odds))], axis=1)


def distinct(sightings: Float[np.ndarray, "sightings 5"], most: int) -> Float[np.ndarray, "distinct 5"]:
    """Keep the best of those that lie on one another, at most so many, best first."""
    kept: list[Float[np.ndarray, " 5"]] = []
    for row in sightings[np.argsort(-sightings[:, 3], kind="stable")]:
        if all(np.hypot(*(row[:2] - other[:2])) > _SAME * min(row[2], other[2]) for other in kept):
            kept.append(row)
            if len(kept) == most:
                break
    return np.array(kept).reshape(-1, 5)


def cut(
    picture: UInt8[np.ndarray, "rows columns 3"],
    corner: Float[np.ndarray, " 2"],
    height: float,
    size: tuple[int, int] = (WIDTH, HEIGHT),
) -> UInt8[np.ndarray, "height width 3"]:
    """Cut a piece of the shape of `size` (width, height) out of a picture and resample it to that.

    `corner` is the left and top of its edge, from the middle of the picture's first pixel, and in pixels as `height`.
    Outside of the picture its edge goes on.
    """
    scale = height / size[1]
    fine = int(min(_MOST_SAMPLES, max(1, np.ceil(scale / _STEP))))
    step = scale / fine
    matrix = np.array([[step, 0, corner[0] + step / 2], [0, step, corner[1] + step / 2]])
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    taken = cv2.warpAffine(
        picture, matrix, (size[0] * fine, size[1] * fine), flags=flags, borderMode=cv2.BORDER_REPLICATE
    )
    return np.asarray(cv2.resize(taken, size, interpolation=cv2.INTER_AREA) if fine > 1 else taken, np.uint8)
