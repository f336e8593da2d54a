import json

import pytest

from handball.benchmarking.alignment import contenders, run


@pytest.fixture(scope="module")
def result():
    return run(count=4, rates=(120.0,))


def test_the_default_reaches_the_level(result):
    row = result.row("default", 120.0)
    assert row.mean_ms <= 8
    assert row.strike_ms <= 3


def test_every_aligner_is_in_the_table_and_in_the_json(result):
    table, data = result.to_table(), json.loads(result.to_json())
    names = [one.name for one in contenders()]
    assert len(set(names)) == len(names)
    assert [row["aligner"] for row in data["rows"]] == names
    assert all(f"| {name} | 120 |" in table for name in names)
    assert {"linear stretch", "event-piecewise", "derivative DTW, closed"} <= set(names)


def test_warping_beats_the_stretches(result):
    default = result.row("default", 120.0).mean_ms
    assert default < result.row("event-piecewise", 120.0).mean_ms < result.row("linear stretch", 120.0).mean_ms


def test_progress_is_told_and_unknown_rows_are_refused():
    told = []
    result = run(count=1, rates=(30.0, 60.0), progress=lambda done, total: told.append((done, total)))
    assert told == [(1, 2), (2, 2)]
    with pytest.raises(KeyError, match="no 'default' at 240"):
        result.row("default", 240.0)
