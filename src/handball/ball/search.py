"""The ball in one picture after the other: candidates, and what the net says of them."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

from handball.ball.candidates import ChangeFinder, at_hands, is_at_hand
from handball.ball.finder_net import Answers
from handball.ball.path import Sightings
from handball.ball.places import distinct, looked_at
from handball.domain.arrays import column

Array = NDArray[np.float64]

_MOVED = 12
"""Places that have changed, looked at in each picture."""
_KEPT = 6
"""Sightings of a picture."""
_PROMISING = 12
"""Of the first looks, those that are looked at again from where they have found the ball."""
OPEN_RADII = (1 / 60, 1 / 34, 1 / 19)
"""Radii as shares of the height of the picture, each within reach of a look from the next."""
_FOLLOWED = 3
_LEAST_FOLLOWED = 0.3
_TRUST, _MOST_TRUST = 2.0, 0.95
"""A detector that says 0.3 of a ball is right more often than not."""


@attrs.frozen(kw_only=True)
class Hints:
    """What is known of a picture before the ball is looked for.

    Attributes
    ----------
    wrists, elbows
        Of each hand, pixels; NaN where not known.
    radii
        Of the ball, pixels, about; several where that is open.
    detected
        What a detector of many kinds of things takes for a ball: x, y, radius in pixels, and its score, 0 to 1.
    """

    wrists: Float[np.ndarray, "hands 2"] = column(np.float64)
    elbows: Float[np.ndarray, "hands 2"] = column(np.float64)
    radii: tuple[float, ...]
    detected: Float[np.ndarray, "detections 4"] = column(np.float64)


def no_hands(picture: UInt8[np.ndarray, "rows columns 3"]) -> Hints:
    """Return what is known of a picture in which nobody's joints are: a ball may be small or large."""
    nobody = np.empty((0, 2))
    radii = tuple(share * picture.shape[0] for share in OPEN_RADII)
    return Hints(wrists=nobody, elbows=nobody, radii=radii, detected=np.empty((0, 4)))


class BallSearch:
    """Looks for the ball in the pictures of a clip, one after the other."""

    def __init__(self, net: Answers) -> None:
        self._net, self._changes = net, ChangeFinder()
        self._last: Sightings | None = None
        self._way: Array = np.empty((0, 2))

    def __call__(self, time: float, picture: UInt8[np.ndarray, "rows columns 3"], hints: Hints) -> Sightings:
        """Return what may be the ball in a picture (RGB) at a time in seconds."""
        most = _MOVED // len(hints.radii)
        places = np.vstack(
            [
                *(at_hands(hints.wrists, hints.elbows, radius) for radius in hints.radii),
                *(self._changes(picture, radius, most) for radius in hints.radii),
                self._followed(time),
            ]
        )
        first = distinct(looked_at(picture, places, self._net), _PROMISING)
        again = looked_at(picture, first[:, :3], self._net)
        rows = distinct(np.vstack([again, self._detected(picture, hints.detected)]), _KEPT)
        found = Sightings(time=time, rows=rows, at_hand=is_at_hand(rows, hints.wrists, hints.elbows))
        self._way = self._ways(found)
        self._last = found
        return found

    def _detected(self, picture: UInt8[np.ndarray, "rows columns 3"], detected: Array) -> Array:
        """Return what the detector has seen, as likely as it and the net together say: either may know better."""
        looks = looked_at(picture, detected[:, :3], self._net)
        neither = (1 - np.clip(_TRUST * detected[:, 3], 0, _MOST_TRUST)) * (1 - looks[:, 3])
        return np.column_stack([detected[:, :3], 1 - neither, looks[:, 4]])

    def _followed(self, time: float) -> Array:
        """Return where the best sightings of the picture before are now: at rest, and going on as they went."""
        if self._last is None:
            return np.empty((0, 3))
        rows = self._last.rows[:_FOLLOWED]
        kept = rows[:, 3] >= _LEAST_FOLLOWED
        rows, ways = rows[kept, :3], self._way[:_FOLLOWED][kept]
        moved = rows + np.column_stack([ways * (time - self._last.time), np.zeros(len(rows))])
        return np.vstack([rows, moved])

    def _ways(self, found: Sightings) -> Array:
        """Return how fast each sighting has come from the nearest one of the picture before, pixels a second."""
        if self._last is None or not len(self._last.rows) or not len(found.rows):
            return np.zeros((len(found.rows), 2))
        way = found.rows[:, None, :2] - self._last.rows[None, :, :2]
        nearest = np.linalg.norm(way, axis=-1).argmin(axis=1)
        return np.asarray(way[np.arange(len(way)), nearest] / (found.time - self._last.time))
