"""The ball on pictures, and the film of it."""

import av
import numpy as np
import pytest

from balls import build_track
from handball.drawing.ball import draw_ball, state_word, write_ball_film
from handball.drawing.colors import BALL_FREE, BALL_IN_HAND

WIDTH, HEIGHT = 240, 160


def drawn(row, **changes):
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    draw_ball(picture, build_track(**changes), row)
    return picture


def pixels_of(picture, color, top=0, bottom=HEIGHT - 30):
    """How many pixels have nearly this color, above the words at the bottom."""
    away = np.abs(picture[top:bottom].astype(int) - color).max(axis=2)
    return int((away < 12).sum())


def around(picture, x, radius, color):
    """Share of the circle around (x, 60) that has nearly this color."""
    angles = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    points = np.rint([60 + radius * np.sin(angles), x + radius * np.cos(angles)]).astype(int)
    return float((np.abs(picture[tuple(points)].astype(int) - color).max(axis=1) < 40).mean())


def test_a_seen_ball_has_a_whole_circle_and_a_bridged_one_dashes():
    assert around(drawn(5, release=None), 100, 11, BALL_FREE) > 0.9
    assert 0.3 < around(drawn(6, release=None), 120, 11, BALL_FREE) < 0.75


def test_a_ball_in_hand_has_another_color():
    held = drawn(3)
    assert around(held, 60, 11, BALL_IN_HAND) > 0.9
    assert pixels_of(held, BALL_FREE) == 0


def test_the_ball_itself_stays_in_sight():
    assert (drawn(4)[56:65, 76:85] == 128).all()


def test_a_ball_that_is_not_known_has_no_circle_and_its_way_fades():
    assert not pixels_of(drawn(0, release=None), BALL_FREE)
    assert not pixels_of(drawn(0, release=None), BALL_IN_HAND)
    gone = drawn(9, release=None)
    assert pixels_of(gone, BALL_IN_HAND)
    assert pixels_of(gone, BALL_FREE)


def test_the_way_ends_after_a_moment_and_where_the_ball_is_not_known():
    late = build_track(times=0.4 + np.arange(10) / 5, release=None)
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    draw_ball(picture, late, 4)
    assert (picture[40:80, :55] == 128).all()
    assert (picture[40:80, 100:] == 128).all()


def test_the_release_is_said_from_then_on_for_a_moment():
    assert pixels_of(drawn(4), BALL_FREE) == 0
    with_word, without = drawn(5), drawn(5, release=None)
    assert pixels_of(with_word, BALL_FREE, bottom=45) > 300
    assert pixels_of(without, BALL_FREE, bottom=45) == 0
    late = {"times": np.array([*(0.4 + np.arange(9) / 100), 0.96])}
    assert pixels_of(drawn(9, **late), BALL_FREE, bottom=45) == 0


def test_a_release_without_any_place_is_said_at_the_top():
    held = np.full((10, 3), [20.0, 500.0, 9.0])
    picture = np.full((HEIGHT, WIDTH, 3), 128, np.uint8)
    draw_ball(picture, build_track(circles=np.where(np.isnan(build_track().circles), np.nan, held)), 5)
    assert pixels_of(picture, BALL_FREE) > 300


@pytest.mark.parametrize(
    ("row", "words"),
    [(0, "ball not known"), (3, "ball in hand"), (5, "ball free"), (6, "ball free, filled in")],
)
def test_colors_are_said_in_words_as_well(row, words):
    assert state_word(build_track(), row) == words


def test_a_film_shows_the_pictures_of_the_track_and_keeps_time(tmp_path):
    track = build_track(frames=np.array([*range(40, 49), 51]))
    pictures = ((frame, np.full((HEIGHT, WIDTH, 3), 128, np.uint8)) for frame in range(38, 60))
    write_ball_film(pictures, track, tmp_path / "ball.mp4", 50.0)
    with av.open(str(tmp_path / "ball.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
        assert container.streams.video[0].average_rate == 50
    assert len(frames) == 10 + 2
    yellow = [pixels_of(frame, BALL_FREE) > 100 for frame in frames]
    assert not any(yellow[:5])
    assert all(yellow[5:11])
