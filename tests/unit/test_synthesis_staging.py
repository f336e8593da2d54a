"""Where the cameras stand, which part of a motion is filmed, and who has a fault."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.synthesis.motion import Motion
from handball.synthesis.performing import perform
from handball.synthesis.phone import PhoneReality
from handball.synthesis.recipe import ClipPlan, Recipe, plan
from handball.synthesis.roster import build_players
from handball.synthesis.staging import Take, azimuth_deg, main_moment, stage, window

QUIET = {"others": 0.0, "clips": 2, "players": 4}
LEFT = next(row for row, player in enumerate(build_players()) if player.hand == "left")


def takes(preset: str, *, techniques: tuple[str, ...] = ("pass", "jump_shot"), **options: object) -> list[Take]:
    recipe = Recipe(preset=preset, techniques=techniques, **QUIET | options)  # type: ignore[arg-type]
    return [stage(recipe, clip) for clip in plan(recipe)]


def distance(take: Take, row: int) -> float:
    """Metres on the floor between athlete and first camera."""
    camera = take.scenes[0].camera
    return float(np.linalg.norm(camera.position[:2] - take.motion.root[row, :2]))


def row_of(motion: Motion) -> int:
    return int(np.argmin(np.abs(motion.times - main_moment(motion))))


def test_near_stands_four_metres_in_front_and_two_and_a_half_high() -> None:
    for take in takes("near"):
        assert distance(take, -1) == pytest.approx(4.0)
        assert take.scenes[0].camera.position[2] == pytest.approx(2.5)
        assert take.scenes[0].camera.image_size == (1280, 720)
        end = take.motion.root[-1, :2] - take.scenes[0].camera.position[:2]
        ahead = -end / np.linalg.norm(end)
        away = np.degrees(np.arccos(np.clip(ahead @ np.array(take.motion.target[:2]), -1, 1)))
        assert away <= 20.0 + 1e-6


def test_far_stands_eight_to_twelve_metres_away() -> None:
    found = [distance(take, -1) for take in takes("far")]
    assert all(8.0 <= one <= 12.0 for one in found)
    assert np.ptp(found) > 1.0
    assert all(abs(azimuth_deg(take.motion, take.scenes[0].camera)) < 30.0 for take in takes("far"))


def test_the_phone_stands_on_the_side_of_the_throwing_arm_of_both_hands() -> None:
    found = takes("phone", rate_hz=60.0)
    assert {take.motion.player.hand for take in found} == {"left", "right"}
    for take in found:
        assert 75.0 - 1e-6 <= azimuth_deg(take.motion, take.scenes[0].camera) <= 105.0 + 1e-6
        assert distance(take, row_of(take.motion)) == pytest.approx(5.0)


def test_the_wrong_side_is_the_other_one() -> None:
    found = takes("phone", rate_hz=60.0, reality=True, clips=6)
    wrong = [take.reality.wrong_side for take in found]
    assert any(wrong)
    assert not all(wrong)
    sides = [azimuth_deg(take.motion, take.scenes[0].camera) < 0 for take in found]
    assert sides == wrong


def test_without_reality_a_phone_does_nothing() -> None:
    assert {take.reality for take in takes("phone", rate_hz=60.0)} == {PhoneReality()}


def test_azimuth_is_measured_from_the_throw_to_the_throwing_arm() -> None:
    for row in (0, LEFT):
        player = build_players()[row]
        motion = perform(player, "pass", rate_hz=60.0, seed=3, heading_deg=40.0)
        at = motion.root[row_of(motion)]
        arm = motion.joints[row_of(motion), 6 if player.hand == "right" else 5]
        other = motion.joints[row_of(motion), 5 if player.hand == "right" else 6]
        camera = takes("near")[0].scenes[0].camera
        spots = {0.0: np.array(motion.target), 180.0: -np.array(motion.target)}
        for expected, way in spots.items():
            found = azimuth_deg(motion, attrs.evolve(camera, position=at + 5 * way))
            assert abs(found) == pytest.approx(expected, abs=1e-6)
        ahead = np.array(motion.target)
        aside = (arm - other) - ((arm - other) @ ahead) * ahead
        aside[2] = 0
        found = azimuth_deg(motion, attrs.evolve(camera, position=at + 5 * aside / np.linalg.norm(aside)))
        assert found == pytest.approx(90.0, abs=1e-6)


def test_the_rig_has_two_parallel_eyes_behind_the_goal_line() -> None:
    left, right = takes("rig", rate_hz=120.0)[0].scenes
    assert [left.camera.name, right.camera.name] == ["rig_left", "rig_right"]
    assert left.camera.image_size == right.camera.image_size == (640, 480)
    assert np.allclose(left.camera.rotation, right.camera.rotation)
    middle = (left.camera.position + right.camera.position) / 2
    assert middle.tolist() == pytest.approx([-3.0, 10.0, 2.2])


def test_the_fan_stands_in_steps_of_ten_degrees_around_the_throwing_side() -> None:
    found = takes("fan", rate_hz=60.0)
    assert {take.motion.player.hand for take in found} == {"left", "right"}
    for take in found:
        azimuths = sorted(azimuth_deg(take.motion, scene.camera) for scene in take.scenes)
        assert azimuths == pytest.approx([60.0, 70.0, 80.0, 90.0, 100.0, 110.0, 120.0])


def test_the_pair_stands_before_and_behind_the_throwing_arm() -> None:
    for take in takes("pair", rate_hz=60.0):
        azimuths = sorted(azimuth_deg(take.motion, scene.camera) for scene in take.scenes)
        assert azimuths == pytest.approx([45.0, 135.0])


def test_the_orbit_goes_round_in_steps_of_thirty_degrees() -> None:
    take = takes("orbit", rate_hz=60.0)[0]
    found = sorted(azimuth_deg(take.motion, scene.camera) % 360 for scene in take.scenes)
    assert np.allclose(np.diff(found), 30.0)
    assert len({scene.camera.name for scene in take.scenes}) == 12


@pytest.mark.parametrize("technique", ["jump_shot", "standing_shot", "pass"])
def test_the_window_keeps_the_strike_and_what_belongs_to_it(technique: str) -> None:
    for row in (0, LEFT):
        motion = perform(build_players()[row], technique, rate_hz=60.0, seed=5)  # type: ignore[arg-type]
        cut = window(motion, 90)
        assert len(cut.times) == 90
        assert cut.times[0] == 0.0
        assert 0.3 * 1.5 < cut.time_of("strike") < 0.8 * 1.5
        shown = int(np.argmin(np.abs(cut.times - cut.time_of("strike"))))
        whole = int(np.argmin(np.abs(motion.times - motion.time_of("strike"))))
        assert np.array_equal(cut.joints[shown], motion.joints[whole])
        assert cut.time_of("finish") - cut.time_of("start") == pytest.approx(
            motion.time_of("finish") - motion.time_of("start")
        )


def test_a_short_motion_keeps_all_its_frames() -> None:
    motion = perform(build_players()[0], "block", rate_hz=25.0, seed=1)
    assert window(motion, len(motion.times) + 1) is motion


def test_novices_throw_with_one_fault_and_nobody_else_has_any() -> None:
    everybody = takes("near", techniques=("jump_shot", "pass", "push_pass", "block", "none"), novices=1.0, clips=3)
    throws = [take for take in everybody if take.plan.technique in ("jump_shot", "pass")]
    faulty = [take for take in throws if take.motion.faults]
    assert len(faulty) >= 0.8 * len(throws)
    assert all(len(take.motion.faults) == 1 for take in faulty)
    assert all(20 <= take.motion.faults[0].size <= 40 for take in faulty)
    assert len({take.motion.faults[0].name for take in faulty}) >= 3
    assert not [take for take in everybody if take not in throws and take.motion.faults]


def test_a_session_has_one_fault_one_slot_and_one_place_of_the_phone() -> None:
    found = takes("phone", novices=0.6, clips=3, rate_hz=60.0, sessions=True)
    sessions = [found[row : row + 3] for row in range(0, len(found), 3)]
    assert any(one[0].motion.faults for one in sessions)
    assert not all(one[0].motion.faults for one in sessions)
    for session in sessions:
        for told in (
            lambda take: [fault.name for fault in take.motion.faults],
            lambda take: take.motion.arm_slot,
            lambda take: take.scenes[0].hall,
        ):
            assert all(told(take) == told(session[0]) for take in session)
        azimuths = [azimuth_deg(take.motion, take.scenes[0].camera) for take in session]
        assert np.ptp(azimuths) < 1e-6
        assert not np.array_equal(session[0].motion.joints[0], session[1].motion.joints[0])
    assert len({round(azimuth_deg(take.motion, take.scenes[0].camera), 3) for take in found}) == len(sessions)


def test_experts_throw_without_a_fault() -> None:
    assert not [take for take in takes("near", clips=4) if take.motion.faults]


def test_a_fault_changes_nothing_but_the_throw() -> None:
    clean, faulty = takes("near"), takes("near", novices=1.0)
    changed = 0
    for one, other in zip(clean, faulty, strict=True):
        changed += bool(other.motion.faults)
        assert one.scenes[0].hall == other.scenes[0].hall
        assert one.motion.player == other.motion.player
        assert bool(other.motion.faults) != np.array_equal(one.motion.joints, other.motion.joints)
    assert changed >= 0.8 * len(clean)


def test_others_are_in_the_hall_and_the_athlete_comes_first() -> None:
    found = takes("near", others=1.0)
    assert {len(take.scenes[0].performers) for take in found} == {2, 3}
    for take in found:
        athlete, *others = take.scenes[0].performers
        assert athlete is take.motion
        assert all(np.isnan(other.ball.positions).all() for other in others)
        assert all(other.player.name != athlete.player.name for other in others)


def test_a_clip_is_staged_alike_every_time() -> None:
    recipe = Recipe(preset="near", techniques=("pass",), players=2, clips=1)
    clip: ClipPlan = plan(recipe)[1]
    first, again = stage(recipe, clip), stage(recipe, clip)
    assert np.array_equal(first.motion.joints, again.motion.joints)
    assert np.array_equal(first.scenes[0].camera.position, again.scenes[0].camera.position)
    assert first.scenes[0].hall == again.scenes[0].hall
