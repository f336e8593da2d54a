"""Two or more cameras whose places are known: what joints in true metres need."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.action import Measure
from handball.domain.camera import Camera

World = Literal["camera", "floor", "court"]
"""What the axes of a rig's world stand on: see `Rig.world`."""
FEWEST_CAMERAS = 2


@attrs.frozen(kw_only=True)
class Delay:
    """Seconds to add to the clock of another camera's file to get that of the first.

    `sigma` is one standard deviation; `likeness` how alike the two recordings are, from 0 to 1; `way` what it was
    read from: `motion` of the joints, `sound`, `rays` of calibrated cameras, or `clock` where nothing was read.
    """

    seconds: float
    sigma: float
    likeness: float
    way: Literal["motion", "sound", "rays", "clock"]


@attrs.frozen(kw_only=True)
class RigFacts:
    """How several cameras saw one throw.

    Attributes
    ----------
    names, files
        Of the cameras, in the order of the rig.
    world
        What the axes of the joints stand on: see `Rig.world`.
    delays
        Of each camera's file against the first one.
    miss_px
        Median distance between where a camera sees a joint and where the joint in space falls in its picture, pixels.
    seen_share
        Share of the joints, from 0 to 1, that at least two cameras see.
    measures
        Heights above the floor and speeds in the room: see `kinematics.room_measures`.
    """

    names: tuple[str, ...]
    files: tuple[str, ...]
    world: World
    delays: tuple[Delay, ...]
    miss_px: float
    seen_share: float
    measures: tuple[Measure, ...] = ()


@attrs.frozen(kw_only=True)
class Rig:
    """Cameras at rest that film the same throw.

    Attributes
    ----------
    cameras
        In the order in which their files are given; each with a name of its own.
    world
        `camera`: axes of the first camera, turned so that x is to the right, y away from it and z up in its picture;
        neither the floor nor the vertical is known. `floor`: z is up and z = 0 is the floor. `court`: the axes of
        `domain.court` as well.
    delays
        Seconds to add to the clock of each camera's file to get the time of the rig; zeros where unknown or the same.
    error_px
        Root mean square of the reprojection error of the calibration in pixels; None where it is not known.

    Raises
    ------
    ValueError
        For fewer than two cameras, a name twice, two cameras at one place, or another number of delays than cameras.
    """

    cameras: tuple[Camera, ...]
    world: World = "camera"
    delays: tuple[float, ...] = attrs.field()
    error_px: float | None = None

    @delays.default
    def _no_delays(self) -> tuple[float, ...]:
        return (0.0,) * len(self.cameras)

    def __attrs_post_init__(self) -> None:
        if len(self.cameras) < FEWEST_CAMERAS:
            raise ValueError(f"a rig needs at least {FEWEST_CAMERAS} cameras, found {len(self.cameras)}")
        if len(set(self.names)) < len(self.names):
            raise ValueError(f"the cameras of a rig need different names, found {', '.join(self.names)}")
        if len({tuple(camera.position) for camera in self.cameras}) < len(self.cameras):
            raise ValueError("two cameras of a rig stand at the same place")
        if len(self.delays) != len(self.cameras):
            raise ValueError(f"{len(self.cameras)} cameras need as many delays, found {len(self.delays)}")

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the cameras in their order."""
        return tuple(camera.name for camera in self.cameras)

    @property
    def has_floor(self) -> bool:
        """Whether z = 0 is the real floor."""
        return self.world != "camera"
