"""Which fast moments of a hand may be a strike, on curves that are drawn by hand."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from handball.key_actions.curves import ThrowCurves, throw_likeness
from handball.key_actions.strikes import strikes

TIMES = np.arange(120) / 120
STILL = np.zeros(120)


def curves(**changes: Any) -> ThrowCurves:
    """An arm held straight beside a body at rest, above the shoulders, seen well by one camera."""
    one = np.ones(120)
    fields: dict[str, Any] = {
        "times": TIMES,
        "speed": STILL,
        "other_speed": STILL,
        "knuckle_speed": np.full(120, np.nan),
        "elbow_height": 1.2 * one,
        "hand_height": 1.5 * one,
        "shoulder_height": one,
        "hands_apart": one,
        "hands_alike": STILL,
        "elbow_angle_deg": 165 * one,
        "hand": np.zeros((120, 3)),
        "shoulder": np.zeros((120, 3)),
        "hand_seen": one,
        "hand_score": one,
        "other_seen": one,
        "steadiness": one,
        "sustained": one,
        "one_camera": True,
        "trunk_seen": one,
        "trunk_turn": STILL,
    }
    return ThrowCurves(**(fields | changes))


@pytest.mark.parametrize(("speed", "share"), [(9.0, 0.1), (15.9, 0.1), (16.1, 1.0), (22.0, 1.0)])
def test_a_straight_arm_that_sinks_is_let_down_unless_it_is_faster_than_one_that_drops(
    speed: float, share: float
) -> None:
    sinking = 1.5 - 0.8 * speed * np.clip(TIMES - 0.5, 0, 0.05)
    assert throw_likeness(curves(hand_height=sinking, speed=np.full(120, speed)), 63) == pytest.approx(share * speed)


def swung(first: float, back: float) -> ThrowCurves:
    """A hand that goes one way at 0.3 s and the other way 0.3 s later, each for a tenth of a second."""
    way = first * np.exp(-(((TIMES - 0.3) / 0.03) ** 2)) - back * np.exp(-(((TIMES - 0.6) / 0.03) ** 2))
    hand = np.zeros((120, 3))
    hand[:, 0] = np.cumsum(way) / 120
    return curves(hand=hand, speed=np.abs(way))


def test_a_fast_draw_counts_half_before_a_throw_that_is_as_fast() -> None:
    best, draw = strikes(swung(15.0, 16.0))
    assert (TIMES[best.row], TIMES[draw.row]) == (pytest.approx(0.6, abs=0.01), pytest.approx(0.3, abs=0.01))
    assert draw.likeness == pytest.approx(7.5, rel=0.05)


def test_the_slower_arm_that_swings_back_makes_no_draw_of_a_throw() -> None:
    best, after = strikes(swung(20.0, 13.0))
    assert TIMES[best.row] == pytest.approx(0.3, abs=0.01)
    assert best.likeness == pytest.approx(20.0, rel=0.05)
    assert after.likeness == pytest.approx(13.0, rel=0.05)
