"""Key actions of throws from above, the side and below against the generator's own phases."""

import functools

import numpy as np
import pytest

from handball.benchmarking.synthetic_throws import analyzed, roster
from handball.synthesis.performing import perform

FRAME_S = 1 / 120
SLOTS = [
    ("jump_shot", "overhead"),
    ("jump_shot", "side"),
    ("standing_shot", "side"),
    ("standing_shot", "low"),
    ("pass", "overhead"),
    ("pass", "side"),
]


@functools.cache
def throws(technique: str, slot: str):
    motions = [perform(p, technique, rate_hz=120.0, seed=77, variant=slot) for p in roster(4)]
    return [(motion, {m.name: m for m in analyzed(motion).performance.key_actions.marks}) for motion in motions]


@pytest.mark.parametrize(("technique", "slot"), SLOTS)
@pytest.mark.parametrize("name", ["start", "cocking", "strike", "finish"])
def test_moments_are_found_within_three_frames_in_every_slot(technique, slot, name):
    late = [marks[name].time - motion.time_of(name) for motion, marks in throws(technique, slot)]
    within = [abs(seconds) <= 3 * FRAME_S + 1e-6 for seconds in late]
    assert sum(within) >= len(within) - (slot == "low" or name == "finish"), late


def test_a_low_throw_is_cocked_where_the_elbow_is_bent_most():
    for _, marks in throws("standing_shot", "low"):
        assert marks["cocking"].rule == "elbow_most_bent"
        assert marks["cocking"].confidence <= 0.7


def test_a_hand_that_turns_after_the_strike_has_not_come_to_rest():
    for slot in ("side", "low"):
        for motion, marks in throws("standing_shot", slot):
            assert marks["finish"].time - motion.time_of("strike") > 0.15


@pytest.mark.parametrize(("technique", "slot"), SLOTS)
def test_the_strike_at_the_knuckles_is_found_to_a_frame_in_every_slot(technique, slot):
    late = [marks["strike"].time - motion.time_of("strike") for motion, marks in throws(technique, slot)]
    assert np.median(np.abs(late)) <= FRAME_S, late
