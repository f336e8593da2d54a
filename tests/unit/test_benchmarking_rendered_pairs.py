"""Which throws of a rendered set are evaluated together, and against whom."""

from __future__ import annotations

from typing import Any

import attrs
import numpy as np
import pytest

from handball.benchmarking.rendered import RenderedThrow
from handball.benchmarking.rendered_pairs import coach_for, sets_of
from handball.benchmarking.synthetic_throws import analyzed
from handball.benchmarking.throw_truth import truth_of
from handball.benchmarking.verdicts import Seen, judged
from handball.config import Settings
from handball.synthesis.camera import phone
from handball.synthesis.faults import fault
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players

PLAYERS = build_players(3)
LOW = (fault("low_elbow", 30.0),)


def thrown(player: int, seed: int, **options: Any) -> Motion:
    return perform(PLAYERS[player], "pass", rate_hz=120.0, seed=seed, variant="overhead", **options)


@pytest.fixture(scope="module")
def clips() -> list[RenderedThrow]:
    """Three players throw four times each, the second with a low elbow, as joints that stand for pictures."""
    found = []
    for player, faults, azimuth in ((0, (), 90.0), (1, LOW, 86.0), (2, (), 70.0)):
        for seed in range(4):
            motion = thrown(player, seed, faults=faults)
            found.append(
                RenderedThrow(
                    row={"azimuth_deg": azimuth, "camera": "phone", "clip": f"p{player}_{seed}"},
                    truth=truth_of(motion, player),
                    camera=phone((30.0, 10.0), 0.0, azimuth_deg=azimuth, image_size=(640, 360)),
                    performance=analyzed(motion, noise_mm=0.0, seed=seed, settings=Settings()).performance,
                )
            )
    return found


def test_sets_hold_throws_of_one_athlete_in_their_order(clips: list[RenderedThrow]) -> None:
    assert [len(one) for one in sets_of(clips, 1)] == [1] * 12
    pairs = list(sets_of(clips, 2))
    assert [clip for pair in pairs for clip in pair] == clips
    assert [len(one) for one in sets_of(clips, 3)] == [3, 3, 3]


def test_throws_of_different_habits_are_no_set(clips: list[RenderedThrow]) -> None:
    turned = attrs.evolve(clips[1], row=clips[1].row | {"azimuth_deg": 70.0})
    assert [one[0] for one in sets_of([clips[0], turned, *clips[2:4]], 2)] == [clips[2]]
    faulty = attrs.evolve(clips[1], truth=attrs.evolve(clips[1].truth, faults=LOW))
    assert [one[0] for one in sets_of([clips[0], faulty, *clips[2:4]], 2)] == [clips[2]]


def test_a_coach_is_somebody_else_without_a_fault_seen_from_the_same_side(clips: list[RenderedThrow]) -> None:
    rng = np.random.default_rng(1)
    coaches = {coach.truth.player for _ in range(8) if (coach := coach_for(clips[4], clips, rng)) is not None}
    assert coaches == {0}
    assert coach_for(clips[0], clips, rng) is None
    refused = [attrs.evolve(one, performance=None) for one in clips]
    assert coach_for(clips[4], refused, rng) is None


def test_several_throws_are_held_against_the_median_of_what_is_true(clips: list[RenderedThrow]) -> None:
    seen = [Seen(truth=one.truth, performance=one.performance) for one in clips if one.performance is not None]
    coach, throws = seen[:1], seen[4:7]
    together = judged(coach, throws, Settings(), "another")
    single = [judged(coach, [one], Settings(), "another") for one in throws]
    middle = np.median([[cell.true for cell in one.cells] for one in single], axis=0)
    assert [cell.true for cell in together.cells] == pytest.approx(middle, abs=1e-6)
    assert sum(cell.decided for cell in together.cells) >= 6
    assert together.fault == "low_elbow"
    assert together.first_is_fault
