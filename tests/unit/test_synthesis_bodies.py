"""The shipped bodies are people: sizes, proportions, symmetry, and joints in the right places."""

import subprocess
import sys

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.synthesis.bodies import MeasuredBody, load_bodies
from handball.synthesis.rig import SEGMENTS, joint_positions

BODIES = load_bodies()


def of(body: MeasuredBody, joint: str) -> np.ndarray:
    return body.rest.joints[BODY_23.index(joint)]


def test_both_sexes_youth_and_adults_of_every_height() -> None:
    kinds = {(body.sex, body.group) for body in BODIES}
    assert kinds == {(sex, group) for sex in ("female", "male") for group in ("youth", "adult")}
    heights = [body.rest.height for body in BODIES]
    assert min(heights) == pytest.approx(1.50, abs=0.003)
    assert max(heights) == pytest.approx(2.05, abs=0.003)
    assert np.diff(sorted(heights)).max() < 0.10


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_a_body_has_the_proportions_of_people(body: MeasuredBody) -> None:
    # Winter, Biomechanics and Motor Control of Human Movement, table 4.1, with the spread of people around it.
    expected = {
        ("shoulder", "elbow"): (0.172, 0.022),
        ("elbow", "wrist"): (0.146, 0.018),
        ("hip", "knee"): (0.235, 0.018),
        ("knee", "ankle"): (0.235, 0.022),
    }
    for (first, second), (share, spread) in expected.items():
        length = np.linalg.norm(of(body, f"right_{first}") - of(body, f"right_{second}"))
        assert length / body.rest.height == pytest.approx(share, abs=spread)


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_the_rest_pose_is_a_t(body: MeasuredBody) -> None:
    for side, sign in (("left", -1), ("right", 1)):
        arm = np.array([of(body, f"{side}_{joint}") for joint in ("shoulder", "elbow", "wrist")])
        assert np.all(np.diff(arm[:, 0]) * sign > 0.15)
        assert np.ptp(arm[:, 1:], axis=0) == pytest.approx([0, 0], abs=0.002)
        leg = np.array([of(body, f"{side}_{joint}") for joint in ("hip", "knee", "ankle")])
        assert np.ptp(leg[:, :2], axis=0) == pytest.approx([0, 0], abs=0.002)
        assert of(body, f"{side}_big_toe")[1] > of(body, f"{side}_heel")[1] + 0.15
        assert body.rest.floor < of(body, f"{side}_heel")[2]
    assert of(body, "nose")[1] > of(body, "left_ear")[1] + 0.05


@pytest.mark.parametrize("body", BODIES, ids=lambda body: body.name)
def test_left_is_the_mirror_of_right(body: MeasuredBody) -> None:
    mirrored = body.rest.joints[BODY_23.mirror_order()] * [-1, 1, 1]
    assert mirrored == pytest.approx(body.rest.joints, abs=0.003)


def test_the_joints_of_the_rest_pose_come_back_from_forward_kinematics() -> None:
    rest = BODIES[0].rest
    identity = np.broadcast_to(np.eye(3), (1, len(SEGMENTS), 3, 3))
    assert joint_positions(rest, np.zeros((1, 3)), identity)[0] == pytest.approx(rest.joints, abs=1e-12)


def test_reading_bodies_needs_numpy_only() -> None:
    code = (
        "import sys; from handball.synthesis.bodies import load_bodies; load_bodies(); import handball.synthesis; "
        "sys.exit(' '.join({'torch', 'vtk', 'vtkmodules', 'anny', 'cv2', 'av'} & set(sys.modules)) or 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
