"""Calibration of cameras whose lenses and places are known, and of a real pair."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest
from scipy.optimize import least_squares

from boards import BOARD, placed_boards, sightings, two_cameras
from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.pipeline.calibrating import calibrate
from handball.stereo import bundle
from handball.stereo.board_coverage import coverage_picture, covered_cells
from handball.stereo.boards import Board
from handball.stereo.bundle import Geometry, Problem
from handball.stereo.calibration import Calibration, calibrated
from handball.stereo.judging import findings, verdict
from handball.stereo.precision import athlete_mm, precision
from handball.stereo.worlds import floor_world

CAMERAS = two_cameras()


def offset_in_first(cameras: tuple[Camera, ...]) -> np.ndarray:
    """Where the last camera stands, in the axes of the first one's picture: x right, y away, z up."""
    x, y, z = cameras[0].in_camera(cameras[-1].position)
    return np.array([x, z, -y])


@pytest.fixture(scope="module")
def exact() -> Calibration:
    return calibrated(BOARD, sightings(CAMERAS, placed_boards(15)))


@pytest.fixture(scope="module")
def noisy() -> Calibration:
    return calibrated(BOARD, sightings(CAMERAS, placed_boards(15), noise_px=0.3))


def test_without_noise_lenses_and_places_are_found_exactly(exact: Calibration) -> None:
    assert exact.rms_px < 1e-3
    for found, true in zip(exact.rig.cameras, CAMERAS, strict=True):
        assert found.focal == pytest.approx(true.focal, rel=1e-4)
        assert found.principal == pytest.approx(true.principal, abs=0.05)
        assert found.distortion == pytest.approx(true.distortion, abs=2e-3)
    first, second = exact.rig.cameras
    assert first.position == pytest.approx([0, 0, 0], abs=1e-12)
    assert first.rotation == pytest.approx(np.array([[1, 0, 0], [0, 0, -1], [0, 1, 0]]))
    assert second.position == pytest.approx(offset_in_first(CAMERAS), abs=1e-4)
    turn = second.rotation @ first.rotation.T
    assert turn == pytest.approx(CAMERAS[1].rotation @ CAMERAS[0].rotation.T, abs=1e-4)
    assert exact.bad_corners == 0
    assert athlete_mm(exact, 3.0) < 0.01


def test_with_noise_the_error_is_that_of_the_noise(noisy: Calibration) -> None:
    assert noisy.rms_px == pytest.approx(0.3 * np.sqrt(2), rel=0.1)
    worth = precision(noisy, 3.0)
    # noise across makes every short way a little longer
    assert worth.square_ratio == pytest.approx(1.0, abs=0.004)
    assert worth.sampson_px == pytest.approx(0.3, rel=0.15)
    assert np.linalg.norm(noisy.rig.cameras[1].position - offset_in_first(CAMERAS)) < 0.01
    assert verdict(findings(noisy, worth)) == "amber"
    assert worth.athlete_mm > 1


def test_millimetres_at_the_athlete_are_those_that_happen() -> None:
    """Five calibrations with other noise: how far a point is off against how far they say."""
    said, happened = [], []
    for seed in range(5):
        found = calibrated(BOARD, sightings(CAMERAS, placed_boards(6, seed=seed), noise_px=0.3, seed=seed))
        said.append(athlete_mm(found, 3.0))
        points = np.array([[x, z, 3.0] for x in (-0.5, 0.0, 0.5) for z in (-0.5, 0.0, 0.5)]) @ CAMERAS[0].rotation
        points += CAMERAS[0].position
        rays = [one.rays(true.project(points)) for one, true in zip(found.rig.cameras, CAMERAS, strict=True)]
        seen = nearest(rays, [camera.position for camera in found.rig.cameras])
        x, y, z = CAMERAS[0].in_camera(points).T
        happened.append(np.sqrt(np.mean(np.sum((seen - np.stack([x, z, -y], axis=1)) ** 2, axis=1))) * 1000)
    ratio = np.sqrt(np.mean(np.square(said)) / np.mean(np.square(happened)))
    assert 0.5 < ratio < 2.0


def nearest(rays: list[np.ndarray], centers: list[np.ndarray]) -> np.ndarray:
    """Middle of the shortest way between two rays, one point after the other."""
    points = []
    for first, second in zip(*rays, strict=True):
        ways = np.linalg.lstsq(np.stack([first, -second], axis=1), centers[1] - centers[0], rcond=None)[0]
        points.append((centers[0] + ways[0] * first + centers[1] + ways[1] * second) / 2)
    return np.array(points)


def test_a_third_camera_that_shares_no_board_with_the_first_is_found_through_the_second() -> None:
    third = Camera.looking(
        name="far", position=(2.0, 0.2, 1.4), target=(0.5, 3.0, 1.0), focal_px=950, image_size=(1280, 720)
    )
    cameras = (*two_cameras(bent=False), third)
    seen = sightings(cameras, placed_boards(12))
    pixels = seen.pixels.copy()
    pixels[0, 6:] = np.nan
    pixels[2, :6] = np.nan
    found = calibrated(BOARD, attrs.evolve(seen, pixels=pixels))
    assert found.rig.cameras[2].position == pytest.approx(offset_in_first(cameras), abs=1e-4)


def test_a_wrong_pair_is_left_out_and_told() -> None:
    seen = sightings(CAMERAS, placed_boards(9), noise_px=0.2)
    pixels = seen.pixels.copy()
    pixels[1, 4] = pixels[1, 7]
    found = calibrated(BOARD, attrs.evolve(seen, pixels=pixels))
    assert not found.used[:, 4].any()
    assert found.used.sum() == 16
    assert found.rms_px < 0.35
    (told,) = [finding.text for finding in findings(found, precision(found, 3.0)) if "left out" in finding.text]
    assert "left and right, image 5" in told


def test_pairs_of_other_moments_are_refused() -> None:
    seen = sightings(CAMERAS, placed_boards(12))
    pixels = seen.pixels.copy()
    pixels[1] = pixels[1, ::-1]
    with pytest.raises(InvalidRigError, match="pairs agree on where right stands beside left"):
        calibrated(BOARD, attrs.evolve(seen, pixels=pixels))


def test_too_few_pictures_are_refused() -> None:
    with pytest.raises(InvalidRigError, match="Camera left: 2 pictures show the board"):
        calibrated(BOARD, sightings(CAMERAS, placed_boards(2)))


def test_lenses_that_are_known_are_kept() -> None:
    known = Rig(cameras=CAMERAS)
    found = calibrated(BOARD, sightings(CAMERAS, placed_boards(4), noise_px=0.2), known=known)
    assert [camera.focal for camera in found.rig.cameras] == [camera.focal for camera in CAMERAS]
    assert found.rig.cameras[1].position == pytest.approx(offset_in_first(CAMERAS), abs=0.005)


def test_a_board_on_the_floor_gives_the_floor() -> None:
    flat = (BOARD.points - BOARD.points.mean(axis=0)) * (1, -1, 1) + (0.5, 2.6, 0.0)
    low = [attrs.evolve(camera, position=camera.position + np.array([0, 0, 0.3])) for camera in two_cameras(bent=False)]
    cameras = tuple(
        Camera.looking(
            name=c.name, position=tuple(c.position), target=(0.5, 2.8, 0.4), focal_px=900, image_size=(1280, 720)
        )
        for c in low
    )
    boards = np.concatenate([placed_boards(10), flat[None]])
    found = calibrated(BOARD, sightings(cameras, boards))
    rig = floor_world(found.rig, found.board_of(10))
    assert rig.world == "floor"
    assert [camera.position[2] for camera in rig.cameras] == pytest.approx([1.5, 1.5], abs=1e-3)
    assert rig.cameras[0].position[:2] == pytest.approx([0, 0], abs=1e-9)
    ahead = rig.cameras[0].rotation[2]
    assert ahead[0] == pytest.approx(0, abs=1e-9)
    assert ahead[1] > 0
    turned = rig.cameras[0].rotation.T @ cameras[0].rotation
    assert turned @ [0, 0, 1] == pytest.approx([0, 0, 1], abs=1e-3)


def test_boards_in_the_middle_that_are_never_tilted_are_told() -> None:
    centered = BOARD.points - BOARD.points.mean(axis=0)
    boards = np.stack([centered[:, [0, 2, 1]] * (1, 1, -1) + (0.5, 3.0 + 0.05 * k, 1.0) for k in range(12)])
    found = calibrated(BOARD, sightings(CAMERAS, boards, noise_px=0.2), known=Rig(cameras=CAMERAS))
    told = " ".join(finding.text for finding in findings(found, precision(found, 3.0)))
    assert "left: the board is never tilted by more than" in told
    assert "right: the board was never in the upper left, upper right, lower left, lower right" in told


def test_cameras_with_the_names_of_the_other_side_are_told() -> None:
    swapped = tuple(attrs.evolve(camera, name=name) for camera, name in zip(CAMERAS, ("right", "left"), strict=True))
    found = calibrated(BOARD, sightings(swapped, placed_boards(10), noise_px=0.2))
    assert "are they swapped?" in " ".join(finding.text for finding in findings(found, precision(found, 3.0)))


def test_a_place_that_no_two_cameras_see_has_no_error(noisy: Calibration) -> None:
    worth = precision(noisy, 0.1)
    assert np.isnan(worth.athlete_mm)
    told = " ".join(finding.text for finding in findings(noisy, worth))
    assert "No two cameras see a place 0.1 m in front of left" in told


def test_covered_cells_are_where_the_board_was(noisy: Calibration) -> None:
    cells = covered_cells(noisy.sightings, noisy.used)
    assert cells.shape == (2, 6, 8)
    assert cells[:, 2:4, 3:5].all()
    picture = coverage_picture(noisy)
    assert picture.shape[0] == 480
    assert (picture == (176, 208, 228)).all(axis=2).any()
    assert (picture == (243, 205, 170)).all(axis=2).any()


def small_problem() -> tuple[Problem, Geometry]:
    board = Board(columns=4, rows=3, square=0.1)
    cameras = two_cameras()
    seen = sightings(cameras, placed_boards(5, board=board), noise_px=0.5)
    lens = [[*camera.focal, *camera.principal, *camera.distortion] for camera in cameras]
    turn = cameras[1].rotation @ cameras[0].rotation.T
    place = np.concatenate(
        [cv2.Rodrigues(turn)[0].ravel(), cameras[1].rotation @ (cameras[0].position - cameras[1].position)]
    )
    boards = []
    for corners in placed_boards(5, board=board):
        local = cameras[0].in_camera(corners)
        axes = np.stack([local[1] - local[0], local[4] - local[0]]) / board.square
        rotation = np.stack([*axes, np.cross(*axes)], axis=1)
        boards.append(np.concatenate([cv2.Rodrigues(rotation)[0].ravel(), local[0]]))
    start = Geometry(lenses=np.array(lens), places=np.stack([np.zeros(6), place]), boards=np.array(boards))
    problem = Problem(points=board.points, pixels=seen.pixels, free=np.tile([True] * 2 + [False] * 7, (2, 1)))
    return problem, start


def test_derivatives_are_those_of_small_steps() -> None:
    problem, start = small_problem()
    vector, exact = problem.packed(start), bundle._jacobian(problem, start)
    for column in range(len(vector)):
        step = np.zeros(len(vector))
        step[column] = 1e-6 * max(1.0, abs(vector[column]))
        after, before = (bundle._residuals(problem, problem.unpacked(vector + sign * step, start)) for sign in (1, -1))
        assert (after - before) / (2 * step[column]) == pytest.approx(exact[:, column], rel=1e-4, abs=1e-3)


def test_the_adjustment_is_that_of_scipy() -> None:
    problem, start = small_problem()
    found = bundle.adjusted(problem, start)
    oracle = least_squares(
        lambda vector: bundle._residuals(problem, problem.unpacked(vector, start)),
        problem.packed(start), loss="huber", f_scale=bundle.HUBER_PX, x_scale="jac", xtol=1e-12, ftol=1e-12,
    )  # fmt: skip
    assert problem.packed(found.geometry) == pytest.approx(oracle.x, rel=1e-4, abs=1e-5)


def test_without_one_moment_is_as_if_it_had_not_been() -> None:
    problem, start = small_problem()
    found = bundle.adjusted(problem, start)
    kept = [0, 1, 3, 4]
    without = bundle.adjusted(
        attrs.evolve(problem, pixels=problem.pixels[:, kept]),
        attrs.evolve(found.geometry, boards=found.geometry.boards[kept]),
    )
    step = found.left_out[2].places[1] - found.geometry.places[1]
    full = without.geometry.places[1] - found.geometry.places[1]
    assert step == pytest.approx(full, abs=0.3 * np.abs(full).max())


@pytest.mark.recordings
def test_real_pairs_are_better_than_plain_tools(recordings: Path) -> None:
    """Thirteen pairs of 640 x 480: plain tools give 0.448 px, and squares of 1.0013 with a spread of 0.0155."""
    sources = [str(recordings / "opencv_stereo" / f"{side}*.jpg") for side in ("left", "right")]
    run = calibrate(sources, Board(columns=9, rows=6, square=0.025), distance=0.5)
    found = run.calibration
    assert (found.used.sum(), found.bad_corners) == (26, 0)
    assert found.rms_px < 0.25
    assert run.precision.square_ratio == pytest.approx(1.0, abs=0.001)
    assert run.precision.square_sd < 0.01
    assert run.precision.sampson_px < 0.15
    assert run.rig.names == ("left", "right")
    assert run.verdict == "amber"
