"""How a clip was filmed: what was measured of it, a light for each point, and what the clip can decide."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import check_rising, check_shape, column
from handball.domain.skeleton import Side

Light = Literal["ok", "doubtful", "bad"]
LIGHTS: tuple[Light, ...] = ("ok", "doubtful", "bad")

PointName = Literal[
    "frame_rate", "slow_motion", "blur", "size", "inside", "camera_motion", "view", "hand", "athlete", "throws"
]
POINTS: tuple[PointName, ...] = (
    "frame_rate",
    "slow_motion",
    "blur",
    "size",
    "inside",
    "camera_motion",
    "view",
    "hand",
    "athlete",
    "throws",
)
"""Every point of a check, in the order in which they are shown."""

CameraSide = Literal["throwing_side", "other_side", "front", "behind", "unknown"]


@attrs.frozen(kw_only=True)
class BackgroundMotion:
    """How the picture moves behind the people, from one sampled picture to the next.

    Attributes
    ----------
    times
        Real seconds of the sampled pictures.
    shifts
        Way of the middle of the picture since the picture before, in pixels; NaN where too little is seen
        behind the people.
    turns_deg
        Turn of the picture since the picture before, clockwise.
    """

    times: Float[np.ndarray, " pictures"] = column(np.float64)
    shifts: Float[np.ndarray, "pictures 2"] = column(np.float64)
    turns_deg: Float[np.ndarray, " pictures"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_rising("times", self.times)
        check_shape("shifts", self.shifts, (len(self.times), 2))
        check_shape("turns_deg", self.turns_deg, (len(self.times),))


@attrs.frozen(kw_only=True)
class View:
    """Where the camera stands, seen from the athlete at the strike.

    `azimuth_deg` is 0 in the direction of the throw, 90 on the side of the throwing arm, -90 on the other, from
    -180 to 180; `sigma_deg` one standard deviation of it.
    """

    azimuth_deg: float
    sigma_deg: float


@attrs.frozen(kw_only=True)
class CaptureMeasures:
    """Numbers about one clip; what could not be measured is NaN or None.

    Attributes
    ----------
    rate_hz, distinct_rate_hz
        Pictures, and different pictures, a second of real time.
    repeated_share
        Share of the pictures that repeat the one before.
    variable_rate
        Whether the time between pictures varies.
    slow_motion
        The factor with which the clip was read.
    slow_motion_tag
        The factor that the file's own tags tell; None without such a tag.
    slow_motion_suspected
        The factor that speeds or a flight suggest; None where nothing does.
    blur_px, blur_m
        How far the hand moves from one picture to the next around the strike, in pixels and meters: it smears by so
        much at most.
    height_px, height_share
        Height of the standing athlete in pixels, and as a share of the picture's height.
    feet_inside, arm_inside
        Share of the throw in which both feet, and the throwing hand, are inside the picture.
    camera_drift
        How far the background moves within a second of the throw, as a share of the athlete's height.
    view
        Where the camera stands; None where nobody throws.
    hand, hand_sure
        The throwing hand, and how sure that is from 0 to 1; None where nobody throws.
    people, athlete, athlete_sure, athlete_frame, athlete_box
        How many people are in the picture at once, the number of the one who was chosen, whether nobody else moves
        nearly as much like a thrower, and where that one stands.
    throw_times, throws_counted
        Seconds of the throws that were found; whether these are all that there are.
    """

    rate_hz: float
    distinct_rate_hz: float
    repeated_share: float
    variable_rate: bool
    slow_motion: float = 1.0
    slow_motion_tag: float | None = None
    slow_motion_suspected: float | None = None
    blur_px: float = float("nan")
    blur_m: float = float("nan")
    height_px: float = float("nan")
    height_share: float = float("nan")
    feet_inside: float = float("nan")
    arm_inside: float = float("nan")
    camera_drift: float = float("nan")
    view: View | None = None
    hand: Side | None = None
    hand_sure: float = float("nan")
    people: int = 0
    athlete: int | None = None
    athlete_sure: bool = True
    athlete_frame: int | None = None
    athlete_box: tuple[float, float, float, float] | None = None
    throw_times: tuple[float, ...] = ()
    throws_counted: bool = True


@attrs.frozen(kw_only=True)
class CapturePoint:
    """One point of a check: its light, and the key of its sentence with the values that belong in it."""

    name: PointName
    light: Light
    key: str
    values: tuple[tuple[str, float | str], ...] = ()


@attrs.frozen(kw_only=True)
class Capture:
    """The check of one clip: every point, what can and what cannot be decided, and how to film it better.

    `can`, `cannot` and `advice` are keys of the language tables, most important first.
    """

    measures: CaptureMeasures
    points: tuple[CapturePoint, ...]
    can: tuple[str, ...]
    cannot: tuple[str, ...]
    advice: tuple[str, ...]

    @property
    def light(self) -> Light:
        """The worst light of all points."""
        return max((point.light for point in self.points), key=LIGHTS.index, default="ok")

    def point(self, name: PointName) -> CapturePoint:
        """Return the point of that name. Raises `KeyError` where the check has none."""
        for point in self.points:
            if point.name == name:
                return point
        raise KeyError(name)
