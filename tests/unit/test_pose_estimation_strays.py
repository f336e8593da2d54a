"""Arms taken for each other and joints that leave their way, made on throws whose joints are known."""

from __future__ import annotations

import attrs
import numpy as np
import pytest

from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23
from handball.kinematics.exchanged_sides import with_joints_exchanged
from handball.pose_estimation.limb_labels import (
    ARMS,
    LEGS,
    exchanged_parts,
    with_limbs_relabeled,
)
from handball.pose_estimation.strays import stray_joints, without_strays
from handball.synthesis.performing import perform
from handball.synthesis.roster import build_players


def seen(rate_hz: float = 120.0, technique: str = "standing_shot", player: int = 0) -> tuple[Pose2D, Pose3D]:
    """A throw seen from the side without any error, 200 pixels a metre."""
    motion = perform(build_players()[player], technique, rate_hz=rate_hz, seed=4)
    body = motion.body()
    flat = Pose2D(
        skeleton=BODY_23,
        frames=body.frames,
        times=body.times,
        positions=200.0 * (body.positions[..., [0, 2]] - body.positions[:1, :1, [0, 2]]) * np.array([1.0, -1.0])
        + 400.0,
        scores=body.scores,
        sigma=np.ones((*body.scores.shape, 2)),
        image_size=(1280, 720),
    )
    return flat, body


def flags(pose: Pose2D, first: int, last: int) -> np.ndarray:
    rows = np.zeros(len(pose.times), dtype=bool)
    rows[first:last] = True
    return rows


@pytest.mark.parametrize("technique", ["standing_shot", "jump_shot", "pass"])
@pytest.mark.parametrize("player", [0, 3, 8])
def test_what_is_right_stays(technique: str, player: int) -> None:
    flat, body = seen(technique=technique, player=player)
    _, _, changed = with_limbs_relabeled(flat, body)
    assert changed == 0
    assert stray_joints(flat).mean() < 0.001


@pytest.mark.parametrize(
    "parts", [("elbow", "wrist", "index"), ("wrist", "index"), ("knee", "ankle", "heel", "big_toe")]
)
@pytest.mark.parametrize("length", [2, 10, 30])
def test_exchanged_limbs_come_back(parts: tuple[str, ...], length: int) -> None:
    flat, body = seen()
    rows = flags(flat, 60, 60 + length)
    repaired, deep, changed = with_limbs_relabeled(
        with_joints_exchanged(flat, parts, rows), with_joints_exchanged(body, parts, rows)
    )
    assert changed == pytest.approx(length, abs=2)
    columns = BODY_23.indices(tuple(f"{side}_{part}" for side in ("left", "right") for part in parts))
    wrong = np.abs(repaired.positions - flat.positions)[:, columns].max(axis=(1, 2)) > 10
    assert wrong.sum() <= 2
    assert (np.abs(deep.positions - body.positions)[:, columns].max(axis=(1, 2)) > 0.1).sum() <= 2


def test_slow_clips_are_left_alone() -> None:
    flat, body = seen(rate_hz=30.0)
    wrong = with_joints_exchanged(flat, ("wrist", "index"), flags(flat, 10, 14))
    assert with_limbs_relabeled(wrong, body)[2] == 0


def test_missing_joints_do_not_hinder() -> None:
    flat, _ = seen()
    holes = flat.positions.copy()
    holes[50:70, BODY_23.index("left_wrist")] = np.nan
    flat = attrs.evolve(flat, positions=holes)
    wrong = with_joints_exchanged(flat, ("knee", "ankle", "heel", "big_toe"), flags(flat, 80, 90))
    assert not exchanged_parts(flat, ARMS).any()
    assert exchanged_parts(wrong, LEGS)[82:88].all()


@pytest.mark.parametrize("frames", [1, 3, 5])
def test_an_arm_that_jumps_to_the_other_for_a_moment_is_blanked(frames: int) -> None:
    flat, body = seen()
    places = flat.positions.copy()
    here, there = (BODY_23.indices((f"{side}_elbow", f"{side}_wrist")) for side in ("right", "left"))
    row = int(np.argmax(np.linalg.norm(places[:, here[1]] - places[:, there[1]], axis=1)))
    places[row : row + frames, here] = places[row : row + frames, there]
    cleaned, deep = without_strays(attrs.evolve(flat, positions=places), body)
    assert np.isnan(cleaned.positions[row : row + frames, here[1], 0]).all()
    np.testing.assert_array_equal(np.isnan(cleaned.positions[..., 0]), np.isnan(deep.positions[..., 0]))
    assert np.isnan(cleaned.positions[..., 0]).sum() <= 3 * frames


def test_without_strays_nothing_changes() -> None:
    flat, body = seen(player=2)
    still = attrs.evolve(flat, positions=np.repeat(flat.positions[:1], len(flat.times), axis=0))
    assert without_strays(still, body) == (still, body)
