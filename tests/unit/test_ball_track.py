"""From sightings to a track: gaps that are filled in, the hand, and the release."""

from __future__ import annotations

import numpy as np
import pytest

from balls import sightings
from handball.ball.path import Sightings
from handball.ball.track import ball_track

STEP = 1 / 50


def thrown(count: int = 30, release: int = 15, missing: tuple[int, ...] = ()) -> list[Sightings]:
    """Pictures of a ball that a hand carries slowly and that flies from a picture on."""
    pictures = []
    for number in range(count):
        x = 100 + 2 * number + 20 * max(0, number - release + 0.5)
        row = (x, 60.0, 10.0, 0.95, 0.9 if number < release else 0.1)
        pictures.append(sightings(number * STEP, *([] if number in missing else [row])))
    return pictures


def test_a_throw_becomes_a_track() -> None:
    frames = 2 * np.arange(30) + 7
    track = ball_track(frames, thrown())
    assert track.frames.tolist() == frames.tolist()
    assert track.times == pytest.approx(np.arange(30) * STEP)
    assert track.seen.all()
    assert (track.scores == 0.95).all()
    assert track.in_hand.tolist() == [True] * 15 + [False] * 15
    assert track.first_free == 15
    assert track.release is not None
    assert 14 * STEP < track.release.time <= 15 * STEP


def test_short_gaps_are_filled_along_the_way_between() -> None:
    track = ball_track(np.arange(30), thrown(missing=(20, 21, 22)))
    assert np.flatnonzero(track.bridged).tolist() == [20, 21, 22]
    assert track.known.all()
    assert np.isnan(track.scores[20:23]).all()
    assert track.circles[20:23] == pytest.approx(np.array([[100 + 22 * n - 290, 60, 10] for n in (20, 21, 22)]))


def test_gaps_over_a_seventh_of_a_second_stay_and_so_do_the_ends() -> None:
    track = ball_track(np.arange(30), thrown(missing=(0, *range(17, 24), 29)))
    assert not track.bridged.any()
    assert np.flatnonzero(~track.known).tolist() == [0, *range(17, 24), 29]
    assert not track.in_hand[[0, *range(17, 24), 29]].any()
    assert np.flatnonzero(ball_track(np.arange(30), thrown(missing=tuple(range(17, 23)))).bridged).size == 6


def test_the_ball_is_in_the_hand_where_it_is_filled_in_before_the_release() -> None:
    track = ball_track(np.arange(30), thrown(missing=(5, 6)))
    assert track.in_hand[[5, 6]].all()
    assert track.bridged[[5, 6]].all()


def test_single_pictures_do_not_change_hands() -> None:
    pictures = thrown(release=30)
    flickering = [
        sightings(picture.time, (*picture.rows[0, :4], 0.2 if number in (7, 20) else 0.9))
        for number, picture in enumerate(pictures)
    ]
    track = ball_track(np.arange(30), flickering)
    assert track.in_hand.all()
    assert track.release is None


def test_a_ball_that_is_taken_up_is_held_from_then_on() -> None:
    pictures = [
        sightings(number * STEP, (100.0, 60.0, 10.0, 0.95, 0.1 if number < 12 else 0.9)) for number in range(30)
    ]
    track = ball_track(np.arange(30), pictures)
    assert track.in_hand.tolist() == [False] * 12 + [True] * 18
    assert track.release is None


def test_the_release_that_is_meant_is_told() -> None:
    assert ball_track(np.arange(30), thrown(), 0.35).release is not None
    track = ball_track(np.arange(30), thrown(), 2.0)
    assert track.release is None
    assert track.in_hand.tolist() == [True] * 15 + [False] * 15


def test_a_clip_without_a_ball_has_a_track_without_one() -> None:
    empty = [sightings(number * STEP) for number in range(4)]
    track = ball_track(np.arange(4), empty)
    assert track.release is None
    assert not track.known.any()
    assert len(ball_track(np.arange(0), [])) == 0


def test_a_ball_that_has_flown_away_is_not_seen_again_at_the_hand() -> None:
    pictures = thrown()
    back = [sightings(number * STEP, (130.0, 60.0, 10.0, 0.99, 0.2)) for number in range(25, 30)]
    gone = [sightings(number * STEP) for number in range(22, 25)]
    track = ball_track(np.arange(30), [*pictures[:22], *gone, *back])
    assert track.first_free == 15
    assert np.flatnonzero(track.known).tolist() == list(range(22))


def test_a_ball_that_is_hidden_in_its_flight_is_seen_again_on_its_way() -> None:
    track = ball_track(np.arange(30), thrown(missing=(19, 20, 21)))
    assert track.known.all()
    assert np.flatnonzero(track.bridged).tolist() == [19, 20, 21]


def test_a_ball_that_stays_where_the_joints_have_the_hand_is_in_it() -> None:
    """Even where the net sees no hand, as one that is behind the ball."""
    at, apart = (
        ball_track(
            np.arange(30),
            [
                Sightings(
                    time=number / 120, rows=np.array([[100.0, 60.0, 10.0, 0.95, 0.25]]), doubts=np.zeros(1), away=[away]
                )
                for number in range(30)
            ],
        )
        for away in (0.4, 9.0)
    )
    assert at.in_hand.all()
    assert not apart.in_hand.any()
