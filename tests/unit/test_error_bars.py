"""Factors of error bars: fitted so that they hold, applied to angles and measures by name."""

from __future__ import annotations

import tomllib

import attrs
import numpy as np
import pytest

from builders import build_angles, build_performance, build_pose_3d
from handball.benchmarking.error_bars import ErrorBarBenchmark, Pair, _moment_rows, _rows, fitted_factor
from handball.domain.action import Measure
from handball.domain.error_bars import ErrorBars
from handball.evaluation.fault_readings import read_triggers
from handball.evaluation.stage_rules import stage_rules
from handball.evaluation.uncertainty import read_angle
from handball.kinematics.angles import ANGLE_NAMES
from handball.lifting.error_bars import Lift, error_bars_of, way_of_lifting


def pairs(scale: float, count: int, *, timing: float = 0.0, seed: int = 0) -> list[Pair]:
    """Errors of a normal distribution whose bars are too short by `scale`, of even and odd players in turn."""
    rng = np.random.default_rng(seed)
    return [
        Pair(
            name="right_elbow_angle",
            moment="strike",
            error=float(rng.normal(0, np.hypot(scale * 5, timing))),
            true=float(rng.normal(0, 10)),
            pose_sigma=5.0,
            timing_sigma=timing,
            at_moment=1.0,
            players=(0, 2) if row % 2 else (1, 3),
        )
        for row in range(count)
    ]


@pytest.mark.parametrize("scale", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("timing", [0.0, 2.0])
def test_the_factor_is_what_the_bars_lack(scale: float, timing: float) -> None:
    assert fitted_factor(pairs(scale, 4000, timing=timing)) == pytest.approx(scale, rel=0.12)


def test_gross_errors_lengthen_the_bars() -> None:
    some = pairs(1.0, 1000)
    wild = [*some, *(Pair(**{**vars_of(one), "error": 60.0}) for one in some[:100])]
    assert fitted_factor(wild) > 3 * fitted_factor(some)


def vars_of(pair: Pair) -> dict[str, object]:
    return {name: getattr(pair, name) for name in attrs.fields_dict(Pair)}


def test_the_table_judges_players_that_were_not_fitted_to() -> None:
    (row,) = _rows(pairs(3.0, 2000))
    assert row.pairs == 1000
    assert row.within_1.value == pytest.approx(0.26, abs=0.05)
    assert row.fitted_within_1.value == pytest.approx(0.68, abs=0.06)
    result = ErrorBarBenchmark(source="test", way="temporal", clips=2, refused=0, rows=(row,), moments=())
    assert "| right_elbow_angle | 1000 |" in result.to_table()
    factors, shipped = tomllib.loads(result.to_toml())["temporal"], dict(error_bars_of("temporal").factors)
    assert factors["right_elbow_angle"] == pytest.approx(row.pooled * shipped["right_elbow_angle"], abs=0.01)
    assert factors["stride_length"] == pytest.approx(shipped["stride_length"], abs=0.01)
    assert set(factors) == set(shipped)


def test_bars_as_shipped_have_their_factor_at_the_key_action() -> None:
    known = pairs(3.0, 2000, timing=2.0)
    (without,), (shipped,) = _rows(known), _rows([attrs.evolve(one, at_moment=2.0) for one in known])
    assert shipped.median_bar == pytest.approx(2 * without.median_bar)
    assert shipped.within_1.value > without.within_1.value
    assert shipped.factor == without.factor


def test_a_key_action_has_a_factor_on_the_whole_bar() -> None:
    calm = [attrs.evolve(one, moment="cocking") for one in pairs(1.0, 2000, timing=2.0, seed=1)]
    rows = {row.moment: row for row in _moment_rows([*calm, *pairs(3.0, 2000, timing=2.0)], {})}
    assert set(rows) == {"cocking", "strike"}
    assert rows["cocking"].factor == pytest.approx(1.0, rel=0.12)
    assert rows["strike"].factor == pytest.approx(np.hypot(15, 2) / np.hypot(5, 2), rel=0.12)
    assert rows["strike"].within_1.value == pytest.approx(0.68, abs=0.06)
    result = ErrorBarBenchmark(
        source="test", way="temporal", clips=2, refused=0, rows=(), moments=(rows["cocking"], rows["strike"])
    )
    assert "| strike | right_elbow_angle | 1000 |" in result.to_table()
    written = tomllib.loads(result.to_toml())["at"]["temporal"]
    assert written["strike"]["right_elbow_angle"] == pytest.approx(rows["strike"].pooled, abs=0.01)


def test_an_angle_at_a_key_action_is_as_unsure_as_its_factor_says() -> None:
    throw = build_performance()
    mark = throw.key_actions["strike"]
    plain = read_angle(throw.angles, "right_elbow_angle", mark)
    bars = ErrorBars(moments=(("strike", "right_elbow_angle", 2.0), ("finish", "right_elbow_angle", 7.0)))
    longer = read_angle(throw.angles, "right_elbow_angle", mark, bars)
    assert longer.value == plain.value
    assert (longer.pose_sigma, longer.timing_sigma) == pytest.approx((2 * plain.pose_sigma, 2 * plain.timing_sigma))


def test_bars_change_by_name_and_nothing_else_does() -> None:
    angles = build_angles()
    bars = ErrorBars(factors=(("right_elbow_angle", 3.0), ("stride_length", 2.0)))
    longer = bars.on_angles(angles)
    assert longer.sigma("right_elbow_angle") == pytest.approx(3 * angles.sigma("right_elbow_angle"))
    assert longer.sigma("left_knee_angle") == pytest.approx(angles.sigma("left_knee_angle"))
    np.testing.assert_array_equal(longer.degrees, angles.degrees)
    stride = Measure(name="stride_length", unit="body_heights", value=0.4, sigma=0.03, key_action="strike")
    assert bars.on_measures((stride,))[0].sigma == pytest.approx(0.06)


@pytest.mark.parametrize("lift", ["temporal", "landmarks"])
def test_every_quantity_that_a_throw_is_judged_by_has_a_factor(lift: Lift) -> None:
    factors = dict(error_bars_of(lift).factors)
    throw = build_performance()
    wanted = {one.name for one in (*throw.measures, *read_triggers(throw, throw.key_actions.marks))}
    assert {*ANGLE_NAMES, *wanted} <= set(factors)
    assert all(0.1 < factor < 50 for factor in factors.values())


@pytest.mark.parametrize("lift", ["temporal", "landmarks"])
def test_what_levels_borrow_their_bars_from_has_a_factor(lift: Lift) -> None:
    readings = [one for rule in stage_rules() for question in rule.questions for one in question]
    borrowed = {one.bars_of for one in readings if one.bars_of}
    assert borrowed
    assert borrowed <= {name for name, _ in error_bars_of(lift).factors}


def test_what_faults_are_read_from_has_the_bars_of_its_clip() -> None:
    throw = build_performance()
    longer = attrs.evolve(throw, error_bars=ErrorBars(factors=(("carried_elbow_height", 5.0),)))
    (before,), (after,) = (
        [m for m in read_triggers(one, one.key_actions.marks) if m.name == "carried_elbow_height"]
        for one in (throw, longer)
    )
    assert after.value == before.value
    assert after.sigma == pytest.approx(5 * before.sigma)


def test_a_value_against_a_fixed_border_has_longer_bars_than_a_difference() -> None:
    performance = build_performance()
    bars = ErrorBars(borders=(("least_elbow_angle", 1.5),))
    read = {one.name: one for one in read_triggers(performance, performance.key_actions.marks)}
    longer = {one.name: one for one in bars.against_borders(tuple(read.values()))}
    assert longer["least_elbow_angle"].sigma == pytest.approx(1.5 * read["least_elbow_angle"].sigma)
    assert all(
        longer[name].sigma == pytest.approx(one.sigma, nan_ok=True)
        for name, one in read.items()
        if name != "least_elbow_angle"
    )
    shipped = error_bars_of("temporal")
    assert {name for name, _ in shipped.borders} <= set(read)
    assert all(times > 1 for _, times in shipped.borders)


def test_slow_clips_are_lifted_by_the_pose_net() -> None:
    assert way_of_lifting("temporal", build_pose_3d(rate_hz=60.0)) == "temporal"
    assert way_of_lifting("temporal", build_pose_3d(rate_hz=30.0)) == "landmarks"
