"""Faults of the overarm throw, put into a choreography in angle space with an exact size.

The size is by how much the measure of the fault changes against the same throw of the same player without it.

| fault | what changes by its size | unit | throws |
| --- | --- | --- | --- |
| low_elbow | upper arm to trunk, less from before the cocking until the strike | deg | all |
| short_draw | hand behind the shoulder at the cocking, less | arm_lengths | all |
| straight_cocking | least elbow angle before the strike, more | deg | all |
| push_arm | elbow angle at the strike, less | deg | all |
| faces_goal | turn of the shoulder line at the cocking, less (the hips' turn by 0.6 of it) | deg | all |
| arm_only | largest hip-shoulder separation, less | deg | all |
| wrong_foot | how far the other side's ankle is ahead at the plant, less | % of the leg | standing |
| short_step | distance of the feet at the plant, less | body_heights | standing |
| soft_front_leg | knee angle of the front leg at the strike, less | deg | standing |
| release_early | ball leaves before the strike | ms | all |
| release_late | ball leaves after the strike | ms | all |
| no_follow_through | hand above the opposite hip at the finish, more | torso_lengths | all |
| late_in_jump | strike after the top of the pelvis, later (negative: earlier) | ms | jump |

"standing" is `standing_shot` and `pass`. Faults may be combined; those that share a measure then add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.choreography import Choreography, Throwing
from handball.synthesis.fault_measures import (
    behind_shoulder,
    elevation,
    front_knee,
    hand_above_hip,
    largest_separation,
    root,
    shoulder_line,
)
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.moves import Track, bump
from handball.synthesis.posing import pose
from handball.synthesis.rig import RestBody, joint_positions

Array = NDArray[np.float64]
Tracks = Mapping[str, Track]

_ALL: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")
_STANDING, _JUMP = _ALL[1:], _ALL[:1]

FAULTS: Mapping[str, tuple[str, tuple[Technique, ...], float]] = MappingProxyType(
    {
        "low_elbow": ("deg", _ALL, 70.0),
        "short_draw": ("arm_lengths", _ALL, 0.6),
        "straight_cocking": ("deg", _ALL, 80.0),
        "push_arm": ("deg", _ALL, 45.0),
        "faces_goal": ("deg", _ALL, 80.0),
        "arm_only": ("deg", _ALL, 90.0),
        "wrong_foot": ("%", _STANDING, 200.0),
        "short_step": ("body_heights", _STANDING, 0.4),
        "soft_front_leg": ("deg", _STANDING, 60.0),
        "release_early": ("ms", _ALL, 120.0),
        "release_late": ("ms", _ALL, 80.0),
        "no_follow_through": ("torso_lengths", _ALL, 1.2),
        "late_in_jump": ("ms", _JUMP, 200.0),
    }
)
"""Unit of the size, techniques, and the largest size of each fault."""

_TOLERANCE = 0.05
_STRETCHES_LATE_S = (0.05, 0.35)
_FOLLOWING = ("right_shoulder_elevation", "right_shoulder_azimuth", "trunk_tilt_forward", "shoulder_line_angle")


class ImpossibleFaultError(ValueError):
    """A throw of a player that cannot have so large a fault; `largest` is the size that it can have."""

    def __init__(self, message: str, largest: float) -> None:
        super().__init__(message)
        self.largest = largest


def fault(name: str, size: float) -> Fault:
    """Return a fault of a size in its own unit.

    Raises
    ------
    ValueError
        For an unknown fault or a size beyond what a body can do.

    Examples
    --------
    >>> fault("low_elbow", 20.0).unit
    'deg'
    """
    if name not in FAULTS:
        raise ValueError(f"there is no fault {name}, choose from {', '.join(FAULTS)}")
    unit, _, largest = FAULTS[name]
    if not abs(size) <= largest or (size <= 0 and name != "late_in_jump"):
        raise ValueError(f"{name} takes a size up to {largest} {unit}, found {size}")
    return Fault(name=name, size=size, unit=unit)


def check_faults(faults: Sequence[Fault], technique: Technique) -> dict[str, float]:
    """Return the sizes by name. Raises `ValueError` for a fault that the technique cannot have."""
    for one in faults:
        if technique not in FAULTS[one.name][1]:
            raise ValueError(f"{one.name} is a fault of {', '.join(FAULTS[one.name][1])}, not of {technique}")
    return {one.name: one.size for one in faults}


def with_faults(choreography: Choreography, rest: RestBody, sizes: Mapping[str, float]) -> Choreography:
    """Return the choreography with faults of trunk, arm and front leg (those of the steps are built in)."""
    for name, change in _CHANGES.items():
        if name in sizes:
            choreography = change(choreography, rest, sizes[name])
    if isinstance(choreography.ball, Throwing) and choreography.ball.release is not None:
        release = choreography.ball.release + (sizes.get("release_late", 0) - sizes.get("release_early", 0)) / 1000
        choreography = attrs.evolve(choreography, ball=attrs.evolve(choreography.ball, release=release))
    return choreography


def _changed(choreography: Choreography, tracks: Tracks) -> Choreography:
    return attrs.evolve(choreography, tracks={**choreography.tracks, **tracks})


def _bumped(
    choreography: Choreography, name: str, times: tuple[float, float, float, float], size: float
) -> Choreography:
    return _changed(choreography, {name: choreography.tracks[name].plus(*bump(*times, size))})


def _phases(choreography: Choreography) -> tuple[float, float, float]:
    """Start, cocking and finish in seconds from the strike."""
    moments = dict(choreography.moments)
    return moments["start"], moments["cocking"], moments["finish"]


def _low_elbow(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    start, cocking, finish = _phases(choreography)
    times = (start, cocking - 0.06, 0.02, finish)

    def lower(amount: float) -> Choreography:
        return _bumped(choreography, "right_shoulder_elevation", times, -amount)

    return _fitted(lower, rest, cocking, elevation, -size, largest=1.5 * size)


def _short_draw(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    """Turn the trunk less and leave the upper arm further forward, the forearm up."""
    start, cocking, _ = _phases(choreography)
    times = (start, cocking - 0.05, cocking + 0.01, 0.04)

    def forward(amount: float) -> Choreography:
        turned = _bumped(choreography, "right_shoulder_azimuth", times, 0.6 * amount)
        turned = _bumped(turned, "right_forearm_rotation", times, -amount)
        return _bumped(turned, "shoulder_line_angle", times, -0.4 * amount)

    return _fitted(forward, rest, cocking, behind_shoulder, -size, largest=115.0)


def _straight_cocking(choreography: Choreography, _: RestBody, size: float) -> Choreography:
    start, cocking, _finish = _phases(choreography)
    track = choreography.tracks["right_elbow_angle"]
    grid = np.linspace(-0.4, 0.0, 201)
    usual = track(grid).min()
    moves = bump(start - 0.2, min(cocking - 0.12, -0.38), cocking + 0.03, 0.03, 1.0)
    shape = Track(moves=moves)(grid)
    amount = root(lambda a: float((track(grid) + a * shape).min() - usual - size), 0.0, 1.6 * size + 10.0)
    return _changed(choreography, {"right_elbow_angle": track.plus(*((b, e, amount * c) for b, e, c in moves))})


def _push_arm(choreography: Choreography, _: RestBody, size: float) -> Choreography:
    """Let the elbow open by less, in the same proportion throughout; the rest comes after the ball is gone."""
    track = choreography.tracks["right_elbow_angle"]
    begin, end, _opening = max((move for move in track.moves if move[0] < 0.0 < move[1]), key=lambda move: move[2])
    lost = size / float(Track(moves=((begin, end, 1.0),))(np.zeros(1))[0])
    later = track.plus((begin, end, -lost), (*_STRETCHES_LATE_S, lost))
    return _changed(choreography, {"right_elbow_angle": later})


def _faces_goal(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    start, cocking, _ = _phases(choreography)
    times = (start - 0.05, cocking - 0.05, cocking + 0.01, 0.05)

    def faced(amount: float) -> Choreography:
        turned = _bumped(choreography, "shoulder_line_angle", times, -amount)
        return _bumped(turned, "hip_line_angle", times, -0.6 * amount)

    return _fitted(faced, rest, cocking, shoulder_line, -size, largest=1.5 * size)


def _arm_only(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    """Let the shoulders turn with the hips: their turn against each other shrinks in the same proportion throughout."""
    hips, shoulders = choreography.tracks["hip_line_angle"], choreography.tracks["shoulder_line_angle"]

    def together(lost: float) -> Choreography:
        own = tuple((begin, end, (1 - lost) * change) for begin, end, change in shoulders.moves)
        carried = tuple((begin, end, lost * change) for begin, end, change in hips.moves)
        track = Track(rest=(1 - lost) * shoulders.rest + lost * hips.rest, moves=own + carried)
        return _changed(choreography, {"shoulder_line_angle": track})

    return _fitted(together, rest, np.linspace(-0.5, 0.0, 51), largest_separation, -size, largest=1.3)


def _soft_front_leg(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    cocking, finish = _phases(choreography)[1:]
    times = (cocking - 0.12, -0.01, 0.04, finish + 0.2)

    def lower(amount: float) -> Choreography:
        return _bumped(choreography, "crouch", times, amount)

    return _fitted(lower, rest, 0.0, front_knee, -size, largest=0.6)


def _no_follow_through(choreography: Choreography, rest: RestBody, size: float) -> Choreography:
    finish = _phases(choreography)[2]

    def stopped(amount: float) -> Choreography:
        tracks = {}
        for name in _FOLLOWING:
            track = choreography.tracks[name]
            late = [move for move in track.moves if -0.03 < move[0] < 0.8 * finish and move[1] > 0.1]
            kept = [bump(begin, end, finish + 0.04, finish + 0.5, -amount * size_) for begin, end, size_ in late]
            tracks[name] = track.plus(*(move for pair in kept for move in pair))
        return _changed(choreography, tracks)

    return _fitted(stopped, rest, finish, hand_above_hip, size, largest=1.6)


_CHANGES: Mapping[str, Callable[[Choreography, RestBody, float], Choreography]] = MappingProxyType(
    {
        "low_elbow": _low_elbow,
        "straight_cocking": _straight_cocking,
        "push_arm": _push_arm,
        "faces_goal": _faces_goal,
        "arm_only": _arm_only,
        "soft_front_leg": _soft_front_leg,
        "no_follow_through": _no_follow_through,
        "short_draw": _short_draw,
    }
)


def _fitted(
    change: Callable[[float], Choreography],
    rest: RestBody,
    times: float | Array,
    measure: Callable[[Array], float],
    wanted: float,
    largest: float,
) -> Choreography:
    """Choose the amount of a change so that a measure of the joints at some times changes as wanted."""

    def measured(amount: float) -> float:
        posed = pose(change(amount), rest, np.atleast_1d(np.asarray(times, dtype=float)))
        return measure(joint_positions(rest, posed.root, posed.rotations))

    usual = measured(0.0)
    amount = root(lambda amount: measured(amount) - usual - wanted, 0.0, largest)
    found = measured(amount) - usual
    if abs(found - wanted) > _TOLERANCE * abs(wanted):
        raise ImpossibleFaultError(
            f"this throw can change by {found:.3g} only, asked for {wanted:.3g}: choose a smaller size", abs(found)
        )
    return change(amount)
