"""The lifting net: no change with place, size, rate or length of a clip; what is missing stays so."""

from __future__ import annotations

from pathlib import Path

import attrs
import numpy as np
import pytest

from handball.config import ClipSettings, Settings
from handball.domain.performance import Landmarks
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.errors import ModelError
from handball.inference.onnx_session import OnnxSession
from handball.inference.shipped import Shipped, shipped_card, shipped_path, verify_shipped
from handball.kinematics.angles import measure_angles
from handball.kinematics.vectors import wrapped_deg
from handball.lifting.error_bars import OTHER_SIDE, error_bars_of
from handball.lifting.features import JOINTS, picture_features
from handball.lifting.landmarks import LandmarkLifter
from handball.lifting.temporal import TemporalLifter
from handball.pipeline.analysis import analyze_landmarks
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

_FOCAL, _AWAY = 1000.0, 5.0


@pytest.fixture(scope="module")
def lifter() -> TemporalLifter:
    return TemporalLifter(OnnxSession(shipped_path("lifter")))


def seen(rate_hz: float, azimuth_deg: float = 90.0, player: int = 0) -> tuple[Pose2D, Pose3D, Pose3D]:
    """A standing shot, seen from a level camera; the pose net's guess of the depth is nothing."""
    motion = perform(build_players()[player], "standing_shot", rate_hz=rate_hz, seed=3)
    turn = np.radians(azimuth_deg)
    joints = motion.joints - motion.root[:1] * np.array([1.0, 1.0, 0.0]) - np.array([0.0, 0.0, 1.2])
    across = joints @ np.array([np.cos(turn), np.sin(turn), 0.0])
    away = joints @ np.array([-np.sin(turn), np.cos(turn), 0.0])
    true = np.stack([across, away, joints[..., 2]], axis=-1)
    depth = _AWAY + true[..., 1]
    pixels = np.stack([960 + _FOCAL * true[..., 0] / depth, 540 - _FOCAL * true[..., 2] / depth], axis=-1)
    shape = true.shape[:2]
    flat = Pose2D(
        skeleton=BODY_23,
        frames=np.arange(shape[0]),
        times=motion.times,
        positions=pixels,
        scores=np.ones(shape),
        sigma=np.ones((*shape, 2)),
        image_size=(1920, 1080),
    )
    centered = true - (true[:, [11]] + true[:, [12]]) / 2
    body = Pose3D(
        skeleton=BODY_23,
        frames=np.arange(shape[0]),
        times=motion.times,
        positions=centered,
        scores=np.ones(shape),
        sigma=np.full((*shape, 3), 0.02),
        origin="pelvis",
    )
    return flat, attrs.evolve(body, positions=centered * np.array([1.0, 0.0, 1.0])), body


def test_input_knows_neither_place_nor_size() -> None:
    flat, _, _ = seen(60.0)
    up = flat.positions * np.array([1.0, -1.0])
    depths = np.zeros(up.shape[:2])
    first = picture_features(up, flat.scores, depths)
    second = picture_features(3.0 * up + np.array([55.0, -7.0]), flat.scores, depths)
    np.testing.assert_allclose(first, second, atol=1e-5)
    assert first.std(axis=0)[: 2 * JOINTS].max() > 0.2


def test_missing_joint_is_zero_without_score() -> None:
    flat, _, _ = seen(60.0)
    up = flat.positions * np.array([1.0, -1.0])
    up[5, 10] = np.nan
    row = picture_features(up, flat.scores, np.ones(up.shape[:2]))[5]
    assert row[20] == row[21] == row[2 * JOINTS + 10] == row[3 * JOINTS + 10] == 0
    assert np.isfinite(row).all()


def test_lifts_better_than_no_depth(lifter: TemporalLifter) -> None:
    flat, guess, true = seen(60.0)
    lifted = lifter(flat, guess)
    torso = np.linalg.norm(true.middle("left_shoulder", "right_shoulder"), axis=1).mean()
    off = np.linalg.norm(lifted.positions - true.positions, axis=-1).mean() / torso
    without = np.linalg.norm(guess.positions - true.positions, axis=-1).mean() / torso
    assert off < 0.6 * without


@pytest.mark.parametrize("azimuth", [0.0, 90.0, 200.0, 300.0])
def test_left_arm_stays_the_left_arm(lifter: TemporalLifter, azimuth: float) -> None:
    flat, guess, true = seen(60.0, azimuth)
    lifted = lifter(flat, guess)
    line = lifted.joint("right_shoulder") - lifted.joint("left_shoulder")
    wanted = true.joint("right_shoulder") - true.joint("left_shoulder")
    assert (
        np.median(np.sum(line * wanted, axis=1) / np.linalg.norm(line, axis=1) / np.linalg.norm(wanted, axis=1)) > 0.8
    )


def test_mirror_image_lifts_to_the_mirror_image(lifter: TemporalLifter) -> None:
    flat, guess, _ = seen(60.0)
    lifted = lifter(flat, guess)
    mirrored = lifter(flat.mirrored(), guess.mirrored()).mirrored()
    np.testing.assert_allclose(lifted.positions, mirrored.positions, atol=1e-4)


def test_frame_rate_changes_little(lifter: TemporalLifter) -> None:
    slow, fast = seen(60.0), seen(120.0)
    at_60, at_120 = lifter(*slow[:2]), lifter(*fast[:2])
    common = at_120.positions[::2][: len(at_60.times)]
    np.testing.assert_allclose(at_60.positions[: len(common)], common, atol=0.02)


def test_clip_length_changes_nothing_inside(lifter: TemporalLifter) -> None:
    flat, guess, _ = seen(60.0)
    whole = lifter(flat, guess)
    unit = np.linalg.norm(flat.middle("left_shoulder", "right_shoulder") - flat.middle("left_hip", "right_hip"), axis=1)
    cut = lifter(flat.rows(slice(10, 110)), guess.rows(slice(10, 110)))
    inside = slice(40, 80)
    # torso lengths of the clip scale the input: these differ a little between the parts of a clip
    assert abs(np.median(unit[10:110]) / np.median(unit) - 1) < 0.05
    np.testing.assert_allclose(whole.positions[inside], cut.positions[30:70], atol=0.03)


def test_missing_joints_stay_missing_and_errors_have_bars(lifter: TemporalLifter) -> None:
    flat, guess, true = seen(60.0)
    holes = guess.positions.copy()
    holes[7, 9] = np.nan
    lifted = lifter(flat, attrs.evolve(guess, positions=holes))
    assert np.isnan(lifted.positions[7, 9]).all()
    off = np.abs(lifted.positions - true.positions)
    inside = (off < 2 * lifted.sigma)[np.isfinite(off)].mean()
    assert 0.6 < inside <= 1.0
    assert lifted.sigma[..., 1].mean() > lifted.sigma[..., 0].mean()


def test_hips_that_are_hidden_for_a_moment_do_not_hinder(lifter: TemporalLifter) -> None:
    flat, guess, _ = seen(60.0)
    whole = lifter(flat, guess)
    holes = guess.positions.copy()
    holes[20, 11] = np.nan
    places = flat.positions.copy()
    places[20, 11] = np.nan
    lifted = lifter(attrs.evolve(flat, positions=places), attrs.evolve(guess, positions=holes))
    assert np.isfinite(lifted.positions[20, 12]).all()
    np.testing.assert_allclose(lifted.positions[40:], whole.positions[40:], atol=0.03)


def test_slow_clips_keep_the_guess(lifter: TemporalLifter) -> None:
    flat, guess, _ = seen(30.0)
    assert lifter(flat, guess) == guess


def test_elbow_is_measured_through_the_lifter(lifter: TemporalLifter) -> None:
    flat, guess, true = seen(60.0)
    wanted = measure_angles(true).curve("right_elbow_angle")
    off = [
        np.median(np.abs(wrapped_deg(measure_angles(body).curve("right_elbow_angle") - wanted)))
        for body in (lifter(flat, guess), guess)
    ]
    assert off[0] < off[1]


def test_damaged_net_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    path.write_bytes(b"no net")
    with pytest.raises(ModelError, match=r"net\.onnx"):
        OnnxSession(path)


@pytest.mark.parametrize(
    ("name", "measured", "data"),
    [("lifter", "validation_torso_lengths", "no recordings"), ("ball_finder", "measured", "synthetic")],
)
def test_net_is_the_one_of_its_card(name: Shipped, measured: str, data: str) -> None:
    card = shipped_card(name)
    verify_shipped(name)
    assert card["name"] == name
    assert card["bytes"] == shipped_path(name).stat().st_size < 5_000_000
    assert {"data", "command", "license", "commit", measured} <= set(card)
    assert data in card["data"]


@pytest.mark.parametrize(("turn_deg", "times"), [(0.0, 1.0), (180.0, OTHER_SIDE)])
def test_error_bars_are_longer_from_the_side_of_the_other_arm(turn_deg: float, times: float) -> None:
    flat, _, true = seen(120.0, turn_deg)
    landmarks = Landmarks(flat=flat, deep=true)
    found = analyze_landmarks(landmarks, ClipSettings(hand="right"), Settings(), Path("clip"), LandmarkLifter())
    for name, factor in error_bars_of("temporal").factors:
        assert found.error_bars.factor(name) == pytest.approx(times * factor)
