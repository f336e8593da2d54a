"""A throw with a nearly straight arm was taken for an arm that is let down, and another moment for its strike."""

from __future__ import annotations

import pytest

from handball.benchmarking.synthetic_throws import analyzed
from handball.synthesis.faults import fault
from handball.synthesis.motion import Technique
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players


@pytest.mark.parametrize("player", [0, 4, 6, 11])
def test_the_strike_of_a_straight_arm_is_its_way_forward(player):
    motion = perform(
        build_players()[player],
        "standing_shot",
        rate_hz=120.0,
        seed=12,
        variant="overhead",
        faults=(fault("straight_cocking", 45.0),),
    )
    strike = analyzed(motion).performance.key_actions["strike"]
    assert abs(strike.time - motion.time_of("strike")) <= 2 / 120


@pytest.mark.parametrize("player", [0, 4, 6, 11])
@pytest.mark.parametrize("technique", ["jump_shot", "pass"])
def test_an_arm_that_never_bends_strikes_when_the_ball_leaves_and_not_when_the_trunk_is_fastest(
    player: int, technique: Technique
) -> None:
    motion = perform(
        build_players()[player],
        technique,
        rate_hz=120.0,
        seed=12,
        variant="overhead",
        faults=(fault("straight_cocking", 80.0),),
    )
    strike = analyzed(motion).performance.key_actions["strike"]
    assert abs(strike.time - motion.time_of("strike")) <= 3 / 120
