"""From landmarks of single pictures to poses over time."""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.domain.video import Video
from handball.pose_estimation.picture_plane import with_picture_positions
from handball.stages import BodyLandmarks, Region

LEAST_PRESENCE = 0.5
_OUTSIDE_SHARE = 0.02
_SIGMA_PX_SHARE = 0.012
"""One standard deviation in the picture, as a share of the side of the region."""
SIGMA_M = (0.019, 0.037, 0.019)
"""One standard deviation in space of a joint that is clearly seen: across and up from the picture, in depth from the
net's guess. Fitted by `benchmarking.single_camera` to differences of two moments seen by one camera."""
LEAST_TRUST = 0.5
"""The uncertainty grows as 1 / score down to this score. No further: outliers are judged by it, and a joint that is
hardly seen must not thereby pass as one that may jump."""


@attrs.frozen(kw_only=True)
class Sighting:
    """The landmarks of one frame."""

    frame: int
    landmarks: BodyLandmarks


def poses(sightings: Sequence[Sighting], video: Video) -> tuple[Pose2D, Pose3D]:
    """Collect sightings (frames rising) into a pose in the picture and one in space.

    A joint is missing where the net sees no person, or where it lies outside the picture; a joint
    that is hidden by the body is kept with a larger uncertainty.
    """
    frames = np.array([sighting.frame for sighting in sightings], dtype=np.int64)
    pixels = np.stack([sighting.landmarks.pixels for sighting in sightings])
    scores = np.stack([sighting.landmarks.scores for sighting in sightings])
    meters = with_picture_positions(np.stack([sighting.landmarks.meters for sighting in sightings]), pixels, scores)
    seen = np.array([sighting.landmarks.presence >= LEAST_PRESENCE for sighting in sightings])
    missing = ~seen[:, None] | _outside(pixels, video)
    doubt = 1.0 / np.clip(scores, LEAST_TRUST, 1.0)
    sides = np.array([sighting.landmarks.region.side for sighting in sightings])
    sigma_px = np.broadcast_to((_SIGMA_PX_SHARE * sides[:, None] * doubt)[..., None], pixels.shape)
    flat = Pose2D(
        skeleton=BODY_23,
        frames=frames,
        times=video.capture_times[frames],
        positions=np.where(missing[..., None], np.nan, pixels),
        scores=scores,
        sigma=sigma_px,
        image_size=(video.width, video.height),
    )
    deep = Pose3D(
        skeleton=BODY_23,
        frames=frames,
        times=video.capture_times[frames],
        positions=np.where(missing[..., None], np.nan, meters),
        scores=scores,
        sigma=np.array(SIGMA_M) * doubt[..., None],
        origin="pelvis",
    )
    return flat, deep


def _outside(pixels: Float[np.ndarray, "frames joints 2"], video: Video) -> NDArray[np.bool_]:
    margin = _OUTSIDE_SHARE * max(video.width, video.height)
    last = np.array([video.width - 1, video.height - 1])
    outside: NDArray[np.bool_] = np.asarray(((pixels < -margin) | (pixels > last + margin)).any(axis=-1))
    return outside


def regions_between(known: Sequence[tuple[int, Region]], frames: NDArray[np.int64]) -> list[Region]:
    """Interpolate regions of some frames (rising) to other frames; held constant outside.

    Neighbouring regions are averaged a little, so that one bad sighting does not lead the net astray.
    """
    at = np.array([frame for frame, _ in known], dtype=float)
    turn = np.unwrap([region.rotation for _, region in known])
    rows = np.array(
        [
            (region.center[0], region.center[1], region.side, angle)
            for (_, region), angle in zip(known, turn, strict=True)
        ]
    )
    steady = np.stack([np.median(rows[max(0, k - 1) : k + 2], axis=0) for k in range(len(rows))])
    values = np.stack([np.interp(frames, at, (rows[:, k] + steady[:, k]) / 2) for k in range(4)], axis=1)
    return [Region(center=(float(x), float(y)), side=float(side), rotation=float(a)) for x, y, side, a in values]


def followed_region(previous: BodyLandmarks, expected: Region) -> Region:
    """Return where to look next: where the last landmarks point, unless they have left the person.

    `expected` is where the search has seen the person; a region that is lost, much larger or
    smaller, or more than a third of its side away is given up for it.
    """
    region = previous.region
    away = np.hypot(region.center[0] - expected.center[0], region.center[1] - expected.center[1])
    lost = previous.presence < LEAST_PRESENCE or away > expected.side / 3
    return expected if lost or not 0.6 < region.side / expected.side < 1.7 else region
