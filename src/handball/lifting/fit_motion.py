"""What a fitted skeleton keeps over time: usual accelerations, and feet that stay where they rest."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.lifting.normal_equations import NormalEquations
from handball.lifting.robust import flattening

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_LASTS_S = 1 / 60
"""Strengths are those of pictures so far apart; they count alike at every frame rate."""
_FLOOR_SIGMA_M = 0.01


@attrs.frozen(kw_only=True)
class Smoothness:
    """Joints accelerate no more than they use to.

    `usual` (joints,) is in m/s2 along one axis, of accelerations that last `_LASTS_S`.
    """

    times: Array
    usual: Array
    live: Mask
    scale: float

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add accelerations in units of what is usual."""
        before, behind = np.diff(self.times)[:-1], np.diff(self.times)[1:]
        both = (before + behind) / 2
        shares = np.stack([1 / before, -(1 / before + 1 / behind), 1 / behind]) / both
        shares *= np.sqrt(both / _LASTS_S)
        three = self.live[:-2] & self.live[1:-1] & self.live[2:]
        bend = sum(share[:, None, None] * joints[k : len(joints) - 2 + k] for k, share in enumerate(shares))
        bend = np.where(three[..., None], bend / self.usual[:, None], 0.0)
        cost, weight = flattening((bend**2).sum(axis=-1), self.scale)
        weight = np.where(three, weight / self.usual, 0.0)
        inner = len(joints) - 2
        each = np.zeros(joints.shape[:2])
        for k, share in enumerate(shares):
            equations.slope[k : inner + k] += (weight * share[:, None])[..., None] * bend
            each[k : inner + k] += weight / self.usual * share[:, None] ** 2
        equations.of_each(np.repeat(each[..., None], 3, axis=2))
        pull = weight / self.usual
        equations.next[:inner] += pull * (shares[0] * shares[1])[:, None]
        equations.next[1 : inner + 1] += pull * (shares[1] * shares[2])[:, None]
        equations.after[:inner] += pull * (shares[0] * shares[2])[:, None]
        return float(cost.sum())


@attrs.frozen(kw_only=True)
class RestingFeet:
    """Soles that rest stay where they are, and on the floor where it is known.

    `rests` (frames, joints) tells whether a joint rests from this frame to the next; `sigma` is metres a frame of
    1/60 s, `floor` the height of such joints in metres or None.
    """

    times: Array
    rests: Mask
    sigma: float
    floor: float | None

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far they slip, and how far from the floor they are."""
        sigma = self.sigma * np.sqrt(np.diff(self.times) / _LASTS_S)
        pull = self.rests[:-1] / sigma[:, None] ** 2
        slip = np.diff(joints, axis=0)
        equations.slope[1:] += pull[..., None] * slip
        equations.slope[:-1] -= pull[..., None] * slip
        each = np.zeros(joints.shape[:2])
        each[1:] += pull
        each[:-1] += pull
        equations.of_each(np.repeat(each[..., None], 3, axis=2))
        equations.next[:-1] -= pull
        cost = float((pull[..., None] * slip**2).sum())
        return cost + (self._floor(equations, joints) if self.floor is not None else 0.0)

    def _floor(self, equations: NormalEquations, joints: Array) -> float:
        pull = np.zeros(joints.shape)
        pull[..., 2] = self.rests / _FLOOR_SIGMA_M**2
        off = joints[..., 2:] - (self.floor or 0.0)
        equations.of_each(pull)
        equations.slope[...] += pull * off
        return float((pull * off**2).sum())
