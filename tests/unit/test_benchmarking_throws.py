"""Angles by camera from readings made by hand; score and experts on a handful of throws."""

from __future__ import annotations

import json

import numpy as np
import pytest

from handball.benchmarking import experts, score
from handball.benchmarking.angles import AngleReading, AngleRow, summarized
from handball.benchmarking.experts import novice_faults
from handball.benchmarking.fault_tips import degree_faults
from handball.benchmarking.intervals import Share
from handball.benchmarking.synthetic_throws import observed, roster
from handball.synthesis.performing import perform


def reading(error: float, player: int, sigma: float = 3.0, azimuth: int = 90, angle: str = "knee") -> AngleReading:
    return AngleReading(
        azimuth=azimuth, technique="pass", clip=f"p{player}_{error}", player=player, key_action="strike",
        angle=angle, error_deg=error, sigma_deg=sigma,
    )  # fmt: skip


def rows(*readings: AngleReading) -> dict[tuple[str, str], AngleRow]:
    return {(row.azimuth, row.angle): row for row in summarized(readings)}


def test_bias_falls_out_of_the_difference_of_two_clips() -> None:
    row = rows(reading(10.0, 0, 3.0), reading(14.0, 1, 4.0))["90", "knee"]
    assert (row.readings, row.bias, row.spread, row.difference) == pytest.approx((2, 12.0, 2.0, 4.0))
    assert row.error_bar == pytest.approx(5.0)
    assert (row.within_1, row.within_2) == (Share(hits=1, of=1), Share(hits=1, of=1))


def test_error_bars_are_counted_by_hand() -> None:
    row = rows(reading(0.0, 0), reading(4.0, 1), reading(12.0, 2))["90", "knee"]
    # differences 4, 12 and 8; each error bar is 3 times the root of 2: 4.24
    assert row.difference == pytest.approx(8.0)
    assert row.within_1 == Share(hits=1, of=3)
    assert row.within_2 == Share(hits=2, of=3)


def test_clips_of_one_player_are_no_pair() -> None:
    row = rows(reading(0.0, 0), reading(50.0, 0), reading(1.0, 1))["90", "knee"]
    assert row.within_1.of == 2
    assert np.isnan(rows(reading(0.0, 0), reading(50.0, 0))["90", "knee"].difference)


def test_pairs_come_from_the_same_side_and_angle() -> None:
    found = rows(reading(0.0, 0), reading(1.0, 1), reading(40.0, 2, azimuth=0), reading(70.0, 3, angle="hip"))
    assert found["all", "all angles"].readings == 4
    assert found["all", "all angles"].difference == pytest.approx(1.0)
    assert found["90", "all angles"].readings == 3
    assert ("0", "hip") not in found


def test_errors_are_compared_the_short_way_round() -> None:
    assert rows(reading(179.0, 0), reading(-179.0, 1))["90", "knee"].difference == pytest.approx(2.0)


def test_noise_is_as_large_as_asked_and_known_to_the_pose() -> None:
    motion = perform(roster(1)[0], "pass", rate_hz=60.0, seed=1)
    noisy, plain = observed(motion, noise_mm=20.0, seed=3), observed(motion)
    assert np.std(noisy.positions - plain.positions) == pytest.approx(0.020, rel=0.05)
    assert np.all(noisy.sigma == 0.020)
    assert np.array_equal(plain.positions, motion.joints)


def test_novices_have_one_to_three_faults_of_their_technique() -> None:
    drawn = [novice_faults("jump_shot", seed) for seed in range(40)]
    assert {len(faults) for faults in drawn} == {1, 2, 3}
    names = {one.name for faults in drawn for one in faults}
    assert names == set(degree_faults("jump_shot"))
    assert all(10 <= one.size <= 40 for faults in drawn for one in faults)
    assert all(len({one.name for one in faults}) == len(faults) for faults in drawn)


def test_every_throw_of_experts_and_novices_is_told_apart_by_another_player() -> None:
    found = experts.run(players=2, clips=1, techniques=("pass",))
    assert [(row.technique, row.angles) for row in found.rows] == [("pass", "three"), ("pass", "all")]
    for row in found.rows:
        assert row.right.of == 4 - found.refused
        assert row.right == Share(hits=row.experts.hits + row.novices.hits, of=row.experts.of + row.novices.of)
    assert "90.47 %" in found.to_table().splitlines()[4]
    assert "90.47 %" not in found.to_table().splitlines()[5]
    assert json.loads(found.to_json())["rows"][0]["right"]["of"] == found.rows[0].right.of


def test_the_score_stays_where_it_should_and_falls_with_a_fault() -> None:
    found = score.run(players=1, techniques=("pass",))
    by_question = {row.question: row for row in found.rows}
    assert {name for name in by_question if name.startswith("order")} == {
        f"order: {name}" for name in degree_faults("pass")
    }
    assert {name for name in by_question if name.startswith("invariance")} == {
        f"invariance: {name}" for name in score.CHANGES
    }
    assert all(by_question[f"invariance: {what}"].spread < 0.5 for what in ("hand", "yaw, 90 degrees", "size, 85 %"))
    shares = [row.right for row in found.rows if row.right is not None]
    assert all(share.of <= 4 for share in shares)
    assert sum(share.hits for share in shares) > 0.8 * sum(share.of for share in shares)
    assert by_question["repeatability"].spread < 15.0
