"""How far apart the clocks are of files that show one throw: by their sound, the motion, or the rays of a rig."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TypeVar

from handball.acquisition.sound import load_sound
from handball.domain.camera import Camera
from handball.domain.performance import Landmarks, Performance
from handball.domain.pose import Pose2D
from handball.domain.rig import Delay, Rig
from handball.errors import SyncError, UsageError
from handball.pipeline.rig_joints import fitting_cameras
from handball.stereo.sound_delay import sound_delay
from handball.stereo.synchrony import LEAST_LIKENESS, MOST_SIGMA_S, motion_delay, rays_delay

S = TypeVar("S")
U = TypeVar("U")

_LEAST_BEFORE_RAYS = 0.3
"""A body hides joints from one side that the other side sees; whether both films show one throw the rays tell."""


def delays_by_sound(paths: Sequence[Path]) -> tuple[Delay, ...]:
    """Find the delay of each file against the first from a sound that all have heard.

    Raises
    ------
    SyncError
        When a file has no sound, or no common sound stands out.
    """
    first, *others = [load_sound(path) for path in paths]
    return (_FIRST, *(sound_delay(first, other) for other in others))


def delays_of_views(seen: Sequence[Performance], rig: Rig | None) -> tuple[Delay, ...]:
    """Find the delay of each view of one throw against the first, from the motion and from the rays of a rig.

    Raises
    ------
    SyncError
        When it cannot be known well enough.
    """
    flats = [landmarks_of(one).flat for one in seen]
    strikes = [one.key_actions["strike"].time for one in seen]
    known = rig.delays if rig is not None else (0.0,) * len(seen)
    guesses = [delay or strikes[0] - strike for delay, strike in zip(known, strikes, strict=True)]
    least = LEAST_LIKENESS if rig is None else _LEAST_BEFORE_RAYS
    starts = [motion_delay(flats[0], flat, about=guess, least=least) for flat, guess in without_first(flats, guesses)]
    if rig is None:
        return (_FIRST, *starts)
    return refined_delays(fitting_cameras(rig, flats), flats, starts, [one.path for one in seen])


_FIRST = Delay(seconds=0.0, sigma=0.0, likeness=1.0, way="clock")


def refined_delays(
    cameras: Sequence[Camera], flats: Sequence[Pose2D], starts: Sequence[Delay], paths: Sequence[Path]
) -> tuple[Delay, ...]:
    """Refine first guesses by the rays of calibrated cameras; see `delays_of_views`."""
    found = [_FIRST]
    for number, start in enumerate(starts, start=1):
        delay = rays_delay((cameras[0], cameras[number]), flats[0], flats[number], start)
        if delay.sigma > MOST_SIGMA_S:
            raise SyncError(
                f"The clocks of {paths[0].name} and {paths[number].name} are known to {1000 * delay.sigma:.0f} ms, "
                f"expected {1000 * MOST_SIGMA_S:.0f}: film at more pictures a second, or from where the arm is seen."
            )
        found.append(delay)
    return tuple(found)


def without_first(first: Sequence[S], second: Sequence[U]) -> list[tuple[S, U]]:
    """Pair everything but what belongs to the first camera."""
    return list(zip(first, second, strict=True))[1:]


def landmarks_of(one: Performance) -> Landmarks:
    """Return what the pose net has seen of a throw; a pose file has none."""
    if one.landmarks is None:
        raise UsageError(f"{one.path} holds joints already: a rig takes the video of each camera.")
    return one.landmarks
