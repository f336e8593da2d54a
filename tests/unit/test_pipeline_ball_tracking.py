"""A clip in, a track and its files out."""

import av
import numpy as np
import pytest

from balls import ball_picture, red_place, save_red_net
from handball.ball.net import open_ball_net
from handball.errors import ModelError, UnreadableVideoError
from handball.pipeline.ball_tracking import MovingBall, PictureByPicture, open_finder, track_clip, write_track
from videos import moving_scene, write_video

X, Y = (lambda k: 20 + 8 * k), (lambda k: 100 - 12 * k + 0.5 * k * k)


@pytest.fixture(scope="module")
def clip(tmp_path_factory):
    """Fifteen pictures with a ball between two without."""
    path = tmp_path_factory.mktemp("clips") / "throw.mp4"
    flying = [ball_picture(X(k), Y(k)) for k in range(15)]
    nothing = ball_picture(-50, -50)
    return write_video(path, [nothing, *flying, nothing], rate=25)


def test_a_ball_is_where_it_was_drawn(clip):
    told = []
    track = track_clip(clip, finding=PictureByPicture(red_place), progress=lambda *done: told.append(done))
    assert track.frames.tolist() == list(range(17))
    assert track.times == pytest.approx(np.arange(17) / 25)
    assert np.flatnonzero(track.seen).tolist() == list(range(1, 16))
    drawn = np.array([[X(k), Y(k), 9] for k in range(15)])
    assert np.abs(track.circles[1:16] - drawn).max() < 1.0
    assert not track.in_hand.any()
    assert track.release is None
    assert told[-1] == (17, 17)


def test_times_are_those_of_life(clip):
    track = track_clip(clip, finding=PictureByPicture(red_place), slow_motion=4.0)
    assert track.times == pytest.approx(np.arange(17) / 100)


def test_repeated_pictures_have_no_row_and_stay_in_the_film(tmp_path):
    path = write_video(tmp_path / "a.mp4", (moving_scene(k - k // 4) for k in range(40)), rate=50)
    track = track_clip(path, finding=PictureByPicture(red_place))
    assert track.frames.tolist() == [k for k in range(40) if k % 4 or k == 0]
    write_track(path, track, tmp_path)
    with av.open(str(tmp_path / "ball.mp4")) as container:
        assert container.streams.video[0].average_rate == 50
        assert len(list(container.decode(video=0))) == 40


def test_files_of_a_track_are_written(clip, tmp_path):
    track = track_clip(clip, finding=PictureByPicture(red_place))
    done = []
    written = write_track(clip, track, tmp_path, progress=lambda *part: done.append(part))
    assert [path.name for path in written] == ["ball.csv", "ball.json", "ball.mp4"]
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert done[-1] == (17, 17)
    with av.open(str(tmp_path / "ball.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 17
    assert red_place(frames[8]).x_px == pytest.approx(X(7), abs=1.5)


def test_without_a_film_there_is_none(clip, tmp_path):
    write_track(clip, track_clip(clip, finding=PictureByPicture(red_place)), tmp_path, film=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ball.csv", "ball.json"]


def test_a_net_finds_what_moves_and_is_a_ball(tmp_path):
    finder = MovingBall(open_ball_net(save_red_net(tmp_path / "ball.onnx")))
    found = [finder(ball_picture(20 + 24 * k, 60)) for k in range(5)]
    assert found[:2] == [None, None]
    for k in (2, 3, 4):
        assert (found[k].x_px, found[k].y_px, found[k].radius_px) == pytest.approx((20 + 24 * k, 60, 9), abs=1.5)
    assert finder(ball_picture(116, 60, width=200)) is None


def test_what_does_not_move_or_is_no_ball_is_not_seen(tmp_path):
    finder = MovingBall(open_ball_net(save_red_net(tmp_path / "ball.onnx")))
    assert [finder(ball_picture(60, 60)) for _ in range(4)] == [None] * 4
    finder = MovingBall(open_ball_net(tmp_path / "ball.onnx"))
    assert [finder(ball_picture(20 + 24 * k, 60, color=(30, 30, 220))) for k in range(5)] == [None] * 5


def test_a_missing_net_is_said(tmp_path):
    with pytest.raises(ModelError, match=r"There is no ball net .*none\.onnx: check the name"):
        open_finder(tmp_path / "none.onnx")


def test_what_is_no_video_is_refused(tmp_path):
    (tmp_path / "notes.mp4").write_text("buy a ball", encoding="utf-8")
    with pytest.raises(UnreadableVideoError, match=r"notes\.mp4"):
        track_clip(tmp_path / "notes.mp4", finding=PictureByPicture(red_place))
