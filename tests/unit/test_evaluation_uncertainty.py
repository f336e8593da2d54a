"""Uncertainty of an angle at a key action, against numbers worked out by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from handball.domain.action import KeyAction
from handball.domain.angles import AngleSeries
from handball.evaluation.uncertainty import combined, read_angle


def ramp(speed: float, rate_hz: float = 30.0, sigma: float = 0.0, rows: int = 9) -> AngleSeries:
    times = np.arange(rows) / rate_hz
    return series(times, 20.0 + speed * times, sigma)


def series(times: Any, degrees: Any, sigma: float = 0.0) -> AngleSeries:
    column = np.asarray(degrees, dtype=float)[:, None]
    return AngleSeries(
        names=("right_elbow_angle",), frames=np.arange(len(times)), times=times, degrees=column,
        sigma_deg=np.full(column.shape, sigma),
    )  # fmt: skip


def mark(angles: AngleSeries, row: int, time: float | None = None, sigma: float = 0.0) -> KeyAction:
    at = float(angles.times[row]) if time is None else time
    return KeyAction(name="strike", row=row, frame=row, time=at, rule="manual", confidence=1.0, timing_sigma_s=sigma)


def read(angles: AngleSeries, row: int, **changes: Any) -> Any:
    return read_angle(angles, "right_elbow_angle", mark(angles, row, **changes))


def test_a_fast_elbow_at_30_pictures_a_second_costs_13_degrees_on_two_clips() -> None:
    one = read(ramp(1000.0), 4).timing_sigma
    assert one == pytest.approx(1000 / 30 / np.sqrt(12))
    assert combined(one, one) == pytest.approx(13.608, abs=0.001)


@pytest.mark.parametrize(("rate_hz", "expected"), [(30.0, 9.6225), (60.0, 4.8113), (120.0, 2.4056), (240.0, 1.2028)])
def test_the_timing_error_halves_with_twice_the_rate(rate_hz: float, expected: float) -> None:
    assert read(ramp(1000.0, rate_hz), 4).timing_sigma == pytest.approx(expected, abs=1e-4)


def test_a_timing_error_above_the_frame_grid_counts_in_full() -> None:
    assert read(ramp(500.0, 240.0), 4, sigma=0.02).timing_sigma == pytest.approx(10.0)


def test_a_steady_joint_has_pose_noise_only() -> None:
    reading = read(ramp(0.0, sigma=4.0), 4)
    assert (reading.pose_sigma, reading.timing_sigma) == (4.0, 0.0)


def test_a_turning_point_between_frames_is_not_claimed_exact() -> None:
    # A peak at row 2: its central difference is 0, those of its neighbours are 30 degrees in 2 frames.
    angles = series(np.arange(5) / 30, [90.0, 120.0, 120.0 + 30.0, 120.0, 90.0])
    assert read(angles, 2).timing_sigma == pytest.approx(60 / (2 / 30) / 30 / np.sqrt(12))


def test_the_longer_step_counts_where_a_picture_is_missing() -> None:
    times = np.array([0, 1, 2, 4, 5]) / 30
    assert read(series(times, 300 * times), 2).timing_sigma == pytest.approx(300 * 2 / 30 / np.sqrt(12))


def test_an_angle_that_wraps_is_no_faster_for_it() -> None:
    times = np.arange(9) / 30
    wrapping = 180 - np.mod(180 - (150 + 300 * times), 360)
    assert wrapping.min() < 0 < wrapping.max()
    assert read(series(times, wrapping), 4).timing_sigma == pytest.approx(300 / 30 / np.sqrt(12))


@pytest.mark.parametrize(("time_share", "expected"), [(0.0, 120.0), (0.5, 125.0), (-0.25, 117.5), (3.0, 130.0)])
def test_a_time_between_rows_is_interpolated_as_far_as_the_next_row(time_share: float, expected: float) -> None:
    angles = series(np.arange(5) / 30, [100.0, 110.0, 120.0, 130.0, 140.0])
    assert read(angles, 2, time=(2 + time_share) / 30).value == pytest.approx(expected)


def test_interpolation_goes_the_short_way_round() -> None:
    angles = series(np.arange(3) / 30, [170.0, 176.0, -176.0])
    assert read(angles, 1, time=1.75 / 30).value == pytest.approx(-178.0)


def test_a_missing_neighbor_does_not_hide_the_value() -> None:
    angles = series(np.arange(4) / 30, [100.0, 110.0, np.nan, 130.0])
    assert read(angles, 1, time=1.4 / 30).value == 110.0


@pytest.mark.parametrize("rows", [1, 2])
def test_a_clip_too_short_for_a_speed_is_not_claimed_sure(rows: int) -> None:
    reading = read(ramp(100.0, rows=rows), 0)
    assert np.isnan(reading.timing_sigma) == (rows == 1)


def test_an_unknown_angle_reads_as_missing() -> None:
    angles = ramp(0.0)
    assert np.isnan(read_angle(angles, "left_elbow_angle", mark(angles, 4)).value)
