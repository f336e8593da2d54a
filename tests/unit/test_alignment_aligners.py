import attrs
import numpy as np
import pytest

from handball.alignment import (
    LinearAligner,
    PiecewiseAligner,
    WarpingAligner,
    carried_over,
    default_aligner,
    staircase,
    time_map,
)
from handball.domain.action import KEY_ACTION_NAMES
from synthetic import ThrowStyle, analytic_throw, throw_angles, warped_angles

CLOSED = WarpingAligner(name="closed")


def mean_error_ms(times, pair, reference):
    found = np.interp(reference.times, times.reference, times.performance)
    return np.abs(found - pair.true_time(reference.times)).mean() * 1000


@pytest.mark.parametrize("seed", range(4))
def test_the_default_recovers_a_known_warp(seed):
    pair, reference, performance = warped_angles(seed)
    alignment = default_aligner()(reference, performance)
    assert mean_error_ms(staircase(alignment, reference, performance), pair, reference) < 6
    continuous = time_map(alignment, reference, performance)
    assert mean_error_ms(continuous, pair, reference) < 4
    strike = carried_over(alignment, reference, performance, pair.reference.time_of("strike"))
    assert strike == pytest.approx(pair.performance.time_of("strike"), abs=0.003)


def test_closed_warping_beats_the_even_stretch():
    pair, reference, performance = warped_angles(1)
    errors = [
        mean_error_ms(staircase(aligner(reference, performance), reference, performance), pair, reference)
        for aligner in (CLOSED, LinearAligner())
    ]
    assert errors[0] < errors[1] / 5


@pytest.mark.parametrize(("reference_hz", "performance_hz"), [(120, 30), (30, 240)])
def test_clips_of_unlike_frame_rates_align(reference_hz, performance_hz):
    one, two = ThrowStyle(rate_hz=reference_hz), ThrowStyle(rate_hz=performance_hz, tempo=0.8, lead_in=0.5)
    reference, performance = throw_angles(one, action_only=True), throw_angles(two)
    alignment = default_aligner()(reference, performance)
    times = staircase(alignment, reference, performance)
    for name in KEY_ACTION_NAMES:
        found, true = times(analytic_throw(one).time_of(name)), analytic_throw(two).time_of(name)
        assert found == pytest.approx(true, abs=1 / min(reference_hz, performance_hz))
    assert alignment.path[:, 1].max() < len(performance.times)


def test_a_throw_at_eighty_percent_speed_keeps_its_key_rows():
    slow = ThrowStyle(tempo=0.8)
    reference, performance = throw_angles(action_only=True), throw_angles(slow)
    alignment = default_aligner()(reference, performance)
    throw = analytic_throw()
    for name in KEY_ACTION_NAMES:
        carried = alignment.transferred(throw.row_of(name) - throw.action_rows.start)
        assert abs(carried - analytic_throw(slow).row_of(name)) <= 2


def test_a_constant_difference_of_style_hardly_moves_the_strike():
    offsets = (("right_elbow_angle", 15.0), ("shoulder_line_angle", -12.0), ("right_shoulder_elevation", -15.0))
    reference = throw_angles(action_only=True)
    other = throw_angles(ThrowStyle(tempo=0.9, angle_offsets=offsets))
    found = carried_over(default_aligner()(reference, other), reference, other, analytic_throw().time_of("strike"))
    assert found == pytest.approx(analytic_throw(ThrowStyle(tempo=0.9)).time_of("strike"), abs=0.005)


def test_reversal_costs_more():
    _, reference, performance = warped_angles(0)
    backwards = attrs.evolve(performance, degrees=performance.degrees[::-1])
    for aligner in (CLOSED, default_aligner()):
        assert aligner(reference, backwards).distance > 2 * aligner(reference, performance).distance


def test_missing_angles_hardly_change_the_result():
    pair, reference, performance = warped_angles(2)
    degrees = performance.degrees.copy()
    degrees[:, [1, 8, 9]] = np.nan
    degrees[20:24] = np.nan
    alignment = default_aligner()(reference, attrs.evolve(performance, degrees=degrees))
    assert np.isfinite(alignment.costs).all()
    times = time_map(alignment, reference, attrs.evolve(performance, degrees=degrees))
    assert mean_error_ms(times, pair, reference) < 5


def test_events_bound_the_piecewise_stretch():
    _, reference, performance = warped_angles(0)
    marks = ((0, 10), (40, 60), (len(reference.times) - 1, 100))
    path = PiecewiseAligner(marks=marks)(reference, performance).path
    assert {(int(i), int(j)) for i, j in path} >= set(marks)
    assert np.diff(path, axis=0).max() == 1


def test_unlike_or_empty_series_are_refused():
    _, reference, performance = warped_angles(0)
    renamed = attrs.evolve(performance, names=tuple(reversed(performance.names)))
    for aligner in (CLOSED, LinearAligner(), default_aligner()):
        with pytest.raises(ValueError, match="same angles"):
            aligner(reference, renamed)
        with pytest.raises(ValueError, match="at least one row"):
            aligner(reference, performance.rows(slice(0, 0)))


def test_few_rows_align():
    _, reference, performance = warped_angles(0)
    alignment = default_aligner()(reference.rows(slice(0, 3)), performance.rows(slice(0, 2)))
    assert len(alignment.path) >= 3
