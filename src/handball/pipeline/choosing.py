"""Who is the athlete: by rule, or, left to us, the one whose fastest moment proves to be a throw."""

from __future__ import annotations

import warnings
from collections.abc import Sequence

import attrs
import numpy as np

from handball.acquisition import VideoFile
from handball.config import ClipSettings, Settings
from handball.detection.choice import check_rule, chosen_track
from handball.detection.efficientdet import overlap
from handball.domain.boxes import BoxTrack
from handball.domain.capture import BackgroundMotion
from handball.domain.performance import Athlete
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import Side
from handball.errors import HandballError, NoAthleteError
from handball.key_actions.curves import throw_curves
from handball.key_actions.rule import why_no_throw
from handball.key_actions.strikes import strikes
from handball.kinematics.smoothing import smoothed
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pipeline.search import Candidate, Searched
from handball.pose_estimation.blazepose import region_around
from handball.pose_estimation.sequence import Sighting, poses, regions_between
from handball.pose_estimation.sides import with_sides_repaired
from handball.stages import Region

MOST_CHECKED = 6
_AROUND_S = 0.5
_CHECK_HZ = 30.0
_NO_THROW_SHARE = 0.2
_CLEAR_LEAD = 2.5
_TRACK_STEP_S = 0.1
"""A track begins and ends at a sampled picture; the person does not."""
_SEEN_ANYWAY_S = 0.9
"""The fine pass covers this much on either side of a moment at full rate or nearly so."""


@attrs.frozen(kw_only=True)
class Found:
    """The video, the chosen person, and when which of his or her hands was fastest.

    `checked` tells that the moment was looked at closely, because there were others to confuse it with.
    """

    file: VideoFile
    athlete: Athlete
    track: BoxTrack
    sightings: tuple[Sighting, ...]
    peak_time: float
    hand: Side
    checked: bool
    background: BackgroundMotion | None = None
    slow_motion_tag: float | None = None


def choose_athlete(searched: Searched, clip: ClipSettings, settings: Settings, nets: Nets, hooks: Hooks) -> Found:
    """Choose one person and the moment of the throw.

    Raises
    ------
    NoAthleteError
        When nobody, or not the one asked for, is in the pictures, or the joints cannot be made out.
    UsageError
        When the rule is none.
    """
    rule = check_rule(clip.athlete)
    video = searched.file.video
    people = searched.people
    tracks = [candidate.track for candidate in people.values()]
    scores = {number: candidate.score for number, candidate in people.items()}
    track = chosen_track(tracks, rule, (video.width, video.height), scores)
    own = [candidate for candidate in searched.candidates if candidate.track.number == track.number]
    rivals = _present(searched.candidates if rule == "auto" else own, searched.file, clip)
    best, checked = _checked([one for one in rivals if one.peak_time is not None], searched.file, settings, nets, hooks)
    if best is None or best.peak_time is None:
        raise NoAthleteError(
            f"{video.path}: the body of the chosen person cannot be made out: film closer, at least a quarter of the "
            "picture high."
        )
    row = int(np.argmin(np.abs(video.capture_times[best.track.frames] - best.peak_time)))
    x0, y0, x1, y1 = (float(value) for value in best.track.xyxy[row])
    athlete = Athlete(
        rule=rule,
        number=best.track.number,
        people=most_at_once(tracks),
        box_xyxy=(x0, y0, x1, y1),
        frame=int(best.track.frames[row]),
    )
    return Found(
        file=searched.file,
        athlete=athlete,
        track=best.track,
        sightings=best.sightings,
        peak_time=best.peak_time,
        hand=best.hand,
        checked=checked,
        background=searched.background,
        slow_motion_tag=searched.slow_motion_tag,
    )


def _present(candidates: Sequence[Candidate], file: VideoFile, clip: ClipSettings) -> Sequence[Candidate]:
    """Keep those who are in the pictures at all key actions that the user has set, if anybody is."""
    if not clip.key:
        return candidates
    times = file.video.capture_times
    begin, end = min(clip.key.values()) + _TRACK_STEP_S, max(clip.key.values()) - _TRACK_STEP_S
    present = [one for one in candidates if times[one.track.frames[0]] <= begin and times[one.track.frames[-1]] >= end]
    return present or candidates


def known_regions(candidate: Candidate | Found) -> list[tuple[int, Region]]:
    """Where the person was seen in the search, for the nets to look again."""
    seen = [(s.frame, s.landmarks.region) for s in candidate.sightings if s.landmarks.presence >= 0.5]
    if len(seen) >= 2:
        return seen
    boxes = zip(candidate.track.frames, candidate.track.xyxy, strict=True)
    return [(int(frame), region_around(box)) for frame, box in boxes]


def most_at_once(tracks: Sequence[BoxTrack]) -> int:
    """How many people are in the picture at the same time, at most."""
    frames = np.unique(np.concatenate([track.frames for track in tracks]))
    counts = sum(((frames >= track.frames[0]) & (frames <= track.frames[-1])).astype(int) for track in tracks)
    return int(np.max(counts))


def _checked(
    candidates: Sequence[Candidate], file: VideoFile, settings: Settings, nets: Nets, hooks: Hooks
) -> tuple[Candidate | None, bool]:
    """Return the best candidate, looking closely at the first few (True) when they are near each other."""
    if not candidates:
        return None, False
    first = candidates[0]
    rivals = [one for one in candidates[1:] if _is_rival(one, first)]
    if not rivals or first.score > _CLEAR_LEAD * rivals[0].score or settings.action == "any":
        return first, False
    weighed = [_looked_at(one, file, nets, hooks) for one in [first, *rivals][:MOST_CHECKED]]
    return max(weighed, key=lambda one: one.score), True


def _is_rival(one: Candidate, first: Candidate) -> bool:
    """Whether the fine pass around the first candidate would miss this one."""
    away = abs((one.peak_time or 0.0) - (first.peak_time or 0.0))
    return one.track.number != first.track.number or away > _SEEN_ANYWAY_S


def _looked_at(candidate: Candidate, file: VideoFile, nets: Nets, hooks: Hooks) -> Candidate:
    """Measure half a second around a fast moment with the better net, and weigh it again."""
    video, peak = file.video, candidate.peak_time or 0.0
    times = video.capture_times
    inside = np.flatnonzero((np.abs(times - peak) <= _AROUND_S) & ~video.repeated)
    inside = inside[(inside >= candidate.track.frames[0]) & (inside <= candidate.track.frames[-1])]
    step = max(1, round(video.distinct_rate_hz / _CHECK_HZ))
    frames = inside[::step]
    if len(frames) < 6:
        return attrs.evolve(candidate, score=0.0)
    wanted = dict(zip(frames.tolist(), regions_between(known_regions(candidate), frames), strict=True))
    sightings = []
    with hooks.stage("choose"):
        for frame, picture in file.read(int(frames[0]), int(frames[-1]), wanted):
            landmarks = nets.estimator(picture, wanted[frame], mirrored=candidate.hand == "left")
            sightings.append(Sighting(frame=frame, landmarks=landmarks))
    flat, deep, _ = with_sides_repaired(*poses(sightings, video))
    score, time, hand = _throw_score(smoothed(deep))
    trust = float(np.sqrt(_height_share(candidate))) * _inside_share(flat, candidate.track)
    return attrs.evolve(candidate, score=score * trust, peak_time=peak if time is None else time, hand=hand)


def _inside_share(flat: Pose2D, track: BoxTrack) -> float:
    """How well the joints fill the person's own box: a net that looks at somebody else does not."""
    boxes = track.at(flat.frames)
    with np.errstate(invalid="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        low, high = np.nanmin(flat.positions, axis=1), np.nanmax(flat.positions, axis=1)
    hull = np.concatenate([low, high], axis=1)
    shared = [float(overlap(a[None], b[None])[0, 0]) for a, b in zip(hull, boxes, strict=True) if not np.isnan(a).any()]
    return float(np.clip(np.mean(shared) / 0.6, 0.0, 1.0)) if shared else 0.0


def _height_share(candidate: Candidate) -> float:
    """Height of the box in pixels, against 200: a larger person is seen more truly."""
    height = float(np.median(candidate.track.xyxy[:, 3] - candidate.track.xyxy[:, 1]))
    return min(1.0, height / 200.0)


def _throw_score(body: Pose3D) -> tuple[float, float | None, Side]:
    """Return how much the body's best moment is a throw, when it is, and with which hand."""
    best: tuple[float, float | None, Side] = (0.0, None, "right")
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        pose = body.mirrored() if side == "left" else body
        try:
            curves = throw_curves(pose)
        except HandballError:
            continue
        found = next(iter(strikes(curves)), None)
        if found is None:
            continue
        weight = found.likeness * _seen_share(pose, found.row)
        if why_no_throw(curves, found) is not None:
            weight *= _NO_THROW_SHARE
        if weight > best[0]:
            best = (weight, float(body.times[found.row]), side)
    return best


def _seen_share(pose: Pose3D, row: int) -> float:
    """How well the net sees the throwing arm around the strike, from 0 to 1."""
    columns = pose.skeleton.indices(("right_shoulder", "right_elbow", "right_wrist"))
    around = slice(max(0, row - 3), row + 4)
    return float(pose.scores[around][:, columns].mean())
