"""One suite for every implementation of `handball.stages.Aligner`."""

import attrs
import numpy as np
import pytest

from handball.alignment import CostRule, LinearAligner, PiecewiseAligner, WarpingAligner, default_aligner
from handball.alignment.warping_path import ASYMMETRIC, ASYMMETRIC_WIDE
from synthetic import warped_angles

CLOSED = WarpingAligner(name="closed")
ALIGNERS = [
    LinearAligner(),
    PiecewiseAligner(marks=((0, 0), (30, 30), (80, 80))),
    CLOSED,
    attrs.evolve(CLOSED, name="degrees", rule=CostRule(scaling="degrees")),
    attrs.evolve(CLOSED, name="Huber", rule=CostRule(huber=0.5)),
    attrs.evolve(CLOSED, name="squares", rule=CostRule(root=False)),
    attrs.evolve(CLOSED, name="uncertain", rule=CostRule(uncertainty=True)),
    attrs.evolve(CLOSED, name="weighted", weighted=True),
    attrs.evolve(CLOSED, name="derivatives", features="derivatives"),
    attrs.evolve(CLOSED, name="both", features="both"),
    attrs.evolve(CLOSED, name="band", band=0.15),
    attrs.evolve(CLOSED, name="open end", open_end=True),
    attrs.evolve(CLOSED, name="open", step=ASYMMETRIC, open_begin=True, open_end=True),
    attrs.evolve(CLOSED, name="wide", step=ASYMMETRIC_WIDE, open_begin=True, open_end=True),
    default_aligner(),
]


@pytest.fixture(params=ALIGNERS, ids=lambda one: one.name)
def aligner(request):
    return request.param


def test_it_says_its_name_and_keeps_to_the_rows(aligner):
    _, reference, performance = warped_angles(0)
    found = aligner(reference, performance)
    assert found.method == aligner.name
    assert found.path.min() >= 0
    assert (found.path.max(axis=0) < [len(reference.times), len(performance.times)]).all()
    assert (np.diff(found.path, axis=0) >= 0).all()
    assert (np.diff(found.path[:, 0]) <= 1).all()
    assert len(found.costs) == len(found.path)
    assert (found.costs >= 0).all()


def test_a_clip_against_itself_is_the_diagonal_at_no_cost(aligner):
    _, reference, _ = warped_angles(0)
    found = aligner(reference, reference)
    assert found.distance == pytest.approx(0, abs=1e-12)
    np.testing.assert_array_equal(found.path[:, 0], found.path[:, 1])


def test_a_learner_costs_something(aligner):
    _, reference, performance = warped_angles(0)
    assert aligner(reference, performance).distance > 0


def test_it_leaves_its_input_alone_and_answers_alike(aligner):
    _, reference, performance = warped_angles(1)
    assert aligner(reference, performance) == aligner(reference, performance)


def test_missing_angles_never_give_missing_costs(aligner):
    _, reference, performance = warped_angles(0)
    degrees = performance.degrees.copy()
    degrees[10:30, 3] = np.nan
    degrees[:, 5] = np.nan
    degrees[40] = np.nan
    found = aligner(reference, attrs.evolve(performance, degrees=degrees))
    assert np.isfinite(found.costs).all()
    assert np.isfinite(found.distance)
    nothing = attrs.evolve(performance, degrees=np.full_like(degrees, np.nan))
    assert np.isfinite(aligner(reference, nothing).distance)
