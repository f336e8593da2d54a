"""Our warping against the independent `dtw-python`, where nothing is missing."""

import numpy as np
import pytest
from dtw import asymmetric, dtw, symmetric2

from handball.alignment.warping_path import ASYMMETRIC, SYMMETRIC, warping_path

SIZES = [(2, 2), (12, 12), (40, 57), (57, 40), (1, 7)]


def check(ours, theirs):
    assert ours.distance == pytest.approx(theirs.normalizedDistance, rel=1e-12)
    np.testing.assert_array_equal(ours.rows[:, 0], theirs.index1)
    np.testing.assert_array_equal(ours.rows[:, 1], theirs.index2)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("seed", range(5))
def test_symmetric_steps_closed_and_open_at_the_end(size, seed):
    costs = np.random.default_rng(seed).random(size)
    check(warping_path(costs, SYMMETRIC), dtw(costs, step_pattern=symmetric2))
    check(warping_path(costs, SYMMETRIC, open_end=True), dtw(costs, step_pattern=symmetric2, open_end=True))


@pytest.mark.parametrize("size", [(12, 12), (40, 57), (57, 40)])
@pytest.mark.parametrize("seed", range(5))
def test_asymmetric_steps_open_at_both_ends(size, seed):
    costs = np.random.default_rng(seed).random(size)
    check(warping_path(costs, ASYMMETRIC), dtw(costs, step_pattern=asymmetric))
    check(
        warping_path(costs, ASYMMETRIC, open_begin=True, open_end=True),
        dtw(costs, step_pattern=asymmetric, open_begin=True, open_end=True),
    )


@pytest.mark.parametrize("seed", range(5))
def test_angles_as_local_costs(seed):
    rng = np.random.default_rng(seed)
    first, second = (np.cumsum(rng.normal(0, 5, (rows, 4)), axis=0) for rows in (30, 44))
    costs = np.linalg.norm(first[:, None] - second[None], axis=2)
    check(warping_path(costs), dtw(first, second, step_pattern=symmetric2))
