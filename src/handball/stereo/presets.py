"""The rig of the paper and one that sees more: poses in the world of the court, and what its camera can be.

Part numbers of the paper's camera name a 1/3 inch chip of 640 x 480 pixels, 7.4 micrometres each; its table also
says 1920 x 1200, which neither that chip nor the bus of two cameras could give (SPEC 8.1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from types import MappingProxyType

import attrs

from handball.domain.camera import Camera
from handball.domain.rig import Rig

IMAGE_SIZE = (640, 480)
CLAIMED_SIZE = (1920, 1200)
PIXEL_MM = 0.0074
RATE_HZ, TOP_RATE_HZ = 120.0, 200.0
BUS_MBIT_S = 800.0
"""IEEE 1394b, which both cameras share."""
FOCALS_MM = (6.0, 4.0)
BASELINE = 1.0
"""Metres; the paper gives none."""

Point = tuple[float, float, float]


@attrs.frozen(kw_only=True)
class Station:
    """Where the middle of a rig stands in the court, and the point that it looks at; `what` says it in words."""

    position: Point
    target: Point
    what: str


STATIONS: Mapping[str, Station] = MappingProxyType(
    {
        "paper_rig": Station(
            position=(-3.0, 10.0, 2.2),
            target=(40.0, 10.0, 2.2),
            what="3 m behind the goal line, level, along the court, as the paper has it",
        ),
        "side_rig": Station(
            position=(20.0, -3.0, 4.0),
            target=(20.0, 10.0, 0.0),
            what="3 m beside the court at its middle, 4 m high, tilted to the center of the court: recommended",
        ),
    }
)


def preset_rig(name: str, focal_mm: float = 6.0, baseline: float = BASELINE) -> Rig:
    """Return two parallel cameras of the paper's kind in the world of the court.

    Parameters
    ----------
    name
        `paper_rig` or `side_rig`.
    focal_mm
        Focal length of the lens; 6 and 4 are made for this mount.
    baseline
        Metres between the two cameras, half of it to each side of the station.

    Raises
    ------
    KeyError
        For another name.
    ValueError
        For a focal length or a baseline that is not positive.

    Examples
    --------
    >>> left, right = preset_rig("paper_rig").cameras
    >>> left.position.tolist(), right.position.tolist()
    ([-3.0, 10.5, 2.2], [-3.0, 9.5, 2.2])
    """
    if not (focal_mm > 0 and baseline > 0):
        raise ValueError(f"focal_mm and baseline must be positive, found {focal_mm} and {baseline}")
    station = STATIONS[name]
    ahead = [station.target[axis] - station.position[axis] for axis in (0, 1)]
    right = (ahead[1] / math.hypot(*ahead), -ahead[0] / math.hypot(*ahead))
    cameras = tuple(
        Camera.looking(
            name=side,
            position=_shifted(station.position, right, share * baseline),
            target=_shifted(station.target, right, share * baseline),
            focal_px=focal_mm / PIXEL_MM,
            image_size=IMAGE_SIZE,
        )
        for side, share in (("left", -0.5), ("right", 0.5))
    )
    return Rig(cameras=cameras, world="court")


def _shifted(point: Point, right: tuple[float, float], way: float) -> Point:
    return (point[0] + way * right[0], point[1] + way * right[1], point[2])


def chip_mm(size: tuple[int, int], pixel_mm: float = PIXEL_MM) -> tuple[float, float]:
    """Return width and height of a chip of so many pixels in millimetres.

    Examples
    --------
    >>> [round(side, 2) for side in chip_mm((640, 480))]
    [4.74, 3.55]
    """
    return size[0] * pixel_mm, size[1] * pixel_mm


def stream_mbit_s(size: tuple[int, int], rate_hz: float, bits: int = 8) -> float:
    """Return the megabits that one camera sends in a second.

    Examples
    --------
    >>> round(stream_mbit_s((640, 480), 120)), round(stream_mbit_s((640, 480), 200))
    (295, 492)
    """
    return size[0] * size[1] * bits * rate_hz / 1e6


def view_deg(focal_mm: float, size: tuple[int, int] = IMAGE_SIZE, pixel_mm: float = PIXEL_MM) -> tuple[float, float]:
    """Return the horizontal and the vertical angle of view in degrees.

    Examples
    --------
    >>> [round(angle, 1) for angle in view_deg(6.0)], [round(angle, 1) for angle in view_deg(4.0)]
    ([43.1, 33.0], [61.3, 47.9])
    """
    width, height = chip_mm(size, pixel_mm)
    return (
        math.degrees(2 * math.atan(width / (2 * focal_mm))),
        math.degrees(2 * math.atan(height / (2 * focal_mm))),
    )
