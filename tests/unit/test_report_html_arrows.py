"""Arrows over a picture: following one brings the joint nearer to the coach."""

from __future__ import annotations

import re

import numpy as np
import pytest

from builders import build_assessment, build_performance
from handball.domain.skeleton import BODY_23
from handball.kinematics.vectors import angle_between_deg
from handball.languages import load_catalog
from handball.reporting.html.arrows import find_arrow
from handball.reporting.html.figures import Scene
from handball.reporting.html.highlights import find_highlight
from handball.reporting.html.moments import Pairs
from handball.reporting.html.stage import build_stage

STANDING = {
    "right_shoulder": (-90, -800), "left_shoulder": (90, -800), "right_hip": (-60, -530), "left_hip": (60, -530),
    "right_elbow": (-260, -740), "right_wrist": (-330, -870), "left_elbow": (270, -760), "left_wrist": (390, -840),
    "right_knee": (-120, -290), "right_ankle": (-260, -80), "left_knee": (150, -290), "left_ankle": (160, -50),
}  # fmt: skip
INTERIOR = {
    f"{side}_{name}": tuple(f"{side}_{joint}" for joint in joints)
    for side in ("right", "left")
    for name, joints in (("elbow_angle", ("shoulder", "elbow", "wrist")), ("hip_angle", ("shoulder", "hip", "knee")),
                         ("knee_angle", ("hip", "knee", "ankle")))
}  # fmt: skip


def standing():
    joints = np.full((23, 2), np.nan)
    for name, place in STANDING.items():
        joints[BODY_23.index(name)] = place
    return joints


def ends(arrow):
    numbers = [float(number) for number in re.findall(r"-?\d+", getattr(arrow, "path", arrow))]
    return np.array(numbers[:2]), np.array(numbers[2:4])


def angle(joints, names):
    first, center, last = (np.append(joints[BODY_23.index(name)], 0.0)[None] for name in names)
    return float(angle_between_deg(first - center, last - center)[0])


@pytest.mark.parametrize("more", [True, False])
@pytest.mark.parametrize("name", sorted(INTERIOR))
def test_following_the_arrow_opens_or_closes_the_joint(name, more):
    joints, moving = standing(), BODY_23.index(INTERIOR[name][2])
    start, tip = ends(find_arrow(name, joints, more, toward=1))
    moved = joints.copy()
    moved[moving] += 0.2 * (tip - start)
    assert (angle(moved, INTERIOR[name]) > angle(joints, INTERIOR[name])) == more
    assert np.hypot(*(start - joints[moving])) < np.hypot(*(tip - joints[moving]))


@pytest.mark.parametrize(
    ("name", "toward", "way"),
    [
        ("elbow_height", 1, (0, -1)), ("right_shoulder_elevation", -1, (0, -1)),
        ("left_shoulder_elevation", 1, (0, -1)),
        ("trunk_tilt_forward", 1, (1, 0)), ("trunk_tilt_forward", -1, (-1, 0)), ("hand_behind_shoulder", 1, (-1, 0)),
        ("lead_foot", -1, (-1, 0)), ("stride_length", 1, (1, 0)),
    ],
)  # fmt: skip
def test_more_of_it_points_that_way_and_less_the_other(name, toward, way):
    for more, sign in ((True, 1), (False, -1)):
        start, tip = ends(find_arrow(name, standing(), more, toward))
        np.testing.assert_allclose((tip - start) / np.hypot(*(tip - start)), sign * np.array(way), atol=0.02)


def test_no_arrow_where_the_picture_does_not_show_the_way():
    joints = standing()
    assert find_arrow("shoulder_line_angle", joints, True, toward=1) is None
    assert find_arrow("trunk_tilt_forward", joints, True, toward=0) is None
    joints[BODY_23.index("right_wrist")] = joints[BODY_23.index("right_elbow")] + [40, -40]
    assert find_arrow("right_elbow_angle", joints, True, toward=1) is None
    joints[BODY_23.index("left_wrist")] = np.nan
    assert find_arrow("left_elbow_angle", joints, True, toward=1) is None


def pairs_of(**changes):
    found = build_assessment(**changes)
    reference, performance = found.standard.reference, found.performance
    stage = build_stage(reference, performance, found.alignment)
    coach = Scene(role="coach", clip=reference, actor=stage.reference, stage=stage, pictures=())
    learner = Scene(role="learner", clip=performance, actor=stage.performance, stage=stage, pictures=())
    return Pairs(assessment=found, catalog=load_catalog("en"), reference=coach, performance=learner)


def test_only_the_learner_gets_an_arrow_and_only_for_what_is_off():
    coach, learner = pairs_of(advice=1).top().pair
    assert coach.arrow == ""
    assert learner.arrow.startswith("M")
    assert all(figure.arrow == "" for figure in pairs_of(advice=0).top().pair)


def test_a_left_hander_gets_the_arrow_on_the_same_side_as_the_coach():
    right, left = (pairs_of(mirrored=mirrored).top().pair[1].arrow for mirrored in (False, True))
    ways = [np.subtract(*ends(path)[::-1]) for path in (right, left)]
    np.testing.assert_allclose(*ways, atol=4)


def test_nothing_is_called_fine_where_something_is_slight():
    assert pairs_of(advice=0).top().slight
    same = build_performance(path="learner.mp4")
    assert not pairs_of(advice=0, performance=same, measures=()).top().slight


@pytest.mark.parametrize(
    "name", ["right_shoulder_elevation", "elbow_height", "right_elbow_angle", "trunk_tilt_forward"]
)
@pytest.mark.parametrize("more", [True, False])
def test_the_number_does_not_stand_on_the_arrow(name, more):
    joints = standing()
    arrow = find_arrow(name, joints, more, toward=1)
    label = np.array(arrow.beside(find_highlight(name, joints).label), dtype=float)
    shaft = np.linspace(arrow.start, arrow.tip, 50)
    assert np.hypot(*(shaft - label).T).min() > 100
