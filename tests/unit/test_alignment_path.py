import numpy as np
import pytest

from handball.alignment.features import Features, degrees_at, spreads
from handball.alignment.local_costs import CostRule, local_costs
from handball.alignment.registration import _bend_penalty, _times
from handball.alignment.warping_path import ASYMMETRIC, banded, warping_path
from handball.domain.angles import AngleSeries


def features(values, *, circular=True, weights=None, sigma=0.0, floor=1.0):
    values = np.asarray(values, dtype=float)
    count = values.shape[1]
    return Features(
        values=values,
        sigma=np.full(values.shape, sigma),
        circular=np.full(count, circular),
        weights=np.ones(count) if weights is None else np.asarray(weights, dtype=float),
        floor=np.full(count, floor),
    )


def series(values, times=None):
    values = np.asarray(values, dtype=float)
    rows = np.arange(len(values))
    return AngleSeries(
        names=tuple(f"right_{k}_angle" for k in range(values.shape[1])),
        frames=rows,
        times=rows / 10 if times is None else times,
        degrees=values,
        sigma_deg=np.ones_like(values),
    )


def test_a_path_by_hand():
    # Row 0 meets columns 0 and 1 for free, row 1 column 2, row 2 column 3.
    costs = np.array([[0, 0, 9, 9], [9, 9, 0, 9], [9, 9, 9, 0]], dtype=float)
    path = warping_path(costs)
    assert path.rows.tolist() == [[0, 0], [0, 1], [1, 2], [2, 3]]
    assert path.distance == 0


def test_open_ends_skip_what_does_not_belong():
    costs = np.array([[9, 9, 0, 9, 9, 9], [9, 9, 9, 0, 9, 9]], dtype=float)
    path = warping_path(costs, ASYMMETRIC, open_begin=True, open_end=True)
    assert path.rows.tolist() == [[0, 2], [1, 3]]
    begun = warping_path(costs[:, 2:], open_end=True)
    assert begun.rows.tolist() == [[0, 0], [1, 1]]


def test_no_path_is_an_error_that_says_what_to_do():
    with pytest.raises(ValueError, match="use the symmetric steps"):
        warping_path(np.zeros((3, 30)), ASYMMETRIC)


def test_the_band_always_reaches_the_end():
    costs = banded(np.zeros((10, 30)), 0.01)
    assert np.isfinite(costs[-1, -1])
    assert np.isinf(costs[9, 0]) == (9 > 20)
    assert np.isinf(costs[0, 21])
    assert warping_path(costs).distance == 0


def test_one_row_against_many():
    assert warping_path(np.ones((1, 4))).rows.tolist() == [[0, 0], [0, 1], [0, 2], [0, 3]]


def test_costs_go_the_short_way_round():
    rule = CostRule(scaling="degrees")
    costs = local_costs(features([[179.0]]), features([[-179.0]]), rule)
    assert costs[0, 0] == pytest.approx(2 / 15)


def test_missing_angles_leave_the_others_to_count():
    rule = CostRule(scaling="degrees")
    costs = local_costs(features([[0.0, np.nan]]), features([[15.0, 90.0]]), rule)
    assert costs[0, 0] == pytest.approx(1.0)
    weighted = features([[0.0, 0.0]], weights=[3, 1])
    costs = local_costs(weighted, features([[15.0, 0.0]]), rule)
    assert costs[0, 0] == pytest.approx(np.sqrt(0.75))


def test_a_pair_with_nothing_in_common_costs_the_average():
    first, second = features([[0.0], [np.nan]]), features([[15.0], [45.0]])
    costs = local_costs(first, second, CostRule(scaling="degrees"))
    assert costs[1] == pytest.approx([2.0, 2.0])
    empty = local_costs(features([[np.nan]]), features([[np.nan]]), CostRule())
    assert empty[0, 0] == 0


def test_a_still_angle_does_not_explode():
    still, other = features([[10.0], [10.0]], floor=8.0), features([[10.1], [10.1]], floor=8.0)
    assert spreads(still, other) == pytest.approx([8.0])
    assert local_costs(still, other, CostRule()).max() < 0.02


def test_the_spread_of_a_circular_angle_is_small_across_the_seam():
    across = features([[178.0], [-178.0], [180.0]])
    assert spreads(across, across)[0] < 3


def test_robust_and_uncertain_costs():
    first, second = features([[0.0, 0.0]]), features([[60.0, 0.0]])
    squares = local_costs(first, second, CostRule(scaling="degrees"))
    huber = local_costs(first, second, CostRule(scaling="degrees", huber=1.0))
    assert huber[0, 0] == pytest.approx(np.sqrt(7 / 2))
    assert squares[0, 0] == pytest.approx(np.sqrt(16 / 2))
    assert local_costs(first, second, CostRule(scaling="degrees", root=False))[0, 0] == pytest.approx(8)
    unsure = Features(
        values=first.values,
        sigma=np.array([[60.0, 0.0]]),
        circular=first.circular,
        weights=first.weights,
        floor=first.floor,
    )
    doubted = local_costs(unsure, second, CostRule(scaling="degrees", uncertainty=True))
    assert doubted[0, 0] < squares[0, 0] / 2


def test_angles_between_rows():
    seam = series([[170.0], [-170.0], [np.nan], [0.0]])
    found = degrees_at(seam, np.array([-1.0, 0.05, 0.1, 0.15, 0.3, 9.0]))[:, 0]
    assert found[:3] % 360 == pytest.approx([170, 180, 190])
    assert np.isnan(found[3])
    assert found[4:] == pytest.approx([0, 0])
    assert degrees_at(series([[5.0]]), np.array([3.0, 4.0])).tolist() == [[5.0], [5.0]]


def test_the_tempo_penalty_is_the_squared_second_difference():
    times = np.arange(7) / 10
    bands = _bend_penalty(times, 2.0)
    second = np.diff(np.eye(7), n=2, axis=0) / 0.1**2
    full = 2.0 * second.T @ second
    values = np.random.default_rng(0).random(7)
    np.testing.assert_allclose(_times(bands, values), full @ values)
    np.testing.assert_allclose(bands[2], np.diagonal(full))


def test_a_difference_beyond_the_seam_wraps_even_if_all_are_alike():
    costs = local_costs(features([[100.0], [110.0]]), features([[-100.0], [-110.0]]), CostRule(scaling="degrees"))
    assert costs == pytest.approx(np.array([[160, 150], [150, 140]]) / 15)
