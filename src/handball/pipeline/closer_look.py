"""A closer look at a moment when a hand was fast: the joints at more pictures a second, and whether it is a throw."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile
from handball.domain.boxes import BoxTrack
from handball.domain.pose import Pose, Pose2D, Pose3D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError
from handball.key_actions.curves import ThrowCurves, throw_curves
from handball.key_actions.rule import UNCLEAR, why_no_throw
from handball.key_actions.strikes import Strike, strikes
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.pipeline.choosing import known_regions
from handball.pipeline.hooks import Hooks
from handball.pipeline.search import Candidate
from handball.pose_estimation.sequence import Sighting, followed_region, poses, regions_between
from handball.pose_estimation.sides import with_sides_repaired
from handball.stages import Picture, PoseEstimator

NEAR_S = 0.6
"""The fastest hand of a search at few pictures a second may belong to the draw before the throw."""
CLEAR_LIKENESS = 7.0
"""Torso lengths a second: from here on the search alone is clear."""
_MOST_HZ = 60.0
_LEAST_CONFIRMED, _SURE_LIKENESS = 5.0, 12.0
_LEAST_FLAT, _FLAT_CONFIDENCE = 6.0, 0.4
_UNCLEAR_CONFIDENCE, _UNCLEAR_SHARE = 0.3, 0.5
_OTHER_HAND_SHARE = 0.3
_EDGE_ROWS = 2
"""At the ends of what was looked at, speeds have no second side and jump."""


@attrs.frozen(kw_only=True)
class FastMoment:
    """A moment of the search when a hand was fast.

    Attributes
    ----------
    time
        Real seconds.
    hand
        The hand that looks more like throwing there.
    likeness, other_likeness
        How much either hand looks like throwing (torso lengths a second): this one, and the other one near it.
    """

    time: float
    hand: Side
    likeness: float
    other_likeness: float = 0.0

    def share(self, hand: Side) -> float:
        """Return how much of the likeness of both hands is that of one."""
        both = max(self.likeness + self.other_likeness, 1e-9)
        return (self.likeness if hand == self.hand else self.other_likeness) / both


@attrs.frozen(kw_only=True)
class SeenBody:
    """Joints of a closer look, smoothed: in the picture, and in space with steady bones."""

    flat: Pose2D
    body: Pose3D

    @classmethod
    def of(cls, sightings: Sequence[Sighting], file: VideoFile) -> SeenBody:
        """Collect the sightings of one person."""
        flat, deep, _ = with_sides_repaired(*poses(sightings, file.video))
        return cls(flat=smoothed(flat), body=with_steady_bones(smoothed(deep)))


@attrs.frozen(kw_only=True)
class ConfirmedStrike:
    """A strike in the closer look: when, with which hand, how sure that is, and how much it looks like one."""

    time: float
    hand: Side
    hand_sure: float
    likeness: float
    confidence: float


def look_closely(
    person: Candidate,
    file: VideoFile,
    frames: NDArray[np.int64],
    net: PoseEstimator,
    hooks: Hooks,
    *,
    mirrored: bool,
    visit: Callable[[Picture], None] | None = None,
) -> list[Sighting]:
    """Find the joints of one person on some frames, looking where the search has seen that person.

    `visit` is called with each picture, in order.
    """
    if not frames.size:
        return []
    wanted = dict(zip(frames.tolist(), regions_between(known_regions(person), frames), strict=True))
    sightings: list[Sighting] = []
    with hooks.stage("choose"):
        for frame, picture in file.read(int(frames[0]), int(frames[-1]), wanted):
            if not sightings:
                previous = net(picture, wanted[frame], mirrored=mirrored)
            previous = net(picture, followed_region(previous, wanted[frame]), mirrored=mirrored)
            sightings.append(Sighting(frame=frame, landmarks=previous))
            if visit is not None:
                visit(picture)
    return sightings


def frames_around(
    track: BoxTrack, file: VideoFile, begin: float, end: float, most_hz: float = _MOST_HZ
) -> NDArray[np.int64]:
    """Choose frames of one person between two moments that show something new, so many a second at most."""
    video = file.video
    inside = (video.capture_times >= begin) & (video.capture_times <= end) & ~video.repeated
    inside[: track.frames[0]] = False
    inside[track.frames[-1] + 1 :] = False
    step = max(1, round(video.distinct_rate_hz / most_hz))
    return np.flatnonzero(inside)[::step]


def best_strike(
    seen: SeenBody,
    moment: FastMoment,
    hands: tuple[Side, ...] = ("left", "right"),
    *,
    any_action: bool = False,
    quick: bool = False,
) -> ConfirmedStrike | None:
    """Return what looks most like the strike of a throw near a fast moment; None where nothing does.

    The search and the closer look weigh alike in which hand it is. In space the guessed depth of a small body
    trembles; so a strike that is one in the picture counts as well, with less confidence. Where the hand cannot be
    made out, the search decides, with little confidence.

    A quick look has fewer pictures to go by. There a hand counts as it is fast both in space, where the guessed depth
    lets a still hand jump, and in the picture; and where the hand that is chosen does not throw, the other one may,
    with little confidence.
    """
    near = {hand: _near_strikes(seen.body, moment, hand) for hand in hands}
    flat = {hand: _near_strikes(seen.flat, moment, hand) for hand in hands}
    tops = {hand: _hand_weight(near[hand], flat[hand], quick=quick) for hand in hands}
    both = max(sum(tops.values()), 1e-9)
    shares = {hand: (tops[hand] / both + moment.share(hand)) / 2 for hand in hands}
    ranked = sorted(hands, key=lambda one: -shares[one])
    for hand in ranked if quick else ranked[:1]:
        found = _confirmed_in(near[hand], flat[hand], moment, any_action)
        if found is not None:
            row, likeness, confidence = found
            return ConfirmedStrike(
                time=moment.time if row is None else float(seen.body.times[row]),
                hand=hand,
                hand_sure=float(np.clip(2 * shares[hand] - 1, 0.0, 1.0)) if len(hands) > 1 else 1.0,
                likeness=max(likeness, moment.likeness),
                confidence=confidence if hand == ranked[0] else _OTHER_HAND_SHARE * confidence,
            )
    return None


_Near = list[tuple[Strike, ThrowCurves]]


def _hand_weight(deep: _Near, flat: _Near, *, quick: bool) -> float:
    if not quick:
        return max((one.likeness for one, _ in deep), default=0.0)
    return float(np.sqrt(_most_likely(deep) * _most_likely(flat)))


def _most_likely(found: _Near) -> float:
    """Return the largest likeness; that of a moment that cannot be made out counts half."""
    shares = ((one, _UNCLEAR_SHARE if why_no_throw(curves, one) == UNCLEAR else 1.0) for one, curves in found)
    return max((share * one.likeness for one, share in shares), default=0.0)


def _confirmed_in(
    deep: _Near, flat: _Near, moment: FastMoment, any_action: bool
) -> tuple[int | None, float, float] | None:
    """Return the row (None: that of the moment), likeness and confidence of the strike of one hand, if there is one."""
    reasons = [(one, None if any_action else why_no_throw(curves, one)) for one, curves in deep]
    clear = [one for one, reason in reasons if reason is None and one.likeness >= _LEAST_CONFIRMED]
    unclear = [one for one, reason in reasons if reason == UNCLEAR]
    if clear:
        best = max([*clear, *unclear], key=lambda one: one.likeness)
        sure = max(one.likeness for one in clear) / _SURE_LIKENESS
        return best.row, best.likeness, float(np.clip(sure, _FLAT_CONFIDENCE, 1.0))
    pictured = [one for one, curves in flat if one.likeness >= _LEAST_FLAT and why_no_throw(curves, one) is None]
    if pictured:
        best = max(pictured, key=lambda one: one.likeness)
        return best.row, best.likeness, _FLAT_CONFIDENCE
    if unclear and moment.likeness >= CLEAR_LIKENESS:
        return None, moment.likeness, _UNCLEAR_CONFIDENCE
    return None


def _near_strikes(body: Pose, moment: FastMoment, hand: Side) -> _Near:
    try:
        curves = throw_curves(body if hand == "right" else body.mirrored())
    except ArmNotVisibleError:
        return []
    inner = range(_EDGE_ROWS, len(body.times) - _EDGE_ROWS)
    near = (one for one in strikes(curves) if abs(float(body.times[one.row]) - moment.time) <= NEAR_S)
    return [(one, curves) for one in near if one.row in inner]
