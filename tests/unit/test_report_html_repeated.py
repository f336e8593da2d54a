"""What the page says of several throws, and that it says nothing of a single one."""

from __future__ import annotations

import re

import attrs
import pytest

from builders import build_assessment, build_standard
from handball.domain.assessment import Assessment
from handball.evaluation.repeated import combine
from handball.languages import load_catalog
from handball.reporting.evaluation_json import evaluation_document
from handball.reporting.html import render_report
from handball.reporting.html.repeated import repeated_throws


@pytest.fixture(scope="module")
def several() -> Assessment:
    """Three throws with the elbow 25 degrees too bent at the strike, one of them with much more."""
    standard = attrs.evolve(build_standard(3), name="Club throw", group="girls <U14>")
    one = build_assessment(standard=standard, advice=0)
    moved = tuple(
        attrs.evolve(
            moment,
            angles=tuple(
                attrs.evolve(a, difference=a.difference - 15, performance=a.performance - 15)
                if a.name == "right_elbow_angle"
                else a
                for a in moment.angles
            ),
        )
        for moment in one.key_actions
    )
    odd = attrs.evolve(one, key_actions=moved, performance=attrs.evolve(one.performance, path=one.performance.path))
    return combine([one, odd, one])


def test_a_single_throw_has_no_block() -> None:
    single = build_assessment()
    assert repeated_throws(single, load_catalog("en")) is None
    page = render_report(single, "en", ())
    assert 'class="throws"' not in page
    assert 'class="shown"' not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ("3 throws, one result", "In 3 of 3 throws")), ("de", ("3 Würfe, ein Ergebnis", "In 3 von 3 Würfen"))],
)
def test_the_page_counts_the_throws(several: Assessment, language: str, words: tuple[str, str]) -> None:
    page = render_report(several, language, ())
    for word in words:
        assert word in page
    assert "Club throw, girls &lt;U14&gt;" in page
    assert "girls <U14>" not in page


def test_every_throw_has_a_dot_in_every_line(several: Assessment) -> None:
    found = repeated_throws(several, load_catalog("en"))
    assert found is not None
    strips = [strip for group in found.groups for strip in group.strips]
    assert len(strips) >= 8
    assert {len(strip.marks) for strip in strips} == {3}
    assert all(-100 <= mark <= 100 for strip in strips for mark in (*strip.marks, strip.median))
    elbow = next(strip for strip in found.groups[2].strips if "elbow" in strip.name.lower())
    assert sorted(elbow.marks)[1] == elbow.median
    assert elbow.shown == "beyond in 3 of 3"
    assert [row.pictured for row in found.rows].count(True) == 1
    page = render_report(several, "en", ())
    assert len(re.findall(r'class="g-throw"', page)) == 3 * len(strips)


def test_the_document_holds_each_throw(several: Assessment) -> None:
    document = evaluation_document(several, timing={}, advice_texts=(), notice_texts=(), version="1")
    assert document["throws"]["count"] == 3
    assert document["frozen_standard"] == {"name": "Club throw", "group": "girls <U14>", "technique": ""}
    elbow = document["key_actions"][2]["angles"][0]
    assert elbow["each_deg"][1] == pytest.approx(elbow["each_deg"][0] - 15)
    assert elbow["difference_deg"] == pytest.approx(elbow["each_deg"][0])
    single = evaluation_document(build_assessment(), timing={}, advice_texts=(), notice_texts=(), version="1")
    assert (single["throws"], single["frozen_standard"]) == (None, None)
    assert "each_deg" not in single["key_actions"][2]["angles"][0]
