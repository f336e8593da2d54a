"""The analytic throw itself: its declared moments are where the motion has them."""

import numpy as np
import pytest

from handball.kinematics.derivatives import velocity
from synthetic import ThrowStyle, analytic_throw, lowering_deg, throw_angles, warped

FINE = {"rate_hz": 500.0}


@pytest.mark.parametrize(
    "style",
    [
        ThrowStyle(**FINE),
        ThrowStyle(**FINE, elbow_lowered_mm=120),
        ThrowStyle(**FINE, hand="left", yaw_deg=40, body_height=1.5, tempo=0.7),
    ],
)
def test_declared_moments_are_those_of_the_motion(style):
    throw = analytic_throw(style)
    body, hand = throw.body, style.hand
    hips = body.middle("left_hip", "right_hip")
    hand_velocity = velocity(body.joint(f"{hand}_wrist"), body.times)
    fastest = body.times[np.linalg.norm(hand_velocity, axis=1).argmax()]
    top = body.times[(body.joint(f"{hand}_elbow") - hips)[:, 2].argmax()]
    assert fastest == pytest.approx(throw.time_of("strike"), abs=0.004)
    assert top == pytest.approx(throw.time_of("cocking"), abs=0.004)
    direction = hand_velocity[throw.row_of("strike")]
    assert direction @ np.array(throw.target) / np.linalg.norm(direction) > 0.9


def test_the_elbow_top_is_followed_by_a_low_plateau_at_the_finish():
    throw = analytic_throw(ThrowStyle(**FINE))
    height = (throw.body.joint("right_elbow") - throw.body.middle("left_hip", "right_hip"))[:, 2]
    after = slice(throw.row_of("strike"), None)
    lowest = throw.body.times[after][height[after].argmin()]
    assert lowest == pytest.approx(throw.time_of("finish"), abs=0.005)
    start = throw.row_of("start")
    rise = (height[start] - height[0]) / (height.max() - height[0])
    assert rise == pytest.approx(0.1, abs=0.02)


def test_the_motion_has_published_size_and_order():
    style = ThrowStyle(**FINE)
    throw, angles = analytic_throw(style), throw_angles(style)
    strike, cocking = throw.row_of("strike"), throw.row_of("cocking")
    elbow = angles.curve("right_elbow_angle")
    assert 50 <= elbow[cocking] <= 90
    extension = np.gradient(elbow, angles.times)
    assert extension.max() > 1000
    times = [
        angles.times[np.gradient(-angles.curve(name), angles.times).argmax()]
        for name in ("hip_line_angle", "shoulder_line_angle")
    ]
    peaks = [*times, angles.times[extension.argmax()], throw.time_of("strike")]
    assert peaks == sorted(peaks)
    assert times[0] - throw.time_of("strike") == pytest.approx(-0.15, abs=0.01)
    assert 75 <= angles.curve("right_shoulder_elevation")[strike] <= 105
    hand_back = (throw.body.joint("right_wrist") - throw.body.joint("right_shoulder"))[cocking]
    assert hand_back[0] < -0.08
    feet = throw.body.joint("left_ankle") - throw.body.joint("right_ankle")
    assert feet[strike, 0] > 0.6


@pytest.mark.parametrize(
    ("name", "offset"),
    [
        ("right_elbow_angle", 12.0),
        ("left_elbow_angle", -9.0),
        ("right_shoulder_elevation", -15.0),
        ("right_shoulder_azimuth", 10.0),
        ("right_forearm_rotation", 20.0),
        ("left_knee_angle", -8.0),
    ],
)
def test_a_named_offset_is_exact(name, offset):
    plain = throw_angles(ThrowStyle(rate_hz=60))
    changed = throw_angles(ThrowStyle(rate_hz=60, angle_offsets=((name, offset),)))
    np.testing.assert_allclose(changed.curve(name) - plain.curve(name), offset, atol=1e-6)


def test_a_lowered_elbow_is_lower_by_about_that_much_at_the_cocking():
    style = ThrowStyle(**FINE, elbow_lowered_mm=80)
    heights = [
        analytic_throw(one).body.joint("right_elbow")[analytic_throw(one).row_of("cocking"), 2]
        for one in (ThrowStyle(**FINE), style)
    ]
    assert heights[0] - heights[1] == pytest.approx(0.08, abs=0.02)
    elevations = [throw_angles(one).curve("right_shoulder_elevation") for one in (ThrowStyle(**FINE), style)]
    at_cocking = analytic_throw(style).row_of("cocking")
    assert (elevations[0] - elevations[1])[at_cocking] == pytest.approx(lowering_deg(style))


def test_a_left_hander_is_the_mirror_image():
    left, right = analytic_throw(ThrowStyle(hand="left")).body, analytic_throw().body
    np.testing.assert_allclose(left.mirrored().positions, right.positions, atol=1e-12)


def test_missing_joints_noise_and_the_pelvis_origin():
    style = ThrowStyle(missing=("left_ankle",), noise_mm=5, origin="pelvis", dropout=0.1, seed=3)
    body = analytic_throw(style).body
    assert np.isnan(body.joint("left_ankle")).all()
    assert 0.05 < np.isnan(body.joint("nose")[:, 0]).mean() < 0.2
    np.testing.assert_allclose(np.nan_to_num(body.middle("left_hip", "right_hip")), 0, atol=1e-12)
    with pytest.raises(ValueError, match="no offset"):
        ThrowStyle(angle_offsets=(("right_nose_angle", 3.0),))


def test_tempo_and_lead_move_the_moments():
    slow = analytic_throw(ThrowStyle(tempo=0.5, lead_in=1.0))
    assert slow.time_of("strike") == pytest.approx(1.0 + 0.6 / 0.5)
    still = np.ptp(slow.body.positions[slow.body.times < 0.99], axis=0)
    assert still.max() < 1e-9


def test_a_warp_maps_key_actions_to_key_actions_and_stays_within_its_tempo():
    pair = warped(5)
    for name in ("start", "cocking", "strike", "finish"):
        assert pair.true_time(pair.reference.time_of(name)) == pytest.approx(pair.performance.time_of(name), abs=1e-6)
    times = np.linspace(0.3, 1.3, 50)
    tempo = np.diff(times) / np.diff(pair.true_time(times))
    assert tempo.min() > 0.79
    assert tempo.max() < 1.51
