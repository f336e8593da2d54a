"""Intervals of shares against published values, and of statistics by drawing whole groups."""

from __future__ import annotations

import numpy as np
import pytest

from handball.benchmarking.intervals import Share, bootstrap, share_of


@pytest.mark.parametrize(
    ("hits", "of", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_wilson_as_newcombe_1998_tabulates_it(hits: int, of: int, low: float, high: float) -> None:
    assert Share(hits=hits, of=of).interval == pytest.approx((low, high), abs=6e-5)


def test_wilson_is_symmetric_and_holds_the_share() -> None:
    low, high = Share(hits=3, of=11).interval
    other = Share(hits=8, of=11).interval
    assert (1 - other[1], 1 - other[0]) == pytest.approx((low, high))
    assert low < 3 / 11 < high
    assert Share(hits=5, of=5).interval[1] == 1.0


def test_shares_of_nothing_say_so() -> None:
    nothing = share_of([])
    assert str(nothing) == "none"
    assert np.isnan([nothing.value, *nothing.interval]).all()


def test_hits_are_counted() -> None:
    assert share_of(np.array([True, False, True, True])) == Share(hits=3, of=4)
    assert str(share_of([True, False])) == "50 % (9 to 91)"


def test_bootstrap_of_a_mean_is_as_wide_as_theory_says() -> None:
    values = np.random.default_rng(4).normal(10.0, 2.0, 400)
    low, high = bootstrap(values, np.arange(400), lambda drawn: float(drawn.mean()), repeats=2000)
    half = 1.96 * values.std() / 20
    assert (low, high) == pytest.approx((values.mean() - half, values.mean() + half), abs=0.15 * half)


def test_bootstrap_draws_groups_so_that_copies_count_once() -> None:
    values = np.random.default_rng(5).normal(0.0, 1.0, 30)

    def mean(drawn: np.ndarray) -> float:
        return float(drawn.mean())

    plain = bootstrap(values, np.arange(30), mean)
    copied = bootstrap(np.repeat(values, 20), np.repeat(np.arange(30), 20), mean)
    careless = bootstrap(np.repeat(values, 20), np.arange(600), mean)
    assert copied == pytest.approx(plain)
    assert careless[1] - careless[0] < 0.4 * (plain[1] - plain[0])


def test_bootstrap_is_repeatable_and_says_when_there_is_nothing() -> None:
    values, groups = np.arange(9.0), np.arange(9) // 3
    assert bootstrap(values, groups, np.median, seed=1) == bootstrap(values, groups, np.median, seed=1)
    assert np.isnan(bootstrap(np.empty(0), np.empty(0, np.int64), np.median)).all()
    assert bootstrap(np.full(6, 2.5), np.arange(6), np.median) == (2.5, 2.5)
