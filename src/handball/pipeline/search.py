"""The first, coarse pass over a video: who is there, who throws, and when."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition import VideoFile, scan_video
from handball.config import ClipSettings
from handball.detection.choice import check_rule, chosen_track
from handball.detection.efficientdet import INPUT_SIZE
from handball.detection.tracking import TrackLinker, within_shot
from handball.domain.boxes import BoxTrack
from handball.domain.performance import Athlete
from handball.domain.pose import Pose3D
from handball.domain.skeleton import Side
from handball.errors import ArmNotVisibleError, NoAthleteError, UsageError
from handball.key_actions.curves import strike_row, throw_curves, throw_likeness
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pose_estimation.blazepose import region_around
from handball.pose_estimation.sequence import Sighting, poses
from handball.stages import Picture

SEARCH_HZ = 15.0
MOST_PEOPLE = 4
_LEAST_SCORE = 0.5
_FEWEST_SIGHTINGS = 5


@attrs.frozen(kw_only=True)
class Found:
    """What the first pass gives: the video, the chosen person, and when his or her hand was fastest."""

    file: VideoFile
    athlete: Athlete
    track: BoxTrack
    sightings: tuple[Sighting, ...]
    peak_time: float


class _Visitor:
    """Detects people in the sampled pictures and finds the joints of the largest ones."""

    def __init__(self, nets: Nets, clip: ClipSettings, hooks: Hooks) -> None:
        self._nets = nets
        self._clip = clip
        self._hooks = hooks
        self.linker = TrackLinker()
        self.sightings: dict[int, list[Sighting]] = {}

    def __call__(self, frame: int, time: float, picture: Picture) -> None:
        if not (self._clip.start or 0.0) <= time <= (self._clip.end or np.inf):
            return
        with self._hooks.stage("detect"):
            boxes = self._nets.detector(picture)
            numbers = self.linker.add(frame, time, boxes)
        with self._hooks.stage("search"):
            areas = np.prod(boxes.xyxy[:, 2:] - boxes.xyxy[:, :2], axis=1)
            for row in np.argsort(-areas)[:MOST_PEOPLE]:
                landmarks = self._nets.searcher(picture, region_around(boxes.xyxy[row]))
                sighting = Sighting(frame=frame, landmarks=landmarks)
                self.sightings.setdefault(numbers[row], []).append(sighting)
        self._hooks.progress("search", frame + 1, 0)


def find_athlete(path: Path, clip: ClipSettings, nets: Nets, hooks: Hooks) -> Found:
    """Scan a video, choose the athlete and the moment of the fastest hand.

    Raises
    ------
    UnreadableVideoError
        When the file cannot be read.
    NoAthleteError
        When nobody, or not the one asked for, is in the pictures.
    UsageError
        When `start` lies behind the end of the clip.
    """
    rule = check_rule(clip.athlete)
    visitor = _Visitor(nets, clip, hooks)
    with hooks.stage("decode"):
        file = scan_video(path, slow_motion=clip.slow_motion, sample_hz=SEARCH_HZ, visit=visitor)
    if clip.start is not None and clip.start >= file.video.duration_s:
        raise UsageError(f"--start {clip.start:g} lies behind the end of {path} ({file.video.duration_s:.2f} s).")
    parts = _parts(file, visitor)
    scores = {number: part.score for number, part in parts.items()}
    tracks = [part.track for part in parts.values()]
    size = (file.video.width, file.video.height)
    track = chosen_track(tracks, rule, size, scores)
    part = parts[track.number]
    if part.peak_time is None:
        raise NoAthleteError(
            f"{path}: the body of the chosen person cannot be made out: film closer, at least a quarter of the "
            "picture high."
        )
    row = int(np.argmin(np.abs(file.video.times[track.frames] - part.peak_time)))
    athlete = Athlete(
        rule=rule,
        number=track.number,
        people=len(tracks),
        box_xyxy=tuple(float(v) for v in track.xyxy[row]),  # type: ignore[arg-type]
        frame=int(track.frames[row]),
    )
    return Found(file=file, athlete=athlete, track=track, sightings=part.sightings, peak_time=part.peak_time)


@attrs.frozen(kw_only=True)
class _Part:
    """One person in one shot."""

    track: BoxTrack
    sightings: tuple[Sighting, ...]
    score: float
    peak_time: float | None


def _parts(file: VideoFile, visitor: _Visitor) -> dict[int, _Part]:
    """Cut tracks at the cuts of the film, number them anew and weigh how much each looks like a thrower."""
    parts: dict[int, _Part] = {}
    for whole in visitor.linker.tracks(least_boxes=_FEWEST_SIGHTINGS):
        for first in file.video.shots:
            shot = file.video.shot_of(first)
            track = within_shot(whole, *shot)
            if len(track) < _FEWEST_SIGHTINGS:
                continue
            seen = tuple(s for s in visitor.sightings.get(whole.number, []) if shot[0] <= s.frame <= shot[1])
            number = len(parts) + 1
            score, time = _likeness(seen, file)
            parts[number] = _Part(track=attrs.evolve(track, number=number), sightings=seen, score=score, peak_time=time)
    return parts


def _likeness(sightings: tuple[Sighting, ...], file: VideoFile) -> tuple[float, float | None]:
    """Return how much the best moment of a person looks like a throw, and when it is."""
    if len(sightings) < _FEWEST_SIGHTINGS:
        return 0.0, None
    _, body = poses(sightings, file.video)
    body = _clearly_seen(body)
    best: tuple[float, float | None] = (0.0, None)
    sides: tuple[Side, Side] = ("left", "right")
    for side in sides:
        try:
            curves = throw_curves(body, side)
        except ArmNotVisibleError:
            continue
        row = strike_row(curves)
        if row is not None and throw_likeness(curves, row) > best[0]:
            best = (throw_likeness(curves, row), float(body.times[row]))
    return best[0] * _size_trust(sightings), best[1]


def _clearly_seen(body: Pose3D) -> Pose3D:
    """Blank joints that the quick net only guesses: a guessed wrist jumps, and jumps look fast."""
    columns = body.skeleton.indices(("left_wrist", "right_wrist"))
    positions = body.positions.copy()
    for column in columns:
        positions[body.scores[:, column] < _LEAST_SCORE, column] = np.nan
    return attrs.evolve(body, positions=positions)


def _size_trust(sightings: tuple[Sighting, ...]) -> float:
    """Weigh down people who are only a few pixels high: their joints jitter by whole limbs."""
    sides: NDArray[np.float64] = np.array([sighting.landmarks.region.side for sighting in sightings])
    return float(np.clip(np.median(sides) / (INPUT_SIZE / 2), 0.2, 1.0))
