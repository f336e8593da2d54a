"""Cubics, low-pass and neighbors against SciPy, which has the same and takes long to load."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from scipy.interpolate import PchipInterpolator
from scipy.ndimage import maximum_filter1d, minimum_filter1d, percentile_filter
from scipy.signal import butter, find_peaks, sosfiltfilt

from handball.kinematics.cubics import monotone_cubic
from handball.kinematics.low_pass import low_pass
from handball.kinematics.neighbors import highest_around, lowest_around, share_around, tops

RANDOM = np.random.default_rng(4)


@pytest.mark.parametrize("rows", [2, 3, 4, 40])
def test_cubics_are_those_of_pchip(rows: int) -> None:
    times = np.cumsum(RANDOM.uniform(0.01, 0.1, rows))
    values = np.round(RANDOM.normal(size=(rows, 3)), 1)
    at = np.linspace(times[0] - 0.02, times[-1] + 0.02, 300)
    expected = PchipInterpolator(times, values, axis=0)(at)
    np.testing.assert_allclose(monotone_cubic(times, values, at), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize(
    ("rows", "cutoff", "rate"), [(6, 12.0, 30.0), (12, 12.0, 60.0), (300, 15.0, 120.0), (90, 15.0, 960.0)]
)
def test_low_pass_is_a_butterworth_filter_forward_and_back(rows: int, cutoff: float, rate: float) -> None:
    values = RANDOM.normal(size=(rows, 2)).cumsum(axis=0)
    sections = butter(2, cutoff, fs=rate, output="sos")
    expected = sosfiltfilt(sections, values, axis=0, padlen=min(rows - 1, 12))
    np.testing.assert_allclose(low_pass(values, cutoff, rate), expected, rtol=1e-9, atol=1e-9)


@pytest.mark.parametrize("rows", [1, 2, 3, 200])
def test_tops_are_local_maxima_with_flat_ones_in_their_middle(rows: int) -> None:
    values = RANDOM.integers(0, 6, rows).astype(float)
    assert tops(values, 3.0).tolist() == find_peaks(values, height=3.0)[0].tolist()
    assert tops(values).tolist() == find_peaks(values)[0].tolist()


@pytest.mark.parametrize("rows", [2, 5, 90])
def test_neighbors_are_those_of_running_filters(rows: int) -> None:
    values = RANDOM.normal(size=rows)
    assert np.array_equal(lowest_around(values, 3), minimum_filter1d(values, 3, mode="nearest"))
    assert np.array_equal(highest_around(values, 7), maximum_filter1d(values, 7, mode="nearest"))
    assert np.array_equal(share_around(values, 0.75, 15), percentile_filter(values, 75, size=15, mode="nearest"))


def test_a_check_loads_neither_scipy_nor_the_report() -> None:
    slow = ("scipy", "jinja2", "onnxruntime", "handball.reporting.html")
    script = (
        "import sys, handball.cli.check, handball.cli.options, handball.pipeline.checking, "
        f"handball.reporting.capture_text; print(sorted({set(slow)!r} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
