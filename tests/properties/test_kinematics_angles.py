"""What must not change an angle, and what must."""

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handball.kinematics.angles import ANGLE_NAMES, SIGNED_ANGLES, measure_angles
from handball.kinematics.smoothing import smoothed
from handball.kinematics.vectors import wrapped_deg
from synthetic import ThrowStyle, analytic_throw

BODY = analytic_throw(ThrowStyle(rate_hz=30.0, noise_mm=10.0)).body
WHOLE = measure_angles(BODY)
TARGET = np.array([1.0, 0.0, 0.0])


def moved(yaw: float, scale: float, shift) -> object:
    sine, cosine = np.sin(yaw), np.cos(yaw)
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    return attrs.evolve(BODY, positions=scale * BODY.positions @ turn.T + np.array(shift), sigma=scale * BODY.sigma)


@given(
    yaw=st.floats(-np.pi, np.pi),
    scale=st.floats(0.3, 3.0),
    shift=st.tuples(*[st.floats(-50, 50)] * 3),
)
@settings(max_examples=30)
def test_turning_moving_and_scaling_the_scene_changes_no_angle(yaw, scale, shift):
    found = measure_angles(moved(yaw, scale, shift))
    assert np.abs(wrapped_deg(found.degrees - WHOLE.degrees)).max() < 1e-6


@given(seed=st.integers(0, 1000), noise_mm=st.floats(0, 60), hand=st.sampled_from(["left", "right"]))
@settings(max_examples=25)
def test_every_angle_stays_in_its_range(seed, noise_mm, hand):
    body = analytic_throw(ThrowStyle(rate_hz=30.0, noise_mm=noise_mm, seed=seed, hand=hand)).body
    found = measure_angles(body)
    for name in ANGLE_NAMES:
        values = found.curve(name)
        low = -180 if name in SIGNED_ANGLES else 0
        assert values.min() >= low
        assert values.max() <= 180
    assert found.sigma_deg.min() >= 0


@given(seed=st.integers(0, 1000))
@settings(max_examples=20)
def test_the_mirror_image_has_the_angles_of_the_other_side(seed):
    body = analytic_throw(ThrowStyle(rate_hz=30.0, noise_mm=20.0, seed=seed)).body
    plain, mirrored = measure_angles(body, TARGET), measure_angles(body.mirrored(), -TARGET)
    for name in ("elbow_angle", "shoulder_elevation", "hip_angle", "knee_angle"):
        for side, other in (("left", "right"), ("right", "left")):
            assert mirrored.curve(f"{side}_{name}") == pytest.approx(plain.curve(f"{other}_{name}"), abs=1e-6)
    assert mirrored.curve("trunk_tilt_forward") == pytest.approx(plain.curve("trunk_tilt_forward"), abs=1e-6)
    for name in ("trunk_tilt_lateral", "shoulder_line_angle", "hip_line_angle", "hip_shoulder_separation"):
        assert np.abs(wrapped_deg(mirrored.curve(name) + plain.curve(name))).max() < 1e-6


def test_a_left_hander_mirrored_is_the_right_hander():
    right = measure_angles(analytic_throw(ThrowStyle(rate_hz=30.0)).body)
    left = measure_angles(analytic_throw(ThrowStyle(rate_hz=30.0, hand="left")).body.mirrored())
    assert np.abs(wrapped_deg(left.degrees - right.degrees)).max() < 1e-6


@given(factor=st.floats(1.1, 5.0))
@settings(max_examples=15)
def test_less_certain_joints_give_less_certain_angles(factor):
    sure = measure_angles(attrs.evolve(BODY, sigma=np.full(BODY.sigma.shape, 0.002)), TARGET).sigma_deg
    unsure = measure_angles(attrs.evolve(BODY, sigma=np.full(BODY.sigma.shape, 0.002 * factor)), TARGET).sigma_deg
    assert (unsure > sure).all()
    assert np.median(unsure / sure) == pytest.approx(factor, rel=0.1)


@pytest.mark.parametrize("row", [5, 15, 24, 30])
def test_the_uncertainty_is_that_of_many_noisy_bodies(row):
    sigma, count = 0.004, 1500
    exact = analytic_throw(ThrowStyle(rate_hz=30.0)).body.rows(slice(row, row + 1))
    rng = np.random.default_rng(row)
    noisy = exact.positions + rng.normal(0, sigma, (count, *exact.positions.shape[1:]))
    crowd = attrs.evolve(
        exact, frames=np.arange(count), times=np.arange(count) / 30, positions=noisy,
        scores=np.ones(noisy.shape[:2]), sigma=np.full(noisy.shape, sigma),
    )  # fmt: skip
    exact = attrs.evolve(exact, sigma=np.full(exact.sigma.shape, sigma))
    told, found = measure_angles(exact, TARGET), measure_angles(crowd, TARGET)
    for name in ANGLE_NAMES:
        spread = np.std(wrapped_deg(found.curve(name) - told.curve(name)))
        # an angle near 180 folds back: only its size is Gaussian
        if name in SIGNED_ANGLES or 15 < told.curve(name)[0] < 165:
            assert told.sigma(name)[0] == pytest.approx(spread, rel=0.25), name


@given(
    yaw=st.floats(-np.pi, np.pi),
    shift=st.tuples(*[st.floats(-5, 5)] * 3),
    hole=st.integers(2, 40),
)
@settings(max_examples=15)
def test_smoothing_commutes_with_turning_and_moving(yaw, shift, hole):
    def treated(pose):
        positions = pose.positions.copy()
        positions[hole] = np.nan
        return smoothed(attrs.evolve(pose, positions=positions)).positions

    sine, cosine = np.sin(yaw), np.cos(yaw)
    turn = np.array([[cosine, -sine, 0], [sine, cosine, 0], [0, 0, 1]])
    # the cubics that fill gaps work axis by axis: quarter turns and moves are exact, others nearly so
    difference = treated(moved(yaw, 1.0, shift)) - (treated(BODY) @ turn.T + np.array(shift))
    assert np.abs(difference).max() < 0.06
