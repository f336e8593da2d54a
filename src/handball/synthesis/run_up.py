"""How a thrower gets to the throw: the stem step of a throw from the ground, the three steps and the jump."""

from __future__ import annotations

from collections.abc import Mapping

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.synthesis.choreography import Flight
from handball.synthesis.footwork import Carried, Footwork, foot_curves
from handball.synthesis.gait import Contact, ball_under_hip, footwork
from handball.synthesis.legs import Leg
from handball.synthesis.moves import Path, Track
from handball.synthesis.players import Player
from handball.synthesis.rig import SEGMENTS, RestBody


@attrs.frozen(kw_only=True)
class Travel:
    """Where the body goes during a throw."""

    begin: float
    end: float
    forward: Path
    feet: Mapping[str, Footwork]
    crouch: Track
    flights: tuple[Flight, ...] = ()
    moments: Mapping[str, float] = attrs.field(factory=dict)


def steps(
    player: Player,
    rest: RestBody,
    kind: str,
    rng: np.random.Generator,
    moments: Mapping[str, float],
    sizes: Mapping[str, float],
) -> Travel:
    """Step with the throwing side's foot, then stem the other one in front; the rear foot follows.

    The faults `short_step` and `wrong_foot` of `sizes` bring the front foot back, the latter until the
    throwing side's foot is the one in front.
    """
    plant, size = moments["plant"], player.height / 1.8
    tall = (0.40 if kind == "pass" else 0.52) * player.style.amplitude * float(np.exp(rng.normal(0, 0.05)))
    speed = (1.0 if kind == "pass" else 1.8) * size * player.style.tempo
    forward = Path(ramps=((plant - 0.95, plant - 0.35, speed), (plant - 0.12, plant + 0.28, -speed)))
    stride = tall * player.height
    feet = _stemming(rest, forward, plant, stride)
    lost = sizes.get("wrong_foot", 0.0) / 100 * leg_length(rest) + sizes.get("short_step", 0.0) * player.height
    if lost:
        measure = _lead if "wrong_foot" in sizes else _apart
        wanted = measure(rest, feet, plant) - lost
        stride -= lost
        for _ in range(3):
            # the heel of the rear foot is up and the feet stand beside each other, so ankles are not as far as feet
            stride += wanted - measure(rest, _stemming(rest, forward, plant, stride), plant)
        feet = _stemming(rest, forward, plant, stride)
    crouch = Track(rest=0.03, moves=((plant - 0.7, plant - 0.2, 0.05), (plant - 0.08, plant + 0.12, -0.05)))
    return Travel(
        begin=plant - 1.15,
        end=max(moments["finish"] + 0.45, plant + 0.8),
        forward=forward,
        feet=feet,
        crouch=crouch,
        moments={"plant": plant},
    )


def leg_length(rest: RestBody) -> float:
    """Thigh and shank in metres."""
    hip, knee, ankle = (rest.origins[SEGMENTS.index(f"left_{name}")] for name in ("thigh", "shank", "foot"))
    return float(np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee))


def _stemming(rest: RestBody, forward: Path, plant: float, stride: float) -> Mapping[str, Footwork]:
    """Put the left foot `stride` metres in front of the right one; a negative stride the right one in front."""
    rear = float(forward(np.array(plant))) - 0.52 * abs(stride)
    sides = ("right", "left") if stride >= 0 else ("left", "right")
    return footwork(rest, (Path(), forward), _stem(rest, sides, plant, rear, abs(stride)))


def _lead(rest: RestBody, feet: Mapping[str, Footwork], plant: float) -> float:
    """How far the left ankle is ahead of the right one at the plant, metres."""
    return float(_between(rest, feet, plant)[1])


def _apart(rest: RestBody, feet: Mapping[str, Footwork], plant: float) -> float:
    """How far the ankles are apart at the plant, metres."""
    right, ahead, _ = _between(rest, feet, plant)
    return float(np.hypot(right, ahead))


def _between(rest: RestBody, feet: Mapping[str, Footwork], plant: float) -> NDArray[np.float64]:
    now = np.array([plant])
    left, right = (
        Leg(rest, side, feet[side], foot_curves(feet[side], now), now).standing_ankle[0] for side in ("left", "right")
    )
    apart: NDArray[np.float64] = left - right
    return apart


def _stem(rest: RestBody, sides: tuple[str, str], plant: float, rear: float, stride: float) -> tuple[Contact, ...]:
    """Contacts of the rear foot (first of `sides`), which comes first and follows, and of the front foot."""
    behind, front = sides
    places = {side: ball_under_hip(rest, side)[0] for side in sides}
    out = float(np.sign(places[behind]))

    def at(side: str, aside: float, y: float) -> tuple[float, float]:
        return places[side] + out * aside, y

    return (
        Contact(side=behind, down=-9, up=plant - 0.92, place=at(behind, 0.0, ball_under_hip(rest, behind)[1] - 0.06)),
        Contact(
            side=behind,
            down=plant - 0.56,
            up=plant + 0.05,
            place=at(behind, 0.03, rear),
            yaw_deg=42 * out,
            heel_rise_deg=55,
            roll=0.26,
        ),
        Contact(side=behind, down=plant + 0.60, up=9, place=at(behind, 0.05, rear + stride - 0.10), yaw_deg=15 * out),
        Contact(side=front, down=-9, up=plant - 0.46, place=at(front, 0.0, ball_under_hip(rest, front)[1] + 0.04)),
        Contact(side=front, down=plant, up=9, place=at(front, 0.02, rear + stride), yaw_deg=8 * out, lift=0.10),
    )


@attrs.frozen(kw_only=True)
class _JumpTimes:
    """When the feet come down and leave in the three steps and the jump, seconds from the strike."""

    off: float
    land: float

    @property
    def plant(self) -> float:
        return self.off - 0.19

    @property
    def right(self) -> tuple[float, float]:
        return self.plant - 0.28, self.plant - 0.08

    @property
    def first(self) -> tuple[float, float]:
        return self.plant - 0.58, self.plant - 0.33

    @property
    def middle(self) -> float:
        return (self.off + self.land) / 2


def jump(
    player: Player, rest: RestBody, rng: np.random.Generator, moments: Mapping[str, float], sizes: Mapping[str, float]
) -> Travel:
    """Run three steps (left, right, left), take off from the left foot, land on it, and come to a stop.

    The strike comes at the top of the pelvis, give or take; `late_in_jump` of `sizes` shifts it.
    """
    strong = player.style.tempo * (player.height / 1.8) ** 0.5
    air = 0.50 * strong**0.5 * float(np.exp(rng.normal(0, 0.04)))
    off = -0.53 * air - float(rng.normal(0.0, 0.012)) - sizes.get("late_in_jump", 0.0) / 1000
    times = _JumpTimes(off=off, land=off + air)
    speed = 3.1 * strong * float(np.exp(rng.normal(0, 0.05)))
    first, land = times.first, times.land
    forward = Path(
        ramps=(
            (first[0] - 0.55, times.right[1], speed),
            (times.plant, off, -0.22 * speed),
            (land - 0.04, land + 0.55, -0.78 * speed),
        )
    )
    crouch = Track(
        rest=0.03,
        moves=((first[0] - 0.5, first[0], 0.03), (land + 0.02, land + 0.18, 0.09), (land + 0.25, land + 0.8, -0.10)),
    )
    return Travel(
        begin=first[0] - 0.65,
        end=max(land + 0.95, moments["finish"] + 0.4),
        forward=forward,
        feet=footwork(rest, (Path(), forward), _run_and_jump(rest, times), _in_the_air(times)),
        crouch=crouch,
        flights=_flights(times, -rest.floor),
        moments={"plant": times.plant, "take_off": off, "landing": land},
    )


def _run_and_jump(rest: RestBody, times: _JumpTimes) -> tuple[Contact, ...]:
    (first, first_up), land = times.first, times.land
    stood = (ball_under_hip(rest, "right")[0], -0.15)
    return (
        Contact(side="left", down=first - 1.2, up=first - 0.40, ahead=0.10),
        Contact(side="left", down=first, up=first_up, lift=0.10, ahead=-0.04),
        Contact(side="left", down=times.plant, up=times.off, ahead=-0.03, aside=0.07, heel_rise_deg=55, lift=0.22),
        Contact(side="left", down=land, up=land + 0.34, ahead=-0.24, aside=0.03, lift=0.05),
        Contact(side="left", down=land + 0.72, up=land + 1.4, ahead=0.02),
        Contact(side="right", down=first - 1.6, up=first + 0.02, place=stood),
        Contact(
            side="right", down=times.right[0], up=times.right[1], aside=-0.07, ahead=-0.03, heel_rise_deg=50, lift=0.22
        ),
        Contact(side="right", down=land + 0.26, up=land + 1.4, ahead=0.10),
    )


def _in_the_air(times: _JumpTimes) -> dict[str, tuple[Carried, ...]]:
    """Lift the throwing side's knee, swing that leg back at the throw; the other leg hangs and lands."""
    middle, land = times.middle, times.land
    knee = Carried(
        begin=times.right[1] + 0.02,
        full=times.off - 0.02,
        fading=middle - 0.09,
        end=middle + 0.16,
        ankle=(0.10, 0.12, -0.50),
        pitch_deg=30,
    )
    scissors = Carried(
        begin=middle - 0.06,
        full=middle + 0.12,
        fading=land - 0.10,
        end=land + 0.08,
        ankle=(0.04, -0.14, -0.86),
        pitch_deg=35,
    )
    hanging = Carried(
        begin=times.off + 0.01,
        full=times.off + 0.16,
        fading=land - 0.16,
        end=land - 0.005,
        ankle=(0.0, -0.12, -0.93),
        pitch_deg=40,
    )
    return {"right": (knee, scissors), "left": (hanging,)}


def _flights(times: _JumpTimes, height: float) -> tuple[Flight, ...]:
    """Two short flights between the steps, and the jump; `height` is that of the hips with straight legs."""
    run, low = 0.955 * height, 0.955 * height
    return (
        Flight(begin=times.first[1], end=times.right[0], from_height=run, to_height=run, before=0.28, after=0.2),
        Flight(begin=times.right[1], end=times.plant, from_height=run, to_height=run, before=0.28, after=0.2),
        Flight(begin=times.off, end=times.land, from_height=height, to_height=low, before=0.28, after=0.32),
    )
