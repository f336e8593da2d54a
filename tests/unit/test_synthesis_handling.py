"""A ball that is held, dropped, or feigned to be thrown: it stays in the hands or falls out of them."""

from __future__ import annotations

import functools

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.recipe import Recipe, plan
from handball.synthesis.repertoire import VARIANTS
from handball.synthesis.roster import build_players
from handball.synthesis.staging import main_moment, stage, window

RATE_HZ = 240.0
FEIGNED = tuple(variant for variant in VARIANTS["feint"] if variant != "body")


@functools.cache
def motions(technique: str, variant: str | None) -> tuple[Motion, ...]:
    """Two performances of every player."""
    return tuple(
        perform(player, technique, rate_hz=RATE_HZ, seed=seed, variant=variant)  # type: ignore[arg-type]
        for player in build_players()
        for seed in (1, 2)
    )


def from_hand(motion: Motion, side: str) -> np.ndarray:
    """Metres from the middle of the ball to the middle of a hand, frame by frame."""
    hand = motion.joints[:, BODY_23.indices((f"{side}_wrist", f"{side}_index"))].mean(axis=1)
    return np.linalg.norm(motion.ball.positions - hand, axis=-1)


def throwing_wrist(motion: Motion) -> np.ndarray:
    return motion.joints[:, BODY_23.index(f"{motion.player.hand}_wrist")] - motion.root


def test_who_holds_the_ball_never_lets_it_go() -> None:
    for motion in motions("none", "holding"):
        assert motion.ball.in_hand.all()
        assert motion.ball.release_time is None
        for side in ("left", "right"):
            assert from_hand(motion, side).max() < motion.ball.diameter / 2 + 0.12


def test_a_dropped_ball_is_in_both_hands_and_then_falls_freely_to_the_floor() -> None:
    for motion in motions("none", "dropping"):
        held, after = motion.ball.in_hand, motion.times > motion.time_of("drop")
        assert np.array_equal(held, ~after)
        for side in ("left", "right"):
            assert from_hand(motion, side)[held].max() < motion.ball.diameter / 2 + 0.12
        radius = motion.ball.diameter / 2
        height = motion.ball.positions[:, 2]
        hits = np.flatnonzero(after & (height < radius + 0.02))
        assert len(hits)
        assert height.min() > radius - 0.005
        falling = np.flatnonzero(after)[3 : hits[0] - np.flatnonzero(after)[0] - 3]
        acceleration = np.diff(height[falling], 2) * RATE_HZ**2
        assert np.median(acceleration) == pytest.approx(-9.81, abs=0.3)
        bounced = height[hits[0] :].max()
        assert radius + 0.2 < bounced < height[held][-1]


def test_a_dropped_ball_leaves_as_fast_as_the_hands_move_down() -> None:
    for motion in motions("none", "dropping"):
        row = int(np.flatnonzero(~motion.ball.in_hand)[0])
        speed = np.diff(motion.ball.positions[row - 4 : row + 5], axis=0) * RATE_HZ
        assert speed[:, 2].max() < 0.0
        assert np.linalg.norm(np.diff(speed, axis=0), axis=1).max() < 0.8
        aside = np.array([-motion.target[1], motion.target[0], 0.0])
        assert np.abs(speed[5:] @ aside).max() < 1.0


def test_a_drop_is_no_throw() -> None:
    for motion in motions("none", "dropping"):
        assert motion.ball.release_time is None
        assert "release" not in {moment.name for moment in motion.moments}


def test_hands_open_after_the_drop() -> None:
    for motion in motions("none", "dropping"):
        wrists = motion.joints[:, BODY_23.indices(("left_wrist", "right_wrist"))]
        apart = np.linalg.norm(wrists[:, 0] - wrists[:, 1], axis=-1)
        row = int(np.flatnonzero(~motion.ball.in_hand)[0])
        assert apart[row + int(0.4 * RATE_HZ)] > apart[row] + 0.03


@pytest.mark.parametrize("variant", FEIGNED)
def test_a_feigned_throw_keeps_the_ball(variant: str) -> None:
    for motion in motions("feint", variant):
        assert motion.ball.in_hand.all()
        assert motion.ball.release_time is None
        assert motion.arm_slot is None
        names = [moment.name for moment in motion.moments]
        assert {"start", "stop", "finish"} <= set(names)
        assert "strike" not in names
        assert from_hand(motion, motion.player.hand).max() < motion.ball.diameter / 2 + 0.12


@pytest.mark.parametrize("variant", ["standing_shot", "pass"])
def test_the_arm_of_a_feigned_throw_is_cocked_high_and_comes_back_to_the_other_hand(variant: str) -> None:
    for motion in motions("feint", variant):
        other = "left" if motion.player.hand == "right" else "right"
        shoulder = motion.joints[:, BODY_23.index(f"{motion.player.hand}_shoulder"), 2]
        stop = int(np.searchsorted(motion.times, motion.time_of("stop")))
        assert from_hand(motion, other)[stop] > 0.3
        assert motion.ball.positions[stop, 2] > shoulder[stop] - 0.45
        assert from_hand(motion, other)[-1] < motion.ball.diameter / 2 + 0.12


@pytest.mark.parametrize("variant", ["standing_shot", "pass"])
def test_a_feint_is_slower_than_the_throw(variant: str) -> None:
    def fastest(found: tuple[Motion, ...]) -> list[float]:
        return [float(np.linalg.norm(np.diff(throwing_wrist(m), axis=0), axis=1).max() * RATE_HZ) for m in found]

    pairs = zip(fastest(motions("feint", variant)), fastest(motions(variant, None)), strict=True)
    assert all(feint < 0.85 * throw for feint, throw in pairs)


def test_where_no_variant_is_asked_for_all_are_drawn() -> None:
    player = build_players()[0]
    feints = [perform(player, "feint", rate_hz=30.0, seed=seed) for seed in range(60)]
    thrown = sum("stop" in {moment.name for moment in motion.moments} for motion in feints)
    assert 30 < thrown < 58
    others = [perform(player, "none", rate_hz=30.0, seed=seed) for seed in range(60)]
    held = sum(bool(motion.ball.in_hand.all()) for motion in others)
    dropped = sum("drop" in {moment.name for moment in motion.moments} for motion in others)
    assert held > 6
    assert dropped > 6
    assert 18 < held + dropped < 50


def test_the_strike_comes_at_another_place_in_every_clip_and_the_throw_stays_inside() -> None:
    recipe = Recipe(
        preset="near", techniques=("standing_shot", "pass", "push_pass"), players=4, clips=6, size=(480, 270)
    )
    shares = []
    for clip in plan(recipe):
        motion = stage(recipe, clip).motion
        assert len(motion.times) == recipe.frames
        assert motion.time_of("start") >= 0.0
        assert motion.time_of("finish") <= motion.times[-1] + 1 / recipe.rate_hz
        shares.append(main_moment(motion) / motion.times[-1])
    assert np.ptp(shares) > 0.3
    assert np.median(shares) == pytest.approx(0.65, abs=0.1)


def test_a_window_shows_start_and_finish_wherever_the_strike_is_wanted() -> None:
    motion = perform(build_players()[0], "pass", rate_hz=25.0, seed=1, spare_s=0.6)
    for before in (0.05, 0.5, 0.98):
        cut = window(motion, 50, before)
        assert cut.time_of("start") >= 0.0
        assert cut.time_of("finish") <= cut.times[-1] + 0.04


def test_spare_time_changes_nothing_but_how_long_a_motion_is() -> None:
    for technique in ("jump_shot", "pass", "push_pass", "none"):
        short, long = (
            perform(build_players()[3], technique, rate_hz=50.0, seed=4, spare_s=spare)  # type: ignore[arg-type]
            for spare in (0.0, 0.4)
        )
        assert np.allclose(long.joints[20 : 20 + len(short.times)], short.joints, atol=1e-9)
        assert len(long.times) in (len(short.times) + 40, len(short.times) + 41)


def test_others_in_the_hall_have_no_ball_to_hold() -> None:
    recipe = Recipe(preset="near", techniques=("pass",), players=6, clips=5, others=1.0, size=(480, 270))
    for clip in plan(recipe):
        for other in stage(recipe, clip).scenes[0].performers[1:]:
            assert "drop" not in {moment.name for moment in other.moments}
            assert np.isnan(other.ball.positions).all()
