"""Pictures as they come: what waits, what is dropped, when a file's next picture is due."""

import numpy as np
import pytest

from handball.acquisition.live import LatestPicture, Pace, live_source, scaled_down
from handball.errors import UnreadableVideoError
from videos import corner_scene, moving_scene, number_in, write_video


def gray(value):
    return np.full((4, 6, 3), value, np.uint8)


def test_only_the_newest_picture_waits_and_what_it_replaced_is_counted():
    queue = LatestPicture()
    for number in range(4):
        queue.put(gray(number), number / 120)
    taken = queue.take()
    assert (taken.picture[0, 0, 0], taken.time, taken.dropped) == (3, 3 / 120, 3)
    queue.put(gray(9), 9 / 120)
    taken = queue.take()
    assert (taken.picture[0, 0, 0], taken.dropped) == (9, 0)


def test_what_waits_is_given_out_before_the_end():
    queue = LatestPicture()
    queue.put(gray(1), 0.0, 2.5)
    queue.close()
    assert queue.take().scale == 2.5
    assert queue.take() is None
    assert queue.take() is None


def test_what_went_wrong_in_the_thread_of_the_camera_is_raised_where_pictures_are_taken():
    queue = LatestPicture()
    queue.put(gray(1), 0.0)
    queue.close(RuntimeError("the cable"))
    assert queue.take() is not None
    with pytest.raises(RuntimeError, match="the cable"):
        queue.take()


class Clock:
    def __init__(self):
        self.now = 5.0

    def __call__(self):
        return self.now


def test_the_pictures_of_a_file_are_due_at_its_rate():
    clock = Clock()
    pace = Pace(100.0, clock)
    assert pace.wait() == 0
    clock.now = 5.004
    assert pace.wait() == pytest.approx(0.006)
    clock.now = 5.013
    assert pace.wait() == pytest.approx(0.007)


def test_a_file_that_was_late_makes_up_for_one_picture_at_most():
    clock = Clock()
    pace = Pace(100.0, clock)
    pace.wait()
    clock.now = 6.0
    assert pace.wait() == 0
    assert pace.wait() == 0
    assert pace.wait() == pytest.approx(0.01)


@pytest.mark.parametrize(
    ("shape", "size", "expected", "scale"),
    [
        ((480, 640), (640, 480), (480, 640), 1.0),
        ((240, 320), (640, 480), (240, 320), 1.0),
        ((1080, 1920), (640, 480), (360, 640), 3.0),
        ((1920, 1080), (640, 480), (640, 360), 3.0),
        ((900, 900), (640, 480), (480, 480), 1.875),
    ],
)
def test_larger_pictures_are_scaled_down_and_others_are_not(shape, size, expected, scale):
    smaller, factor = scaled_down(np.zeros((*shape, 3), np.uint8), size)
    assert smaller.shape[:2] == expected
    assert factor == pytest.approx(scale)


def taken_from(source):
    found = []
    while (taken := source.pictures.take()) is not None:
        found.append(taken)
    return found


def test_a_file_plays_a_camera_and_every_picture_is_taken_or_counted(tmp_path):
    path = write_video(tmp_path / "a.mp4", map(moving_scene, range(40)), rate=50)
    with live_source(str(path), (160, 120), rate_hz=1000) as source:
        assert (source.wanted_hz, source.is_file) == (1000, True)
        found = taken_from(source)
    numbers = [number_in(taken.picture) for taken in found]
    assert numbers == sorted(set(numbers))
    assert numbers[-1] == 39
    assert len(found) + sum(taken.dropped for taken in found) == 40
    assert (np.diff([taken.time for taken in found]) > 0).all()


def test_a_file_plays_at_its_own_rate_unless_told(tmp_path):
    path = write_video(tmp_path / "a.mp4", map(moving_scene, range(8)), rate=50)
    with live_source(str(path), (160, 120)) as source:
        assert source.wanted_hz == pytest.approx(50)


def test_pictures_are_rgb_and_scaled(tmp_path):
    path = write_video(tmp_path / "a.mp4", map(corner_scene, range(8)), rate=50)
    with live_source(str(path), (80, 60), rate_hz=1000) as source:
        last = taken_from(source)[-1]
    assert last.picture.shape == (60, 80, 3)
    assert last.scale == 2.0
    red, green, blue = last.picture[5, 5].astype(int)
    assert red > 180
    assert max(green, blue) < 80


def test_a_watch_ends_after_so_many_seconds_of_the_clock(tmp_path):
    path = write_video(tmp_path / "a.mp4", map(moving_scene, range(40)), rate=50)
    ticks = iter(np.arange(0, 100, 0.1))
    with live_source(str(path), (160, 120), rate_hz=1000, seconds=1.0, clock=lambda: float(next(ticks))) as source:
        found = taken_from(source)
    # the clock goes on by a tenth at each look: two looks a picture
    assert len(found) + sum(taken.dropped for taken in found) == 6
    assert found[-1].time == pytest.approx(1.1)


def test_a_source_that_cannot_be_opened_is_refused_in_one_sentence(tmp_path, capfd):
    (tmp_path / "notes.mp4").write_text("buy a ball", encoding="utf-8")
    for source, message in (
        (str(tmp_path / "notes.mp4"), r"notes\.mp4 cannot be read as a video"),
        ("77", "Camera 77 is not there"),
    ):
        with pytest.raises(UnreadableVideoError, match=message), live_source(source, (640, 480)):
            pass
    assert "WARN" not in capfd.readouterr().err
