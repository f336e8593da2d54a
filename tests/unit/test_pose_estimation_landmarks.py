"""Regions, refinement, poses from sightings and swapped sides: everything around the net."""

import attrs
import numpy as np
import pytest

from builders import build_pose_2d, build_video
from handball.domain.skeleton import BODY_23
from handball.pose_estimation.blazepose import INPUT_SIZE, crop_matrix, refined, region_around
from handball.pose_estimation.sequence import Sighting, poses, regions_between
from handball.pose_estimation.sides import exchanged, swapped_rows, with_sides_repaired
from handball.stages import BodyLandmarks, Region
from synthetic import ThrowStyle, analytic_throw

MIDDLE = (INPUT_SIZE - 1) / 2


def mapped(matrix, points):
    return np.asarray(points, float) @ matrix[:, :2].T + matrix[:, 2]


def test_the_region_is_a_square_around_the_box():
    region = region_around(np.array([100.0, 50.0, 200.0, 450.0]))
    assert (region.center, region.side, region.rotation) == ((150.0, 250.0), 500.0, 0.0)


@pytest.mark.parametrize("rotation", [-2.0, -0.4, 0.0, 0.7, 3.0])
def test_the_middle_of_a_region_is_the_middle_of_the_input(rotation):
    region = Region(center=(321.5, 87.25), side=300.0, rotation=rotation)
    matrix = crop_matrix(region)
    assert mapped(matrix, region.center) == pytest.approx([MIDDLE, MIDDLE])
    # the person's up, turned clockwise by the rotation, becomes straight up in the crop
    top = np.array(region.center) + 150 * np.array([np.sin(rotation), -np.cos(rotation)])
    assert mapped(matrix, top) == pytest.approx([MIDDLE, MIDDLE - INPUT_SIZE / 2])


def test_points_go_to_the_crop_and_back():
    matrix = crop_matrix(Region(center=(400.0, 300.0), side=777.0, rotation=0.6))
    points = np.random.default_rng(0).uniform(0, 800, (50, 2))
    linear = np.linalg.inv(matrix[:, :2])
    assert (mapped(matrix, points) - matrix[:, 2]) @ linear.T == pytest.approx(points)


def heat_map(joint: int, column: float, row: float, height: float = 6.0):
    heat = np.full((64, 64, 39), -12.0, np.float32)
    y, x = np.mgrid[:64, :64]
    heat[..., joint] = height - 12.0 * ((x - column) ** 2 + (y - row) ** 2)
    return np.maximum(heat, -12.0)


@pytest.mark.parametrize(("column", "row"), [(30.0, 20.0), (31.0, 22.0), (29.0, 21.0)])
def test_a_landmark_moves_to_the_warm_spot_beside_it(column, row):
    points = np.full((39, 2), 4 * 30.0)
    points[:, 1] = 4 * 20.0
    better = refined(points, heat_map(5, column, row))
    assert better[5] == pytest.approx([4 * column, 4 * row], abs=0.3)
    assert np.array_equal(np.delete(better, 5, axis=0), np.delete(points, 5, axis=0))


def test_a_cold_or_far_map_moves_nothing():
    points = np.full((39, 2), 100.0)
    assert np.array_equal(refined(points, heat_map(5, 25.0, 25.0, height=-2.0)), points)
    assert np.array_equal(refined(points, heat_map(5, 50.0, 50.0)), points)


@pytest.mark.parametrize("place", [(-3.0, 50.0), (50.0, 300.0), (256.0, 10.0), (0.0, 0.0), (255.9, 255.9)])
def test_landmarks_at_or_outside_the_edge_are_safe(place):
    points = np.tile(place, (39, 1))
    better = refined(points, np.full((64, 64, 39), 5.0, np.float32))
    assert np.isfinite(better).all()
    if not (min(place) >= 0 and max(place) < 256):
        assert np.array_equal(better, points)


def sightings(flat, body, presence=1.0, side=400.0):
    return [
        Sighting(
            frame=int(frame),
            landmarks=BodyLandmarks(
                pixels=flat.positions[row], meters=body.positions[row], scores=np.full(23, 0.9), presence=presence,
                region=Region(center=(300.0, 300.0), side=side),
            ),
        )
        for row, frame in enumerate(flat.frames)
    ]  # fmt: skip


@pytest.fixture
def pair():
    standing = analytic_throw(ThrowStyle(rate_hz=30.0)).body
    return build_pose_2d(standing), analytic_throw(ThrowStyle(rate_hz=30.0, origin="pelvis")).body


def test_sightings_become_poses_with_the_times_of_the_file(pair):
    flat, body = pair
    video = build_video(len(body.times))
    again, deep = poses(sightings(flat, body), video)
    assert np.array_equal(again.frames, body.frames)
    assert again.times == pytest.approx(video.capture_times)
    assert deep.positions == pytest.approx(body.positions)
    assert (deep.origin, again.image_size) == ("pelvis", (video.width, video.height))


def test_joints_outside_the_picture_and_frames_without_a_person_are_missing(pair):
    flat, body = pair
    pixels = flat.positions.copy()
    pixels[3, BODY_23.index("left_ankle")] = (200.0, 700.0)
    found = sightings(attrs.evolve(flat, positions=pixels), body)
    found[5] = attrs.evolve(found[5], landmarks=attrs.evolve(found[5].landmarks, presence=0.2))
    again, deep = poses(found, build_video(len(body.times)))
    for pose in (again, deep):
        assert np.isnan(pose.joint("left_ankle")[3]).all()
        assert not np.isnan(pose.joint("right_ankle")[3]).any()
        assert np.isnan(pose.positions[5]).all()
        assert not np.isnan(pose.positions[4]).any()


def test_hidden_joints_and_larger_people_have_a_larger_spread(pair):
    flat, body = pair
    found = sightings(flat, body)
    hidden = np.full(23, 0.9)
    hidden[BODY_23.index("left_wrist")] = 0.1
    found[2] = attrs.evolve(found[2], landmarks=attrs.evolve(found[2].landmarks, scores=hidden))
    again, deep = poses(found, build_video(len(body.times)))
    wrist = BODY_23.index("left_wrist")
    for pose in (again, deep):
        assert (pose.sigma[2, wrist] > 1.7 * pose.sigma[3, wrist]).all()
    near, _ = poses(sightings(flat, body, side=800.0), build_video(len(body.times)))
    assert near.sigma[0] == pytest.approx(2 * again.sigma[0])


def test_depth_is_less_certain_than_the_picture_plane(pair):
    _, deep = poses(sightings(*pair), build_video(len(pair[1].times)))
    assert (deep.sigma[..., 1] > 1.5 * deep.sigma[..., 0]).all()


def test_regions_between_two_sightings_are_interpolated_the_short_way_round():
    known = [(0, Region(center=(100.0, 50.0), side=200.0, rotation=3.0)),
             (10, Region(center=(200.0, 150.0), side=300.0, rotation=-3.0))]  # fmt: skip
    before, middle, after = regions_between(known, np.array([0, 5, 20]))
    assert middle.center == pytest.approx((150.0, 100.0))
    assert middle.side == pytest.approx(250.0)
    assert abs(np.sin(middle.rotation)) < 0.02
    assert before.center[0] < middle.center[0] < after.center[0] <= 200.0


def test_one_wild_region_hardly_leads_the_others_astray():
    known = [(k, Region(center=(100.0 if k != 5 else 900.0, 50.0), side=200.0)) for k in range(11)]
    assert regions_between(known, np.array([5]))[0].center[0] <= 500.0
    assert regions_between(known, np.array([4]))[0].center[0] == pytest.approx(100.0)


ARMS = ("shoulder", "elbow", "wrist", "index")


def arms_swapped(pose, rows, limbs="arms"):
    flags = np.zeros(len(pose.times), bool)
    flags[rows] = True
    return exchanged(pose, limbs, flags)


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 120.0])
@pytest.mark.parametrize("limbs", ["arms", "legs"])
def test_sides_swapped_for_three_frames_are_repaired(rate_hz, limbs):
    body = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=5.0)).body
    flat = build_pose_2d(body)
    first = len(body.times) // 5
    rows = slice(first, first + 3)
    swapped = arms_swapped(body, rows, limbs)
    repaired_flat, repaired, count = with_sides_repaired(arms_swapped(flat, rows, limbs), swapped)
    assert count == 3
    assert repaired == body
    assert repaired_flat == flat


def test_exchanging_twice_is_the_identity():
    body = analytic_throw(ThrowStyle(rate_hz=30.0, dropout=0.1)).body
    assert arms_swapped(arms_swapped(body, slice(3, 9)), slice(3, 9)) == body


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 120.0])
@pytest.mark.parametrize("noise_mm", [0.0, 15.0])
def test_a_throw_is_left_as_it_is(rate_hz, noise_mm):
    for seed in range(3):
        body = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=noise_mm, seed=seed)).body
        assert not swapped_rows(body, "arms").any()
        assert not swapped_rows(body, "legs").any()


@pytest.mark.parametrize("turn_s", [0.3, 0.5, 1.0])
@pytest.mark.parametrize("rate_hz", [30.0, 120.0])
def test_a_true_half_turn_is_no_swap(rate_hz, turn_s):
    body = analytic_throw(ThrowStyle(rate_hz=rate_hz, lead_in=1.2)).body
    yaw = np.pi * np.clip((body.times - 0.1) / turn_s, 0, 1)
    sine, cosine, zero = np.sin(yaw), np.cos(yaw), np.zeros_like(yaw)
    turns = np.stack([cosine, -sine, zero, sine, cosine, zero, zero, zero, zero + 1], axis=1).reshape(-1, 3, 3)
    turned = attrs.evolve(body, positions=np.einsum("fij,fkj->fki", turns, body.positions))
    assert with_sides_repaired(build_pose_2d(turned), turned)[2] == 0


def test_a_long_swap_cannot_be_told_from_a_turn_and_stays():
    body = analytic_throw(ThrowStyle(rate_hz=60.0)).body
    assert not swapped_rows(arms_swapped(body, slice(10, 40)), "arms").any()
