"""What is said of given numbers."""

import numpy as np
import pytest

from balls import build_track
from handball.cli.ball_text import (
    fell_behind,
    live_document,
    live_lines,
    live_second,
    space_document,
    space_lines,
    track_lines,
)
from handball.domain.ball import BallTrack
from handball.domain.ball_in_space import BallInSpace
from handball.domain.live import LiveRun


def run_of(kept_hz, dropped=0, wanted_hz=120.0, **changes):
    """A run of 101 pictures, so many dropped before each, whose last one shows the ball at (300, 200)."""
    circles = np.full((101, 3), np.nan)
    circles[60:] = 300, 200, 12
    values = {
        "times": np.arange(101) / kept_hz,
        "latencies": np.linspace(0.001, 0.011, 101),
        "dropped": np.full(101, dropped),
        "circles": circles,
        "wanted_hz": wanted_hz,
        "size": (640, 480),
    }
    return LiveRun(**{**values, **changes})


def test_a_track_is_told_in_plain_words():
    assert track_lines(build_track()) == [
        "ball seen in 6 of 10 pictures, filled in between in 2, not known in 2",
        "release: 0.446 s (± 0.012), before frame 45",
    ]
    assert track_lines(build_track(release=None))[1] == "release: not found"


def test_no_ball_is_told_with_what_to_do():
    nan = np.full(4, np.nan)
    nothing = BallTrack(
        frames=np.arange(4),
        times=np.arange(4),
        circles=np.full((4, 3), np.nan),
        scores=nan,
        in_hand=nan > 0,
        bridged=nan > 0,
    )
    (line,) = track_lines(nothing)
    assert line.startswith("no ball was found in 4 pictures: film closer")


def test_numbers_of_a_run():
    lines = live_lines(run_of(120), is_file=False)
    assert lines[0] == "pictures of 640 x 480: 101 looked at, 0 dropped"
    assert lines[1] == "rate: 120.0 Hz of 120.0 Hz that came"
    assert lines[2] == "latency: mean 6.0 ms, 50 % within 6.0, 95 % within 10.5, 99 % within 10.9"
    assert lines[3] == "ball seen in 41 of 101 pictures; in the last one: ball at 300, 200 (radius 12 pixels)"
    assert lines[4:] == ["kept 120 of 120 pictures a second"]


def test_what_came_a_little_faster_is_not_told_as_more_than_all():
    assert live_lines(run_of(121), is_file=False)[-1] == "kept 120 of 120 pictures a second"


def test_a_machine_that_is_too_slow_is_told_honestly():
    (verdict,) = live_lines(run_of(60, dropped=1), is_file=False)[4:]
    assert verdict.startswith("kept 60 of 120 pictures a second: this machine needs longer")
    assert "--size 320x240" in verdict


def test_a_camera_that_is_too_slow_is_not_the_machine():
    (camera,) = live_lines(run_of(57), is_file=False)[4:]
    assert camera.startswith("only 57 of 120 pictures a second came: cameras slow down in little light")
    (file,) = live_lines(run_of(57), is_file=True)[4:]
    assert file.startswith("only 57 of 120 pictures a second came: reading it takes too long")


def test_both_can_be_too_slow():
    machine, camera = live_lines(run_of(30, dropped=1), is_file=False)[4:]
    assert machine.startswith("kept 30 of 120")
    assert camera.startswith("only 60 of 120")


def test_a_shortfall_always_has_a_reason():
    run = run_of(116.5, dropped=np.append(np.zeros(100, int), 1))
    assert len(live_lines(run, is_file=False)[4:]) == 1
    assert not live_document(run)["kept_pace"]


@pytest.mark.parametrize(
    ("is_file", "how"), [(True, "play it at --rate 120"), (False, "ask the camera for --rate 120")]
)
def test_thirty_a_second_says_nothing_of_120(is_file, how):
    kept, remark = live_lines(run_of(30, wanted_hz=30.0), is_file=is_file)[4:]
    assert kept == "kept 30 of 30 pictures a second"
    assert remark == f"whether this machine keeps 120 a second is not measured: {how}"


def test_a_second_is_told_on_one_line():
    line = live_second(run_of(120, circles=np.full((101, 3), np.nan)))
    assert line == " 120.0 Hz,    6.0 ms (95 % within 10.5), 0 dropped, no ball"


def test_a_run_as_json():
    document = live_document(run_of(60, dropped=1))
    assert document == {
        "size": [640, 480],
        "wanted_hz": 120.0,
        "offered_hz": 120.0,
        "kept_hz": 60.0,
        "kept_pace": False,
        "pictures": 101,
        "dropped": 101,
        "latency_ms": {"mean": 6.0, "p50": 6.0, "p95": 10.5, "p99": 10.9},
        "ball": {"seen": 41, "last": {"x_px": 300.0, "y_px": 200.0, "radius_px": 12.0}},
    }
    assert live_document(run_of(60, circles=np.full((101, 3), np.nan)))["ball"] == {"seen": 0, "last": None}


def in_space(seen: int, speed: float = 17.26) -> BallInSpace:
    places = np.full((4, 3), np.nan)
    places[:seen] = 1.004, 7.5, 2.0
    return BallInSpace(times=np.arange(4), positions=places, sigma=0.0304 * places, speed=speed, speed_sigma=0.31)


def test_a_ball_in_space_is_told_in_metres_along_its_axes():
    assert space_lines(in_space(3)) == [
        "ball in space in 3 of 4 pictures of the first camera; last at x 1.00, y 7.50, z 2.00 m (± 0.23)",
        "fastest over 0.1 s: 17.3 m/s (± 0.3)",
    ]
    assert len(space_lines(in_space(3, speed=float("nan")))) == 1
    assert space_lines(in_space(0)) == [
        "ball in space in 0 of 4 pictures of the first camera: no two cameras saw it at the same time"
    ]
    assert space_document(in_space(3)) == {
        "pictures": 4, "seen": 3, "last_m": [1.004, 7.5, 2.0], "speed_mps": 17.26, "speed_sigma_mps": 0.31,
    }  # fmt: skip
    assert space_document(in_space(0, speed=float("nan")))["last_m"] is None


def test_videos_that_play_too_slowly_place_no_ball():
    assert fell_behind(run_of(100))
    assert not fell_behind(run_of(60, dropped=1))
    assert space_lines(None)[0].startswith("ball in space: not told")
    assert space_document(None) is None
