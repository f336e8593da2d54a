"""Parameters of the noise model from joints that a pose net found and joints that are true.

All sizes are in torso lengths, all series at 60 Hz with NaN where a frame was not looked at.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.optimize import nnls

from handball.domain.arrays import column
from handball.domain.skeleton import BODY_23, mirrored_name
from handball.training.lifter.noise import LEVELS, PARENTS, QUICK_MEMORY, SLOW_MEMORY, Noise

Array = NDArray[np.float64]

JOINTS = BODY_23.joints[:17]
"""The joints whose truth a rendered set holds: COCO-17."""
ARM, LEG = ("elbow", "wrist"), ("knee", "ankle")
SURE = 0.6
"""A joint with a lower score is hidden."""
_GROSS = 0.25
_LAGS = (0, 1, 2, 3, 5, 8, 12, 20)
_UNKNOWN_SLOPE = 0.5
_MOVED = 0.1
"""A bone must change its depth by this much (one standard deviation) to tell a slope."""


@attrs.frozen(kw_only=True)
class FoundClip:
    """One clip at 60 Hz: places in the picture and depths of 17 joints, found and true, and scores."""

    found: Float[np.ndarray, "frames 17 2"] = column(np.float64)
    true: Float[np.ndarray, "frames 17 2"] = column(np.float64)
    scores: Float[np.ndarray, "frames 17"] = column(np.float64)
    guessed_depths: Float[np.ndarray, "frames 17"] = column(np.float64)
    true_depths: Float[np.ndarray, "frames 17"] = column(np.float64)
    looked: NDArray[np.bool_] = column(np.bool_)


def fitted_noise(clips: Sequence[FoundClip]) -> Noise:
    """Return the parameters that these clips show; what the model has no parameter for stays out.

    Raises
    ------
    ValueError
        Of no clips.
    """
    if not clips:
        raise ValueError("a fit needs at least one clip")
    away = [np.where(clip.looked[:, None, None], clip.found - clip.true, np.nan) for clip in clips]
    gross = [_gross(clip) for clip in clips]
    hidden = [clip.scores < SURE for clip in clips]
    regular = [
        np.where((wrong | unsure)[..., None], np.nan, error)
        for error, wrong, unsure in zip(away, gross, hidden, strict=True)
    ]
    shift, slow, quick, jitter = _components(regular)
    slopes, offset, wander, wander_arm, memory = _depths(clips)
    return Noise(
        shift=shift,
        slow=slow,
        quick=quick,
        jitter=jitter,
        joints=tuple(zip(JOINTS, _factors(regular), strict=True)),
        hidden=_size(away, hidden, gross, _rows(("nose", "eye", "ear", "shoulder", "hip", *LEG))),
        hidden_limb=_size(away, hidden, gross, _rows(ARM)),
        astray_wrist=_share(gross, clips, _rows(("wrist",))),
        astray_elbow=_share(gross, clips, _rows(("elbow",))),
        astray_leg=_share(gross, clips, _rows(LEG)),
        to_other_side=_to_other_side(clips, gross),
        swapped=_swapped_share(clips),
        missing=float(np.mean(np.concatenate([np.isnan(clip.found[clip.looked][..., 0]).ravel() for clip in clips]))),
        depth_slopes=slopes,
        depth_offset=offset,
        depth_wander=wander,
        depth_wander_arm=wander_arm,
        depth_memory=memory,
    )


def _rows(parts: tuple[str, ...]) -> list[int]:
    return [row for row, name in enumerate(JOINTS) if name.removeprefix("left_").removeprefix("right_") in parts]


_OTHER = [JOINTS.index(mirrored_name(name)) for name in JOINTS]


def _gross(clip: FoundClip) -> NDArray[np.bool_]:
    return np.asarray(np.linalg.norm(clip.found - clip.true, axis=-1) > _GROSS)


def _nearer_other(clip: FoundClip) -> NDArray[np.bool_]:
    """Whether a gross error lies nearer to the other side's joint than half-way."""
    own = np.linalg.norm(clip.found - clip.true, axis=-1)
    across = np.linalg.norm(clip.found - clip.true[:, _OTHER], axis=-1)
    return np.asarray((across < 0.5 * own) & _gross(clip))


def _components(regular: Sequence[Array]) -> tuple[float, float, float, float]:
    """Return sizes of shift, slow and quick wander, and jitter from how errors agree over time."""
    agreement = [_agreement(regular, lag) for lag in _LAGS]
    level = float(np.mean(np.square(LEVELS)))
    parts = [[1.0, SLOW_MEMORY**lag, level * QUICK_MEMORY**lag, level * (lag == 0)] for lag in _LAGS]
    sizes = np.sqrt(nnls(np.array(parts), np.array(agreement))[0])
    return float(sizes[0]), float(sizes[1]), float(sizes[2]), float(sizes[3])


def _agreement(regular: Sequence[Array], lag: int) -> float:
    return float(np.nanmean(np.concatenate([(part[lag:] * part[: len(part) - lag]).ravel() for part in regular])))


def _factors(regular: Sequence[Array]) -> list[float]:
    every = np.concatenate(list(regular))
    square = np.nanmean(every**2, axis=(0, 2))
    return [float(value) for value in np.sqrt(square / np.nanmean(every**2))]


def _size(
    away: Sequence[Array], hidden: Sequence[NDArray[np.bool_]], gross: Sequence[NDArray[np.bool_]], rows: list[int]
) -> float:
    """Return the root mean square of hidden joints' errors on an axis, gross ones left out."""
    own = [
        error[:, rows][unsure[:, rows] & ~wrong[:, rows]]
        for error, unsure, wrong in zip(away, hidden, gross, strict=True)
    ]
    values = np.concatenate(own)
    return float(np.sqrt(np.nanmean(values**2))) if np.isfinite(values).any() else 0.0


def _share(flags: Sequence[NDArray[np.bool_]], clips: Sequence[FoundClip], rows: list[int]) -> float:
    return float(
        np.mean(np.concatenate([flag[clip.looked][:, rows].ravel() for flag, clip in zip(flags, clips, strict=True)]))
    )


def _to_other_side(clips: Sequence[FoundClip], gross: Sequence[NDArray[np.bool_]]) -> float:
    count = sum(int(flag[clip.looked].sum()) for flag, clip in zip(gross, clips, strict=True))
    return sum(int(_nearer_other(clip)[clip.looked].sum()) for clip in clips) / max(1, count)


def _swapped_share(clips: Sequence[FoundClip]) -> float:
    """Return the share of limb joints where both sides lie on each other's place."""
    limbs = _rows((*ARM, *LEG))
    both = [(_nearer_other(clip) & _nearer_other(clip)[:, _OTHER])[clip.looked][:, limbs] for clip in clips]
    return float(np.mean(np.concatenate([part.ravel() for part in both])))


def _depths(clips: Sequence[FoundClip]) -> tuple[tuple[float, float], float, float, float, float]:
    """Return how guessed depths of bones follow the true ones: slopes, offset, wander, that of arms, and memory."""
    slopes: list[float] = []
    offsets: list[float] = []
    rests: list[list[Array]] = []
    for joint in range(len(JOINTS)):
        series = [_bone(clip, joint) for clip in clips]
        own = [_slope(*each) for each in series if np.nanstd(each[1]) > _MOVED]
        slopes += own
        slope = float(np.median(own)) if own else _UNKNOWN_SLOPE
        away = [guessed - slope * true for guessed, true in series]
        offsets += [float(np.nanmean(each)) for each in away]
        rests.append([each - np.nanmean(each) for each in away])
    low, middle, high = (float(value) for value in np.percentile(slopes or [_UNKNOWN_SLOPE], (25, 50, 75)))
    return (
        (max(0.0, middle - (high - low)), middle + (high - low)),  # even, with the quartiles that were found
        float(np.nanstd(offsets)),
        _wander([rest for joint, rest in enumerate(rests) if joint not in _rows(ARM)]),
        _wander([rest for joint, rest in enumerate(rests) if joint in _rows(ARM)]),
        _memory([each for rest in rests for each in rest]),
    )


def _wander(rests: Sequence[Sequence[Array]]) -> float:
    return float(np.sqrt(np.nanmean([np.nanvar(each) for rest in rests for each in rest])))


def _memory(rests: Sequence[Array]) -> float:
    """Return how far neighboring frames agree."""
    pairs = [np.stack([rest[1:], rest[:-1]]) for rest in rests]
    later, earlier = (both := np.concatenate(pairs, axis=1))[:, np.isfinite(both).all(axis=0)]
    return float((later * earlier).sum() / max((earlier**2).sum(), 1e-12))


def _bone(clip: FoundClip, joint: int) -> tuple[Array, Array]:
    parent = PARENTS[joint]
    pairs = []
    for depths in (clip.guessed_depths, clip.true_depths):
        bone = depths[:, joint] - (0.0 if parent is None else depths[:, parent])
        pairs.append(np.where(clip.looked, bone, np.nan))
    return pairs[0], pairs[1]


def _slope(guessed: Array, true: Array) -> float:
    seen = np.isfinite(guessed) & np.isfinite(true)
    shown = true[seen] - true[seen].mean()
    return float((shown * guessed[seen]).sum() / (shown**2).sum())
