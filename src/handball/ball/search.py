"""The ball in one picture after the other: candidates, and what the net says of them."""

from __future__ import annotations

import attrs
import numpy as np
from jaxtyping import Float, UInt8
from numpy.typing import NDArray

from handball.ball.candidates import ChangeFinder, at_hands, from_body, from_hands
from handball.ball.finder_net import Answers
from handball.ball.path import AT_HAND, Sightings
from handball.ball.places import distinct, looked_at, steadied
from handball.domain.arrays import column

Array = NDArray[np.float64]

_MOVED = 12
"""Places that have changed, looked at in each picture."""
_KEPT = 6
"""Sightings of a picture."""
_PROMISING = 12
"""Of the first looks, those that are looked at again from where they have found the ball."""
OPEN_RADII = (1 / 60, 1 / 34, 1 / 19)
"""Radii as shares of the height of the picture, each within reach of two looks from the next."""
_FOLLOWED = 3
_LEAST_FOLLOWED = 0.3
_HAND_FROM_TO, _DOUBT_FROM_TO = (1.3, AT_HAND), (-1.0, 1.0)
"""Radii from where a hand holds a ball, and what a sighting must be worth there."""
_ON_BODY, _BODY_DOUBT = 1.2, 3.0
"""Radii from a line of the body, and what a sighting there must be worth besides."""
_STEADIED, _STAYS = 3, 0.7
"""Sightings that are looked at from all around, and radii by which that may move them."""
_SIZE_SPREAD = 0.25
"""One standard deviation of the logarithm of a radius: of the athlete's scale, the ball's size and the net."""
_LEAST_CHANCE = 1e-5
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
    body
        Lines of head, trunk and legs from x, y to x, y, pixels; NaN where not known.
    detected
        What a detector of many kinds of things takes for a ball: x, y, radius in pixels, and its score, 0 to 1.
    """

    wrists: Float[np.ndarray, "hands 2"] = column(np.float64)
    elbows: Float[np.ndarray, "hands 2"] = column(np.float64)
    radii: tuple[float, ...]
    body: Float[np.ndarray, "lines 4"] = column(np.float64)
    detected: Float[np.ndarray, "detections 4"] = column(np.float64)


def no_hands(picture: UInt8[np.ndarray, "rows columns 3"]) -> Hints:
    """Return what is known of a picture in which nobody's joints are: a ball may be small or large."""
    nobody = np.empty((0, 2))
    radii = tuple(share * picture.shape[0] for share in OPEN_RADII)
    return Hints(wrists=nobody, elbows=nobody, radii=radii, body=np.empty((0, 4)), detected=np.empty((0, 4)))


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
                *self._changes(picture, hints.radii, most),
                self._followed(time),
            ]
        )
        first = distinct(looked_at(picture, places, self._net), _PROMISING)
        again = looked_at(picture, first[:, :3], self._net)
        every = np.vstack([again, self._detected(picture, hints.detected)])
        kept = distinct(_of_its_size(every, hints.radii), _KEPT)
        rows = np.vstack([self._steadied(picture, kept[:_STEADIED], hints.detected), kept[_STEADIED:]])
        away = from_hands(rows, hints.wrists, hints.elbows)
        found = Sightings(time=time, rows=rows, doubts=_doubts(rows, away, hints), away=away)
        self._way = self._ways(found)
        self._last = found
        return found

    def _steadied(self, picture: UInt8[np.ndarray, "rows columns 3"], rows: Array, detected: Array) -> Array:
        """Return sightings with the place, size and hand that several looks agree on; as likely as before."""
        steady = steadied(picture, rows, self._net)
        near = np.hypot(*(steady[:, :2] - rows[:, :2]).T) <= _STAYS * rows[:, 2]
        found = np.where(near[:, None], np.column_stack([steady[:, :3], rows[:, 3], steady[:, 4]]), rows)
        return _between_both(found, detected)

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


def _of_its_size(rows: Array, radii: tuple[float, ...]) -> Array:
    """Return sightings less likely by how far they are from the ball's size, where that is known."""
    if len(radii) > 1:
        return rows
    sure = np.clip(rows[:, 3], _LEAST_CHANCE, 1 - _LEAST_CHANCE)
    odds = np.log(sure / (1 - sure)) - (np.log(rows[:, 2] / radii[0]) / _SIZE_SPREAD) ** 2 / 2
    return np.column_stack([rows[:, :3], 1 / (1 + np.exp(-odds)), rows[:, 4]])


def _doubts(rows: Array, away: Array, hints: Hints) -> Array:
    """Return what sightings must be worth by their place, as the logarithm of their odds.

    A ball is at a hand, or flies; on head, trunk or legs it is hardly ever.
    """
    doubts = np.interp(away, _HAND_FROM_TO, _DOUBT_FROM_TO)
    on_body = (from_body(rows, hints.body) <= _ON_BODY) & (away > _HAND_FROM_TO[0])
    return np.where(np.isinf(away), 0.0, doubts + _BODY_DOUBT * on_body)


def _between_both(rows: Array, detected: Array) -> Array:
    """Return sightings half-way to what the detector takes for the same ball, if anything: their errors differ."""
    if not len(rows) or not len(detected):
        return rows
    away = np.linalg.norm(rows[:, None, :2] - detected[None, :, :2], axis=-1) / rows[:, 2:3]
    nearest = away.argmin(axis=1)
    same = away[np.arange(len(rows)), nearest] <= _STAYS
    middle = np.column_stack([(rows[:, :3] + detected[nearest, :3]) / 2, rows[:, 3:]])
    return np.where(same[:, None], middle, rows)
