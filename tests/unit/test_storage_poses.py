"""The front door of pose files, our own format, and the tables."""

import csv
import json
from pathlib import Path
from typing import Any

import attrs
import numpy as np
import pytest

from builders import build_pose_2d, build_pose_3d
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError, OutputError
from handball.storage.npz import read_npz
from handball.storage.poses import WRITTEN_SUFFIXES, is_pose_file, load_pose, load_pose_2d, save_pose, save_pose_2d


@pytest.fixture
def npz(tmp_path: Path) -> Path:
    save_pose(build_pose_3d(), tmp_path / "throw.npz", picture=build_pose_2d())
    return tmp_path / "throw.npz"


def changed(path: Path, **arrays: Any) -> Path:
    """Write a pose file again with some arrays replaced, or left out where the value is None."""
    with np.load(path) as archive:
        content = {name: archive[name] for name in archive.files} | arrays
    np.savez(path, **{name: values for name, values in content.items() if values is not None})
    return path


def test_npz_holds_both_poses_exactly(npz: Path) -> None:
    assert load_pose(npz) == build_pose_3d()
    assert load_pose_2d(npz) == build_pose_2d()
    assert load_pose_2d(npz).image_size == (960, 540)


def test_npz_keeps_the_origin(tmp_path: Path) -> None:
    save_pose(build_pose_3d(origin="world"), tmp_path / "a.npz")
    assert load_pose(tmp_path / "a.npz").origin == "world"


def test_npz_with_one_pose_refuses_the_other(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    save_pose(build_pose_3d(), path)
    with pytest.raises(InvalidPoseFileError, match="has no joints in the picture; write it again from the video"):
        load_pose_2d(path)
    save_pose_2d(build_pose_2d(), path)
    assert load_pose_2d(path) == build_pose_2d()
    with pytest.raises(InvalidPoseFileError, match="has joints in the picture only, expected joints in space"):
        load_pose(path)


@pytest.mark.parametrize(
    ("arrays", "words"),
    [
        ({"format": None}, "it holds schema_version, skeleton, .*, and was not written by 'handball pose'"),
        ({"format": np.array("other")}, "was not written by 'handball pose'"),
        ({"schema_version": np.array(2)}, "its format version is 2, this program reads up to 1; update handball"),
        ({"schema_version": None}, "its format version is missing"),
        ({"schema_version": np.array("1")}, "its format version is missing"),
        ({"skeleton": np.array("coco_17")}, "its skeleton is coco_17, expected body_23"),
        ({"joints": np.array(["nose"])}, "expected body_23 with its 23 joints"),
        ({"body_unit": np.array("mm")}, "positions are in mm, expected m"),
        ({"body_origin": np.array("hip")}, "origin is 'hip', expected 'pelvis' or 'world'"),
        ({"body_sigma": None}, "no valid pose file: 'body_sigma"),
        ({"body_scores": np.zeros((2, 23))}, "scores must have shape"),
        ({"body_times": np.zeros(54)}, "times must rise from row to row"),
        ({"picture_size": np.array([960])}, "no valid pose file: not enough values"),
    ],
)
def test_wrong_npz_are_refused(npz: Path, arrays: dict[str, Any], words: str) -> None:
    with pytest.raises(InvalidPoseFileError, match=words):
        load_pose(changed(npz, **arrays))


def test_npz_without_poses_has_none(npz: Path) -> None:
    stored = read_npz(changed(npz, body_positions=None, picture_positions=None))
    assert (stored.body, stored.picture) == (None, None)


def test_other_npz_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.npz"
    np.savez(path, x=np.zeros(3))
    with pytest.raises(InvalidPoseFileError, match="it holds x, and was not written by 'handball pose'"):
        load_pose(path)
    np.savez(path, x=np.array([{}], dtype=object))
    with pytest.raises(InvalidPoseFileError, match=r"cannot be read as \.npz"):
        load_pose(path)
    for content in (b"PK\x03\x04 no zip", b"text"):
        path.write_bytes(content)
        with pytest.raises(InvalidPoseFileError, match=r"cannot be read as \.npz"):
            load_pose(path)
    with path.open("wb") as stream:
        np.save(stream, np.zeros(3))
    with pytest.raises(InvalidPoseFileError, match=r"cannot be read as \.npz"):
        load_pose(path)


def test_npz_that_is_cut_off_or_damaged_is_refused(npz: Path) -> None:
    whole = npz.read_bytes()
    damaged = bytearray(whole)
    damaged[len(whole) // 2] ^= 0xFF
    for content in (whole[: len(whole) // 2], bytes(damaged)):
        npz.write_bytes(content)
        with pytest.raises(InvalidPoseFileError, match=r"cannot be read as \.npz"):
            load_pose(npz)


def test_files_that_are_no_pose_files_are_refused(tmp_path: Path) -> None:
    (tmp_path / "folder.npz").mkdir()
    for name in ("empty.trc", "empty.npz", "empty.c3d", "a.csv", "a.json", "a.bvh"):
        (tmp_path / name).touch()
    for name, words in (
        ("none.trc", r"there is no file .*none\.trc; check its name"),
        ("folder.npz", r"is a folder, expected a pose file \(\.npz, \.trc, \.c3d\)"),
        ("empty.trc", "is empty"),
        ("empty.npz", "is empty"),
        ("empty.c3d", "is empty"),
        ("a.csv", r"cannot be read back, \.csv is only written"),
        ("a.json", r"cannot be read back, \.json is only written"),
        ("a.bvh", r"is no known pose file; expected a name that ends in \.npz, \.trc or \.c3d"),
    ):
        with pytest.raises(InvalidPoseFileError, match=words):
            load_pose(tmp_path / name)


def test_joints_in_the_picture_come_only_from_npz(tmp_path: Path) -> None:
    save_pose(build_pose_3d(), tmp_path / "a.trc")
    with pytest.raises(InvalidPoseFileError, match=r"only \.npz files have them"):
        load_pose_2d(tmp_path / "a.trc")


def test_unknown_suffix_is_not_written(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ends in \.npz, \.trc, \.csv, \.json or \.c3d"):
        save_pose(build_pose_3d(), tmp_path / "a.bvh")
    with pytest.raises(OutputError, match=r"ends in \.npz, \.csv or \.json"):
        save_pose_2d(build_pose_2d(), tmp_path / "a.trc")


@pytest.mark.parametrize("suffix", WRITTEN_SUFFIXES)
def test_every_format_reports_a_missing_folder(tmp_path: Path, suffix: str) -> None:
    with pytest.raises(OutputError, match="the folder does not exist"):
        save_pose(build_pose_3d(), tmp_path / "none" / f"a{suffix}")


@pytest.mark.parametrize("suffix", WRITTEN_SUFFIXES)
def test_every_format_replaces_and_leaves_nothing_else(tmp_path: Path, suffix: str) -> None:
    for _ in range(2):
        save_pose(build_pose_3d(), tmp_path / f"a{suffix.upper()}")
    assert [path.name for path in tmp_path.iterdir()] == [f"a{suffix.upper()}"]


def test_capital_suffixes_are_known() -> None:
    assert is_pose_file(Path("A.C3D"))
    assert not is_pose_file(Path("A.CSV"))


def test_laboratory_names_and_maps_reach_the_reader(tmp_path: Path) -> None:
    path = tmp_path / "a.trc"
    save_pose(build_pose_3d(origin="world"), path)
    text = path.read_text().replace("right_elbow", "Anna:RELB").replace("left_hip", "hip A")
    path.write_text(text)
    with pytest.raises(InvalidPoseFileError, match="lacks left_hip"):
        load_pose(path)
    pose = load_pose(path, joint_map={"hip A": "left_hip"})
    np.testing.assert_allclose(pose.positions, build_pose_3d(origin="world").positions, atol=1e-6)
    path.write_text(text.replace("hip A", "LHip"))
    with pytest.raises(InvalidPoseFileError, match="does not stand upright"):
        load_pose(path, up="z")


def test_csv_has_one_row_a_frame(tmp_path: Path) -> None:
    body, picture = build_pose_3d(missing=("nose",)), build_pose_2d()
    save_pose(body, tmp_path / "a.csv", picture=picture)
    rows = list(csv.DictReader((tmp_path / "a.csv").open()))
    assert len(rows) == len(body.frames)
    assert list(rows[0])[:8] == [
        "frame",
        "time_s",
        "nose_x_m",
        "nose_y_m",
        "nose_z_m",
        "nose_x_px",
        "nose_y_px",
        "nose_score",
    ]
    assert rows[7]["nose_x_m"] == ""
    for axis, name in enumerate("xyz"):
        found = [float(row[f"right_wrist_{name}_m"]) for row in rows]
        np.testing.assert_allclose(found, body.joint("right_wrist")[:, axis], atol=1e-6)
    found = [float(row["right_wrist_y_px"]) for row in rows]
    np.testing.assert_allclose(found, picture.joint("right_wrist")[:, 1], atol=1e-3)
    np.testing.assert_allclose([float(row["time_s"]) for row in rows], body.times, atol=1e-6)
    assert [int(row["frame"]) for row in rows] == body.frames.tolist()


def test_json_says_what_it_holds(tmp_path: Path) -> None:
    body, picture = build_pose_3d(missing=("nose",)), build_pose_2d()
    save_pose(body, tmp_path / "a.json", picture=picture)
    content = json.loads((tmp_path / "a.json").read_text())
    assert content["schema_version"] == 1
    assert (content["skeleton"], content["origin"], content["image_size"]) == ("body_23", "pelvis", [960, 540])
    assert [row["frame"] for row in content["frames"]] == body.frames.tolist()
    wrist = content["frames"][5]["joints"]["right_wrist"]
    np.testing.assert_allclose(wrist["m"], body.joint("right_wrist")[5], atol=1e-6)
    np.testing.assert_allclose(wrist["px"], picture.joint("right_wrist")[5], atol=1e-3)
    assert wrist["sigma_m"] == [0.01] * 3
    assert wrist["score"] == 0.9
    assert content["frames"][5]["joints"]["nose"]["m"] is None
    assert set(content["frames"][5]["joints"]) == set(BODY_23.joints)


def test_picture_alone_makes_tables_too(tmp_path: Path) -> None:
    save_pose_2d(build_pose_2d(), tmp_path / "a.csv")
    save_pose_2d(build_pose_2d(), tmp_path / "a.json")
    assert (tmp_path / "a.csv").read_text().startswith("frame,time_s,nose_x_px,nose_y_px,nose_score,")
    assert "m" not in json.loads((tmp_path / "a.json").read_text())["frames"][0]["joints"]["nose"]


def test_tables_need_equal_frames(tmp_path: Path) -> None:
    picture = build_pose_2d()
    other = attrs.evolve(picture, frames=picture.frames + 1)
    with pytest.raises(ValueError, match="both poses must have the same frames"):
        save_pose(build_pose_3d(), tmp_path / "a.csv", picture=other)
