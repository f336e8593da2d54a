"""The first, coarse pass over a video: who is there, who throws, and when."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile, capture_rate_hz, scan_video
from handball.capture.background import BackgroundTracker
from handball.capture.slow_motion import tagged_factor
from handball.config import ClipSettings
from handball.detection.efficientdet import INPUT_SIZE
from handball.detection.tracking import TrackLinker, within_shot
from handball.domain.boxes import BoxTrack
from handball.domain.capture import BackgroundMotion
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23, Side
from handball.errors import ArmNotVisibleError, UsageError
from handball.key_actions.curves import throw_curves
from handball.key_actions.strikes import strikes
from handball.kinematics.smoothing import without_outliers
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pose_estimation.blazepose import region_around
from handball.pose_estimation.sequence import Sighting, poses
from handball.pose_estimation.sides import with_sides_repaired
from handball.stages import Picture, Region

SEARCH_HZ = 15.0
MOST_PEOPLE = 4
QUICK_HZ = 12.0
QUICK_PEOPLE = 2
_LEAST_SCORE = 0.5
_CLEAR_PRESENCE = 0.9
_FEWEST_BOXES = 3
_FEWEST_SIGHTINGS = 5
_MOST_MOMENTS = 3
_CALM_HANDS, _CALM_BODY = 0.45, 0.35
"""Sides of the region around a body (about two meters) a second: hands and body that are slower throw nothing soon."""
_LONGEST_LOOK_BACK_S = 0.25
_APART_S = 0.5


@attrs.frozen(kw_only=True)
class Candidate:
    """One person in one shot, and a moment when his or her hand was fast.

    `score` says how much the moment looks like a throw; `peak_time` is None for somebody whose
    joints could not be made out.
    """

    track: BoxTrack
    sightings: tuple[Sighting, ...]
    score: float
    peak_time: float | None
    hand: Side = "right"


@attrs.frozen(kw_only=True)
class Searched:
    """What the first pass gives: the video, everybody with their fastest moments, best first, and the background."""

    file: VideoFile
    candidates: tuple[Candidate, ...]
    background: BackgroundMotion
    slow_motion_tag: float | None = None
    """How many times slower than life the file plays, as its own tags tell."""

    @property
    def people(self) -> dict[int, Candidate]:
        """The best moment of each person by number."""
        best: dict[int, Candidate] = {}
        for candidate in self.candidates:
            best.setdefault(candidate.track.number, candidate)
        return dict(sorted(best.items()))


class _Visitor:
    """Detects people in the sampled pictures and finds the joints of the largest ones."""

    def __init__(self, nets: Nets, clip: ClipSettings, hooks: Hooks, *, quick: bool) -> None:
        self._nets = nets
        self._clip = clip
        self._hooks = hooks
        self._quick = quick
        self._most_people = QUICK_PEOPLE if quick else MOST_PEOPLE
        self._times: dict[int, float] = {}
        self._skips = False
        self._boxes: NDArray[np.float64] = np.zeros((0, 4))
        self.linker = TrackLinker()
        self.background = BackgroundTracker()
        self.sightings: dict[int, list[Sighting]] = {}
        self._last: list[int] = []
        self._detected_last = False

    def __call__(self, frame: int, time: float, picture: Picture) -> None:
        if not (self._clip.start or 0.0) <= time <= (self._clip.end or np.inf):
            return
        if self._skips:
            self._skips = False
            return
        self._times[frame] = time
        regions = self._followed() or self._detected(frame, time, picture)
        with self._hooks.stage("search"):
            for number, region in regions.items():
                landmarks = self._nets.searcher(picture, region)
                self.sightings.setdefault(number, []).append(Sighting(frame=frame, landmarks=landmarks))
        self._last = list(regions)
        self._skips = self._quick and self._is_calm()
        with self._hooks.stage("background"):
            self.background.add(time, picture, self._boxes)
        self._hooks.progress("search", frame + 1, 0)

    def _is_calm(self) -> bool:
        """Whether nobody is there, or somebody alone, clearly seen, hardly moves.

        A quick search then leaves out the next picture.
        """
        if len(self._last) != 1:
            return not self._last
        before, now = ([*self.sightings[self._last[0]][-2:], None])[:2]
        if before is None or now is None:
            return False
        passed = self._times[now.frame] - self._times[before.frame]
        clear = min(before.landmarks.presence, now.landmarks.presence) > _CLEAR_PRESENCE
        if not clear or passed > _LONGEST_LOOK_BACK_S:
            return False
        moved = (now.landmarks.pixels - before.landmarks.pixels) / (now.landmarks.region.side * passed)
        hips = moved[BODY_23.indices(("left_hip", "right_hip"))].mean(axis=0)
        hands = moved[BODY_23.indices(("left_wrist", "right_wrist"))] - hips
        return bool(np.linalg.norm(hands, axis=1).max() < _CALM_HANDS and np.linalg.norm(hips) < _CALM_BODY)

    def _followed(self) -> dict[int, Region]:
        """Every other time, a person who is alone and clearly seen is followed without the detector."""
        alone = self._last[0] if len(self._last) == 1 and self._detected_last else None
        self._detected_last = False
        if alone is None:
            return {}
        last = self.sightings[alone][-1].landmarks
        return {alone: last.region} if last.presence > _CLEAR_PRESENCE else {}

    def _detected(self, frame: int, time: float, picture: Picture) -> dict[int, Region]:
        """Detect everybody, link the boxes to tracks, and return the regions of the largest people."""
        self._detected_last = True
        with self._hooks.stage("detect"):
            boxes = self._nets.detector(picture)
            numbers = self.linker.add(frame, time, boxes)
            self._boxes = boxes.xyxy
        areas = np.prod(boxes.xyxy[:, 2:] - boxes.xyxy[:, :2], axis=1)
        largest = np.argsort(-areas)[: self._most_people]
        return {numbers[row]: region_around(boxes.xyxy[row]) for row in largest}


def search(path: Path, clip: ClipSettings, nets: Nets, hooks: Hooks, *, quick: bool = False) -> Searched:
    """Scan a video: find everybody and the moments when their hands were fast.

    A quick search looks at fewer pictures, at still fewer while somebody alone hardly moves, and in them at the two
    largest people only. Slow motion that the file's own tags tell is taken for it, unless the user has said something
    else.

    Raises
    ------
    UnreadableVideoError
        When the file cannot be read.
    UsageError
        When `start` lies behind the end of the clip.
    """
    visitor = _Visitor(nets, clip, hooks, quick=quick)
    with hooks.stage("decode"):
        tag = tagged_factor(*capture_rate_hz(path))
        factor = clip.slow_motion if "slow_motion" in clip.model_fields_set else tag or 1.0
        rate = QUICK_HZ if quick else SEARCH_HZ
        file = scan_video(path, slow_motion=factor, sample_hz=rate, visit=visitor, draft=quick)
    if clip.start is not None and clip.start >= file.video.duration_s:
        raise UsageError(f"--start {clip.start:g} lies behind the end of {path} ({file.video.duration_s:.2f} s).")
    candidates = sorted(_candidates(file, visitor), key=lambda candidate: -candidate.score)
    background = visitor.background.motion()
    return Searched(file=file, candidates=tuple(candidates), background=background, slow_motion_tag=tag)


def _candidates(file: VideoFile, visitor: _Visitor) -> list[Candidate]:
    """Cut tracks at the cuts of the film, number them anew and find each one's fast moments."""
    parts: list[tuple[BoxTrack, tuple[Sighting, ...]]] = []
    for whole in visitor.linker.tracks(least_boxes=_FEWEST_BOXES):
        for first in file.video.shots:
            shot = file.video.shot_of(first)
            track = within_shot(whole, *shot)
            if len(track) >= _FEWEST_BOXES:
                seen = tuple(s for s in visitor.sightings.get(whole.number, []) if shot[0] <= s.frame <= shot[1])
                parts.append((attrs.evolve(track, number=len(parts) + 1), seen))
    tallest = max((_height(track) for track, _ in parts), default=1.0)
    candidates = []
    for track, seen in parts:
        trust = _size_trust(seen) * float(np.sqrt(_height(track) / tallest))
        for score, time, hand in _fast_moments(seen, file):
            candidates.append(Candidate(track=track, sightings=seen, score=score * trust, peak_time=time, hand=hand))
    return candidates


def _height(track: BoxTrack) -> float:
    return float(np.median(track.xyxy[:, 3] - track.xyxy[:, 1]))


def _fast_moments(sightings: tuple[Sighting, ...], file: VideoFile) -> list[tuple[float, float | None, Side]]:
    """Return (likeness, seconds, hand) of the moments that look most like a throw, best first.

    Somebody whose joints cannot be made out has one entry without a moment.
    """
    nothing: list[tuple[float, float | None, Side]] = [(0.0, None, "right")]
    if len(sightings) < _FEWEST_SIGHTINGS:
        return nothing
    flat, body = poses(sightings, file.video)
    _, body, _ = with_sides_repaired(flat, clearly_seen(body))
    moments: list[tuple[float, float, Side]] = []
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        try:
            curves = throw_curves(without_outliers(body), side)
        except ArmNotVisibleError:
            continue
        moments += [(one.likeness, float(body.times[one.row]), side) for one in strikes(curves)]
    kept: list[tuple[float, float | None, Side]] = []
    for likeness, time, side in sorted(moments, reverse=True):
        apart = all(other is None or abs(other - time) > _APART_S for _, other, _ in kept)
        if apart and len(kept) < _MOST_MOMENTS:
            kept.append((likeness, time, side))
    return kept or nothing


def clearly_seen(body: Pose3D) -> Pose3D:
    """Blank wrists that the quick net only guesses: a guessed wrist jumps, and jumps look fast."""
    columns = body.skeleton.indices(("left_wrist", "right_wrist"))
    positions = body.positions.copy()
    for column in columns:
        positions[body.scores[:, column] < _LEAST_SCORE, column] = np.nan
    return attrs.evolve(body, positions=positions)


def _size_trust(sightings: tuple[Sighting, ...]) -> float:
    """Weigh down people who are only a few pixels high: their joints jitter by whole limbs."""
    if not sightings:
        return 0.0
    sides: NDArray[np.float64] = np.array([sighting.landmarks.region.side for sighting in sightings])
    return float(np.clip(np.median(sides) / (INPUT_SIZE / 2), 0.2, 1.0))
