"""The generator's own clock: pairs of seconds as taught and of the clip."""

import numpy as np
import pytest

from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

PLAYERS = build_players(2)


def taught(motion, name: str) -> float:
    own, here = np.array(motion.clock).T
    return float(np.interp(motion.time_of(name), here, own))


@pytest.mark.parametrize("technique", ["jump_shot", "standing_shot", "pass"])
def test_the_strike_is_at_0_and_the_cocking_a_tenth_of_a_second_before_in_the_seconds_as_taught(technique):
    for player in PLAYERS:
        motion = perform(player, technique, rate_hz=60.0, seed=4)
        assert taught(motion, "strike") == pytest.approx(0.0, abs=1e-9)
        assert taught(motion, "cocking") == pytest.approx(-0.10, abs=1e-9)
        assert np.all(np.diff(motion.clock, axis=0) > 0)


def test_the_clock_follows_a_cut_and_a_later_first_row():
    whole = perform(PLAYERS[0], "jump_shot", rate_hz=60.0, seed=4)
    late = perform(PLAYERS[0], "jump_shot", rate_hz=60.0, seed=4, phase=0.01)
    cut = whole.cut(30, 90)
    for motion in (late, cut):
        assert taught(motion, "finish") == pytest.approx(taught(whole, "finish"), abs=1e-9)
    assert cut.clock[3][1] == pytest.approx(whole.clock[3][1] - whole.times[30])


def test_what_is_no_throw_has_no_clock():
    assert perform(PLAYERS[0], "dribble", rate_hz=60.0, seed=4).clock == ()
