"""One suite for every implementation of `handball.stages.FrameSource`."""

import numpy as np
import pytest

from handball.acquisition import scan_video
from videos import moving_scene, write_video


def plain(folder):
    return write_video(folder / "plain.mp4", (moving_scene(k) for k in range(30)))


def repeating(folder):
    return write_video(folder / "repeating.mp4", (moving_scene(k - k // 4) for k in range(40)))


def sideways(folder):
    return write_video(folder / "sideways.mp4", (moving_scene(k) for k in range(30)), rotation=90)


@pytest.fixture(params=[plain, repeating, sideways], scope="module")
def source(request, tmp_path_factory):
    return scan_video(request.param(tmp_path_factory.mktemp("source")))


def test_pictures_have_the_announced_size_and_type(source):
    for _, picture in source.read(0, 5):
        assert picture.shape == (source.video.height, source.video.width, 3)
        assert picture.dtype == np.uint8
        assert picture.flags.c_contiguous


def test_frames_rise_and_none_repeats(source):
    frames = [frame for frame, _ in source.read(3, 25)]
    assert frames == [frame for frame in range(3, 26) if not source.video.repeated[frame]]


def test_reading_twice_gives_the_same(source):
    first, second = (list(source.read(7, 12)) for _ in range(2))
    for (a, before), (b, after) in zip(first, second, strict=True):
        assert a == b
        assert np.array_equal(before, after)


def test_a_run_from_the_middle_equals_the_same_frames_of_the_whole(source):
    whole = dict(source.read(0, source.video.frame_count - 1))
    for frame, picture in source.read(14, 20):
        assert np.array_equal(picture, whole[frame])


def test_times_and_flags_have_one_entry_a_frame(source):
    video = source.video
    assert len(video.times) == len(video.repeated) == len(video.capture_times) == video.frame_count
    assert video.times[0] == 0
