"""`evaluation.json`: the published format."""

import json
import os
import re
from pathlib import Path

import attrs
import jsonschema
import numpy as np
import pytest

from builders import build_assessment, build_faults, build_finding, build_performance, build_stages, build_standard
from handball.errors import OutputError
from handball.evaluation.evaluator import evaluate
from handball.reporting.evaluation_json import evaluation_document, measure_key_actions, write_evaluation_json

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
SCHEMA = json.loads((REFERENCE / "evaluation.schema.json").read_text(encoding="utf-8"))
GOLDEN = ROOT / "tests" / "golden" / "evaluation.json"


def _evaluated(**changes):
    built = build_assessment(**changes)
    return evaluate(built.standard, built.performance, built.alignment)


ASSESSMENTS = {
    "evaluated": _evaluated,
    "evaluated band": lambda: _evaluated(clips=3, mirrored=True),
    "one": build_assessment,
    "mirrored band": lambda: build_assessment(mirrored=True, clips=3, advice=2),
    "left coach": lambda: build_assessment(standard=build_standard(hand="left"), mirrored=True),
    "nothing to correct": lambda: build_assessment(advice=0, praise=None, notices=()),
    "pose files": lambda: build_assessment(
        standard=build_standard(with_video=False), performance=build_performance(with_video=False)
    ),
    "cut feet": lambda: build_assessment(performance=build_performance(missing=("left_ankle", "left_knee"))),
}


def _document(assessment, **changes):
    words = {
        "timing": {"pose": 3.25, "align": 0.04},
        "advice_texts": ("Straighten the elbow.", "Turn the shoulders back.")[: len(assessment.advice)],
        "notice_texts": tuple("The clip has 30 pictures a second." for _ in assessment.notices),
        "version": "0.1.0",
        "praise_text": "The front knee holds." if assessment.praise else None,
    }
    return evaluation_document(assessment, **(words | changes))


@pytest.mark.parametrize("build", ASSESSMENTS.values(), ids=ASSESSMENTS.keys())
def test_documents_keep_to_the_schema(build, tmp_path):
    path = write_evaluation_json(_document(build()), tmp_path / "evaluation.json")
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.Draft202012Validator(SCHEMA).validate(json.loads(path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(
    ("place", "value"),
    [
        (("schema_version",), 2),
        (("score",), 101),
        (("extra",), 1),
        (("test", "hand"), "both"),
        (("alignment", "path", 0), [1, 2, 3]),
        (("key_actions", 0, "angles", 0, "verdict"), "fine"),
        (("key_actions", 0, "angles", 0, "difference_deg"), None),
        (("key_actions", 0, "angles", 0, "name"), "right_elbow"),
        (("advice",), ["a", "b", "c"]),
    ],
)
def test_the_schema_refuses_what_the_page_does_not_promise(place, value):
    document = part = _document(build_assessment())
    for key in place[:-1]:
        part = part[key]
    part[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, SCHEMA)


def _properties(schema):
    if isinstance(schema, list):
        return {name for part in schema for name in _properties(part)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if "additionalProperties" in schema and "properties" in schema else set()
    return own.union(*(_properties(part) for part in schema.values()))


def test_the_page_names_every_property_and_every_value():
    page = (REFERENCE / "evaluation-json.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([^`\n]+)`", page))
    assert len(_properties(SCHEMA)) > 50
    assert _properties(SCHEMA) - named == set()
    assert set(SCHEMA["$defs"]["verdict"]["enum"]) <= named


OPTIONAL = {"frozen_standard", "throws", "shown_in", "fault", "like", "spread", "spread_deg", "each_deg"}
"""Fields that are there only where they say something: of several throws, of a fault, of a key action of one's own."""


def test_every_object_of_the_schema_is_closed_and_complete():
    def objects(part):
        if isinstance(part, dict):
            yield from ([part] if part.get("type") == "object" else [])
            for child in part.values():
                yield from objects(child)

    for part in objects(SCHEMA):
        if "properties" in part:
            assert part["additionalProperties"] is False
            optional = OPTIONAL | ({"each"} if "spread" in part["properties"] else set())
            assert part["required"] == [name for name in part["properties"] if name not in optional]


def test_frames_are_those_of_the_file():
    assessment = build_assessment()
    document = _document(assessment)
    assert assessment.performance.body.frames[0] == 6
    np.testing.assert_array_equal(document["alignment"]["path"], assessment.alignment.path + np.array([0, 6]))
    strike = document["key_actions"][2]
    marks = assessment.key_actions[2]
    assert (strike["name"], strike["test"]["frame"]) == ("strike", marks.performance.row + 6)
    assert strike["test"]["time_s"] == pytest.approx(strike["test"]["frame"] / 30, abs=1e-4)
    assert [strike["standard"]["frame"], strike["test"]["frame"]] in document["alignment"]["path"]


def test_sides_are_those_of_the_standards_thrower():
    left = _document(build_assessment(standard=build_standard(hand="left")))
    right = _document(build_assessment())
    for document, side in ((left, "left"), (right, "right")):
        angle = document["key_actions"][1]["angles"][0]
        assert angle["name"] == f"{side}_elbow_angle"
        assert angle["difference_deg"] == pytest.approx(-25.0, abs=0.5)
        assert angle["verdict"] == "large"
        assert document["advice_details"][0]["name"] == f"{side}_elbow_angle"
    assert (left["test"]["mirrored"], right["test"]["mirrored"]) == (True, False)


def test_the_medoid_names_its_clip():
    document = _document(build_assessment(clips=3))
    assert [clip["path"] for clip in document["standard"]] == ["coach_1.mp4", "coach_2.mp4", "coach_3.mp4"]
    assert {mark["standard"]["clip"] for mark in document["key_actions"]} == {"coach_2.mp4"}


def test_what_is_missing_is_null_and_not_measurable():
    assessment = build_assessment()
    wrong = build_finding("trunk_tilt_lateral", np.nan, 5.0, verdict="ok")
    marks = tuple(attrs.evolve(mark, angles=(wrong,)) for mark in assessment.key_actions)
    angle = _document(attrs.evolve(assessment, key_actions=marks))["key_actions"][0]["angles"][0]
    assert (angle["standard_deg"], angle["test_deg"], angle["difference_deg"]) == (None, 5.0, None)
    assert angle["verdict"] == "not_measurable"


def test_minus_zero_is_zero():
    assessment = build_assessment(measures=(build_finding("least_elbow_angle", 90.0, 90.0, difference=-1e-9),))
    assert str(_document(assessment)["measures"][0]["difference"]) == "0.0"


def test_two_measures_of_one_name_keep_their_key_actions():
    assessment = build_assessment()
    found = measure_key_actions(assessment)
    assert found == tuple(measure.key_action for measure in assessment.performance.measures)
    assert found[:2] == ("cocking", "strike")
    shorter = attrs.evolve(assessment.performance, measures=assessment.performance.measures[1:])
    assert measure_key_actions(attrs.evolve(assessment, performance=shorter)) == found
    unknown = attrs.evolve(assessment, measures=(build_finding("unheard_of"),))
    assert measure_key_actions(unknown) == (None,)


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputError, match="the folder does not exist"):
        write_evaluation_json(_document(build_assessment()), tmp_path / "no" / "evaluation.json")


def test_the_document_stays_as_it_is(tmp_path):
    """Regenerate on purpose with `HANDBALL_UPDATE_GOLDEN=1 pytest tests/unit/test_reporting_files_evaluation.py`."""
    assessment = build_assessment(advice=2, mirrored=True, faults=build_faults(), stages=build_stages())
    path = write_evaluation_json(_document(assessment), tmp_path / "evaluation.json")
    if os.environ.get("HANDBALL_UPDATE_GOLDEN") == "1":
        GOLDEN.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    _assert_same(json.loads(path.read_text(encoding="utf-8")), json.loads(GOLDEN.read_text(encoding="utf-8")))


def _assert_same(found, expected, place="document"):
    assert type(found) is type(expected), place
    if isinstance(expected, dict):
        assert list(found) == list(expected), place
        for key in expected:
            _assert_same(found[key], expected[key], f"{place}.{key}")
    elif isinstance(expected, list):
        assert len(found) == len(expected), place
        for number, (one, other) in enumerate(zip(found, expected, strict=True)):
            _assert_same(one, other, f"{place}[{number}]")
    elif isinstance(expected, float):
        # The last printed digit may differ between builds of NumPy.
        assert found == pytest.approx(expected, abs=0.011), place
    else:
        assert found == expected, place
