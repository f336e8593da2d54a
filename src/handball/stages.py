"""What each stage takes and gives. Read this first, then `pipeline.py`.

acquire -> detect -> choose -> pose -> lift -> angles -> key actions -> align -> evaluate -> report
"""

from __future__ import annotations

from collections.abc import Container, Iterator, Sequence
from pathlib import Path
from typing import Protocol

import attrs
import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from handball.domain.action import KeyActions
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries
from handball.domain.assessment import Assessment
from handball.domain.ball import BallSighting
from handball.domain.boxes import Boxes
from handball.domain.performance import Performance
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.standard import StandardAction
from handball.domain.video import Video

Picture = UInt8[np.ndarray, "height width 3"]
"""One RGB picture."""


@attrs.frozen(kw_only=True)
class Region:
    """A rotated square of a picture: centre and side in pixels, rotation in radians (clockwise)."""

    center: tuple[float, float]
    side: float
    rotation: float = 0.0


@attrs.frozen(kw_only=True)
class BodyLandmarks:
    """What a pose net says of one person in one picture, on the joints of `BODY_23`.

    `pixels` (joints, 2) in the picture; `meters` (joints, 3) hip-centred in the axes of `Pose3D`;
    `scores` (joints,) whether a joint is inside the picture and visible; `presence` whether there is
    a person at all; `region` where to look for the same person in the next picture.
    """

    pixels: NDArray[np.float64]
    meters: NDArray[np.float64]
    scores: NDArray[np.float64]
    presence: float
    region: Region


class FrameSource(Protocol):
    """A video whose pictures can be streamed."""

    @property
    def video(self) -> Video:
        """What one pass over the file has told."""
        ...

    def read(self, first: int, last: int, only: Container[int] | None = None) -> Iterator[tuple[int, Picture]]:
        """Yield (frame, picture) for the frames first..last that are no repeats, or for `only` some of them."""
        ...


class Detector(Protocol):
    """Find people in a picture."""

    def __call__(self, picture: Picture) -> Boxes:
        """Return the boxes of all people, best first."""
        ...


class PoseEstimator(Protocol):
    """Find the joints of one person."""

    def __call__(self, picture: Picture, region: Region, *, mirrored: bool = False) -> BodyLandmarks:
        """Return the joints of the person inside the region, as seen directly or in a mirror."""
        ...


class Lifter(Protocol):
    """Find the joints in space of one person seen by one camera."""

    def __call__(self, flat: Pose2D, deep: Pose3D) -> Pose3D:
        """Return joints in space from those in the pictures; `deep` is the pose net's guess, picture by picture."""
        ...


class LiveFinding(Protocol):
    """Find the ball in one picture after another, as a camera gives them."""

    def __call__(self, picture: Picture) -> BallSighting | None:
        """Return where the ball is, None where it is not seen; earlier pictures are remembered inside."""
        ...


class KeyActionRule(Protocol):
    """Find the four key actions of a throw with the right hand."""

    def __call__(self, body: Pose3D) -> KeyActions:
        """Return the key actions. Raises `NoThrowError` where there is no throw."""
        ...


class Aligner(Protocol):
    """Find which rows of two angle series correspond."""

    def __call__(self, reference: AngleSeries, performance: AngleSeries) -> Alignment:
        """Return the alignment, reference first."""
        ...


class Evaluator(Protocol):
    """Measure a performance against a standard."""

    def __call__(self, standard: StandardAction, performance: Performance, alignment: Alignment) -> Assessment:
        """Return what differs, by how much, how sure, and what to practise."""
        ...


class Reporter(Protocol):
    """Write an assessment down."""

    def __call__(self, assessment: Assessment, folder: Path) -> Sequence[Path]:
        """Write the files into the folder and return their paths."""
        ...
