"""The ball: a place in one picture that may be it (`BallSighting`), and where it is over a clip (`BallTrack`)."""

from __future__ import annotations

import math

import attrs
import numpy as np
from jaxtyping import Bool, Float, Int64
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column


@attrs.frozen(kw_only=True)
class BallSighting:
    """One place in one picture that may be the ball.

    Attributes
    ----------
    x_px, y_px
        Center, x right, y down; may lie outside the picture.
    radius_px
        Above 0.
    score
        How sure it is that this is the ball, 0 to 1.

    Raises
    ------
    ValueError
        When a number is missing or out of range: what was not sighted has no sighting.

    Examples
    --------
    >>> BallSighting(x_px=320, y_px=200, radius_px=9.5, score=0.9).radius_px
    9.5
    """

    x_px: float = attrs.field(converter=float)
    y_px: float = attrs.field(converter=float)
    radius_px: float = attrs.field(converter=float)
    score: float = attrs.field(converter=float)

    def __attrs_post_init__(self) -> None:
        if not all(math.isfinite(value) for value in (self.x_px, self.y_px, self.radius_px)):
            raise ValueError(
                f"a sighting must have a place and a radius, found {self.x_px}, {self.y_px}, {self.radius_px}"
            )
        if self.radius_px <= 0:
            raise ValueError(f"radius_px must be above 0, found {self.radius_px}")
        if not 0 <= self.score <= 1:
            raise ValueError(f"score must lie between 0 and 1, found {self.score}")


@attrs.frozen(kw_only=True)
class Release:
    """When the ball left the hand.

    Attributes
    ----------
    time
        Seconds, on the clock of the track; it lies between pictures as a rule.
    sigma_s
        One standard deviation.
    evidence
        Logarithm of how much likelier the pictures are with this release than with none.
    """

    time: float
    sigma_s: float
    evidence: float


@attrs.frozen(kw_only=True)
class BallTrack:
    """Where the ball is in each picture of a clip.

    Attributes
    ----------
    frames
        Zero-based decoded frames, rising.
    times
        Seconds, rising.
    circles
        Center x, y (x right, y down) and radius in pixels; NaN in all three where the ball is not known.
    scores
        How sure the net is of the ball, 0 to 1; NaN where it was not seen.
    in_hand
        Held by the athlete; False where that, or where the ball is, is not known.
    bridged
        Not seen, the circle filled in between sightings.
    release
        When it left the hand; None when not known.

    Raises
    ------
    ValueError
        When the columns do not fit together: every known circle is either seen, and then has a score, or bridged.
    """

    frames: Int64[np.ndarray, " frames"] = column(np.int64)
    times: Float[np.ndarray, " frames"] = column(np.float64)
    circles: Float[np.ndarray, "frames 3"] = column(np.float64)
    scores: Float[np.ndarray, " frames"] = column(np.float64)
    in_hand: Bool[np.ndarray, " frames"] = column(np.bool_)
    bridged: Bool[np.ndarray, " frames"] = column(np.bool_)
    release: Release | None = None

    def __attrs_post_init__(self) -> None:
        count = len(self.frames)
        for name in ("times", "scores", "in_hand", "bridged"):
            check_shape(name, getattr(self, name), (count,))
        check_shape("circles", self.circles, (count, 3))
        check_rising("frames", self.frames)
        check_rising("times", self.times)
        self._check_circles()
        self._check_flags()
        self._check_release()

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def known(self) -> NDArray[np.bool_]:
        """Whether the ball has a circle, seen or bridged, shape (frames,)."""
        known: NDArray[np.bool_] = ~np.isnan(self.circles[:, 0])
        return known

    @property
    def seen(self) -> NDArray[np.bool_]:
        """Whether the ball was seen, shape (frames,)."""
        seen: NDArray[np.bool_] = self.known & ~self.bridged
        return seen

    @property
    def first_free(self) -> int | None:
        """Row of the first picture after the release; None when that is not known."""
        return None if self.release is None else int(np.searchsorted(self.times, self.release.time))

    def _check_circles(self) -> None:
        missing = np.isnan(self.circles)
        _refuse("a circle is missing in all three numbers or in none", missing.any(axis=1) & ~missing.all(axis=1))
        _refuse("circles must be finite", np.isinf(self.circles).any(axis=1))
        _refuse("a radius must be above 0 pixels", self.circles[:, 2] <= 0)
        _refuse("scores must lie between 0 and 1", (self.scores < 0) | (self.scores > 1))

    def _check_flags(self) -> None:
        _refuse("a bridged picture must have a circle", self.bridged & ~self.known)
        _refuse("a ball in hand must have a circle", self.in_hand & ~self.known)
        _refuse("a picture has a score where the ball was seen and nowhere else", np.isnan(self.scores) == self.seen)

    def _check_release(self) -> None:
        row = self.first_free
        if row is None:
            return
        if not 0 < row < len(self):
            raise ValueError(f"release must lie between the first and the last picture, found {self.release}")
        if self.in_hand[row] or not self.in_hand[:row].any():
            raise ValueError(f"the ball must be free after the release and held before it, found row {row}")


def _refuse(rule: str, broken: NDArray[np.bool_]) -> None:
    if broken.any():
        raise ValueError(f"{rule}, but row {int(np.argmax(broken))} breaks that")
