"""How a second camera stands to the first, from joints of one body that both see: the unknowns and their misfit.

The joints themselves are no unknowns: for each guess of the cameras they lie where the two rays come closest, so that
what is left of a joint is one number, its Sampson error (Hartley and Zisserman 2004, 11.4.3). A body adds what a cloud
of points does not have: bones keep their length, left and right are alike, and their proportions are a human's.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.arrays import column
from handball.domain.skeleton import BODY_23

Array = NDArray[np.float64]

SHARES: Mapping[str, tuple[tuple[str, str], float, float]] = MappingProxyType(
    {
        f"{side}_{name}": ((f"{side}_{first}", f"{side}_{second}"), share, spread)
        for side in ("left", "right")
        for name, first, second, share, spread in (
            ("shank", "knee", "ankle", 0.246, 0.10),
            ("thigh", "hip", "knee", 0.245, 0.10),
            ("upper_arm", "shoulder", "elbow", 0.174, 0.10),
            ("forearm", "elbow", "wrist", 0.148, 0.10),
            ("trunk", "hip", "shoulder", 0.292, 0.15),
        )
    }
)
"""Bones with their joints, their length in body heights, and how far it strays from picture to picture.

Drillis and Contini 1966 (in Winter 2009, "Biomechanics and Motor Control of Human Movement", fig. 4.1), between centres
of joints.
"""
BONES = tuple(SHARES)
_SPREADS = np.array([spread for _, _, spread in SHARES.values()])
_LOG_SHARES = np.log([share for _, share, _ in SHARES.values()])
_FIRST, _SECOND = ([BODY_23.index(joints[end]) for joints, _, _ in SHARES.values()] for end in (0, 1))
_SIDES = len(BONES) // 2
_ALIKE, _PROPORTION = 0.05, 0.08
"""One standard deviation of left against right, and of a bone's share of the height between people, as logarithms."""
_UNIT = 1e-3
_BEHIND = 10.0
"""Misfit of a joint that lies behind a camera, in standard deviations."""


@attrs.frozen(kw_only=True)
class Sights:
    """One body as two cameras see it, at the same moments.

    Attributes
    ----------
    times
        Seconds.
    first, second
        Slopes (x / z, y / z) in the axes of each camera, shape (frames, joints, 2); NaN where not both see a joint.
    sigma
        One standard deviation of the slopes of both, shape (2, frames, joints).
    weight
        Of one picture: less than 1 where neighbouring pictures repeat their errors.
    focal_doubt
        One standard deviation of the logarithm of each focal length.
    """

    times: Float[np.ndarray, " frames"] = column(np.float64)
    first: Float[np.ndarray, "frames joints 2"] = column(np.float64)
    second: Float[np.ndarray, "frames joints 2"] = column(np.float64)
    sigma: Float[np.ndarray, "2 frames joints"] = column(np.float64)
    weight: float
    focal_doubt: float

    def rows(self, rows: NDArray[np.int64]) -> Sights:
        """Return the same at some moments."""
        return attrs.evolve(
            self, times=self.times[rows], first=self.first[rows], second=self.second[rows], sigma=self.sigma[:, rows]
        )


@attrs.frozen(kw_only=True)
class Relation:
    """The second camera in the axes of the first, whose distance is 1; factors on both focal lengths."""

    rotation: Float[np.ndarray, "3 3"] = column(np.float64)
    shift: Float[np.ndarray, "3"] = column(np.float64)
    factors: tuple[float, float] = (1.0, 1.0)

    @classmethod
    def of(cls, values: Array) -> Relation:
        """Read turn (3), shift (3) and the logarithms of the focal factors (2)."""
        return cls(
            rotation=Rotation.from_rotvec(values[:3]).as_matrix(),
            shift=values[3:6] / np.linalg.norm(values[3:6]),
            factors=(float(np.exp(values[6])), float(np.exp(values[7]))),
        )

    @property
    def values(self) -> Array:
        """The unknowns as one vector, shape (8,)."""
        turn = Rotation.from_matrix(self.rotation).as_rotvec()
        return np.concatenate([turn, self.shift, np.log(self.factors)])

    def slopes(self, sights: Sights) -> tuple[Array, Array]:
        """Return the slopes of both cameras with the focal lengths of this relation."""
        return sights.first / self.factors[0], sights.second / self.factors[1]

    def points(self, sights: Sights) -> tuple[Array, Array]:
        """Return where the rays of each joint come closest, (frames, joints, 3), and the smaller of both depths."""
        first, second = self.slopes(sights)
        ahead = np.concatenate([first, np.ones_like(first[..., :1])], axis=-1)
        other = np.concatenate([second, np.ones_like(second[..., :1])], axis=-1) @ self.rotation
        center = -self.rotation.T @ self.shift
        aa, bb, ab = (ahead**2).sum(-1), (other**2).sum(-1), (ahead * other).sum(-1)
        ac, bc = ahead @ center, other @ center
        flat = np.maximum(aa * bb - ab**2, 1e-12)
        near, far = (bb * ac - ab * bc) / flat, (ab * ac - aa * bc) / flat
        middle = (near[..., None] * ahead + center + far[..., None] * other) / 2
        return np.asarray(middle), np.minimum(near, far)


def sampson(relation: Relation, sights: Sights) -> Array:
    """Return the Sampson error of each joint in standard deviations, shape (frames, joints); NaN where not seen."""
    first, second = relation.slopes(sights)
    one = np.ones_like(first[..., :1])
    x, y = np.concatenate([first, one], axis=-1), np.concatenate([second, one], axis=-1)
    a, b, c = relation.shift
    essential = np.array([[0, -c, b], [c, 0, -a], [-b, a, 0]]) @ relation.rotation
    lines, back = x @ essential.T, y @ essential
    spread = sights.sigma / np.array(relation.factors)[:, None, None]
    size = (lines[..., :2] ** 2).sum(-1) * spread[1] ** 2 + (back[..., :2] ** 2).sum(-1) * spread[0] ** 2
    return np.asarray((y * lines).sum(-1) / np.sqrt(size))


def bone_logs(points: Array) -> Array:
    """Return the logarithm of the length of `BONES`, shape (frames, bones); NaN where an end is missing."""
    lengths = np.linalg.norm(points[:, _SECOND] - points[:, _FIRST], axis=-1)
    return np.asarray(np.log(np.maximum(lengths, 1e-9)))


def log_shares(logs: Array) -> Array:
    """Return the usual length of `BONES` over the whole clip as logarithms, shape (bones,); NaN for one never seen."""
    return _medians(logs)


def misfits(values: Array, sights: Sights) -> Array:
    """Return everything that should be small, in standard deviations, for the unknowns of `Relation`."""
    relation = Relation.of(values)
    points, depth = relation.points(sights)
    away = np.where(depth > 0, sampson(relation, sights), _BEHIND)
    logs = bone_logs(points)
    usual = _medians(logs)
    strays = (logs - usual) / _SPREADS
    shape = usual - _LOG_SHARES
    each = np.concatenate([away.ravel(), strays.ravel()]) * sights.weight
    known = np.isfinite(np.concatenate([sights.first[..., 0].ravel(), strays.ravel()]))
    return np.concatenate(
        [
            np.where(known, np.nan_to_num(each), 0.0),
            np.nan_to_num(usual[:_SIDES] - usual[_SIDES:]) / _ALIKE,
            np.nan_to_num(shape - np.nanmean(shape)) / _PROPORTION,
            values[6:8] / sights.focal_doubt,
            [(float(np.linalg.norm(values[3:6])) - 1.0) / _UNIT],
        ]
    )


def _medians(logs: Array) -> Array:
    """Return the median of each column; NaN for one that is never seen."""
    seen = np.isfinite(logs).any(axis=0)
    usual = np.full(logs.shape[1], np.nan)
    usual[seen] = np.nanmedian(logs[:, seen], axis=0)
    return usual
