"""What a fitted joint's uncertainty becomes by what its cameras saw."""

from __future__ import annotations

from functools import cache

import attrs
import numpy as np
import pytest

from handball.benchmarking.synthetic_throws import roster
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23
from handball.lifting.fit_trust import with_trust
from handball.lifting.skeleton_fit import View
from handball.synthesis.performing import perform
from projecting import camera_around, landmarks_of

WRIST = BODY_23.index("right_wrist")
KNEE = BODY_23.index("left_knee")


@cache
def views() -> tuple[View, ...]:
    motion = perform(roster(3)[0], "standing_shot", rate_hz=60.0, seed=3)
    cameras = [camera_around(motion, angle) for angle in (-45.0, -135.0)]
    return tuple(View(picture=landmarks_of(motion, camera, noise_px=0.0).flat, camera=camera) for camera in cameras)


@cache
def fitted() -> Pose3D:
    body = perform(roster(3)[0], "standing_shot", rate_hz=60.0, seed=3).body()
    return attrs.evolve(body, sigma=np.full(body.positions.shape, 0.02), scores=np.ones(body.scores.shape))


def size(pose: Pose3D, joint: int) -> float:
    return float(np.nanmedian(np.linalg.norm(pose.sigma[:, joint], axis=1)))


def changed(number: int, *, score: float = 1.0, shift_sd: float = 0.0) -> tuple[View, ...]:
    """Let one camera see the right wrist and the left knee less surely, or beside their places."""
    picture = views()[number].picture
    scores, places = picture.scores.copy(), picture.positions.copy()
    for joint in (WRIST, KNEE):
        scores[:, joint] = score
        places[:, joint, 0] += shift_sd * picture.sigma[:, joint, 0]
    one = attrs.evolve(views()[number], picture=attrs.evolve(picture, scores=scores, positions=places))
    return tuple(one if k == number else view for k, view in enumerate(views()))


def test_joints_that_both_cameras_see_are_surer_than_the_fit_says_of_hidden_ones() -> None:
    sure, hidden = with_trust(fitted(), views()), with_trust(fitted(), changed(1, score=0.0))
    assert size(hidden, WRIST) == pytest.approx(size(sure, WRIST) * np.exp(1.59 / 2), rel=0.05)
    assert size(hidden, KNEE) == pytest.approx(size(sure, KNEE), rel=0.05)


@pytest.mark.parametrize("joint", [WRIST, KNEE])
def test_a_camera_that_contradicts_makes_a_joint_unsure_up_to_a_limit(joint: int) -> None:
    sizes = [size(with_trust(fitted(), changed(0, shift_sd=shift)), joint) for shift in (0.0, 2.0, 5.0, 20.0, 200.0)]
    assert sizes[0] < sizes[1] < sizes[2] <= sizes[3] == sizes[4]


def test_a_hidden_joint_that_the_fit_knows_keeps_a_score_and_a_lost_one_does_not() -> None:
    known = with_trust(fitted(), changed(0, score=0.0))
    lost = with_trust(attrs.evolve(fitted(), sigma=10 * fitted().sigma), changed(0, score=0.0, shift_sd=9.0))
    assert np.median(known.scores[:, WRIST]) > 0.4
    assert np.median(lost.scores[:, WRIST]) < 0.1
    assert np.array_equal(known.positions, fitted().positions)


def test_missing_joints_stay_as_they_are() -> None:
    positions = fitted().positions.copy()
    positions[5:9, WRIST] = np.nan
    holes = attrs.evolve(fitted(), positions=positions, scores=np.where(np.isnan(positions[..., 0]), 0.0, 1.0))
    found = with_trust(holes, views())
    np.testing.assert_array_equal(found.sigma[5:9, WRIST], holes.sigma[5:9, WRIST])
    assert (found.scores[5:9, WRIST] == 0).all()
