"""The way of one ball through sightings, in cases small enough to know the answer."""

from __future__ import annotations

import numpy as np
import pytest

from balls import sightings
from handball.ball.path import FASTEST, LONGEST_GAP_S, Sightings, best_path

STEP = 1 / 50


def moving(x: float, *, sure: float = 0.9, y: float = 50.0) -> tuple[float, ...]:
    return x, y, 10.0, sure, 0.0


def clip(*rows: list[tuple[float, ...]], step: float = STEP, at_hand: bool = True) -> list[Sightings]:
    return [sightings(number * step, *row, at_hand=at_hand) for number, row in enumerate(rows)]


def test_the_ball_is_followed_over_a_picture_without_it() -> None:
    assert best_path(clip([moving(10)], [moving(30)], [], [moving(70)], [moving(90)])).tolist() == [0, 0, -1, 0, 0]


def test_the_ball_is_not_taken_where_it_cannot_be() -> None:
    reach = 10 * (FASTEST * STEP + 2)
    pictures = clip([moving(10)], [moving(50 + reach, sure=0.99), moving(30)], [moving(50)])
    assert best_path(pictures).tolist() == [0, 1, 0]
    assert best_path(pictures[:2]).tolist() == [-1, 0]
    near = clip([moving(10)], [moving(10 + 0.6 * reach, sure=0.9999), moving(30)])
    assert best_path(near).tolist() == [0, 0]


def test_over_a_long_gap_nothing_is_linked_and_the_longer_part_stays() -> None:
    apart = [*clip([moving(10)]), sightings(LONGEST_GAP_S + 0.01, moving(12)), sightings(0.3, moving(14))]
    assert best_path(apart).tolist() == [-1, 0, 0]
    near = [*clip([moving(10)]), sightings(LONGEST_GAP_S - 0.15, moving(12)), sightings(0.3, moving(14))]
    assert best_path(near).tolist() == [0, 0, 0]


def test_a_ball_that_moves_is_taken_and_not_a_lamp() -> None:
    lamp = moving(200, sure=0.97, y=400)
    pictures = clip(*([lamp, moving(10 + 20 * number, sure=0.95)] for number in range(8)), at_hand=False)
    assert best_path(pictures).tolist() == [1] * 8


def test_a_surer_thing_that_rests_at_a_hand_is_taken() -> None:
    held = moving(200, sure=0.97)
    pictures = clip(*([held, moving(10 + 20 * number)] for number in range(8)))
    assert best_path(pictures).tolist() == [0] * 8


def test_of_two_balls_one_is_kept_to() -> None:
    pictures = clip(
        *(
            [moving(10 + 10 * number, sure=0.95 if number % 2 else 0.9), moving(600 - 10 * number)]
            for number in range(9)
        )
    )
    assert best_path(pictures).tolist() == [0] * 9


def test_a_change_of_size_is_doubted() -> None:
    pictures = clip([moving(10)], [(30, 50, 25, 0.9, 0), moving(30, sure=0.85)], [moving(50)])
    assert best_path(pictures).tolist() == [0, 1, 0]


def test_a_sighting_must_be_likelier_apart_from_hands_than_at_one() -> None:
    assert best_path(clip([moving(10, sure=0.1)], [moving(12, sure=0.1)])).tolist() == [-1, -1]
    assert best_path(clip([moving(10, sure=0.6)])).tolist() == [0]
    assert best_path(clip([moving(10, sure=0.6)], at_hand=False)).tolist() == [-1]
    assert best_path(clip([moving(10, sure=0.95)], at_hand=False)).tolist() == [0]


def test_a_doubtful_picture_between_sure_ones_is_passed_through_or_left_out() -> None:
    assert best_path(clip([moving(10)], [moving(30, sure=0.45)], [moving(50)])).tolist() == [0, 0, 0]
    assert best_path(clip([moving(10)], [moving(30, sure=0.05)], [moving(50)])).tolist() == [0, -1, 0]


def test_of_equal_sightings_the_first_is_taken() -> None:
    assert best_path(clip([moving(10), moving(10)], [moving(10), moving(10)])).tolist() == [0, 0]


@pytest.mark.parametrize("pictures", [[], clip([]), clip([], [], [])])
def test_where_nothing_is_sighted_there_is_no_ball(pictures: list[Sightings]) -> None:
    found = best_path(pictures)
    assert found.dtype == np.int64
    assert found.tolist() == [-1] * len(pictures)


def test_what_is_certain_stays_finite() -> None:
    assert best_path(clip([moving(10, sure=1.0)], [moving(20, sure=0.0)], [moving(30, sure=1.0)])).tolist() == [
        0, -1, 0,
    ]  # fmt: skip
