"""`angles.csv` and the summary of several tests."""

import csv
import json
from pathlib import Path

import pytest

from builders import build_assessment, build_standard
from handball.errors import NoThrowError, OutputError, UnreadableVideoError
from handball.reporting.angles_csv import aligned_rows, write_angles_csv
from handball.reporting.summary import SummaryLabels, SummaryRow, summary_html, summary_rows, write_summary


def _table(path):
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_all_frames_of_both_clips_stand_in_rising_order(tmp_path):
    assessment = build_assessment()
    table = _table(write_angles_csv(assessment, tmp_path / "angles.csv"))
    for clip, angles in (("standard", assessment.standard.reference.angles), ("test", assessment.performance.angles)):
        frames = [int(row[f"{clip}_frame"]) for row in table if row[f"{clip}_frame"]]
        assert frames == sorted(frames)
        assert sorted(set(frames)) == angles.frames.tolist()
    both = [row for row in table if row["standard_frame"] and row["test_frame"]]
    assert len(both) == len(assessment.alignment.path)
    assert [row["key_action"] for row in table if row["key_action"]] == ["start", "cocking", "strike", "finish"]


def test_cells_are_the_measured_degrees(tmp_path):
    assessment = build_assessment()
    table = _table(write_angles_csv(assessment, tmp_path / "angles.csv"))
    strike = next(row for row in table if row["key_action"] == "strike")
    finding = assessment.key_actions[2].angles[0]
    assert float(strike["standard_right_elbow_angle_deg"]) == pytest.approx(finding.reference, abs=0.006)
    assert float(strike["test_right_elbow_angle_deg"]) == pytest.approx(finding.performance, abs=0.006)
    assert float(strike["test_time_s"]) == pytest.approx(assessment.key_actions[2].performance.time, abs=1e-4)
    assert {row["test_trunk_tilt_lateral_deg"] for row in table} == {""}
    assert table[0]["test_frame"] == table[0]["test_right_elbow_angle_deg"] == ""
    text = (tmp_path / "angles.csv").read_text(encoding="utf-8")
    assert "nan" not in text.lower()
    assert "-0.00" not in text
    assert len({line.count(",") for line in text.splitlines()}) == 1


def test_columns_carry_the_true_sides(tmp_path):
    left = build_assessment(standard=build_standard(hand="left"))
    header = list(_table(write_angles_csv(left, tmp_path / "angles.csv"))[0])
    right = list(_table(write_angles_csv(build_assessment(), tmp_path / "angles.csv"))[0])
    assert header[:7] == [
        "standard_frame", "standard_time_s", "test_frame", "test_time_s", "key_action",
        "standard_left_elbow_angle_deg", "test_left_elbow_angle_deg",
    ]  # fmt: skip
    assert right[5:7] == ["standard_right_elbow_angle_deg", "test_right_elbow_angle_deg"]
    assert len(header) == 5 + 2 * 15


def test_rows_beyond_the_path_stand_alone():
    assessment = build_assessment()
    rows = list(aligned_rows(assessment))
    first, last = assessment.alignment.path[[0, -1]]
    assert rows[: first[0]] == [(row, None, "") for row in range(first[0])]
    clips = (assessment.standard.reference, assessment.performance)
    for number, clip in enumerate(clips):
        alone = [row[number] for row in rows if row[1 - number] is None]
        outside = set(range(len(clip.body.frames))) - set(range(first[number], last[number] + 1))
        assert alone == sorted(outside)


def _folder(tmp_path, name, **document):
    folder = tmp_path / name
    folder.mkdir()
    document = {"score": 71.0, "advice": ["Straighten the elbow."], "warnings": ["Slow camera."]} | document
    (folder / "evaluation.json").write_text(json.dumps(document), encoding="utf-8")
    return folder


def _rows(tmp_path):
    return summary_rows(
        [
            (Path("a.mp4"), _folder(tmp_path, "a")),
            (Path("b & c.mp4"), _folder(tmp_path, "b & c", score=100.0, advice=[], warnings=[])),
            (Path("d.mp4"), NoThrowError("there is no throw in d.mp4")),
        ]
    )


def test_a_summary_has_a_row_for_each_test(tmp_path):
    table, page = write_summary(_rows(tmp_path), tmp_path)
    assert (table.name, page.name) == ("summary.csv", "summary.html")
    rows = _table(table)
    assert [row["file"] for row in rows] == ["a.mp4", "b & c.mp4", "d.mp4"]
    assert [row["score"] for row in rows] == ["71", "100", ""]
    assert [row["first_tip"] for row in rows] == ["Straighten the elbow.", "", ""]
    assert [row["report"] for row in rows] == ["a/report.html", "b & c/report.html", ""]
    assert [row["error"] for row in rows] == ["", "", "there is no throw in d.mp4"]
    assert rows[0]["warnings"] == "Slow camera."


def test_the_page_links_each_report_and_escapes_what_it_shows(tmp_path):
    rows = (*_rows(tmp_path), SummaryRow(file=Path("<script>.mp4"), error="<b>broken</b>"))
    page = summary_html(rows, tmp_path)
    assert 'href="a/report.html"' in page
    assert 'href="b%20%26%20c/report.html"' in page
    assert "b &amp; c.mp4" in page
    assert "<script>" not in page
    assert "<b>broken" not in page
    assert "No sure correction" in page
    assert "http" not in page


def test_the_page_speaks_the_language_of_the_labels(tmp_path):
    rows = summary_rows([(Path("a.mp4"), _folder(tmp_path, "a", score=71.5))])
    page = summary_html(rows, tmp_path, SummaryLabels(language="de", title="Übersicht", decimal_point=","))
    assert '<html lang="de">' in page
    assert "<h1>Übersicht</h1>" in page
    assert "71,5" in page


@pytest.mark.parametrize("text", ["{", "[]", '{"score": 1}'])
def test_a_broken_result_is_said(tmp_path, text):
    folder = _folder(tmp_path, "a")
    (folder / "evaluation.json").write_text(text, encoding="utf-8")
    with pytest.raises(OutputError, match=r"evaluation\.json is not an evaluation"):
        summary_rows([(Path("a.mp4"), folder)])
    with pytest.raises(OutputError, match=r"evaluation\.json is not an evaluation"):
        summary_rows([(Path("a.mp4"), tmp_path / "nowhere")])


def test_a_read_error_is_only_an_error_row():
    (row,) = summary_rows([(Path("a.mp4"), UnreadableVideoError("a.mp4 is no video"))])
    assert (row.error, row.score, row.report) == ("a.mp4 is no video", None, None)
