"""Triangulation: exact without noise, as uncertain as the geometry says with it, and not misled by one camera."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.stereo.triangulation import triangulate

PAPER_FOCAL_PX = 6.0e-3 / 7.4e-6
RNG = np.random.default_rng(4)


def _eye(x: float, y: float = 0.0, *, bent: bool = False) -> Camera:
    eye = Camera.looking(position=(x, y, 1.5), target=(0, 5, 1), focal_px=900, image_size=(1280, 720), name=f"eye{x}")
    return attrs.evolve(eye, distortion=(-0.12, 0.03, 1e-3, -5e-4, 0.01)) if bent else eye


FOUR = tuple(_eye(x, y, bent=True) for x, y in ((-3.0, 0.0), (-1.0, -0.5), (1.2, 0.3), (3.0, 1.0)))
POINTS = np.column_stack([RNG.uniform(-1, 1, 50), RNG.uniform(4, 6, 50), RNG.uniform(0, 2.2, 50)])


def _pixels(cameras: tuple[Camera, ...], points: np.ndarray = POINTS) -> np.ndarray:
    return np.stack([camera.project(points) for camera in cameras])


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_round_trip_without_noise_is_exact(count: int) -> None:
    cameras = FOUR[:count]
    found = triangulate(cameras, _pixels(cameras), np.ones((count, 50)))
    assert np.abs(found.positions - POINTS).max() < 1e-6
    assert np.nanmax(found.residuals) < 1e-6


@pytest.mark.parametrize("distance", [5.0, 13.0, 23.0])
def test_depth_is_as_uncertain_as_the_formula_of_the_rig_says(distance: float) -> None:
    baseline, sigma_d = 1.0, 0.5
    cameras = tuple(
        Camera.looking(
            position=(x, 0, 1.5), target=(x, 5, 1.5), focal_px=PAPER_FOCAL_PX, image_size=(640, 480), name=f"{x}"
        )
        for x in (-baseline / 2, baseline / 2)
    )
    points = np.tile([0.0, distance, 1.0], (4000, 1))
    noise = sigma_d / np.sqrt(2)  # of each picture, for a disparity of sigma_d
    pixels = _pixels(cameras, points) + np.random.default_rng(1).normal(0, noise, (2, 4000, 2))
    found = triangulate(cameras, pixels, np.full((2, 4000), noise))
    formula = distance**2 * sigma_d / (PAPER_FOCAL_PX * baseline)
    assert np.std(found.positions[:, 1]) == pytest.approx(formula, rel=0.2)
    assert np.mean(found.sigma[:, 1]) == pytest.approx(formula, rel=0.2)


def test_one_camera_of_four_that_sees_something_else_hardly_moves_a_point() -> None:
    pixels = _pixels(FOUR)
    pixels[2] += [120.0, -80.0]
    robust = triangulate(FOUR, pixels, np.ones((4, 50)))
    assert np.linalg.norm(robust.positions - POINTS, axis=1).max() < 0.02
    assert (robust.residuals.argmax(axis=0) == 2).all()
    clean = triangulate(FOUR, _pixels(FOUR), np.ones((4, 50)))
    assert (robust.sigma > 5 * clean.sigma).all()  # they contradict each other, and the error bars say so


def test_what_only_one_camera_sees_is_missing() -> None:
    pixels = _pixels(FOUR)
    pixels[1:, 7] = np.nan
    pixels[2:, 8] = np.nan
    found = triangulate(FOUR, pixels, np.ones((4, 50)))
    assert np.isnan(found.positions[7]).all()
    assert np.isnan(found.sigma[7]).all()
    assert found.positions[8] == pytest.approx(POINTS[8], abs=1e-6)


def test_two_cameras_beside_each_other_tell_no_distance() -> None:
    near = (_eye(0.0), attrs.evolve(_eye(0.0), name="other", position=np.array([0.02, 0.0, 1.5])))
    found = triangulate(near, _pixels(near), np.ones((2, 50)))
    assert np.isnan(found.positions).all()


def test_a_point_behind_a_camera_is_none() -> None:
    cameras = (_eye(-3.0), _eye(3.0))
    behind = np.array([[0.3, -4.0, 1.2]])
    slopes = [camera.in_camera(behind) for camera in cameras]
    pixels = np.stack(
        [
            axes[:, :2] / axes[:, 2:] * camera.focal + camera.principal
            for camera, axes in zip(cameras, slopes, strict=True)
        ]
    )
    assert np.isnan(triangulate(cameras, pixels, np.ones((2, 1))).positions).all()


def test_a_better_seen_camera_counts_more() -> None:
    cameras = (FOUR[0], FOUR[1], FOUR[3])
    pixels = _pixels(cameras)
    pixels[1, :, 0] += 2.0
    trusting, doubting = (
        triangulate(cameras, pixels, np.stack([np.ones(50), np.full(50, sigma), np.ones(50)])) for sigma in (0.2, 5.0)
    )
    off = [np.linalg.norm(found.positions - POINTS, axis=1).mean() for found in (trusting, doubting)]
    assert off[0] > 3 * off[1]
