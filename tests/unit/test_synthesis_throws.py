"""Expert throws: measured with the pipeline's own definitions, they lie where published throws lie."""

from __future__ import annotations

import functools

import attrs
import numpy as np
import pytest
from numpy.typing import NDArray

from handball.domain.angles import AngleSeries
from handball.domain.pose import Pose3D
from handball.key_actions import StrikeFirstRule
from handball.kinematics.angles import measure_angles
from handball.kinematics.derivatives import speed_relative_to_hips
from handball.kinematics.peaks import speed_peaks
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

SHOTS = ("jump_shot", "standing_shot")
THROWS = (*SHOTS, "pass")


@attrs.frozen
class Thrown:
    """A motion, its joints in right-handed form, and its angles against the true direction."""

    motion: Motion
    body: Pose3D
    angles: AngleSeries

    def at(self, name: str, moment: str) -> float:
        return float(np.interp(self.motion.time_of(moment), self.body.times, self.angles.curve(name)))


@functools.cache
def throws(technique: str, rate_hz: float = 240.0) -> tuple[Thrown, ...]:
    """One overhead throw of every player."""
    found = []
    for seed, player in enumerate(build_players()):
        motion = perform(player, technique, rate_hz=rate_hz, seed=seed, variant="overhead")
        body = motion.body() if player.hand == "right" else motion.body().mirrored()
        direction = np.array(motion.target) * ([1, 1, 1] if player.hand == "right" else [-1, 1, 1])
        found.append(Thrown(motion, body, measure_angles(body, direction)))
    return tuple(found)


def adults(technique: str) -> list[Thrown]:
    return [thrown for thrown in throws(technique) if thrown.motion.player.group == "adult"]


def hand_peak(thrown: Thrown) -> float:
    speed = speed_relative_to_hips(thrown.body, "right_wrist")
    speed[np.abs(thrown.body.times - thrown.motion.time_of("strike")) > 0.1] = 0.0
    return float(thrown.body.times[np.argmax(speed)])


def elbow_top(thrown: Thrown) -> float:
    height = (thrown.body.joint("right_elbow") - thrown.body.middle("left_hip", "right_hip"))[:, 2]
    strike = thrown.motion.time_of("strike")
    height[(thrown.body.times < strike - 0.25) | (thrown.body.times > strike)] = -9.0
    return float(thrown.body.times[np.argmax(height)])


def before_strike(thrown: Thrown, seconds: float) -> NDArray[np.bool_]:
    strike = thrown.motion.time_of("strike")
    rows: NDArray[np.bool_] = (thrown.body.times > strike - seconds) & (thrown.body.times <= strike)
    return rows


@pytest.mark.parametrize("technique", SHOTS)
def test_experts_lie_within_published_figures(technique: str) -> None:
    experts = adults(technique)
    top_to_peak = np.median([hand_peak(thrown) - elbow_top(thrown) for thrown in experts])
    bent = np.median([thrown.angles.curve("right_elbow_angle")[before_strike(thrown, 0.4)].min() for thrown in experts])
    raised = np.median([thrown.at("right_shoulder_elevation", "strike") for thrown in experts])
    assert 0.070 <= top_to_peak <= 0.130
    assert 45 <= bent <= 95
    assert 80 <= raised <= 105


@pytest.mark.parametrize("technique", SHOTS)
def test_adults_throw_fast_and_whip_the_elbow(technique: str) -> None:
    experts = adults(technique)
    speeds = np.array([thrown.motion.ball.release_speed for thrown in experts], dtype=float)
    extensions = [np.gradient(t.angles.curve("right_elbow_angle"), t.body.times).max() for t in experts]
    assert 15 <= np.median(speeds) <= 30
    assert speeds.max() < 35
    assert np.median(extensions) > 1000


@pytest.mark.parametrize("technique", THROWS)
def test_the_hand_is_fastest_at_the_release(technique: str) -> None:
    late = [hand_peak(thrown) - thrown.motion.time_of("release") for thrown in throws(technique)]
    assert abs(np.median(late)) <= 0.006
    assert np.abs(late).max() <= 0.025


@pytest.mark.parametrize("technique", THROWS)
def test_pelvis_then_trunk_then_elbow(technique: str) -> None:
    ordered = []
    for thrown in throws(technique):
        actions = StrikeFirstRule()(thrown.body)
        peaks = {peak.part: peak.time for peak in speed_peaks(thrown.body, thrown.angles, actions)}
        ordered.append(peaks["pelvis"] < peaks["trunk"] < peaks["elbow"])
    assert np.mean(ordered) >= 0.95


@pytest.mark.parametrize("technique", THROWS)
def test_the_rule_finds_the_phases_that_the_motion_is_built_of(technique: str) -> None:
    frame = 1 / 120
    errors = []
    for thrown in throws(technique, rate_hz=120.0):
        actions = StrikeFirstRule()(thrown.body)
        errors.append([actions[name].time - thrown.motion.time_of(name) for name in ("cocking", "strike")])
    cocking, strike = np.median(np.abs(errors), axis=0)
    assert cocking <= frame + 1e-9
    assert strike <= frame


def test_a_standing_throw_has_the_opposite_foot_in_front() -> None:
    for thrown in throws("standing_shot"):
        row = thrown.body.row_at(thrown.motion.time_of("plant"))
        direction = np.array(thrown.motion.target) * ([1, 1, 1] if thrown.motion.player.hand == "right" else [-1, 1, 1])
        gap = (thrown.body.joint("left_ankle") - thrown.body.joint("right_ankle"))[row]
        assert gap @ direction > 0.3 * thrown.motion.player.height


def test_a_jump_shot_is_thrown_in_the_air_near_the_top_with_the_knee_up() -> None:
    for thrown in throws("jump_shot"):
        motion, body = thrown.motion, thrown.body
        assert motion.time_of("take_off") < motion.time_of("strike") < motion.time_of("landing")
        assert abs(motion.time_of("strike") - motion.time_of("top")) < 0.06
        row = body.row_at(motion.time_of("take_off") + 0.08)
        assert body.joint("right_knee")[row, 2] > body.joint("left_knee")[row, 2]
        feet = np.stack(
            [body.joint(name)[body.row_at(motion.time_of("strike"))] for name in ("left_heel", "right_heel")]
        )
        assert feet[:, 2].min() > 0.1


def test_players_differ_in_more_than_size() -> None:
    bent = [
        thrown.angles.curve("right_elbow_angle")[before_strike(thrown, 0.4)].min() for thrown in throws("jump_shot")
    ]
    raised = [thrown.at("right_shoulder_elevation", "strike") for thrown in throws("jump_shot")]
    whip = [thrown.motion.time_of("strike") - thrown.motion.time_of("cocking") for thrown in throws("jump_shot")]
    assert np.std(bent) > 5
    assert np.std(raised) > 3.5
    assert np.std(whip) > 0.004
