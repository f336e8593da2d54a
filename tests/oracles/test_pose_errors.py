"""Pose errors against plain loops and SciPy."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.spatial import procrustes
from scipy.spatial.transform import Rotation

from handball.kinematics.pose_errors import (
    aligned,
    aligned_joint_error,
    joint_error,
    mean_over_groups,
    scaled_joint_error,
    speed_error,
    step_error,
)

_RNG = np.random.default_rng(8)
TRUE = _RNG.normal(size=(6, 17, 3))
FOUND = TRUE + _RNG.normal(0, 0.2, TRUE.shape)


def _similar(poses: np.ndarray) -> np.ndarray:
    turns = Rotation.random(len(poses), random_state=3).as_matrix()
    return 1.7 * poses @ turns + np.array([3.0, -2.0, 5.0])


def test_joint_error_is_the_mean_of_distances() -> None:
    away = [
        sum((FOUND[frame, joint, axis] - TRUE[frame, joint, axis]) ** 2 for axis in range(3)) ** 0.5
        for frame in range(6)
        for joint in range(17)
    ]
    assert joint_error(FOUND, TRUE) == pytest.approx(sum(away) / len(away))


def test_alignment_is_that_of_scipy() -> None:
    for found, true in zip(FOUND, TRUE, strict=True):
        mine = aligned(found, true)
        _, _, disparity = procrustes(true, found)
        centered = true - true.mean(axis=0)
        assert ((mine - true) ** 2).sum() / (centered**2).sum() == pytest.approx(disparity)


def test_a_moved_turned_and_scaled_copy_has_no_aligned_error_and_a_mirrored_one_has() -> None:
    assert aligned_joint_error(_similar(TRUE), TRUE) == pytest.approx(0, abs=1e-9)
    assert aligned_joint_error(_similar(TRUE * np.array([-1.0, 1.0, 1.0])), TRUE) > 0.1


def test_scale_alone_is_forgiven_by_the_scaled_error() -> None:
    scales = np.linspace(0.5, 2, 6)[:, None, None]
    assert scaled_joint_error(scales * TRUE, TRUE) == pytest.approx(0, abs=1e-12)
    assert scaled_joint_error(_similar(TRUE), TRUE) > 0.1
    naive = []
    for found, true in zip(FOUND, TRUE, strict=True):
        factors = np.linspace(0.5, 1.5, 2001)
        best = factors[np.argmin([((factor * found - true) ** 2).sum() for factor in factors])]
        naive.append(np.linalg.norm(best * found - true, axis=1).mean())
    assert scaled_joint_error(FOUND, TRUE) == pytest.approx(np.mean(naive), rel=1e-3)


def test_speeds_are_compared_step_by_step_and_by_the_second() -> None:
    naive = [np.linalg.norm((FOUND[t + 1] - FOUND[t]) - (TRUE[t + 1] - TRUE[t]), axis=1) for t in range(5)]
    assert step_error(FOUND, TRUE) == pytest.approx(np.mean(naive))
    assert step_error(TRUE + 4, TRUE) == pytest.approx(0, abs=1e-12)
    assert speed_error(FOUND, TRUE, np.arange(6) / 50) == pytest.approx(50 * np.mean(naive))


def test_missing_joints_count_in_no_error() -> None:
    gaps = FOUND.copy()
    gaps[:, 4] = np.nan
    rest = np.delete(FOUND, 4, axis=1), np.delete(TRUE, 4, axis=1)
    for error in (joint_error, scaled_joint_error, aligned_joint_error, step_error):
        assert error(gaps, TRUE) == pytest.approx(error(*rest))
        assert error(TRUE, gaps) == pytest.approx(error(rest[1], rest[0]))
    assert np.isnan(joint_error(np.full_like(TRUE, np.nan), TRUE))
    assert np.isnan(aligned_joint_error(np.where(np.arange(17)[:, None] < 2, TRUE, np.nan), TRUE))


def test_the_score_is_the_mean_of_the_means_of_groups() -> None:
    assert mean_over_groups(np.array([1.0, 2.0, np.nan, 9.0]), ("a", "a", "a", "b")) == pytest.approx(5.25)
