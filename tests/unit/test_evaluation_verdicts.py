"""Verdicts and tolerances at their corners."""

from __future__ import annotations

import math

import attrs
import pytest

from builders import build_performance
from handball.domain.rig import RigFacts
from handball.errors import HandballError, InvalidConfigError
from handball.evaluation.settings import EvaluationSettings
from handball.evaluation.tolerances import angle_tolerance, scaled_tolerance
from handball.evaluation.verdicts import judge

NAN = math.nan


@pytest.mark.parametrize(
    ("difference", "uncertainty", "expected"),
    [
        (0.0, 0.0, "ok"),
        (0.0, 30.0, "ok"),
        (0.0, 30.1, "not_distinguishable"),
        (10.0, 10.0, "ok"),
        (10.1, 10.0, "not_distinguishable"),
        (15.0, 0.0, "ok"),
        (15.1, 0.0, "slight"),
        (19.9, 10.0, "not_distinguishable"),
        (20.0, 10.0, "slight"),
        (30.0, 30.0, "slight"),
        (30.1, 30.0, "large"),
        (30.1, 30.3, "not_distinguishable"),
        (90.0, 0.0, "large"),
        (37.4, 45.0, "not_distinguishable"),
        (37.5, 45.0, "large"),
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


def test_two_clips_of_a_rig_may_be_less_certain_than_those_of_one_camera() -> None:
    settings, alone = EvaluationSettings(), build_performance()
    facts = RigFacts(names=("a", "b"), files=("a.mp4", "b.mp4"), world="court", delays=(), miss_px=1.0, seen_share=1.0)
    by_rig = attrs.evolve(alone, rig=facts)
    assert settings.of_clips(alone, by_rig) == settings
    assert settings.of_clips(by_rig, by_rig).cap_share == settings.rig_cap_share > settings.cap_share
