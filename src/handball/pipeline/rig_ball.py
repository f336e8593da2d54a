"""The ball of a throw that several cameras see: when it leaves the hand, and how fast."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import Measure
from handball.domain.ball import Release
from handball.domain.camera import Camera
from handball.domain.performance import Performance
from handball.domain.rig import Delay
from handball.errors import InvalidFlightError
from handball.kinematics.flight import Flight, flight_of
from handball.stereo.triangulation import Triangulated, triangulate

Array = NDArray[np.float64]

_FEWEST_VIEWS = 2
_LONGEST_GAP_S = 0.05
"""Between two sightings of a camera, across which its ball is where the straight way between them says."""
_SHARE, _LEAST_PX = 0.15, 0.5
"""One standard deviation of the ball's middle: share of its radius, and pixels, together."""
_MOST_DOUBT = 0.1
"""One standard deviation of a speed that is told, as its share."""
_AFTER_S = 0.005
"""The ball flies freely from shortly after its release on."""


def common_release(seen: Sequence[Performance], delays: Sequence[Delay]) -> Release | None:
    """Return the release on the first camera's clock, out of those that moved the strike of one camera; or None.

    The mean, weighted by how sure each is; as unsure as they are apart.
    """
    found = [(one.release, delay) for one, delay in zip(seen, delays, strict=True) if one.release is not None]
    if not found:
        return None
    times = np.array([release.time + delay.seconds for release, delay in found])
    sigma = np.array([np.hypot(release.sigma_s, delay.sigma) for release, delay in found])
    weights = sigma**-2 / (sigma**-2).sum()
    time = float(weights @ times)
    apart = float(np.sqrt(weights @ (times - time) ** 2))
    return Release(
        time=time,
        sigma_s=float(np.hypot((sigma**-2).sum() ** -0.5, apart)),
        evidence=max(release.evidence for release, _ in found),
    )


def ball_speed(
    seen: Sequence[Performance], cameras: Sequence[Camera], delays: Sequence[Delay], release: float, up: Array
) -> Measure | None:
    """Return how fast the ball leaves the hand, metres a second; None where its flight does not tell it to a tenth.

    Parameters
    ----------
    seen
        The throw as each camera alone saw it, with its ball.
    cameras, delays
        Of each.
    release
        When the ball left the hand, seconds of the first camera's clock.
    up
        Unit vector against gravity in the world of the cameras.
    """
    flight = ball_flight(seen, cameras, delays, release, up)
    if flight is None or flight.speed_sigma > _MOST_DOUBT * flight.speed:
        return None
    return Measure(name="ball_speed", unit="m/s", value=flight.speed, sigma=flight.speed_sigma, key_action="strike")


def ball_flight(
    seen: Sequence[Performance], cameras: Sequence[Camera], delays: Sequence[Delay], release: float, up: Array
) -> Flight | None:
    """Return the flight of the ball after its release; None where it is not seen well enough, or is no flight."""
    tracks = [one.ball for one in seen]
    first = tracks[0]
    if first is None or sum(track is not None for track in tracks) < _FEWEST_VIEWS:
        return None
    times = first.times + delays[0].seconds
    rows = [
        np.full((len(times), 3), np.nan)
        if track is None
        else circles_at(track.times[track.seen], track.circles[track.seen], times - delay.seconds)
        for track, delay in zip(tracks, delays, strict=True)
    ]
    places = ball_in_space(cameras, np.stack(rows))
    try:
        return flight_of(times, places.positions, places.sigma, release + _AFTER_S, up=(up[0], up[1], up[2]))
    except InvalidFlightError:
        return None


def ball_in_space(cameras: Sequence[Camera], circles: Array) -> Triangulated:
    """Find the ball where each camera sees its circle, shape (cameras, times, 3), NaN where it does not."""
    sigma = np.hypot(_SHARE * circles[..., 2], _LEAST_PX)
    return triangulate(cameras, circles[..., :2], sigma)


def circles_at(known: Array, circles: Array, times: Array) -> Array:
    """Return the circle at some times, between the sightings before and after; NaN where one of them is far.

    Parameters
    ----------
    known, circles
        Seconds at which the ball was seen, rising, and center x, y and radius in pixels then.
    times
        Seconds on the same clock.
    """
    found = np.full((len(times), 3), np.nan)
    if len(known) < _FEWEST_VIEWS:
        return found
    after = np.clip(np.searchsorted(known, times), 1, len(known) - 1)
    inside = (times >= known[0]) & (times <= known[-1]) & (known[after] - known[after - 1] <= _LONGEST_GAP_S)
    for axis in range(3):
        found[inside, axis] = np.interp(times[inside], known, circles[:, axis])
    return found
