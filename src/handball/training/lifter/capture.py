"""Recorded motions for the lifting net: the CMU motion capture database as 38 joints at 60 Hz.

The file holds one array a sequence, named `split__family_number`, shape (frames, 38, 3), millimetres, y up. Its bodies
are of one made-up size and are brought to that of people.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from zipfile import BadZipFile

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.skeleton import BODY_23, LIMB_BONES
from handball.errors import InvalidPoseFileError
from handball.lifting.features import torso
from handball.training.lifter.motions import Motions, joined

Array = NDArray[np.float64]

PLACES: Mapping[str, int] = MappingProxyType(
    {
        "left_shoulder": 21,
        "left_elbow": 22,
        "left_wrist": 23,
        "left_index": 26,
        "right_shoulder": 30,
        "right_elbow": 31,
        "right_wrist": 32,
        "right_index": 35,
        "left_hip": 2,
        "left_knee": 3,
        "left_ankle": 4,
        "left_big_toe": 6,
        "right_hip": 8,
        "right_knee": 9,
        "right_ankle": 10,
        "right_big_toe": 12,
    }
)
"""Which of the 38 joints each of ours is. Face and heels are not among them and stay missing."""
_JOINTS, _CROWN, _FEET = 38, 19, (4, 5, 6, 10, 11, 12)
_HEIGHTS_M, _SPEEDS = (1.6, 2.0), (0.8, 1.25)
_USUAL = MappingProxyType({"elbow": 0.57, "wrist": 0.5, "index": 0.18, "knee": 0.81, "ankle": 0.81, "big_toe": 0.37})
"""Bones that lead to a joint, in torso lengths, of the bodies of SynthHandball. Those of the recordings are drawn in
other proportions (legs by a quarter longer)."""
_BONES_DIFFER = (0.9, 1.1)
_TALL_PERCENTILE = 95
_PIECE = 180
"""Frames of a piece: long sequences are cut, so that each is drawn as often as it is long."""
_SHORTEST = 40
_TEST = "test__"


def family_of(name: str) -> str:
    """Return the family of a sequence.

    Examples
    --------
    >>> family_of("train__basketball_signal_3")
    'basketball_signal'
    """
    return name.partition("__")[2].rpartition("_")[0]


def capture_families(path: Path) -> tuple[str, ...]:
    """Return the families of the sequences of a file.

    Raises
    ------
    InvalidPoseFileError
        When the file is none of this kind.
    """
    return tuple(sorted({family_of(name) for name in _sequences(path)}))


def capture_motions(path: Path, *, held_out: Sequence[str], copies: int, seed: int) -> tuple[Motions, Motions]:
    """Return what to learn from, and the sequences that are held out: their families, and the file's own test.

    Every copy has its own height (1.60 to 2.00 m), speed (0.8 to 1.25 of the recorded one) and bones of arms and legs
    (within 10 % of usual ones).

    Raises
    ------
    InvalidPoseFileError
        When the file is none of this kind.
    """
    sequences = _sequences(path)
    rng = np.random.default_rng([seed, 38])
    taught, kept = [], []
    for name, joints in sequences.items():
        if name.startswith(_TEST) or family_of(name) in held_out:
            kept += _pieces(with_usual_bones(_copy(joints, 1.75, 1.0), None))
        else:
            for _ in range(copies):
                copy = _copy(joints, rng.uniform(*_HEIGHTS_M), rng.uniform(*_SPEEDS))
                taught += _pieces(with_usual_bones(copy, rng))
    return joined(taught), joined(kept)


def body_of(joints: Float[np.ndarray, "frames 38 3"], height: float) -> Float[np.ndarray, "frames 23 3"]:
    """Return our joints in metres, z up, of a body of this standing height; NaN for those that there are not."""
    upright = joints[..., [0, 2, 1]] * np.array([1.0, -1.0, 1.0])
    tall = np.percentile(upright[:, _CROWN, 2] - upright[:, _FEET, 2].min(axis=1), _TALL_PERCENTILE)
    result = np.full((len(joints), len(BODY_23.joints), 3), np.nan)
    result[:, BODY_23.indices(tuple(PLACES))] = upright[:, list(PLACES.values())] * (height / tall)
    lowest = float(np.nanmin(result[..., 2]))
    return np.asarray(result - np.array([0.0, 0.0, lowest]))


def with_usual_bones(
    body: Float[np.ndarray, "frames 23 3"], rng: np.random.Generator | None
) -> Float[np.ndarray, "frames 23 3"]:
    """Give arms and legs usual lengths for this torso, the same on both sides; `rng` varies them by up to 10 %."""
    length = float(np.median(np.linalg.norm(torso(body), axis=-1)))
    wanted = {part: share * (1.0 if rng is None else rng.uniform(*_BONES_DIFFER)) for part, share in _USUAL.items()}
    result = body.copy()
    for parent, child in LIMB_BONES:
        part = child.partition("_")[2]
        begin, end = BODY_23.indices((parent, child))
        bone = body[:, end] - body[:, begin]
        size = np.median(np.linalg.norm(bone, axis=-1))
        result[:, end] = result[:, begin] + bone * (wanted.get(part, 1.0) * length / size)
    return result


def _copy(joints: Array, height: float, speed: float) -> Array:
    body = body_of(joints, height)
    times = np.arange(0, len(body) - 1, speed)
    before = times.astype(int)
    share = (times - before)[:, None, None]
    return np.asarray(body[before] * (1 - share) + body[np.minimum(before + 1, len(body) - 1)] * share)


def _pieces(body: Array) -> list[Array]:
    count = max(1, round(len(body) / _PIECE))
    return [piece for piece in np.array_split(body, count) if len(piece) >= _SHORTEST]


def _sequences(path: Path) -> dict[str, Array]:
    try:
        with np.load(path, allow_pickle=False) as file:
            sequences = {name: file[name].astype(np.float64) for name in sorted(file.files)}
    except (OSError, ValueError, BadZipFile) as error:
        raise InvalidPoseFileError(
            f"{path} holds no recorded motions ({error}): give the .npz of 38 joints."
        ) from error
    wrong = [name for name, joints in sequences.items() if joints.ndim != 3 or joints.shape[1:] != (_JOINTS, 3)]
    if wrong or not sequences:
        found = sequences[wrong[0]].shape if wrong else "nothing"
        raise InvalidPoseFileError(f"{path} holds no sequences of shape (frames, 38, 3), found {found}.")
    return sequences
