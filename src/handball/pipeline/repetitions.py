"""The throws of one recording that are asked for: the best one, the last, one by its number, or all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import attrs
import numpy as np

from handball.config import ClipSettings, Settings
from handball.domain.performance import Notice, Performance
from handball.domain.pose import Pose3D
from handball.errors import HandballError, ModelError, NoThrowError, UsageError
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.pipeline.analysis import analyze, analyze_found, analyze_pose, named_errors
from handball.pipeline.hooks import Hooks
from handball.pipeline.measuring import AFTER_S, BEFORE_S
from handball.pipeline.nets import Nets, load_nets
from handball.pipeline.search import search
from handball.pipeline.throws import find_throws, moments_of
from handball.storage.poses import is_pose_file, load_pose

T = TypeVar("T")

_SAME_S = 0.5
"""A fast moment of joints in space is a throw when the strike lies this near to it."""


def analyze_throws(
    path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks, nets: Nets | None = None
) -> tuple[Performance, ...]:
    """Analyse the throws of one recording that `clip.throw` asks for, in the order of time.

    A throw of several that cannot be measured is left out, and the others say so in a notice.

    Raises
    ------
    HandballError
        As `analyze` for a single throw; for several, when none can be measured.
    UsageError
        When there are fewer throws than the one that is asked for.
    """
    if clip.throw == "best":
        return (analyze(path, clip, settings, hooks, nets),)
    with named_errors(path):
        if is_pose_file(path):
            return _with_one_hand(_of_pose_file(path, clip, settings, hooks))
        nets = nets or load_nets(settings)
        found = asked_for(find_throws(search(path, clip, nets, hooks), clip, settings, nets, hooks), clip.throw)
        return _with_one_hand(_measured(found, lambda one: analyze_found(path, one.found, clip, settings, hooks, nets)))


def asked_for(found: Sequence[T], throw: str) -> Sequence[T]:
    """Choose from the throws of a recording: `all`, `last`, or a number from 1.

    Raises
    ------
    NoThrowError
        When there are none.
    UsageError
        When there are fewer than the number.

    Examples
    --------
    >>> asked_for("abc", "last"), asked_for("abc", "2")
    ('c', 'b')
    """
    if not found:
        raise NoThrowError("no throw was found: film a whole throw, or name the athlete with --athlete.")
    if throw == "all":
        return found
    number = len(found) if throw == "last" else int(throw)
    if number > len(found):
        some = "1 throw was" if len(found) == 1 else f"{len(found)} throws were"
        raise UsageError(f"--throw {number} was asked for, and {some} found: choose from these.")
    return found[number - 1 : number]


def _measured(found: Sequence[T], measure: Callable[[T], Performance]) -> tuple[Performance, ...]:
    """Measure each; leave out and count those that cannot be measured, unless that is all of them."""
    done: list[Performance] = []
    failures: list[HandballError] = []
    for one in found:
        try:
            done.append(_another(measure(one), done))
        except ModelError:
            raise
        except HandballError as error:
            failures.append(error)
    if not done:
        raise failures[0]
    return _with_notice(done, len(failures))


def _with_one_hand(throws: Sequence[Performance]) -> tuple[Performance, ...]:
    """Leave out what one athlete seems to throw with the other hand, where one hand has the majority."""
    hands = Counter(one.hand for one in throws)
    hand, most = hands.most_common(1)[0]
    if 2 * most <= len(throws) or most == len(throws):
        return tuple(throws)
    return _with_notice([one for one in throws if one.hand == hand], len(throws) - most)


def _of_shots(throws: Sequence[Performance]) -> tuple[Performance, ...]:
    """Say of throws in different shots of a film that one of them may be the replay of another."""
    shots = {one.video.shot_of(one.key_actions["strike"].frame) for one in throws if one.video}
    if len(shots) < 2:
        return tuple(throws)
    notice = Notice(key="throws_in_shots", values=(("count", str(len(shots))),))
    return tuple(
        attrs.evolve(one, notices=(notice, *(other for other in one.notices if other.key != "several_shots")))
        for one in throws
    )


def _with_notice(throws: Sequence[Performance], left_out: int) -> tuple[Performance, ...]:
    if not left_out:
        return tuple(throws)
    notice = Notice(key="throws_left_out", values=(("count", str(left_out)), ("of", str(len(throws) + left_out))))
    return tuple(attrs.evolve(one, notices=(*one.notices, notice)) for one in throws)


def _another(performance: Performance, done: Sequence[Performance]) -> Performance:
    """Refuse a throw whose closer look has ended at one that is there already."""
    strike = performance.key_actions["strike"].time
    if any(abs(strike - other.key_actions["strike"].time) <= _SAME_S for other in done):
        raise NoThrowError("the same throw was found twice.")
    return performance


def _of_pose_file(path: Path, clip: ClipSettings, settings: Settings, hooks: Hooks) -> tuple[Performance, ...]:
    with hooks.stage("measure"):
        pose = load_pose(path, joint_map=settings.joints)
        pose = attrs.evolve(pose, times=pose.times - pose.times[0])
        return tuple(asked_for(list(_throws_of(pose, clip, settings, path)), clip.throw))


def _throws_of(pose: Pose3D, clip: ClipSettings, settings: Settings, path: Path) -> Iterator[Performance]:
    """Analyse joints around each fast moment, and keep what proves to be a throw at that moment."""
    real = attrs.evolve(pose, times=pose.times / clip.slow_motion)
    for moment in moments_of(with_steady_bones(smoothed(real))):
        if not (clip.start or 0.0) <= moment.time <= (clip.end or np.inf):
            continue
        around = {"start": max(moment.time - BEFORE_S, clip.start or 0.0), "end": moment.time + AFTER_S}
        try:
            found = analyze_pose(pose, clip.model_copy(update=around), settings, path, near=moment.time)
        except HandballError:
            continue
        if abs(found.key_actions["strike"].time - moment.time) <= _SAME_S:
            yield found
