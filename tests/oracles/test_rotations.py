"""Angles and steady bones against scipy's rotations."""

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.kinematics.angles import measure_angles
from handball.kinematics.vectors import angle_between_deg, wrapped_deg

RNG = np.random.default_rng(11)


def body_of(joints: dict[str, np.ndarray]) -> Pose3D:
    positions = np.full((2, 23, 3), np.nan)
    for joint, place in joints.items():
        positions[:, BODY_23.index(joint)] = place
    return Pose3D(
        skeleton=BODY_23, frames=[0, 1], times=[0.0, 0.1], positions=positions, scores=np.ones((2, 23)),
        sigma=np.full((2, 23, 3), 0.01), origin="world",
    )  # fmt: skip


@pytest.mark.parametrize("case", range(20))
def test_the_angle_between_vectors_is_the_smallest_rotation(case):
    first, second = RNG.normal(size=(2, 3))
    rotation, _ = Rotation.align_vectors(second[None] / np.linalg.norm(second), first[None] / np.linalg.norm(first))
    assert float(angle_between_deg(first, second)) == pytest.approx(np.degrees(rotation.magnitude()), abs=1e-5)


@pytest.mark.parametrize("case", range(20))
def test_an_arm_built_by_rotations_gives_its_angles_back(case):
    elevation, azimuth = RNG.uniform(20, 160), RNG.uniform(-80, 80)
    rotation, elbow = RNG.uniform(-80, 175), RNG.uniform(20, 170)
    turn, lean, roll = RNG.uniform(-170, 170), RNG.uniform(-25, 25), RNG.uniform(-25, 25)
    # arm of somebody who looks along +x, right side -y: hanging down, then raised sideways, then brought forward
    raise_it = Rotation.from_euler("x", -elevation, degrees=True)
    forward = Rotation.from_euler("z", azimuth, degrees=True)
    upper = (forward * raise_it).apply([0.0, 0.0, -0.3])
    # zero of the forearm's rotation: the elbow bends forward; the rotation runs about the upper arm
    ahead = (forward * raise_it).apply([1.0, 0.0, 0.0])
    about = Rotation.from_rotvec(np.radians(rotation) * upper / np.linalg.norm(upper))
    bend = about.apply(ahead)
    open_by = np.radians(180 - elbow)
    fore = 0.25 * (np.cos(open_by) * upper / np.linalg.norm(upper) + np.sin(open_by) * bend)
    trunk = Rotation.from_euler("zyx", [turn, lean, roll], degrees=True)
    joints = {"right_shoulder": [0, -0.2, 0.5], "left_shoulder": [0, 0.2, 0.5], "right_hip": [0, -0.1, 0.0]}
    joints |= {"left_hip": [0, 0.1, 0.0], "right_elbow": np.array([0, -0.2, 0.5]) + upper}
    joints["right_wrist"] = joints["right_elbow"] + fore
    body = body_of({name: trunk.apply(np.asarray(place, float)) for name, place in joints.items()})
    found = measure_angles(body, np.array([1.0, 0.0, 0.0]))
    assert found.curve("right_shoulder_elevation")[0] == pytest.approx(elevation, abs=1e-6)
    assert found.curve("right_shoulder_azimuth")[0] == pytest.approx(azimuth, abs=1e-6)
    assert found.curve("right_elbow_angle")[0] == pytest.approx(elbow, abs=1e-6)
    assert found.curve("right_forearm_rotation")[0] == pytest.approx(float(wrapped_deg(np.array(rotation))), abs=1e-6)


@pytest.mark.parametrize("turn", [-120, -35, 0, 35, 90, 170])
def test_a_turned_trunk_has_its_lines_turned(turn):
    trunk = Rotation.from_euler("z", -turn, degrees=True)
    joints = {"right_shoulder": [0, -0.2, 0.5], "left_shoulder": [0, 0.2, 0.5]}
    joints |= {"right_hip": [0, -0.1, 0.0], "left_hip": [0, 0.1, 0.0]}
    body = body_of({name: trunk.apply(np.asarray(place, float)) for name, place in joints.items()})
    found = measure_angles(body, np.array([1.0, 0.0, 0.0]))
    assert found.curve("shoulder_line_angle")[0] == pytest.approx(turn, abs=1e-9)
    assert found.curve("hip_line_angle")[0] == pytest.approx(turn, abs=1e-9)
    assert found.curve("hip_shoulder_separation")[0] == pytest.approx(0, abs=1e-9)
