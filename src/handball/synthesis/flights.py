"""Times in the air: the centre of mass falls freely, and the hips are where that puts them.

On the ground before and after, the hips' height joins the states at the ends of the flights by polynomials
of fifth order, and never gets higher than the standing legs reach.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.synthesis.ballistics import GRAVITY
from handball.synthesis.choreography import Flight
from handball.synthesis.moves import hermite, soft_minimum

Array = NDArray[np.float64]

CORNER_M = 0.03
"""Over so many metres the hips slow down before the legs are fully stretched."""
_SPARE_M = 0.035
_STEP_S = 0.003
_FADE_S = 0.12


def flight_nodes(flights: tuple[Flight, ...]) -> Array:
    """Return times around the ends of every flight and of what joins it to the ground, three each."""
    ends = [t for f in flights for t in (f.begin - f.before, f.begin, f.end, f.end + f.after)]
    return np.array([t + step for t in ends for step in (-_STEP_S, 0.0, _STEP_S)])


def _state(samples: Array) -> tuple[float, float, float]:
    """Value, speed and acceleration from three samples."""
    before, now, after = (float(value) for value in samples)
    return now, (after - before) / (2 * _STEP_S), (after - 2 * now + before) / _STEP_S**2


def under_gravity(flights: tuple[Flight, ...], times: Array, ground: Array, offset: Array, highest: Array) -> Array:
    """Return the middle of the hips whose centre of mass falls freely in every flight.

    Parameters
    ----------
    times
        Seconds, with those of `flight_nodes` at the end, shape (frames,).
    ground
        Where the hips would be without flights, shape (frames, 3).
    offset
        The centre of mass from the hips, shape (frames, 3).
    highest
        How high the hips may be for the feet on the floor, shape (frames,).
    """
    root = ground.copy()
    first = len(times) - 12 * len(flights)
    states = []
    for number, flight in enumerate(flights):
        at = [slice(first + 12 * number + 3 * k, first + 12 * number + 3 * k + 3) for k in range(4)]
        states.append(_fly(root, flight, times, ground, offset, highest, at))
    for number, flight in enumerate(flights):
        joined = number + 1 < len(flights) and flights[number + 1].begin - flights[number + 1].before < flight.end
        after = states[number + 1][1] if joined else states[number][3]
        until = flights[number + 1].begin if joined else flight.end + flight.after
        _join(root, times, (flight.end, until), states[number][2], after)
        if number == 0 or flight.begin - flight.before >= flights[number - 1].end:
            _join(root, times, (flight.begin - flight.before, flight.begin), states[number][0], states[number][1])
    grounded = np.all([(times < flight.begin) | (times > flight.end) for flight in flights], axis=0)
    root[grounded, 2] = soft_minimum(root[grounded, 2], highest[grounded], CORNER_M)
    return root


def _fly(
    root: Array,
    flight: Flight,
    times: Array,
    ground: Array,
    offset: Array,
    highest: Array,
    at: list[slice],
) -> list[tuple[float, float, float]]:
    """Write one flight into the root; return the states of its height before, at both ends, and after."""
    duration = flight.end - flight.begin
    inside = (times >= flight.begin) & (times <= flight.end)
    since = times[inside] - flight.begin
    begin, end = offset[at[1]][1], offset[at[2]][1]
    low, high = (
        min(wanted, float(highest[rows][1]) - _SPARE_M)
        for wanted, rows in ((flight.from_height, at[1]), (flight.to_height, at[2]))
    )
    rise = high + end[2] - low - begin[2]
    speed = rise / duration + GRAVITY * duration / 2
    falling = low + begin[2] + speed * since - GRAVITY * since**2 / 2
    root[inside, 2] = falling - offset[inside, 2]
    for axis in range(2):
        _drift(root, flight, times, ground[:, axis], offset[:, axis], at, axis)
    _, off_v0, off_a0 = _state(offset[at[1], 2])
    _, off_v1, off_a1 = _state(offset[at[2], 2])
    return [
        _state(ground[at[0], 2]),
        (low, speed - off_v0, -GRAVITY - off_a0),
        (high, speed - GRAVITY * duration - off_v1, -GRAVITY - off_a1),
        _state(ground[at[3], 2]),
    ]


def _drift(root: Array, flight: Flight, times: Array, ground: Array, offset: Array, at: list[slice], axis: int) -> None:
    """Let the centre of mass drift evenly along one level axis, and fade the difference out on the ground."""
    duration = flight.end - flight.begin
    states = [(_state(ground[rows]), _state(offset[rows])) for rows in at[1:3]]
    centers = [path[0] + off[0] for path, off in states]
    speed = (centers[1] - centers[0]) / duration
    inside = (times >= flight.begin) & (times <= flight.end)
    root[inside, axis] = centers[0] + speed * (times[inside] - flight.begin) - offset[inside]
    still = (0.0, 0.0, 0.0)
    for (path, off), edge, sign in zip(states, (flight.begin, flight.end), (-1.0, 1.0), strict=True):
        state = (0.0, speed - off[1] - path[1], -off[2] - path[2])
        beside = (sign * (times - edge) > 0) & (sign * (times - edge) < _FADE_S)
        first, last = (still, state) if sign < 0 else (state, still)
        start = edge - _FADE_S if sign < 0 else edge
        root[beside, axis] += hermite((times[beside] - start) / _FADE_S, _FADE_S, first, last)


def _join(
    root: Array,
    times: Array,
    span: tuple[float, float],
    first: tuple[float, float, float],
    last: tuple[float, float, float],
) -> None:
    begin, end = span
    inside = (times > begin) & (times < end)
    root[inside, 2] = hermite((times[inside] - begin) / (end - begin), end - begin, first, last)
