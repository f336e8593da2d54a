"""Each fault changes its own measure by its size, alone and with others; what cannot be is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from handball.domain.skeleton import mirrored_name
from handball.kinematics.angles import measure_angles
from handball.synthesis.faults import FAULTS, fault
from handball.synthesis.motion import Fault, Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

PLAYERS = build_players()
SIZES = {
    "low_elbow": 25.0,
    "short_draw": 0.3,
    "straight_cocking": 40.0,
    "push_arm": 20.0,
    "faces_goal": 30.0,
    "arm_only": 10.0,
    "wrong_foot": 110.0,
    "short_step": 0.15,
    "soft_front_leg": 20.0,
    "release_early": 50.0,
    "release_late": 30.0,
    "no_follow_through": 0.4,
    "late_in_jump": 90.0,
}


def angle(name: str, moment: str) -> Callable[[Motion], float]:
    def measured(motion: Motion) -> float:
        body = motion.body() if motion.player.hand == "right" else motion.body().mirrored()
        mirror = [1, 1, 1] if motion.player.hand == "right" else [-1, 1, 1]
        angles = measure_angles(body, np.array(motion.target) * mirror)
        return float(np.interp(motion.time_of(moment), body.times, angles.curve(name)))

    return measured


def extreme(name: str, seconds: float, choose: Callable[[np.ndarray], float]) -> Callable[[Motion], float]:
    def measured(motion: Motion) -> float:
        body = motion.body() if motion.player.hand == "right" else motion.body().mirrored()
        mirror = [1, 1, 1] if motion.player.hand == "right" else [-1, 1, 1]
        angles = measure_angles(body, np.array(motion.target) * mirror)
        since = body.times - motion.time_of("strike")
        return float(choose(angles.curve(name)[(since > -seconds) & (since <= 0)]))

    return measured


def joint(motion: Motion, name: str, moment: str) -> np.ndarray:
    """A joint in the form of a right-hander at a moment, between frames."""
    own = name if motion.player.hand == "right" else mirrored_name(name)
    track = motion.body().joint(own)
    return np.array([np.interp(motion.time_of(moment), motion.times, track[:, axis]) for axis in range(3)])


def behind(motion: Motion) -> float:
    shoulder, elbow, wrist = (joint(motion, f"right_{part}", "cocking") for part in ("shoulder", "elbow", "wrist"))
    arm = np.linalg.norm(elbow - shoulder) + np.linalg.norm(wrist - elbow)
    return float((shoulder - wrist) @ np.array(motion.target) / arm)


def lead_percent(motion: Motion) -> float:
    hip, knee, ankle = (joint(motion, f"left_{part}", "plant") for part in ("hip", "knee", "ankle"))
    leg = np.linalg.norm(knee - hip) + np.linalg.norm(ankle - knee)
    return float(100 * (ankle - joint(motion, "right_ankle", "plant")) @ np.array(motion.target) / leg)


def stride(motion: Motion) -> float:
    apart = joint(motion, "left_ankle", "plant") - joint(motion, "right_ankle", "plant")
    return float(np.hypot(apart[0], apart[1]) / motion.player.height)


def finish_height(motion: Motion) -> float:
    names = ("left_shoulder", "right_shoulder", "left_hip", "right_hip")
    a, b, c, d = (joint(motion, name, "finish") for name in names)
    return float((joint(motion, "right_wrist", "finish") - c)[2] / (np.linalg.norm(a + b - c - d) / 2))


def release_ms(motion: Motion) -> float:
    return 1000 * (motion.time_of("release") - motion.time_of("strike"))


MEASURES: dict[str, tuple[Callable[[Motion], float], float]] = {
    "low_elbow": (angle("right_shoulder_elevation", "cocking"), -1),
    "short_draw": (behind, -1),
    "straight_cocking": (extreme("right_elbow_angle", 0.4, np.min), 1),
    "push_arm": (angle("right_elbow_angle", "strike"), -1),
    "faces_goal": (angle("shoulder_line_angle", "cocking"), -1),
    "arm_only": (extreme("hip_shoulder_separation", 0.5, np.max), -1),
    "wrong_foot": (lead_percent, -1),
    "short_step": (stride, -1),
    "soft_front_leg": (angle("left_knee_angle", "strike"), -1),
    "release_early": (release_ms, -1),
    "release_late": (release_ms, 1),
    "no_follow_through": (finish_height, 1),
    "late_in_jump": (lambda motion: 1000 * (motion.time_of("strike") - motion.time_of("top")), 1),
}


def thrown(row: int, technique: str, *faults: Fault) -> Motion:
    return perform(PLAYERS[row], technique, rate_hz=480.0, seed=5, variant="overhead", faults=faults)


@pytest.mark.parametrize("row", [0, 4, 5])
@pytest.mark.parametrize(("technique", "name"), [(t, name) for name, (_, ts, _) in FAULTS.items() for t in ts])
def test_a_fault_changes_its_measure_by_its_size(row: int, technique: str, name: str) -> None:
    measure, sign = MEASURES[name]
    change = measure(thrown(row, technique, fault(name, SIZES[name]))) - measure(thrown(row, technique))
    assert change == pytest.approx(sign * SIZES[name], rel=0.1)


@pytest.mark.parametrize("technique", ["jump_shot", "standing_shot"])
def test_faults_combine(technique: str) -> None:
    both = (fault("low_elbow", 20.0), fault("straight_cocking", 30.0), fault("release_late", 25.0))
    clean, wrong = thrown(1, technique), thrown(1, technique, *both)
    for one in both:
        measure, sign = MEASURES[one.name]
        assert measure(wrong) - measure(clean) == pytest.approx(sign * one.size, rel=0.1)
    assert wrong.faults == both


def test_a_fault_leaves_the_rest_alone() -> None:
    clean, wrong = thrown(0, "standing_shot"), thrown(0, "standing_shot", fault("push_arm", 20.0))
    legs = clean.player.body.joints.shape[0] - 6
    assert clean.moments == wrong.moments
    assert np.allclose(clean.joints[:, 11:legs], wrong.joints[:, 11:legs])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="no fault"):
        fault("lazy", 1.0)
    with pytest.raises(ValueError, match="takes a size"):
        fault("low_elbow", 300.0)
    with pytest.raises(ValueError, match="not of jump_shot"):
        thrown(0, "jump_shot", fault("wrong_foot", 100.0))
    with pytest.raises(ValueError, match="takes none"):
        perform(PLAYERS[0], "dribble", rate_hz=60.0, seed=0, faults=(fault("low_elbow", 10.0),))
