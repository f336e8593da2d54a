"""The ball in pictures as they come: followed, lost, found again, for about the same work each time."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from balls import CountingNet, ball_picture, lit, save_finder_net
from handball.ball.live import LiveFinder
from handball.domain.ball import BallSighting
from handball.inference.onnx_session import OnnxSession


@pytest.fixture
def net(tmp_path: Path) -> CountingNet:
    return CountingNet(OnnxSession(save_finder_net(tmp_path / "ball_finder.onnx")))


def at(x: float, y: float) -> np.ndarray:
    return ball_picture(x, y, width=480, height=240)


def is_there(found: BallSighting | None, x: float, y: float) -> bool:
    return found is not None and np.allclose(
        (found.x_px, found.y_px, found.radius_px), (x, y, 9), rtol=0, atol=1.0
    )  # fmt: skip


def test_a_ball_that_moves_is_followed(net: CountingNet) -> None:
    finder = LiveFinder(net)
    assert finder(at(20, 60)) is None
    for number in range(1, 14):
        x, y = 20 + 30 * number, 60 + number**2
        assert is_there(finder(at(x, y)), x, y)


def test_a_ball_that_stops_is_still_seen(net: CountingNet) -> None:
    finder = LiveFinder(net)
    for x in (60, 80, 100):
        finder(at(x, 60))
    assert all(is_there(finder(at(100, 60)), 100, 60) for _ in range(12))


def test_a_ball_at_rest_is_seen_once_it_moves(net: CountingNet) -> None:
    finder = LiveFinder(net)
    assert [finder(at(60, 60)) for _ in range(4)] == [None] * 4
    assert is_there(finder(at(70, 60)), 70, 60)


def test_a_lost_ball_is_expected_where_it_was_going(net: CountingNet) -> None:
    finder = LiveFinder(net)
    for x in (20, 50, 80, 110):
        finder(at(x, 60))
    hidden = at(-50, -50)
    assert [finder(hidden) for _ in range(3)] == [None] * 3
    assert is_there(finder(lit(at(230, 60))), 230, 60)


def test_a_ball_that_was_lost_for_long_is_found_elsewhere(net: CountingNet) -> None:
    finder = LiveFinder(net)
    for x in (20, 50, 80):
        finder(at(x, 60))
    assert [finder(at(-50, -50)) for _ in range(9)] == [None] * 9
    assert is_there(finder(at(400, 200)), 400, 200)
    assert is_there(finder(at(380, 190)), 380, 190)


def test_another_ball_is_seen_at_once(net: CountingNet) -> None:
    finder = LiveFinder(net)
    for x in (20, 50, 80):
        finder(at(x, 60))
    assert is_there(finder(at(420, 200)), 420, 200)


def test_what_is_no_ball_is_not_seen(net: CountingNet) -> None:
    finder = LiveFinder(net)
    other = [ball_picture(20 + 24 * k, 60, color=(30, 30, 220)) for k in range(5)]
    assert [finder(picture) for picture in other] == [None] * 5


def test_no_picture_costs_more_looks_than_another(net: CountingNet) -> None:
    rng = np.random.default_rng(1)
    finder = LiveFinder(net)
    finder(at(20, 60))
    costs = []
    for number in range(1, 26):
        picture = at(20 + 18 * number, 60) if number % 9 else at(-50, -50)
        specks = rng.integers(0, 2, (24, 48, 1), np.uint8) * np.uint8(40)
        net.looks.clear()
        finder(picture + np.kron(specks, np.ones((10, 10, 1), np.uint8)))
        costs.append(sum(net.looks))
    assert set(costs) == {11}
