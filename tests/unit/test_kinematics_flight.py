"""The flight of a ball: speed and direction at its release with honest intervals, and what is no flight."""

from __future__ import annotations

import numpy as np
import pytest

from handball.errors import InvalidFlightError
from handball.kinematics.flight import drag_constant, flight_of, flown

START = np.array([1.0, 2.0, 2.1])


def seen(velocity: np.ndarray, *, seed: int, count: int = 14, sigma: float = 0.02, drag: float = 0.35):
    draw = np.random.default_rng(seed)
    times = np.linspace(0.01, 0.3, count)
    places = flown(START, velocity, times, drag_constant(drag)) + draw.normal(0, sigma, (count, 3))
    return times, places, np.full((count, 3), sigma)


def test_an_exact_flight_is_found_exactly() -> None:
    velocity = np.array([24.0, 3.0, 1.0])
    times, places, _ = seen(velocity, seed=0, sigma=0.0)
    found = flight_of(times + 2.0, places, np.full(places.shape, 1e-3), 2.0)
    assert found.position == pytest.approx(START, abs=1e-4)
    assert found.velocity == pytest.approx(velocity, abs=0.01)


def test_nine_of_ten_intervals_hold_the_speed() -> None:
    inside = []
    for seed in range(10):
        draw = np.random.default_rng(seed)
        velocity = np.array([draw.uniform(12, 30), draw.normal(0, 3), draw.normal(1, 2)])
        times, places, sigma = seen(velocity, seed=seed, drag=float(draw.normal(0.35, 0.1)))
        low, high = flight_of(times, places, sigma, 0.0).speed_interval
        inside.append(low <= np.linalg.norm(velocity) <= high)
    assert np.mean(inside) >= 0.75


def test_gross_errors_and_gaps_do_not_matter() -> None:
    velocity = np.array([22.0, 0.0, 2.0])
    times, places, sigma = seen(velocity, seed=3, count=18)
    places[[4, 9, 13]] += [0.5, -1.0, 2.0]
    places[6] = np.nan
    found = flight_of(times, places, sigma, 0.0)
    assert not found.used[[4, 6, 9, 13]].any()
    assert found.speed == pytest.approx(np.linalg.norm(velocity), abs=3 * found.speed_sigma)


def test_up_may_be_any_axis() -> None:
    times, places, sigma = seen(np.array([20.0, 1.0, 1.0]), seed=5)
    level = flight_of(times, places, sigma, 0.0)
    turned = flight_of(times, places[:, [0, 2, 1]] * [1, -1, 1], sigma, 0.0, up=(0.0, -1.0, 0.0))
    assert turned.velocity == pytest.approx((level.velocity[[0, 2, 1]] * [1, -1, 1]), abs=1e-3)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda t, p: (t[:3], p[:3]), "at least 4"),
        (lambda t, p: (t / 3, p), "m/s"),
        (lambda t, p: (t * 2 + 0.01, p * [1, 1, -1]), "expected -9.8|lie on one flight"),
        (lambda t, p: (t, np.random.default_rng(0).normal(0, 3, p.shape)), "flight"),
    ],
)
def test_what_is_no_flight_is_refused(change, words: str) -> None:
    times, places = change(*seen(np.array([20.0, 0.0, 1.0]), seed=1)[:2])
    with pytest.raises(InvalidFlightError, match=words):
        flight_of(times, places, np.full(places.shape, 0.02), 0.0)
