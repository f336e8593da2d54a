"""Every throw of a recording: the fast moments of the search, each looked at as closely as a single one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile
from handball.config import ClipSettings, Settings
from handball.detection.choice import check_rule, chosen_track
from handball.domain.boxes import BoxTrack
from handball.domain.performance import Athlete
from handball.domain.pose import Pose, Pose2D, Pose3D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError
from handball.key_actions.curves import ThrowCurves, throw_curves
from handball.key_actions.rule import UNCLEAR, why_no_throw
from handball.key_actions.strikes import Strike, strikes
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed, without_outliers
from handball.pipeline.choosing import Found, known_regions, most_at_once
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pipeline.search import Candidate, Searched, clearly_seen
from handball.pose_estimation.sequence import Sighting, followed_region, poses, regions_between
from handball.pose_estimation.sides import with_sides_repaired
from handball.stages import Picture, PoseEstimator

_WINDOW_S, _STEP_S = 4.0, 2.0
"""The search is cut in overlapping windows, so that one wild guess does not hide all other throws."""
_LEAST_LIKENESS = 1.5
"""Torso lengths a second: what looks less like a throw is not looked at again."""
_APART_S = 0.9
"""Nobody throws twice within this time."""
_BEFORE_S, _AFTER_S = 0.8, 0.8
_CONFIRM_HZ = 60.0
_NEAR_S = 0.6
"""The fastest hand of a search at few pictures a second may belong to the draw before the throw."""
_LEAST_CONFIRMED, _SURE_LIKENESS = 5.0, 12.0
CLEAR_LIKENESS, _UNCLEAR_CONFIDENCE = 7.0, 0.3
_LEAST_FLAT, _FLAT_CONFIDENCE = 6.0, 0.4
_FEWEST_FRAMES = 8
_TOGETHER_S = 0.5
"""Two tracks that overlap in time for longer than this are two people."""


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
class FoundThrow:
    """One throw of a recording.

    Attributes
    ----------
    number
        1 for the first throw of the recording, in order of time.
    time, frame
        When the hand was fastest, in real seconds and as a frame of the file.
    hand, hand_sure
        The hand that throws, and how sure that is from 0 to 1.
    confidence
        From 0 to 1: how sure it is that this is a throw.
    likeness
        Speed of the hand there in torso lengths a second, weighed as in `throw_likeness`: a measure of the throw.
    found
        Whom and when to measure, for the fine pass.
    """

    number: int
    time: float
    frame: int
    hand: Side
    hand_sure: float
    confidence: float
    likeness: float
    found: Found


def find_throws(
    searched: Searched, clip: ClipSettings, settings: Settings, nets: Nets, hooks: Hooks
) -> tuple[FoundThrow, ...]:
    """Find every throw of one athlete in a recording.

    The hand's fastest moments in the search are collected by windows of four seconds; around each the joints are
    measured at up to 60 pictures a second, and the rule that finds the key actions of a single throw confirms
    or refuses it. Left to us, the athlete is who throws most often.

    Returns
    -------
    tuple
        The throws in order of time; empty where nobody throws.

    Raises
    ------
    NoAthleteError
        When nobody, or not the one asked for, is in the pictures.
    UsageError
        When the rule for choosing the athlete is none.
    """
    rule = check_rule(clip.athlete)
    file = searched.file
    people = searched.people
    tracks = [person.track for person in people.values()]
    scores = {number: person.score for number, person in people.items()}
    chosen = chosen_track(tracks, rule, (file.video.width, file.video.height), scores)
    wanted = list(people.values()) if rule == "auto" else [people[chosen.number]]
    found = []
    for person in wanted:
        hands: tuple[Side, ...] = ("left", "right") if clip.hand == "auto" else (clip.hand,)
        looked = _Looking(person=person, searched=searched, hands=hands, any_action=settings.action == "any")
        confirmed = [_confirmed(looked, moment, nets, hooks) for moment in fast_moments(person, file)]
        found.append((person, _apart([throw for throw in confirmed if throw is not None])))
    thrower = _one_thrower(found, file)
    count = most_at_once(tracks)
    throws = sorted((throw for _, own in thrower for throw in own), key=lambda throw: throw.time)
    return tuple(
        _with_athlete(attrs.evolve(throw, number=number), rule, count) for number, throw in enumerate(throws, start=1)
    )


def fast_moments(person: Candidate, file: VideoFile) -> list[FastMoment]:
    """Return the moments of one person that may be throws, in order of time and apart from each other."""
    if len(person.sightings) < _FEWEST_FRAMES:
        return []
    flat, body = poses(person.sightings, file.video)
    _, body, _ = with_sides_repaired(flat, clearly_seen(body))
    return moments_of(without_outliers(body))


def moments_of(body: Pose3D) -> list[FastMoment]:
    """Return the moments at which joints in space may throw, in order of time and apart from each other."""
    found = [moment for rows in _windows(body.times) for moment in _window_moments(body.rows(rows))]
    kept: list[FastMoment] = []
    for moment in sorted(found, key=lambda one: -one.likeness):
        if moment.likeness >= _LEAST_LIKENESS and all(abs(moment.time - other.time) > _APART_S for other in kept):
            kept.append(attrs.evolve(moment, other_likeness=_other_likeness(moment, found)))
    return sorted(kept, key=lambda one: one.time)


def _other_likeness(moment: FastMoment, found: Sequence[FastMoment]) -> float:
    near = (one for one in found if one.hand != moment.hand and abs(one.time - moment.time) <= _NEAR_S)
    return max((one.likeness for one in near), default=0.0)


def _windows(times: NDArray[np.float64]) -> Iterator[NDArray[np.int64]]:
    begin = float(times[0])
    while True:
        rows = np.flatnonzero((times >= begin) & (times <= begin + _WINDOW_S))
        if len(rows) >= _FEWEST_FRAMES // 2:
            yield rows
        if begin + _WINDOW_S >= times[-1]:
            return
        begin += _STEP_S


def _window_moments(body: Pose3D) -> Iterator[FastMoment]:
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        try:
            curves = throw_curves(body, side)
        except ArmNotVisibleError:
            continue
        for one in strikes(curves):
            yield FastMoment(time=float(body.times[one.row]), hand=side, likeness=one.likeness)


@attrs.frozen(kw_only=True)
class _Looking:
    """At whom in which file the closer look is, with which hands, and whether it need be a throw."""

    person: Candidate
    searched: Searched
    hands: tuple[Side, ...]
    any_action: bool

    @property
    def file(self) -> VideoFile:
        return self.searched.file


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


def _confirmed(looking: _Looking, moment: FastMoment, nets: Nets, hooks: Hooks) -> FoundThrow | None:
    """Measure around a fast moment and look for the strike of a throw; None where there is none."""
    hand = moment.hand if moment.hand in looking.hands else looking.hands[0]
    times = moment.time - _BEFORE_S, moment.time + _AFTER_S
    frames = frames_around(looking.person.track, looking.file, *times)
    sightings = look_closely(looking.person, looking.file, frames, nets.searcher, hooks, mirrored=hand == "left")
    if len(sightings) < _FEWEST_FRAMES:
        return None
    seen = SeenBody.of(sightings, looking.file)
    strike = best_strike(seen, moment, looking.hands, any_action=looking.any_action)
    if strike is None:
        return None
    body = seen.body
    return FoundThrow(
        number=0,
        time=strike.time,
        frame=int(body.frames[body.row_at(strike.time)]),
        hand=strike.hand,
        hand_sure=strike.hand_sure,
        confidence=strike.confidence,
        likeness=strike.likeness,
        found=_found(looking, strike.time, strike.hand),
    )


def best_strike(
    seen: SeenBody, moment: FastMoment, hands: tuple[Side, ...] = ("left", "right"), *, any_action: bool = False
) -> ConfirmedStrike | None:
    """Return what looks most like the strike of a throw near a fast moment; None where nothing does.

    The search and the closer look weigh alike in which hand it is. In space the guessed depth of a small body
    trembles; so a strike that is one in the picture counts as well, with less confidence. Where the hand cannot be
    made out, the search decides, with little confidence.
    """
    near = {hand: _near_strikes(seen.body, moment, hand) for hand in hands}
    tops = {hand: max((one.likeness for one, _ in found), default=0.0) for hand, found in near.items()}
    both = max(sum(tops.values()), 1e-9)
    shares = {hand: (tops[hand] / both + moment.share(hand)) / 2 for hand in hands}
    hand = max(hands, key=lambda one: shares[one])
    found = _confirmed_in(near[hand], _near_strikes(seen.flat, moment, hand), moment, any_action)
    if found is None:
        return None
    row, likeness, confidence = found
    return ConfirmedStrike(
        time=moment.time if row is None else float(seen.body.times[row]),
        hand=hand,
        hand_sure=float(np.clip(2 * shares[hand] - 1, 0.0, 1.0)) if len(hands) > 1 else 1.0,
        likeness=max(likeness, moment.likeness),
        confidence=confidence,
    )


_Near = list[tuple[Strike, ThrowCurves]]


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
    near = (one for one in strikes(curves) if abs(float(body.times[one.row]) - moment.time) <= _NEAR_S)
    return [(one, curves) for one in near]


def _found(looking: _Looking, time: float, hand: Side) -> Found:
    person, times = looking.person, looking.file.video.capture_times
    row = int(np.argmin(np.abs(times[person.track.frames] - time)))
    x0, y0, x1, y1 = (float(value) for value in person.track.xyxy[row])
    athlete = Athlete(
        rule="auto",
        number=person.track.number,
        people=1,
        box_xyxy=(x0, y0, x1, y1),
        frame=int(person.track.frames[row]),
    )
    return Found(
        file=looking.file,
        athlete=athlete,
        track=person.track,
        sightings=person.sightings,
        peak_time=time,
        hand=hand,
        checked=True,
        background=looking.searched.background,
        slow_motion_tag=looking.searched.slow_motion_tag,
    )


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
    track: BoxTrack, file: VideoFile, begin: float, end: float, most_hz: float = _CONFIRM_HZ
) -> NDArray[np.int64]:
    """Choose frames of one person between two moments that show something new, so many a second at most."""
    video = file.video
    inside = (video.capture_times >= begin) & (video.capture_times <= end) & ~video.repeated
    inside[: track.frames[0]] = False
    inside[track.frames[-1] + 1 :] = False
    step = max(1, round(video.distinct_rate_hz / most_hz))
    return np.flatnonzero(inside)[::step]


def _apart(throws: Sequence[FoundThrow]) -> list[FoundThrow]:
    """Keep the one that looks most like a throw of those that lie too near each other."""
    kept: list[FoundThrow] = []
    for throw in sorted(throws, key=lambda one: -one.likeness):
        if all(abs(throw.time - other.time) > _APART_S for other in kept):
            kept.append(throw)
    return kept


def _one_thrower(
    found: list[tuple[Candidate, list[FoundThrow]]], file: VideoFile
) -> list[tuple[Candidate, list[FoundThrow]]]:
    """Keep the tracks of who throws most: tracks that overlap in time are different people."""
    times = file.video.capture_times
    kept: list[tuple[Candidate, list[FoundThrow]]] = []
    for person, own in sorted(found, key=lambda one: -sum(throw.likeness for throw in one[1])):
        begin, end = times[person.track.frames[[0, -1]]]
        spans = [times[other.track.frames[[0, -1]]] for other, _ in kept]
        if own and all(min(end, last) - max(begin, first) <= _TOGETHER_S for first, last in spans):
            kept.append((person, own))
    return kept


def _with_athlete(throw: FoundThrow, rule: str, people: int) -> FoundThrow:
    athlete = attrs.evolve(throw.found.athlete, rule=rule, people=people)
    return attrs.evolve(throw, found=attrs.evolve(throw.found, athlete=athlete))
