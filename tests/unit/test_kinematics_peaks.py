"""When each part is fastest, and silence where that is mere noise."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from builders import build_angles, build_key_actions, build_pose_3d
from handball.kinematics.angles import measure_angles
from handball.kinematics.measures import throw_measures
from handball.kinematics.peaks import speed_peaks

GAPS = ("pelvis_to_trunk", "trunk_to_elbow", "elbow_to_hand")


def found(angles):
    body = build_pose_3d(rate_hz=120.0)
    return {peak.part: peak for peak in speed_peaks(body, angles, build_key_actions(body))}


def plain():
    return build_angles(build_pose_3d(rate_hz=120.0))


def changed(name, values, sigma_deg=3.0):
    angles = plain()
    degrees, sigma = angles.degrees.copy(), angles.sigma_deg.copy()
    column = angles.names.index(name)
    degrees[:, column], sigma[:, column] = values, sigma_deg
    return attrs.evolve(angles, degrees=degrees, sigma_deg=sigma)


def test_a_clear_throw_shows_all_four() -> None:
    assert list(found(plain())) == ["pelvis", "trunk", "elbow", "hand"]


def test_the_trunk_is_fastest_where_its_line_turns_fastest() -> None:
    angles = plain()
    turned = 60 - 50 * np.tanh((angles.times - 1.1) / 0.05)
    assert found(changed("shoulder_line_angle", turned))["trunk"].time == pytest.approx(1.1, abs=0.004)


@pytest.mark.parametrize("seed", range(5))
def test_noise_within_its_error_bar_is_no_peak(seed: int) -> None:
    angles = plain()
    knots = np.arange(0, angles.times[-1] + 0.05, 0.05)
    drift = np.interp(angles.times, knots, np.random.default_rng(seed).normal(0, 2.0, len(knots)))
    assert "elbow" not in found(changed("right_elbow_angle", 120 + drift, sigma_deg=10.0))


def test_a_speed_that_still_grows_where_the_window_begins_is_no_peak() -> None:
    angles = plain()
    assert "elbow" not in found(changed("right_elbow_angle", 60 + 90 * np.exp(-(((angles.times - 0.3) / 0.2) ** 2))))


def test_a_rival_within_the_noise_widens_the_error_bar() -> None:
    angles = plain()
    twice = 100 + 27 * np.tanh((angles.times - 0.85) / 0.03) + 36 * np.tanh((angles.times - 1.15) / 0.03)
    sure, unsure = (found(changed("right_elbow_angle", twice, sigma_deg=sigma))["elbow"] for sigma in (0.5, 20.0))
    assert sure.time == unsure.time
    assert unsure.timing_sigma_s > 0.05
    assert unsure.timing_sigma_s > 2 * sure.timing_sigma_s


def test_a_part_without_a_peak_leaves_its_gaps_not_measurable() -> None:
    body = build_pose_3d(rate_hz=120.0)
    angles = changed("right_elbow_angle", 120.0, sigma_deg=10.0)
    marks = build_key_actions(body)
    measures = throw_measures(body, angles, marks, speed_peaks(body, angles, marks), np.array([1.0, 0.0, 0.0]))
    values = {measure.name: measure.value for measure in measures if measure.name in GAPS}
    assert np.isnan([values["trunk_to_elbow"], values["elbow_to_hand"]]).all()
    assert np.isfinite(values["pelvis_to_trunk"])


def test_a_body_that_is_measured_shows_the_whip() -> None:
    body = build_pose_3d(rate_hz=120.0)
    peaks = speed_peaks(body, measure_angles(body), build_key_actions(body))
    assert [peak.part for peak in peaks] == ["pelvis", "trunk", "elbow", "hand"]
    assert peaks[0].time == min(peak.time for peak in peaks)
