"""How large the athlete is in the picture, and whether feet and throwing arm stay inside."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pose import Pose2D
from handball.domain.skeleton import Side

_CHAIN = (
    (("left_eye", "right_eye"), ("left_shoulder", "right_shoulder")),
    (("left_shoulder", "right_shoulder"), ("left_hip", "right_hip")),
)
_LEG = ("hip", "knee", "ankle")
_CHAIN_SHARE = 0.89
"""Share of a standing body's height from the eyes to the ankles, along the limbs."""
_QUANTILE = 0.75
_EDGE_SHARE = 0.01
_FEET = ("ankle", "heel", "big_toe")
_HAND = ("wrist", "index")


def standing_height_px(pixels: Pose2D) -> float:
    """Return how high the athlete would be in the picture, standing straight: the way along the limbs, eyes to ankles.

    Crouching and jumping change the box around a body, but not this. NaN where it is never seen.
    """
    chain = np.zeros(len(pixels.times))
    for first, second in _CHAIN:
        chain += np.linalg.norm(pixels.middle(*first) - pixels.middle(*second), axis=1)
    legs = [_way(pixels, [f"{side}_{name}" for name in _LEG]) for side in ("left", "right")]
    lengths = (chain + np.fmax(legs[0], legs[1])) / _CHAIN_SHARE
    seen = lengths[~np.isnan(lengths)]
    return float(np.quantile(seen, _QUANTILE)) if seen.size else float("nan")


def _way(pixels: Pose2D, joints: list[str]) -> NDArray[np.float64]:
    steps = [np.linalg.norm(pixels.joint(a) - pixels.joint(b), axis=1) for a, b in pairwise(joints)]
    total: NDArray[np.float64] = np.sum(steps, axis=0)
    return total


def feet_inside(pixels: Pose2D, boxes: Float[np.ndarray, "frames 4"]) -> NDArray[np.bool_]:
    """Tell for each frame whether both feet are inside the picture, shape (frames,).

    A net guesses feet that are cut off somewhere near the edge; the box of a body that is cut off ends there.
    """
    names = tuple(f"{side}_{name}" for side in ("left", "right") for name in _FEET)
    at_edge = boxes[:, 3] >= pixels.image_size[1] * (1 - _EDGE_SHARE)
    return _inside(pixels, names) & ~at_edge


def arm_inside(pixels: Pose2D, hand: Side) -> NDArray[np.bool_]:
    """Tell for each frame whether the throwing hand is inside the picture, shape (frames,)."""
    return _inside(pixels, tuple(f"{hand}_{name}" for name in _HAND))


def _inside(pixels: Pose2D, joints: tuple[str, ...]) -> NDArray[np.bool_]:
    """Tell where all these joints are seen, not at the very edge; a missing one lies outside."""
    size = np.array(pixels.image_size)
    edge = _EDGE_SHARE * size.max()
    places = pixels.positions[:, pixels.skeleton.indices(joints)]
    inside: NDArray[np.bool_] = ((places >= edge) & (places <= size - 1 - edge)).all(axis=(1, 2))
    return inside
