"""Every throw of a recording: the fast moments of the search, each looked at as closely as a single one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile
from handball.config import ClipSettings, Settings
from handball.detection.choice import check_rule, chosen_track
from handball.domain.performance import Athlete
from handball.domain.pose import Pose3D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError
from handball.key_actions.curves import throw_curves
from handball.key_actions.strikes import strikes
from handball.kinematics.smoothing import without_outliers
from handball.pipeline.choosing import Found, most_at_once
from handball.pipeline.closer_look import NEAR_S, FastMoment, SeenBody, best_strike, frames_around, look_closely
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pipeline.search import Candidate, Searched, clearly_seen
from handball.pose_estimation.sequence import poses
from handball.pose_estimation.sides import with_sides_repaired

_WINDOW_S, _STEP_S = 4.0, 2.0
"""The search is cut in overlapping windows, so that one wild guess does not hide all other throws."""
_LEAST_LIKENESS = 1.5
"""Torso lengths a second: what looks less like a throw is not looked at again."""
_APART_S = 0.9
"""Nobody throws twice within this time."""
_BEFORE_S, _AFTER_S = 0.8, 0.8
_FEWEST_FRAMES = 8
_TOGETHER_S = 0.5
"""Two tracks that overlap in time for longer than this are two people."""


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


def fast_moments(person: Candidate, file: VideoFile, apart_s: float = _APART_S) -> list[FastMoment]:
    """Return the moments of one person that may be throws, in order of time and so many seconds apart."""
    if len(person.sightings) < _FEWEST_FRAMES:
        return []
    flat, body = poses(person.sightings, file.video)
    _, body, _ = with_sides_repaired(flat, clearly_seen(body))
    return moments_of(without_outliers(body), apart_s)


def moments_of(body: Pose3D, apart_s: float = _APART_S) -> list[FastMoment]:
    """Return the moments at which joints in space may throw, in order of time and so many seconds apart."""
    found = [moment for rows in _windows(body.times) for moment in _window_moments(body.rows(rows))]
    kept: list[FastMoment] = []
    for moment in sorted(found, key=lambda one: -one.likeness):
        if moment.likeness >= _LEAST_LIKENESS and all(abs(moment.time - other.time) > apart_s for other in kept):
            kept.append(attrs.evolve(moment, other_likeness=_other_likeness(moment, found)))
    return sorted(kept, key=lambda one: one.time)


def _other_likeness(moment: FastMoment, found: Sequence[FastMoment]) -> float:
    near = (one for one in found if one.hand != moment.hand and abs(one.time - moment.time) <= NEAR_S)
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
