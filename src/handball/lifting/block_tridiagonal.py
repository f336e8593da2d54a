"""Symmetric positive definite systems whose blocks touch their neighbours only: what a clip of frames gives.

Block Cholesky factors; the diagonal blocks of the inverse by the backward recursion of Takahashi, Fagan and Chin,
"Formation of a sparse bus impedance matrix", PICA 1973. Time and memory grow with the number of blocks.
"""

from __future__ import annotations

import attrs
import numpy as np
from numpy.typing import NDArray
from scipy.linalg.blas import dtrsm

Array = NDArray[np.float64]


@attrs.frozen
class BlockCholesky:
    """Factors of a matrix: lower triangles (blocks, n, n), and what couples each with the next (blocks - 1, n, n)."""

    lower: Array
    upper: Array

    def solved(self, right: Array) -> Array:
        """Solve for right-hand sides, shape (blocks, n, columns)."""
        count = len(self.lower)
        result = np.empty_like(right)
        for k in range(count):
            rest = right[k] - self.upper[k - 1].T @ result[k - 1] if k else right[k]
            result[k] = _solved(self.lower[k], rest)
        for k in reversed(range(count)):
            rest = result[k] - self.upper[k] @ result[k + 1] if k + 1 < count else result[k]
            result[k] = _solved(self.lower[k], rest, transposed=True)
        return result

    def inverse_diagonal(self) -> Array:
        """Return the diagonal blocks of the inverse, shape (blocks, n, n)."""
        result = np.empty_like(self.lower)
        one = np.eye(self.lower.shape[1])
        for k in reversed(range(len(self.lower))):
            inner = one
            if k + 1 < len(self.lower):
                inner = one + self.upper[k] @ result[k + 1] @ self.upper[k].T
            half = _solved(self.lower[k], inner, transposed=True)
            result[k] = _solved(self.lower[k], half.T, transposed=True)
        return result


def factored(diagonal: Array, coupling: Array) -> BlockCholesky:
    """Factor a matrix of diagonal blocks (blocks, n, n) and blocks right of them (blocks - 1, n, n).

    Raises
    ------
    numpy.linalg.LinAlgError
        When the matrix is not positive definite.

    Examples
    --------
    >>> two = factored(np.array([[[2.0]], [[2.0]]]), np.array([[[1.0]]]))
    >>> two.solved(np.array([[[3.0]], [[3.0]]])).ravel().round(12).tolist()
    [1.0, 1.0]
    """
    lower, upper = np.empty_like(diagonal), np.empty_like(coupling)
    for k in range(len(diagonal)):
        block = diagonal[k] - upper[k - 1].T @ upper[k - 1] if k else diagonal[k]
        lower[k] = np.linalg.cholesky(block)
        if k + 1 < len(diagonal):
            upper[k] = _solved(lower[k], coupling[k])
    return BlockCholesky(lower, upper)


def _solved(lower: Array, right: Array, *, transposed: bool = False) -> Array:
    return np.asarray(dtrsm(1.0, lower.T, right, lower=0, trans_a=int(not transposed)))
