"""Throws of different players: posture, size of the movement and steps differ, and the moments are still found."""

import attrs
import numpy as np
import pytest

from handball.alignment import default_aligner, time_map
from handball.benchmarking.alignment import Contender
from handball.benchmarking.player_alignment import run
from synthetic import ThrowStyle, throw_angles


def test_moments_of_another_player_are_found_within_the_level():
    default = Contender(name="default", aligner=default_aligner(), refined=True)
    result = run(count=24, seed=2020, rates=(120.0,), noise_mm=0.0, entered=(default,))
    for row in result.rows:
        assert row.mean_ms <= 8, row
        assert row.strike_ms <= 8.3, row


def test_an_angle_of_another_size_and_offset_does_not_pull_the_times():
    series = throw_angles(ThrowStyle(rate_hz=120.0))
    middle = np.nanmean(series.degrees, axis=0)
    gains = np.where(np.arange(len(series.names)) % 2, 1.25, 0.8)
    other = attrs.evolve(series, degrees=middle + 7.0 + gains * (series.degrees - middle))
    found = time_map(default_aligner()(series, other), series, other)
    assert np.abs(found.performance - found.reference).mean() < 0.004


def test_legs_of_another_rhythm_hardly_pull_the_times():
    series = throw_angles(ThrowStyle(rate_hz=120.0))
    legs = [k for k, name in enumerate(series.names) if name.endswith(("_knee_angle", "_hip_angle"))]
    degrees = series.degrees.copy()
    degrees[:, legs] = np.roll(degrees[:, legs], 6, axis=0)
    other = attrs.evolve(series, degrees=degrees)
    found = time_map(default_aligner()(series, other), series, other)
    assert np.abs(found.performance - found.reference).mean() < 0.008


def test_a_clip_meets_itself_at_the_same_times():
    series = throw_angles(ThrowStyle(rate_hz=120.0))
    found = time_map(default_aligner()(series, series), series, series)
    assert found.performance == pytest.approx(found.reference, abs=1e-9)
