"""Skeletons, labels, arcs, faces, placed pictures."""

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.drawing.arcs import arc_points, draw_angle_arc
from handball.drawing.colors import OTHER_SIDE, THROWING_SIDE, VERDICT_LARGE, VERDICT_OK, as_hex
from handball.drawing.faces import blur_face
from handball.drawing.jpeg import decode_jpeg, encode_jpeg
from handball.drawing.labels import draw_label, draw_text, text_width
from handball.drawing.placing import Placement
from handball.drawing.skeleton import draw_skeleton, flipped, stroke_width


def _blank(height=120, width=160):
    return np.zeros((height, width, 3), np.uint8)


def _arms():
    """A right arm at x = 20..60 and a left arm at x = 100..140."""
    points = np.full((23, 2), np.nan)
    points[BODY_23.indices(("right_shoulder", "right_elbow"))] = [[20, 60], [60, 60]]
    points[BODY_23.indices(("left_elbow", "left_wrist"))] = [[100, 60], [140, 60]]
    return points


def _color_at(picture, x, y):
    return tuple(map(int, picture[y, x]))


SIDES = [("right", THROWING_SIDE, OTHER_SIDE), ("left", OTHER_SIDE, THROWING_SIDE)]


@pytest.mark.parametrize(("hand", "right", "left"), SIDES)
def test_the_throwing_side_has_its_color_whichever_hand_throws(hand, right, left):
    picture = _blank()
    draw_skeleton(picture, _arms(), BODY_23, hand, thickness=3)
    assert (_color_at(picture, 40, 60), _color_at(picture, 120, 60)) == (right, left)


def test_a_mirrored_picture_gets_mirrored_joints():
    plain, mirrored = _blank(), _blank()
    draw_skeleton(plain, _arms(), BODY_23, "right", thickness=3)
    draw_skeleton(mirrored, _arms(), BODY_23, "right", thickness=3, mirrored=True)
    assert np.abs(mirrored[:, ::-1].astype(int) - plain).mean() < 0.5
    np.testing.assert_array_equal(flipped(flipped(_arms(), 160), 160), _arms())


def test_missing_and_far_joints_do_no_harm():
    picture = _blank()
    draw_skeleton(picture, np.full((23, 2), np.nan), BODY_23, "right")
    assert not picture.any()
    points = _arms()
    points[BODY_23.index("right_elbow")] = [1e9, 60]
    draw_skeleton(picture, points, BODY_23, "right", thickness=3)
    assert _color_at(picture, 80, 60) == THROWING_SIDE


def test_lines_grow_with_the_body():
    points = _arms()
    assert stroke_width(points) < stroke_width(points * 6) <= 12
    assert stroke_width(np.full((23, 2), np.nan)) == 2


def test_text_is_as_wide_as_measured_and_knows_umlauts():
    picture = _blank(60, 300)
    draw_text(picture, "Schüler größer", (150, 40), size=24, anchor="center")
    columns = np.flatnonzero(picture.any(axis=(0, 2)))
    assert abs((columns[0] + columns[-1]) / 2 - 150) <= 2
    assert abs(np.ptp(columns) - text_width("Schüler größer", 24)) <= 4
    assert text_width("ü", 24) != text_width("?", 24)


def test_a_label_stands_on_its_plate():
    picture = _blank(60, 300)
    draw_label(picture, "12°", (290, 40), size=24, background=(10, 20, 200), anchor="right")
    columns = np.flatnonzero(picture.any(axis=(0, 2)))
    assert 285 <= columns[-1] <= 291
    assert (picture == (10, 20, 200)).all(axis=2).sum() > 300


def test_an_arc_keeps_to_its_radius_and_takes_the_short_way():
    arc = arc_points(np.array([0.0, 90.0]), np.array([50.0, 50.0]), np.array([0.0, 10.0]), 20.0)
    np.testing.assert_allclose(np.hypot(*(arc - 50).T), 20)
    assert arc[:, 0].max() < 50
    assert len(arc_points(np.full(2, np.nan), np.zeros(2), np.ones(2), 20.0)) == 0
    picture = _blank()
    draw_angle_arc(picture, np.array([10.0, 10.0]), np.array([10.0, 10.0]), np.array([50.0, 50.0]))
    assert not picture.any()
    draw_angle_arc(picture, np.array([80.0, 60.0]), np.array([50.0, 60.0]), np.array([50.0, 30.0]), radius=20)
    assert picture[60 - 14, 50 + 14].any()


@pytest.mark.parametrize("method", ["gaussian", "pixelate"])
def test_a_blurred_face_is_gone_and_the_rest_is_untouched(method):
    picture = np.random.default_rng(1).integers(0, 255, (120, 160, 3), dtype=np.uint8)
    head = np.array([[80.0, 50.0], [84.0, 46.0], [np.nan, np.nan]])
    blurred = blur_face(picture, head, 18.0, method=method)
    inside = (slice(40, 58), slice(74, 92))
    assert blurred[inside].std() < 0.5 * picture[inside].std()
    np.testing.assert_array_equal(blurred[90:], picture[90:])
    np.testing.assert_array_equal(blurred[:, :50], picture[:, :50])


@pytest.mark.parametrize("head", [[[np.nan, np.nan]], [[-900.0, -900.0]]])
def test_no_head_no_blur(head):
    picture = np.random.default_rng(1).integers(0, 255, (60, 80, 3), dtype=np.uint8)
    np.testing.assert_array_equal(blur_face(picture, np.array(head), 18.0), picture)


@pytest.mark.parametrize("mirrored", [False, True])
def test_a_placed_picture_and_its_points_stay_together(mirrored):
    picture = _blank()
    picture[58:63, 38:43] = (0, 255, 0)
    place = Placement(anchor=(80.0, 60.0), target=(100.0, 90.0), scale=1.5, mirrored=mirrored)
    canvas = place.picture(picture, (200, 180), background=(0, 0, 0))
    y, x = (values.mean() for values in np.nonzero(canvas[..., 1] > 127))
    np.testing.assert_allclose([x, y], place.points(np.array([40.0, 60.0])), atol=0.6)
    assert canvas.shape == (180, 200, 3)


def test_jpeg_keeps_red_red():
    picture = np.full((32, 32, 3), (220, 30, 30), np.uint8)
    np.testing.assert_allclose(decode_jpeg(encode_jpeg(picture)), picture, atol=8)
    with pytest.raises(ValueError, match="no JPEG"):
        decode_jpeg(b"no picture at all")
    with pytest.raises(ValueError, match="no JPEG"):
        decode_jpeg(b"")


def test_colors_for_style_sheets():
    assert as_hex((1, 2, 255)) == "#0102ff"
    assert VERDICT_OK != VERDICT_LARGE
