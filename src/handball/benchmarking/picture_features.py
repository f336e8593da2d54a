"""A clip as one row of numbers made of its pictures alone, for `difficulty.py`.

The protocol is fixed: 8 pictures at even distances over the clip, a square around the athlete's true box, the 1280
features of EfficientNet-Lite0 (ImageNet, frozen) of each, and over the clip their means, their standard deviations and
the means of how much they change from picture to picture.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

from handball.acquisition.decoding import decoded_frames, open_stream
from handball.benchmarking.joint_features import samples_of
from handball.benchmarking.known_clips import KnownClip, Progress
from handball.benchmarking.support_vectors import Samples
from handball.errors import OutputError
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession
from handball.stages import Picture

Array = NDArray[np.float64]
Look = Callable[[Picture], Array]
"""From a square RGB picture to its features."""

NET = "efficientnet_lite0"
PICTURES = 8
PICTURES_ALONE = "pictures alone"
_SIDE = 224
_MARGIN = 1.15
_FEATURES = "efficientnet-lite0/model/head/AvgPool"


class PictureNet:
    """The frozen features of EfficientNet-Lite0 (Tan and Le 2019; the variant without squeeze and excitation).

    Raises
    ------
    ModelError
        When the net is missing or damaged.
    """

    def __init__(self, threads: int = 2) -> None:
        self._session = TfliteSession(model_path(NET), threads, inner=[_FEATURES])

    def __call__(self, picture: Picture) -> Array:
        """Return the features of an RGB picture of 224 x 224 pixels, shape (1280,)."""
        values = (picture.astype(np.float32) - 127) / 128
        return np.asarray(self._session.run(values[None])[_FEATURES].ravel(), dtype=np.float64)


def athlete_crop(picture: Picture, box_xyxy: Float[np.ndarray, "4"]) -> UInt8[np.ndarray, "side side 3"]:
    """Return a square around a box, 224 x 224; what lies outside the picture repeats its edge."""
    x0, y0, x1, y1 = (float(value) for value in box_xyxy)
    scale = _SIDE / (_MARGIN * max(x1 - x0, y1 - y0))
    middle = (_SIDE - 1) / 2
    matrix = np.array([[scale, 0.0, middle - scale * (x0 + x1) / 2], [0.0, scale, middle - scale * (y0 + y1) / 2]])
    crop = cv2.warpAffine(picture, matrix, (_SIDE, _SIDE), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(crop, dtype=np.uint8)


def pooled(features: Float[np.ndarray, "pictures features"]) -> Float[np.ndarray, " pooled"]:
    """Return means, standard deviations and mean changes over a clip, shape (3 * features,)."""
    changes = np.abs(np.diff(features, axis=0))
    return np.concatenate([features.mean(axis=0), features.std(axis=0), changes.mean(axis=0)])


def picture_samples(clips: Sequence[KnownClip], look: Look, progress: Progress | None = None) -> Samples:
    """Look at the pictures of rendered clips.

    Raises
    ------
    OutputError
        When a clip was not rendered, or its athlete is never in the picture.
    UnreadableVideoError
        When a video cannot be read.
    """
    rows = []
    for done, clip in enumerate(clips, start=1):
        rows.append(pooled(np.stack([look(crop) for crop in _crops(clip)])))
        if progress is not None:
            progress(done, len(clips))
    return samples_of(clips, PICTURES_ALONE, np.stack(rows))


def _crops(clip: KnownClip) -> list[Picture]:
    shown = np.flatnonzero(np.isfinite(clip.box_xyxy).all(axis=1))
    if clip.video is None or not len(shown):
        raise OutputError(f"The athlete of {clip.video or 'a clip'} is never in the picture: make the set again.")
    chosen = [int(frame) for frame in shown[np.linspace(0, len(shown) - 1, PICTURES).round().astype(int)]]
    pictures = _pictures(clip.video, set(chosen))
    if len(pictures) < len(set(chosen)):
        raise OutputError(f"{clip.video} has fewer pictures than its truth: make the set again.")
    return [athlete_crop(pictures[frame], clip.box_xyxy[frame]) for frame in chosen]


def _pictures(video: Path, frames: set[int]) -> dict[int, Picture]:
    with open_stream(video) as (container, stream):
        decoded = enumerate(decoded_frames(container, stream))
        return {frame: found.to_ndarray(format="rgb24") for frame, found in decoded if frame in frames}
