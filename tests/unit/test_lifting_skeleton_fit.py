"""A skeleton fitted over a clip: what it finds again, what it keeps, and what it leaves missing."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.benchmarking.analytic_throw import ThrowStyle, analytic_throw
from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.lifting.block_tridiagonal import factored
from handball.lifting.placement import assumed_camera, placed
from handball.lifting.skeleton_fit import FitStrengths, View, fit_skeleton

SIZE = (1280, 720)
EYES = ((6.0, -5.0, 1.5), (-4.0, -7.0, 1.4))
CAMERAS = tuple(
    Camera.looking(position=eye, target=(0, 0, 1), focal_px=1000, image_size=SIZE, name=f"cam{number}")
    for number, eye in enumerate(EYES)
)
FOREARM = BODY_23.indices(("right_elbow", "right_wrist"))
WRIST, TOE = BODY_23.indices(("right_wrist", "left_big_toe"))
STIFF = FitStrengths(acceleration=1000.0, rest_speed=0.0)
"""Next to no smoothing: noise-free joints must come back exactly."""


@pytest.fixture(scope="module")
def body() -> Pose3D:
    whole = analytic_throw(ThrowStyle(rate_hz=60.0)).body
    return whole.rows(slice(26, 74))


def _seen(body: Pose3D, camera: Camera, noise_px: float = 0.0) -> View:
    pixels = camera.project(body.positions)
    pixels = pixels + np.random.default_rng(5).normal(0, noise_px, pixels.shape) * (noise_px > 0)
    picture = Pose2D(
        skeleton=body.skeleton,
        frames=body.frames,
        times=body.times,
        positions=pixels,
        scores=body.scores,
        sigma=np.full(pixels.shape, max(noise_px, 1.0)),
        image_size=camera.image_size,
    )
    return View(picture=picture, camera=camera)


def _disturbed(body: Pose3D, size: float = 0.03) -> Pose3D:
    noise = np.random.default_rng(6).normal(0, size, body.positions.shape)
    return attrs.evolve(body, positions=body.positions + noise)


def _apart_mm(found: Pose3D, body: Pose3D) -> np.ndarray:
    return 1000 * np.linalg.norm(found.positions - body.positions, axis=-1)


def test_noise_free_joints_come_back_from_a_disturbed_start(body: Pose3D) -> None:
    found = fit_skeleton(_disturbed(body), [_seen(body, camera) for camera in CAMERAS], strengths=STIFF)

    # the start's lengths hold a little: noise makes the shortest bones, those of the head, longer
    assert np.median(_apart_mm(found, body)) < 0.5
    assert np.max(_apart_mm(found, body)) < 3.0


def test_one_camera_with_the_true_depth_as_its_prior_finds_the_body_again(body: Pose3D) -> None:
    prior = attrs.evolve(body, sigma=np.full(body.sigma.shape, 0.02))
    found = fit_skeleton(_disturbed(body), [_seen(body, CAMERAS[0])], priors=[prior], strengths=STIFF)

    # the depth of the whole body is seen in its size alone
    assert np.max(_apart_mm(found, body)) < 10.0


def test_bones_come_out_steadier_than_they_went_in(body: Pose3D) -> None:
    start = _disturbed(body)
    found = fit_skeleton(start, [_seen(body, camera, 2.0) for camera in CAMERAS])

    spread = [np.std(np.linalg.norm(np.diff(one.positions[:, FOREARM], axis=1), axis=-1)) for one in (start, found)]
    assert spread[1] < 0.005 < spread[0]


def test_noise_is_smaller_after_the_fit_and_lies_within_its_error_bars(body: Pose3D) -> None:
    views = [_seen(body, camera, 3.0) for camera in CAMERAS]
    found = fit_skeleton(_disturbed(body), views, strengths=FitStrengths(sigma_factor=1.0))
    free = fit_skeleton(_disturbed(body), views, strengths=STIFF)

    assert np.sqrt(np.mean(_apart_mm(found, body) ** 2)) < 0.8 * np.sqrt(np.mean(_apart_mm(free, body) ** 2))
    off = np.abs(found.positions - body.positions) / found.sigma
    assert 0.55 < np.mean(off < 1) < 0.85
    assert np.mean(off < 2) > 0.88


def test_a_joint_that_one_camera_takes_for_another_does_not_pull_the_wrist_away(body: Pose3D) -> None:
    views = [_seen(body, camera, 1.0) for camera in CAMERAS]
    wrong = views[1].picture.positions.copy()
    wrong[20:23, WRIST] += (150.0, -90.0)
    spoilt = [views[0], attrs.evolve(views[1], picture=attrs.evolve(views[1].picture, positions=wrong))]
    found = fit_skeleton(_disturbed(body), spoilt)

    assert np.max(_apart_mm(found, body)[20:23, WRIST]) < 60.0


def test_a_foot_that_rests_stays_where_it_is() -> None:
    standing = analytic_throw(ThrowStyle(rate_hz=60.0)).body.rows(slice(0, 10))
    views = [_seen(standing, camera, 3.0) for camera in CAMERAS]
    start = _disturbed(standing, 0.0)
    resting = fit_skeleton(start, views, floor=float(standing.positions[0, TOE, 2]))
    free = fit_skeleton(start, views, strengths=FitStrengths(rest_speed=0.0))

    slip = [np.ptp(one.positions[:, TOE], axis=0).max() for one in (resting, free)]
    assert slip[0] < 0.006
    assert slip[0] < slip[1] / 1.5
    assert np.allclose(resting.positions[:, TOE, 2], standing.positions[0, TOE, 2], atol=0.004)


def test_part_of_a_clip_comes_out_like_the_whole(body: Pose3D) -> None:
    views, start = [_seen(body, camera, 2.0) for camera in CAMERAS], _disturbed(body)
    whole = fit_skeleton(start, views)
    rows = slice(8, 40)
    parts = [attrs.evolve(view, picture=view.picture.rows(rows)) for view in views]
    part = fit_skeleton(start.rows(rows), parts)

    assert np.max(_apart_mm(part, whole.rows(rows))[10:-10]) < 6.0


def test_missing_joints_stay_missing_and_short_gaps_are_filled(body: Pose3D) -> None:
    views, start = [_seen(body, camera) for camera in CAMERAS], body.positions.copy()
    pictures = [view.picture.positions.copy() for view in views]
    toe, wrist = BODY_23.indices(("right_big_toe", "left_wrist"))
    for positions in (start, *pictures):
        positions[:, toe] = np.nan
        positions[20:24, wrist] = np.nan
        positions[34:46, wrist] = np.nan
    blind = [
        attrs.evolve(view, picture=attrs.evolve(view.picture, positions=pixels))
        for view, pixels in zip(views, pictures, strict=True)
    ]
    found = fit_skeleton(attrs.evolve(body, positions=start), blind)

    missing = np.isnan(found.positions[..., 0])
    assert missing[:, toe].all()
    assert missing[34:46, wrist].all()
    assert not missing[20:24, wrist].any()
    assert missing.sum() == len(body.times) + 12
    assert found.sigma[22, wrist].max() > 2 * found.sigma[15, wrist].max()


def test_a_joint_that_one_of_two_cameras_sees_is_found(body: Pose3D) -> None:
    views, start = [_seen(body, camera) for camera in CAMERAS], body.positions.copy()
    pixels = views[1].picture.positions.copy()
    pixels[20:40, WRIST] = start[20:40, WRIST] = np.nan
    one = attrs.evolve(views[1], picture=attrs.evolve(views[1].picture, positions=pixels))
    found = fit_skeleton(attrs.evolve(body, positions=start), [views[0], one])

    assert not np.isnan(found.positions[20:40, WRIST]).any()
    # on the ray of the camera that sees it, whatever the depth
    off = np.linalg.norm(CAMERAS[0].project(found.positions) - views[0].picture.positions, axis=-1)
    assert np.max(off[20:40, WRIST]) < 6.0


def test_a_knee_that_bends_the_wrong_way_is_bent_back(body: Pose3D) -> None:
    leg = BODY_23.indices(("right_hip", "right_knee", "right_ankle", "right_heel", "right_big_toe"))
    hip, knee, ankle, heel, toe = (body.positions[:, joint] for joint in leg)
    forward = (toe - heel) / np.linalg.norm(toe - heel, axis=1)[:, None]
    ahead = ((knee - (hip + ankle) / 2) * forward).sum(axis=1)
    positions = body.positions.copy()
    positions[:, leg[1]] -= (ahead + 0.08)[:, None] * forward
    bent = attrs.evolve(body, positions=positions, sigma=np.full(body.sigma.shape, 0.05))
    found = fit_skeleton(bent, [], priors=[bent], strengths=FitStrengths(prior_sigma=3.0))

    joints = found.positions[:, leg]
    after = ((joints[:, 1] - (joints[:, 0] + joints[:, 2]) / 2) * forward).sum(axis=1)
    assert np.median(after) > -0.04


def test_views_of_other_rows_are_refused(body: Pose3D) -> None:
    view = _seen(body, CAMERAS[0])
    with pytest.raises(ValueError, match="times of a view or prior must have shape"):
        fit_skeleton(body.rows(slice(5, None)), [view])


def test_a_body_is_placed_where_an_assumed_camera_sees_it(body: Pose3D) -> None:
    camera = assumed_camera(SIZE)
    before = attrs.evolve(body, positions=body.positions + np.array([0.4, 6.0, -1.2]))
    picture = _seen(before, camera).picture
    around = body.positions - body.middle("left_hip", "right_hip")[:, None]
    found = placed(attrs.evolve(body, positions=around), picture, camera)

    assert np.allclose(found.positions, before.positions, atol=1e-6)


def test_block_factors_solve_and_invert_like_a_dense_matrix() -> None:
    rng = np.random.default_rng(1)
    dense = np.zeros((12, 12))
    for block in range(3):
        part = rng.normal(size=(8, 8))
        rows = slice(4 * block, min(4 * block + 8, 12))
        dense[rows, rows] += (part @ part.T)[: rows.stop - rows.start, : rows.stop - rows.start]
    dense += np.eye(12)
    diagonal = np.stack([dense[4 * k : 4 * k + 4, 4 * k : 4 * k + 4] for k in range(3)])
    coupling = np.stack([dense[4 * k : 4 * k + 4, 4 * k + 4 : 4 * k + 8] for k in range(2)])
    factors = factored(diagonal, coupling)
    right = rng.normal(size=(12, 2))

    assert np.allclose(factors.solved(right.reshape(3, 4, 2)).reshape(12, 2), np.linalg.solve(dense, right))
    inverse = np.linalg.inv(dense)
    for k, block in enumerate(factors.inverse_diagonal()):
        assert np.allclose(block, inverse[4 * k : 4 * k + 4, 4 * k : 4 * k + 4])
