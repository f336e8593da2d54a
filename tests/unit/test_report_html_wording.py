"""Findings in words, with sign, unit and a gauge."""

from __future__ import annotations

import math

import pytest

from builders import build_finding
from handball.languages import load_catalog
from handball.reporting.html.wording import amount, finding_text, quantity_name

EN, DE = load_catalog("en"), load_catalog("de")


def test_a_bent_elbow_reads_as_a_coach_says_it():
    text = finding_text(EN, build_finding("right_elbow_angle", 95.0, 70.0))
    assert (text.name, text.phrase, text.arrow, text.verdict) == ("Throwing elbow", "25° more bent", "down", "large")
    assert (text.uncertainty, text.difference) == ("±\N{NO-BREAK SPACE}4°", "\N{MINUS SIGN}25°")


def test_a_difference_that_rounds_to_nothing_is_the_same():
    text = finding_text(EN, build_finding("right_elbow_angle", 95.0, 94.7))
    assert (text.phrase, text.arrow, text.difference) == ("the same", "same", "0°")


def test_what_is_not_measurable_says_no_number():
    text = finding_text(EN, build_finding("right_elbow_angle", 95.0, 70.0, verdict="not_measurable"))
    assert (text.phrase, text.uncertainty, text.gauge, text.arrow, text.grey) == ("", "", None, "none", True)
    assert {text.reference, text.performance, text.difference} == {"\N{EN DASH}"}


def test_german_numbers_and_units():
    text = finding_text(
        DE, build_finding("stride_length", 0.5, 0.38, unit="body_heights", tolerance=0.05, uncertainty=0.02)
    )
    assert text.phrase == "0,12 Körperhöhen kürzer"


@pytest.mark.parametrize(
    ("unit", "value", "said"),
    [
        ("deg", 7.4, "7°"),
        ("ms", 40.0, "40 ms"),
        ("%", 24.0, "24%"),
        ("arm_lengths", 0.456, "0.46 arm lengths"),
        ("", 3.0, "3"),
    ],
)
def test_units(unit, value, said):
    assert amount(EN, value, unit) == said


def test_signed_amounts():
    assert amount(EN, 7.4, "deg", signed=True) == "+7°"
    assert amount(EN, 0.2, "deg", signed=True) == "0°"
    assert amount(EN, math.nan, "deg", signed=True) == "\N{EN DASH}"


def test_the_gauge_shows_difference_tolerance_and_error_bar():
    gauge = finding_text(EN, build_finding("right_elbow_angle", 95.0, 80.0, tolerance=10.0, uncertainty=5.0)).gauge
    assert gauge.zone == pytest.approx(33.3)
    assert (gauge.low, gauge.mark, gauge.high) == (-66.7, -50.0, -33.3)
    far = finding_text(EN, build_finding("right_elbow_angle", 170.0, 20.0)).gauge
    assert far.mark == -100.0


def test_names_are_told_by_role():
    assert quantity_name(EN, "left_knee_angle") == "Other knee"
    assert quantity_name(EN, "elbow_height") == "Elbow above the shoulder"


@pytest.mark.parametrize(
    ("reference", "performance", "unit", "shown"),
    [
        (46.6, 42.4, "deg", ("47°", "43°", "\N{MINUS SIGN}4°")),
        (4.4, 2.6, "deg", ("4°", "2°", "\N{MINUS SIGN}2°")),
        (0.344, 0.452, "arm_lengths", ("0.34 arm lengths", "0.45 arm lengths", "+0.11 arm lengths")),
    ],
)
def test_what_is_printed_adds_up(reference, performance, unit, shown):
    text = finding_text(EN, build_finding("right_elbow_angle", reference, performance, unit=unit))
    assert (text.reference, text.performance, text.difference) == shown


def test_a_turn_over_180_degrees_is_printed_as_the_short_way():
    text = finding_text(EN, build_finding("shoulder_line_angle", 172.0, -175.0, difference=13.0))
    assert text.performance == "\N{MINUS SIGN}175°"
