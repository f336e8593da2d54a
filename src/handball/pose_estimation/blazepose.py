"""BlazePose landmarks with heat-map refinement (Bazarevsky et al. 2020, Grishchenko et al. 2022)."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23
from handball.inference.session import TfliteSession
from handball.stages import BodyLandmarks, Picture, Region

INPUT_SIZE = 256
_POINTS = 39
_HEAT_MAP_SIZE = 64
_REACH = 3
"""Half width of the 7 x 7 window around a landmark in which the heat map refines it."""
_LEAST_HEAT = 0.5
_BLAZEPOSE_OF = {
    "nose": 0,
    "left_eye": 2,
    "right_eye": 5,
    "left_ear": 7,
    "right_ear": 8,
    "left_shoulder": 11,
    "right_shoulder": 12,
    "left_elbow": 13,
    "right_elbow": 14,
    "left_wrist": 15,
    "right_wrist": 16,
    "left_hip": 23,
    "right_hip": 24,
    "left_knee": 25,
    "right_knee": 26,
    "left_ankle": 27,
    "right_ankle": 28,
    "left_index": 19,
    "right_index": 20,
    "left_heel": 29,
    "right_heel": 30,
    "left_big_toe": 31,
    "right_big_toe": 32,
}
_COLUMNS = np.array([_BLAZEPOSE_OF[joint] for joint in BODY_23.joints])
_SWAPPED = np.array(BODY_23.mirror_order())
_MIRROR = np.array([[-1.0, 0.0, INPUT_SIZE - 1.0], [0.0, 1.0, 0.0]])
_HIP_CENTER, _BODY_TOP = 33, 34
_REGION_SCALE = 1.25


def region_around(box_xyxy: NDArray[np.float64]) -> Region:
    """Return the upright square in which to look for the person of a detector box."""
    x0, y0, x1, y1 = (float(value) for value in box_xyxy)
    return Region(center=((x0 + x1) / 2, (y0 + y1) / 2), side=_REGION_SCALE * max(x1 - x0, y1 - y0))


def crop_matrix(region: Region) -> NDArray[np.float64]:
    """Return the affine map (2, 3) from pixels of the picture to pixels of the net's input."""
    scale = INPUT_SIZE / region.side
    cos, sin = scale * np.cos(region.rotation), scale * np.sin(region.rotation)
    linear = np.array([[cos, sin], [-sin, cos]])
    # pixel centers: the middle of the input lies at (size - 1) / 2
    shift = np.array([(INPUT_SIZE - 1) / 2] * 2) - linear @ np.array(region.center)
    return np.concatenate([linear, shift[:, None]], axis=1)


def refined(points: NDArray[np.float64], heat: NDArray[np.float32]) -> NDArray[np.float64]:
    """Move landmarks to the centre of mass of the heat map around them.

    Parameters
    ----------
    points
        Landmarks in pixels of the input, shape (39, 2).
    heat
        Heat-map logits, shape (64, 64, 39).

    Returns
    -------
    numpy.ndarray
        Shape (39, 2); a landmark whose window stays cold keeps its place.
    """
    scale = _HEAT_MAP_SIZE / INPUT_SIZE
    better = points.copy()
    for joint in range(_POINTS):
        column, row = (int(value) for value in np.floor(points[joint] * scale))
        if not (0 <= column < _HEAT_MAP_SIZE and 0 <= row < _HEAT_MAP_SIZE):
            continue
        r0, r1 = max(0, row - _REACH), min(_HEAT_MAP_SIZE, row + _REACH + 1)
        c0, c1 = max(0, column - _REACH), min(_HEAT_MAP_SIZE, column + _REACH + 1)
        weight = 1.0 / (1.0 + np.exp(-heat[r0:r1, c0:c1, joint].astype(np.float64)))
        if weight.max() >= _LEAST_HEAT:
            total = weight.sum()
            better[joint, 0] = (weight.sum(axis=0) @ np.arange(c0, c1)) / total / scale
            better[joint, 1] = (weight.sum(axis=1) @ np.arange(r0, r1)) / total / scale
    return better


class BlazePoseEstimator:
    """Find 23 joints of the person in a region (a `PoseEstimator`)."""

    def __init__(self, session: TfliteSession) -> None:
        self._session = session

    def __call__(self, picture: Picture, region: Region, *, mirrored: bool = False) -> BodyLandmarks:
        """Return the joints of the person inside the region of an RGB picture.

        With `mirrored` the net is shown the mirror image and its answer is turned back. A net sees
        a left arm otherwise than a right one; mirroring left-handers makes their joints comparable
        with those of right-handers.
        """
        matrix = crop_matrix(region)
        if mirrored:
            matrix = _MIRROR @ np.concatenate([matrix, [[0.0, 0.0, 1.0]]])
        crop = cv2.warpAffine(picture, matrix, (INPUT_SIZE, INPUT_SIZE), flags=cv2.INTER_LINEAR)
        outputs = self._session.run((crop * np.float32(1 / 255))[None])
        landmarks = outputs["Identity"].reshape(_POINTS, 5).astype(np.float64)
        points = refined(landmarks[:, :2], outputs["Identity_3"][0])
        back = cv2.invertAffineTransform(matrix)
        pixels = points @ back[:, :2].T + back[:, 2]
        meters = outputs["Identity_4"].reshape(_POINTS, 3).astype(np.float64)
        if mirrored:
            meters = meters * np.array([-1.0, 1.0, 1.0])
        columns = _COLUMNS[_SWAPPED] if mirrored else _COLUMNS
        visible = 1.0 / (1.0 + np.exp(-landmarks[:, 3:5]))
        return BodyLandmarks(
            pixels=pixels[columns],
            meters=_in_space(meters, region.rotation)[columns],
            scores=visible.min(axis=1)[columns],
            presence=float(outputs["Identity_1"].ravel()[0]),
            region=_next_region(pixels[_HIP_CENTER], pixels[_BODY_TOP]),
        )


def _in_space(meters: NDArray[np.float64], rotation: float) -> NDArray[np.float64]:
    """Undo the rotation of the crop; from x right, y down, z away to x right, y away, z up."""
    cos, sin = np.cos(rotation), np.sin(rotation)
    x = cos * meters[:, 0] - sin * meters[:, 1]
    down = sin * meters[:, 0] + cos * meters[:, 1]
    return np.stack([x, meters[:, 2], -down], axis=1)


def _next_region(hips: NDArray[np.float64], top: NDArray[np.float64]) -> Region:
    away = top - hips
    length = float(np.hypot(*away))
    rotation = float(np.arctan2(away[0], -away[1]))
    return Region(center=(float(hips[0]), float(hips[1])), side=2 * _REGION_SCALE * length, rotation=rotation)
