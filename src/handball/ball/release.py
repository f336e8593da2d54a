"""The moment in which a ball leaves the hand, from what the net sees of the hand and from how the ball flies on."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.ball import Release

Array = NDArray[np.float64]

_SURE = 0.95
"""No single picture says more surely than this whether the ball is held."""
_FEW_APART_S = 1 / 50
"""Pictures that are farther apart are too few for the flight to tell the release."""
_FLIGHT_WEIGHT = 0.5
_STRIKE_STEPS, _STRIKE_FREEDOM = 0.75, 3.0
"""Of the error of the hand's own strike: its scale in pictures, and degrees of freedom."""
_ANEW_S = 1 / 24
"""Pictures so far apart tell something new; nearer ones count for less, by how near they are."""
_HAND_SHARE, _HAND_REACH, _STRAY_REACH, _FREE_REACH, _LEAST_LIKELY = 0.6, 1.5, 8.0, 12.0, 0.01
"""Of balls in a hand so many lie within so many radii of its joints, the others anywhere within the next; free ones
anywhere within the last."""
_AROUND_S = 0.12
"""Pictures that are farther from the release say nothing about it."""
_FEWEST_FREE = 2
_LEAST_EVIDENCE = 2.0
TRUSTED_EVIDENCE, TRUSTED_SIGMA_S = 5.0, 0.03
_METHOD_S = 0.012
"""One standard deviation of the method itself, from 35 rendered throws of the players that the net has learned from."""
_STEP_S = 1 / 480
_ACCELERATED_S, _FREE_S = 0.05, 0.06
_PLACE_RADII = 0.15
_MOST_MISS = 9.0
_FEWEST_FLIGHT = 4
_UNIT_S = 0.05
_LEAST_SPEED = 20.0
"""Ball radii a second (about 2 m/s): what leaves a hand slower is put down or lost, not thrown."""


def is_trusted(release: Release) -> bool:
    """Whether a release is sure enough to stand for the strike."""
    return release.evidence >= TRUSTED_EVIDENCE and release.sigma_s <= TRUSTED_SIGMA_S


def seen_odds(times: Float[np.ndarray, " rows"], held: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
    """Return the logarithm of the odds that a hand holds the ball, as the net sees it in each picture.

    What it says of neighboring pictures is alike, right or wrong, so that it counts for less the nearer they are.

    Parameters
    ----------
    times
        Seconds, rising.
    held
        How likely the net finds that, 0 to 1; NaN where the ball was not seen.
    """
    sure = np.clip(held, 1 - _SURE, _SURE)
    return np.asarray(_weight(times) * np.log(sure / (1 - sure)))


def joint_odds(times: Float[np.ndarray, " rows"], away: Float[np.ndarray, " rows"]) -> Float[np.ndarray, " rows"]:
    """Return the same as the joints tell it: a ball that lies where they have the hand is held.

    One that does not may be so as well.

    Parameters
    ----------
    times
        Seconds, rising.
    away
        Radii of the ball from where the hand holds it; infinite where no hand is known, NaN where there is no ball.
    """
    near = _HAND_SHARE / _HAND_REACH * (away <= _HAND_REACH) + (1 - _HAND_SHARE) / _STRAY_REACH * (away <= _STRAY_REACH)
    placed = np.log(np.maximum(near, _LEAST_LIKELY) * _FREE_REACH)
    return np.asarray(_weight(times) * np.where(np.isinf(away) | np.isnan(away), 0.0, placed))


def release_odds(
    times: Float[np.ndarray, " rows"], held: Float[np.ndarray, " rows"], away: Float[np.ndarray, " rows"]
) -> Float[np.ndarray, " rows"]:
    """Return the odds that tell a release: of the net, and of the joints where pictures are too few for the flight.

    With many pictures joints only mislead: as the arm is fastest they are off by some radii (35 rendered throws: the
    release within one frame in 49 % without them, in 37 % with them).
    """
    return seen_odds(times, held) + (joint_odds(times, away) if _step(times) >= _FEW_APART_S else 0.0)


def _weight(times: Array) -> float:
    return min(1.0, _step(times) / _ANEW_S)


def _step(times: Array) -> float:
    return float(np.median(np.diff(times))) if len(times) > 1 else _ANEW_S


def found_release(
    times: Float[np.ndarray, " rows"],
    circles: Float[np.ndarray, "rows 3"],
    odds: Float[np.ndarray, " rows"],
    near: float | None = None,
) -> Release | None:
    """Return when a ball that was held left the hand; None where that is not seen.

    Parameters
    ----------
    times
        Seconds, rising.
    circles
        Center x, y and radius of the ball in pixels; NaN where it was not seen.
    odds
        Logarithm of the odds that a hand holds it, see `release_odds`; NaN where it was not seen.
    near
        When the hand is fastest in the throw that is meant, seconds: the release within a quarter of a second of it,
        and rather near it than far; of all, the surest, otherwise.
    """
    candidates = np.arange(times[0], times[-1] + _STEP_S, _STEP_S) if len(times) else np.empty(0)
    if near is not None:
        candidates = candidates[np.abs(candidates - near) <= 0.25]
    evidence = np.array([_hand_evidence(times, odds, moment) for moment in candidates])
    if not len(evidence) or evidence.max() < _LEAST_EVIDENCE:
        return None
    step = _step(times)
    told = evidence + _strike_evidence(candidates, near, step)
    rough = float(candidates[told.argmax()])
    among = np.abs(candidates - rough) <= _AROUND_S / 2
    close = candidates[among]
    total = told[among] + _FLIGHT_WEIGHT * _flight_evidence(times, circles, rough, close)
    weights = np.exp(total - total.max())
    weights /= weights.sum()
    moment = float(weights @ close)
    if moment > times[-1] or not _flies(times, circles, moment):
        return None
    return Release(
        time=moment,
        sigma_s=float(np.sqrt(weights @ (close - moment) ** 2 + step**2 / 12 + _METHOD_S**2)),
        evidence=float(evidence[told.argmax()]),
    )


def _hand_evidence(times: Array, odds: Array, moment: float) -> float:
    """Return how much likelier what is seen around a moment is if the ball is held before and free after it.

    Against the ball being held, or free, all the time, whichever is the likelier.
    """
    known = (np.abs(times - moment) <= _AROUND_S) & ~np.isnan(odds)
    odds = odds[known]
    before = times[known] < moment
    if (~before).sum() < _FEWEST_FREE or not before.any():
        return -np.inf
    told = odds[before].sum() - odds[~before].sum()
    return float(told - abs(odds.sum()))


def _strike_evidence(moments: Array, near: float | None, step: float) -> Array:
    """Return how well moments fit the strike of the hand, as a logarithm; at times it is far off: Student's t."""
    if near is None:
        return np.zeros(len(moments))
    apart = (moments - near) / (_STRIKE_STEPS * step)
    return np.asarray(-(_STRIKE_FREEDOM + 1) / 2 * np.log1p(apart**2 / _STRIKE_FREEDOM))


def _flight_evidence(times: Array, circles: Array, rough: float, moments: Array) -> Array:
    """Return how well the ball is driven before each moment and flies straight after it, as a logarithm."""
    radius = float(np.nanmedian(circles[:, 2]))
    window = (times >= rough - _ACCELERATED_S) & (times <= rough + _FREE_S) & ~np.isnan(circles[:, 0])
    seconds, places = times[window], circles[window, :2] / radius
    if (seconds > rough).sum() < _FEWEST_FLIGHT or (seconds <= rough).sum() < _FEWEST_FLIGHT:
        return np.zeros(len(moments))
    found = np.zeros(len(moments))
    for number, moment in enumerate(moments):
        since = (seconds - moment) / _UNIT_S
        columns = np.column_stack([np.ones_like(since), since, np.where(since < 0, since**2, 0.0)])
        solution = np.linalg.lstsq(columns, places, rcond=None)[0]
        misses = ((columns @ solution - places) ** 2).sum(axis=1) / _PLACE_RADII**2
        found[number] = -np.minimum(misses, _MOST_MISS).sum() / 2
    return found


def _flies(times: Array, circles: Array, moment: float) -> bool:
    """Whether the ball moves on after a moment as one that was thrown."""
    seen = (times >= moment) & (times <= moment + 0.2) & ~np.isnan(circles[:, 0])
    if seen.sum() < 2:
        return False
    rows = np.flatnonzero(seen)[[0, -1]]
    way = float(np.linalg.norm(circles[rows[1], :2] - circles[rows[0], :2])) / float(np.nanmedian(circles[:, 2]))
    return way / float(times[rows[1]] - times[rows[0]]) >= _LEAST_SPEED
