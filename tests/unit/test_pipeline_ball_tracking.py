"""A clip in, a track and its files out."""

from __future__ import annotations

from pathlib import Path

import av
import numpy as np
import pytest

from balls import ball_picture, red_place, save_finder_net, sightings
from handball.acquisition import scan_video
from handball.ball.track import ball_track
from handball.domain.ball import BallTrack
from handball.errors import ModelError, UnreadableVideoError
from handball.pipeline.ball_tracking import open_finder, track_clip, write_track
from handball.pipeline.hooks import Hooks
from videos import moving_scene, write_video

X, Y = (lambda k: 20 + 8 * k), (lambda k: 100 - 12 * k + 0.5 * k * k)


@pytest.fixture(scope="module")
def net(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return save_finder_net(tmp_path_factory.mktemp("net") / "ball_finder.onnx")


@pytest.fixture(scope="module")
def clip(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Fifteen pictures with a ball between two without."""
    path = tmp_path_factory.mktemp("clips") / "throw.mp4"
    flying = [ball_picture(X(k), Y(k)) for k in range(15)]
    nothing = ball_picture(-50, -50)
    return write_video(path, [nothing, *flying, nothing], rate=25)


@pytest.fixture(scope="module")
def told() -> list[tuple[str, int, int]]:
    return []


@pytest.fixture(scope="module")
def track(clip: Path, net: Path, told: list[tuple[str, int, int]], models_folder: Path) -> BallTrack:
    assert models_folder
    return track_clip(clip, net=net, hooks=Hooks(progress=lambda *done: told.append(done)))


@pytest.mark.models
def test_a_ball_is_where_it_was_drawn(track: BallTrack, told: list[tuple[str, int, int]]) -> None:
    assert track.frames.tolist() == list(range(17))
    assert track.times == pytest.approx(np.arange(17) / 25)
    assert np.flatnonzero(track.seen).tolist() == list(range(1, 16))
    drawn = np.array([[X(k), Y(k), 9] for k in range(15)])
    assert np.abs(track.circles[1:16] - drawn).max() < 1.2
    assert not track.in_hand.any()
    assert track.release is None
    assert told[-1] == ("ball", 17, 17)


@pytest.mark.models
def test_times_are_those_of_life_and_repeated_pictures_have_no_row(tmp_path: Path, net: Path) -> None:
    path = write_video(tmp_path / "a.mp4", (moving_scene(k - k // 4) for k in range(40)), rate=50)
    track = track_clip(path, net=net, slow_motion=4.0)
    assert track.frames.tolist() == [k for k in range(40) if k % 4 or k == 0]
    assert track.times[-1] == pytest.approx(39 / 200, abs=1 / 200)


def test_repeated_pictures_stay_in_the_film(tmp_path: Path) -> None:
    path = write_video(tmp_path / "a.mp4", (moving_scene(k - k // 4) for k in range(40)), rate=50)
    video = scan_video(path).video
    rows = np.flatnonzero(~video.repeated)
    nothing = [sightings(float(time)) for time in video.capture_times[rows]]
    track = ball_track(rows, nothing)
    write_track(path, track, tmp_path)
    with av.open(str(tmp_path / "ball.mp4")) as container:
        assert container.streams.video[0].average_rate == 50
        assert len(list(container.decode(video=0))) == 40


@pytest.mark.models
def test_files_of_a_track_are_written(clip: Path, track: BallTrack, tmp_path: Path) -> None:
    done = []
    written = write_track(clip, track, tmp_path, progress=lambda *part: done.append(part))
    assert [path.name for path in written] == ["ball.csv", "ball.json", "ball.mp4"]
    assert sorted(written) == sorted(tmp_path.iterdir())
    assert done[-1] == (17, 17)
    with av.open(str(tmp_path / "ball.mp4")) as container:
        frames = [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    assert len(frames) == 17
    assert red_place(frames[8]).x_px == pytest.approx(X(7), abs=1.5)


@pytest.mark.models
def test_without_a_film_there_is_none(clip: Path, track: BallTrack, tmp_path: Path) -> None:
    write_track(clip, track, tmp_path, film=False)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["ball.csv", "ball.json"]


def test_a_net_of_ones_own_finds_what_moves(net: Path) -> None:
    finder = open_finder(net)
    found = [finder(ball_picture(20 + 10 * k, 60)) for k in range(5)]
    assert found[0] is None
    for k in (1, 2, 3, 4):
        assert (found[k].x_px, found[k].y_px, found[k].radius_px) == pytest.approx((20 + 10 * k, 60, 9), abs=1.0)


def test_a_missing_net_is_said(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match=r"none\.onnx is not an \.onnx net that can run here"):
        open_finder(tmp_path / "none.onnx")


@pytest.mark.models
def test_what_is_no_video_is_refused(tmp_path: Path, net: Path) -> None:
    (tmp_path / "notes.mp4").write_text("buy a ball", encoding="utf-8")
    with pytest.raises(UnreadableVideoError, match=r"notes\.mp4"):
        track_clip(tmp_path / "notes.mp4", net=net)
