"""The low-pass against scipy's own zero-lag filter, and peaks against numpy's parabola."""

import attrs
import numpy as np
import pytest
from scipy.signal import butter, filtfilt

from handball.kinematics.derivatives import angular_velocity_deg, interpolated_peak, velocity
from handball.kinematics.smoothing import low_passed
from synthetic import ThrowStyle, analytic_throw


@pytest.mark.parametrize(("rate_hz", "cutoff"), [(120.0, 15.0), (60.0, 12.0), (120.0, 6.0)])
def test_even_times_are_filtered_as_by_scipy(rate_hz, cutoff):
    body = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=8.0)).body
    b, a = butter(2, cutoff, fs=rate_hz)
    expected = filtfilt(b, a, body.positions, axis=0)
    found = low_passed(body, cutoff).positions
    inner = slice(12, -12)
    assert np.abs(found[inner] - expected[inner]).max() < 1e-4


def test_a_missing_stretch_is_filtered_in_two_parts():
    body = analytic_throw(ThrowStyle(noise_mm=8.0)).body
    positions = body.positions.copy()
    positions[80:110] = np.nan
    parts = low_passed(attrs.evolve(body, positions=positions)).positions
    assert np.isnan(parts[80:110]).all()
    assert np.allclose(parts[:80], low_passed(body.rows(slice(0, 80))).positions, atol=2e-3)


@pytest.mark.parametrize("seed", range(8))
def test_the_top_of_a_parabola_is_found_between_uneven_samples(seed):
    rng = np.random.default_rng(seed)
    times = np.sort(rng.uniform(0, 1, 7))
    top, height, bend = rng.uniform(times[1], times[-2]), rng.uniform(-5, 5), rng.uniform(1, 50)
    values = height - bend * (times - top) ** 2
    row = int(np.argmax(values))
    time, value = interpolated_peak(times, values, row)
    parabola = np.polynomial.Polynomial.fit(times[row - 1 : row + 2], values[row - 1 : row + 2], 2)
    assert time == pytest.approx(float(parabola.deriv().roots()[0].real), abs=1e-9)
    assert (time, value) == (pytest.approx(top, abs=1e-9), pytest.approx(height, abs=1e-9))


@pytest.mark.parametrize("row", [0, 4])
def test_a_peak_at_the_edge_or_beside_a_gap_stays_at_its_sample(row):
    times, values = np.arange(5.0), np.array([5.0, 1.0, 2.0, 3.0, 9.0])
    assert interpolated_peak(times, values, row) == (times[row], values[row])
    assert interpolated_peak(times, np.array([1.0, np.nan, 3.0, 2.0, 1.0]), 2) == (2.0, 3.0)
    assert interpolated_peak(times, np.array([1.0, 3.0, 2.0, 3.0, 1.0]), 2) == (2.0, 2.0)


def test_velocities_are_exact_on_parabolas_of_uneven_times():
    times = np.cumsum([0.0, 0.02, 0.05, 0.01, 0.03, 0.04])
    values = np.stack([3 + 2 * times - 7 * times**2, 5 * times], axis=1)
    found = velocity(values, times)
    assert found[1:-1] == pytest.approx(np.stack([2 - 14 * times, 5 + 0 * times], axis=1)[1:-1])
    assert np.isnan(velocity(values[:1], times[:1])).all()


def test_angular_velocity_does_not_jump_where_an_angle_wraps():
    times = np.arange(40) / 100
    true = 150 + 300 * times
    wrapped = 180 - np.mod(180 - true, 360)
    assert angular_velocity_deg(wrapped, times) == pytest.approx(300)
    wrapped[10:14] = np.nan
    found = angular_velocity_deg(wrapped, times)
    assert np.isnan(found[10:14]).all()
    assert found[~np.isnan(found)] == pytest.approx(300)
