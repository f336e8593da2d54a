"""A stick figure with body on a plain hall floor, as JPEG pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23

_LIMBS = (("shoulder", "elbow"), ("elbow", "wrist"), ("wrist", "index"), ("hip", "knee"), ("knee", "ankle"))
_SHIRT, _SKIN = (150, 90, 40), (140, 170, 215)


def draw_jpegs(points: NDArray[np.float64], width: int, height: int) -> tuple[bytes, ...]:
    """Draw joints in pixels, shape (frames, 23, 2), one JPEG a frame; missing joints are left out."""
    return tuple(_jpeg(frame, width, height) for frame in points)


def _jpeg(points: NDArray[np.float64], width: int, height: int) -> bytes:
    picture = np.full((height, width, 3), (205, 200, 195), np.uint8)
    picture[int(height * 0.86) :] = (120, 160, 190)
    at = dict(zip(BODY_23.joints, points, strict=True))
    for side, thickness in (("left", 9), ("right", 11)):
        for first, last in _LIMBS:
            _line(picture, at[f"{side}_{first}"], at[f"{side}_{last}"], _SKIN, thickness)
        _line(picture, at[f"{side}_heel"], at[f"{side}_big_toe"], (40, 40, 40), thickness)
    for first, last in (("left_shoulder", "right_hip"), ("right_shoulder", "left_hip"), ("left_hip", "right_hip")):
        _line(picture, at[first], at[last], _SHIRT, 24)
    head = (at["left_ear"] + at["right_ear"]) / 2
    if not np.isnan(head).any():
        cv2.circle(picture, _pixel(head), 17, _SKIN, -1, cv2.LINE_AA)
    return bytes(cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1])


def _line(
    picture: NDArray[np.uint8],
    first: NDArray[np.float64],
    last: NDArray[np.float64],
    color: tuple[int, ...],
    width: int,
) -> None:
    if not (np.isnan(first).any() or np.isnan(last).any()):
        cv2.line(picture, _pixel(first), _pixel(last), color, width, cv2.LINE_AA)


def _pixel(point: NDArray[np.float64]) -> tuple[int, int]:
    return round(float(point[0])), round(float(point[1]))
