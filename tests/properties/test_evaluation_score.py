"""Laws of score, verdict and advice for any set of differences."""

from __future__ import annotations

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from builders import build_finding
from handball.domain.assessment import Finding
from handball.errors import ArmNotVisibleError
from handball.evaluation.advice import SURE_SIGMAS, Candidate, choose_advice
from handball.evaluation.score import overall_score
from handball.evaluation.verdicts import judge

SCALE = 1.5
NAMES = ("right_elbow_angle", "least_elbow_angle", "elbow_height", "left_knee_angle", "shoulder_line_angle")
VERDICTS = ("ok", "not_distinguishable", "slight", "large")

sizes = st.floats(-180, 180, allow_nan=False)


def finding(difference: float, tolerance: float, uncertainty: float, name: str = NAMES[0]) -> Finding:
    return build_finding(
        name, 0.0, difference, difference=difference, tolerance=tolerance, uncertainty=uncertainty,
        verdict=judge(difference, tolerance, uncertainty, cap=45.0),
    )  # fmt: skip


findings = st.builds(finding, sizes, st.floats(3, 40), st.floats(0, 60), st.sampled_from(NAMES))
some = st.lists(findings, min_size=1, max_size=8).filter(lambda f: any(x.verdict != "not_measurable" for x in f))
weights = st.lists(st.floats(0.05, 1), min_size=8, max_size=8)


@given(some, weights, st.data(), st.floats(1, 4))
def test_a_greater_difference_never_raises_the_score(
    found: list[Finding], weight: list[float], data: st.DataObject, factor: float
) -> None:
    which = data.draw(st.integers(0, len(found) - 1))
    old = found[which]
    worse = finding(old.difference * factor, old.tolerance, old.uncertainty, old.name)
    changed = [*found[:which], worse, *found[which + 1 :]]
    used = weight[: len(found)]
    assert overall_score(changed, used, SCALE) <= overall_score(found, used, SCALE) + 1e-12


@given(some, weights)
def test_the_score_is_100_without_differences_and_lies_in_its_range(found: list[Finding], weight: list[float]) -> None:
    used = weight[: len(found)]
    assert 0 <= overall_score(found, used, SCALE) <= 100
    assert overall_score([attrs.evolve(f, difference=0.0) for f in found], used, SCALE) == 100.0


@given(some, weights)
def test_what_cannot_be_measured_does_not_count(found: list[Finding], weight: list[float]) -> None:
    blind = finding(float("nan"), 15.0, 1.0)
    used = weight[: len(found)]
    assert overall_score([*found, blind], [*used, 1.0], SCALE) == overall_score(found, used, SCALE)


@given(some, weights)
def test_a_surely_large_difference_gives_a_tip_and_tips_come_from_slight_and_large(
    found: list[Finding], weight: list[float]
) -> None:
    tips = choose_advice(
        [Candidate(finding=f, key_action="strike", weight=w) for f, w in zip(found, weight, strict=False)]
    )
    faults = [f for f in found if f.verdict in ("slight", "large")]
    assert len(tips) <= 2
    assert not tips or faults
    assert all(tip.finding.verdict in ("slight", "large") for tip in tips)
    if any(f.verdict == "large" and abs(f.difference) >= SURE_SIGMAS * f.uncertainty for f in faults):
        assert tips
        assert tips[0].finding.verdict == "large"


@given(sizes, st.floats(3, 40), st.floats(0, 45), st.floats(1, 4))
def test_a_greater_difference_is_never_judged_better(
    size: float, tolerance: float, uncertainty: float, factor: float
) -> None:
    before, after = judge(size, tolerance, uncertainty), judge(size * factor, tolerance, uncertainty)
    assert VERDICTS.index(after) >= VERDICTS.index(before)


def test_known_scores() -> None:
    # one tolerance at width 1.5: exp(-0.5 / 2.25) = 0.8007; two tolerances: 0.4111
    assert overall_score([finding(15.0, 15.0, 0.0)], [1.0], SCALE) == pytest.approx(80.07, abs=0.01)
    assert overall_score([finding(30.0, 15.0, 0.0)], [0.3], SCALE) == pytest.approx(41.11, abs=0.01)
    # weights 1 and 3, the second half as reliable: (80.07 * 1 + 100 * 1.5) / 2.5
    both = [finding(15.0, 15.0, 0.0), finding(0.0, 15.0, 15.0)]
    assert overall_score(both, [1.0, 3.0], SCALE) == pytest.approx(92.03, abs=0.01)


def test_nothing_to_score_is_refused() -> None:
    with pytest.raises(ArmNotVisibleError):
        overall_score([finding(float("nan"), 15.0, 1.0)], [1.0], SCALE)
