"""Laboratory files, with ezc3d itself on the other side."""

import struct
from pathlib import Path
from typing import Any

import attrs
import ezc3d
import numpy as np
import pytest

from builders import build_pose_3d
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError, OutputError
from handball.storage.c3d import read_c3d, write_c3d
from handball.storage.markers import Markers
from handball.storage.poses import load_pose, save_pose


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "throw.c3d"


def at_times(pose: Pose3D, times: Any) -> Pose3D:
    return attrs.evolve(pose.rows(slice(0, len(times))), times=times)


def write_foreign(path: Path, points: Any, **point: Any) -> Path:
    """Write points (3, markers, frames) as another program would."""
    content = ezc3d.c3d()
    values = {"RATE": [200.0], "UNITS": ["mm"], "LABELS": [f"M{k}" for k in range(points.shape[1])]} | point
    for name, value in values.items():
        if name in content["parameters"]["POINT"]:
            content["parameters"]["POINT"][name]["value"] = value
        else:
            content.add_parameter("POINT", name, value)
    content["data"]["points"] = np.concatenate([points, np.ones((1, *points.shape[1:]))])
    content.write(str(path))
    return path


def test_ezc3d_reads_what_we_write(path: Path) -> None:
    pose = build_pose_3d(origin="world", rate_hz=120.0, first_frame=7)
    save_pose(pose, path)
    content = ezc3d.c3d(str(path))
    assert content["parameters"]["POINT"]["UNITS"]["value"] == ["mm"]
    assert content["parameters"]["POINT"]["LABELS"]["value"] == list(BODY_23.joints)
    np.testing.assert_allclose(content["parameters"]["POINT"]["RATE"]["value"], 120)
    assert content["header"]["points"]["first_frame"] == 7
    np.testing.assert_allclose(
        content["data"]["points"][:3].transpose(2, 1, 0), pose.positions * 1000, rtol=1e-6, atol=1e-4
    )


def test_first_frame_counts_from_one_on_the_disk(path: Path) -> None:
    save_pose(build_pose_3d(origin="world", first_frame=7), path)
    assert int.from_bytes(path.read_bytes()[6:8], "little") == 8


def test_missing_points_have_residual_minus_one(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    positions = pose.positions.copy()
    positions[3, 5] = np.nan
    save_pose(attrs.evolve(pose, positions=positions), path)
    residuals = ezc3d.c3d(str(path))["data"]["meta_points"]["residuals"][0]
    assert np.argwhere(residuals < 0).tolist() == [[5, 3]]
    assert np.isnan(load_pose(path).positions[3, 5]).all()


def test_negative_residual_means_missing(path: Path) -> None:
    content = ezc3d.c3d()
    content["parameters"]["POINT"]["RATE"]["value"] = [100.0]
    content["parameters"]["POINT"]["LABELS"]["value"] = ["a"]
    content["data"]["points"] = np.full((4, 1, 3), 5.0)
    content["data"]["meta_points"]["residuals"] = np.array([[[0.0, -1.0, 0.0]]])
    content.write(str(path))
    np.testing.assert_array_equal(np.isnan(read_c3d(path).positions[:, 0, 0]), [False, True, False])


@pytest.mark.parametrize(
    ("point", "expected"),
    [
        ({}, [0.1, 0.2, 0.3]),
        ({"UNITS": ["m"]}, [100, 200, 300]),
        ({"UNITS": ["cm"]}, [1, 2, 3]),
        ({"X_SCREEN": ["+X"], "Y_SCREEN": ["+Z"]}, [0.1, 0.2, 0.3]),
        ({"X_SCREEN": ["+X"], "Y_SCREEN": ["+Y"]}, [0.3, 0.1, 0.2]),
    ],
)
def test_we_read_what_ezc3d_writes(path: Path, point: dict[str, Any], expected: list[float]) -> None:
    points = np.array([100.0, 200.0, 300.0])[:, None, None] * np.ones((1, 2, 4))
    points[:, 1, 2] = np.nan
    markers = read_c3d(write_foreign(path, points, **point))
    assert markers.names == ("M0", "M1")
    np.testing.assert_allclose(markers.positions[0, 0], expected, rtol=1e-6)
    np.testing.assert_array_equal(np.isnan(markers.positions).all(axis=2), [[0, 0], [0, 0], [0, 1], [0, 0]])
    np.testing.assert_allclose(markers.times, np.arange(4) / 200)


def test_given_axis_goes_before_the_file(path: Path) -> None:
    write_foreign(path, np.array([100.0, 200.0, 300.0])[:, None, None] * np.ones((1, 1, 3)))
    np.testing.assert_allclose(read_c3d(path, "y").positions[0, 0], [0.3, 0.1, 0.2], rtol=1e-6)


def test_unknown_unit_is_refused(path: Path) -> None:
    with pytest.raises(InvalidPoseFileError, match="has the unit 'furlong'"):
        read_c3d(write_foreign(path, np.ones((3, 1, 3)), UNITS=["furlong"]))


@pytest.mark.parametrize(
    ("rate", "words"),
    [
        (0.0, "a frame rate of 0 Hz, expected more than 0"),
        (10000.0, "a frame rate of 10000 Hz"),
        (-5.0, "a frame rate of -5 Hz"),
        (float("inf"), "a frame rate of inf Hz"),
        (float("nan"), "cannot be read as .c3d"),
    ],
)
def test_wrong_rates_are_refused(path: Path, rate: float, words: str) -> None:
    # ezc3d does not write such files, so the numbers in header and parameter are exchanged.
    content = bytearray(write_foreign(path, np.ones((3, 1, 3))).read_bytes())
    place = content.index(b"RATE") + 8
    content[place : place + 4] = content[20:24] = struct.pack("<f", rate)
    path.write_bytes(content)
    with pytest.raises(InvalidPoseFileError, match=words):
        read_c3d(path)


def test_broken_files_are_refused(path: Path) -> None:
    save_pose(build_pose_3d(origin="world"), path)
    whole = path.read_bytes()
    for content, words in (
        (b"no such thing" * 100, "is no .c3d file: its second byte"),
        (b"\x02\x50" + b"\xff" * 3000, "cannot be read as .c3d"),
        (whole[:1200], "cannot be read as .c3d|the file is cut off"),
        (whole[:-2000], "announces 54 frames and has .*; the file is cut off"),
    ):
        path.write_bytes(content)
        with pytest.raises(InvalidPoseFileError, match=words):
            read_c3d(path)


def test_damaged_parameters_never_reach_ezc3d(path: Path) -> None:
    save_pose(build_pose_3d(origin="world"), path)
    whole = path.read_bytes()
    labels = whole.index(b"LABELS") + len("LABELS")
    for place, value in ((labels + 1, 0xFF), (labels + 2, 7), (labels + 3, 0), (labels + 3, 200), (labels + 5, 250)):
        damaged = bytearray(whole)
        damaged[place] = value
        path.write_bytes(damaged)
        with pytest.raises(InvalidPoseFileError, match="its parameters are damaged"):
            read_c3d(path)


def test_missing_parameters_are_refused(path: Path) -> None:
    for start in (b"\x00\x50", b"\xf0\x50"):
        path.write_bytes(start + bytes(1000))
        with pytest.raises(InvalidPoseFileError, match="it has no parameters"):
            read_c3d(path)


def test_file_without_markers_is_refused(path: Path) -> None:
    with pytest.raises(InvalidPoseFileError, match=r"has no marker positions \(0 markers"):
        read_c3d(write_foreign(path, np.ones((3, 0, 3))))


def test_uneven_times_are_refused_unless_resampling_is_asked_for(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    times = pose.times.copy()
    times[20:] += 0.01
    uneven = at_times(pose, times)
    with pytest.raises(OutputError, match=r"at one constant rate, .* off; write \.trc or \.npz, or ask for resampling"):
        save_pose(uneven, path)
    assert list(path.parent.iterdir()) == []
    save_pose(uneven, path, resample=True)
    found = load_pose(path)
    np.testing.assert_allclose(np.diff(found.times), 1 / 30, rtol=1e-5)
    for axis in range(3):
        expected = np.interp(found.times, times, pose.joint("right_wrist")[:, axis])
        np.testing.assert_allclose(found.joint("right_wrist")[:, axis], expected, atol=1e-5)


def test_small_jitter_is_let_through(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    times = pose.times + 0.015 / 30 * np.sin(np.arange(len(pose.times)))
    save_pose(at_times(pose, times), path)
    np.testing.assert_allclose(load_pose(path).times, times, atol=0.03 / 30)


def test_slow_drift_of_the_rate_is_not_let_through(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    steps = np.where(np.arange(53) < 26, 0.99, 1.01) / 30
    with pytest.raises(OutputError, match="26% of a frame off"):
        save_pose(at_times(pose, np.concatenate([[0.0], np.cumsum(steps)])), path)


def test_resampling_does_not_bridge_missing_points(path: Path) -> None:
    times = np.array([0.0, 0.1, 0.25, 0.3, 0.4])
    positions = np.arange(1.0, 6.0)[:, None, None] * np.ones((1, 1, 3))
    positions[1] = np.nan
    markers = Markers(names=("a",), frames=np.arange(5), times=times, positions=positions)
    write_c3d(markers, path, resample=True)
    found = read_c3d(path).positions[:, 0, 0]
    np.testing.assert_allclose(found, [1, np.nan, np.nan, 4, 5], rtol=1e-6)


def test_single_frame_and_negative_times_are_refused(path: Path) -> None:
    pose = build_pose_3d(origin="world")
    with pytest.raises(OutputError, match="at least two frames"):
        save_pose(pose.rows(slice(0, 1)), path)
    with pytest.raises(OutputError, match=r"cannot begin at -1 s; write \.trc or \.npz"):
        save_pose(at_times(pose, pose.times - 1.0), path)


def test_capital_suffix_keeps_its_name(tmp_path: Path) -> None:
    save_pose(build_pose_3d(origin="world"), tmp_path / "A.C3D")
    assert [path.name for path in tmp_path.iterdir()] == ["A.C3D"]
    load_pose(tmp_path / "A.C3D")
