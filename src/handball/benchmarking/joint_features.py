"""A clip as one row of numbers made of its true joints, for `difficulty.py`.

The protocol is fixed: 24 moments at even distances over the whole clip; the joints of COCO-17 from the middle of the
hips of the same moment, in torso lengths (the median of the clip). Nothing else is taken away: the body is not turned
to face one way and left-handers are not mirrored, since a recognizer that sees pictures is not given that either.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.benchmarking.known_clips import KnownClip
from handball.benchmarking.support_vectors import Samples
from handball.synthesis.joint_sets import COCO_17

Array = NDArray[np.float64]

MOMENTS = 24
JOINTS_3D, JOINTS_2D = "true joints, 3D", "true joints, 2D"
_HIPS = tuple(COCO_17.index(f"{side}_hip") for side in ("left", "right"))
_SHOULDERS = tuple(COCO_17.index(f"{side}_shoulder") for side in ("left", "right"))


def joint_features(
    times: Float[np.ndarray, " frames"], joints: Float[np.ndarray, "frames 17 axes"]
) -> Float[np.ndarray, " features"]:
    """Return where the joints are relative to the hips, in torso lengths, moment by moment.

    Parameters
    ----------
    times, joints
        Seconds that rise, and joints in metres or pixels without gaps.

    Returns
    -------
    numpy.ndarray
        Shape (24 * 17 * axes,).
    """
    moments = np.linspace(times[0], times[-1], MOMENTS)
    columns = joints.reshape(len(times), -1).T
    sampled = np.stack([np.interp(moments, times, column) for column in columns], axis=1)
    sampled = sampled.reshape(MOMENTS, *joints.shape[1:])
    hips, shoulders = (sampled[:, list(pair)].mean(axis=1) for pair in (_HIPS, _SHOULDERS))
    torso = float(np.median(np.linalg.norm(shoulders - hips, axis=-1)))
    features: Array = ((sampled - hips[:, None]) / torso).ravel()
    return features


def joint_samples(clips: Sequence[KnownClip], kind: Literal["3D", "2D"]) -> Samples:
    """Make the samples of true joints in space, or as the camera sees them."""
    rows = [joint_features(clip.times, clip.coco_m if kind == "3D" else clip.coco_px) for clip in clips]
    return samples_of(clips, JOINTS_3D if kind == "3D" else JOINTS_2D, np.stack(rows))


def samples_of(clips: Sequence[KnownClip], name: str, features: Float[np.ndarray, "clips features"]) -> Samples:
    """Put features together with what is true of the clips that they are of."""
    return Samples(
        name=name,
        features=features,
        techniques=tuple(clip.technique for clip in clips),
        players=tuple(clip.player for clip in clips),
        split_players=tuple(clip.split_players for clip in clips),
        split_random=tuple(clip.split_random for clip in clips),
    )
