"""Verdicts and tolerances at their corners."""

from __future__ import annotations

import math

import pytest

from handball.errors import HandballError, InvalidConfigError
from handball.evaluation.settings import EvaluationSettings
from handball.evaluation.tolerances import angle_tolerance, scaled_tolerance
from handball.evaluation.verdicts import judge

NAN = math.nan


@pytest.mark.parametrize(
    ("difference", "uncertainty", "expected"),
    [
        (0.0, 0.0, "ok"),
        (0.0, 15.0, "ok"),
        (0.0, 15.1, "not_distinguishable"),
        (7.5, 7.5, "ok"),
        (7.6, 7.6, "not_distinguishable"),
        (8.0, 7.5, "ok"),
        (15.0, 14.9, "ok"),
        (15.0, 15.0, "not_distinguishable"),
        (15.1, 15.0, "slight"),
        (30.0, 29.0, "slight"),
        (30.0, 30.0, "not_distinguishable"),
        (30.1, 30.0, "large"),
        (90.0, 0.0, "large"),
        (44.0, 45.0, "not_distinguishable"),
        (90.0, 45.0, "large"),
        (90.0, 45.1, "not_measurable"),
        (NAN, 1.0, "not_measurable"),
        (1.0, NAN, "not_measurable"),
        (90.0, math.inf, "not_measurable"),
    ],
)
@pytest.mark.parametrize("sign", [1, -1])
def test_verdict(difference: float, uncertainty: float, expected: str, sign: int) -> None:
    assert judge(sign * difference, 15.0, uncertainty, cap=45.0) == expected


def test_the_lean_has_a_narrower_and_the_other_arm_a_wider_tolerance() -> None:
    assert angle_tolerance("trunk_tilt_forward", "strike") == 12.0
    assert angle_tolerance("right_elbow_angle", "cocking") == 15.0
    assert angle_tolerance("right_elbow_angle", "start") == 25.0
    assert angle_tolerance("left_elbow_angle", "finish") == 30.0
    assert angle_tolerance("shoulder_line_angle", "start") == 20.0


@pytest.mark.parametrize(
    ("spread", "strictness", "expected"),
    [(NAN, 2.0, 15.0), (NAN, 1.0, 7.5), (NAN, 4.0, 30.0), (NAN, 0.25, 5.0), (6.0, 2.0, 12.0), (6.0, 1.0, 6.0),
     (0.0, 2.0, 5.0), (20.0, 3.0, 60.0)],
)  # fmt: skip
def test_strictness_counts_spreads_and_scales_the_tolerance_of_a_single_clip(
    spread: float, strictness: float, expected: float
) -> None:
    assert scaled_tolerance(15.0, spread, EvaluationSettings(strictness=strictness)) == pytest.approx(expected)


@pytest.mark.parametrize("strictness", [0.0, -1.0, 0.2, 11.0, NAN, math.inf])
def test_a_strictness_out_of_range_is_refused(strictness: float) -> None:
    with pytest.raises(InvalidConfigError, match=r"between 0\.25 and 10, found") as refusal:
        EvaluationSettings(strictness=strictness)
    assert isinstance(refusal.value, HandballError)
