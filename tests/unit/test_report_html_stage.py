"""Both athletes stand equally tall on one floor line and throw with the hand on the same side."""

from __future__ import annotations

import re

import numpy as np
import pytest

from builders import (
    build_alignment,
    build_assessment,
    build_finding,
    build_performance,
    build_pictures,
    build_pose_2d,
    build_pose_3d,
)
from handball.domain.assessment import Advice
from handball.domain.skeleton import BODY_23
from handball.kinematics.angles import ANGLE_NAMES
from handball.languages import load_catalog
from handball.reporting.html import render_report
from handball.reporting.html.budget import wanted, within_budget
from handball.reporting.html.curves import _unwrapped
from handball.reporting.html.gaps import spread
from handball.reporting.html.highlights import find_highlight
from handball.reporting.html.instants import shown_instants
from handball.reporting.html.moments import measure_moments
from handball.reporting.html.peaks import build_peaks, build_tempo
from handball.reporting.html.stage import BODY_HEIGHT, SLIMMEST, body_height, build_stage

WRIST, NOSE = BODY_23.index("right_wrist"), BODY_23.index("nose")
FEET = BODY_23.indices(("left_heel", "right_heel", "left_big_toe", "right_big_toe"))


def stage_of(reference, performance):
    return build_stage(reference, performance, build_alignment(reference, performance))


def test_body_height_of_the_builder():
    head = build_pose_3d(origin="world").joint("nose")[0, 2]
    assert body_height(build_pose_3d()) == pytest.approx(head, rel=0.2)


@pytest.mark.parametrize("scale", [0.3, 0.7, 1.4])
def test_the_scale_of_the_pictures_does_not_matter(scale):
    coach = build_performance()
    learner = build_performance(pictures=build_pictures(build_pose_2d(), scale=scale))
    stage = stage_of(coach, learner)
    reach = [np.ptp(actor.joints[10, :, 1]) for actor in (stage.reference, stage.performance)]
    assert reach[0] == pytest.approx(reach[1], rel=1e-6)
    assert 0.7 * BODY_HEIGHT < reach[0] < 1.3 * BODY_HEIGHT


def test_both_stand_on_the_floor_line():
    stage = stage_of(build_performance(), build_performance(with_video=False, hand="left"))
    for actor in (stage.reference, stage.performance):
        lowest = actor.joints[:, FEET, 1].max(axis=1)
        assert np.abs(lowest).max() < 0.05 * BODY_HEIGHT


@pytest.mark.parametrize(("coach_hand", "learner_hand"), [("right", "left"), ("left", "right"), ("left", "left")])
def test_the_throwing_hand_is_on_the_coachs_side(coach_hand, learner_hand):
    stage = stage_of(build_performance(hand=coach_hand), build_performance(hand=learner_hand))
    coach, learner = (actor.joints - actor.joints[:, [NOSE]] for actor in (stage.reference, stage.performance))
    np.testing.assert_allclose(coach, learner, atol=2.0)
    toward = 1 if coach_hand == "right" else -1
    assert (stage.reference.toward, stage.performance.toward) == (toward, toward)


def test_joints_lie_where_the_picture_puts_them():
    clip = build_performance(hand="left")
    actor = stage_of(build_performance(), clip).performance
    crop = clip.pictures.to_crop(clip.picture_pose.joint("left_wrist")[20])
    place = actor.placement
    at = np.array([-place.scale * crop[0], place.top + place.scale * crop[1]])
    assert place.flipped
    np.testing.assert_allclose(actor.joints[20, WRIST], at, atol=1e-6)


def test_a_close_up_is_equally_large_for_both_and_shows_every_joint():
    stage = stage_of(build_performance(), build_performance(hand="left", speed=0.8))
    for row in (0, 20, 36):
        views = stage.close_up(row, row)
        assert (views[0].width, views[0].height, views[0].top) == (views[1].width, views[1].height, views[1].top)
        assert views[0].width / views[0].height > SLIMMEST - 0.01
        for view, actor in zip(views, (stage.reference, stage.performance), strict=True):
            x, y = actor.joints[row].T
            assert view.left < x.min() < x.max() < view.left + view.width
            assert -view.top < y.min() < y.max() < view.height - view.top


def test_a_clip_without_legs_still_stands():
    legs = tuple(name for name in BODY_23.joints if name.endswith(("knee", "ankle", "heel", "toe")))
    stage = stage_of(build_performance(), build_performance(missing=legs))
    pairs = [actor.joints[10, [WRIST, NOSE]] for actor in (stage.reference, stage.performance)]
    np.testing.assert_allclose(pairs[0][:, 1], pairs[1][:, 1], atol=0.16 * BODY_HEIGHT)


@pytest.mark.parametrize("name", [*ANGLE_NAMES, "elbow_height", "hand_behind_shoulder", "stride_length", "lead_foot"])
def test_every_quantity_of_a_moment_has_a_place_in_the_picture(name):
    joints = stage_of(build_performance(), build_performance()).reference.joints[36]
    marks = find_highlight(name, joints)
    assert marks.limbs or marks.guides
    assert "nan" not in f"{marks.wedge}{marks.limbs}{marks.guides}"


def test_a_missing_joint_gets_no_mark():
    joints = stage_of(build_performance(), build_performance()).reference.joints[36].copy()
    joints[WRIST] = np.nan
    assert find_highlight("right_elbow_angle", joints) is None
    assert find_highlight("cocking_to_strike", joints) is None
    assert find_highlight("right_knee_angle", joints) is not None


def test_an_arc_opens_the_shorter_way():
    joints = np.zeros((23, 2))
    joints[BODY_23.index("right_shoulder")] = [0, -100]
    joints[BODY_23.index("right_wrist")] = [100, 0]
    marks = find_highlight("right_elbow_angle", joints)
    assert marks.wedge.startswith("M0 0L0 -92A92 92 0 0 1 92 0")
    assert marks.label[0] > 0 > marks.label[1]


def test_findings_of_one_measure_belong_to_their_own_moments():
    moments = [moment for finding, moment in measure_moments(build_assessment()) if finding.name == "elbow_height"]
    assert moments == ["cocking", "strike"]


def test_thinning_is_even_and_keeps_what_is_needed():
    pictures = build_pictures()
    want = wanted(pictures, {7, 30}, 5, 45)
    assert want.chosen(1.0) == tuple(range(5, 46))
    budget = want.size(1.0) // 3
    (chosen,) = within_budget((want,), budget)
    assert {7, 30} <= set(chosen)
    assert sum(-(-len(pictures.jpegs[k]) // 3) * 4 for k in chosen) <= budget
    assert np.diff(chosen).max() <= 5
    assert within_budget((want,), 0) == [(7, 30)]


def test_peaks_are_placed_by_time_and_order_is_told():
    chart = build_peaks(build_assessment(), load_catalog("en"))
    for lane in chart.lanes:
        assert [mark.part for mark in lane.marks] == ["pelvis", "trunk", "elbow", "hand"]
        assert (lane.order, lane.close) == ("in_order", ())
        assert np.all(np.diff([mark.x for mark in lane.marks]) > 0)
    coach, learner = build_assessment().standard.reference, build_performance()
    late = build_performance(peaks=(learner.peaks[3], *learner.peaks[:3])[::-1])
    assert build_peaks(build_assessment(performance=late), load_catalog("en")).lanes[1].order == "in_order"
    wrong = build_performance(peaks=tuple(_with_time(peak, 2.0 - peak.time) for peak in coach.peaks))
    assert build_peaks(build_assessment(performance=wrong), load_catalog("en")).lanes[1].order == "out_of_order"


def _with_time(peak, time, sigma_s=0.01):
    return type(peak)(part=peak.part, time=time, value=peak.value, unit=peak.unit, timing_sigma_s=sigma_s)


@pytest.mark.parametrize(
    ("late_s", "order"), [(0.02, "unsure"), (-0.02, "unsure"), (-0.03, "out_of_order"), (0.03, "in_order")]
)
def test_an_order_within_the_error_of_the_peaks_is_not_claimed(late_s, order):
    *others, elbow, hand = build_performance().peaks
    close = build_performance(peaks=(*others, elbow, _with_time(hand, elbow.time + late_s, sigma_s=0.024)))
    lane = build_peaks(build_assessment(performance=close), load_catalog("en")).lanes[1]
    assert lane.order == order
    assert lane.close == (("Elbow", "Hand") if order == "unsure" else ())


def test_tempo_comes_from_the_marks_where_no_measure_gives_it():
    tempo = build_tempo(build_assessment(measures=()), load_catalog("en"))
    assert (tempo.reference, tempo.finding) == ("200 ms", None)


def test_curves_do_not_jump_by_a_turn():
    angles = np.array([170.0, 179.0, -172.0, np.nan, -160.0])
    np.testing.assert_allclose(_unwrapped(angles), [170, 179, 188, np.nan, 200])


def test_spread_of_too_few_points_is_missing():
    points = np.array([[[0.0, 0.0], [np.nan, np.nan]], [[0.0, 0.0], [0.0, 2.0]]])
    np.testing.assert_allclose(spread(points), [np.nan, 1.0])


def test_a_measure_of_the_whole_throw_is_shown_where_it_was_reached():
    found = build_assessment(advice=0)
    least = next(finding for finding in found.measures if finding.name == "least_elbow_angle")
    tip = Advice(key="least_elbow_angle_less", key_action=None, finding=least)
    for instant, clip in zip(
        shown_instants(found, tip, load_catalog("en")), (found.standard.reference, found.performance), strict=True
    ):
        assert clip.angles.curve("right_elbow_angle")[instant.row] == pytest.approx(
            np.nanmin(
                clip.angles.curve("right_elbow_angle")[
                    clip.key_actions["start"].row : clip.key_actions["strike"].row + 1
                ]
            )
        )
    tempo = next(finding for finding in found.measures if finding.name == "cocking_to_strike")
    slow = Advice(key="cocking_to_strike_more", key_action=None, finding=tempo)
    assert shown_instants(found, slow, load_catalog("en"))[0].frame == found.key_actions[2].reference.frame


def test_an_order_is_only_claimed_for_the_peaks_that_are_seen():
    _, trunk, _, hand = build_performance().peaks
    for peaks, order, seen in (((trunk, hand), "in_order", ("Trunk", "Hand")), ((hand,), "unseen", ("Hand",))):
        found = build_assessment(performance=build_performance(peaks=peaks))
        lane = build_peaks(found, load_catalog("en")).lanes[1]
        assert (lane.order, lane.seen) == (order, seen)
        page = render_report(found, "en", ())
        assert "Pelvis, Trunk, Elbow, Hand: in order" in page  # the coach's
        assert (">Trunk, Hand: in order" in page.replace("</b> ", ">")) == (order == "in_order")


def test_the_number_on_a_picture_is_short():
    stride = build_finding("stride_length", 0.5, 0.38, unit="body_heights", tolerance=0.05, uncertainty=0.02)
    found = build_assessment(advice=0, praise=Advice(key="praise.stride_length", key_action="strike", finding=stride))
    assert re.findall(r'class="degrees"[^>]*>([^<]*)<', render_report(found, "en", ()))[:2] == ["0.50", "0.38"]
