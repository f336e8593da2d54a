"""How a ball flies: gravity, drag that grows with the square of the speed, and bounces on the floor.

Sizes and masses of IHF rule 3; drag coefficient of a sphere in this range of speeds about 0.45 (a handball
at 15 to 30 m/s has a Reynolds number of 2 to 4 times 10^5); a ball let fall from 2 m rises about 1.35 m.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.synthesis.players import Player

Array = NDArray[np.float64]

GRAVITY = 9.81
BALLS: Mapping[int, tuple[float, float]] = MappingProxyType({1: (0.162, 0.310), 2: (0.175, 0.350), 3: (0.188, 0.450)})
"""Diameter in metres and mass in kilograms of IHF sizes 1 to 3."""
_AIR, _DRAG = 1.2, 0.45
_BOUNCE, _SLIP = 0.80, 0.88
_STEP_S = 0.004


def ball_size(player: Player) -> int:
    """Return the IHF size that a player uses."""
    if player.group == "adult":
        return 3 if player.sex == "male" else 2
    return 2 if player.sex == "male" else 1


def drag_per_metre(diameter: float) -> float:
    """Return the drag deceleration of a ball of this size divided by its squared speed, in 1/m."""
    mass = min(BALLS.values(), key=lambda ball: abs(ball[0] - diameter))[1]
    return _AIR * _DRAG * np.pi * diameter**2 / (8 * mass)


@attrs.frozen(kw_only=True)
class Flown:
    """Knots of a flight: seconds since it began, places and velocities; cubic in between."""

    times: Float[np.ndarray, " knots"] = column(np.float64)
    places: Float[np.ndarray, "knots 3"] = column(np.float64)
    velocities: Float[np.ndarray, "knots 3"] = column(np.float64)

    def __call__(self, times: Array) -> Array:
        """Return places at seconds since the flight began, shape (frames, 3)."""
        row = np.clip(np.searchsorted(self.times, times, side="right") - 1, 0, len(self.times) - 2)
        step = (self.times[row + 1] - self.times[row])[:, None]
        u = (times[:, None] - self.times[row][:, None]) / step
        start, slope = self.places[row], self.velocities[row] * step
        # velocities turn at a bounce: the way to the next knot is known from both places
        bend = self.places[row + 1] - start - slope
        placed: Array = start + slope * u + bend * u * u
        return placed


def fly(place: Array, velocity: Array, duration: float, diameter: float) -> Flown:
    """Let a ball fly from a place with a velocity for some seconds, bouncing on the floor (midpoint rule)."""
    drag, radius = drag_per_metre(diameter), diameter / 2
    times, places, velocities = [0.0], [place.tolist()], [velocity.tolist()]
    x, y, z = places[0]
    u, v, w = velocities[0]
    for number in range(int(np.ceil(duration / _STEP_S)) + 1):
        u2, v2, w2 = _accelerated(u, v, w, drag, _STEP_S / 2)
        x, y, z = x + _STEP_S * u2, y + _STEP_S * v2, z + _STEP_S * w2
        a, b, c = _accelerated(u2, v2, w2, drag, _STEP_S)
        u, v, w = u + a - u2, v + b - v2, w + c - w2
        if z < radius and w < 0:
            z, u, v, w = 2 * radius - z, _SLIP * u, _SLIP * v, -_BOUNCE * w
        times.append((number + 1) * _STEP_S)
        places.append([x, y, z])
        velocities.append([u, v, w])
    return Flown(times=np.array(times), places=np.array(places), velocities=np.array(velocities))


def _accelerated(u: float, v: float, w: float, drag: float, step: float) -> tuple[float, float, float]:
    slowed = drag * math.sqrt(u * u + v * v + w * w) * step
    return u - slowed * u, v - slowed * v, w - slowed * w - GRAVITY * step


def arrival(place: Array, velocity: Array, duration: float, diameter: float) -> Flown:
    """Return the flight of a ball that arrives at a place with a velocity after some seconds.

    Backward in time the drag pushes; no bounce on the way.
    """
    drag = drag_per_metre(diameter)
    count = int(np.ceil(duration / _STEP_S))
    places, velocities = [np.asarray(place)], [np.asarray(velocity)]
    for _ in range(count):
        speed = float(np.linalg.norm(velocities[-1]))
        back = velocities[-1] + (drag * speed * velocities[-1] + [0.0, 0.0, GRAVITY]) * _STEP_S
        places.append(places[-1] - (velocities[-1] + back) / 2 * _STEP_S)
        velocities.append(back)
    times = duration - np.arange(count + 1)[::-1] * _STEP_S
    return Flown(times=times, places=np.array(places[::-1]), velocities=np.array(velocities[::-1]))
