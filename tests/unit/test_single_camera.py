"""The benchmark of one camera: geometry, coverage and fit on data whose answer is known."""

import json

import attrs
import cv2
import numpy as np
import pytest

from builders import build_pose_2d, build_pose_3d
from handball.benchmarking.four_camera_recording import Seen
from handball.benchmarking.four_cameras import triangulated
from handball.benchmarking.single_camera import assessed
from handball.benchmarking.single_camera_fit import ANGLES, UNIT_M, angles_of, fit_pairs, fitted
from handball.benchmarking.single_camera_statistics import (
    AngleErrors,
    block_weights,
    bootstrapped,
    coverage,
    pair_weights,
    pairs_apart,
    standardized_differences,
    weighted_quantile,
)
from handball.domain.camera import Camera
from handball.errors import InvalidRigError
from handball.pose_estimation.picture_plane import with_picture_positions
from handball.pose_estimation.sequence import SIGMA_M
from handball.storage.qualisys import load_qualisys_cameras

TIMES = np.arange(120) / 60


def camera(name, turn, distance=4.0):
    """Look from `distance` metres at one metre above the origin, turned about the vertical."""
    sin, cos = np.sin(turn), np.cos(turn)
    return Camera(
        name=name,
        image_size=(961, 541),
        focal=(900.0, 900.0),
        principal=(480.0, 270.0),
        rotation=np.array([[cos, sin, 0.0], [0.0, 0.0, -1.0], [-sin, cos, 0.0]]),
        position=np.array([sin * distance, -cos * distance, 1.0]),
        distortion=(-0.05, 0.1, 0.001, 0.0005, 0.0),
    )


CAMERAS = tuple(camera(f"cam{k}", turn) for k, turn in enumerate((0.0, 1.3, 2.9, 4.4)))


def seen_by(one, points):
    turned, _ = cv2.Rodrigues(one.rotation)
    flat, _ = cv2.projectPoints(
        points.reshape(-1, 3), turned, -one.rotation @ one.position, one.matrix, np.array(one.distortion)
    )
    return flat.reshape(*points.shape[:-1], 2)


def noisy(rng, sigma, truth_sigma=None, bias=0.0):
    """Errors of four cameras with known spread; neighbours are independent."""
    shape = (4, 1, len(TIMES), 3)
    errors = rng.normal(size=shape) * (sigma if truth_sigma is None else truth_sigma) + bias
    return AngleErrors(
        cameras=("a", "b", "c", "d"), references=("truth",), angles=("x", "y", "z"), times=TIMES,
        errors=errors, sigma=np.full((4, len(TIMES), 3), sigma),
    )  # fmt: skip


def test_points_seen_by_four_cameras_are_found_again():
    points = np.random.default_rng(3).uniform((-0.6, -0.6, 0.2), (0.6, 0.6, 1.8), (50, 3))
    pixels = np.stack([seen_by(one, points) for one in CAMERAS])
    assert triangulated(CAMERAS, pixels, np.ones((4, 50))) == pytest.approx(points, abs=2e-5)


def test_a_camera_without_weight_does_no_harm():
    points = np.random.default_rng(4).uniform((-0.6, -0.6, 0.2), (0.6, 0.6, 1.8), (20, 3))
    pixels = np.stack([seen_by(one, points) for one in CAMERAS])
    pixels[2] += 300.0
    weights = np.ones((4, 20))
    assert np.abs(triangulated(CAMERAS, pixels, weights) - points).max() > 0.05
    weights[2] = 0.0
    assert triangulated(CAMERAS, pixels, weights) == pytest.approx(points, abs=2e-5)


def test_a_calibration_that_is_none_is_refused(tmp_path):
    path = tmp_path / "Calib.qca.txt"
    with pytest.raises(InvalidRigError, match="no Qualisys calibration"):
        load_qualisys_cameras(path)
    path.write_text("<calibration><cameras><camera serial='a'/></cameras></calibration>")
    with pytest.raises(InvalidRigError, match="without transform"):
        load_qualisys_cameras(path)


@pytest.mark.parametrize("bias", [0.0, 25.0])
def test_honest_error_bars_cover_two_thirds_of_the_differences_whatever_the_bias(bias):
    found = noisy(np.random.default_rng(5), 8.0, bias=bias)
    pairs = pairs_apart(found.times)
    draws = pair_weights(block_weights(found.times, 200, 1), pairs)
    z = standardized_differences(found, pairs)
    one, two = coverage(z, draws, 1.0), coverage(z, draws, 2.0)
    assert one.value == pytest.approx(0.683, abs=0.04)
    assert two.value == pytest.approx(0.954, abs=0.02)
    assert one.low < one.value < one.high


def test_error_bars_half_as_long_cover_less():
    found = noisy(np.random.default_rng(6), 8.0, truth_sigma=16.0)
    pairs = pairs_apart(found.times)
    z = standardized_differences(found, pairs)
    assert coverage(z, np.ones((3, len(pairs[0]))), 1.0).value == pytest.approx(0.383, abs=0.04)


def test_a_missing_angle_counts_neither_way():
    found = noisy(np.random.default_rng(7), 8.0)
    errors = found.errors.copy()
    errors[1, :, 10:80, 2] = np.nan
    pairs = pairs_apart(found.times)
    z = standardized_differences(attrs.evolve(found, errors=errors), pairs)
    assert coverage(z, np.ones((1, len(pairs[0]))), 1.0).value == pytest.approx(0.683, abs=0.04)


def test_pairs_lie_apart_and_blocks_stay_together():
    first, second = pairs_apart(TIMES)
    assert (TIMES[second] - TIMES[first] >= 0.5 - 1e-9).all()
    first, second = fit_pairs(TIMES)
    assert (TIMES[second] - TIMES[first] >= 0.5 - 1e-9).all()
    weights = block_weights(TIMES, 50, 2)
    assert (weights.reshape(50, 8, 15) == weights.reshape(50, 8, 15)[..., :1]).all()
    assert weights.sum(axis=1) == pytest.approx(120)


def test_the_interval_of_a_constant_is_a_point_and_a_weighted_median_ignores_what_weighs_nothing():
    share = bootstrapped(np.full(120, 3.0), block_weights(TIMES, 20, 3))
    assert (share.value, share.low, share.high) == pytest.approx((3.0, 3.0, 3.0))
    assert weighted_quantile(np.array([5.0, 1.0, 9.0]), np.array([1.0, 1.0, 0.0]), 0.9) == 5.0


@pytest.mark.parametrize(("across", "depth"), [(0.015, 0.03), (0.02, 0.02)])
def test_the_fit_finds_the_uncertainty_that_made_the_errors(across, depth):
    rng = np.random.default_rng(8)
    body = build_pose_3d(rate_hz=60.0)
    truth, _ = angles_of(body)
    shape = (4, *body.positions.shape)
    poses = [
        attrs.evolve(body, positions=body.positions + noise)
        for noise in rng.normal(size=shape) * np.array([across, depth, across])
    ]
    found = AngleErrors(
        cameras=("a", "b", "c", "d"), references=("truth",), angles=ANGLES, times=body.times,
        errors=np.stack([angles_of(pose)[0] - truth for pose in poses])[:, None],
        sigma=np.ones((4, *truth.shape)),
    )  # fmt: skip

    def spreads(exponent):
        doubt = 1.0 + exponent  # whoever doubts a clear sight is wrong here
        wide, deep = np.array([UNIT_M, 0.0, UNIT_M]), np.array([0.0, UNIT_M, 0.0])
        return tuple(
            np.stack([angles_of(attrs.evolve(pose, sigma=np.broadcast_to(axis * doubt, pose.positions.shape)))[1]
                      for pose in poses])
            for axis in (wide, deep)
        )  # fmt: skip

    fit = fitted(found, spreads)
    doubt = 1.0 + fit.exponent
    assert fit.across_m * doubt == pytest.approx(across, rel=0.2)
    assert fit.depth_m * doubt == pytest.approx(depth, rel=0.25)


@pytest.fixture(scope="module")
def recording():
    """A throw seen by four cameras without noise in the pictures, each with its own error in space."""
    rng = np.random.default_rng(9)
    body = build_pose_3d(rate_hz=60.0, origin="world")
    seen = []
    for one in CAMERAS:
        pixels = seen_by(one, body.positions)
        flat = build_pose_2d(body, positions=pixels)
        deep = attrs.evolve(body, positions=body.positions + rng.normal(0, 0.02, body.positions.shape))
        deep = attrs.evolve(deep, sigma=np.full(deep.positions.shape, 0.02))
        worse = attrs.evolve(deep, positions=body.positions + 2 * (deep.positions - body.positions))
        seen.append(Seen(flat=flat, deep=deep, guessed=worse, lifted=deep))
    return body, seen


def test_the_benchmark_finds_the_errors_that_were_made(recording):
    body, seen = recording
    result = assessed(CAMERAS, seen, body, repeats=20, seed=1)
    assert result.references_apart_deg < 0.5
    assert result.coverages[0].within_1.value == pytest.approx(0.683, abs=0.06)
    assert all(row.gain.low > 0 for row in result.gains)
    pooled = result.pooled("all", "own triangulation")
    assert pooled.difference_mean_abs_deg == pytest.approx(0.8 * pooled.difference_sigma_deg, rel=0.3)
    assert json.loads(result.to_json())["frames"] == len(body.times)
    assert "| Pose2Sim | all | right_elbow_angle |" in result.to_table()
    with pytest.raises(KeyError):
        result.pooled("nose", "Pose2Sim")


def test_moments_are_matched_by_their_times(recording):
    body, seen = recording
    late = body.rows(slice(5, None))
    result = assessed(CAMERAS, seen, late, repeats=5, seed=1)
    assert result.frames == len(body.times) - 5
    assert result.references_apart_deg < 0.5


def test_places_in_the_picture_replace_across_and_up_and_leave_the_depth():
    rng = np.random.default_rng(10)
    truth = build_pose_3d().positions
    guess = truth + rng.normal(0, 0.03, truth.shape)
    pixels = truth[..., [0, 2]] * np.array([250.0, -250.0]) + np.array([400.0, 300.0])
    found = with_picture_positions(guess, pixels, np.ones(guess.shape[:2]))
    hips = truth[:, 11:13].mean(axis=1, keepdims=True)
    assert np.array_equal(found[..., 1], guess[..., 1])
    assert np.abs(found - truth + hips)[..., [0, 2]].mean() < 0.25 * np.abs(guess - truth)[..., [0, 2]].mean()


def test_unseen_joints_and_frames_without_scale_stay_the_guess():
    guess = build_pose_3d().positions[:2]
    pixels = guess[..., [0, 2]] * np.array([250.0, -250.0])
    scores = np.ones(guess.shape[:2])
    scores[:, 7] = 0.0
    pixels[:, 7] += 90.0
    pixels[1] = 5.0
    found = with_picture_positions(guess, pixels, scores)
    assert found[:, 7] == pytest.approx(guess[:, 7])
    assert np.array_equal(found[1], guess[1])


def test_picture_and_mirror_image_give_mirrored_joints():
    body = build_pose_3d()
    rng = np.random.default_rng(11)
    guess = body.positions + rng.normal(0, 0.03, body.positions.shape)
    pixels = body.positions[..., [0, 2]] * np.array([250.0, -250.0])
    scores = rng.uniform(0.3, 1.0, guess.shape[:2])
    order = body.skeleton.mirror_order()
    flip = np.array([-1.0, 1.0, 1.0])
    turned = with_picture_positions(guess[:, order] * flip, pixels[:, order] * np.array([-1.0, 1.0]), scores[:, order])
    assert turned == pytest.approx(with_picture_positions(guess, pixels, scores)[:, order] * flip)


def test_the_uncertainty_in_use_is_what_the_kept_benchmark_measured(request):
    kept = json.loads((request.config.rootpath / "benchmarks" / "single_camera.json").read_text("utf-8"))
    fits, covered = kept["fits"], kept["coverages"][0]
    assert fits["across_m"]["low"] <= SIGMA_M[0] == SIGMA_M[2] <= fits["across_m"]["high"]
    assert fits["depth_m"]["low"] <= SIGMA_M[1] <= fits["depth_m"]["high"]
    assert 0.60 <= covered["within_1"]["value"] <= 0.76
    assert 0.91 <= covered["within_2"]["value"] <= 0.98
    assert all(row["gain"]["low"] > 0 for row in kept["gains"])
