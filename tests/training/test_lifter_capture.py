"""Recorded motions become ours: joints, axes, sizes, what is held out; and the curves and card of a training."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from handball.domain.skeleton import BODY_23
from handball.errors import InvalidPoseFileError, UsageError

torch = pytest.importorskip("torch", reason="training needs the extra 'train'")

from handball.lifting.features import torso  # noqa: E402
from handball.training.lifter.capture import PLACES, body_of, capture_motions, with_usual_bones  # noqa: E402
from handball.training.lifter.loop import CONFIGS, LifterRecipe, train  # noqa: E402
from handball.training.lifter.report import card_of, write_curves  # noqa: E402


def _standing(frames: int) -> np.ndarray:
    """A stiff person of 38 joints, millimetres, y up, who faces +z with the left hand at +x and walks to +z."""
    joints = np.zeros((38, 3))
    for side, sign in (("left", 1), ("right", -1)):
        for part, (x, y, z) in {
            "shoulder": (180, 1300, 0),
            "elbow": (200, 1000, 0),
            "wrist": (210, 800, 50),
            "index": (210, 740, 80),
            "hip": (90, 880, 0),
            "knee": (95, 450, 20),
            "ankle": (100, 60, -20),
            "big_toe": (100, 20, 150),
        }.items():
            joints[PLACES[f"{side}_{part}"]] = (sign * x, y, z)
    joints[19] = (0, 1480, 30)
    joints[[5, 11]] = joints[[6, 12]]
    way = np.linspace(0, 900, frames)[:, None, None] * np.array([0.0, 0.0, 1.0])
    return joints + way


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    path = tmp_path / "recorded.npz"
    names = ("train__walking_1", "train__soccer_1", "test__walking_1")
    np.savez(path, **{name: _standing(frames) for name, frames in zip(names, (400, 90, 80), strict=True)})
    return path


def test_a_body_stands_upright_with_its_left_on_its_left() -> None:
    body = body_of(_standing(5), 1.8)
    side, ahead = (
        body[0, BODY_23.index(a)] - body[0, BODY_23.index(b)]
        for a, b in (("left_hip", "right_hip"), ("left_big_toe", "left_ankle"))
    )
    up = torso(body)[0]
    assert up[2] > 0.3
    assert np.dot(np.cross(ahead, side), up) > 0
    assert np.nanmin(body[..., 2]) == 0
    missing = [name for name in BODY_23.joints if np.isnan(body[0, BODY_23.index(name)]).all()]
    assert missing == ["nose", "left_eye", "right_eye", "left_ear", "right_ear", "left_heel", "right_heel"]


def test_bones_become_usual_and_even() -> None:
    body = with_usual_bones(body_of(_standing(5), 1.8), np.random.default_rng(0))
    thighs = [
        np.linalg.norm(body[:, BODY_23.index(f"{side}_knee")] - body[:, BODY_23.index(f"{side}_hip")], axis=-1)
        for side in ("left", "right")
    ]
    np.testing.assert_allclose(thighs[0], thighs[1])
    share = thighs[0][0] / np.linalg.norm(torso(body)[0])
    assert share == pytest.approx(0.81, rel=0.1)


def test_what_is_held_out_is_not_learned_from(recording: Path) -> None:
    taught, kept = capture_motions(recording, held_out=("soccer",), copies=2, seed=1)
    assert len(kept) == 2
    assert sorted(kept.lengths.tolist()) == [79, 89]
    assert taught.lengths.sum() == pytest.approx(2 * 400, rel=0.3)
    assert len({round(float(length), 4) for length in taught.torsos()}) == 2
    every, _ = capture_motions(recording, held_out=(), copies=1, seed=1)
    assert every.lengths.sum() > 0.9 * 490 / 1.25


def test_other_files_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, walking=np.zeros((5, 17, 3)))
    with pytest.raises(InvalidPoseFileError, match=r"\(frames, 38, 3\), found \(5, 17, 3\)"):
        capture_motions(path, held_out=(), copies=1, seed=1)
    path.write_bytes(b"none")
    with pytest.raises(InvalidPoseFileError, match="no recorded motions"):
        capture_motions(path, held_out=(), copies=1, seed=1)


def test_training_with_recordings_tells_errors_on_what_was_held_out(recording: Path, tmp_path: Path) -> None:
    recipe = LifterRecipe(
        sequences=8,
        steps=2,
        width=8,
        kernels=(3, 3),
        causal=True,
        loss="huber",
        capture=str(recording),
        held_out=("soccer",),
    )
    trained = train(recipe, tmp_path / "run", progress=lambda *_: None, tell=lambda _: None)
    assert [name for name, _ in trained.held_out] == ["recorded"]
    write_curves(trained, tmp_path)
    assert (tmp_path / "curves.csv").read_text().count("\n") == len(trained.history) + 1
    assert (tmp_path / "curves.svg").read_text().startswith("<svg")
    card = card_of(recipe, trained)
    assert "--causal --loss huber --mocap recorded.npz --held-out soccer" in card["command"]
    assert str(tmp_path) not in str(card)
    with pytest.raises(UsageError, match="Nothing is named chess"):
        train(LifterRecipe(sequences=8, held_out=("chess",)), tmp_path / "x", progress=lambda *_: None, tell=print)
    assert CONFIGS["full"].build().receptive_field == 243
