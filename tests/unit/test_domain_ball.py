"""What the containers of the ball and of a live run refuse, and the small questions that they answer."""

import numpy as np
import pytest

from balls import build_track
from handball.domain.ball import BallSighting, Release
from handball.domain.live import LiveRun

PLACE = {"x_px": 1.0, "y_px": 2.0, "radius_px": 3.0, "score": 0.5}


def released(time: float) -> Release:
    return Release(time=time, sigma_s=0.01, evidence=9.0)


def changed(name, row, value):
    values = np.array(getattr(build_track(), name))
    values[row] = value
    return {name: values}


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"x_px": np.nan}, "must have a place"),
        ({"y_px": np.inf}, "must have a place"),
        ({"radius_px": 0.0}, "radius_px must be above 0"),
        ({"score": 1.01}, "score must lie between 0 and 1"),
        ({"score": np.nan}, "score must lie between 0 and 1"),
    ],
)
def test_a_sighting_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        BallSighting(**{**PLACE, **change})


def test_a_sighting_takes_numbers_of_numpy():
    assert BallSighting(x_px=np.float32(1), y_px=np.int64(2), radius_px=3, score=np.float64(0.5)) == BallSighting(
        **PLACE
    )


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (changed("circles", (3, 2), np.nan), "in all three numbers or in none, but row 3"),
        (changed("circles", (3, 0), np.inf), "circles must be finite"),
        (changed("circles", (3, 2), 0.0), "radius must be above 0 pixels, but row 3"),
        (changed("scores", 3, 1.5), "between 0 and 1"),
        (changed("scores", 3, np.nan), "has a score where the ball was seen and nowhere else, but row 3"),
        (changed("scores", 6, 0.5), "has a score where the ball was seen and nowhere else, but row 6"),
        (changed("scores", 9, 0.5), "has a score where the ball was seen and nowhere else, but row 9"),
        (changed("bridged", 9, True), "bridged picture must have a circle, but row 9"),
        (changed("in_hand", 9, True), "ball in hand must have a circle, but row 9"),
        (changed("frames", 3, 42), "frames must rise"),
        (changed("times", 3, 0.4), "times must rise"),
        ({"scores": np.zeros(9)}, "scores must have shape"),
        ({"circles": np.zeros((10, 2))}, "circles must have shape"),
        ({"release": released(0.5)}, "release must lie between the first and the last picture"),
        ({"release": released(0.4)}, "release must lie between the first and the last picture"),
        ({"release": released(0.436)}, "must be free after the release and held before it"),
        ({"release": released(0.405)}, "must be free after the release and held before it"),
    ],
)
def test_a_track_whose_columns_do_not_fit_is_refused(change, message):
    with pytest.raises(Exception, match=message) as refused:
        build_track(**change)
    assert isinstance(refused.value, ValueError)


def test_a_track_knows_where_the_ball_was_seen_and_where_it_is_known():
    track = build_track()
    assert len(track) == 10
    assert np.flatnonzero(track.seen).tolist() == [1, 2, 3, 4, 5, 8]
    assert np.flatnonzero(track.known).tolist() == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_release_where_the_ball_is_not_known_is_allowed():
    assert build_track(release=released(0.485)).first_free == 9


RUN = {
    "times": np.array([10.0, 10.01, 10.03, 10.04]),
    "latencies": np.array([0.004, 0.002, 0.008, 0.006]),
    "dropped": np.array([5, 0, 1, 0]),
    "circles": np.array([[1.0, 2.0, 3.0], [np.nan] * 3, [4.0, 5.0, 6.0], [np.nan] * 3]),
    "wanted_hz": 120.0,
    "size": (640, 480),
}


def test_a_live_run_counts_from_its_first_picture():
    run = LiveRun(**RUN)
    assert run.kept_hz == pytest.approx(3 / 0.04)
    assert run.offered_hz == pytest.approx(4 / 0.04)
    assert run.lost == 6
    assert run.seen.tolist() == [True, False, True, False]
    assert run.mean_latency == pytest.approx(0.005)
    assert run.latency(0) == 0.002
    assert run.latency(50) == pytest.approx(0.005)
    assert run.latency(100) == 0.008


def test_a_run_of_one_picture_has_no_rate():
    run = LiveRun(**{**RUN, **{name: RUN[name][:1] for name in ("times", "latencies", "dropped", "circles")}})
    assert np.isnan(run.kept_hz)
    assert np.isnan(run.offered_hz)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"times": np.array([0.0, 0.0, 1.0, 2.0])}, "times must rise"),
        ({"latencies": np.zeros(3)}, "latencies must have shape"),
        ({"latencies": np.array([0.0, -1.0, 0.0, 0.0])}, "must not be below 0"),
        ({"dropped": np.array([0, -1, 0, 0])}, "must not be below 0"),
        ({"wanted_hz": 0.0}, "wanted_hz must be above 0"),
    ],
)
def test_a_live_run_that_cannot_be_is_refused(change, message):
    with pytest.raises(ValueError, match=message):
        LiveRun(**{**RUN, **change})
