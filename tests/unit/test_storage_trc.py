"""Marker files as text."""

from pathlib import Path

import numpy as np
import pytest

from builders import build_pose_3d
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError
from handball.storage.poses import load_pose, save_pose
from handball.storage.trc import read_trc

HEADER = (
    "PathFileType\t4\t(X/Y/Z)\tthrow.trc\n"
    "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\tOrigDataStartFrame\tOrigNumFrames\n"
    "{rate}\t{rate}\t{count}\t{markers}\t{units}\t{rate}\t1\t{count}\n"
    "Frame#\tTime\tLElbow\t\t\tNeck\t\t\n"
    "\t\tX1\tY1\tZ1\tX2\tY2\tZ2\n"
)
ROWS = ("1\t0.00\t1\t2\t3\t4\t5\t6", "2\t0.01\t1\t2\t3\t4\t5\t6", "3\t0.02\t1\t2\t3\t4\t5\t6")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "throw.trc"


def write(path: Path, *rows: str, rate: str = "100", units: str = "mm", markers: str = "2", count: str = "") -> Path:
    header = HEADER.format(rate=rate, count=count or len(rows), markers=markers, units=units)
    path.write_text(header + "".join(f"{row}\n" for row in rows))
    return path


def test_reads_names_times_frames_and_turns_y_up_into_z_up(path: Path) -> None:
    markers = read_trc(write(path, *ROWS))
    assert markers.names == ("LElbow", "Neck")
    np.testing.assert_allclose(markers.positions[0], [[0.003, 0.001, 0.002], [0.006, 0.004, 0.005]])
    np.testing.assert_array_equal(markers.frames, [0, 1, 2])
    np.testing.assert_array_equal(markers.times, [0, 0.01, 0.02])


def test_other_axis_can_be_up(path: Path) -> None:
    np.testing.assert_allclose(read_trc(write(path, *ROWS), "z").positions[0, 0], [0.001, 0.002, 0.003])


@pytest.mark.parametrize(("units", "factor"), [("m", 1), ("mm", 0.001), (" MM ", 0.001), ("cm", 0.01)])
def test_units_are_honoured(path: Path, units: str, factor: float) -> None:
    np.testing.assert_allclose(read_trc(write(path, *ROWS, units=units)).positions[0, 0, 2], 2 * factor)


def test_missing_cells_are_missing_markers(path: Path) -> None:
    rows = (
        "1\t0.00\t\t\t\t4\t5\t6",
        "2\t0.01\t1\t2\t3\tnan\tNaN\t",
        "",
        "3\t0.02\t1\t2\t3",
        "4\t0.03\t0\t0\t0\t4\t5\t6\t\t",
    )
    missing = np.isnan(read_trc(write(path, *rows)).positions).all(axis=2)
    np.testing.assert_array_equal(missing, [[True, False], [False, True], [False, True], [True, False]])


def test_irregular_times_are_kept(path: Path) -> None:
    rows = (
        "5\t0.04\t1\t2\t3\t4\t5\t6",
        "6\t0.05\t1\t2\t3\t4\t5\t6",
        "9\t0.08\t1\t2\t3\t4\t5\t6",
        "10\t0.09\t1\t2\t3\t4\t5\t6",
    )
    markers = read_trc(write(path, *rows))
    np.testing.assert_array_equal(markers.times, [0.04, 0.05, 0.08, 0.09])
    np.testing.assert_array_equal(markers.frames, [4, 5, 8, 9])


def test_frame_numbers_that_do_not_rise_are_counted(path: Path) -> None:
    rows = [row.replace(row[0], "1", 1) for row in ROWS]
    np.testing.assert_array_equal(read_trc(write(path, *rows)).frames, [0, 1, 2])


def test_header_may_announce_the_frames_of_the_original(path: Path) -> None:
    assert len(read_trc(write(path, *ROWS, count="50")).frames) == 3


def test_file_that_is_cut_off_is_refused(path: Path) -> None:
    whole = write(path, *ROWS, count="4").read_text()
    for kept in (whole[:-1], whole[:-6] + "\n"):
        path.write_text(kept)
        with pytest.raises(
            InvalidPoseFileError, match="announces 4 frames and ends within frame 3; the file is cut off"
        ):
            read_trc(path)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"rate": "0"}, "a frame rate of 0 Hz, expected more than 0 and at most 2000"),
        ({"rate": "nan"}, "a frame rate of nan Hz"),
        ({"rate": "inf"}, "a frame rate of inf Hz"),
        ({"rate": "-60"}, "a frame rate of -60 Hz"),
        ({"rate": "10000"}, "a frame rate of 10000 Hz"),
        ({"rate": "fast"}, "has DataRate 'fast' in its header, expected a number"),
        ({"rate": "60"}, "says 60 Hz in its header, but its Time column has 100 Hz"),
        ({"units": "furlong"}, "has the unit 'furlong', expected one of m, "),
        ({"markers": "3"}, "announces 3 markers and names 2"),
        ({"markers": "nan"}, "has NumMarkers 'nan' in its header, expected a count"),
        ({"count": "-1"}, "has NumFrames '-1' in its header, expected a count"),
    ],
)
def test_wrong_headers_are_refused(path: Path, change: dict[str, str], words: str) -> None:
    with pytest.raises(InvalidPoseFileError, match=rf"throw\.trc .*{words}"):
        read_trc(write(path, *ROWS, **change))


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ((), "has no frames"),
        ((ROWS[0], ROWS[2], ROWS[1]), r"times that do not rise: row 3 has 0\.01 s after 0\.02; sort its rows"),
        ((ROWS[0], ROWS[1], ROWS[1]), r"row 3 has 0\.01 s after 0\.01"),
        ((ROWS[0], "2\tnan\t1\t2\t3\t4\t5\t6"), "row 2 has nan s after 0"),
        (("1\t\t1\t2\t3\t4\t5\t6",), "row 1 has nan s;"),
        ((ROWS[0], "2\t0.01\t1\tx\t3\t4\t5\t6"), "no number in line 7"),
        ((ROWS[0], ROWS[1] + "\t7"), "has 9 cells in line 7, expected 8"),
    ],
)
def test_wrong_tables_are_refused(path: Path, rows: tuple[str, ...], words: str) -> None:
    with pytest.raises(InvalidPoseFileError, match=words):
        read_trc(write(path, *rows))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("frame,time\n1,2\n", "is no .trc file: it should begin with 'PathFileType', found 'frame,time'"),
        ("\n", "is no .trc file"),
        ("PathFileType\t4\n", "has only 1 lines, expected 5 header lines"),
        ("PathFileType\nDataRate\n60\nFrame#\tTime\n\n", "has no NumFrames, NumMarkers, Units in its header"),
    ],
)
def test_other_files_are_refused(path: Path, text: str, words: str) -> None:
    path.write_text(text)
    with pytest.raises(InvalidPoseFileError, match=words):
        read_trc(path)


def test_binary_file_is_refused(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 20)
    with pytest.raises(InvalidPoseFileError, match=r"is no \.trc file"):
        read_trc(path)


def test_person_stands_upright_in_the_file_and_left_stays_left(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    save_pose(pose, path)
    lines = path.read_text().splitlines()
    names = [name for name in lines[3].split("\t")[2:] if name]
    points = np.array([float(cell) for cell in lines[5].split("\t")[2:]]).reshape(-1, 3)
    at = dict(zip(names, points, strict=True))
    shoulders, hips = (at[f"left_{part}"] + at[f"right_{part}"] for part in ("shoulder", "hip"))
    assert np.argmax(shoulders - hips) == 1
    toes = at["left_big_toe"] + at["right_big_toe"] - at["left_heel"] - at["right_heel"]
    left = np.cross([0.0, 1.0, 0.0], toes)
    assert left @ (at["left_hip"] - at["right_hip"]) > 0
    assert lines[2].split("\t")[:5] == ["30", "30", str(len(pose.frames)), "23", "m"]


def test_first_rows_name_every_coordinate(path: Path) -> None:
    save_pose(build_pose_3d(origin="world", missing=("nose",)), path)
    lines = path.read_text().splitlines()
    assert lines[0] == "PathFileType\t4\t(X/Y/Z)\tthrow.trc"
    assert len(lines[5].split("\t")) == 2 + 3 * 22
    assert lines[4].split("\t")[2:5] == ["X1", "Y1", "Z1"]
    assert lines[4].endswith("\tZ22")
    assert lines[3].split("\t")[2::3] == [joint for joint in BODY_23.joints if joint != "nose"]
    assert np.isnan(load_pose(path).joint("nose")).all()
