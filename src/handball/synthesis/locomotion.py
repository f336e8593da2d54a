"""Standing, walking and running: the ground that other techniques are done on."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

import attrs
import numpy as np

from handball.synthesis.choreography import Flight
from handball.synthesis.footwork import Footwork
from handball.synthesis.gait import Contact, ball_under_hip, footwork
from handball.synthesis.moves import Move, Path, Track
from handball.synthesis.players import Player


@attrs.frozen(kw_only=True)
class Locomotion:
    """Hips and feet over time, the tracks that belong to them, and when each foot comes down."""

    begin: float
    end: float
    forward: Path
    feet: Mapping[str, Footwork]
    flights: tuple[Flight, ...] = ()
    tracks: Mapping[str, Track] = attrs.field(factory=dict)
    steps: tuple[tuple[str, float], ...] = ()


def stand(
    player: Player, rng: np.random.Generator, begin: float, end: float, staggered: float = 0.0, width: float = 0.04
) -> Locomotion:
    """Stand with the left foot `staggered` metres ahead (a body of 1.80 m); weight shifts a little."""
    rest, size = player.body, player.height / 1.8
    places = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        right, front = ball_under_hip(rest, side)
        ahead = -sign * staggered * size / 2
        places[side] = (right + sign * width * size + rng.normal(0, 0.015), front + ahead + rng.normal(0, 0.015))
    contacts = [
        Contact(side=side, down=-9, up=9, place=place, yaw_deg=(8 if side == "right" else -8) + float(rng.normal(0, 4)))
        for side, place in places.items()
    ]
    sway = {name: _wander(rng, begin, end, amount) for name, amount in (("sway_right", 0.018), ("sway_forward", 0.012))}
    forward = Path()
    return Locomotion(
        begin=begin, end=end, forward=forward, feet=footwork(rest, (Path(), forward), contacts), tracks=sway
    )


def _wander(rng: np.random.Generator, begin: float, end: float, amount: float) -> Track:
    """Drift back and forth by about `amount`, each way within about a second."""
    moves: list[Move] = []
    time, place = begin - 0.5, 0.0
    while time < end:
        duration = float(rng.uniform(0.6, 1.3))
        target = float(rng.normal(0.0, amount))
        moves.append((time, time + duration, target - place))
        time, place = time + duration, target
    return Track(moves=tuple(moves))


def walk(player: Player, rng: np.random.Generator, begin: float, end: float, speed: float) -> Locomotion:
    """Walk at an even speed in metres a second: always a foot on the ground."""
    step = 0.50 * (player.height / 1.8) ** 0.5 * (1.35 / speed) ** 0.4 / player.style.tempo**0.5
    return _steps(player, rng, begin, end, speed, step, stance=1.12 * step, high=0.10, knee=0.035)


def run(player: Player, rng: np.random.Generator, begin: float, end: float, speed: float) -> Locomotion:
    """Run at an even speed in metres a second: a flight after each step."""
    step = 0.35 * (player.height / 1.8) ** 0.5 / player.style.tempo**0.3
    return _steps(player, rng, begin, end, speed, step, stance=0.62 * step, high=0.30, knee=0.05)


def _steps(
    player: Player,
    rng: np.random.Generator,
    begin: float,
    end: float,
    speed: float,
    step: float,
    *,
    stance: float,
    high: float,
    knee: float,
) -> Locomotion:
    """Set feet down alternately, `step` seconds apart, each for `stance` seconds under the hips' way."""
    size = player.height / 1.8
    forward = Path(origin=-speed * (0.0 - begin + 2.0), ramps=((begin - 4.0, begin - 3.9, speed),))
    forward = attrs.evolve(forward, origin=-float(forward(np.array(0.0))) + forward.origin)
    first = begin - 3 * step + float(rng.uniform(0.0, step))
    times = [first + number * step for number in range(int((end - first) / step) + 4)]
    sides = ("left", "right") if rng.random() < 0.5 else ("right", "left")
    steps = tuple((sides[number % 2], time) for number, time in enumerate(times))
    narrow = 0.045 * size
    contacts = [
        Contact(
            side=side,
            down=down,
            up=down + stance,
            aside=narrow if side == "left" else -narrow,
            ahead=-0.05 * size,
            yaw_deg=6 if side == "right" else -6,
            heel_rise_deg=48,
            roll=0.45 * stance,
            lift=high * size,
        )
        for side, down in steps
    ]
    flights = _flights(player, steps, stance, begin, end) if stance < step else ()
    turn = {
        "hip_line_angle": alternate(steps, step, 5.0),
        "shoulder_line_angle": alternate(steps, step, -7.0),
        "crouch": Track(rest=knee),
    }
    feet = footwork(player.body, (Path(), forward), contacts)
    return Locomotion(begin=begin, end=end, forward=forward, feet=feet, flights=flights, tracks=turn, steps=steps)


def _flights(
    player: Player, steps: tuple[tuple[str, float], ...], stance: float, begin: float, end: float
) -> tuple[Flight, ...]:
    height = -0.95 * player.body.floor
    gaps = [(down + stance, after) for (_, down), (_, after) in itertools.pairwise(steps)]
    return tuple(
        Flight(begin=up, end=down, from_height=height, to_height=height, before=stance + 0.3, after=stance)
        for up, down in gaps
        if down > begin - stance - 0.2 and up < end + stance + 0.2
    )


def alternate(steps: tuple[tuple[str, float], ...], step: float, size: float, rest: float = 0.0) -> Track:
    """Go to `+size` when the left foot comes down and to `-size` when the right one does."""
    moves = [(time - step / 2, time + step / 2, 2 * size if side == "left" else -2 * size) for side, time in steps]
    start = -size if steps[0][0] == "left" else size
    return Track(rest=rest + start, moves=tuple(moves))


def arm_swing(ground: Locomotion, size: float = 1.0, elbow_deg: float = 150.0) -> dict[str, Track]:
    """Swing each arm forward with the other side's foot."""
    steps = ground.steps
    step = steps[1][1] - steps[0][1]
    swing = {}
    for side, sign in (("left", -1.0), ("right", 1.0)):
        swing[f"{side}_shoulder_azimuth"] = alternate(steps, step, sign * 60.0, rest=18.0)
        swing[f"{side}_shoulder_elevation"] = Track(rest=10.0 + 14.0 * size)
        swing[f"{side}_elbow_angle"] = alternate(steps, step, -sign * 12.0 * size, rest=elbow_deg)
        # keeps the forearm in the plane of the swing while the upper arm goes past the trunk
        swing[f"{side}_forearm_rotation"] = alternate(steps, step, sign * 48.0, rest=6.0)
    return swing
