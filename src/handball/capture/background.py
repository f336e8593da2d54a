"""How the camera moves, from sparse features of the background."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.domain.capture import BackgroundMotion
from handball.domain.pose import Pose2D
from handball.stages import Picture

_WIDTH = 320
"""Pictures are looked at in this width: enough for a tenth of a pixel of motion there."""
_CORNERS = 120
_FEWEST = 10
_QUALITY = 0.02
_MARGIN = 0.15
"""People are left out with so much of their box around them: limbs and shadows move as well."""
_MOST_RETURN_PX = 0.5
_AGREE_PX = 0.6
_LEAST_AGREEING = 0.5
_NEXT_TO_NOTHING, _MOST_LOST = 0.5, 0.25
"""So large a part of a moving background may be lost before nothing can be said of what rests on the floor."""
_RESTS_PX = 1.0


class BackgroundTracker:
    """Follows corners of the background from one sampled picture to the next.

    Corners by Shi and Tomasi 1994, followed by the pyramidal method of Lucas and Kanade forward and back (Kalal et
    al. 2010); the motion is the similarity that most of them agree on.
    """

    def __init__(self) -> None:
        self._before: NDArray[np.uint8] | None = None
        self._corners: NDArray[np.float32] | None = None
        self._times: list[float] = []
        self._shifts: list[tuple[float, float]] = []
        self._turns: list[float] = []

    def add(self, time: float, picture: Picture, boxes: NDArray[np.float64]) -> None:
        """Add the next picture; `boxes` (people, 4) are what is not background, `xyxy` in its pixels."""
        scale = min(1.0, _WIDTH / picture.shape[1])
        small = _small(picture, scale)
        shift, turn = self._motion(small)
        self._times.append(time)
        self._shifts.append((shift[0] / scale, shift[1] / scale))
        self._turns.append(turn)
        mask = _background(small.shape, boxes * scale)
        found = cv2.goodFeaturesToTrack(small, _CORNERS, _QUALITY, 5, mask=mask)
        self._before, self._corners = small, None if found is None else np.asarray(found, np.float32)

    def motion(self) -> BackgroundMotion:
        """Return the motion so far."""
        return BackgroundMotion(
            times=np.array(self._times),
            shifts=np.array(self._shifts).reshape(-1, 2),
            turns_deg=np.array(self._turns),
        )

    def _motion(self, now: NDArray[np.uint8]) -> tuple[tuple[float, float], float]:
        """Return the way of the middle since the picture before and the turn, NaN where too few corners agree."""
        lost = (float("nan"), float("nan")), float("nan")
        if self._before is None or self._corners is None or len(self._corners) < _FEWEST:
            return lost
        begin, end = _followed(self._before, now, self._corners)
        if len(begin) < _FEWEST:
            return lost
        affine, agreeing = cv2.estimateAffinePartial2D(begin, end, ransacReprojThreshold=_AGREE_PX)
        if affine is None or float(np.mean(agreeing)) < _LEAST_AGREEING:
            return lost
        middle = np.array([now.shape[1] / 2, now.shape[0] / 2, 1.0])
        moved = affine @ middle - middle[:2]
        return (float(moved[0]), float(moved[1])), float(np.degrees(np.arctan2(affine[1, 0], affine[0, 0])))


def _small(picture: Picture, scale: float) -> NDArray[np.uint8]:
    # green alone is nearly the brightness, and saves the conversion of a whole picture
    green = np.ascontiguousarray(picture[:, :, 1])
    size = round(picture.shape[1] * scale), round(picture.shape[0] * scale)
    return np.asarray(cv2.resize(green, size, interpolation=cv2.INTER_AREA), np.uint8)


def _background(shape: tuple[int, ...], boxes: NDArray[np.float64]) -> NDArray[np.uint8]:
    mask = np.full(shape, 255, np.uint8)
    for x0, y0, x1, y1 in boxes:
        aside, above = _MARGIN * (x1 - x0), _MARGIN * (y1 - y0)
        left, top = max(0, int(x0 - aside)), max(0, int(y0 - above))
        mask[top : max(0, int(y1 + above)) + 1, left : max(0, int(x1 + aside)) + 1] = 0
    return mask


def _followed(
    before: NDArray[np.uint8], now: NDArray[np.uint8], corners: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Follow corners, and keep those that find their way back."""
    # the place for the result is an argument that may be None, which the type stubs do not know
    there, seen, _ = cv2.calcOpticalFlowPyrLK(before, now, corners, None)  # type: ignore[call-overload]
    back, seen_back, _ = cv2.calcOpticalFlowPyrLK(now, before, there, None)  # type: ignore[call-overload]
    away = np.linalg.norm(back - corners, axis=-1)[:, 0]
    good = (seen[:, 0] == 1) & (seen_back[:, 0] == 1) & (away < _MOST_RETURN_PX)
    return corners[good, 0], there[good, 0]


def drift(motion: BackgroundMotion, begin: float, end: float, window_s: float = 1.0) -> float:
    """Return how far the background moves at most within a window between two moments, in pixels.

    NaN where the background is not seen in half of the pictures; single pictures without a sight count as still.
    """
    inside = (motion.times >= begin) & (motion.times <= end)
    shifts, times = motion.shifts[inside], motion.times[inside]
    if len(times) < 2 or np.isnan(shifts[1:, 0]).mean() > 0.5:
        return float("nan")
    place = np.cumsum(np.nan_to_num(shifts), axis=0)
    apart = np.linalg.norm(place[:, None] - place[None], axis=-1)
    near = np.abs(times[:, None] - times[None]) <= window_s + 1e-6
    return float(apart[near].max())


def without_camera_motion(pose: Pose2D, motion: BackgroundMotion) -> Pose2D | None:
    """Put joints where a camera at rest would have seen them, as far as the background tells.

    A camera that turns moves everything in the picture alike, so its turning falls out altogether; of a camera that is
    carried along, the part of it that the background shows.

    Returns
    -------
    Pose2D or None
        In the picture of the pose's first moment; as it was where next to nothing of a background was seen. None where
        the camera moves and too much of its way is lost.
    """
    # the way before the pose, in a long film or another shot, would only add its errors
    inside = np.flatnonzero((motion.times >= pose.times[0]) & (motion.times <= pose.times[-1]))
    times, shifts, turns = motion.times[inside], motion.shifts[inside].copy(), motion.turns_deg[inside].copy()
    shifts[:1], turns[:1] = 0.0, 0.0
    lost = np.isnan(shifts[:, 0])
    if len(times) < 2 or lost.mean() > _NEXT_TO_NOTHING:
        return pose
    shifts, turns = np.nan_to_num(shifts), np.nan_to_num(turns)
    if lost.mean() > _MOST_LOST:
        return pose if np.linalg.norm(shifts, axis=1).max() <= _RESTS_PX else None
    way = np.cumsum(shifts, axis=0)
    moved = np.stack([np.interp(pose.times, times, way[:, axis]) for axis in range(2)], axis=1)
    turned = np.radians(np.interp(pose.times, times, np.cumsum(turns)))
    cosine, sine = np.cos(turned), np.sin(turned)
    middle = np.array(pose.image_size) / 2
    away = pose.positions - middle - moved[:, None]
    back = np.stack(
        [
            cosine[:, None] * away[..., 0] + sine[:, None] * away[..., 1],
            cosine[:, None] * away[..., 1] - sine[:, None] * away[..., 0],
        ],
        axis=-1,
    )
    return attrs.evolve(pose, positions=back + middle)
