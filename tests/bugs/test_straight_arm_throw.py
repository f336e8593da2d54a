"""A throw with a nearly straight arm was taken for an arm that is let down, and another moment for its strike."""

from __future__ import annotations

import pytest

from handball.benchmarking.synthetic_throws import analyzed
from handball.synthesis.faults import fault
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
