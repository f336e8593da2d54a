"""What a fitted skeleton has to agree with: each term adds to the normal equations and returns its cost."""

from __future__ import annotations

from typing import Protocol

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.lifting.body_model import BONES, HINGES, HIPS, LEGS
from handball.lifting.normal_equations import NormalEquations
from handball.lifting.robust import flattening, redescending

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]


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
        depth = np.maximum(seen[..., 2:], 0.1)
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


@attrs.frozen(kw_only=True)
class Bones:
    """Bones that keep their lengths."""

    live: Mask

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:
        """Add how far each bone is from its length."""
        total = 0.0
        for number, bone in enumerate(BONES):
            both = self.live[:, bone.first] & self.live[:, bone.second]
            way = joints[:, bone.second] - joints[:, bone.first]
            size = np.maximum(np.linalg.norm(way, axis=1), 1e-6)
            off = np.where(both, (size - lengths[number]) / bone.sigma, 0.0)
            toward = np.where(both[:, None], way / size[:, None] / bone.sigma, 0.0)
            square = toward[:, :, None] * toward[:, None, :]
            equations.within[:, bone.first, :, bone.first, :] += square
            equations.within[:, bone.second, :, bone.second, :] += square
            equations.within[:, bone.first, :, bone.second, :] -= square
            equations.within[:, bone.second, :, bone.first, :] -= square
            equations.slope[:, bone.first] -= toward * off[:, None]
            equations.slope[:, bone.second] += toward * off[:, None]
            equations.border[:, bone.first, :, number] += toward / bone.sigma
            equations.border[:, bone.second, :, number] -= toward / bone.sigma
            equations.lengths[number, number] += both.sum() / bone.sigma**2
            equations.length_slope[number] -= off.sum() / bone.sigma
            total += float((off**2).sum())
        return total


@attrs.frozen(kw_only=True)
class Lengths:
    """Both sides are about equally long, and about as long as at the start."""

    start: Array
    apart: float
    share: float

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far the lengths of both sides are apart, and those from the start's."""
        total = 0.0
        for number, bone in enumerate(BONES):
            if bone.mirror > number:
                off = (lengths[number] - lengths[bone.mirror]) / self.apart
                for one, sign in ((number, 1.0), (bone.mirror, -1.0)):
                    equations.length_slope[one] += sign * off / self.apart
                    equations.lengths[one, one] += 1 / self.apart**2
                equations.lengths[number, bone.mirror] -= 1 / self.apart**2
                equations.lengths[bone.mirror, number] -= 1 / self.apart**2
                total += float(off**2)
        sigma = self.share * self.start
        off = (lengths - self.start) / sigma
        equations.length_slope[...] += off / sigma
        np.einsum("kk->k", equations.lengths)[...] += 1 / sigma**2
        return total + float((off**2).sum())


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


_LASTS_S = 1 / 60


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
        pull[..., 2] = self.rests / _FLOOR_SIGMA**2
        off = joints[..., 2:] - (self.floor or 0.0)
        equations.of_each(pull)
        equations.slope[...] += pull * off
        return float((pull * off**2).sum())


_FLOOR_SIGMA = 0.01


@attrs.frozen(kw_only=True)
class Limits:
    """Elbows and knees close only so far, and knees bend toward the toes."""

    live: Mask

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far limits are overstepped."""
        total = 0.0
        for first, middle, last, least in HINGES:
            chord = joints[:, last] - joints[:, first]
            size = np.maximum(np.linalg.norm(chord, axis=1), 1e-6)
            sides = [np.linalg.norm(joints[:, end] - joints[:, middle], axis=1) for end in (first, last)]
            low = np.sqrt(
                np.maximum(sides[0] ** 2 + sides[1] ** 2 - 2 * sides[0] * sides[1] * np.cos(np.radians(least)), 0)
            )
            over = self.live[:, [first, middle, last]].all(axis=1) & (size < low)
            total += self._line(equations, {last: chord / size[:, None], first: -chord / size[:, None]}, size - low, over)
        for hip, knee, ankle, heel, toe in LEGS:
            forward = joints[:, toe] - joints[:, heel]
            forward = forward / np.maximum(np.linalg.norm(forward, axis=1), 1e-6)[:, None]
            ahead = joints[:, knee] - (joints[:, hip] + joints[:, ankle]) / 2
            off = (ahead * forward).sum(axis=1) + _KNEE_GIVES
            over = self.live[:, [hip, knee, ankle, heel, toe]].all(axis=1) & (off < 0)
            total += self._line(equations, {knee: forward, hip: -forward / 2, ankle: -forward / 2}, off, over)
        return total

    @staticmethod
    def _line(equations: NormalEquations, shares: dict[int, Array], off: Array, over: Mask) -> float:
        off = np.where(over, off, 0.0) / _LIMIT_SIGMA
        held = {column: np.where(over[:, None], share, 0.0) / _LIMIT_SIGMA for column, share in shares.items()}
        for first, one in held.items():
            equations.slope[:, first] += one * off[:, None]
            for second, other in held.items():
                equations.within[:, first, :, second, :] += one[:, :, None] * other[:, None, :]
        return float((off**2).sum())


_LIMIT_SIGMA = 0.01
_KNEE_GIVES = 0.02
"""Metres: a straight knee lies a little behind the line from hip to ankle."""
__all__ = ["HIPS"]
