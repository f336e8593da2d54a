"""Where a ball may be: on along the forearm, and where the picture has changed."""

import numpy as np
import pytest

from balls import ball_picture
from handball.ball.candidates import ChangeFinder, at_hands, from_body, from_hands

NAN = [np.nan, np.nan]
WRIST, ELBOW = np.array([[100.0, 50.0]]), np.array([[60.0, 50.0]])


def test_a_held_ball_lies_on_along_the_forearm() -> None:
    circles = at_hands(WRIST, ELBOW, 10.0)
    assert circles.shape == (9, 3)
    assert (circles[:, 2] == 10).all()
    assert circles[0, :2].tolist() == [114, 50]
    assert circles[:, :2].mean(axis=0) == pytest.approx([114, 50])
    away = np.linalg.norm(circles[1:, :2] - [114, 50], axis=1)
    assert away == pytest.approx(13, abs=0.2)
    down = at_hands(WRIST, WRIST - [0, 30], 10.0)
    assert down[0, :2].tolist() == [100, 64]


def test_a_hand_without_its_wrist_gives_none_and_without_its_elbow_its_wrist() -> None:
    wrists, elbows = np.array([NAN, [30.0, 40.0]]), np.array([[0.0, 0.0], NAN])
    circles = at_hands(wrists, elbows, 5.0)
    assert circles.shape == (9, 3)
    assert circles[0].tolist() == [30, 40, 5]
    assert at_hands(np.array([NAN]), ELBOW, 5.0).shape == (0, 3)
    assert at_hands(np.empty((0, 2)), np.empty((0, 2)), 5.0).shape == (0, 3)


def test_how_far_a_sighting_is_from_a_hand() -> None:
    rows = np.array([[114, 50, 10], [114, 74, 10], [90, 50, 10]], float)
    assert from_hands(rows, WRIST, ELBOW) == pytest.approx([0, 2.4, 2.4])
    both = np.vstack([WRIST, [[300.0, 300.0]]]), np.vstack([ELBOW, [NAN]])
    assert from_hands(np.array([[300, 320, 10.0]]), *both) == pytest.approx([2.0])


def test_a_larger_ball_reaches_farther_from_its_hand() -> None:
    found = from_hands(np.array([[114, 80, 10.0], [128, 80, 20.0]]), WRIST, ELBOW)
    assert found == pytest.approx([3.0, 1.5])


def test_where_no_hand_is_known_all_are_infinitely_far() -> None:
    rows = np.array([[1.0, 2, 3], [500, 2, 3]])
    assert np.isinf(from_hands(rows, np.array([NAN]), ELBOW)).all()
    assert from_hands(rows[:0], WRIST, ELBOW).shape == (0,)


def test_how_far_a_sighting_is_from_a_body() -> None:
    body = np.array([[0, 0, 100, 0], [50, 0, 50, 80], [*NAN, 1, 1]], float)
    rows = np.array([[20, 30, 10], [50, 100, 5], [-30, 40, 10], [70, 5, 5]], float)
    assert from_body(rows, body) == pytest.approx([3, 4, 5, 1])
    assert np.isinf(from_body(rows, body[2:])).all()


def test_what_has_moved_is_found_where_it_came_from_and_where_it_is() -> None:
    changes = ChangeFinder()
    assert changes(ball_picture(40, 60), [9.0], 5)[0].shape == (0, 3)
    found = changes(ball_picture(100, 50), [9.0], 5)[0]
    assert (found[:, 2] == 9).all()
    for place in ([40, 60], [100, 50]):
        assert np.linalg.norm(found[:, :2] - place, axis=1).min() < 4
    assert len(found) < 5
    assert changes(ball_picture(100, 50), [9.0], 5)[0].shape == (0, 3)


def test_what_has_changed_most_comes_first() -> None:
    changes = ChangeFinder()
    changes(ball_picture(-50, -50), [9.0], 5)
    picture = ball_picture(40, 60)
    picture[40:60, 110:130] += 20
    best, *others = changes(picture, [9.0], 5)[0]
    assert best[:2] == pytest.approx([40, 60], abs=4)
    assert min(np.linalg.norm(other[:2] - [120, 50]) for other in others) < 9
    changes(ball_picture(-50, -50), [9.0], 5)
    (only,) = changes(picture, [9.0], 1)[0]
    assert only[:2] == pytest.approx([40, 60], abs=4)


def test_places_are_those_of_the_large_picture() -> None:
    changes = ChangeFinder()
    changes(ball_picture(-500, 0, width=1280, height=720), [30.0], 3)
    found = changes(ball_picture(1100, 640, 30, width=1280, height=720), [30.0], 3)[0]
    assert found[0] == pytest.approx([1100, 640, 30], abs=14)


def test_a_picture_of_another_size_is_a_first_one_and_sizes_are_kept_apart() -> None:
    changes = ChangeFinder()
    changes(ball_picture(40, 60), [9.0], 5)
    assert changes(ball_picture(40, 60), [4.0], 5)[0].shape == (0, 3)
    assert changes(ball_picture(90, 60, width=320), [9.0], 5)[0].shape == (0, 3)
    assert len(changes(ball_picture(40, 60, width=320), [9.0], 5)[0])
