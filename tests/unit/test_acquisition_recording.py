"""Several cameras at once, with films as cameras."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handball.acquisition.recording import Recorded, record
from handball.acquisition.video_file import scan_video
from handball.drawing.video_writing import open_video_writer
from handball.errors import UnreadableVideoError, UsageError


def film(path: Path, frames: int = 20) -> str:
    with open_video_writer(path, 50.0) as writer:
        for number in range(frames):
            writer.write(np.full((48, 64, 3), 12 * number, np.uint8))
    return str(path)


def test_two_sources_are_recorded_with_their_times(tmp_path: Path) -> None:
    sources = [film(tmp_path / "a.mp4"), film(tmp_path / "b.mp4")]
    films = record(sources, 0.3, tmp_path)
    for one in films:
        assert one.times[0] >= 0
        assert one.times[-1] <= 0.5
        assert (np.diff(one.times) > 0).all()
        lines = one.path.with_suffix(".times.csv").read_text().splitlines()
        assert len(lines) == len(one.times) + 1
        assert scan_video(one.path).video.frame_count == int(one.shown.sum())


def test_lost_pictures_are_counted_and_keep_their_place() -> None:
    one = Recorded(path=Path("a.mp4"), times=np.array([0.0, 0.1, 0.2, 0.5, 0.6]))
    assert one.dropped == 2
    assert one.shown.tolist() == [1, 1, 3, 1, 1]
    assert one.rate_hz == pytest.approx(10)


def test_a_camera_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(UnreadableVideoError, match="cannot be opened"):
        record([str(tmp_path / "none.mp4")], 1.0, tmp_path)
    with pytest.raises(UsageError, match="twice"):
        record(["0", "0"], 1.0, tmp_path)
