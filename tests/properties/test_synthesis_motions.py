"""What holds for every motion: rigid bones, standing feet, gravity, one truth for a seed, mirrored left-handers."""

from __future__ import annotations

import zlib

import attrs
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from handball.domain.skeleton import BODY_23, mirrored_name
from handball.kinematics.angles import interior
from handball.synthesis.anthropometry import center_of_mass, rest_body
from handball.synthesis.motion import TECHNIQUES, Motion
from handball.synthesis.performing import perform
from handball.synthesis.posing import pose
from handball.synthesis.repertoire import VARIANTS, choreograph
from handball.synthesis.rig import CARRIERS, PARENTS, SEGMENTS, joint_positions, right_handed, segment_origins
from handball.synthesis.roster import build_players

PLAYERS = build_players()
CASES = [(technique, variant) for technique in TECHNIQUES for variant in VARIANTS[technique] or (None,)]
motions = st.tuples(st.sampled_from(CASES), st.sampled_from(range(len(PLAYERS))), st.integers(0, 2**31 - 1))
Case = tuple[tuple[str, str | None], int, int]


def performed(case: Case, rate_hz: float = 120.0, **options: float) -> Motion:
    (technique, variant), row, seed = case
    return perform(PLAYERS[row], technique, rate_hz=rate_hz, seed=seed, variant=variant, **options)


def test_the_rest_pose_is_the_identity() -> None:
    for body in (PLAYERS[0].body, rest_body(1.72, "female")):
        still = np.broadcast_to(np.eye(3), (1, len(SEGMENTS), 3, 3))
        assert np.allclose(joint_positions(body, np.zeros((1, 3)), still)[0], body.joints, atol=1e-12)
        assert np.allclose(segment_origins(body, np.zeros((1, 3)), still)[0], body.origins, atol=1e-12)


@settings(max_examples=25, deadline=None)
@given(motions)
def test_bones_keep_their_length_and_rotations_are_rotations(case: Case) -> None:
    motion = performed(case, rate_hz=60.0)
    body, origins = motion.player.body, segment_origins(motion.player.body, motion.root, motion.rotations)
    for row, parent in enumerate(PARENTS.values()):
        if parent is not None:
            carrier = SEGMENTS.index(parent)
            lengths = np.linalg.norm(origins[:, row] - origins[:, carrier], axis=1)
            assert np.allclose(lengths, np.linalg.norm(body.origins[row] - body.origins[carrier]), atol=1e-9)
    for joint, carrier_name in CARRIERS.items():
        carrier, column = SEGMENTS.index(carrier_name), BODY_23.index(joint)
        lengths = np.linalg.norm(motion.joints[:, column] - origins[:, carrier], axis=1)
        assert np.allclose(lengths, np.linalg.norm(body.joints[column] - body.origins[carrier]), atol=1e-9)
    product = np.swapaxes(motion.rotations, -1, -2) @ motion.rotations
    assert np.allclose(product, np.eye(3), atol=1e-9)
    assert np.allclose(np.linalg.det(motion.rotations), 1.0, atol=1e-9)


@settings(max_examples=25, deadline=None)
@given(motions)
def test_standing_feet_do_not_slide_and_the_air_is_ballistic(case: Case) -> None:
    (technique, variant), row, seed = case
    player = PLAYERS[row]
    rng = np.random.default_rng([seed, TECHNIQUES.index(technique), zlib.crc32(player.name.encode())])
    choreography = choreograph(player, technique, rng, variant)
    rest = right_handed(player.body, player.hand)
    times = np.arange(choreography.begin, choreography.end, 1 / 240)
    posed = pose(choreography, rest, times)
    origins = segment_origins(rest, posed.root, posed.rotations)
    for side, footwork in choreography.feet.items():
        stands = footwork.planted(times)
        speed = np.linalg.norm(np.diff(origins[:, SEGMENTS.index(f"{side}_toes")], axis=0), axis=1) * 240
        assert np.all(speed[stands[1:] & stands[:-1]] < 0.01)
    center = center_of_mass(origins)
    for flight in choreography.flights:
        inside = (times > flight.begin) & (times < flight.end)
        fall = np.diff(center[inside], 2, axis=0) * 240**2
        assert np.all(np.abs(fall - [0.0, 0.0, -9.81]) < 0.8)


@settings(max_examples=20, deadline=None)
@given(motions)
def test_one_seed_is_one_motion_at_any_rate(case: Case) -> None:
    coarse, fine = performed(case, rate_hz=30.0), performed(case, rate_hz=240.0)
    rows = np.arange(len(coarse.times)) * 8
    rows = rows[rows < len(fine.times)]
    assert coarse.moments == fine.moments
    assert np.allclose(coarse.joints[: len(rows)], fine.joints[rows], atol=1e-9)
    assert np.allclose(coarse.ball.positions[: len(rows)], fine.ball.positions[rows], atol=1e-9, equal_nan=True)
    late = performed(case, rate_hz=30.0, phase=1 / 60)
    assert np.allclose(late.joints[: len(rows) - 1], fine.joints[rows[:-1] + 4], atol=1e-9)


@settings(max_examples=15, deadline=None)
@given(motions)
def test_a_left_hander_is_the_mirror_image(case: Case) -> None:
    (technique, variant), row, seed = case
    order = [SEGMENTS.index(mirrored_name(name)) for name in SEGMENTS]
    body = PLAYERS[row].body
    mirrored = attrs.evolve(
        body,
        origins=body.origins[order] * [-1, 1, 1],
        joints=body.joints[BODY_23.mirror_order()] * [-1, 1, 1],
    )
    both = [
        perform(player, technique, rate_hz=60.0, seed=seed, variant=variant, place=(0.0, 0.0), heading_deg=90.0)
        for player in (
            attrs.evolve(PLAYERS[row], hand="right"),
            attrs.evolve(PLAYERS[row], hand="left", body=mirrored),
        )
    ]
    right, left = both
    assert np.allclose(left.joints[:, BODY_23.mirror_order()] * [-1, 1, 1], right.joints, atol=1e-9)
    assert np.allclose(left.ball.positions * [-1, 1, 1], right.ball.positions, atol=1e-9, equal_nan=True)
    assert left.moments == right.moments


@settings(max_examples=25, deadline=None)
@given(motions)
def test_joints_move_smoothly_within_their_limits(case: Case) -> None:
    motion = performed(case, rate_hz=240.0)
    joints = motion.joints
    change = np.linalg.norm(np.diff(joints, 2, axis=0), axis=-1) * 240**2
    assert change.max() < 4000.0
    for side in ("left", "right"):
        for names, least in ((("hip", "knee", "ankle"), 30.0), (("shoulder", "elbow", "wrist"), 20.0)):
            bend = interior(joints[:, BODY_23.indices(tuple(f"{side}_{name}" for name in names))], np.zeros(3))
            assert least < bend.min()
            assert bend.max() < 176.0
    assert joints[..., 2].min() > -0.02


@settings(max_examples=15, deadline=None)
@given(
    st.sampled_from(["jump_shot", "standing_shot", "pass", "push_pass"]), st.sampled_from(PLAYERS), st.integers(0, 999)
)
def test_the_ball_leaves_the_hand_without_a_jump(technique: str, player: object, seed: int) -> None:
    motion = perform(player, technique, rate_hz=1000.0, seed=seed)  # type: ignore[arg-type]
    release = motion.ball.release_time
    assert release is not None
    row = int(np.searchsorted(motion.times, release))
    speed = np.linalg.norm(np.diff(motion.ball.positions[row - 3 : row + 4], axis=0), axis=1) * 1000
    assert motion.ball.release_speed is not None
    across = speed[2]  # the step in which the fingers turn the ball: a corner is shorter than its two sides
    assert np.allclose(np.delete(speed, 2), motion.ball.release_speed, rtol=0.06)
    assert 0.7 * motion.ball.release_speed < across < 1.06 * motion.ball.release_speed
    flight = motion.ball.positions[row + 1] - motion.ball.positions[row]
    assert np.degrees(np.arccos(np.clip(flight[:2] @ np.array(motion.target)[:2] / np.hypot(*flight[:2]), -1, 1))) < 1.0
    assert motion.ball.in_hand[: row - 1].all()
    assert not motion.ball.in_hand[row + 1 :].any()


@pytest.mark.parametrize("technique", TECHNIQUES)
def test_an_unknown_variant_is_refused(technique: str) -> None:
    with pytest.raises(ValueError, match="variants"):
        perform(PLAYERS[0], technique, rate_hz=30.0, seed=0, variant="upside_down")
