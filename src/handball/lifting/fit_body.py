"""What a fitted skeleton keeps within each frame: lengths of bones, and limits of joints."""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.lifting.body_model import BONES, HINGES, LEGS
from handball.lifting.normal_equations import NormalEquations

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

_LIMIT_SIGMA_M = 0.01
_KNEE_GIVES_M = 0.02
"""A straight knee lies a little behind the line from hip to ankle."""


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
class Limits:
    """Elbows and knees close only so far, and knees bend toward the toes."""

    live: Mask

    def add(self, equations: NormalEquations, joints: Array, lengths: Array) -> float:  # noqa: ARG002
        """Add how far limits are overstepped."""
        hinges = sum(self._hinge(equations, joints, hinge[:3], hinge[3]) for hinge in HINGES)
        return hinges + sum(self._leg(equations, joints, leg) for leg in LEGS)

    def _hinge(self, equations: NormalEquations, joints: Array, columns: tuple[int, int, int], least: float) -> float:
        """Keep the ends of a hinge at least as far apart as they are at its least angle (law of cosines)."""
        first, middle, last = columns
        chord = joints[:, last] - joints[:, first]
        size = np.maximum(np.linalg.norm(chord, axis=1), 1e-6)
        one, other = (np.linalg.norm(joints[:, end] - joints[:, middle], axis=1) for end in (first, last))
        low = np.sqrt(one**2 + other**2 - 2 * one * other * np.cos(np.radians(least)))
        over = self.live[:, list(columns)].all(axis=1) & (size < low)
        way = chord / size[:, None]
        return _held(equations, {last: way, first: -way}, size - low, over)

    def _leg(self, equations: NormalEquations, joints: Array, columns: tuple[int, ...]) -> float:
        hip, knee, ankle, heel, toe = columns
        forward = joints[:, toe] - joints[:, heel]
        forward = forward / np.maximum(np.linalg.norm(forward, axis=1), 1e-6)[:, None]
        ahead = joints[:, knee] - (joints[:, hip] + joints[:, ankle]) / 2
        off = (ahead * forward).sum(axis=1) + _KNEE_GIVES_M
        over = self.live[:, list(columns)].all(axis=1) & (off < 0)
        return _held(equations, {knee: forward, hip: -forward / 2, ankle: -forward / 2}, off, over)


def _held(equations: NormalEquations, shares: dict[int, Array], off: Array, over: Mask) -> float:
    """Add one residual in metres, linear in some joints, where it oversteps a limit."""
    off = np.where(over, off, 0.0) / _LIMIT_SIGMA_M
    held = {column: np.where(over[:, None], share, 0.0) / _LIMIT_SIGMA_M for column, share in shares.items()}
    for first, one in held.items():
        equations.slope[:, first] += one * off[:, None]
        for second, other in held.items():
            equations.within[:, first, :, second, :] += one[:, :, None] * other[:, None, :]
    return float((off**2).sum())
