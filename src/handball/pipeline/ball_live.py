"""The ball in pictures as they come from a camera: a picture, where the ball is, the next picture."""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence

import attrs
import numpy as np

from handball.acquisition.live import LiveSource, Taken
from handball.domain.ball import BallSighting
from handball.domain.live import LiveRun
from handball.errors import UnreadableVideoError
from handball.stages import LiveFinding

_NOWHERE = (math.nan, math.nan, math.nan)
_FEWEST = 2


def _silent(_run: LiveRun) -> None:
    return


@attrs.frozen(kw_only=True)
class _Look:
    time: float
    latency: float
    dropped: int
    circle: tuple[float, float, float]
    size: tuple[int, int]


def watch(
    source: LiveSource,
    finder: LiveFinding,
    *,
    tell: Callable[[LiveRun], None] = _silent,
    every: float = 1.0,
    clock: Callable[[], float] = time.monotonic,
) -> LiveRun:
    """Look for the ball in the newest picture, again and again, until no more come.

    Parameters
    ----------
    source
        Pictures as they come.
    finder
        What finds the ball.
    tell
        Called now and then with the pictures since the last call.
    every
        Seconds between these calls.
    clock
        Seconds, the same clock as that of the pictures.

    Raises
    ------
    UnreadableVideoError
        When fewer than two pictures came.
    """
    looks: list[_Look] = []
    told = 0
    while (taken := source.pictures.take()) is not None:
        looks.append(_look(taken, finder(taken.picture), clock()))
        if looks[-1].time - looks[told].time >= every:
            tell(_run([attrs.evolve(looks[told], dropped=0), *looks[told + 1 :]], source.wanted_hz))
            told = len(looks) - 1
    if len(looks) < _FEWEST:
        raise UnreadableVideoError(
            f"The camera gave {len(looks)} pictures, expected at least {_FEWEST}: check that it is on, or watch longer."
        )
    return _run(looks, source.wanted_hz)


def _look(taken: Taken, seen: BallSighting | None, now: float) -> _Look:
    """Note a picture that was looked at; the ball's place is that in the camera's own pixels."""
    height, width = taken.picture.shape[:2]
    circle = _NOWHERE if seen is None else _scaled(seen, taken.scale)
    return _Look(time=taken.time, latency=now - taken.time, dropped=taken.dropped, circle=circle, size=(width, height))


def _scaled(seen: BallSighting, scale: float) -> tuple[float, float, float]:
    # the center of the first pixel stays at 0 while pixels become larger
    x, y = ((value + 0.5) * scale - 0.5 for value in (seen.x_px, seen.y_px))
    return x, y, seen.radius_px * scale


def _run(looks: Sequence[_Look], wanted_hz: float) -> LiveRun:
    return LiveRun(
        times=np.array([look.time for look in looks]),
        latencies=np.array([look.latency for look in looks]),
        dropped=np.array([look.dropped for look in looks], np.int64),
        circles=np.array([look.circle for look in looks]),
        wanted_hz=wanted_hz,
        size=looks[-1].size,
    )
