"""Strikes in which the hand is lost, the push of a set shot, and swings with both hands."""

import attrs
import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.errors import NoThrowError
from handball.key_actions import StrikeFirstRule, throwing_hand
from handball.key_actions.curves import throw_curves
from handball.key_actions.strikes import HIDDEN, hidden_strikes
from handball.kinematics.smoothing import smoothed
from synthetic import ThrowStyle, analytic_throw

HAND = ("wrist", "index")
RATE_HZ = 20.0


def with_lost_hand(throw, *, from_s: float, to_s: float):
    """Let the net guess the throwing hand at its shoulder, hardly seen, from some time before the strike on."""
    body, strike = throw.body, throw.key_times[2]
    lost = (body.times >= strike + from_s) & (body.times <= strike + to_s)
    side = throw.style.hand
    positions, scores = body.positions.copy(), body.scores.copy()
    rng = np.random.default_rng(1)
    for joint in HAND:
        column = BODY_23.index(f"{side}_{joint}")
        guess = body.joint(f"{side}_elbow") + rng.normal(scale=0.1, size=(len(body.times), 3))
        positions[lost, column] = guess[lost]
        scores[lost, column] = 0.05
    return attrs.evolve(body, positions=positions, scores=scores)


def right_handed(body):
    return body.mirrored() if throwing_hand(body)[0] == "left" else body


@pytest.mark.parametrize("hand", ["left", "right"])
@pytest.mark.parametrize("seed", range(4))
def test_a_lost_hand_leaves_a_strike_that_says_how_little_is_known(hand, seed):
    throw = analytic_throw(ThrowStyle(hand=hand, rate_hz=RATE_HZ, seed=seed, noise_mm=5.0, yaw_deg=30.0 * seed))
    body = smoothed(with_lost_hand(throw, from_s=-0.08, to_s=0.4))
    assert throwing_hand(body)[0] == hand
    strike = StrikeFirstRule()(right_handed(body))["strike"]
    assert strike.rule == HIDDEN
    assert abs(strike.time - throw.key_times[2]) <= 2 / RATE_HZ
    assert strike.confidence <= 0.35
    assert strike.timing_sigma_s >= 0.07


def test_a_hand_that_is_seen_is_measured_itself():
    throw = analytic_throw(ThrowStyle(rate_hz=RATE_HZ, noise_mm=5.0))
    strike = StrikeFirstRule()(smoothed(throw.body))["strike"]
    assert strike.rule == "peak_hand_speed"
    assert strike.confidence > 0.5
    assert strike.timing_sigma_s < 0.03


def test_a_lost_hand_alone_is_no_strike():
    throw = analytic_throw(ThrowStyle(rate_hz=RATE_HZ))
    body = with_lost_hand(throw, from_s=-0.08, to_s=0.4)
    assert hidden_strikes(throw_curves(body, "right"))
    positions = body.positions.copy()
    still = BODY_23.indices(("left_shoulder", "right_shoulder", "left_hip", "right_hip"))
    positions[:, still] = positions[:1, still]
    assert not hidden_strikes(throw_curves(attrs.evolve(body, positions=positions), "right"))


def test_a_trunk_that_flips_and_flips_back_is_no_throw():
    throw = analytic_throw(ThrowStyle(rate_hz=RATE_HZ))
    body = with_lost_hand(throw, from_s=-0.08, to_s=0.4)
    positions = body.positions.copy()
    after = body.times > throw.key_times[2]
    sides = BODY_23.indices(("left_shoulder", "right_shoulder"))
    before = int(np.flatnonzero(body.times <= throw.key_times[1] - 0.05)[-1])
    positions[np.ix_(after, sides)] = positions[before, sides]
    assert not hidden_strikes(throw_curves(attrs.evolve(body, positions=positions), "right"))


@pytest.mark.parametrize("rate_hz", [20.0, 30.0, 120.0])
def test_two_hands_that_fly_together_swing_a_club(rate_hz):
    body = analytic_throw(ThrowStyle(rate_hz=rate_hz, noise_mm=5.0)).body
    positions = body.positions.copy()
    # the second hand holds the same handle, a hand's width further down
    positions[:, BODY_23.index("left_wrist")] = positions[:, BODY_23.index("right_wrist")] - [0.0, 0.0, 0.08]
    with pytest.raises(NoThrowError, match="both hands stay together"):
        StrikeFirstRule()(smoothed(attrs.evolve(body, positions=positions)))


def set_shot(rate_hz: float):
    """Lift a ball with a bent elbow, hold it for a moment, and push it up: (pose, time of the fastest push)."""
    body = analytic_throw(ThrowStyle(rate_hz=rate_hz)).body
    times, push = body.times, float(body.times[-1]) * 0.6
    positions = np.repeat(body.positions[:1], len(times), axis=0)
    lifted = 0.5 * (1 + np.tanh((times - (push - 0.4)) / 0.12))
    bend = np.radians(75.0 + 95.0 * 0.5 * (1 + np.tanh((times - push) / 0.06)))
    raised = np.radians(-60.0 + 100.0 * lifted)
    pointing = raised + np.pi - bend
    upper, fore = (np.stack([0 * times, np.cos(angle), np.sin(angle)], axis=1) for angle in (raised, pointing))
    elbow = positions[:, BODY_23.index("right_shoulder")] + 0.3 * upper
    positions[:, BODY_23.index("right_elbow")] = elbow
    positions[:, BODY_23.index("right_wrist")] = elbow + 0.26 * fore
    return attrs.evolve(body, positions=positions, scores=np.ones(body.scores.shape)), push


@pytest.mark.parametrize("rate_hz", [30.0, 60.0, 120.0])
def test_the_strike_of_a_set_shot_is_the_push_and_not_the_lift(rate_hz):
    body, push = set_shot(rate_hz)
    strike = StrikeFirstRule()(smoothed(body))["strike"]
    assert strike.rule == "peak_elbow_extension"
    assert abs(strike.time - push) <= 1.5 / rate_hz
    assert 0.5 / rate_hz / np.sqrt(12) <= strike.timing_sigma_s <= 0.06
