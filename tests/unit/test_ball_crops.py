"""Crops of the ball net: seed and number alone decide, both classes are drawn alike, and sizes show one scene."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from handball.errors import InvalidCropsError
from handball.synthesis.ball_crops import HELD_OUT_SKINS, TAUGHT_SKINS, CropSet
from handball.synthesis.crop_camera import drawn_exposure, exposed, toward_camera
from handball.synthesis.crop_canvas import Canvas
from handball.synthesis.crop_figures import DECOYS, ball_figure, decoy_figure, drawn_turn
from handball.synthesis.crop_hands import MOST_OCCLUSION, covered_share, drawn_hand
from handball.synthesis.crop_plan import LARGEST, MOST_BLUR, SMALLEST, plan_crop
from handball.synthesis.hall import LIGHTINGS, LIGHTS
from handball.synthesis.labeled_crops import UNKNOWN, labeled, load_crops, plain, save_crops, together


@pytest.fixture(scope="module")
def crops() -> list:
    return [CropSet(seed=3).crop(number) for number in range(60)]


def test_seed_and_number_decide(crops: list) -> None:
    again = CropSet(seed=3)
    for number in (59, 4, 11):
        assert again.crop(number) == crops[number]
    assert not np.array_equal(CropSet(seed=4).crop(4).pixels, crops[4].pixels)


def test_odd_numbers_show_a_ball_and_the_facts_are_those_of_the_ball(crops: list) -> None:
    for number, crop in enumerate(crops):
        facts = crop.facts
        assert facts.ball == (number % 2 == 1)
        assert (facts.skin in TAUGHT_SKINS) == facts.ball
        assert np.isfinite([facts.diameter, facts.blur, facts.occlusion]).all() == facts.ball
        assert (facts.skin is None) != facts.ball
    held_out = CropSet(seed=3, skins=HELD_OUT_SKINS)
    assert {held_out.crop(number).facts.skin for number in (1, 3, 5)} == set(HELD_OUT_SKINS)


@pytest.mark.parametrize("number", range(8, 16))
def test_another_size_shows_the_same_scene(number: int) -> None:
    small, large = (CropSet(seed=5).crop(number, size) for size in ((64, 48), (320, 240)))
    assert small.facts == large.facts
    shrunk = cv2.resize(large.pixels, (64, 48), interpolation=cv2.INTER_AREA).astype(float)
    other = CropSet(seed=5).crop(number + 2).pixels
    away = np.abs(cv2.blur(shrunk, (3, 3)) - cv2.blur(small.pixels.astype(float), (3, 3))).mean()
    assert away < 10
    assert away < 0.4 * np.abs(shrunk - other).mean()


def test_plans_keep_to_their_ranges() -> None:
    plans = [plan_crop(np.random.default_rng(seed)) for seed in range(200)]
    diameters = np.array([plan.diameter for plan in plans])
    assert SMALLEST <= diameters.min() < 0.15
    assert 0.55 < diameters.max() <= LARGEST
    assert 0.9 * MOST_BLUR < max(plan.blur for plan in plans) <= MOST_BLUR
    assert {plan.lighting for plan in plans} == set(LIGHTINGS)
    for plan in plans:
        rim = plan.diameter / 3
        assert rim <= plan.spot[1] <= 1 - rim


def test_hands_cover_at_most_their_share() -> None:
    shares = [drawn_hand(np.random.default_rng(seed)).occlusion for seed in range(60)]
    assert 0.25 < max(shares) <= MOST_OCCLUSION
    assert covered_share([(-1.0, 0.0, 1.0, 0.0, 0.1)]) == pytest.approx(0.224 * 2 / np.pi, abs=0.05)


def test_decoys_are_as_common_with_a_ball_as_without(crops: list) -> None:
    count = {
        ball: sum(kind in DECOYS for crop in crops if crop.facts.ball == ball for kind in crop.facts.distractors)
        for ball in (False, True)
    }
    assert count[True] == pytest.approx(count[False], rel=0.4)
    assert min(count.values()) > 30


@pytest.mark.parametrize("kind", DECOYS)
def test_every_decoy_is_painted_where_it_is_put(kind: str) -> None:
    canvas = Canvas(pixels=np.full((120, 160, 3), 90, np.uint8), scale=300.0, spot=(80.0, 60.0), light=LIGHTS["bright"])
    canvas.sprite(decoy_figure(kind, canvas.light, TAUGHT_SKINS, np.random.default_rng(2)), (80.0, 60.0), 14.0)
    changed = np.argwhere((canvas.pixels != 90).any(axis=2))
    assert len(changed) > 0.5 * np.pi * 14**2
    assert np.abs(changed - [60, 80]).max() < 4 * 14


def test_a_ball_is_smeared_along_its_path_and_keeps_its_weight() -> None:
    figure = ball_figure(0, drawn_turn(np.random.default_rng(1)), toward_camera(LIGHTS["bright"], 1.0))
    sums = []
    for path in ((0.0, 0.0), (30.0, 0.0)):
        canvas = Canvas(pixels=np.zeros((80, 160, 3), np.uint8), scale=1.0, spot=(80.0, 40.0), light=LIGHTS["bright"])
        canvas.sprite(figure, (80.0, 40.0), 12.0, path)
        columns = np.flatnonzero(canvas.pixels.any(axis=(0, 2)))
        sums.append((columns[-1] - columns[0], canvas.pixels.sum(dtype=float)))
    assert sums[1][0] == pytest.approx(sums[0][0] + 30, abs=2)
    assert sums[1][1] == pytest.approx(sums[0][1], rel=0.03)


def test_turns_are_rotations() -> None:
    turn = drawn_turn(np.random.default_rng(8))
    np.testing.assert_allclose(turn @ turn.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(turn) == pytest.approx(1)


def test_dim_light_is_darker_and_noisier() -> None:
    grey = np.full((48, 64, 3), 120, np.uint8)
    spread = {}
    for name in ("bright", "dim"):
        found = [exposed(grey, drawn_exposure(LIGHTS[name], np.random.default_rng(seed))) for seed in range(12)]
        spread[name] = np.mean([np.diff(shown.astype(float), axis=0).std() for shown in found])
    assert spread["dim"] > 1.5 * spread["bright"]


@pytest.mark.parametrize(("number", "size"), [(-1, (64, 48)), (0, (64, 64)), (0, (32, 24)), (0, (640, 480))])
def test_other_numbers_and_sizes_are_refused(number: int, size: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="number from 0 and a size of 4 to 3"):
        CropSet(seed=0).crop(number, size)


def test_a_set_needs_a_seed_and_a_skin() -> None:
    for wrong in ({"seed": -1}, {"seed": 0, "skins": ()}):
        with pytest.raises(ValueError, match="a seed from 0 and a skin"):
            CropSet(**wrong)


def test_crops_come_back_from_their_file(tmp_path: Path, crops: list) -> None:
    many = together([labeled(crops[:4]), plain(np.zeros((2, 48, 64, 3), np.uint8), [True, False])])
    save_crops(many, tmp_path / "crops.npz")
    assert load_crops(tmp_path / "crops.npz") == many
    assert many.ball.tolist() == [False, True, False, True, True, False]
    assert many.skin[4] == UNKNOWN
    (tmp_path / "crops.npz").write_bytes(b"nothing")
    with pytest.raises(InvalidCropsError, match="made anew"):
        load_crops(tmp_path / "crops.npz")
