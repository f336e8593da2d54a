"""One suite for every implementation of `handball.stages.PoseEstimator`."""

import attrs
import numpy as np
import pytest

from handball.acquisition import scan_video
from handball.domain.skeleton import BODY_23
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession
from handball.pose_estimation.blazepose import BlazePoseEstimator, region_around
from handball.stages import Region

pytestmark = [pytest.mark.models, pytest.mark.recordings]

BOX = np.array([325.0, 140.0, 710.0, 1120.0])


@pytest.fixture(scope="module", params=["blazepose_full", "blazepose_heavy"])
def estimator(request, models_folder):
    return BlazePoseEstimator(TfliteSession(model_path(request.param)))


@pytest.fixture(scope="module")
def picture(recordings):
    return next(scan_video(recordings / "handball" / "handball_throw_side.mp4").read(0, 0))[1]


@pytest.fixture(scope="module")
def seen(estimator, picture):
    """Landmarks from the region that the first sighting itself proposes."""
    return estimator(picture, estimator(picture, region_around(BOX)).region)


def joint(values, name: str):
    return values[BODY_23.index(name)]


def test_shapes_and_ranges(seen):
    assert seen.pixels.shape == (23, 2)
    assert seen.meters.shape == (23, 3)
    assert seen.scores.shape == (23,)
    assert np.isfinite(seen.pixels).all()
    assert np.isfinite(seen.meters).all()
    assert seen.scores.min() >= 0
    assert seen.scores.max() <= 1
    assert 0 <= seen.presence <= 1


def test_the_joints_lie_in_the_box_of_the_person(seen):
    margin = 0.08 * (BOX[3] - BOX[1])
    assert (seen.pixels >= BOX[:2] - margin).all()
    assert (seen.pixels <= BOX[2:] + margin).all()
    assert seen.presence > 0.8


def test_z_is_up_in_space_and_down_in_the_picture(seen):
    for above, below in (("nose", "left_hip"), ("right_shoulder", "right_hip"), ("left_hip", "left_ankle")):
        assert joint(seen.meters, above)[2] > joint(seen.meters, below)[2]
        assert joint(seen.pixels, above)[1] < joint(seen.pixels, below)[1]


def test_space_is_in_meters_around_the_hips(seen):
    hips = (joint(seen.meters, "left_hip") + joint(seen.meters, "right_hip")) / 2
    assert np.linalg.norm(hips) < 0.03
    trunk = np.linalg.norm((joint(seen.meters, "left_shoulder") + joint(seen.meters, "right_shoulder")) / 2 - hips)
    assert 0.35 < trunk < 0.7


def test_space_and_picture_agree(seen):
    across, up = seen.meters[:, 0], seen.meters[:, 2]
    assert np.corrcoef(across, seen.pixels[:, 0])[0, 1] > 0.9
    assert np.corrcoef(up, -seen.pixels[:, 1])[0, 1] > 0.97


def test_the_next_region_holds_the_whole_person(seen):
    away = np.abs(seen.pixels - np.array(seen.region.center))
    assert away.max() < 0.5 * seen.region.side
    assert seen.region.side < 2.2 * (BOX[3] - BOX[1])
    assert abs(seen.region.rotation) < 0.5


def test_nobody_is_present_in_an_empty_picture(estimator):
    empty = np.full((300, 400, 3), 120, np.uint8)
    assert estimator(empty, Region(center=(200.0, 150.0), side=250.0)).presence < 0.5


def test_a_turned_picture_gives_the_same_joints_turned(estimator, picture, seen):
    """A quarter turn clockwise of picture and region gives the same pixels, turned, and the body on its side."""
    height = picture.shape[0]
    lying = np.ascontiguousarray(np.rot90(picture, -1))

    def turned(points):
        x, y = np.moveaxis(np.asarray(points, float), -1, 0)
        return np.stack([height - 1 - y, x], axis=-1)

    upright = estimator(picture, seen.region)
    center = turned(seen.region.center)
    region = attrs.evolve(
        seen.region, center=(float(center[0]), float(center[1])), rotation=seen.region.rotation + np.pi / 2
    )
    found = estimator(lying, region)
    assert np.abs(found.pixels - turned(upright.pixels)).max() < 3.0
    # x to the right takes the place of up: what was up now points right, what was right points down
    expected = np.stack([upright.meters[:, 2], upright.meters[:, 1], -upright.meters[:, 0]], axis=1)
    assert np.abs(found.meters - expected).max() < 0.02


def test_a_mirrored_picture_swaps_the_sides(estimator, picture, seen):
    width = picture.shape[1]
    flipped = np.ascontiguousarray(picture[:, ::-1])
    region = attrs.evolve(
        seen.region, center=(width - 1 - seen.region.center[0], seen.region.center[1]), rotation=-seen.region.rotation
    )
    found = estimator(flipped, region)
    expected = seen.pixels[BODY_23.mirror_order()].copy()
    expected[:, 0] = width - 1 - expected[:, 0]
    clear = seen.scores[BODY_23.mirror_order()] > 0.8
    assert np.median(np.linalg.norm(found.pixels - expected, axis=1)[clear]) < 0.03 * (BOX[3] - BOX[1])


def test_the_same_picture_gives_the_same_joints_and_stays_as_it_is(estimator, picture, seen):
    before = picture.copy()
    first, second = (estimator(picture, seen.region) for _ in range(2))
    assert np.array_equal(first.pixels, second.pixels)
    assert np.array_equal(first.meters, second.meters)
    assert np.array_equal(picture, before)
