"""Builds what is done with the ball but no one-handed throw: push pass, catch, dribble, hold, drop."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from handball.synthesis.ballistics import BALLS, ball_size
from handball.synthesis.bouncing import Bounces
from handball.synthesis.choreography import Catching, Choreography, Dropping, Throwing
from handball.synthesis.gait import ball_under_hip
from handball.synthesis.locomotion import Locomotion, arm_swing, stand, walk
from handball.synthesis.moves import Path, Track
from handball.synthesis.players import Player
from handball.synthesis.variation import Retiming, standing, styled, tempo_of

_BEGIN, _END, _STAGGERED = -1.5, 1.5, 0.22
"""A player who holds the ball before the chest, whatever comes of it, stands as before a push pass."""
_CHEST: Mapping[str, float] = MappingProxyType(
    {
        "shoulder_elevation": 30.0,
        "shoulder_azimuth": 42.0,
        "elbow_angle": 62.0,
        "forearm_rotation": 22.0,
        "pronation": 25.0,
    }
)
"""An arm that holds the ball before the chest with the other one."""


def _both(name: str, *moves: tuple[float, float, float]) -> dict[str, Track]:
    """Let both arms do the same from the hold before the chest."""
    return {f"{side}_{name}": Track(rest=_CHEST[name], moves=moves) for side in ("left", "right")}


PUSH: Mapping[str, Track] = MappingProxyType(
    _both("shoulder_elevation", (-0.55, -0.22, -6), (-0.20, 0.05, 42), (0.15, 0.70, -38))
    | _both("shoulder_azimuth", (-0.22, 0.06, 26), (0.15, 0.70, -22))
    | _both("elbow_angle", (-0.55, -0.22, -8), (-0.17, 0.09, 92), (0.15, 0.75, -50))
    | _both("forearm_rotation", (-0.20, 0.08, -18), (0.2, 0.7, 10))
    | _both("pronation", (-0.10, 0.12, 45), (0.2, 0.7, -30))
    | {
        "trunk_tilt_forward": Track(rest=4, moves=((-0.5, -0.2, -2), (-0.2, 0.08, 7), (0.15, 0.7, -5))),
        "right_wrist_flexion": Track(rest=-12, moves=((-0.08, 0.06, 30),)),
        "left_wrist_flexion": Track(rest=-12, moves=((-0.08, 0.06, 30),)),
        "support": Track(rest=1.0),
        "hold": Track(rest=1.0),
        "hold_forward": Track(rest=0.50, moves=((-0.55, -0.20, -0.06), (-0.092, 0.082, 0.60), (0.18, 0.8, -0.45))),
        "hold_up": Track(rest=-0.34, moves=((-0.12, 0.11, 0.10), (0.18, 0.8, -0.10))),
    }
)
"""Press and push: both hands push the ball straight ahead, a third of a metre; the rest of the body hardly moves."""

CATCH: Mapping[str, Track] = MappingProxyType(
    _both("shoulder_elevation", (-9.0, -8.0, -8), (-0.45, -0.08, 44), (0.0, 0.30, -30), (0.3, 0.6, -6))
    | _both("shoulder_azimuth", (-0.45, -0.08, 20), (0.0, 0.30, -18))
    | _both("elbow_angle", (-9.0, -8.0, 42), (-0.45, -0.08, 38), (0.0, 0.32, -78))
    | _both("forearm_rotation", (-0.45, -0.10, 14), (0.02, 0.3, -14))
    | _both("pronation", (-0.45, -0.08, 25), (0.0, 0.3, -20))
    | {
        "trunk_tilt_forward": Track(rest=6, moves=((-0.4, -0.05, 4), (0.0, 0.35, -6))),
        "right_wrist_flexion": Track(rest=-10, moves=((-0.4, -0.1, -10), (0.0, 0.3, 12))),
        "left_wrist_flexion": Track(rest=-10, moves=((-0.4, -0.1, -10), (0.0, 0.3, 12))),
        "support": Track(rest=0.3, moves=((-0.45, -0.06, 0.7),)),
        "hold": Track(rest=0.3, moves=((-0.45, -0.06, 0.7),)),
        "hold_forward": Track(rest=0.62, moves=((-0.45, -0.04, 0.30), (-0.02, 0.34, -0.46))),
        "hold_up": Track(rest=-0.34, moves=((-0.45, -0.04, 0.24), (0.0, 0.36, -0.26))),
        "crouch": Track(rest=0.05, moves=((-0.4, 0.0, 0.03), (0.1, 0.5, -0.05))),
    }
)
"""Reach for the ball, take it, give way, and bring it to the chest."""

DRIBBLE: Mapping[str, Track] = MappingProxyType(
    {
        "trunk_tilt_forward": Track(rest=14),
        "crouch": Track(rest=0.06),
        "right_shoulder_elevation": Track(rest=24),
        "right_shoulder_azimuth": Track(rest=35),
        "right_pronation": Track(rest=78),
        "right_wrist_flexion": Track(rest=0),
        "left_shoulder_elevation": Track(rest=26),
        "left_shoulder_azimuth": Track(rest=40),
        "left_elbow_angle": Track(rest=105),
        "gaze_nod": Track(rest=-8),
    }
)


def build_push_pass(player: Player, rng: np.random.Generator) -> Choreography:
    """Return a push pass, ball and hands along the lane."""
    retiming, tracks = _timed(player, rng, PUSH)
    ground = stand(player, rng, _BEGIN, _END, staggered=_STAGGERED)
    return _choreography(
        player,
        tracks,
        ground,
        Throwing(release=0.0, rise_deg=2.0),
        {
            name: retiming(time)
            for name, time in (("start", -0.50), ("cocking", -0.19), ("strike", 0.0), ("finish", 0.12))
        },
    )


def build_catch(player: Player, rng: np.random.Generator) -> Choreography:
    """Return a catch of a ball that a team mate throws along the lane."""
    retiming, tracks = _timed(player, rng, CATCH)
    ground = stand(player, rng, begin=-1.0, end=1.1, staggered=0.18)
    moments = {
        name: retiming(time) for name, time in (("start", -0.42), ("contact", 0.0), ("absorb", 0.18), ("secure", 0.32))
    }
    speed = float(rng.uniform(9.0, 14.0))
    flight = float(rng.uniform(5.0, 9.0)) / speed
    # thrown from about the height of a shoulder, it comes down as steeply as it went up
    fall = float(np.degrees(np.arctan2(4.905 * flight + 0.1 / flight, speed)))
    plan = Catching(contact=0.0, speed=speed, fall_deg=fall, flight=flight)
    return _choreography(player, tracks, ground, plan, moments)


def build_dribble(player: Player, rng: np.random.Generator, variant: str | None) -> Choreography:
    """Return a dribble in place or walking."""
    kind = variant or ("standing", "walking")[int(rng.integers(2))]
    begin, end = -1.4, 1.8
    if kind == "standing":
        ground = stand(player, rng, begin, end, staggered=0.25)
        swing: dict[str, Track] = {}
    else:
        ground = walk(player, rng, begin, end, speed=float(rng.uniform(1.1, 1.6)))
        swing = {name: track for name, track in arm_swing(ground, size=0.5).items() if not name.startswith("right_")}
    _, tracks = _timed(player, rng, {**DRIBBLE, **swing})
    size = player.height / 1.8
    diameter = BALLS[ball_size(player)][0]
    aside = ball_under_hip(player.body, "right")[0] + 0.20 * size
    plan = Bounces(
        begin=begin + float(rng.uniform(0.1, 0.6)),
        push=float(rng.uniform(3.6, 4.6)) * size**0.5,
        height=(0.72 + float(rng.normal(0, 0.03))) * size,
        contact_s=float(rng.uniform(0.20, 0.26)),
        right=Path(origin=aside),
        forward=Path(origin=ground.forward.origin + 0.34 * size, ramps=ground.forward.ramps),
        diameter=diameter,
    )
    pushes = np.arange(plan.begin, end, plan.period)
    moments = {f"push_{number}": float(time) for number, time in enumerate(pushes, 1)}
    return _choreography(player, tracks, ground, plan, moments)


def build_holding(player: Player, rng: np.random.Generator) -> Choreography:
    """Return somebody who holds the ball before the chest: presses it forward and back, lifts it, turns, looks about.

    Only that the ball stays tells it from a push pass.
    """
    when = float(rng.uniform(-0.4, 0.3))
    press, back, quick = (float(rng.uniform(*limits)) for limits in ((0.0, 0.6), (0.7, 1.3), (0.17, 0.35)))
    lift, turn, bow = (float(rng.normal(mean, spread)) for mean, spread in ((0.0, 0.06), (0.0, 5.0), (3.0, 3.0)))
    look = float(rng.normal(0.0, 10.0))
    changes = _held_before_the_chest() | {
        "trunk_tilt_forward": Track(rest=4, moves=((when - 0.4, when, bow),)),
        "hold_forward": Track(rest=0.5, moves=((when - quick, when, press), (when + 0.05, when + 0.6, -press * back))),
        "hold_up": Track(rest=-0.34, moves=((when - 0.3, when + 0.2, lift), (when + 0.3, when + 0.8, -0.8 * lift))),
        "shoulder_line_angle": Track(moves=((when - 0.4, when + 0.1, turn), (when + 0.2, when + 0.8, -turn))),
        "gaze_turn": Track(moves=((-0.8, -0.2, look),)),
    }
    _, tracks = _timed(player, rng, changes)
    return _choreography(player, tracks, stand(player, rng, _BEGIN, _END, staggered=_STAGGERED), Throwing(), {})


def build_dropping(player: Player, rng: np.random.Generator) -> Choreography:
    """Return somebody who lets the ball drop before the feet with both hands, which then open and sink."""
    retiming, tracks = _timed(player, rng, _letting_go(rng))
    ground = stand(player, rng, _BEGIN, _END, staggered=_STAGGERED)
    moments = {name: retiming(time) for name, time in (("start", -0.50), ("drop", 0.0), ("finish", 0.35))}
    return _choreography(player, tracks, ground, Dropping(drop=0.0), moments)


def _held_before_the_chest() -> dict[str, Track]:
    both = {name: track for part in _CHEST for name, track in _both(part).items()}
    wrists = {f"{side}_wrist_flexion": Track(rest=-12) for side in ("left", "right")}
    return both | wrists | {"support": Track(rest=1.0), "hold": Track(rest=1.0)}


def _letting_go(rng: np.random.Generator) -> dict[str, Track]:
    """Bring the ball forward and down; let go on the way, the hands leaving the ball sideways."""
    ahead, down = float(rng.uniform(0.0, 0.5)), float(rng.uniform(0.15, 0.40))
    sink, bow = float(rng.uniform(0.5, 1.0)), float(rng.uniform(3, 9))
    opened, nod = float(rng.uniform(0.5, 1.0)), float(rng.uniform(0, 20))
    return _held_before_the_chest() | {
        **_both("elbow_angle", (-0.55, -0.22, -8), (-0.17, 0.09, 38), (0.15, 0.75, 50 * sink)),
        **_both("shoulder_elevation", (0.15, 0.7, -10 * sink)),
        **_both("shoulder_azimuth", (0.15, 0.7, -20 * sink)),
        "trunk_tilt_forward": Track(rest=4, moves=((-0.5, -0.2, -2), (-0.2, 0.08, bow), (0.15, 0.7, -5))),
        "support": Track(rest=1.0, moves=((-0.01, 0.30, -opened),)),
        "hold": Track(rest=1.0, moves=((-0.01, 0.30, -opened),)),
        "hold_forward": Track(rest=0.5, moves=((-0.55, -0.2, -0.06), (-0.15, 0.05, ahead), (0.18, 0.8, -0.5 * ahead))),
        "hold_up": Track(rest=-0.34, moves=((-0.16, 0.12, -down), (0.18, 0.8, 0.4 * down * (1 - sink)))),
        "gaze_nod": Track(rest=0, moves=((-0.2, 0.25, -nod), (0.6, 1.1, 0.8 * nod))),
    }


def _timed(player: Player, rng: np.random.Generator, changes: Mapping[str, Track]) -> tuple[Retiming, dict[str, Track]]:
    tempo = tempo_of(player, rng)
    retiming = Retiming(taught=(-1.0, 0.0, 1.0), here=(-1.0 / tempo, 0.0, 1.0 / tempo), tempo=tempo)
    tracks = styled(standing(changes), player, rng)
    return retiming, {name: retiming.track(track) for name, track in tracks.items()}


def _choreography(
    player: Player,
    tracks: Mapping[str, Track],
    ground: Locomotion,
    ball: Throwing | Catching | Dropping | Bounces,
    moments: Mapping[str, float],
) -> Choreography:
    return Choreography(
        player=player,
        begin=ground.begin,
        end=ground.end,
        tracks={**tracks, **ground.tracks},
        forward=ground.forward,
        feet=ground.feet,
        flights=ground.flights,
        ball=ball,
        ball_diameter=BALLS[ball_size(player)][0],
        moments=tuple(sorted(moments.items(), key=lambda moment: moment[1])),
    )
