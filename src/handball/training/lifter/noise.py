"""How a pose net errs in the picture, fitted to BlazePose heavy on rendered throws (`noise.toml`).

All sizes are in torso lengths. A joint errs by a shift that stays for the clip, by a slow and a quick wander, and now
and then by much: hidden joints wander far with a low score, a wrist jumps to the other one, sides are swapped.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files

import attrs
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray
from scipy.signal import lfilter

from handball.domain.skeleton import BODY_23
from handball.lifting.features import torso

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEVELS = (0.5, 1.0, 1.6)
"""Factors on the quick wander and the jitter, one for each clip: sharp pictures and blurred ones."""
SLOW_MEMORY, QUICK_MEMORY = 0.985, 0.85
"""Correlation of neighboring frames at 60 Hz."""
_HIDDEN_MEMORY = 0.93
_ARM, _LEG = ("elbow", "wrist", "index"), ("knee", "ankle", "heel", "big_toe")
_SIDES = (("left", "right"), ("right", "left"))
_WHOLE_ARM_SHARE = 0.01
_LAGGING, _LONGEST_LAG = ((("wrist", "index"), 0.05), (_ARM, 0.03)), 3
_ASTRAY, _ASTRAY_KNOWN = 0.18, 0.6
_BLIND = 0.3
"""Share of the clips that come without depths, so that the net does not lean on them."""
_LIMB = np.array([any(part in name for part in _ARM) for name in BODY_23.joints])
_BESIDE = {"index": "wrist", "heel": "ankle", "big_toe": "ankle"}
"""Joints that a rendered set has no truth for err as their neighbors do."""


@attrs.frozen(kw_only=True)
class Noise:
    """What was fitted to a pose net: sizes in torso lengths on one axis, shares of all frames.

    Attributes
    ----------
    shift, slow, quick, jitter
        A shift that stays for the clip, a slow and a quick wander, and what is new in every frame.
    joints
        Factor of a joint on all four.
    hidden, hidden_limb
        Wander of joints with a low score, of arms apart.
    astray_wrist, astray_elbow, astray_leg, to_other_side
        Shares of joints that are far off, and which of them lie on the other side's joint.
    swapped, missing
        Shares of limbs with swapped sides, and of joints that were not found.
    depth_slopes, depth_offset, depth_wander, depth_wander_arm, depth_memory
        Guessed depth of a bone: so much of the true one (least and most), with a shift that stays for the clip and a
        wander whose neighboring frames at 60 Hz are correlated by `depth_memory`.
    """

    shift: float
    slow: float
    quick: float
    jitter: float
    joints: tuple[tuple[str, float], ...]
    hidden: float
    hidden_limb: float
    astray_wrist: float
    astray_elbow: float
    astray_leg: float
    to_other_side: float
    swapped: float
    missing: float
    depth_slopes: tuple[float, float]
    depth_offset: float
    depth_wander: float
    depth_wander_arm: float
    depth_memory: float

    @property
    def factors(self) -> Array:
        """Factor of each joint of `BODY_23`, shape (23,)."""
        known = dict(self.joints)
        return np.array([known.get(name, known.get(_neighbor(name), 1.0)) for name in BODY_23.joints])

    @property
    def gross(self) -> tuple[tuple[tuple[str, ...], float], ...]:
        """Joints that go astray together, and in which share of the frames."""
        whole = _WHOLE_ARM_SHARE
        return (
            (("wrist", "index"), max(0.0, self.astray_wrist - whole)),
            (("elbow",), max(0.0, self.astray_elbow - whole)),
            (_ARM, whole),
            (("knee",), self.astray_leg),
            (_LEG[1:], self.astray_leg),
        )


@cache
def fitted() -> Noise:
    """Return the parameters that ship, from `noise.toml`.

    Examples
    --------
    >>> 0 < fitted().quick < 0.1
    True
    """
    table = tomllib.loads((files("handball.training.lifter") / "noise.toml").read_text(encoding="utf-8"))
    table["joints"], table["depth_slopes"] = tuple(table["joints"].items()), tuple(table["depth_slopes"])
    return Noise(**table)


def _neighbor(joint: str) -> str:
    side, _, part = joint.partition("_")
    return f"{side}_{_BESIDE.get(part, part)}"


def estimated(
    places: Float[np.ndarray, "clips frames 23 2"], rng: np.random.Generator
) -> tuple[Float[np.ndarray, "clips frames 23 2"], Float[np.ndarray, "clips frames 23"]]:
    """Return places as a pose net would give them (NaN where a joint is missing), and their scores."""
    clips, frames, joints = places.shape[:3]
    noise = fitted()
    unit = np.median(np.linalg.norm(torso(places), axis=-1), axis=1)[:, None, None, None]
    level = rng.choice(LEVELS, clips)[:, None, None, None]
    found = places + unit * noise.factors[:, None] * (
        noise.shift * rng.normal(size=(clips, 1, joints, 2))
        + noise.slow * wandering(places.shape, SLOW_MEMORY, rng)
        + level * noise.quick * wandering(places.shape, QUICK_MEMORY, rng)
        + level * noise.jitter * rng.normal(size=places.shape)
    )
    scores = np.clip(1 - np.abs(rng.normal(0, 0.03, (clips, frames, joints))), 0, 1)
    found, scores = _hide(found, scores, unit, rng)
    found = _let_lag(found, rng)
    found, scores = _lead_astray(found, scores, unit, rng)
    found = _swap_sides(found, rng)
    missing = spells((clips, frames, joints), noise.missing, 8, rng)
    return np.where(missing[..., None], np.nan, found), scores


def guessed_depths(depths: Float[np.ndarray, "clips frames 23"], rng: np.random.Generator) -> Array:
    """Return depths in torso lengths as a pose net would guess them from single pictures, bone by bone."""
    noise = fitted()
    clips, frames = depths.shape[:2]
    guessed = np.zeros_like(depths)
    for joint, parent in enumerate(PARENTS):
        bone = depths[:, :, joint] - (0.0 if parent is None else depths[:, :, parent])
        wander = noise.depth_wander_arm if _LIMB[joint] else noise.depth_wander
        found = (
            rng.uniform(*noise.depth_slopes, (clips, 1)) * bone
            + rng.normal(0, noise.depth_offset, (clips, 1))
            + wander * wandering((clips, frames), noise.depth_memory, rng)
        )
        guessed[:, :, joint] = found if parent is None else guessed[:, :, parent] + found
    return np.asarray(np.where(rng.random((clips, 1, 1)) < _BLIND, 0.0, guessed))


def wandering(shape: tuple[int, ...], memory: float, rng: np.random.Generator) -> Array:
    """Return noise of variance 1 whose neighbouring frames (axis 1) are correlated by `memory`."""
    steps = rng.normal(size=shape) * np.sqrt(1 - memory**2)
    steps[:, 0] /= np.sqrt(1 - memory**2)
    return np.asarray(lfilter([1.0], [1.0, -memory], steps, axis=1))


def spells(
    shape: tuple[int, int, int], share: float, mean: float, rng: np.random.Generator
) -> Bool[np.ndarray, "clips frames columns"]:
    """Draw spells of `mean` frames that cover about `share` of all frames."""
    clips, frames, columns = shape
    count = rng.poisson(share / mean * clips * (frames + 3 * mean) * columns)
    clip, column = rng.integers(0, clips, count), rng.integers(0, columns, count)
    begin = rng.integers(-int(3 * mean), frames, count)
    end = begin + np.ceil(rng.exponential(mean, count)).astype(int)
    inside = end > 0
    change = np.zeros((clips, frames + 1, columns), np.int64)
    np.add.at(change, (clip[inside], np.maximum(begin[inside], 0), column[inside]), 1)
    np.add.at(change, (clip[inside], np.minimum(end[inside], frames), column[inside]), -1)
    return np.asarray(np.cumsum(change, axis=1)[:, :frames] > 0)


def _hide(found: Array, scores: Array, unit: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Hide joints for a while: one arm of most clips for half of the time, and often the leg beside it."""
    hidden = spells(scores.shape, 0.06, 12, rng)
    arms = spells((*scores.shape[:2], 1), 0.5, 25, rng)[..., 0]
    legs = spells((*scores.shape[:2], 1), 0.3, 25, rng)[..., 0]
    side = rng.integers(0, 3, len(found))
    with_leg = rng.random(len(found)) < 0.5
    for number, name in enumerate(("left", "right")):
        own = side == number
        hidden[:, :, _columns(name, _ARM)] |= (arms & own[:, None])[..., None]
        hidden[:, :, _columns(name, _LEG)] |= (legs & (own & with_leg)[:, None])[..., None]
    size = np.where(_LIMB, fitted().hidden_limb, fitted().hidden)[:, None]
    away = unit * size * wandering(found.shape, _HIDDEN_MEMORY, rng)
    low = np.clip(rng.normal(0.35, 0.25, scores.shape), 0.02, 0.95)
    return np.where(hidden[..., None], found + away, found), np.where(hidden, low, scores)


def _let_lag(found: Array, rng: np.random.Generator) -> Array:
    """Leave a fast hand behind for some frames; then it jumps to where it is."""
    frames = np.arange(found.shape[1])
    for parts, share in _LAGGING:
        for side, _ in _SIDES:
            late = spells((*found.shape[:2], 1), share, 5, rng)[..., 0] * rng.integers(
                1, _LONGEST_LAG + 1, (len(found), 1)
            )
            rows = np.maximum(frames - late, 0)
            for column in _columns(side, parts):
                found[:, :, column] = np.take_along_axis(found[:, :, column], rows[..., None], axis=1)
    return found


def _lead_astray(found: Array, scores: Array, unit: Array, rng: np.random.Generator) -> tuple[Array, Array]:
    """Put joints on the other side's or far off for a moment; the score tells so more often than not."""
    clips = len(found)
    for parts, share in fitted().gross:
        for side, other in _SIDES:
            astray = spells((*scores.shape[:2], 1), share, 7, rng)[..., 0]
            away = rng.standard_t(2.5, size=(clips, 1, 2)) * _ASTRAY * unit[:, :, 0]
            to_other = (rng.random((clips, 1)) < fitted().to_other_side)[..., None]
            told = astray & (rng.random((clips, 1)) < _ASTRAY_KNOWN)
            low = rng.uniform(0.1, 0.9, (clips, 1))
            for own, across in zip(_columns(side, parts), _columns(other, parts), strict=True):
                place = np.where(to_other, found[:, :, across], found[:, :, own] + away)
                found[:, :, own] = np.where(astray[..., None], place, found[:, :, own])
                scores[:, :, own] = np.where(told, low, scores[:, :, own])
    return found, scores


def _swap_sides(found: Array, rng: np.random.Generator) -> Array:
    for parts in (("shoulder", *_ARM), ("hip", *_LEG)):
        swapped = spells((*found.shape[:2], 1), fitted().swapped, 6, rng)[..., None]
        left, right = found[:, :, _columns("left", parts)], found[:, :, _columns("right", parts)]
        found[:, :, _columns("left", parts)] = np.where(swapped, right, left)
        found[:, :, _columns("right", parts)] = np.where(swapped, left, right)
    return found


def _columns(side: str, parts: tuple[str, ...]) -> list[int]:
    return BODY_23.indices(tuple(f"{side}_{part}" for part in parts))


def _parent(joint: str) -> int | None:
    """Return the column of the joint from which a bone leads to this one; None from the middle of the hips."""
    side, _, part = joint.partition("_")
    carrier = {"elbow": "shoulder", "wrist": "elbow", "index": "wrist"} | {
        "knee": "hip",
        "ankle": "knee",
        "heel": "ankle",
        "big_toe": "ankle",
    }
    if part in ("eye", "ear"):
        return BODY_23.index("nose")
    return BODY_23.index(f"{side}_{carrier[part]}") if part in carrier else None


PARENTS = tuple(_parent(joint) for joint in BODY_23.joints)
