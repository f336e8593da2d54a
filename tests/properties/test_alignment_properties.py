import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from handball.alignment import WarpingAligner, default_aligner, time_map
from handball.alignment.transfer import isotonic
from handball.alignment.warping_path import ASYMMETRIC_WIDE, warping_path
from handball.domain.angles import AngleSeries

ANGLES = ("right_elbow_angle", "trunk_tilt_forward", "left_knee_angle")
CLOSED = WarpingAligner(name="closed")
OPEN = WarpingAligner(name="open", step=ASYMMETRIC_WIDE, open_begin=True, open_end=True)


def series(degrees):
    rows = np.arange(len(degrees))
    return AngleSeries(
        names=ANGLES, frames=rows, times=rows / 100, degrees=degrees, sigma_deg=np.ones(np.shape(degrees))
    )


values = st.one_of(st.floats(-179, 180, width=16), st.just(np.nan))
clips = st.integers(1, 12).flatmap(lambda rows: arrays.arrays(np.float64, (rows, 3), elements=values)).map(series)


@settings(max_examples=60, deadline=None)
@given(clips, clips)
def test_every_path_is_monotone_covers_the_reference_and_is_finite(reference, performance):
    for aligner in (CLOSED, OPEN, default_aligner()):
        found = aligner(reference, performance)
        assert (np.diff(found.path, axis=0) >= 0).all()
        assert sorted(set(found.path[:, 0].tolist())) == list(range(len(reference.times)))
        assert found.path[:, 1].max() < len(performance.times)
        assert np.isfinite(found.costs).all()
        assert np.isfinite(found.distance)
        times = time_map(found, reference, performance).performance
        assert (np.diff(times) >= 0).all()


@settings(max_examples=60, deadline=None)
@given(clips)
def test_a_clip_against_itself_has_no_distance(clip):
    for aligner in (CLOSED, OPEN, default_aligner()):
        assert aligner(clip, clip).distance == 0 or np.isnan(clip.degrees).any()


@settings(max_examples=60, deadline=None)
@given(clips, clips)
def test_the_closed_distance_is_symmetric(first, second):
    assert np.isclose(CLOSED(first, second).distance, CLOSED(second, first).distance)


@settings(max_examples=60, deadline=None)
@given(arrays.arrays(np.float64, st.tuples(st.integers(1, 9), st.integers(1, 9)), elements=st.floats(0, 9, width=16)))
def test_open_ends_never_cost_more_where_each_reference_row_counts_once(costs):
    both = warping_path(costs, ASYMMETRIC_WIDE, open_begin=True, open_end=True).distance
    end = warping_path(costs, ASYMMETRIC_WIDE, open_end=True).distance
    assert both <= end + 1e-9


@given(st.lists(st.floats(-50, 50), min_size=1, max_size=9))
def test_isotonic_never_falls_and_keeps_the_mean(numbers):
    numbers = np.array(numbers)
    level = isotonic(numbers, np.ones(len(numbers)))
    assert (np.diff(level) >= -1e-9).all()
    assert np.isclose(level.mean(), numbers.mean(), atol=1e-9)
