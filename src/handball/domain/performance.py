"""One analysed throw: everything that later stages and the report need of one clip."""

from __future__ import annotations

from pathlib import Path

import attrs

from handball.domain.action import KeyActions, Measure, SpeedPeak
from handball.domain.angles import AngleSeries
from handball.domain.ball import BallTrack, Release
from handball.domain.capture import Capture
from handball.domain.error_bars import ErrorBars
from handball.domain.pictures import Pictures
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.rig import RigFacts
from handball.domain.skeleton import Side
from handball.domain.video import Video


@attrs.frozen(kw_only=True)
class Athlete:
    """Who was chosen: by which rule, as which of the people found, and where (box in pixels)."""

    rule: str
    number: int
    people: int
    box_xyxy: tuple[float, float, float, float]
    frame: int


@attrs.frozen(kw_only=True)
class Notice:
    """Something that the user must know, as a key of the language tables with its values."""

    key: str
    values: tuple[tuple[str, str], ...] = ()


@attrs.frozen(kw_only=True)
class Landmarks:
    """What the pose net sees of one person: joints in the pictures, and its guess of them in space; the same rows."""

    flat: Pose2D
    deep: Pose3D

    def __attrs_post_init__(self) -> None:
        if self.flat.frames.shape != self.deep.frames.shape or (self.flat.frames != self.deep.frames).any():
            raise ValueError("both must have the same frames")


@attrs.frozen(kw_only=True)
class Performance:
    """One throw of one athlete.

    Attributes
    ----------
    path
        The video or pose file.
    video
        Its description; None for a pose file.
    hand
        The hand that throws.
    athlete
        Who was chosen in the video; None for a pose file.
    picture_pose
        Smoothed joints in the pictures as filmed (never mirrored); None for a pose file.
    raw_pose
        Joints in space as lifted or read, before smoothing and as filmed.
    landmarks
        What they were lifted from; None for a pose file.
    error_bars
        Factors that `angles` and `measures` have in their error bars, for what is measured later on.
    body
        Smoothed joints in space with steady bones, **in right-handed form**: a left-hander is
        mirrored, so that `right_elbow` is always the elbow of the throwing arm.
    angles, key_actions, measures, peaks
        What was measured on `body`, in right-handed form.
    pictures
        Crops around the athlete; None for a pose file.
    notices
        What the user must know about this clip.
    capture
        How the clip was filmed; None for a pose file and for several cameras.
    ball
        Where the ball is in the pictures around the strike; None where nobody has looked for it.
    release
        When the ball left the hand, where that was sure enough to move the strike; of several cameras the one of all.
    rig
        How several cameras saw the throw; None for one camera and for a pose file. `path`, `video`, `athlete` and
        pictures are those of the first one.
    """

    path: Path
    video: Video | None
    hand: Side
    athlete: Athlete | None
    picture_pose: Pose2D | None
    raw_pose: Pose3D
    body: Pose3D
    angles: AngleSeries
    key_actions: KeyActions
    measures: tuple[Measure, ...]
    peaks: tuple[SpeedPeak, ...]
    pictures: Pictures | None
    notices: tuple[Notice, ...] = ()
    landmarks: Landmarks | None = None
    error_bars: ErrorBars = ErrorBars()
    capture: Capture | None = None
    ball: BallTrack | None = None
    release: Release | None = None
    rig: RigFacts | None = None

    def __attrs_post_init__(self) -> None:
        if self.body.frames.shape != self.angles.frames.shape or (self.body.frames != self.angles.frames).any():
            raise ValueError("body and angles must have the same frames")

    @property
    def action_rows(self) -> slice:
        """Rows from start to finish, both included."""
        return slice(self.key_actions["start"].row, self.key_actions["finish"].row + 1)

    @property
    def rate_hz(self) -> float:
        """Pictures a second of real time."""
        return self.video.rate_hz if self.video else self.body.rate_hz
