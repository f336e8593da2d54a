"""The ball in the pictures of several cameras as they come, and where it is in space."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_EXCEPTION, ThreadPoolExecutor, wait
from functools import partial

import numpy as np
from numpy.typing import NDArray

from handball.acquisition.live import LiveSource
from handball.domain.ball_in_space import BallInSpace
from handball.domain.camera import Camera
from handball.domain.live import LiveRun
from handball.pipeline.ball_live import watch
from handball.pipeline.rig_ball import ball_in_space, circles_at
from handball.stages import LiveFinding

Array = NDArray[np.float64]

_SPEED_OVER_S, _FEWEST = 0.1, 4
_MOST_SIGMA_M = 0.15
"""Cameras that contradict each other by more have not seen the same thing."""


def watch_all(
    sources: Sequence[LiveSource],
    finders: Sequence[LiveFinding],
    *,
    tell: Callable[[int, LiveRun], None],
    every: float = 1.0,
) -> tuple[LiveRun, ...]:
    """Look for the ball in the newest picture of each camera, until no more come or Ctrl+C is pressed.

    Each camera has a thread of its own and a finder of its own. `tell` gets the number of a camera and its pictures
    since the last call.

    Raises
    ------
    UnreadableVideoError
        When a camera gave fewer than two pictures.
    """
    with ThreadPoolExecutor(len(sources)) as pool:
        running = [
            pool.submit(watch, source, finder, tell=partial(tell, number), every=every)
            for number, (source, finder) in enumerate(zip(sources, finders, strict=True))
        ]
        try:
            wait(running, return_when=FIRST_EXCEPTION)
        except KeyboardInterrupt:
            pass
        finally:
            for source in sources:
                source.pictures.close()
    return tuple(one.result() for one in running)


def placed_in_space(runs: Sequence[LiveRun], cameras: Sequence[Camera]) -> BallInSpace:
    """Find the ball in space at the times of the first camera's pictures.

    Parameters
    ----------
    runs
        Of each camera, their times by one clock: the moment when a picture arrived stands for that of its exposure.
    cameras
        For the sizes of their pictures (see `fitting_camera`).
    """
    times = runs[0].times
    places = ball_in_space(
        cameras, np.stack([circles_at(run.times[run.seen], run.circles[run.seen], times) for run in runs])
    )
    told = places.sigma.max(axis=1) <= _MOST_SIGMA_M
    positions, sigma = (np.where(told[:, None], one, np.nan) for one in (places.positions, places.sigma))
    speed, speed_sigma = _fastest(times, positions, sigma)
    return BallInSpace(times=times, positions=positions, sigma=sigma, speed=speed, speed_sigma=speed_sigma)


def _fastest(times: Array, positions: Array, sigma: Array) -> tuple[float, float]:
    """Return the greatest speed of straight ways through a tenth of a second, and one standard deviation."""
    known = ~np.isnan(positions[:, 0])
    times, positions, sigma = times[known], positions[known], sigma[known]
    best = (float("nan"), float("nan"))
    for first in range(len(times)):
        rows = np.s_[first : int(np.searchsorted(times, times[first] + _SPEED_OVER_S, "right"))]
        since = times[rows] - times[rows].mean()
        if len(since) < _FEWEST or since[-1] - since[0] < _SPEED_OVER_S / 2:
            continue
        spread = float(since @ since)
        velocity = since @ positions[rows] / spread
        speed = float(np.linalg.norm(velocity))
        if not speed <= best[0]:
            along = float(np.linalg.norm(sigma[rows].mean(axis=0) * velocity)) / max(speed, 1e-9)
            best = (speed, along / float(np.sqrt(spread)))
    return best
