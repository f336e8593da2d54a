"""Cells of the first screen judged by hand, and a tiny run."""

from __future__ import annotations

import json

import pytest

from handball.benchmarking.intervals import Share
from handball.benchmarking.verdicts import Cell, Judged, run, summarized


@pytest.mark.parametrize(
    ("verdict", "said", "true", "decided", "wrong", "grossly"),
    [
        ("ok", 0.3, 0.9, True, False, False),
        ("ok", 0.3, -1.0, True, False, False),
        ("ok", 0.9, 1.2, True, True, False),
        ("ok", 0.9, -1.6, True, True, True),
        ("slight", 1.3, 1.1, True, False, False),
        ("slight", 1.3, 0.8, True, True, False),
        ("slight", -1.3, -0.4, True, True, True),
        ("large", 2.5, -2.5, True, True, True),
        ("large", -2.5, -1.1, True, False, False),
        ("not_distinguishable", 1.0, 3.0, False, False, False),
        ("not_measurable", float("nan"), 3.0, False, False, False),
    ],
)
def test_a_cell(verdict: str, said: float, true: float, decided: bool, wrong: bool, grossly: bool) -> None:
    cell = Cell(verdict=verdict, said=said, true=true)
    assert (cell.decided, cell.wrong, cell.grossly_wrong) == (decided, wrong, grossly)


def judged(fault: str, size: float, *cells: Cell, tips: int = 0, first: bool = False) -> Judged:
    return Judged(
        standard="own",
        technique="pass",
        fault=fault,
        size=size,
        cells=cells,
        tips=tips,
        first_is_fault=first,
        score=80.0,
    )


def test_rows_count_cells_and_evaluations() -> None:
    good, wrong = Cell(verdict="ok", said=0.0, true=0.0), Cell(verdict="ok", said=0.0, true=2.0)
    silent = Cell(verdict="not_measurable", said=0.0, true=2.0)
    every = [
        judged("none", 0.0, good, wrong, silent),
        judged("low_elbow", 30.0, good, tips=2, first=True),
        judged("none", 0.0, good, good, silent, tips=1),
        judged("low_elbow", 40.0, wrong, tips=1),
    ]
    clean, thirty, forty = summarized(every)
    assert (clean.fault, clean.evaluations) == ("none", 2)
    assert (clean.decided, clean.wrong, clean.grossly_wrong) == (
        Share(hits=4, of=6),
        Share(hits=1, of=4),
        Share(hits=1, of=4),
    )
    assert clean.any_tip == Share(hits=1, of=2)
    assert (thirty.size_deg, thirty.first_is_fault) == (30.0, Share(hits=1, of=1))
    assert (forty.size_deg, forty.first_is_fault, forty.any_tip) == (40.0, Share(hits=0, of=1), Share(hits=1, of=1))


def test_large_faults_against_one_s_own_clip_are_told_and_clean_throws_are_left_alone() -> None:
    found = run(players=2, clips=1, techniques=("pass",), sizes=(40.0,), standards=("own",))
    rows = {row.fault: row for row in found.rows}
    assert rows["none"].any_tip.hits == 0
    assert rows["none"].evaluations == 2
    told = [row for name, row in rows.items() if name != "none"]
    assert len(told) >= 4
    assert all(row.any_tip.hits == row.evaluations for row in told)
    assert sum(row.first_is_fault.hits for row in told) > 0.5 * sum(row.evaluations for row in told)
    assert json.loads(found.to_json())["rows"][0]["fault"] == "none"
    assert found.to_table().count("\n| own |") == len(rows)
