"""What is saved is what is loaded, for every format."""

import csv
import json
import tempfile
from pathlib import Path

import attrs
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from builders import build_pose_2d, build_pose_3d
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.poses import load_pose, load_pose_2d, save_pose

NEEDED = BODY_23.indices(("left_shoulder", "right_shoulder", "left_hip", "right_hip", "right_elbow", "right_wrist"))
few = settings(max_examples=25, deadline=None)


@st.composite
def poses(draw: st.DrawFn, *, even: bool = False) -> Pose3D:
    """Draw a throw with holes, moved about, at even or uneven times, starting anywhere."""
    random = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    pose = build_pose_3d(
        rate_hz=draw(st.sampled_from([25.0, 29.97, 60.0])), origin=draw(st.sampled_from(["pelvis", "world"]))
    )
    count = draw(st.integers(2, 12))
    positions = pose.positions[:count] + (pose.origin == "world") * random.uniform(-5, 5, 3)
    holes = random.random(positions.shape[:2]) < draw(st.sampled_from([0.0, 0.2]))
    holes[0, NEEDED] = False
    holes[:, BODY_23.indices(("left_hip", "right_hip"))] = False
    positions[holes] = np.nan
    first = draw(st.integers(0, 5000))
    gaps = np.ones(count, dtype=int) if even else random.integers(1, 4, count)
    frames = first + np.cumsum(gaps) - 1
    times = frames / pose.rate_hz if even else frames / pose.rate_hz + random.uniform(0, 0.9 / pose.rate_hz, count)
    return attrs.evolve(
        pose, frames=frames, times=times, positions=positions,
        scores=random.random(positions.shape[:2]), sigma=random.random(positions.shape),
    )  # fmt: skip


def saved(pose: Pose3D, suffix: str) -> Pose3D:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"pose{suffix}"
        save_pose(pose, path)
        return load_pose(path)


@few
@given(poses())
def test_npz_is_exact(pose: Pose3D) -> None:
    assert saved(pose, ".npz") == pose


@few
@given(poses())
def test_npz_holds_the_picture_exactly(pose: Pose3D) -> None:
    picture = build_pose_2d(pose)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "pose.npz"
        save_pose(pose, path, picture=picture)
        assert load_pose(path) == pose
        assert load_pose_2d(path) == picture


@few
@given(poses())
def test_trc_is_exact_to_a_micrometre(pose: Pose3D) -> None:
    found = saved(pose, ".trc")
    np.testing.assert_allclose(found.positions, pose.positions, atol=5.1e-7, rtol=0)
    np.testing.assert_allclose(found.times, pose.times, atol=1e-9, rtol=0)
    np.testing.assert_array_equal(found.frames, pose.frames)
    assert found.origin == pose.origin


@few
@given(poses(even=True))
def test_c3d_is_exact_to_single_precision(pose: Pose3D) -> None:
    found = saved(pose, ".c3d")
    np.testing.assert_allclose(found.positions, pose.positions, atol=1e-6, rtol=1e-6)
    np.testing.assert_allclose(found.times, pose.times, rtol=1e-6)
    np.testing.assert_array_equal(found.frames, pose.frames)
    assert found.origin == pose.origin


@few
@given(poses())
def test_saving_what_was_loaded_changes_nothing_more(pose: Pose3D) -> None:
    once = saved(pose, ".trc")
    assert saved(once, ".trc") == once


@few
@given(poses())
def test_csv_and_json_hold_the_same_numbers(pose: Pose3D) -> None:
    with tempfile.TemporaryDirectory() as folder:
        save_pose(pose, Path(folder) / "a.csv")
        save_pose(pose, Path(folder) / "a.json")
        rows = list(csv.reader((Path(folder) / "a.csv").open()))
        frames = json.loads((Path(folder) / "a.json").read_text())["frames"]
    for row, line in enumerate(rows[1:]):
        cells = dict(zip(rows[0], line, strict=True))
        for number, joint in enumerate(BODY_23.joints):
            point = [float(cells[f"{joint}_{axis}_m"] or "nan") for axis in "xyz"]
            np.testing.assert_allclose(point, pose.positions[row, number], atol=5.1e-7, rtol=0)
            entry = frames[row]["joints"][joint]["m"]
            np.testing.assert_allclose([np.nan] * 3 if entry is None else entry, point, atol=1e-9)
