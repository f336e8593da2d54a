"""A throwing arm that is missing is refused where it matters, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from command import THROWING_ARM, without
from handball.config import ClipSettings, Settings
from handball.domain.performance import Performance
from handball.errors import ArmNotVisibleError
from handball.pipeline import Hooks, analyze
from handball.storage.poses import save_pose
from synthetic import analytic_throw

OTHER_ARM = ("left_elbow", "left_wrist", "left_index")


def analyzed(folder: Path, joints: tuple[str, ...], begin: float, end: float, **clip: object) -> Performance:
    path = folder / "throw.npz"
    save_pose(without(analytic_throw(), joints, begin, end), path)
    return analyze(path, ClipSettings(**clip), Settings(), Hooks())


@pytest.mark.parametrize(("begin", "end"), [(-0.1, 0.1), (-0.2, -0.05), (0.0, 0.2), (-0.04, 9.0)])
def test_a_long_gap_during_the_action(tmp_path: Path, begin: float, end: float) -> None:
    with pytest.raises(ArmNotVisibleError, match="throwing arm"):
        analyzed(tmp_path, THROWING_ARM, begin, end)


@pytest.mark.parametrize(("begin", "end"), [(-0.045, 0.045), (-9.0, -0.6), (0.35, 9.0)])
def test_a_short_gap_and_gaps_outside_the_action(tmp_path: Path, begin: float, end: float) -> None:
    found = analyzed(tmp_path, THROWING_ARM, begin, end)
    assert found.hand == "right"
    assert found.key_actions["strike"].time == pytest.approx(0.8, abs=0.02)


@pytest.mark.parametrize(("begin", "end"), [(-0.2, 0.1), (-0.1, 9.0), (-9.0, 9.0)])
def test_the_other_arm_may_be_hidden(tmp_path: Path, begin: float, end: float) -> None:
    assert analyzed(tmp_path, OTHER_ARM, begin, end).hand == "right"


def test_four_key_actions_by_hand_are_never_refused(tmp_path: Path) -> None:
    times = {"start": 0.3, "cocking": 0.7, "strike": 0.8, "finish": 1.0}
    assert analyzed(tmp_path, THROWING_ARM, -0.1, 0.1, key=times, hand="right").key_actions["strike"].rule == "manual"
