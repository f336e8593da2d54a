"""When the ball leaves the hand, on throws whose release is known: an arc of the arm, then flight."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.ball.release import found_release, is_trusted, release_odds
from handball.domain.ball import Release

RATES = (30.0, 60.0, 120.0, 240.0)
TRUE = 0.6037
RADIUS = 10.0


@attrs.frozen(kw_only=True)
class Throw:
    """A ball on an arc that turns faster and faster until it is let go and flies on straight; pixels."""

    rate_hz: float
    release: float = TRUE
    speed: float = 120.0
    """Ball radii a second at the release."""
    end: float = 1.1

    @property
    def times(self) -> np.ndarray:
        return np.arange(0.0, self.end, 1 / self.rate_hz)

    @property
    def circles(self) -> np.ndarray:
        times, reach, swing = self.times, 7 * RADIUS, 0.3
        fastest = self.speed * RADIUS / reach
        since = np.clip(times - (self.release - swing), 0, swing)
        angle = fastest * since**2 / (2 * swing) - fastest * swing / 2
        places = np.column_stack([200 + reach * np.sin(angle), 200 - reach * np.cos(angle)])
        flown = np.clip(times - self.release, 0, None)
        places += np.outer(flown, [self.speed * RADIUS, 0]) + np.outer(flown**2, [0, 490])
        return np.column_stack([places, np.full(len(times), RADIUS)])

    @property
    def held(self) -> np.ndarray:
        return np.where(self.times < self.release, 0.9, 0.1)


def released(times: np.ndarray, circles: np.ndarray, held: np.ndarray, near: float | None = None) -> Release | None:
    """Find the release from what the net says of the hand and from the flight, without joints."""
    return found_release(times, circles, release_odds(times, held, np.full(len(times), np.inf)), near)


def found_in(throw: Throw, near: float | None = None) -> Release | None:
    return released(throw.times, throw.circles, throw.held, near)


@pytest.mark.parametrize("rate_hz", RATES)
def test_the_release_is_found_to_a_picture(rate_hz: float) -> None:
    throw = Throw(rate_hz=rate_hz)
    release = found_in(throw)
    assert release is not None
    assert abs(release.time - TRUE) < 0.6 / rate_hz
    assert release.sigma_s < np.hypot(0.7 / rate_hz, 0.013)
    assert is_trusted(release)


@pytest.mark.parametrize("rate_hz", RATES)
def test_noise_moves_it_little(rate_hz: float) -> None:
    throw, misses, doubts = Throw(rate_hz=rate_hz), [], []
    for seed in range(4):
        rng = np.random.default_rng(seed)
        circles = throw.circles + rng.normal(0, [1.0, 1.0, 0.5], (len(throw.times), 3))
        told = np.clip(throw.held + rng.normal(0, 0.15, len(throw.times)), 0, 1)
        circles[rng.random(len(circles)) < 0.1] = np.nan
        told[np.isnan(circles[:, 0])] = np.nan
        release = released(throw.times, circles, told)
        assert release is not None
        misses.append(abs(release.time - TRUE))
        doubts.append(release.sigma_s)
    assert np.median(misses) < max(0.012, 0.6 / rate_hz)
    assert np.median(misses) < 2 * np.median(doubts)


def test_how_it_flies_tells_more_than_a_hand_that_is_told_late() -> None:
    throw = Throw(rate_hz=240)
    late = np.where(throw.times < TRUE + 0.015, 0.6, 0.2)
    release = released(throw.times, throw.circles, late)
    assert release is not None
    assert abs(release.time - TRUE) < 0.012
    nowhere = np.column_stack([throw.times * 500, throw.times, np.full(len(throw.times), RADIUS)])
    by_hand = released(throw.times, nowhere, late)
    assert by_hand is not None
    assert abs(release.time - TRUE) < abs(by_hand.time - TRUE)


@pytest.mark.parametrize("always", [0.9, 0.1])
def test_a_ball_that_is_held_or_free_all_the_time_is_not_released(always: float) -> None:
    throw = Throw(rate_hz=60)
    assert released(throw.times, throw.circles, np.full(len(throw.times), always)) is None


def test_a_ball_that_is_caught_is_not_released() -> None:
    throw = Throw(rate_hz=60)
    assert released(throw.times, throw.circles, 1 - throw.held) is None


def test_a_ball_that_is_put_down_is_not_released() -> None:
    assert found_in(Throw(rate_hz=60, speed=8.0)) is None
    assert found_in(Throw(rate_hz=60, speed=40.0)) is not None


def test_a_release_at_the_end_of_the_clip_is_not_told() -> None:
    assert found_in(Throw(rate_hz=60, end=TRUE + 0.015)) is None


def test_the_throw_that_is_meant_is_taken() -> None:
    first, second = Throw(rate_hz=60), Throw(rate_hz=60, release=0.6037, speed=150.0)
    times = np.concatenate([first.times, 1.1 + second.times])
    circles = np.concatenate([first.circles, second.circles])
    told = np.concatenate([first.held, second.held])
    for meant, true in ((0.7, TRUE), (1.55, TRUE + 1.1), (1.9, TRUE + 1.1)):
        release = released(times, circles, told, near=meant)
        assert release is not None
        assert release.time == pytest.approx(true, abs=0.012)
    assert released(times, circles, told, near=1.2) is None
    assert released(times, circles, told, near=9.0) is None


def test_the_surest_is_taken_where_none_is_meant() -> None:
    first, second = Throw(rate_hz=60), Throw(rate_hz=60)
    times = np.concatenate([first.times, 1.1 + second.times])
    circles = np.concatenate([first.circles, second.circles])
    told = np.concatenate([0.5 + (first.held - 0.5) / 2, second.held])
    release = released(times, circles, told)
    assert release is not None
    assert release.time == pytest.approx(TRUE + 1.1, abs=0.012)


@pytest.mark.parametrize("rows", [0, 1, 2])
def test_of_hardly_any_pictures_nothing_is_told(rows: int) -> None:
    throw = Throw(rate_hz=60)
    assert released(throw.times[:rows], throw.circles[:rows], throw.held[:rows]) is None


def test_a_ball_that_was_never_seen_is_not_released() -> None:
    nothing = np.full(60, np.nan)
    assert released(np.arange(60) / 60, np.full((60, 3), np.nan), nothing) is None


def test_a_clock_that_starts_later_changes_nothing() -> None:
    throw = Throw(rate_hz=60)
    release, later = found_in(throw), released(throw.times + 100, throw.circles, throw.held)
    assert release is not None
    assert later is not None
    assert later.time - 100 == pytest.approx(release.time, abs=1e-6)


@pytest.mark.parametrize(
    ("evidence", "sigma_s", "trusted"), [(5.0, 0.03, True), (4.9, 0.03, False), (9.0, 0.031, False)]
)
def test_a_release_is_trusted_where_it_is_sure_and_sharp(evidence: float, sigma_s: float, trusted: bool) -> None:
    assert is_trusted(Release(time=1.0, sigma_s=sigma_s, evidence=evidence)) == trusted
