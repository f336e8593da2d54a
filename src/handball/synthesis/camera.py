"""Where the cameras stand: the paper's poses, a phone in the hand, the binocular rig, rings, fans, pairs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs
import numpy as np

from handball.domain.camera import Camera

Preset = Literal["near", "far", "phone", "rig", "orbit", "fan", "pair"]
PRESETS: tuple[Preset, ...] = ("near", "far", "phone", "rig", "orbit", "fan", "pair")

_HD = (1280, 720)
_AIM_HEIGHT = 1.15
_RIG_FOCAL_PX = 6.0e-3 / 7.4e-6
"""The paper's lens of 6 mm on pixels of 7.4 micrometres."""
_PAPER_RIG = (-3.0, 10.0, 2.2)
RIG_BASELINE = 1.0
"""Metres between the eyes of the rig; the paper does not say."""


@attrs.frozen(kw_only=True)
class Shot:
    """A camera and how it records."""

    camera: Camera
    rate_hz: float


def _around(
    place: Sequence[float], facing_deg: float, azimuth_deg: float, distance: float, height: float
) -> tuple[float, float, float]:
    """Return a spot `azimuth_deg` from where the player looks, counter-clockwise from above."""
    angle = np.radians(facing_deg + azimuth_deg)
    return place[0] + distance * float(np.cos(angle)), place[1] + distance * float(np.sin(angle)), height


def near(
    place: Sequence[float], facing_deg: float, *, azimuth_deg: float = 0.0, image_size: tuple[int, int] = _HD
) -> Shot:
    """Stand 4 m in front, 2.5 m high: the paper's first set. `facing_deg` is where the player looks, from x to y."""
    camera = Camera.looking(
        position=_around(place, facing_deg, azimuth_deg, 4.0, 2.5),
        target=(place[0], place[1], _AIM_HEIGHT),
        focal_px=0.72 * image_size[0],
        image_size=image_size,
        name="near",
    )
    return Shot(camera=camera, rate_hz=25.0)


def far(
    place: Sequence[float],
    facing_deg: float,
    *,
    azimuth_deg: float = 0.0,
    distance: float = 10.0,
    image_size: tuple[int, int] = _HD,
) -> Shot:
    """Stand 8 to 12 m away: the paper's second set."""
    camera = Camera.looking(
        position=_around(place, facing_deg, azimuth_deg, distance, 2.5),
        target=(place[0], place[1], _AIM_HEIGHT),
        focal_px=0.9 * image_size[0],
        image_size=image_size,
        name="far",
    )
    return Shot(camera=camera, rate_hz=25.0)


def phone(
    place: Sequence[float],
    facing_deg: float,
    *,
    azimuth_deg: float = 90.0,
    distance: float = 5.0,
    rate_hz: Literal[30, 60, 120, 240] = 60,
    portrait: bool = False,
    image_size: tuple[int, int] = _HD,
) -> Shot:
    """Hold a phone at the height of the chest; `portrait` turns the picture upright."""
    long_side, short_side = max(image_size), min(image_size)
    camera = Camera.looking(
        position=_around(place, facing_deg, azimuth_deg, distance, 1.45),
        target=(place[0], place[1], _AIM_HEIGHT),
        focal_px=0.75 * long_side,
        image_size=(short_side, long_side) if portrait else (long_side, short_side),
        name="phone",
    )
    return Shot(camera=camera, rate_hz=float(rate_hz))


def rig(
    target: Sequence[float],
    *,
    position: Sequence[float] = _PAPER_RIG,
    baseline: float = RIG_BASELINE,
    focal_px: float = _RIG_FOCAL_PX,
) -> tuple[Shot, Shot]:
    """Stand the binocular camera of the paper, axes parallel, 640 x 480 at 120 fps: left eye first.

    By default it stands 3 m behind the goal line at 2.2 m; `target` lies on the line half-way between the axes.
    """
    middle = Camera.looking(position=position, target=target, focal_px=focal_px, image_size=(640, 480))
    half = middle.rotation[0] * baseline / 2
    left, right = (
        attrs.evolve(middle, name=name, position=middle.position + step)
        for name, step in (("rig_left", -half), ("rig_right", half))
    )
    return Shot(camera=left, rate_hz=120.0), Shot(camera=right, rate_hz=120.0)


def orbit(
    place: Sequence[float],
    facing_deg: float,
    *,
    cameras: int = 12,
    distance: float = 5.0,
    height: float = 1.6,
    rate_hz: float = 60.0,
    image_size: tuple[int, int] = _HD,
) -> tuple[Shot, ...]:
    """Stand cameras in a ring, the first straight in front, the others counter-clockwise from above."""
    shots = []
    for azimuth in np.arange(cameras) * 360.0 / cameras:
        camera = Camera.looking(
            position=_around(place, facing_deg, float(azimuth), distance, height),
            target=(place[0], place[1], _AIM_HEIGHT),
            focal_px=0.8 * image_size[0],
            image_size=image_size,
            name=f"orbit_{azimuth:03.0f}",
        )
        shots.append(Shot(camera=camera, rate_hz=rate_hz))
    return tuple(shots)


def fan(
    place: Sequence[float],
    facing_deg: float,
    *,
    azimuth_deg: float = 90.0,
    cameras: int = 7,
    step_deg: float = 10.0,
    image_size: tuple[int, int] = _HD,
) -> tuple[Shot, ...]:
    """Stand phones side by side around one place, `step_deg` from one to the next, as several people would film."""
    steps = step_deg * (np.arange(cameras) - (cameras - 1) / 2)
    shots = [phone(place, facing_deg, azimuth_deg=azimuth_deg + float(step), image_size=image_size) for step in steps]
    return tuple(
        attrs.evolve(shot, camera=attrs.evolve(shot.camera, name=f"fan_{number + 1}"))
        for number, shot in enumerate(shots)
    )


def pair(
    place: Sequence[float], facing_deg: float, *, azimuth_deg: float = 90.0, image_size: tuple[int, int] = _HD
) -> tuple[Shot, Shot]:
    """Stand two phones a right angle apart around one place: what two tripods in a hall come to."""
    before, behind = (
        phone(place, facing_deg, azimuth_deg=azimuth_deg + step, image_size=image_size) for step in (-45.0, 45.0)
    )
    first, second = (
        attrs.evolve(shot, camera=attrs.evolve(shot.camera, name=name))
        for name, shot in (("pair_one", before), ("pair_two", behind))
    )
    return first, second
