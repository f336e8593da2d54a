"""Several throws of one athlete: medians, their error bars, and what most throws show."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import attrs
import numpy as np
import pytest

from builders import build_alignment, build_assessment, build_standard
from handball.domain.assessment import Assessment, Finding
from handball.domain.error_bars import ErrorBars
from handball.evaluation.evaluator import evaluate
from handball.evaluation.repeated import combine, shown_in
from handball.evaluation.spread import median_error, robust_spread
from handball.evaluation.uncertainty import read_angle

STANDARD = build_standard(3)
"""A band: against it every difference counts."""
ELBOW, KNEE = "right_elbow_angle", "left_knee_angle"


@cache
def exact() -> Assessment:
    return build_assessment(standard=STANDARD, advice=0, praise=None)


def with_difference(finding: Finding, difference: float, uncertainty: float) -> Finding:
    return attrs.evolve(
        finding,
        difference=difference,
        performance=finding.reference + difference,
        uncertainty=uncertainty,
        verdict="not_measurable" if np.isnan(difference) else "ok",
    )


def throw(uncertainty: float = 4.0, **differences: float) -> Assessment:
    """One throw that differs at the strike by so many degrees; every other quantity is exactly the coach's."""
    one = exact()
    moments = tuple(
        attrs.evolve(
            moment,
            angles=tuple(
                with_difference(
                    finding, differences.get(finding.name, 0.0) if moment.name == "strike" else 0.0, uncertainty
                )
                for finding in moment.angles
            ),
        )
        for moment in one.key_actions
    )
    measures = tuple(with_difference(finding, 0.0, uncertainty) for finding in one.measures)
    return attrs.evolve(one, key_actions=moments, measures=measures)


def throws(name: str, differences: Sequence[float], uncertainty: float = 4.0) -> list[Assessment]:
    return [throw(uncertainty, **{name: one}) for one in differences]


def at_strike(found: Assessment, name: str) -> Finding:
    return next(finding for finding in found.key_actions[2].angles if finding.name == name)


def test_a_single_throw_stays_as_it_is() -> None:
    one = throw(**{ELBOW: -25.0})
    assert combine([one]) is one


def test_the_median_is_the_learners_value_and_one_wild_throw_moves_nothing() -> None:
    found = at_strike(combine(throws(ELBOW, [-24.0, -26.0, 90.0, -25.0, -23.0])), ELBOW)
    assert found.difference == pytest.approx(-24.0)
    assert found.performance == pytest.approx(found.reference - 24.0)
    assert found.each == (-24.0, -26.0, 90.0, -25.0, -23.0)
    assert found.spread < 3.0
    assert found.verdict == "large"


def test_directions_have_a_median_across_the_seam_of_the_circle() -> None:
    found = at_strike(combine(throws("shoulder_line_angle", [175.0, -178.0, -176.0])), "shoulder_line_angle")
    assert found.difference == pytest.approx(-178.0)
    assert found.spread < 12.0


def test_the_error_of_the_median_shrinks_and_what_all_throws_share_stays() -> None:
    away = [-12.0, -4.0, 4.0, 12.0]
    few, many = (at_strike(combine(throws(KNEE, away * times, 8.0)), KNEE) for times in (1, 6))
    # the uncertainty of one throw, 8 degrees, less what its moment alone makes of it, is in both
    assert 7.0 < many.uncertainty < few.uncertainty
    assert many.uncertainty < 8.6
    expected = median_error(robust_spread(np.array(away)), 4)
    assert few.uncertainty == pytest.approx(np.hypot(8.0, expected), rel=0.08)


def test_throws_that_agree_by_chance_do_not_prove_more_than_their_moments_allow() -> None:
    several = at_strike(combine(throws(ELBOW, [-25.0] * 3, 12.0)), ELBOW)
    one = exact()
    chance = read_angle(one.performance.angles, ELBOW, one.key_actions[2].performance).timing_sigma
    assert several.spread == 0.0
    assert chance > 3.0
    assert several.uncertainty == pytest.approx(np.sqrt(12.0**2 - chance**2 + np.pi / 2 * chance**2 / 3))


def test_what_one_camera_does_not_get_wrong_each_time_shrinks_with_the_throws() -> None:
    one = throws(ELBOW, [-25.0] * 3, 12.0)
    bars = ErrorBars(shared=0.4)
    filmed = [attrs.evolve(each, performance=attrs.evolve(each.performance, error_bars=bars)) for each in one]
    reading = read_angle(exact().performance.angles, ELBOW, exact().key_actions[2].performance)
    chance = np.hypot(reading.timing_sigma, np.sqrt(0.6) * reading.pose_sigma)
    assert chance > reading.timing_sigma
    found = at_strike(combine(filmed), ELBOW)
    assert found.uncertainty == pytest.approx(np.sqrt(12.0**2 - chance**2 + np.pi / 2 * chance**2 / 3))
    assert found.uncertainty < at_strike(combine(one), ELBOW).uncertainty


@pytest.mark.parametrize(("differences", "told"), [([-30, -28, 2, 1, 3], False), ([-30, -28, -29, 1, 3], True)])
def test_a_tip_needs_most_throws(differences: list[float], told: bool) -> None:
    found = combine(throws(ELBOW, differences))
    about = [tip for tip in found.advice if tip.finding.name == ELBOW]
    assert bool(about) == told
    if told:
        assert about[0].shown_in == 3


def test_half_of_the_throws_are_not_most_of_them() -> None:
    nan = float("nan")
    found = combine(throws(ELBOW, [-30.0, nan, -29.0, nan, -28.0, nan]))
    assert at_strike(found, ELBOW).verdict == "large"
    assert not [tip for tip in found.advice if tip.finding.name == ELBOW]


def test_no_tip_comes_from_a_median_that_no_throw_shows() -> None:
    found = combine(throws(ELBOW, [-80.0, -25.0, 30.0, -22.0]))
    assert shown_in(at_strike(found, ELBOW)) == 3
    split = combine(throws(ELBOW, [-60.0, -50.0, 20.0, 30.0]))
    assert not [tip for tip in split.advice if tip.finding.name == ELBOW]


def test_what_most_throws_cannot_measure_is_not_measurable() -> None:
    nan = float("nan")
    lost = at_strike(combine(throws(ELBOW, [-30.0, nan, nan, nan, -28.0])), ELBOW)
    assert lost.verdict == "not_measurable"
    assert np.isnan(lost.difference)
    kept = at_strike(combine(throws(ELBOW, [-30.0, nan, nan, -29.0, -28.0])), ELBOW)
    assert kept.difference == pytest.approx(-29.0)


def test_the_throw_nearest_to_the_median_is_pictured() -> None:
    every = throws(ELBOW, [-29.0, -22.0, -14.0])
    every = [
        attrs.evolve(one, performance=attrs.evolve(one.performance, path=one.performance.path.with_stem(f"t{number}")))
        for number, one in enumerate(every)
    ]
    found = combine(every)
    assert found.repetition is not None
    assert found.repetition.pictured == 1
    assert found.performance.path.stem == "t1"
    assert [one.path.stem for one in found.repetition.throws] == ["t0", "t1", "t2"]


def test_repeatability_is_the_middle_spread_of_the_first_screen() -> None:
    found = combine(throws(ELBOW, [0.0, 10.0, 20.0]))
    assert found.repetition is not None
    assert found.repetition.spread_deg == 0.0
    every = [
        attrs.evolve(
            one,
            key_actions=tuple(
                attrs.evolve(moment, angles=tuple(with_difference(a, size, 4.0) for a in moment.angles))
                for moment in one.key_actions
            ),
        )
        for one, size in zip(throws(ELBOW, [0.0] * 3), (-5.0, 0.0, 5.0), strict=True)
    ]
    wide = combine(every).repetition
    assert wide is not None
    assert wide.spread_deg == pytest.approx(robust_spread(np.array([-5.0, 0.0, 5.0])))


def test_notices_of_every_throw_are_kept_once() -> None:
    first, second = throw(), throw()
    second = attrs.evolve(second, notices=(*second.notices, attrs.evolve(second.notices[0], key="hands_differ")))
    assert [notice.key for notice in combine([first, second]).notices] == ["low_rate_exact_measures", "hands_differ"]


def test_throws_against_other_standards_are_refused() -> None:
    other = attrs.evolve(throw(), standard=build_standard(1))
    with pytest.raises(ValueError, match="same standard"):
        combine([throw(), other])
    with pytest.raises(ValueError, match="same standard"):
        combine([])


def test_spread_and_error_of_normal_values_are_right_on_average() -> None:
    rng = np.random.default_rng(7)
    for count in (3, 5, 10):
        values = rng.normal(0.0, 2.0, (3000, count))
        middles = np.median(values, axis=1)
        spreads = [robust_spread(row - middle) for row, middle in zip(values, middles, strict=True)]
        assert np.mean(spreads) == pytest.approx(2.0, rel=0.06)
        # never too small; for few values up to a tenth too large
        assert 0.98 <= median_error(2.0, count) / middles.std() <= 1.12


def test_a_key_action_that_half_of_the_throws_show_counts() -> None:
    coach = build_standard(with_pictures=False)
    reference = coach.reference
    plant = attrs.evolve(reference.key_actions["cocking"], name="plant", like="cocking", rule="plant")
    names = ("start", "cocking", "strike", "finish", "plant")
    seen = attrs.evolve(reference.key_actions, added=(plant,), compared=names)
    standard = attrs.evolve(coach, clips=(attrs.evolve(reference, key_actions=seen),))

    def showing(shown: bool) -> Assessment:
        own = attrs.evolve(seen, added=(plant,) if shown else ())
        return evaluate(standard, attrs.evolve(reference, key_actions=own), build_alignment(reference, reference))

    most = combine([showing(False), showing(True), showing(True)])
    assert sorted(moment.name for moment in most.key_actions) == sorted(names)
    assert most.repetition is not None
    assert most.repetition.pictured > 0
    elbow = next(one for one in most.moment("plant").angles if one.name == "right_elbow_angle")
    assert np.isnan(elbow.each[0])
    assert elbow.each[1:] == (0.0, 0.0)
    few = combine([showing(False), showing(False), showing(True)])
    assert "plant" not in [moment.name for moment in few.key_actions]
