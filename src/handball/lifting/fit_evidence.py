"""What a fitted skeleton has to agree with: rays of cameras, and where a net puts joints.

Each term adds to the normal equations and returns its cost.
"""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.lifting.normal_equations import NormalEquations
from handball.lifting.robust import flattening, redescending

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_NEAREST_M = 0.1
"""A joint is never taken as nearer to a camera."""


class Term(Protocol):
    """A sum of squared, perhaps robust, residuals."""

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:
        """Add what it wants at these joints (frames, joints, 3) and lengths; return its cost."""
        ...


@attrs.frozen(kw_only=True)
class Reprojection:
    """Rays through the joints in the pictures of one camera.

    `slopes` (frames, joints, 2) are of the rays in the camera's axes, `sigma` theirs; NaN where unseen.
    """

    rotation: Array
    position: Array
    slopes: Array
    sigma: Array
    live: Mask
    scale: float

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far joints are from their rays, in standard deviations."""
        seen = (joints - self.position) @ self.rotation.T
        depth = np.maximum(seen[..., 2:], _NEAREST_M)
        slopes = seen[..., :2] / depth
        off = (slopes - self.slopes) / self.sigma
        known = self.live & np.isfinite(off).all(axis=-1)
        off = np.where(known[..., None], off, 0.0)
        cost, weight = redescending((off**2).sum(axis=-1), self.scale)
        weight = weight * known
        turned = self.rotation[:2] - slopes[..., None] * self.rotation[2]
        jacobian = np.where(known[..., None, None], turned / (depth * self.sigma)[..., None], 0.0)
        own = np.einsum("fj,fjrc,fjrd->fjcd", weight, jacobian, jacobian)
        every = np.arange(joints.shape[1])
        equations.within[:, every, :, every, :] += own.transpose(1, 0, 2, 3)
        equations.slope[...] += np.einsum("fj,fjrc,fjr->fjc", weight, jacobian, off)
        return float((cost * known).sum())


@attrs.frozen(kw_only=True)
class Prior:
    """Where a net puts joints around another point of the body: a mean of others.

    `offset` (frames, 3) from the mean of the columns `around` to the column `joint`.
    """

    joint: int
    around: tuple[int, ...]
    offset: Array
    sigma: Array
    live: Mask
    scale: float

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far the joint is from there, in standard deviations."""
        off = joints[:, self.joint] - joints[:, list(self.around)].mean(axis=1) - self.offset
        off = np.where(self.live[:, None], off / self.sigma, 0.0)
        cost, weight = flattening(off**2, self.scale)
        pull = np.where(self.live[:, None], weight / self.sigma**2, 0.0)
        slope = np.where(self.live[:, None], weight * off / self.sigma, 0.0)
        shares = [(self.joint, 1.0), *((column, -1.0 / len(self.around)) for column in self.around)]
        for first, one in shares:
            equations.slope[:, first] += one * slope
            for second, other in shares:
                np.einsum("fcc->fc", equations.within[:, first, :, second, :])[...] += one * other * pull
        return float(cost.sum())
