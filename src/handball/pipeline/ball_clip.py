"""The ball in the pictures of one clip, with what is known of the athlete who throws it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.ball.finder_net import FinderNet, open_finder_net
from handball.ball.path import Sightings
from handball.ball.search import BallSearch, Hints, no_hands
from handball.ball.track import ball_track
from handball.detection.efficientdet import BALL, EfficientDetDetector
from handball.domain.ball import BallTrack
from handball.domain.performance import Landmarks
from handball.domain.pose import Pose2D
from handball.domain.skeleton import Side
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession
from handball.inference.shipped import shipped_path
from handball.stages import Detector, FrameSource, Picture

Array = NDArray[np.float64]

BEFORE_S, AFTER_S = 0.25, 0.2
"""Around the strike, in which the ball is looked for."""
BALL_RADIUS_M = 0.092
"""Between those of a men's and a women's ball (58 to 60 and 54 to 56 cm around)."""
_SIDES = ("left", "right")
_BODY = (
    *(("nose", f"{side}_ear") for side in _SIDES),
    *((f"{side}_shoulder", f"{side}_hip") for side in _SIDES),
    ("left_shoulder", "right_hip"),
    ("right_shoulder", "left_hip"),
    ("left_hip", "right_hip"),
    *((f"{side}_hip", f"{side}_knee") for side in _SIDES),
    *((f"{side}_knee", f"{side}_ankle") for side in _SIDES),
)
_HAND = ("wrist", "index")
_COCO = 17
_FEWEST_JOINTS = 6
_LONGEST_GAP_S = 0.2
"""Farther than this from a picture whose joints are known, nothing is known of the hands."""
_LEAST_DETECTED = 0.06
_MARGIN, _MARGIN_RADII, _LEAST_SIDE = 1.25, 4.0, 200.0
"""Of the square around the joints in which the detector looks: factor, radii of the ball, and pixels at least."""
_SIZES = 0.5, 1.7
"""Radii of what the detector takes for a ball, in those of the ball."""
_MOST_DETECTED = 6


@attrs.frozen(kw_only=True)
class BallNets:
    """What looks for the ball: our own net, and a detector that knows balls of sport among other things."""

    finder: FinderNet
    detector: Detector


def load_ball_nets(net: Path | None = None, threads: int = 1, session: TfliteSession | None = None) -> BallNets:
    """Load the nets; `net` in place of the one that comes with the package, `session` where the detector is loaded.

    Raises
    ------
    ModelError
        When a net is missing, damaged or another one.
    """
    session = session or TfliteSession(model_path("efficientdet_lite0"), threads)
    return BallNets(
        finder=open_finder_net(net or shipped_path("ball_finder"), threads),
        detector=EfficientDetDetector(session, kind=BALL, least_score=_LEAST_DETECTED),
    )


def ball_in_clip(
    source: FrameSource,
    frames: NDArray[np.int64],
    landmarks: Landmarks | None,
    nets: BallNets,
    progress: Callable[[int, int], None],
    near: float | None = None,
    hand: Side | None = None,
) -> BallTrack:
    """Return where the ball is in some frames of a clip, and when it leaves the hand.

    Parameters
    ----------
    frames
        Rising, those that show something new; joints need not be known in all of them.
    landmarks
        Joints of the athlete; None where nobody's are known.
    near
        The throw that is meant, real seconds; the surest release otherwise.
    hand
        The hand that throws; either may, where that is not known.
    progress
        Called with pictures done and in all.
    """
    known = None if landmarks is None else _Athlete.of(landmarks, hand)
    if known is not None and np.isnan(known.radius):
        known = None
    search, times = BallSearch(nets.finder), source.video.capture_times
    found: list[Sightings] = []
    shown: list[int] = []
    for frame, picture in source.read(int(frames[0]), int(frames[-1]), set(frames.tolist())):
        time = float(times[frame])
        hints = no_hands(picture) if known is None else known.hints(time, picture, nets.detector)
        found.append(search(time, picture, hints))
        shown.append(frame)
        progress(len(found), len(frames))
    return ball_track(np.array(shown, np.int64), found, near)


def ball_around(
    source: FrameSource,
    landmarks: Landmarks,
    hand: Side,
    strike: float,
    nets: BallNets,
    progress: Callable[[int, int], None],
) -> BallTrack:
    """Return where the ball is around the strike that the hand has told (real seconds), and when it leaves the hand."""
    flat = landmarks.flat
    near = (flat.times >= strike - BEFORE_S) & (flat.times <= strike + AFTER_S)
    return ball_in_clip(source, flat.frames[near], landmarks, nets, progress, strike, hand)


@attrs.frozen(kw_only=True)
class _Athlete:
    flat: Pose2D
    radius: float
    hands: tuple[str, ...]

    @classmethod
    def of(cls, landmarks: Landmarks, hand: Side | None) -> _Athlete:
        hands = _SIDES if hand is None else (hand,)
        return cls(flat=landmarks.flat, radius=BALL_RADIUS_M * _pixels_per_metre(landmarks), hands=hands)

    def hints(self, time: float, picture: Picture, detector: Detector) -> Hints:
        """Return what is known of a picture at a time."""
        joints = self._joints(time)
        index = self.flat.skeleton.index
        idle = [(f"{side}_elbow", f"{side}_{end}") for side in _SIDES if side not in self.hands for end in _HAND]
        lines = [np.concatenate([joints[index(first)], joints[index(last)]]) for first, last in (*_BODY, *idle)]
        return Hints(
            wrists=joints[[index(f"{side}_wrist") for side in self.hands]],
            elbows=joints[[index(f"{side}_elbow") for side in self.hands]],
            radii=(self.radius,),
            body=np.array(lines),
            detected=_detected(picture, joints[:_COCO], self.radius, detector),
        )

    def _joints(self, time: float) -> Array:
        """Return the joints at a time, between those of the nearest pictures before and after; NaN far from both."""
        times, places = self.flat.times, self.flat.positions
        after = int(np.clip(np.searchsorted(times, time), 1, len(times) - 1)) if len(times) > 1 else 0
        before = max(0, after - 1)
        if min(abs(time - times[before]), abs(time - times[after])) > _LONGEST_GAP_S:
            return np.full(places.shape[1:], np.nan)
        step = times[after] - times[before]
        share = float(np.clip((time - times[before]) / step, 0, 1)) if step > 0 else 0.0
        between = (1 - share) * places[before] + share * places[after]
        return np.asarray(np.where(np.isnan(between), places[before if share < 0.5 else after], between))


def _pixels_per_metre(landmarks: Landmarks) -> float:
    """Return the scale of the pictures at the athlete: how far joints spread in them, and in metres."""
    flat = landmarks.flat.positions[:, :_COCO]
    deep = landmarks.deep.positions[:, :_COCO][..., [0, 2]]
    scales = []
    for pixels, metres in zip(flat, deep, strict=True):
        known = ~np.isnan(pixels[:, 0]) & ~np.isnan(metres[:, 0])
        if known.sum() >= _FEWEST_JOINTS:
            scales.append(float(np.std(pixels[known], axis=0).sum() / np.std(metres[known], axis=0).sum()))
    return float(np.median(scales)) if scales else float("nan")


def _detected(picture: Picture, joints: Array, radius: float, detector: Detector) -> Array:
    """Return what a detector takes for a ball around the athlete: x, y, radius in pixels, and its score."""
    known = joints[~np.isnan(joints[:, 0])]
    if len(known) < _FEWEST_JOINTS:
        return np.empty((0, 4))
    least, most = known.min(axis=0), known.max(axis=0)
    side = max(float((most - least).max()) * _MARGIN + _MARGIN_RADII * radius, _LEAST_SIDE)
    size = np.array(picture.shape[1::-1])
    corner = np.clip((least + most - side) / 2, 0, size - 2).astype(int)
    opposite = np.clip((least + most + side) / 2, corner + 2, size).astype(int)
    boxes = detector(np.ascontiguousarray(picture[corner[1] : opposite[1], corner[0] : opposite[0]]))
    places = boxes.xyxy + np.tile(corner, 2)
    radii = (places[:, 2:] - places[:, :2]).sum(axis=1) / 4
    rows = np.column_stack([(places[:, :2] + places[:, 2:]) / 2, radii, boxes.scores])
    return np.asarray(rows[(radii >= _SIZES[0] * radius) & (radii <= _SIZES[1] * radius)][:_MOST_DETECTED])
