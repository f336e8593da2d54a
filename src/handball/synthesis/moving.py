"""Builds the body feint, the block, and what is none of the techniques: standing, walking, running, stretching."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from handball.synthesis.ballistics import BALLS, ball_size
from handball.synthesis.choreography import Choreography, Flight, Throwing
from handball.synthesis.footwork import Carried
from handball.synthesis.gait import Contact, ball_under_hip, footwork
from handball.synthesis.locomotion import Locomotion, arm_swing, run, stand, walk
from handball.synthesis.moves import Path, Track
from handball.synthesis.players import Player
from handball.synthesis.variation import standing, styled, tempo_of

NONE_KINDS = ("standing", "walking", "running", "stretching")
"""Kinds of `none` without a ball."""


def _arms(name: str, rest: float, *moves: tuple[float, float, float]) -> dict[str, Track]:
    return {f"{side}_{name}": Track(rest=rest, moves=moves) for side in ("left", "right")}


FEINT: Mapping[str, Track] = MappingProxyType(
    _arms("shoulder_elevation", 30, (-0.35, -0.05, 8), (0.05, 0.35, -8))
    | _arms("shoulder_azimuth", 42)
    | _arms("elbow_angle", 64, (-0.35, -0.05, 12), (0.05, 0.35, -12))
    | _arms("forearm_rotation", 22)
    | _arms("pronation", 25)
    | {
        "support": Track(rest=1.0),
        "hold": Track(rest=1.0),
        "hold_forward": Track(rest=0.55, moves=((-0.35, -0.05, 0.15), (0.05, 0.35, -0.2))),
        "hold_up": Track(rest=-0.36),
        "trunk_tilt_lateral": Track(rest=0, moves=((-0.40, -0.02, 17), (0.02, 0.35, -25), (0.45, 0.9, 8))),
        "trunk_tilt_forward": Track(rest=7, moves=((-0.5, 0.0, 8), (0.5, 1.0, -9))),
        "shoulder_line_angle": Track(rest=0, moves=((-0.40, -0.02, -28), (0.03, 0.38, 48), (0.45, 0.95, -20))),
        "hip_line_angle": Track(rest=0, moves=((-0.38, -0.02, -14), (0.02, 0.36, 30), (0.45, 0.95, -16))),
        "crouch": Track(rest=0.05, moves=((-0.4, 0.0, 0.09), (0.08, 0.4, -0.07))),
        "sway_right": Track(moves=((-0.50, 0.02, -0.42), (0.03, 0.62, 1.02))),
    }
)
"""A step and the whole upper body to the left, then a push-off from that foot and past to the right."""

BLOCK: Mapping[str, Track] = MappingProxyType(
    _arms("shoulder_elevation", 52, (-0.42, 0.02, 108), (0.20, 0.75, -112))
    | _arms("shoulder_azimuth", 38, (-0.42, 0.0, 22), (0.20, 0.75, -20))
    | _arms("elbow_angle", 82, (-0.40, 0.0, 84), (0.20, 0.75, -70))
    | _arms("forearm_rotation", 55, (-0.42, 0.0, 30), (0.2, 0.75, -40))
    | _arms("wrist_flexion", -5)
    | {
        "trunk_tilt_forward": Track(rest=9, moves=((-0.60, -0.32, 7), (-0.30, 0.0, -15), (0.2, 0.6, 9))),
        "gaze_nod": Track(rest=0, moves=((-0.3, 0.0, 16), (0.2, 0.6, -16))),
    }
)
"""Both arms straight up beside each other, palms to the thrower; 0 is the top."""

STRETCH: Mapping[str, Track] = MappingProxyType(
    {
        "right_shoulder_elevation": Track(rest=24, moves=((-1.3, -0.6, 144), (0.1, 0.7, -144))),
        "right_elbow_angle": Track(rest=150, moves=((-1.3, -0.6, -25), (0.1, 0.7, 25))),
        "right_shoulder_azimuth": Track(rest=12),
        "trunk_tilt_lateral": Track(rest=0, moves=((-1.0, -0.3, 24), (0.0, 0.6, -24), (0.9, 1.6, -24), (1.9, 2.5, 24))),
        "left_shoulder_elevation": Track(rest=24, moves=((0.55, 1.2, 142), (1.9, 2.6, -142))),
        "left_elbow_angle": Track(rest=150, moves=((0.55, 1.2, -25), (1.9, 2.6, 25))),
        "left_shoulder_azimuth": Track(rest=12),
    }
)
"""Bend to one side with the arm overhead, then to the other."""


def build_body_feint(player: Player, rng: np.random.Generator) -> Choreography:
    """Return a body feint to the left with the ball in both hands, and the way past to the right."""
    tempo, size = tempo_of(player, rng), player.height / 1.8
    wide = size * player.style.amplitude * float(np.exp(rng.normal(0, 0.06)))
    tracks = {name: _slowed(track, tempo) for name, track in styled(standing(FEINT), player, rng).items()}
    tracks["sway_right"] = _grown(tracks["sway_right"], wide)
    times = {
        name: time / tempo for name, time in (("start", -0.48), ("plant", 0.0), ("push_off", 0.24), ("finish", 0.62))
    }
    forward = Path(
        ramps=(
            (-1.1, -0.4, 1.1 * size),
            (times["plant"] - 0.1, times["push_off"], -0.5 * size),
            (times["finish"], times["finish"] + 0.6, -0.6 * size),
        )
    )
    sway = tracks["sway_right"]
    feet = footwork(player.body, (Path(), forward), _feint_steps(player, times, forward, sway, wide))
    ground = Locomotion(begin=-1.25, end=times["finish"] + 0.75, forward=forward, feet=feet)
    return _assembled(player, tracks, ground, times, with_ball=True)


def _feint_steps(player: Player, times: Mapping[str, float], forward: Path, sway: Track, wide: float) -> list[Contact]:
    def under(time: float, side: str, aside: float, ahead: float = 0.0) -> tuple[float, float]:
        right, front = ball_under_hip(player.body, side)
        now = np.array(time)
        return float(sway(now)) + right + aside, float(forward(now)) + front + ahead

    plant, off, end = times["plant"], times["push_off"], times["finish"]
    return [
        Contact(side="left", down=-9, up=plant - 0.34, place=under(plant - 0.62, "left", 0.0)),
        Contact(
            side="left", down=plant, up=off, place=under(plant, "left", -0.30 * wide, 0.12), yaw_deg=-14, lift=0.09
        ),
        Contact(side="left", down=end + 0.06, up=9, place=under(end + 0.4, "left", 0.02, 0.0), yaw_deg=4, lift=0.12),
        Contact(side="right", down=-9, up=-0.92, place=under(-1.15, "right", 0.0)),
        Contact(
            side="right",
            down=-0.60,
            up=plant + 0.02,
            place=under(plant - 0.28, "right", 0.04),
            heel_rise_deg=30,
            lift=0.1,
        ),
        Contact(side="right", down=off + 0.06, up=9, place=under(end, "right", 0.02, 0.10), yaw_deg=14, lift=0.10),
    ]


def build_block(player: Player, rng: np.random.Generator, variant: str | None) -> Choreography:
    """Return a block with both arms, in a jump or standing."""
    kind = variant or ("jump", "standing")[int(rng.random() < 0.25)]
    tempo = tempo_of(player, rng)
    tracks = {name: _slowed(track, tempo) for name, track in styled(standing(BLOCK), player, rng).items()}
    height = -player.body.floor
    air = float(rng.uniform(0.36, 0.46)) * tempo**0.3
    times = {"start": -0.42 / tempo, "top": 0.0, "finish": 0.72 / tempo}
    ground = stand(player, rng, begin=-1.1, end=1.2, width=0.10)
    contacts = []
    for side in ("left", "right"):
        stood = ground.feet[side].stands[0]
        off, land = (-air / 2, air / 2) if kind == "jump" else (8.0, 9.0)
        contacts += [
            Contact(
                side=side,
                down=-9,
                up=off,
                place=stood.place,
                yaw_deg=stood.yaw_deg,
                heel_rise_deg=50,
                roll=0.16,
                lift=0.0,
            ),
            Contact(side=side, down=land, up=12, place=stood.place, yaw_deg=stood.yaw_deg),
        ]
    flights: tuple[Flight, ...] = ()
    if kind == "jump":
        times |= {"take_off": -air / 2, "landing": air / 2}
        del times["top"]
        flights = (
            Flight(begin=-air / 2, end=air / 2, from_height=1.035 * height, to_height=0.985 * height, before=0.45),
        )
        dip = ((-air / 2 - 0.42, -air / 2 - 0.16, 0.14), (-air / 2 - 0.14, -air / 2, -0.14))
        tracks["crouch"] = Track(
            rest=0.05, moves=(*dip, (air / 2, air / 2 + 0.16, 0.13), (air / 2 + 0.2, air / 2 + 0.6, -0.13))
        )
    feet = footwork(player.body, (Path(), Path()), contacts, _hanging(air) if kind == "jump" else None)
    ground = Locomotion(begin=ground.begin, end=ground.end, forward=Path(), feet=feet, flights=flights)
    return _assembled(player, tracks, ground, times, with_ball=False)


def _hanging(air: float) -> dict[str, tuple[Carried, ...]]:
    return {
        side: (
            Carried(
                begin=-air / 2 + 0.005,
                full=-0.02,
                fading=0.02,
                end=air / 2 - 0.005,
                ankle=(sign * 0.04, -0.05, -0.985),
                pitch_deg=38,
            ),
        )
        for side, sign in (("left", -1.0), ("right", 1.0))
    }


def build_none(player: Player, rng: np.random.Generator, variant: str | None) -> Choreography:
    """Return something that is no technique, done without a ball."""
    kind = variant or NONE_KINDS[int(rng.integers(len(NONE_KINDS)))]
    changes: dict[str, Track] = {}
    if kind == "walking":
        ground = walk(player, rng, -1.2, 1.6, speed=float(rng.uniform(1.0, 1.7)))
        changes = arm_swing(ground)
    elif kind == "running":
        ground = run(player, rng, -0.9, 1.1, speed=float(rng.uniform(2.6, 4.2)))
        changes = arm_swing(ground, size=1.6, elbow_deg=88.0) | {"trunk_tilt_forward": Track(rest=10.0)}
    elif kind == "stretching":
        ground = stand(player, rng, -1.5, 2.6, width=0.14)
        changes = dict(STRETCH)
    else:
        ground = stand(player, rng, -1.2, 1.6)
        changes = _fidget(rng)
    tracks = styled(standing(changes), player, rng)
    return _assembled(player, tracks, ground, {}, with_ball=False)


def _fidget(rng: np.random.Generator) -> dict[str, Track]:
    """Look around and move an arm a little."""
    turn = float(rng.uniform(-35, 35))
    lift, bend = float(rng.uniform(0, 25)), float(rng.uniform(-60, 0))
    side = ("left", "right")[int(rng.integers(2))]
    return {
        "gaze_turn": Track(moves=((-0.8, -0.2, turn), (0.5, 1.2, -turn))),
        f"{side}_shoulder_elevation": Track(rest=19, moves=((-0.6, 0.1, lift), (0.6, 1.4, -lift))),
        f"{side}_elbow_angle": Track(rest=150, moves=((-0.6, 0.1, bend), (0.6, 1.4, -bend))),
    }


def _slowed(track: Track, tempo: float) -> Track:
    return Track(
        rest=track.rest, moves=tuple((begin / tempo, end / tempo, change) for begin, end, change in track.moves)
    )


def _grown(track: Track, factor: float) -> Track:
    return Track(rest=track.rest, moves=tuple((begin, end, change * factor) for begin, end, change in track.moves))


def _assembled(
    player: Player, tracks: Mapping[str, Track], ground: Locomotion, moments: Mapping[str, float], *, with_ball: bool
) -> Choreography:
    merged = dict(tracks)
    for name, track in ground.tracks.items():
        own = merged[name]
        merged[name] = Track(rest=track.rest + (own.rest if name != "crouch" else 0.0), moves=own.moves + track.moves)
    return Choreography(
        player=player,
        begin=ground.begin,
        end=ground.end,
        tracks=merged,
        forward=ground.forward,
        feet=ground.feet,
        flights=ground.flights,
        ball=Throwing() if with_ball else None,
        ball_diameter=BALLS[ball_size(player)][0],
        moments=tuple(sorted(moments.items(), key=lambda moment: moment[1])),
    )
