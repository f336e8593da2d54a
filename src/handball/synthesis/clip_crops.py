"""Crops cut out of rendered clips whose truth is known: the ball, and heads, empty hands and other places."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.acquisition.video_file import scan_video
from handball.ball.places import cut
from handball.errors import InvalidCropsError
from handball.synthesis.crop_plan import LARGEST, OFF_CENTER, SMALLEST
from handball.synthesis.dataset import read_manifest
from handball.synthesis.labeled_crops import UNKNOWN, LabeledCrops, plain
from handball.synthesis.recipe import Split
from handball.synthesis.truth import ClipTruth, load_truth

Array = NDArray[np.float64]
Progress = Callable[[int, int], None]

_NOSE, _WRISTS = 0, (9, 10)
_FRAMES = 12
"""Of a clip that crops are cut from."""
_CLEAR = 2.5
"""Ball radii around the ball within which a joint that is nearer to the camera may hide it."""
_LEAST_RADIUS_PX = 3.0


@attrs.frozen(kw_only=True)
class _Frame:
    """Where the ball of a frame is (x, y, radius in pixels), if held, and where there is none that looks like one."""

    ball: Array
    held: bool
    others: Array


@attrs.frozen(kw_only=True)
class _Cutting:
    size: tuple[int, int]
    frames: int
    off_center: float


def clip_crops(
    folder: Path,
    split: Split,
    size: tuple[int, int],
    *,
    seed: int = 0,
    frames: int = _FRAMES,
    off_center: float = OFF_CENTER,
    progress: Progress | None = None,
) -> LabeledCrops:
    """Cut as many crops with a ball as without one out of the clips of a set (`handball synth`) that show one person.

    The ball counts where it is in the picture and no joint of the athlete near it is nearer to the camera; other things
    that hide it are not known. Crops without a ball are cut around the head, a hand that does not hold it, or anywhere.

    Parameters
    ----------
    split
        Whose clips: of the players to learn from, or of those to test with.
    size
        Width and height of the crops in pixels.
    frames
        Of a clip that crops are cut from, at most.
    off_center
        How far a crop is off its ball: one standard deviation along each axis, in diameters.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    InvalidCropsError
        When no clip shows a ball.
    """
    rows = [row for row in read_manifest(folder) if row["split_players"] == split and row["people"] == 1]
    cutting = _Cutting(size=size, frames=frames, off_center=off_center)
    pixels: list[NDArray[np.uint8]] = []
    labels: list[Array] = []
    for number, row in enumerate(rows):
        for crop, label in _of_clip(folder, row, cutting, np.random.default_rng([seed, number])):
            pixels.append(crop)
            labels.append(label)
        if progress is not None:
            progress(number + 1, len(rows))
    if not pixels:
        raise InvalidCropsError(
            f"{folder} has no clip of one player to {'learn from' if split == 'train' else split + ' with'} in which a "
            "ball is seen: make a larger set with 'handball synth'."
        )
    found = np.array(labels)
    ball = np.isfinite(found[:, 2])
    held = np.where(ball, np.nan_to_num(found[:, 3]), UNKNOWN)
    return attrs.evolve(
        plain(np.stack(pixels), ball.tolist()), middle=found[:, :2], diameter=2 * found[:, 2], held=held
    )


def _of_clip(
    folder: Path, row: dict[str, Any], cutting: _Cutting, rng: np.random.Generator
) -> list[tuple[NDArray[np.uint8], Array]]:
    """Return crops with and without a ball in turn, with its circle (in heights of the crop) and whether it is held."""
    truth = load_truth(folder / row["truth"])
    seen = np.flatnonzero(ball_in_sight(truth))
    if not len(seen):
        return []
    frames = _chosen(seen, truth, cutting.frames)
    video = scan_video(folder / row["video"])
    found: list[tuple[NDArray[np.uint8], Array]] = []
    for frame, picture in video.read(min(frames), max(frames), frames):
        shown = _frame(truth, frame)
        for number, place in enumerate(_places(shown, picture.shape, cutting.off_center, rng)):
            left, top, height = place
            label = [*(shown.ball - np.array([left, top, 0.0])) / height, float(shown.held)]
            piece = cut(picture, place[:2], float(height), cutting.size)
            found.append((piece, np.full(4, np.nan) if number else np.array(label)))
    return found


def _chosen(seen: NDArray[np.int64], truth: ClipTruth, count: int) -> set[int]:
    """Choose among frames: half of them evenly, half of them those nearest to the release, if there is one."""
    evenly = seen[np.linspace(0, len(seen) - 1, max(1, count // 2)).astype(int)]
    away = np.abs(truth.times[seen] - truth.release_time)
    nearest = seen[np.argsort(away, kind="stable")[: count - count // 2]] if np.isfinite(away).all() else seen[:0]
    return {*evenly.tolist(), *nearest.tolist()}


def ball_in_sight(truth: ClipTruth) -> NDArray[np.bool_]:
    """Return in which frames the ball is inside the picture and no joint before it hides it, shape (frames,)."""
    middle, radius = truth.ball_circle[:, :2], truth.ball_circle[:, 2]
    width, height = truth.camera.image_size
    reach = radius[:, None]
    inside = ((middle >= reach) & (middle <= np.array([width, height]) - reach)).all(axis=1)
    away = np.linalg.norm(truth.coco_px - middle[:, None], axis=-1)
    depth = np.einsum("fjc,fc->fj", truth.coco_m - truth.camera.position, truth.camera_rotations[:, 2])
    ball = np.einsum("fc,fc->f", truth.ball_m - truth.camera.position, truth.camera_rotations[:, 2])
    hides = (away < _CLEAR * radius[:, None]) & (depth < ball[:, None])
    return np.asarray(inside & (radius >= _LEAST_RADIUS_PX) & ~hides.any(axis=1))


def _frame(truth: ClipTruth, frame: int) -> _Frame:
    joints = truth.coco_px[frame]
    return _Frame(ball=truth.ball_circle[frame], held=bool(truth.ball_in_hand[frame]), others=joints[[_NOSE, *_WRISTS]])


def _places(frame: _Frame, shape: tuple[int, ...], off_center: float, rng: np.random.Generator) -> Iterator[Array]:
    """Yield the left, top and height of a crop with the ball and of one without it, or nothing where none fits."""
    height = 2 * frame.ball[2] / rng.uniform(SMALLEST, LARGEST)
    with_ball = _around(frame.ball[:2] + rng.normal(0, 2 * off_center * frame.ball[2], 2), height)
    for _ in range(20):
        anywhere = rng.uniform([0, 0], [shape[1], shape[0]])
        middle = np.vstack([frame.others, anywhere])[rng.integers(len(frame.others) + 1)]
        without = _around(middle + rng.normal(0, 0.04 * height, 2), height)
        if np.isfinite(without).all() and not _touches(without, frame.ball):
            yield with_ball
            yield without
            return


def _around(middle: Array, height: float) -> Array:
    return np.array([middle[0] - height * 2 / 3, middle[1] - height / 2, height])


def _touches(place: Array, ball: Array) -> bool:
    left, top, height = place
    nearest = np.clip(ball[:2], [left, top], [left + height * 4 / 3, top + height])
    return bool(np.linalg.norm(nearest - ball[:2]) < ball[2])
