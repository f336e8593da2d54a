"""From markers to a pose: what must be there, of which size, which way up."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from builders import build_pose_3d
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError
from handball.storage.marker_poses import markers_of_pose, pose_of_markers
from handball.storage.markers import Markers, whole_points, y_up, z_up

FILE = Path("throw.trc")
MUST = ("left_shoulder", "right_shoulder", "left_hip", "right_hip", "right_elbow", "right_wrist")


def build_markers(joints: tuple[str, ...] = MUST, name: Callable[[str], str] = str, scale: float = 1.0) -> Markers:
    pose = build_pose_3d(origin="world")
    columns = BODY_23.indices(joints)
    return Markers(
        names=tuple(name(joint) for joint in joints), frames=pose.frames, times=pose.times,
        positions=pose.positions[:, columns] * scale,
    )  # fmt: skip


def load(markers: Markers) -> Pose3D:
    return pose_of_markers(markers, None, FILE)


def test_one_arm_shoulders_and_hips_are_enough() -> None:
    pose = load(build_markers())
    expected = build_pose_3d(origin="world")
    for joint in MUST:
        np.testing.assert_array_equal(pose.joint(joint), expected.joint(joint))
    assert np.isnan(pose.joint("left_wrist")).all()
    assert pose.origin == "world"
    assert (pose.sigma == 0.01).all()
    assert (pose.scores[:, BODY_23.index("right_wrist")] == 1).all()


def test_the_other_arm_is_as_good() -> None:
    load(build_markers((*MUST[:4], "left_elbow", "left_wrist")))


@pytest.mark.parametrize("joint", MUST)
def test_each_needed_joint_is_missed_by_name(joint: str) -> None:
    kept = tuple(name for name in MUST if name != joint)
    with pytest.raises(InvalidPoseFileError, match=rf"^throw\.trc lacks {joint} \(needed are") as caught:
        load(build_markers(kept))
    assert f"it has {', '.join(kept)}" in str(caught.value)
    assert "--joints map.toml" in str(caught.value)


def test_message_shows_twelve_names() -> None:
    markers = build_markers(BODY_23.joints[:17], name=lambda joint: f"m{BODY_23.index(joint)}x")
    with pytest.raises(InvalidPoseFileError, match=r"it has m0x, .*, m11x and 5 more;"):
        load(markers)


def test_elbow_of_one_and_wrist_of_the_other_arm_are_no_arm() -> None:
    with pytest.raises(InvalidPoseFileError, match=r"lacks left_wrist \("):
        load(build_markers((*MUST[:4], "left_elbow", "right_wrist")))


def test_joint_that_is_never_seen_is_missing() -> None:
    markers = build_markers()
    positions = markers.positions.copy()
    positions[:, 5] = np.nan
    with pytest.raises(InvalidPoseFileError, match="lacks right_wrist"):
        load(Markers(names=markers.names, frames=markers.frames, times=markers.times, positions=positions))


@pytest.mark.parametrize("scale", [0.001, 0.01, 1000.0, 1 / 0.3048])
def test_wrong_unit_is_seen_by_the_size_of_the_trunk(scale: float) -> None:
    with pytest.raises(InvalidPoseFileError, match=r"a trunk of .* m .* its unit is probably not the one"):
        load(build_markers(scale=scale))


def test_lying_person_means_another_axis_is_up() -> None:
    markers = build_markers()
    lying = Markers(names=markers.names, frames=markers.frames, times=markers.times, positions=y_up(markers.positions))
    with pytest.raises(InvalidPoseFileError, match="does not stand upright: another axis"):
        load(lying)


def test_trunk_that_is_never_whole_is_refused() -> None:
    markers = build_markers()
    positions = markers.positions.copy()
    positions[::2, 0] = np.nan
    positions[1::2, 2] = np.nan
    with pytest.raises(InvalidPoseFileError, match="never shows both shoulders and both hips together"):
        load(Markers(names=markers.names, frames=markers.frames, times=markers.times, positions=positions))


def test_pose_centred_on_the_pelvis_is_recognized() -> None:
    pose = build_pose_3d(origin="pelvis")
    assert pose_of_markers(markers_of_pose(pose), None, FILE).origin == "pelvis"


def test_markers_leave_out_joints_that_were_never_seen() -> None:
    markers = markers_of_pose(build_pose_3d(missing=("nose", "left_heel")))
    assert set(BODY_23.joints) - set(markers.names) == {"nose", "left_heel"}


def test_turning_the_axes_keeps_left_and_up() -> None:
    forward, up = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    left = np.cross(up, forward)
    turned_forward, turned_up, turned_left = (z_up(axis, "y") for axis in (forward, up, left))
    np.testing.assert_array_equal(turned_up, [0, 0, 1])
    np.testing.assert_array_equal(np.cross(turned_up, turned_forward), turned_left)
    np.testing.assert_array_equal(y_up(z_up(np.arange(3.0), "y")), np.arange(3.0))
    np.testing.assert_array_equal(z_up(np.arange(3.0), "z"), np.arange(3.0))


def test_half_missing_points_and_zeros_are_missing() -> None:
    points = np.array([[1.0, np.nan, 2.0], [0.0, 0.0, 0.0], [0.0, 0.0, 1.0]])
    np.testing.assert_array_equal(np.isnan(whole_points(points)).all(axis=1), [True, True, False])


def pelvis_markers(back: tuple[str, ...]) -> Markers:
    """Add a pelvis 0.24 m wide and 0.16 m deep that looks along x, its front spines 1 m high, level."""
    others = build_markers(("left_shoulder", "right_shoulder", "right_elbow", "right_wrist"))
    front = {"LASI": (0.0, 0.12, 1.0), "RASI": (0.0, -0.12, 1.0)}
    spots = front | {"LPSI": (-0.16, 0.04, 1.0), "RPSI": (-0.16, -0.04, 1.0), "SACR": (-0.16, 0.0, 1.0)}
    names = ("S:LASI", "S:RASI", *(f"S:{name}" for name in back))
    spot = np.array([spots[name[2:]] for name in names])
    positions = np.concatenate([others.positions, np.broadcast_to(spot, (len(others.frames), *spot.shape))], axis=1)
    return Markers(names=(*others.names, *names), frames=others.frames, times=others.times, positions=positions)


@pytest.mark.parametrize("back", [("LPSI", "RPSI"), ("SACR",)])
def test_hips_come_from_pelvis_markers(back: tuple[str, ...]) -> None:
    pose = load(pelvis_markers(back))
    # Harrington (2007) by hand: 0.24 * 160 + 9.9 back, 0.30 * 240 + 10.9 down, 0.33 * 240 + 7.3 aside, in mm.
    np.testing.assert_allclose(pose.joint("left_hip")[0], [-0.0483, 0.0865, 1 - 0.0829], atol=1e-12)
    np.testing.assert_allclose(pose.joint("right_hip")[0], [-0.0483, -0.0865, 1 - 0.0829], atol=1e-12)


def test_front_of_the_pelvis_alone_is_not_enough() -> None:
    with pytest.raises(InvalidPoseFileError, match="lacks left_hip, right_hip"):
        load(pelvis_markers(()))
