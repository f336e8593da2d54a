"""`ball.csv` and `ball.json`."""

import json

import attrs
import numpy as np
import pytest

from balls import build_track
from handball.domain.ball import BallTrack
from handball.errors import InvalidBallTrackError, OutputError
from handball.storage.ball_tracks import COLUMNS, read_ball_csv, write_ball_csv, write_ball_json

HEADER = "frame,time_s,x_px,y_px,radius_px,score,in_hand,bridged"


@pytest.fixture
def table(tmp_path):
    write_ball_csv(build_track(), tmp_path / "ball.csv")
    return tmp_path / "ball.csv"


def test_what_is_missing_has_empty_cells(table):
    lines = table.read_text(encoding="utf-8").splitlines()
    assert lines[0] == HEADER == ",".join(COLUMNS)
    assert lines[1] == "40,0.400000,,,,,,"
    assert lines[2] == "41,0.410000,20.000,60.000,9.000,0.7500,1,0"
    assert lines[7] == "46,0.460000,120.000,60.000,9.000,,0,1"
    assert len(lines) == 11


def test_a_table_comes_back(table):
    assert read_ball_csv(table) == attrs.evolve(build_track(), release=None)


def test_a_track_of_nothing_comes_back(tmp_path):
    nothing = BallTrack(frames=[], times=[], circles=np.empty((0, 3)), scores=[], in_hand=[], bridged=[])
    write_ball_csv(nothing, tmp_path / "ball.csv")
    assert read_ball_csv(tmp_path / "ball.csv") == nothing


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "is no table of a ball"),
        ("frame,time_s\n1,2\n", "has columns frame,time_s, expected frame,time_s,x_px"),
        (f"{HEADER}\n1,0.1,5\n", "line 2 has 3 cells, expected 8"),
        (f"{HEADER}\n1,0.1,5,6,seven,0.5,0,0\n", "seven"),
        (f"{HEADER}\n1,0.1,5,6,7,0.5,yes,0\n", "must be 1, 0 or empty, found 'yes'"),
        (f"{HEADER}\n1,0.1,5,6,7,,0,0\n", "has a score where the ball was seen"),
        (f"{HEADER}\n2,0.1,5,6,7,0.5,0,0\n1,0.2,5,6,7,0.5,0,0\n", "frames must rise"),
    ],
)
def test_a_damaged_table_is_refused_in_one_sentence(tmp_path, text, message):
    (tmp_path / "ball.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InvalidBallTrackError, match=message) as refused:
        read_ball_csv(tmp_path / "ball.csv")
    assert str(tmp_path / "ball.csv") in str(refused.value)


def test_what_is_no_text_or_not_there_is_refused(tmp_path):
    (tmp_path / "ball.csv").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InvalidBallTrackError, match="is no table of a ball"):
        read_ball_csv(tmp_path / "ball.csv")
    with pytest.raises(InvalidBallTrackError, match="cannot be read"):
        read_ball_csv(tmp_path / "none.csv")


def test_the_summary_keeps_the_release(tmp_path):
    write_ball_json(build_track(), tmp_path / "ball.json")
    assert json.loads((tmp_path / "ball.json").read_text(encoding="utf-8")) == {
        "pictures": 10,
        "seen": 6,
        "bridged": 2,
        "unknown": 2,
        "in_hand": 4,
        "release": {"frame": 45, "time_s": 0.446, "sigma_s": 0.012},
    }
    write_ball_json(build_track(release=None), tmp_path / "ball.json")
    assert json.loads((tmp_path / "ball.json").read_text(encoding="utf-8"))["release"] is None


def test_a_folder_that_is_not_there_is_said(tmp_path):
    for write in (write_ball_csv, write_ball_json):
        with pytest.raises(OutputError, match="the folder does not exist"):
            write(build_track(), tmp_path / "no" / "ball")
