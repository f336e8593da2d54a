"""Normal equations of a skeleton over a clip: joints of each frame, smoothness over frames, lengths of all frames.

Unknown are a step of every joint and of every bone length. Within a frame joints couple through bones and the prior;
over time each joint couples with itself alone, one and two frames on; lengths border the rest.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.lifting.block_tridiagonal import BlockCholesky, factored

Array = NDArray[np.float64]

_PER_BLOCK = 2
"""Frames in a block: accelerations reach two frames."""


@attrs.frozen(kw_only=True)
class NormalEquations:
    """Sums that terms add to.

    `within` (frames, joints, 3, joints, 3) couples joints of one frame, `next` and `after` (frames, joints) a joint
    with itself one and two frames later, `border` (frames, joints, 3, lengths) joints with lengths, `lengths`
    (lengths, lengths) those among themselves; `slope` and `length_slope` are half the gradient of the cost.
    """

    within: Array
    next: Array
    after: Array
    border: Array
    lengths: Array
    slope: Array
    length_slope: Array

    @classmethod
    def empty(cls, frames: int, joints: int, lengths: int) -> NormalEquations:
        """Return equations without terms."""
        return cls(
            within=np.zeros((frames, joints, 3, joints, 3)),
            next=np.zeros((frames, joints)),
            after=np.zeros((frames, joints)),
            border=np.zeros((frames, joints, 3, lengths)),
            lengths=np.zeros((lengths, lengths)),
            slope=np.zeros((frames, joints, 3)),
            length_slope=np.zeros(lengths),
        )

    def of_each(self, weights: Array) -> None:
        """Add weights (frames, joints, 3) to the diagonal."""
        frames, joints = weights.shape[:2]
        flat = self.within.reshape(frames, 3 * joints, 3 * joints)
        np.einsum("fii->fi", flat)[...] += weights.reshape(frames, 3 * joints)

    def factored(self, damping: float) -> tuple[BlockCholesky, Array, Array, Array]:
        """Return the joints' factors, their solutions for border and slope, and the lengths' Schur complement."""
        frames, joints = self.slope.shape[:2]
        damped = self.within.reshape(frames, 3 * joints, 3 * joints).copy()
        np.einsum("fii->fi", damped)[...] *= 1 + damping
        factors = factored(*_blocks(damped, self.next, self.after))
        border = self.border.reshape(frames, 3 * joints, -1)
        every = factors.solved(_stacked(np.concatenate([border, self.slope.reshape(frames, -1, 1)], axis=2)))
        reached, alone = every[..., :-1], every[..., -1]
        flat = _stacked(border).reshape(-1, border.shape[2])
        complement = self.lengths - flat.T @ reached.reshape(flat.shape)
        return factors, reached, alone, complement

    def step(self, damping: float) -> tuple[Array, Array]:
        """Solve for the steps of the joints (frames, joints, 3) and of the lengths."""
        frames, joints = self.slope.shape[:2]
        _, reached, alone, complement = self.factored(damping)
        border = _stacked(self.border.reshape(frames, 3 * joints, -1))
        lengths = np.linalg.solve(complement, np.einsum("bnk,bn->k", border, alone) - self.length_slope)
        return -(alone + reached @ lengths).reshape(-1, joints, 3)[:frames], lengths

    def variances(self) -> Array:
        """Return the variance of each coordinate, the diagonal of the inverse, shape (frames, joints, 3)."""
        frames, joints = self.slope.shape[:2]
        factors, reached, _, complement = self.factored(0.0)
        own = np.einsum("bnn->bn", factors.inverse_diagonal())
        shared = np.einsum("bnk,kl,bnl->bn", reached, np.linalg.inv(complement), reached)
        return np.asarray((own + shared).reshape(-1, joints, 3)[:frames])


def _stacked(rows: Array) -> Array:
    """Put rows (frames, n, columns) of frames into blocks, an odd last one filled with zeros."""
    frames, size, columns = rows.shape
    padded = np.concatenate([rows, np.zeros((frames % _PER_BLOCK, size, columns))])
    return padded.reshape(-1, _PER_BLOCK * size, columns)


def _blocks(within: Array, following: Array, after: Array) -> tuple[Array, Array]:
    """Return the diagonal blocks of two frames each, and what couples each with the next."""
    frames, size, _ = within.shape
    count = (frames + 1) // _PER_BLOCK
    even = np.concatenate([within, np.eye(size)[None].repeat(frames % _PER_BLOCK, axis=0)])
    one, two = (np.zeros((2 * count, size)) for _ in range(2))
    one[:frames], two[:frames] = np.repeat(following, 3, axis=1), np.repeat(after, 3, axis=1)
    diagonal = np.zeros((count, 2 * size, 2 * size))
    coupling = np.zeros((count, 2 * size, 2 * size))
    diagonal[:, :size, :size], diagonal[:, size:, size:] = even[::2], even[1::2]
    own, other = np.arange(size), np.arange(size) + size
    diagonal[:, own, other] = diagonal[:, other, own] = one[::2]
    coupling[:, own, own], coupling[:, other, own], coupling[:, other, other] = two[::2], one[1::2], two[1::2]
    return diagonal, coupling[:-1]
