"""Check how a clip was filmed, from the quick search alone and a closer look at the throw."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import attrs
import numpy as np

from handball.acquisition import VideoFile
from handball.capture.background import drift
from handball.capture.blur import hand_smear
from handball.capture.framing import arm_inside, feet_inside, standing_height_px
from handball.capture.judging import LEAST_RATE_HZ, LIVELY_HAND_SPEED, judge
from handball.capture.slow_motion import FACTORS, beyond_life, fall_factor
from handball.capture.view import camera_view
from handball.config import ClipSettings, Settings
from handball.detection.choice import check_rule, chosen_track
from handball.domain.capture import Capture, CaptureMeasures
from handball.domain.pose import Pose, Pose2D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError
from handball.key_actions.curves import throw_curves, torso_length
from handball.key_actions.rule import why_no_throw
from handball.key_actions.strikes import strikes
from handball.kinematics.derivatives import velocity
from handball.kinematics.signals import load_in_background
from handball.kinematics.smoothing import without_outliers
from handball.pipeline.capturing import AFTER_S, BEFORE_S, video_measures
from handball.pipeline.choosing import most_at_once
from handball.pipeline.closer_look import (
    CLEAR_LIKENESS,
    ConfirmedStrike,
    FastMoment,
    SeenBody,
    best_strike,
    frames_around,
    look_closely,
)
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.search import Candidate, Searched, clearly_seen, search
from handball.pipeline.throws import fast_moments
from handball.pose_estimation.sequence import LEAST_PRESENCE, poses
from handball.pose_estimation.sides import with_sides_repaired

_LOOK_BEFORE_S, _LOOK_AFTER_S = 0.4, 0.6
_LOOK_HZ = 30.0
_MOST_LOOKS = 2
_NEXT_S, _FAIR = 0.3, 0.4
_FAINT = 0.4
_CLEAR_LEAD = 2.5
_CLEAR_LOOK = 2.0
_MOST_PEOPLE = 2
_SUSPECTED = FACTORS[1:3]
"""At half speed most throws are found as they are; sixteen times faster, nearly everything that arms do is a throw."""
_LEAST_SUSPECTED = 8.0
_SLOW_HAND = 6.0
"""Torso lengths a second: a throw at 12 pictures a second reads more, in fourfold slow motion hardly ever."""
_FEWEST_SEEN = 3
_FEWEST_ROWS = 8


@attrs.frozen(kw_only=True)
class _Looked:
    """A closer look at one moment: the joints as seen, and the strike."""

    seen: SeenBody
    strike: ConfirmedStrike


def check(path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks, nets: Nets | None = None) -> Capture:
    """Check how a video was filmed and what it can decide.

    Raises
    ------
    UnreadableVideoError, ModelError
        When the file cannot be read, or a net is missing.
    NoAthleteError, UsageError
        When the athlete asked for is not there.
    """
    load_in_background()
    quick = settings.model_copy(update={"pose": "full", "lift": "landmarks", "ball": False})
    nets = nets or load_nets(quick)
    searched = search(path, clip, nets, hooks, quick=True)
    return judge(_measures(searched, clip, nets, hooks))


def _measures(searched: Searched, clip: ClipSettings, nets: Nets, hooks: Hooks) -> CaptureMeasures:
    video = searched.file.video
    known = video_measures(video, searched.slow_motion_tag)
    people = {number: one for number, one in searched.people.items() if _is_person(one)}
    if not people:
        return known
    rule = check_rule(clip.athlete)
    scores = {number: one.score for number, one in people.items()}
    tracks = [one.track for one in people.values()]
    first = chosen_track(tracks, rule, (video.width, video.height), scores).number
    rivals = sorted((number for number in people if number != first), key=lambda number: -scores[number])
    sure = rule != "auto" or not rivals or scores[first] >= _CLEAR_LEAD * scores[rivals[0]]
    wanted = [people[number] for number in ([first] if sure else [first, *rivals[: _MOST_PEOPLE - 1]])]
    hands: tuple[Side, ...] = ("left", "right") if clip.hand == "auto" else (clip.hand,)
    look = partial(_looked, file=searched.file, hands=hands, nets=nets, hooks=hooks)
    watched = [_Watched.of(one, searched.file, look) for one in wanted]
    if not any(looked.strike.confidence >= _FAIR for one in watched for looked in one.throws):
        watched = [one.once_more(searched.file, look) for one in watched]
    person, throws, sure = _thrower(watched, sure)
    known = attrs.evolve(known, people=most_at_once(tracks), athlete=person.candidate.track.number, athlete_sure=sure)
    return _of_person(known, person, throws, searched)


def _is_person(candidate: Candidate) -> bool:
    """Whether the pose net sees a body where the detector saw somebody."""
    seen = [sighting.landmarks.presence >= LEAST_PRESENCE for sighting in candidate.sightings]
    return len(seen) >= _FEWEST_SEEN and 2 * sum(seen) >= len(seen)


@attrs.frozen(kw_only=True)
class _Watched:
    """One person with the fast moments of the search, best first, and what a closer look at the first ones found."""

    candidate: Candidate
    moments: tuple[FastMoment, ...]
    throws: tuple[_Looked, ...]

    @classmethod
    def of(cls, candidate: Candidate, file: VideoFile, look: Callable[..., _Looked | None]) -> _Watched:
        """Look closer at the best moments of one person; not at a faint one beside a throw."""
        moments = sorted(fast_moments(candidate, file), key=lambda one: -one.likeness)
        if not moments and candidate.peak_time is not None:
            moments = [FastMoment(time=candidate.peak_time, hand=candidate.hand, likeness=candidate.score)]
        throws: list[_Looked] = []
        for moment in moments[:_MOST_LOOKS]:
            if throws and moment.likeness < _FAINT * moments[0].likeness:
                break
            looked = look(candidate, moment)
            throws += [looked] if looked is not None else []
        return cls(candidate=candidate, moments=tuple(moments), throws=tuple(throws))

    def once_more(self, file: VideoFile, look: Callable[..., _Looked | None]) -> _Watched:
        """Look at the fast moments that lie near the best ones: a draw or a swing may look faster than the throw."""
        seen = [moment.time for moment in self.moments[:_MOST_LOOKS]]
        near = sorted(fast_moments(self.candidate, file, _NEXT_S), key=lambda one: -one.likeness)
        others = [moment for moment in near if all(abs(moment.time - time) > _NEXT_S / 2 for time in seen)]
        for moment in others[:_MOST_LOOKS]:
            looked = look(self.candidate, moment)
            if looked is not None and (looked.strike.confidence >= _FAIR or not self.throws):
                return attrs.evolve(self, throws=(looked,))
        return self

    @property
    def weight(self) -> float:
        """How much this is somebody who throws: the best look, less for who is small."""
        best = max((one.strike.likeness * one.strike.confidence for one in self.throws), default=0.0)
        boxes = self.candidate.track.xyxy
        return best * float(np.sqrt(np.median(boxes[:, 3] - boxes[:, 1])))


def _thrower(watched: list[_Watched], sure: bool) -> tuple[_Watched, tuple[_Looked, ...], bool]:
    """Choose who throws; the first one where nobody does."""
    ranked = sorted(watched, key=lambda one: -one.weight)
    best = ranked[0] if ranked[0].weight > 0 else watched[0]
    alone = len(ranked) > 1 and ranked[0].weight > _CLEAR_LOOK * ranked[1].weight
    return best, best.throws, sure or alone


def _of_person(
    known: CaptureMeasures, person: _Watched, throws: tuple[_Looked, ...], searched: Searched
) -> CaptureMeasures:
    video = searched.file.video
    if not person.candidate.sightings:
        return known
    flat, _ = poses(person.candidate.sightings, video)
    height = standing_height_px(flat)
    known = attrs.evolve(known, height_px=height, height_share=height / video.height)
    if not throws:
        return _without_throw(known, person, flat, searched)
    best = max(throws, key=lambda one: (one.strike.confidence, one.strike.likeness))
    others = [moment.time for moment in person.moments[_MOST_LOOKS:] if moment.likeness >= CLEAR_LIKENESS]
    known = attrs.evolve(known, throw_times=tuple(sorted([*(one.strike.time for one in throws), *others])))
    return _of_throw(known, person.candidate, flat, best, searched)


def _looked(
    person: Candidate, moment: FastMoment, *, file: VideoFile, hands: tuple[Side, ...], nets: Nets, hooks: Hooks
) -> _Looked | None:
    begin, end = moment.time - _LOOK_BEFORE_S, moment.time + _LOOK_AFTER_S
    frames = frames_around(person.track, file, begin, end, _LOOK_HZ)
    hand = moment.hand if moment.hand in hands else hands[0]
    sightings = look_closely(person, file, frames, nets.searcher, hooks, mirrored=hand == "left")
    if len(sightings) < 5:
        return None
    seen = SeenBody.of(sightings, file)
    strike = best_strike(seen, moment, hands, quick=True)
    return None if strike is None else _Looked(seen=seen, strike=strike)


def _of_throw(
    known: CaptureMeasures, person: Candidate, flat: Pose2D, looked: _Looked, searched: Searched
) -> CaptureMeasures:
    """Measure what belongs to one throw."""
    video, strike = searched.file.video, looked.strike
    body = looked.seen.body.mirrored() if strike.hand == "left" else looked.seen.body
    blur_px, blur_m = hand_smear(looked.seen.flat, looked.seen.body, strike.hand, strike.time, video.distinct_rate_hz)
    unknown = known.slow_motion == 1 and known.slow_motion_tag is None
    slow = not blur_m * video.distinct_rate_hz >= LIVELY_HAND_SPEED
    return attrs.evolve(
        _around(known, person, flat, searched, (strike.time - BEFORE_S, strike.time + AFTER_S), strike.hand),
        blur_px=blur_px,
        blur_m=blur_m,
        view=camera_view(body, strike.time),
        hand=strike.hand,
        hand_sure=strike.hand_sure,
        slow_motion_suspected=beyond_life(fall_factor(flat, known.height_px)) if unknown and slow else None,
    )


def _around(
    known: CaptureMeasures,
    person: Candidate,
    flat: Pose2D,
    searched: Searched,
    span: tuple[float, float],
    hand: Side,
) -> CaptureMeasures:
    """Measure feet, arm and camera in a part of the clip."""
    inside = (flat.times >= span[0]) & (flat.times <= span[1])
    rows = np.flatnonzero(inside) if inside.any() else np.arange(len(flat.times))
    part, boxes = flat.rows(rows), person.track.at(flat.frames[rows])
    middle = int(np.argmin(np.abs(searched.file.video.capture_times[person.track.frames] - sum(span) / 2)))
    x0, y0, x1, y1 = (float(value) for value in person.track.xyxy[middle])
    return attrs.evolve(
        known,
        feet_inside=float(feet_inside(part, boxes).mean()),
        arm_inside=float(arm_inside(part, hand).mean()),
        camera_drift=drift(searched.background, *span) / known.height_px,
        athlete_frame=int(person.track.frames[middle]),
        athlete_box=(x0, y0, x1, y1),
    )


def _without_throw(known: CaptureMeasures, person: _Watched, flat: Pose2D, searched: Searched) -> CaptureMeasures:
    """Measure what can be measured where nobody throws; ask whether that is because the file plays slowly."""
    hand = person.moments[0].hand if person.moments else "right"
    span = (0.0, searched.file.video.duration_s)
    known = _around(known, person.candidate, flat, searched, span, hand)
    if known.slow_motion != 1 or known.slow_motion_tag is not None:
        return known
    suspected = beyond_life(fall_factor(flat, known.height_px))
    unclear = not known.athlete_sure or known.distinct_rate_hz < LEAST_RATE_HZ
    if suspected is None and not unclear and _hands_are_slow(flat):
        suspected = _factor_of_throw(person.candidate, searched)
    return attrs.evolve(known, slow_motion_suspected=suspected)


def _hands_are_slow(flat: Pose2D) -> bool:
    """Whether no hand ever moves through the picture as fast as a throw does; one outlier does not count."""
    flat = without_outliers(flat)
    torso = torso_length(flat)
    hips = flat.middle("left_hip", "right_hip")
    speeds = [
        np.linalg.norm(velocity((flat.joint(f"{side}_wrist") - hips) / torso, flat.times), axis=1)
        for side in ("left", "right")
    ]
    return all(np.count_nonzero(np.nan_to_num(speed) > _SLOW_HAND) < 2 for speed in speeds)


def _factor_of_throw(person: Candidate, searched: Searched) -> float | None:
    """Return the least slow motion with which the fastest moment would be a throw; None where it would be none."""
    flat, body = poses(person.sightings, searched.file.video)
    flat, body, _ = with_sides_repaired(flat, clearly_seen(body))
    if len(body.times) < _FEWEST_ROWS:
        return None
    poses_seen: tuple[Pose, ...] = (without_outliers(body), without_outliers(flat))
    for factor in _SUSPECTED:
        faster = [attrs.evolve(pose, times=pose.times / factor) for pose in poses_seen]
        if any(_throws_there(pose, hand) for pose in faster for hand in ("left", "right")):
            return factor
    return None


def _throws_there(body: Pose, hand: Side) -> bool:
    try:
        curves = throw_curves(body if hand == "right" else body.mirrored())
    except ArmNotVisibleError:
        return False
    return any(one.likeness >= _LEAST_SUSPECTED and why_no_throw(curves, one) is None for one in strikes(curves)[:2])
