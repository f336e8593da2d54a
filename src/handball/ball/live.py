"""The ball in the pictures of a camera as they come: no more looks at each than there is time for."""

from __future__ import annotations

import numpy as np
from jaxtyping import UInt8
from numpy.typing import NDArray

from handball.ball.candidates import ChangeFinder
from handball.ball.finder_net import Answers
from handball.ball.places import distinct, looked_at
from handball.ball.search import OPEN_RADII
from handball.domain.ball import BallSighting

Array = NDArray[np.float64]

_SURE_FROM = 0.5
_LOOKS, _AGAIN = 9, 2
"""Places looked at in each picture, and those of them looked at again from where they have found the ball."""
_PATIENCE = 6
"""Pictures in which a lost ball is still expected where it was going."""


class LiveFinder:
    """Finds the ball in one picture after another (a `LiveFinding`).

    The places are those where it should be after the two pictures before, and those that have changed most: of its
    size where that is known, of three sizes where not. Each picture costs about the same.
    """

    def __init__(self, net: Answers) -> None:
        self._net, self._changes = net, ChangeFinder()
        self._last: Array | None = None
        self._way = np.zeros(2)
        self._lost = 0

    def __call__(self, picture: UInt8[np.ndarray, "rows columns 3"]) -> BallSighting | None:
        """Return the place in an RGB picture that is likeliest the ball, if it is more likely one than not."""
        expected = self._expected()
        first = looked_at(picture, np.vstack([expected, self._moved(picture, _LOOKS - len(expected))]), self._net)
        found = looked_at(picture, distinct(first, _AGAIN)[:, :3], self._net)
        best = found[found[:, 3].argmax()] if len(found) else None
        if best is None or best[3] < _SURE_FROM:
            self._lost += 1
            if self._lost > _PATIENCE:
                self._last = None
            return None
        self._keep(best)
        return BallSighting(x_px=best[0], y_px=best[1], radius_px=best[2], score=min(float(best[3]), 1.0))

    def _expected(self) -> Array:
        """Return where the ball is if it rests, and if it goes on as it went."""
        if self._last is None:
            return np.empty((0, 3))
        ahead = self._last[:3] + (self._lost + 1) * np.append(self._way, 0.0)
        return np.stack([self._last[:3], ahead])

    def _moved(self, picture: UInt8[np.ndarray, "rows columns 3"], most: int) -> Array:
        """Return what has changed; every size is compared in every picture, so that none is ever new."""
        by_size = self._changes(picture, [share * picture.shape[0] for share in OPEN_RADII], most)
        if self._last is None:
            return np.vstack([circles[: most // len(by_size)] for circles in by_size])
        radius = float(self._last[2])
        nearest = min(range(len(by_size)), key=lambda number: abs(np.log(OPEN_RADII[number] * len(picture) / radius)))
        circles = by_size[nearest]
        return np.column_stack([circles[:, :2], np.full(len(circles), radius)])

    def _keep(self, best: Array) -> None:
        if self._last is None:
            self._way = np.zeros(2)
        else:
            self._way = (best[:2] - self._last[:2]) / (self._lost + 1)
        self._last, self._lost = best, 0
