"""Real marker files of another program."""

from pathlib import Path

import numpy as np
import pytest

from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.poses import load_pose, save_pose

pytestmark = pytest.mark.recordings

FILES = ("Balancing_for_IK.trc", "Standing_for_Scaling.trc")


@pytest.fixture(params=FILES)
def path(request: pytest.FixtureRequest, recordings: Path) -> Path:
    return recordings / "pose2sim" / str(request.param)


def table(path: Path) -> tuple[list[str], np.ndarray]:
    """Read the file plainly, with NumPy alone."""
    names = [name for name in path.read_text().splitlines()[3].split("\t")[2:] if name]
    return names, np.genfromtxt(path, delimiter="\t", skip_header=5)


def test_numbers_are_those_of_the_file(path: Path) -> None:
    names, rows = table(path)
    pose = load_pose(path)
    np.testing.assert_array_equal(pose.times, rows[:, 1])
    for name, joint in (("RShoulder", "right_shoulder"), ("LHip", "left_hip"), ("RBigToe", "right_big_toe"),
                        ("LWrist", "left_wrist"), ("Nose", "nose")):  # fmt: skip
        first = 2 + 3 * names.index(name)
        np.testing.assert_array_equal(pose.joint(joint), rows[:, [first + 2, first, first + 1]])


def missing(pose: Pose3D) -> set[str]:
    return {joint for joint in BODY_23.joints if np.isnan(pose.joint(joint)).all()}


def test_joints_that_the_file_has_are_all_found(path: Path) -> None:
    sides = ("left", "right")
    assert missing(load_pose(path)) == {f"{side}_{part}" for side in sides for part in ("eye", "ear", "index")}


def test_person_stands_upright_and_left_is_left(path: Path) -> None:
    pose = load_pose(path)
    assert pose.origin == "world"
    height = np.median(pose.joint("nose")[:, 2] - pose.joint("right_heel")[:, 2])
    assert 1.0 < height < 1.9
    toes = pose.middle("left_big_toe", "right_big_toe") - pose.middle("left_heel", "right_heel")
    left = np.cross(pose.up, toes)
    across = pose.joint("left_hip") - pose.joint("right_hip")
    assert np.median((left * across).sum(axis=1)) > 0


@pytest.mark.parametrize("suffix", [".trc", ".c3d", ".npz"])
def test_written_again_it_is_the_same(path: Path, tmp_path: Path, suffix: str) -> None:
    pose = load_pose(path)
    save_pose(pose, tmp_path / f"a{suffix}")
    again = load_pose(tmp_path / f"a{suffix}")
    np.testing.assert_allclose(again.positions, pose.positions, atol=1e-6)
    np.testing.assert_allclose(again.times, pose.times, atol=1e-6)
