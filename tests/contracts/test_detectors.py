"""One suite for every implementation of `handball.stages.Detector`."""

import numpy as np
import pytest

from handball.acquisition import scan_video
from handball.detection.efficientdet import EfficientDetDetector, overlap
from handball.inference.cache import model_path
from handball.inference.session import TfliteSession

pytestmark = [pytest.mark.models, pytest.mark.recordings]


@pytest.fixture(scope="module", params=["efficientdet_lite0"])
def detector(request, models_folder):
    return EfficientDetDetector(TfliteSession(model_path(request.param)))


@pytest.fixture(scope="module")
def thrower(recordings):
    """One person, from head to feet, with the box as drawn by eye."""
    _, picture = next(scan_video(recordings / "handball" / "handball_throw_side.mp4").read(0, 0))
    return picture, np.array([[325.0, 140.0, 710.0, 1120.0]])


@pytest.fixture(scope="module")
def field(recordings):
    """Pitcher, batter, catcher, umpire and a runner."""
    _, picture = next(scan_video(recordings / "baseball" / "pitch" / "pitch_01.mp4").read(0, 0))
    return picture


def test_a_person_is_found_where_he_stands(detector, thrower):
    picture, drawn = thrower
    found = detector(picture)
    assert len(found) == 1
    assert overlap(drawn, found.xyxy)[0, 0] > 0.8
    assert found.scores[0] > 0.6


def test_several_people_are_found_best_first_inside_the_picture(detector, field):
    found = detector(field)
    assert len(found) >= 3
    assert (np.diff(found.scores) <= 0).all()
    assert found.scores.min() >= 0
    assert found.scores.max() <= 1
    height, width = field.shape[:2]
    assert found.xyxy.min() >= 0
    assert (found.xyxy <= [width, height, width, height]).all()
    assert (found.xyxy[:, 2:] > found.xyxy[:, :2]).all()


def test_nobody_is_found_more_than_once(detector, field):
    shared = overlap(*(detector(field).xyxy,) * 2)
    assert (shared - np.eye(len(shared))).max() < 0.6


@pytest.mark.parametrize("size", [(240, 320), (97, 501), (501, 97), (8, 8)])
def test_an_empty_scene_of_any_size_holds_nobody(detector, size):
    assert len(detector(np.full((*size, 3), 90, np.uint8))) == 0


def test_the_same_picture_gives_the_same_boxes_and_stays_as_it_is(detector, thrower):
    picture = thrower[0].copy()
    assert detector(picture) == detector(picture)
    assert np.array_equal(picture, thrower[0])


def test_boxes_move_with_the_picture(detector, thrower):
    picture, drawn = thrower
    wide = np.full((picture.shape[0], 2 * picture.shape[1], 3), 120, np.uint8)
    wide[:, picture.shape[1] :] = picture
    found = detector(wide)
    assert overlap(drawn + np.array([1, 0, 1, 0]) * picture.shape[1], found.xyxy).max() > 0.75
