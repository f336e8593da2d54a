"""Videos that are written."""

import subprocess
import sys

import av
import numpy as np
import pytest

from handball.drawing.video_writing import open_video_writer
from handball.errors import OutputError


def _picture(step, height=120, width=160):
    picture = np.full((height, width, 3), (40, 60, 80), np.uint8)
    picture[40:80, 10 + 10 * step : 40 + 10 * step] = (230, 40, 40)
    return picture


def _decode(path):
    with av.open(str(path)) as container:
        frames = list(container.decode(video=0))
        return container.streams.video[0], frames


@pytest.mark.parametrize("encoder", ["libx264", "mpeg4"])
def test_written_frames_come_back(tmp_path, encoder):
    path = tmp_path / "a.mp4"
    with open_video_writer(path, 30.0, encoders=(encoder,)) as writer:
        for step in range(8):
            writer.write(_picture(step), repeats=2)
    stream, frames = _decode(path)
    assert (len(frames), stream.average_rate, stream.pix_fmt) == (16, 30, "yuv420p")
    assert [round(float(frame.time) * 30) for frame in frames] == list(range(16))
    assert np.abs(frames[7].to_ndarray(format="rgb24").astype(int) - _picture(3)).mean() < 6
    assert [file.name for file in tmp_path.iterdir()] == ["a.mp4"]


def test_the_index_stands_before_the_pictures(tmp_path):
    with open_video_writer(tmp_path / "a.mp4") as writer:
        writer.write(_picture(0))
    data = (tmp_path / "a.mp4").read_bytes()
    assert 0 < data.index(b"moov") < data.index(b"mdat")


def test_odd_sizes_become_even(tmp_path):
    with open_video_writer(tmp_path / "a.mp4") as writer:
        writer.write(_picture(0, 121, 161))
    stream, _ = _decode(tmp_path / "a.mp4")
    assert (stream.width, stream.height) == (160, 120)


def _write(path, *pictures):
    with open_video_writer(path) as writer:
        for picture in pictures:
            writer.write(picture)


def test_pictures_of_two_sizes_are_refused_and_nothing_is_left(tmp_path):
    with pytest.raises(ValueError, match=r"160 x 120 pixels, found 200 x 120"):
        _write(tmp_path / "a.mp4", _picture(0), _picture(0, 120, 200))
    with pytest.raises(ValueError, match="at least one picture"):
        _write(tmp_path / "a.mp4")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_folder_and_a_missing_encoder_are_said(tmp_path):
    with pytest.raises(OutputError, match="the folder does not exist"), open_video_writer(tmp_path / "no" / "a.mp4"):
        pass
    with pytest.raises(OutputError, match="none of the encoders"), open_video_writer(tmp_path / "a.mp4", encoders=()):
        pass


_FULL_DISK = """
import resource, signal, sys
from pathlib import Path
import numpy as np
from handball.drawing.video_writing import open_video_writer
from handball.errors import OutputError
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (5000, 5000))
noise = np.random.default_rng(0).integers(0, 255, (120, 160, 3), dtype=np.uint8)
try:
    with open_video_writer(Path(sys.argv[1])) as writer:
        for step in range(40):
            writer.write(np.roll(noise, 7 * step, axis=1))
except OutputError as error:
    sys.exit(str(error))
"""


def test_a_disk_that_takes_no_more_is_one_sentence_and_nothing_is_left(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", _FULL_DISK, str(tmp_path / "a.mp4")], capture_output=True, text=True, check=False
    )
    assert done.stderr.startswith(f"cannot write {tmp_path / 'a.mp4'}: "), done.stderr
    assert list(tmp_path.iterdir()) == []
