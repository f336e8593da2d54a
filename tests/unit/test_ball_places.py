"""The ball net looks at circles: it moves them onto the ball, resizes them, and doubles go."""

import numpy as np
import pytest

from balls import SIZE, ball_picture, save_finder_net
from handball.ball.finder_net import FinderNet, open_finder_net
from handball.ball.places import distinct, looked_at
from handball.errors import ModelError
from handball.inference.shipped import shipped_path


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> FinderNet:
    return open_finder_net(save_finder_net(tmp_path_factory.mktemp("net") / "ball_finder.onnx"))


def test_a_piece_is_told_by_five_numbers(net: FinderNet) -> None:
    held = ball_picture(34, 21, 7, width=SIZE[0], height=SIZE[1], held=True)
    nothing = ball_picture(-50, -50, width=SIZE[0], height=SIZE[1])
    found = net(np.stack([held, nothing]))
    assert found[0] == pytest.approx([1, 34.5 / 48, 21.5 / 48, 14.6 / 48, 1], abs=0.02)
    assert found[1, 0] < 0.01
    assert found[1, 4] < 0.1
    assert net(np.empty((0, 48, 64, 3), np.uint8)).shape == (0, 5)


def test_pieces_of_another_size_and_other_nets_are_refused(net: FinderNet) -> None:
    with pytest.raises(ValueError, match="expected pieces of 64 x 48 pixels, found 64 x 64"):
        net(np.zeros((1, 64, 64, 3), np.uint8))
    with pytest.raises(ModelError, match="finds no balls: expected the structure ball_finder, found none"):
        open_finder_net(shipped_path("lifter"))


@pytest.mark.parametrize("away", [(0, 0), (6, 0), (0, -6), (-4, 4.5)])
@pytest.mark.parametrize("radius", [7.0, 9.0, 13.0])
def test_a_circle_beside_the_ball_moves_onto_it(net: FinderNet, away: tuple[float, float], radius: float) -> None:
    (found,) = looked_at(ball_picture(61, 57), np.array([[61 + away[0], 57 + away[1], radius]]), net)
    assert found[:2] == pytest.approx([61, 57], abs=0.75)
    assert found[2] == pytest.approx(9, abs=0.6)
    assert found[3] > 0.4
    assert found[4] < 0.1


def test_the_ball_of_a_large_picture_is_found_in_its_pixels(net: FinderNet) -> None:
    (found,) = looked_at(ball_picture(700, 420, 60, width=1280, height=720), np.array([[670, 440, 50.0]]), net)
    assert found[:3] == pytest.approx([700, 420, 60], abs=1.0)


def test_a_ball_near_the_edge_of_the_picture_is_looked_at(net: FinderNet) -> None:
    (found,) = looked_at(ball_picture(12, 108), np.array([[9, 112, 9.0]]), net)
    assert found[:3] == pytest.approx([12, 108, 9], abs=0.8)


def test_a_look_goes_no_farther_than_a_radius_and_resizes_little(net: FinderNet) -> None:
    (far,) = looked_at(ball_picture(75, 60), np.array([[60, 60, 9.0]]), net)
    assert far[0] == pytest.approx(69)
    (small,) = looked_at(ball_picture(60, 60, 4), np.array([[60, 60, 9.0]]), net)
    assert small[2] == pytest.approx(9 / 1.6)


def test_no_circle_needs_no_look(net: FinderNet) -> None:
    assert looked_at(ball_picture(60, 60), np.empty((0, 3)), net).shape == (0, 5)


def test_of_circles_on_one_another_the_likeliest_stays() -> None:
    rows = np.array(
        [
            [10, 10, 5, 0.4, 0.1],
            [12, 10, 5, 0.9, 0.2],
            [40, 10, 5, 0.6, 0.3],
            [16.5, 10, 5, 0.5, 0.4],
            [40, 12, 2, 0.55, 0.5],
        ]
    )
    assert distinct(rows, 5)[:, 4].tolist() == [0.2, 0.3, 0.5, 0.4]
    assert distinct(rows, 2)[:, 4].tolist() == [0.2, 0.3]
    assert distinct(np.empty((0, 5)), 3).shape == (0, 5)
