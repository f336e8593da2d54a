"""A tiny run of the bench of faults: who fires on what."""

from __future__ import annotations

import json

import pytest

from handball.benchmarking.faults import FaultBenchmark, run
from handball.evaluation.fault_rules import fault_rules


@pytest.fixture(scope="module")
def found() -> FaultBenchmark:
    return run(players=4, clips=1, techniques=("standing_shot",))


def test_clean_throws_are_measured_apart_from_those_that_thresholds_were_fitted_to(found: FaultBenchmark) -> None:
    measured = [trigger.measure for rule in fault_rules() for trigger in rule.triggers if rule.name != "late_in_jump"]
    assert [row.measure for row in found.clean] == measured
    assert {(row.began.of, row.silent.of) for row in found.clean if row.measure != "carried_elbow_height"} == {(2, 2)}
    assert found.silent.of == 2


def test_large_faults_fire_and_most_are_told_first(found: FaultBenchmark) -> None:
    fired = {row.fault: row for row in found.fired}
    assert set(fired) == {rule.name for rule in fault_rules() if rule.triggers} - {"late_in_jump"}
    for name in ("low_elbow", "wrong_foot", "short_step", "no_follow_through"):
        assert fired[name].fires.hits == fired[name].fires.of == 2, name
    assert all(row.first.hits <= row.fires.hits for row in found.fired)


def test_a_fault_no_larger_than_a_body_can_have_says_so(found: FaultBenchmark) -> None:
    capped = {row.fault: row.size for row in found.fired if row.capped}
    assert capped["straight_cocking"] == 80.0


def test_tables_and_json_hold_every_row(found: FaultBenchmark) -> None:
    table = found.to_table()
    assert table.count("standing_shot") == len(found.clean) + len(found.fired)
    assert len(json.loads(found.to_json())["clean"]) == len(found.clean)
