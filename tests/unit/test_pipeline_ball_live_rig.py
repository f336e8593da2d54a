"""Several cameras that are watched at once, and where the ball is in space."""

from __future__ import annotations

import threading
import time

import attrs
import numpy as np
import pytest

from handball.acquisition.live import LatestPicture, LiveSource
from handball.domain.ball import BallSighting
from handball.domain.camera import Camera
from handball.domain.live import LiveRun
from handball.errors import UnreadableVideoError
from handball.pipeline.ball_live_rig import placed_in_space, watch_all

PICTURE = np.zeros((48, 64, 3), np.uint8)
SIZE = (1280, 720)
CAMERAS = [Camera.looking(position=(x, -6, 1.5), target=(0, 2, 1.5), focal_px=900, image_size=SIZE) for x in (-3, 3)]
VELOCITY, BEGIN, RADIUS_M = np.array([3.0, 14.0, 2.0]), np.array([-0.5, -1.0, 1.9]), 0.095


def source(pictures: int | None) -> LiveSource:
    """A camera of 500 pictures a second; without end where no number is given."""
    queue = LatestPicture()

    def feed() -> None:
        given = 0
        while (given != pictures) and given < 5000:
            queue.put(PICTURE, time.monotonic())
            given += 1
            time.sleep(0.002)
        queue.close()

    threading.Thread(target=feed, daemon=True).start()
    return LiveSource(pictures=queue, wanted_hz=500.0, is_file=False, camera_size=(64, 48))


def seen_at(x: float):
    return lambda _picture: BallSighting(x_px=x, y_px=10, radius_px=4, score=0.9)


def silent(_number: int, _run: LiveRun) -> None:
    return


def test_each_camera_has_its_own_finder_and_says_how_it_goes() -> None:
    told: list[int] = []
    first, second = watch_all(
        [source(60), source(60)],
        [seen_at(5.0), seen_at(9.0)],
        tell=lambda number, _run: told.append(number),
        every=0.02,
    )
    assert (first.circles[:, 0] == 5).all()
    assert (second.circles[:, 0] == 9).all()
    assert len(first) + first.lost == len(second) + second.lost == 60
    assert set(told) == {0, 1}


def test_ctrl_c_ends_all_and_keeps_what_was_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(_running: object, **_how: object) -> None:
        time.sleep(0.15)
        raise KeyboardInterrupt

    # a signal reaches the main thread only, and tests may run in another one
    monkeypatch.setattr("handball.pipeline.ball_live_rig.wait", interrupted)
    runs = watch_all([source(None), source(None)], [seen_at(5.0), seen_at(9.0)], tell=silent)
    assert all(2 <= len(run) < 2000 for run in runs)


def test_a_camera_that_gives_nothing_ends_the_others() -> None:
    with pytest.raises(UnreadableVideoError, match="gave 0 pictures"):
        watch_all([source(0), source(None)], [seen_at(5.0), seen_at(9.0)], tell=silent)


def run_of(camera: Camera, times: np.ndarray, seen: np.ndarray | None = None) -> LiveRun:
    places = BEGIN + np.outer(times - 100, VELOCITY)
    depth = camera.in_camera(places)[:, 2]
    circles = np.column_stack([camera.project(places), camera.focal[0] * RADIUS_M / depth])
    if seen is not None:
        circles[~seen] = np.nan
    return LiveRun(
        times=times,
        latencies=np.full(len(times), 0.004),
        dropped=np.zeros(len(times), np.int64),
        circles=circles,
        wanted_hz=120.0,
        size=(640, 360),
    )


def test_a_ball_that_two_cameras_see_at_other_moments_is_placed_and_its_speed_told() -> None:
    runs = [run_of(CAMERAS[0], 100 + np.arange(36) / 120), run_of(CAMERAS[1], 100.003 + np.arange(30) / 100)]
    space = placed_in_space(runs, CAMERAS)
    truth = BEGIN + np.outer(space.times - 100, VELOCITY)
    assert space.seen.sum() >= 33
    assert np.abs(space.positions - truth)[space.seen].max() < 0.01
    assert space.speed == pytest.approx(np.linalg.norm(VELOCITY), abs=0.1)
    assert 0 < space.speed_sigma < 1.5


def test_what_two_cameras_see_elsewhere_is_not_one_ball() -> None:
    times = 100 + np.arange(24) / 120
    other = run_of(CAMERAS[1], times)
    moved = attrs.evolve(other, circles=other.circles + np.array([0.0, 120.0, 0.0]))
    assert not placed_in_space([run_of(CAMERAS[0], times), moved], CAMERAS).seen.any()


def test_where_only_one_camera_sees_the_ball_it_has_no_place() -> None:
    times = 100 + np.arange(24) / 120
    space = placed_in_space([run_of(CAMERAS[0], times), run_of(CAMERAS[1], times, seen=times < 100.05)], CAMERAS)
    assert space.seen.tolist() == (times < 100.05).tolist()
    assert np.isnan(space.positions[~space.seen]).all()
    nowhere = placed_in_space([run_of(CAMERAS[0], times), run_of(CAMERAS[1], times, seen=times < 0)], CAMERAS)
    assert not nowhere.seen.any()
    assert np.isnan(nowhere.speed)
