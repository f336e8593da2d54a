"""Lifted joints and the pose net's errors are measured rightly where they are known."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.storage.poses import save_pose
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players
from handball.synthesis.truth import ClipTruth, clip_truth

pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.benchmarking.lifted_joints import LiftedClip, LiftedJoints, _rows, angle_rows, lifted_clip
from handball.benchmarking.pose_noise import PoseNoise, found_clips
from handball.kinematics.pose_errors import joint_error
from handball.training.lifter.noise_fit import fitted_noise


@pytest.fixture(scope="module")
def truth() -> ClipTruth:
    motion = perform(build_players()[0], "standing_shot", rate_hz=120.0, seed=1)
    camera = Camera.looking(
        position=(motion.joints[0, 0] + np.array([4.0, -5.0, 0.3])).tolist(),
        target=motion.joints[0, 11].tolist(),
        focal_px=900,
        image_size=(1280, 720),
    )
    frames = len(motion.times)
    return clip_truth(
        motion,
        [camera] * frames,
        visible=np.ones((frames, 17), bool),
        box_xyxy=np.zeros((frames, 4)),
        ball_circle=np.zeros((frames, 3)),
    )


def _poses(truth: ClipTruth) -> tuple[Pose2D, Pose3D]:
    """The truth as a pose net would give it: smaller, around the hips, in the axes of the camera."""
    frames = len(truth.times)
    seen = truth.camera.in_camera(truth.coco_m)[..., [0, 2, 1]] * np.array([1.0, 1.0, -1.0])
    deep, flat = np.full((frames, 23, 3), np.nan), np.full((frames, 23, 2), np.nan)
    deep[:, :17] = 0.8 * (seen - seen[:, 11:13].mean(axis=1, keepdims=True))
    flat[:, :17] = truth.coco_px
    scores = np.where(np.isnan(flat[..., 0]), 0.0, 0.9)
    common = {"skeleton": BODY_23, "frames": np.arange(frames), "times": truth.times, "scores": scores}
    sigma = np.where(np.isnan(deep), np.nan, 0.04)
    return (
        Pose2D(positions=flat, sigma=np.where(np.isnan(flat), np.nan, 2.0), image_size=(1280, 720), **common),
        Pose3D(positions=deep, sigma=sigma, origin="pelvis", **common),
    )


def test_a_lifted_truth_has_no_error_whatever_its_size(truth: ClipTruth) -> None:
    _, deep = _poses(truth)
    clip = lifted_clip(deep, truth)
    assert joint_error(clip.found, clip.true) < 1e-6
    assert np.nanmedian(clip.sigma) == pytest.approx(0.05)
    off = lifted_clip(attrs.evolve(deep, positions=deep.positions * np.array([1.0, -1.0, 1.0])), truth)
    assert joint_error(off.found, off.true) > 0.1


def test_shares_within_sigma_are_those_of_the_errors(truth: ClipTruth) -> None:
    clip = lifted_clip(_poses(truth)[1], truth)
    noise = np.random.default_rng(3).normal(size=clip.found.shape) * clip.sigma
    clips = (LiftedClip(times=clip.times, found=clip.true + noise, sigma=clip.sigma, true=clip.true),) * 5
    rows = {row.name: row for row in _rows(clips)}
    assert rows["all"].within_1.value == pytest.approx(0.683, abs=0.06)
    assert rows["all"].within_2.value == pytest.approx(0.954, abs=0.04)
    assert "hip" not in rows
    table = LiftedJoints(
        source="a set",
        net="n",
        clips=5,
        error=0.1,
        aligned_error=0.05,
        scaled_error=0.09,
        speed_error=1.0,
        joints=tuple(rows.values()),
    ).to_table()
    assert "MPJPE 100.0 mm, PA-MPJPE 50.0 mm" in table
    assert "| wrist |" in table


def test_angles_are_held_against_those_of_the_pose_net(truth: ClipTruth) -> None:
    exact = lifted_clip(_poses(truth)[1], truth)
    rng = np.random.default_rng(4)
    small, large = (
        [
            LiftedClip(
                times=exact.times,
                found=exact.true + rng.normal(0, noise, exact.true.shape),
                sigma=exact.sigma,
                true=exact.true,
            )
            for _ in range(3)
        ]
        for noise in (0.005, 0.01)
    )
    rows = {row.name: row for row in angle_rows(small, large)}
    assert set(rows) == {"all", "elbow_angle", "shoulder_elevation", "hip_angle", "knee_angle"}
    assert rows["all"].less == pytest.approx(0.5, abs=0.08)
    assert rows["all"].low < rows["all"].less < rows["all"].high
    assert next(angle_rows([exact], small[:1])).error_deg < 1e-6


def test_a_clip_of_120_pictures_becomes_two_of_60_with_the_errors_it_had(truth: ClipTruth, tmp_path: Path) -> None:
    flat, deep = _poses(truth)
    moved = flat.positions.copy()
    moved[:, 9] += 10.0
    moved[:5, 9] = np.nan
    save_pose(deep, tmp_path / "clip.npz", picture=attrs.evolve(flat, positions=moved))
    clips = list(found_clips(tmp_path / "clip.npz", truth, {"rate_hz": 120.0}))
    assert len(clips) == 2
    assert sum(len(clip.found) for clip in clips) == len(truth.times)
    away = np.concatenate([clip.found - clip.true for clip in clips])
    assert np.nanmax(np.abs(away[:, :9])) < 1e-9
    shoulders, hips = (truth.coco_px[:, pair].mean(axis=1) for pair in ([5, 6], [11, 12]))
    torso = np.median(np.linalg.norm(shoulders - hips, axis=1))
    assert np.nanmedian(away[:, 9]) * torso == pytest.approx(10.0)
    noise = fitted_noise(clips)
    assert noise.missing == pytest.approx(5 / (17 * len(truth.times)), rel=0.01)
    assert np.mean(noise.depth_slopes) == pytest.approx(1.0, abs=0.01)
    told = PoseNoise(source="a set", clips=2, frames=len(truth.times), noise=noise)
    assert "missing = " in told.to_toml("handball bench pose-noise set")
    assert "| joint left_wrist |" in told.to_table()
