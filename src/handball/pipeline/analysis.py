"""One clip, from the file to a `Performance`."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.ball.release import is_trusted
from handball.capture.background import without_camera_motion
from handball.capture.view import camera_side, camera_view
from handball.config import ClipSettings, Settings
from handball.domain.action import KeyActions
from handball.domain.ball import BallTrack, Release
from handball.domain.error_bars import ErrorBars
from handball.domain.performance import Landmarks, Notice, Performance
from handball.domain.pictures import Pictures
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import Side
from handball.errors import HandballError, InvalidPoseFileError, ModelError
from handball.key_actions import StrikeFirstRule, at_times, throw_events, throwing_hand
from handball.key_actions.released import RULE, at_release
from handball.key_actions.strikes import HIDDEN
from handball.key_actions.techniques import Technique
from handball.kinematics.angles import measure_angles
from handball.kinematics.direction import direction_sigma_deg, throwing_direction
from handball.kinematics.measures import throw_measures
from handball.kinematics.peaks import speed_peaks
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.lifting.error_bars import OTHER_SIDE, error_bars_of, way_of_lifting
from handball.pipeline.ball_clip import BallNets, ball_around
from handball.pipeline.capturing import capture_of
from handball.pipeline.choosing import Found, choose_athlete
from handball.pipeline.hooks import Hooks
from handball.pipeline.measuring import AFTER_S, BEFORE_S, Measured, frames_to_measure, measure
from handball.pipeline.nets import Nets, load_lifter, load_nets
from handball.pipeline.notices import throw_notices, video_notices
from handball.pipeline.search import search
from handball.pipeline.visibility import check_arm_visible
from handball.stages import Lifter
from handball.storage.poses import is_pose_file, load_pose

_SHOWN_AROUND_S = 0.25
_UNSURE_HAND = 0.15
_FEWEST_ROWS = 8
_OFF_S = 0.4
"""A strike this far from the moment that the search took is measured again around itself."""
_AGREED_S = 0.05
"""Cameras that agree about the strike to this are of one mind."""
_DOUBTED = 0.5
LONGEST_S = 8.0
"""No more of a clip is measured at full rate, whatever the user asks for."""


def analyze(
    path: Path,
    clip: ClipSettings,
    settings: Settings,
    hooks: Hooks,
    nets: Nets | None = None,
    *,
    pictures: bool = True,
) -> Performance:
    """Analyse one clip: a video, or a pose file. Pictures for the report can be left out.

    Raises
    ------
    HandballError
        One of its children for every flaw of the input; the message says what to do.
    """
    with named_errors(path):
        if is_pose_file(path):
            return _analyze_pose_file(path, clip, settings, hooks)
        return _analyze_video(path, clip, settings, hooks, nets or load_nets(settings), pictures)


def _analyze_video(
    path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks, nets: Nets, pictures: bool
) -> Performance:
    found = choose_athlete(search(path, clip, nets, hooks), clip, settings, nets, hooks)
    return analyze_found(path, found, clip, settings, hooks, nets, pictures=pictures)


def analyze_found(
    path: Path, found: Found, clip: ClipSettings, settings: Settings, hooks: Hooks, nets: Nets, *, pictures: bool = True
) -> Performance:
    """Analyse the throw of a chosen person around a found moment, or where the user has said.

    Raises
    ------
    HandballError
        As in `analyze`.
    """
    window = _window(clip, found, settings)
    measured, hand = _measured_by_hand(found, frames_to_measure(found, window), clip, settings, nets, hooks, pictures)
    performance = _performance(path, found, measured, hand, clip, settings, hooks, nets)
    strike = performance.key_actions["strike"].time
    if window is None and abs(strike - found.peak_time) > _OFF_S:
        # the search took another moment: what belongs to this one may lie outside of what was measured
        found = attrs.evolve(found, peak_time=strike, checked=True)
        frames = frames_to_measure(found, None)
        measured = measure(found, frames, nets, settings, hooks, hand=performance.hand, pictures=pictures)
        performance = _performance(path, found, measured, performance.hand, clip, settings, hooks, nets)
    by_hand, hidden = "strike" in clip.key, performance.key_actions["strike"].rule == HIDDEN
    if nets.ball is None or not settings.looks_for_the_ball or by_hand or hidden:
        return performance
    ball = _ball(found, measured, performance, nets.ball, hooks)
    if ball.release is not None and is_trusted(ball.release):
        hand = performance.hand
        performance = _performance(path, found, measured, hand, clip, settings, hooks, nets, ball.release)
    return attrs.evolve(performance, ball=ball)


def _ball(found: Found, measured: Measured, performance: Performance, nets: BallNets, hooks: Hooks) -> BallTrack:
    """Find the ball in the pictures around the strike that the hand has told."""
    strike = performance.key_actions["strike"].time
    with hooks.stage("ball"):
        return ball_around(
            found.file,
            measured.landmarks,
            performance.hand,
            strike,
            nets,
            lambda done, total: hooks.progress("ball", done, total),
        )


def _performance(
    path: Path,
    found: Found,
    measured: Measured,
    hand: Side | None,
    clip: ClipSettings,
    settings: Settings,
    hooks: Hooks,
    nets: Nets,
    release: Release | None = None,
) -> Performance:
    """Everything that is read from measured joints, with the pictures that go with them."""
    near = found.peak_time if found.checked else None
    with hooks.stage("measure"):
        flat = smoothed(measured.landmarks.flat)
        still = flat if found.background is None else without_camera_motion(flat, found.background)
        performance = measured_throw(
            path,
            measured.deep,
            clip,
            settings,
            hand,
            near,
            still,
            error_bars_of(way_of_lifting(settings.lift, measured.landmarks.flat)),
            release=release,
        )
        notices = video_notices(found.file.video, found, measured) + performance.notices + nets.notices
        if still is None:
            notices += (Notice(key="camera_lost"),)
        performance = attrs.evolve(
            performance,
            video=found.file.video,
            athlete=found.athlete,
            picture_pose=flat,
            pictures=_shown(measured.pictures, performance) if measured.pictures else None,
            notices=notices,
            landmarks=measured.landmarks,
        )
        return attrs.evolve(performance, capture=capture_of(performance, found))


def _measured_by_hand(
    found: Found,
    frames: NDArray[np.int64],
    clip: ClipSettings,
    settings: Settings,
    nets: Nets,
    hooks: Hooks,
    pictures: bool,
) -> tuple[Measured, Side | None]:
    """Measure with the hand that the search suggests; once more where the closer look finds the other one."""
    hand = found.hand if clip.hand == "auto" else clip.hand
    measured = measure(found, frames, nets, settings, hooks, hand=hand, pictures=pictures)
    near = found.peak_time if found.checked else None
    seen, sure = _hand(with_steady_bones(smoothed(measured.deep)), clip, near)
    if seen == hand or sure < _UNSURE_HAND:
        return measured, hand
    return measure(found, frames, nets, settings, hooks, hand=seen, pictures=pictures), seen


@contextmanager
def named_errors(path: Path) -> Iterator[None]:
    """Name the file in every message that does not."""
    try:
        yield
    except ModelError:
        raise
    except HandballError as error:
        if str(path) in str(error):
            raise
        raise type(error)(f"{path}: {error}") from error


def _window(clip: ClipSettings, found: Found, settings: Settings) -> tuple[float, float] | None:
    """Return the part of the clip to measure where the user has said which, in real seconds."""
    if clip.anchors:
        times = list(clip.key.values())
        around = 0.3 if clip.all_anchors_given else 1.5
        return min(times) - around, max(times) + around
    if clip.start is not None or clip.end is not None:
        begin = clip.start or 0.0
        end = clip.end if clip.end is not None else found.file.video.duration_s
        if end - begin <= 4.0 or settings.action == "any":
            return begin, min(end, begin + LONGEST_S)
        return max(begin, found.peak_time - BEFORE_S), min(end, found.peak_time + AFTER_S)
    return None


def _analyze_pose_file(path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks) -> Performance:
    with hooks.stage("measure"):
        pose = load_pose(path, joint_map=settings.joints)
        return analyze_pose(attrs.evolve(pose, times=pose.times - pose.times[0]), clip, settings, path)


def analyze_pose(
    pose: Pose3D, clip: ClipSettings, settings: Settings, path: Path, near: float | None = None
) -> Performance:
    """Analyse joints in space, their times as they are; `path` says where they come from.

    Of several throws the one near a moment is taken where it is given, in real seconds.

    Raises
    ------
    InvalidPoseFileError
        When fewer than 8 frames lie between `start` and `end`.
    NoThrowError, ArmNotVisibleError
        As in `analyze`.
    """
    times = pose.times / clip.slow_motion
    pose = attrs.evolve(pose, times=times)
    inside = (times >= (clip.start or 0.0)) & (times <= (clip.end if clip.end is not None else np.inf))
    if int(inside.sum()) < _FEWEST_ROWS:
        raise InvalidPoseFileError(
            f"{path} has {int(inside.sum())} usable frames, expected at least {_FEWEST_ROWS}: "
            "export the whole throw, or widen --start and --end."
        )
    return measured_throw(path, pose.rows(np.flatnonzero(inside)), clip, settings, near=near)


def analyze_landmarks(
    landmarks: Landmarks,
    clip: ClipSettings,
    settings: Settings,
    path: Path,
    lifter: Lifter | None = None,
    release: Release | None = None,
) -> Performance:
    """Analyse what a pose net has seen before, without its pictures; the settings' own lifter where none is given.

    `release` is when the ball was seen to leave the hand: then that is the strike.

    Raises
    ------
    NoThrowError, ArmNotVisibleError
        As in `analyze`.
    """
    lifted = (lifter or load_lifter(settings))(landmarks.flat, landmarks.deep)
    bars = error_bars_of(way_of_lifting(settings.lift, landmarks.flat))
    performance = measured_throw(
        path, lifted, clip, settings, still=smoothed(landmarks.flat), bars=bars, release=release
    )
    return attrs.evolve(performance, landmarks=landmarks)


def measured_throw(
    path: Path,
    raw: Pose3D,
    clip: ClipSettings,
    settings: Settings,
    known_hand: Side | None = None,
    near: float | None = None,
    still: Pose2D | None = None,
    bars: ErrorBars | None = None,
    *,
    smooth: bool = True,
    single_strikes: Sequence[float] = (),
    release: Release | None = None,
) -> Performance:
    """Everything that needs joints in space only; with the pictures of a camera at rest, what the feet do as well.

    Joints of a fitted skeleton are smooth already. `single_strikes` are the moments that each of several cameras alone
    has taken for the strike: where they disagree with all of them together, every moment is as unsure as that.
    `release` is when the ball was seen to leave the hand: then that is the strike.
    """
    bars = bars or ErrorBars()
    steady = with_steady_bones(smoothed(raw) if smooth else raw)
    hand, sure = _hand(steady, clip)
    hand = known_hand or hand
    body = steady.mirrored() if hand == "left" else steady
    key_actions = _as_sure_as(_key_actions(body, clip, settings, near), single_strikes)
    if release is not None:
        key_actions = at_release(body, key_actions, release)
    taken = release if key_actions["strike"].rule == RULE else None
    seen = still.mirrored() if still is not None and hand == "left" else still
    feet = throw_events(body, key_actions["strike"].time, seen)
    key_actions = attrs.evolve(key_actions, hand=hand, events=feet.events, kind=feet.kind)
    if settings.technique is not None:
        key_actions = _by_technique(settings.technique, key_actions, body, clip)
    if not clip.all_anchors_given:
        check_arm_visible(path, body, key_actions, set_by_hand="strike" in clip.key)
    strike = key_actions["strike"].row
    direction = throwing_direction(body, strike)
    if _hides_the_arm(body, key_actions):
        bars = bars.longer(OTHER_SIDE)
    angles = bars.on_angles(measure_angles(body, direction, direction_sigma_deg(body, strike)))
    peaks = speed_peaks(body, angles, key_actions)
    unsure = clip.hand == "auto" and (sure < _UNSURE_HAND or np.isnan(body.joint("left_wrist")).all())
    return Performance(
        path=path,
        video=None,
        hand=hand,
        athlete=None,
        picture_pose=None,
        raw_pose=raw,
        body=body,
        angles=angles,
        key_actions=key_actions,
        measures=bars.on_measures(throw_measures(body, angles, key_actions, peaks, direction)),
        peaks=peaks,
        pictures=None,
        release=taken,
        error_bars=bars,
        notices=throw_notices(hand, key_actions, settings, unsure=bool(unsure)),
    )


def _as_sure_as(found: KeyActions, single_strikes: Sequence[float]) -> KeyActions:
    """Widen the timing of moments where cameras that see one throw disagree about its strike."""
    apart = [abs(time - found["strike"].time) for time in single_strikes]
    doubt = float(np.median(apart)) if apart else 0.0
    if doubt <= _AGREED_S or found["strike"].rule == "manual":
        return found
    start, cocking, strike, finish = (
        attrs.evolve(
            mark, timing_sigma_s=float(np.hypot(mark.timing_sigma_s, doubt)), confidence=_DOUBTED * mark.confidence
        )
        for mark in found.marks
    )
    return attrs.evolve(found, marks=(start, cocking, strike, finish))


def _by_technique(technique: Technique, found: KeyActions, body: Pose3D, clip: ClipSettings) -> KeyActions:
    """Put key actions where a technique wants them, and add those that it compares beside the four."""
    return technique.listed(technique.applied(found), body, events=found.events, by_hand=clip.key)


def _hides_the_arm(body: Pose3D, key_actions: KeyActions) -> bool:
    """Whether one camera looks from the side of the other arm."""
    view = camera_view(body, key_actions["strike"].time) if body.origin == "pelvis" else None
    return view is not None and camera_side(view) == "other_side"


def _hand(body: Pose3D, clip: ClipSettings, near: float | None = None) -> tuple[Side, float]:
    if clip.hand != "auto":
        return clip.hand, 1.0
    if not clip.anchors:
        return throwing_hand(body, near)
    times = list(clip.anchors.values())
    inside = (body.times >= min(times) - 0.2) & (body.times <= max(times) + 0.2)
    return throwing_hand(body.rows(np.flatnonzero(inside)) if inside.sum() >= _FEWEST_ROWS else body)


def _key_actions(body: Pose3D, clip: ClipSettings, settings: Settings, near: float | None) -> KeyActions:
    technique = settings.technique
    rule = StrikeFirstRule(
        any_action=technique is None or bool(clip.anchors),
        near=near,
        cocking=technique.cocking if technique is not None and "cocking" not in clip.key else None,
    )
    if clip.all_anchors_given:
        return at_times(body, clip.key, None)
    found = rule(body)
    return at_times(body, clip.key, found) if clip.key else found


def _shown(pictures: Pictures, performance: Performance) -> Pictures:
    """Keep the pictures from shortly before the start to shortly after the finish."""
    marks = performance.key_actions
    around = [mark.time for mark in (*marks.marks, *marks.listed)]
    begin, end = min(around) - _SHOWN_AROUND_S, max(around) + _SHOWN_AROUND_S
    times = performance.body.times
    wanted = set(performance.body.frames[(times >= begin) & (times <= end)].tolist())
    kept = [number for number, frame in enumerate(pictures.frames) if int(frame) in wanted]
    return attrs.evolve(pictures, frames=pictures.frames[kept], jpegs=tuple(pictures.jpegs[number] for number in kept))
