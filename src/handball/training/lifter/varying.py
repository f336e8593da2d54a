"""Motions that no player of the synthetic set makes: other bodies, other habits, and joints that go their own way.

A net that has seen only good throws would see good throws everywhere. So every motion is bent, smoothly and at
random, half of them at all: an elbow by 16 degrees (one standard deviation), an upper arm by 10.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.interpolate import CubicSpline
from scipy.spatial.transform import Rotation

from handball.synthesis.anthropometry import rest_body
from handball.synthesis.faults import FAULTS, ImpossibleFaultError, fault
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.performing import perform
from handball.synthesis.players import Player, Style
from handball.synthesis.rig import PARENTS, SEGMENTS, joint_positions
from handball.synthesis.roster import OFFSETS_SD_DEG, build_players

Array = NDArray[np.float64]

SHARES: Mapping[Technique, float] = MappingProxyType(
    {
        "jump_shot": 0.22,
        "standing_shot": 0.22,
        "pass": 0.18,
        "none": 0.10,
        "feint": 0.07,
        "push_pass": 0.06,
        "dribble": 0.06,
        "block": 0.05,
        "catch": 0.04,
    }
)
"""How often each technique is seen."""

BENT_DEG: Mapping[str, float] = MappingProxyType(
    {
        "pelvis": 5.0,
        "abdomen": 4.0,
        "chest": 5.0,
        "neck": 6.0,
        "head": 8.0,
        "clavicle": 3.0,
        "upper_arm": 10.0,
        "forearm": 16.0,
        "hand": 6.0,
        "thigh": 5.0,
        "shank": 8.0,
        "foot": 5.0,
        "toes": 4.0,
    }
)
"""One standard deviation of each of the three turns of a segment; of the bend alone for `forearm` and `shank`."""
_STRENGTHS = (0.0, 0.0, 0.5, 1.0)
_SLOW_S = 0.35
"""A bend changes over about this time."""
_HINGE_LIMITS_DEG = (2.0, 150.0)
_FAULTY, _MOST_FAULTS = 0.6, 2
_FAULT_SHARES = (0.1, 0.8)
_STRAIGHT = 0.05


def drawn_motion(rng: np.random.Generator, rate_hz: float, *, shares: Mapping[Technique, float] = SHARES) -> Array:
    """Draw a player and a motion, bend it, and return its joints in the world, metres, shape (frames, 23, 3)."""
    chances = np.array(list(shares.values()))
    while True:
        player = drawn_player(rng)
        technique = list(shares)[int(rng.choice(len(shares), p=chances / chances.sum()))]
        faults = _drawn_faults(technique, rng)
        seed = int(rng.integers(1 << 30))
        try:
            motion = perform(player, technique, rate_hz=rate_hz, seed=seed, faults=faults, spare_s=0.2)
        except ImpossibleFaultError:
            continue
        rotations = bent(motion.rotations, float(rng.choice(_STRENGTHS)), rate_hz, rng)
        return joint_positions(player.body, motion.root, rotations)


def drawn_player(rng: np.random.Generator) -> Player:
    """Draw a right-hander of any size, with habits that reach beyond those of the synthetic set."""
    like = build_players()[int(rng.integers(len(build_players())))]
    sex = like.sex
    wide = rng.uniform(0.5, 1.7)
    return attrs.evolve(
        like,
        name=f"drawn {rng.integers(1 << 30)}",
        hand="right",
        body=rest_body(
            rng.uniform(1.4, 2.05), sex, legs=float(rng.normal(1, 0.03)), shoulders=float(rng.normal(1, 0.06))
        ),
        style=Style(
            tempo=float(np.exp(rng.normal(0, 0.14))),
            amplitude=float(rng.normal(1, 0.13)),
            offsets_deg=tuple((name, float(rng.normal(0, sd * wide))) for name, sd in OFFSETS_SD_DEG.items()),
        ),
    )


def _drawn_faults(technique: Technique, rng: np.random.Generator) -> tuple[Fault, ...]:
    possible = [
        name for name, (_, techniques, _) in FAULTS.items() if technique in techniques and "release" not in name
    ]
    if not possible or rng.random() > _FAULTY:
        return ()
    names = rng.choice(possible, size=int(rng.integers(1, _MOST_FAULTS + 1)), replace=False)
    return tuple(fault(str(name), FAULTS[str(name)][2] * float(rng.uniform(*_FAULT_SHARES))) for name in names)


def bent(rotations: Array, strength: float, rate_hz: float, rng: np.random.Generator) -> Array:
    """Turn every segment against its carrier by a smooth random amount.

    Parameters
    ----------
    rotations
        Of `SEGMENTS` in the world, shape (frames, segments, 3, 3).
    strength
        Factor on `BENT_DEG`; 0 leaves the motion as it is.
    """
    if strength == 0:
        return rotations
    result = np.empty_like(rotations)
    for row, (segment, carrier) in enumerate(PARENTS.items()):
        parent = None if carrier is None else SEGMENTS.index(carrier)
        local = rotations[:, row] if parent is None else np.swapaxes(rotations[:, parent], 1, 2) @ rotations[:, row]
        kind = segment.removeprefix("left_").removeprefix("right_")
        size = BENT_DEG[kind] * strength
        if kind in ("forearm", "shank"):
            local = _hinged(local, _long_axis(segment), size * _wander(len(local), 1, rate_hz, rng)[:, 0])
        else:
            local = local @ Rotation.from_rotvec(size * _wander(len(local), 3, rate_hz, rng), degrees=True).as_matrix()
        result[:, row] = local if parent is None else result[:, parent] @ local
    return result


def _long_axis(segment: str) -> Array:
    """Return where a forearm or shank points in the rest pose."""
    if segment.endswith("shank"):
        return np.array([0.0, 0.0, -1.0])
    return np.array([1.0 if segment.startswith("right") else -1.0, 0.0, 0.0])


def _hinged(local: Array, long: Array, more_deg: Array) -> Array:
    """Bend an elbow or knee further about its own axis, as far as a joint goes; a straight one has no axis."""
    pointing = local @ long
    axis = np.cross(long, pointing)
    sine = np.linalg.norm(axis, axis=1)
    bend = np.degrees(np.arctan2(sine, pointing @ long))
    change = np.where(sine > _STRAIGHT, np.clip(bend + more_deg, *_HINGE_LIMITS_DEG) - bend, 0.0)
    turns = axis / np.maximum(sine, 1e-6)[:, None] * change[:, None]
    return np.asarray(Rotation.from_rotvec(turns, degrees=True).as_matrix() @ local)


def _wander(frames: int, columns: int, rate_hz: float, rng: np.random.Generator) -> Array:
    """Return smooth noise of variance 1: half of it constant, half slow."""
    knots = max(3, int(np.ceil(frames / rate_hz / _SLOW_S)) + 3)
    slow = CubicSpline(np.linspace(0, 1, knots), rng.normal(size=(knots, columns)))(np.linspace(0.1, 0.9, frames))
    return np.asarray(np.sqrt(0.5) * (rng.normal(size=columns) + slow))
