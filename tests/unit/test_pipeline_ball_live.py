"""The loop that looks at the newest picture, by a clock of its own."""

import numpy as np
import pytest

from handball.acquisition.live import LatestPicture, LiveSource
from handball.domain.ball import BallSighting
from handball.errors import UnreadableVideoError
from handball.pipeline.ball_live import watch

PICTURE = np.zeros((48, 64, 3), np.uint8)
SEEN = BallSighting(x_px=9.5, y_px=19.5, radius_px=4, score=0.9)


class Camera:
    """A camera of 100 pictures a second, and somebody who looks at each for a while: a `LiveFinding`."""

    def __init__(self, count, look, scale=1.0, found=SEEN):
        self.count, self.look, self.scale, self.found = count, look, scale, found
        self.given, self.now, self.newest = 0, 50.0, 50.0
        self.queue = LatestPicture()
        self.source = LiveSource(pictures=self.queue, wanted_hz=100.0, is_file=False, camera_size=(64, 48))
        self.give()

    def clock(self):
        return self.now

    def give(self):
        """Put what has come until now into the queue, or what comes next."""
        begin = self.given
        while self.given < self.count and (self.given == begin or 50 + self.given / 100 <= self.now + 1e-9):
            self.newest = 50 + self.given / 100
            self.queue.put(PICTURE, self.newest, self.scale)
            self.given += 1
        if self.given == self.count:
            self.queue.close()

    def __call__(self, picture):
        self.now = max(self.now, self.newest) + self.look
        self.give()
        return self.found


def test_a_quick_look_keeps_every_picture():
    camera = Camera(count=30, look=0.01)
    run = watch(camera.source, camera, clock=camera.clock)
    assert (len(run), run.lost) == (30, 0)
    assert run.kept_hz == pytest.approx(100)
    assert run.latency(50) == pytest.approx(0.01)
    assert run.size == (64, 48)
    assert run.wanted_hz == 100


def test_a_slow_look_drops_what_was_replaced_and_says_so():
    camera = Camera(count=31, look=0.03)
    run = watch(camera.source, camera, clock=camera.clock)
    assert run.times.tolist() == pytest.approx([50 + 0.03 * k for k in range(11)])
    assert run.dropped.tolist() == [0] + [2] * 10
    assert run.kept_hz == pytest.approx(100 / 3)
    assert run.offered_hz == pytest.approx(100)
    assert run.latencies.tolist() == pytest.approx([0.03] * 11)


def test_a_picture_that_waited_is_later_known():
    camera = Camera(count=8, look=0.015)
    run = watch(camera.source, camera, clock=camera.clock)
    assert run.latencies.max() == pytest.approx(0.02)
    assert run.latencies.min() == pytest.approx(0.015)
    assert len(run) + run.lost == 8


def test_places_are_told_in_pixels_of_the_camera():
    camera = Camera(count=4, look=0.01, scale=2.0)
    assert watch(camera.source, camera, clock=camera.clock).circles[0].tolist() == [19.5, 39.5, 8.0]


def test_a_ball_that_is_not_seen_is_missing():
    camera = Camera(count=4, look=0.01, found=None)
    assert np.isnan(watch(camera.source, camera, clock=camera.clock).circles).all()


def test_each_second_is_told_of_itself():
    camera = Camera(count=301, look=0.02)
    told = []
    run = watch(camera.source, camera, tell=told.append, clock=camera.clock)
    assert [round(float(second.times[-1]), 6) for second in told] == [51, 52, 53]
    assert [second.kept_hz for second in told] == pytest.approx([50, 50, 50])
    assert [second.lost for second in told] == [50, 50, 50]
    assert run.lost == 150


def test_a_camera_that_gives_nothing_is_refused():
    queue = LatestPicture()
    queue.close()
    with pytest.raises(UnreadableVideoError, match="gave 0 pictures"):
        watch(LiveSource(pictures=queue, wanted_hz=120.0, is_file=False, camera_size=(64, 48)), lambda picture: None)
