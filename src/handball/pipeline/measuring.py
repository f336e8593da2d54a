"""The second, fine pass over a video: joints at full rate around the throw, and pictures for the report."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.config import Settings
from handball.domain.performance import Landmarks
from handball.domain.pictures import Pictures
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23, Side
from handball.drawing.crops import Cropper
from handball.errors import NoAthleteError
from handball.pipeline.choosing import Found, known_regions
from handball.pipeline.hooks import Hooks
from handball.pipeline.nets import Nets
from handball.pose_estimation.limb_labels import with_limbs_relabeled
from handball.pose_estimation.sequence import Sighting, followed_region, poses, regions_between
from handball.pose_estimation.sides import with_sides_repaired
from handball.pose_estimation.strays import without_strays

BEFORE_S, AFTER_S = 1.7, 1.0
FAST_BEFORE_S, FAST_AFTER_S = 0.7, 0.65
SLOW_HZ = 20.0
_HEAD = BODY_23.indices(("nose", "left_eye", "right_eye", "left_ear", "right_ear"))


@attrs.frozen(kw_only=True)
class Measured:
    """What the pose net has seen, the joints in space lifted from it, and the pictures that go with them."""

    landmarks: Landmarks
    deep: Pose3D
    pictures: Pictures | None
    repaired_sides: int


def frames_to_measure(found: Found, settings_window: tuple[float, float] | None) -> NDArray[np.int64]:
    """Choose the frames of the fine pass.

    All frames that show something new, from 0.7 s before to 0.65 s after the fastest hand; further
    out 20 a second are enough. A window given by the user is taken as it is.
    """
    video = found.file.video
    first, last = video.shot_of(int(found.track.frames[0]))
    begin, end = settings_window or (found.peak_time - BEFORE_S, found.peak_time + AFTER_S)
    times = video.capture_times
    inside = (times >= begin) & (times <= end) & ~video.repeated
    inside[: max(first, int(found.track.frames[0]))] = False
    inside[min(last, int(found.track.frames[-1]) + _step(found)) + 1 :] = False
    near = (times >= found.peak_time - FAST_BEFORE_S) & (times <= found.peak_time + FAST_AFTER_S)
    chosen: list[int] = []
    for frame in np.flatnonzero(inside):
        if near[frame] or not chosen or times[frame] - times[chosen[-1]] >= 1 / SLOW_HZ - 1e-4:
            chosen.append(int(frame))
    return np.array(chosen, dtype=np.int64)


def _step(found: Found) -> int:
    """Frames between two sampled pictures: the track ends at a sample, the person does not."""
    return int(np.ceil(np.median(np.diff(found.track.frames)))) if len(found.track) > 1 else 0


def measure(
    found: Found,
    frames: NDArray[np.int64],
    nets: Nets,
    settings: Settings,
    hooks: Hooks,
    *,
    hand: Side,
    pictures: bool = True,
) -> Measured:
    """Estimate joints on the chosen frames, looking where the search has seen the person.

    Whoever throws with the left hand is shown to the net in a mirror.

    Raises
    ------
    NoAthleteError
        When no frame is left to measure.
    """
    if not frames.size:
        raise NoAthleteError(
            f"{found.file.video.path}: the chosen person is not in the pictures at that time: "
            "choose another one (--athlete) or another part (--start, --end)."
        )
    regions = regions_between(known_regions(found), frames)
    cropper = Cropper(
        boxes=found.track.at(frames), size=(found.file.video.width, found.file.video.height), blur=settings.blur_face
    )
    wanted = dict(zip(frames.tolist(), regions, strict=True))
    sightings: list[Sighting] = []
    with hooks.stage("decode"):
        for frame, picture in found.file.read(int(frames[0]), int(frames[-1]), wanted):
            with hooks.stage("pose"):
                if not sightings:
                    # the search saw the person with another net: let this one settle on its own region first
                    previous = nets.estimator(picture, wanted[frame], mirrored=hand == "left")
                region = followed_region(previous, wanted[frame])
                landmarks = previous = nets.estimator(picture, region, mirrored=hand == "left")
            if pictures:
                with hooks.stage("pictures"):
                    cropper.add(frame, picture, landmarks.pixels[_HEAD])
            sightings.append(Sighting(frame=frame, landmarks=landmarks))
            hooks.progress("pose", len(sightings), len(wanted))
    flat, deep = poses(sightings, found.file.video)
    flat, deep, repaired = with_sides_repaired(flat, deep)
    flat, deep, relabeled = with_limbs_relabeled(flat, deep)
    flat, deep = without_strays(flat, deep)
    with hooks.stage("lift"):
        lifted = nets.lifter(flat, deep)
    return Measured(
        landmarks=Landmarks(flat=flat, deep=deep),
        deep=lifted,
        pictures=cropper.pictures() if pictures else None,
        repaired_sides=repaired + relabeled,
    )
