"""The report opens with how both clips were filmed."""

from __future__ import annotations

import json
from pathlib import Path

import attrs
import jsonschema
import pytest

from builders import build_assessment
from handball.capture.judging import judge
from handball.domain.assessment import Assessment
from handball.domain.capture import CaptureMeasures, View
from handball.languages import available_languages, load_catalog
from handball.reporting.evaluation_json import evaluation_document
from handball.reporting.html import render_report
from handball.reporting.html.capture import capture_blocks

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs" / "reference" / "evaluation.schema.json").read_text(encoding="utf-8")
)
SHAKY = CaptureMeasures(
    rate_hz=120.0, distinct_rate_hz=120.0, repeated_share=0.0, variable_rate=False, blur_px=20.0, blur_m=0.12,
    height_px=400.0, height_share=0.5, feet_inside=1.0, arm_inside=1.0, camera_drift=0.4,
    view=View(azimuth_deg=88.0, sigma_deg=14.0), hand="right", hand_sure=0.9, people=1, athlete=1,
    throw_times=(1.25,), throws_counted=False,
)  # fmt: skip
STILL = attrs.evolve(SHAKY, camera_drift=0.0)


def filmed() -> Assessment:
    assessment = build_assessment()
    coach = attrs.evolve(assessment.standard.reference, capture=judge(STILL))
    return attrs.evolve(
        assessment,
        performance=attrs.evolve(assessment.performance, capture=judge(SHAKY)),
        standard=attrs.evolve(assessment.standard, clips=(coach,)),
    )


def test_the_learners_clip_comes_first_and_says_what_is_wrong():
    learner, coach = capture_blocks(filmed(), load_catalog("en"))
    assert (learner.role, coach.role) == ("learner", "coach")
    assert [line.name for line in learner.first] == ["Camera"]
    assert learner.word == "bad"
    assert coach.first == ()
    assert "stride" in " ".join(learner.cannot)


def test_pose_files_have_no_block():
    assert capture_blocks(build_assessment(), load_catalog("en")) == ()


@pytest.mark.parametrize("language", available_languages())
def test_the_report_opens_with_it(language):
    catalog = load_catalog(language)
    page = render_report(filmed(), language, ())
    body = page[page.index("<main>") :]
    assert body.index('class="capture"') < body.index('class="top')
    assert catalog.text("check.advice_to.tripod") in body
    assert catalog.text("check.light.bad") in body


def test_the_json_of_both_clips_says_how_they_were_filmed():
    document = evaluation_document(filmed(), timing={}, advice_texts=["x"], notice_texts=(), version="0")
    jsonschema.validate(json.loads(json.dumps(document)), SCHEMA)
    assert document["test"]["capture"]["light"] == "bad"
    assert document["standard"][0]["capture"]["light"] == "ok"
    assert document["test"]["capture"]["measured"]["camera_drift"] == 0.4
