"""Measures that faults are read from, on curves and joints whose answer is known."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from builders import build_angles, build_key_actions, build_pose_3d
from handball.domain.angles import AngleSeries
from handball.domain.pose import Pose3D
from handball.kinematics.technique_measures import Throw, hand_to_opposite_hip, shoulder_turn, stretched_elbow

BODY = build_pose_3d(rate_hz=120.0)
KEY_ACTIONS = build_key_actions(BODY)
STRIKE = KEY_ACTIONS["strike"]


def throw(body: Pose3D = BODY, **curves: np.ndarray) -> Throw:
    angles = build_angles(BODY)
    degrees = angles.degrees.copy()
    for name, curve in curves.items():
        degrees[:, angles.names.index(name)] = curve
    return Throw(body=body, angles=with_degrees(angles, degrees), key_actions=KEY_ACTIONS, direction=np.eye(3)[0])


def with_degrees(angles: AngleSeries, degrees: np.ndarray) -> AngleSeries:
    return attrs.evolve(angles, degrees=degrees, sigma_deg=np.full(degrees.shape, 3.0))


def since_strike() -> np.ndarray:
    return np.asarray(BODY.times - STRIKE.time)


def test_an_elbow_that_opens_evenly_is_read_in_the_middle_of_its_window() -> None:
    found = stretched_elbow(throw(right_elbow_angle=100.0 + 400.0 * since_strike()))
    assert found.value == pytest.approx(110.0)
    assert found.sigma == pytest.approx(np.hypot(3.0, 400.0 * STRIKE.timing_sigma_s))


def test_an_elbow_that_soon_stops_opening_depends_less_on_the_timing() -> None:
    stops = 100.0 + 1000.0 * np.clip(since_strike(), None, 0.01)
    found = stretched_elbow(throw(right_elbow_angle=stops))
    assert 105.0 < found.value < 110.0
    assert found.sigma == pytest.approx(np.hypot(3.0, 200.0 * STRIKE.timing_sigma_s), rel=0.01)


def test_a_clip_that_ends_at_the_strike_does_not_show_how_far_the_elbow_stretches() -> None:
    rows = slice(0, STRIKE.row + 2)
    angles = build_angles(BODY).rows(rows)
    short = Throw(body=BODY, angles=angles, key_actions=KEY_ACTIONS, direction=np.eye(3)[0])
    assert np.isnan(stretched_elbow(short).value)


@pytest.mark.parametrize("aside_deg", [0.0, 25.0, 170.0])
def test_the_turn_of_the_shoulders_does_not_depend_on_where_the_throw_is_said_to_go(aside_deg: float) -> None:
    turning = np.interp(since_strike(), [-0.1, 0.0], [60.0, -10.0]) + aside_deg
    found = shoulder_turn(throw(shoulder_line_angle=(turning + 180.0) % 360.0 - 180.0))
    assert found.value == pytest.approx(70.0)
    assert found.sigma >= np.hypot(3.0, 3.0)


def test_shoulders_that_never_turn_have_no_turn() -> None:
    found = shoulder_turn(throw(shoulder_line_angle=np.full(len(BODY.times), 12.0)))
    assert (found.value, found.sigma) == (pytest.approx(0.0), pytest.approx(np.hypot(3.0, 3.0)))


def test_the_hand_is_nearest_to_the_opposite_hip_where_it_swings_out_and_not_before_the_strike() -> None:
    positions = BODY.positions.copy()
    hip, hand = BODY.skeleton.index("left_hip"), BODY.skeleton.index("right_wrist")
    positions[:, hand] = positions[:, hip] + np.array([0.0, 0.0, 0.9])
    positions[since_strike() < 0, hand] = positions[since_strike() < 0, hip]
    swung = np.abs(since_strike() - 0.2) < 0.02
    positions[swung, hand] = positions[swung, hip] + np.array([0.3, 0.0, 0.0])
    torso = float(np.median(np.linalg.norm(
        BODY.middle("left_shoulder", "right_shoulder") - BODY.middle("left_hip", "right_hip"), axis=1
    )))  # fmt: skip
    found = hand_to_opposite_hip(throw(attrs.evolve(BODY, positions=positions)))
    assert found.value == pytest.approx(100 * 0.3 / torso)


def test_a_hand_that_is_lost_is_not_measured() -> None:
    positions = BODY.positions.copy()
    positions[:, BODY.skeleton.index("right_wrist")] = np.nan
    assert np.isnan(hand_to_opposite_hip(throw(attrs.evolve(BODY, positions=positions))).value)
