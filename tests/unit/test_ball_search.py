"""What may be the ball, picture by picture: at hands, where something moved, where it was going, by the detector."""

from __future__ import annotations

import numpy as np
import pytest

from balls import ball_picture, lit, save_finder_net
from handball.ball.finder_net import FinderNet, open_finder_net
from handball.ball.path import Sightings
from handball.ball.places import looked_at
from handball.ball.search import BallSearch, Hints, no_hands

NOBODY = np.empty((0, 2))
BLUE = (30, 30, 220)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> FinderNet:
    return open_finder_net(save_finder_net(tmp_path_factory.mktemp("net") / "ball_finder.onnx"))


def hints(**known: object) -> Hints:
    return Hints(
        **{
            "wrists": NOBODY,
            "elbows": NOBODY,
            "radii": (9.0,),
            "body": np.empty((0, 4)),
            "detected": np.empty((0, 4)),
            **known,
        }
    )


def best(found: Sightings) -> np.ndarray:
    return found.rows[0] if len(found.rows) and found.rows[0, 3] > 0.5 else np.full(5, np.nan)


def test_without_hands_a_ball_may_be_small_or_large() -> None:
    known = no_hands(ball_picture(60, 60, height=600))
    assert known.radii == pytest.approx((10, 17.6, 31.6), abs=0.1)
    assert (len(known.wrists), len(known.elbows), len(known.detected)) == (0, 0, 0)


@pytest.mark.parametrize("radius", [3.0, 6.0, 11.0])
def test_a_ball_of_any_size_is_seen_once_it_moves(net: FinderNet, radius: float) -> None:
    search = BallSearch(net)
    for number, x in enumerate((60, 80)):
        picture = ball_picture(x, 100, radius, width=400, height=200)
        found = search(number / 50, picture, no_hands(picture))
        assert found.time == number / 50
        if number == 0:
            assert len(found.rows) == 0
    assert best(found)[:3] == pytest.approx([80, 100, radius], abs=1.2)
    assert found.at_hand.all()


def test_a_ball_at_rest_is_seen_at_a_hand(net: FinderNet) -> None:
    picture = ball_picture(100, 60, held=True)
    hand = {"wrists": np.array([[88.0, 60.0]]), "elbows": np.array([[50.0, 60.0]])}
    found = BallSearch(net)(0.0, picture, hints(**hand))
    assert best(found)[:3] == pytest.approx([100, 60, 9], abs=0.8)
    assert best(found)[4] > 0.5
    assert found.at_hand[0]
    away = BallSearch(net)(0.0, ball_picture(20, 20), hints(**hand))
    assert not (away.rows[:, 3] > 0.5).any()


def test_a_ball_that_is_not_at_the_hand_is_told_so(net: FinderNet) -> None:
    search = BallSearch(net)
    hand = {"wrists": np.array([[20.0, 60.0]]), "elbows": np.array([[10.0, 60.0]])}
    for number, x in enumerate((80, 110)):
        found = search(number / 50, ball_picture(x, 60), hints(**hand))
    assert best(found)[0] == pytest.approx(110, abs=1)
    assert not found.at_hand[0]


def test_a_ball_is_followed_where_it_rests_and_where_it_was_going(net: FinderNet) -> None:
    search = BallSearch(net)
    times = (0.0, 0.02, 0.04, 0.06)
    for time, x in zip(times, (20, 50, 80, 80), strict=True):
        found = search(time, ball_picture(x, 60), hints())
    assert best(found)[0] == pytest.approx(80, abs=1)
    search = BallSearch(net)
    for time, x in zip((0.0, 0.02, 0.04), (20, 50, 80), strict=True):
        search(time, ball_picture(x, 60, width=400), hints())
    found = search(0.08, lit(ball_picture(140, 60, width=400)), hints())
    assert best(found)[0] == pytest.approx(140, abs=1)


@pytest.mark.parametrize(("score", "likely"), [(0.45, 0.9), (0.2, 0.4), (0.9, 0.95)])
def test_a_detector_is_believed_where_the_net_sees_nothing(net: FinderNet, score: float, likely: float) -> None:
    seen = np.array([[60.0, 61.0, 8.0, score]])
    found = BallSearch(net)(0.0, ball_picture(60, 60, color=BLUE), hints(detected=seen))
    assert found.rows[0] == pytest.approx([60, 61, 8, likely, 0.05], abs=0.04)


def test_net_and_detector_together_are_surer_than_either(net: FinderNet) -> None:
    picture, circle = ball_picture(60, 60, 4), np.array([[60.0, 60.0, 9.0]])
    by_net = looked_at(picture, circle, net)[0, 3]
    assert 0.05 < by_net < 0.95
    found = BallSearch(net)(0.0, picture, hints(detected=np.column_stack([circle, [[0.3]]])))
    assert found.rows[0, 3] == pytest.approx(1 - (1 - 0.6) * (1 - by_net), abs=1e-6)
    assert found.rows[0, 3] > max(0.6, by_net)


def test_no_more_than_six_are_kept_best_first(net: FinderNet) -> None:
    picture = np.concatenate([ball_picture(80, 60) for _ in range(8)], axis=1)
    search = BallSearch(net)
    search(0.0, np.full_like(picture, 90), hints())
    found = search(0.02, picture, hints())
    assert len(found.rows) == 6
    assert (np.diff(found.rows[:, 3]) <= 0).all()
    assert len({round(x / 160) for x in found.rows[:, 0]}) >= 5
