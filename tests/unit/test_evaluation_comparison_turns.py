"""A turn that differs by more than two throws can is front taken for back."""

import attrs
import numpy as np

from builders import build_performance, build_standard
from handball.evaluation.comparison import compare_angle
from handball.evaluation.settings import EvaluationSettings


def shifted(clip, name, degrees):
    column = clip.angles.names.index(name)
    values = clip.angles.degrees.copy()
    values[:, column] += degrees
    return attrs.evolve(clip, angles=attrs.evolve(clip.angles, degrees=values))


def finding(degrees, name="shoulder_line_angle"):
    standard, clip = build_standard(), build_performance()
    standard = attrs.evolve(standard, clips=(clip,), medoid=0, band=None)
    mark = clip.key_actions["cocking"]
    return compare_angle(standard, shifted(clip, name, degrees), name, (mark, mark), EvaluationSettings())


def test_a_turn_by_130_degrees_is_not_measurable() -> None:
    assert finding(130.0).verdict == "not_measurable"
    assert np.isclose(finding(130.0).difference, 130.0)


def test_a_turn_by_110_degrees_is_a_large_difference() -> None:
    assert finding(110.0).verdict == "large"


def test_an_elbow_may_differ_by_more() -> None:
    assert finding(-130.0, "right_elbow_angle").verdict == "large"
