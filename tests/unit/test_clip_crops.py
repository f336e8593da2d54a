"""Crops of clips whose truth is known: a ball in those that are said to show one, and none in the others."""

from __future__ import annotations

from pathlib import Path

import attrs
import cv2
import numpy as np
import pytest

from handball.domain.camera import Camera
from handball.errors import InvalidCropsError, OutputError
from handball.synthesis.clip_crops import ball_in_sight, clip_crops, cut
from handball.synthesis.phone_video import write_clip
from handball.synthesis.truth import ClipTruth, save_truth

pyarrow = pytest.importorskip("pyarrow", reason="sets need the extra 'synth'")
parquet = pytest.importorskip("pyarrow.parquet")

_FRAMES = 20
_CAMERA = Camera.looking(position=(0.0, -5.0, 1.2), target=(0.0, 0.0, 1.2), focal_px=600.0, image_size=(320, 240))


def truth() -> ClipTruth:
    """A ball that flies to the right above a person who stands on the left."""
    times = np.arange(_FRAMES) / 30
    ball = np.column_stack([np.linspace(-0.3, 1.5, _FRAMES), np.zeros(_FRAMES), np.full(_FRAMES, 1.5)])
    joints = np.broadcast_to([-0.9, 0.1, 1.0], (_FRAMES, 17, 3)).copy()
    joints[:, 0, 2] = 1.7
    middle, radius = _CAMERA.project(ball), np.full((_FRAMES, 1), 600.0 * 0.095 / 5)
    return ClipTruth(
        times=times,
        coco_m=joints,
        coco_px=_CAMERA.project(joints),
        h36m_m=joints,
        h36m_px=_CAMERA.project(joints),
        visible=np.ones((_FRAMES, 17), bool),
        box_xyxy=np.tile([20.0, 40.0, 60.0, 200.0], (_FRAMES, 1)),
        ball_m=ball,
        ball_circle=np.column_stack([middle, radius]),
        ball_in_hand=np.zeros(_FRAMES, bool),
        angles_deg=np.zeros((_FRAMES, 1)),
        angle_names=("none",),
        moments=(),
        release_time=0.0,
        release_speed=20.0,
        camera=_CAMERA,
        camera_rotations=np.tile(_CAMERA.rotation, (_FRAMES, 1, 1)),
    )


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    known = truth()
    save_truth(tmp_path / "a.npz", known)
    pictures = []
    for time, (x, y, radius) in zip(known.times, known.ball_circle, strict=True):
        picture = np.full((240, 320, 3), 110, np.uint8)
        picture[::7] = 90
        picture[0, :, 1] = int(200 * time)
        cv2.circle(picture, (round(x), round(y)), round(radius), (230, 20, 20), cv2.FILLED)
        pictures.append((float(time), picture))
    write_clip(tmp_path / "a.mp4", pictures, size=(320, 240), rate_hz=30.0)
    row = {"clip": "a", "video": "a.mp4", "truth": "a.npz", "people": 1, "split_players": "train"}
    parquet.write_table(pyarrow.Table.from_pylist([row]), tmp_path / "manifest.parquet")
    return tmp_path


def test_crops_show_the_ball_or_none(folder: Path) -> None:
    crops = clip_crops(folder, "train", (64, 48), seed=1)
    assert crops.ball.sum() * 2 == len(crops) >= 10
    pixels = crops.pixels.astype(int)
    red = (pixels[..., 0] > pixels[..., 1] + 60).sum(axis=(1, 2))
    assert red[crops.ball].min() > 12
    assert red[~crops.ball].max() == 0
    middle = (pixels[:, 18:30, 26:38, 0] > pixels[:, 18:30, 26:38, 1] + 60).any(axis=(1, 2))
    assert middle[crops.ball].all()
    assert clip_crops(folder, "train", (64, 48), seed=1) == crops


def test_clips_to_test_with_and_sets_must_be_there(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(InvalidCropsError, match="no clip of one player to test with"):
        clip_crops(folder, "test", (64, 48))
    with pytest.raises(OutputError, match="holds no complete set"):
        clip_crops(tmp_path / "nothing", "train", (64, 48))


def test_a_ball_behind_a_joint_or_at_the_edge_is_not_in_sight() -> None:
    known = truth()
    assert ball_in_sight(known)[:9].all()
    assert not ball_in_sight(known)[-1]
    joints = known.coco_m.copy()
    joints[5, 3] = known.ball_m[5] - [0.0, 0.4, 0.0]
    joints[6, 3] = known.ball_m[6] + [0.0, 0.4, 0.0]
    moved = attrs.evolve(known, coco_m=joints, coco_px=_CAMERA.project(joints))
    assert ball_in_sight(moved)[4:8].tolist() == [True, False, True, True]


def test_a_piece_keeps_its_place_and_edges_go_on() -> None:
    picture = np.zeros((240, 320, 3), np.uint8)
    picture[100:148, 80:144] = 200
    np.testing.assert_array_equal(cut(picture, np.array([79.5, 99.5]), 48.0, (64, 48)), 200)
    half = cut(picture, np.array([47.5, 75.5]), 96.0, (64, 48))
    assert half[12:36, 16:48].min() == 200
    assert half[:11].max() == half[37:].max() == 0
    picture[:] = 77
    assert (cut(picture, np.array([-60.0, -40.0]), 48.0, (64, 48)) == 77).all()


def test_the_circle_lies_on_the_ball(folder: Path) -> None:
    crops = clip_crops(folder, "train", (64, 48), seed=1)
    red = np.clip(crops.pixels[crops.ball][..., 0].astype(float) - crops.pixels[crops.ball][..., 1] - 30, 0, None)
    weight = red.sum(axis=(1, 2))
    right = (red * (np.arange(64) + 0.5)).sum(axis=(1, 2)) / weight / 48
    down = (red * (np.arange(48) + 0.5)[:, None]).sum(axis=(1, 2)) / weight / 48
    area = (red > red.max(axis=(1, 2), keepdims=True) / 2).sum(axis=(1, 2))
    away = np.column_stack([right, down]) - crops.middle[crops.ball]
    assert np.abs(away).max() < 0.1 * crops.diameter[crops.ball].max()
    assert np.median(np.abs(away), axis=0).max() < 0.05 * crops.diameter[crops.ball].max()
    assert 2 * np.sqrt(area / np.pi) / 48 == pytest.approx(crops.diameter[crops.ball], rel=0.2)
    assert np.isnan(crops.middle[~crops.ball]).all()
    assert np.isnan(crops.diameter[~crops.ball]).all()


def test_whether_the_ball_is_held_is_told_of_each_frame(folder: Path) -> None:
    free = clip_crops(folder, "train", (64, 48), seed=1)
    assert (free.held[free.ball] == 0).all()
    assert (free.held[~free.ball] == -1).all()
    known = truth()
    seen = np.flatnonzero(ball_in_sight(known))
    held = np.isin(np.arange(_FRAMES), seen[: len(seen) // 2])
    save_truth(folder / "a.npz", attrs.evolve(known, ball_in_hand=held))
    some = clip_crops(folder, "train", (64, 48), seed=1)
    assert some.held[some.ball].tolist().count(1) not in (0, some.ball.sum())
    assert (some.held[~some.ball] == -1).all()
    np.testing.assert_array_equal(some.pixels, free.pixels)


def test_half_of_the_frames_lie_around_the_release(folder: Path) -> None:
    wide = [clip_crops(folder, "train", (64, 48), seed=1, frames=count) for count in (4, 12)]
    assert [int(crops.ball.sum()) for crops in wide] == sorted(int(crops.ball.sum()) for crops in wide)
    assert 3 <= wide[0].ball.sum() <= 4


def test_a_crop_is_as_far_off_its_ball_as_is_asked(folder: Path) -> None:
    spread = []
    for off_center in (0.02, 0.3):
        crops = clip_crops(folder, "train", (64, 48), seed=1, off_center=off_center)
        away = (crops.middle[crops.ball] - [2 / 3, 1 / 2]) / crops.diameter[crops.ball, None]
        spread.append(away.std())
    assert spread[0] == pytest.approx(0.02, rel=0.5)
    assert spread[1] == pytest.approx(0.3, rel=0.5)
