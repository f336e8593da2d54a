"""Balls of any looks: number and seed decide at every size, and a set without them is as it was."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handball.synthesis.ball_crops import CropSet
from handball.synthesis.ball_looks import drawn_gloss, drawn_look, shining

ANY = CropSet(seed=5, any_ball=1.0)


@pytest.fixture(scope="module")
def normals() -> np.ndarray:
    drawn = np.random.default_rng(0).normal(size=(400, 3))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def test_a_look_has_colors_everywhere_and_its_number_decides(normals: np.ndarray) -> None:
    seen = set()
    for seed in range(20):
        colors = drawn_look(np.random.default_rng(seed))(normals)
        assert colors.shape == normals.shape
        assert 0 <= colors.min() <= colors.max() <= 255
        np.testing.assert_array_equal(colors, drawn_look(np.random.default_rng(seed))(normals))
        seen.add(colors.tobytes())
    assert len(seen) == 20


def test_looks_are_plain_and_patterned_pale_and_colored(normals: np.ndarray) -> None:
    looks = [drawn_look(np.random.default_rng(seed))(normals) for seed in range(80)]
    colors = [len(np.unique(np.round(look), axis=0)) for look in looks]
    assert min(colors) == 1
    assert np.mean(np.array(colors) > 1) > 0.7
    means = np.array([look.mean(axis=0) for look in looks])
    assert means.min() < 90
    assert (means.min(axis=1) > 150).mean() > 0.1


def test_a_look_is_the_same_from_any_side(normals: np.ndarray) -> None:
    look = drawn_look(np.random.default_rng(3))
    grid = normals.reshape(20, 20, 3)
    np.testing.assert_array_equal(look(grid).reshape(-1, 3), look(normals))


def test_a_lamp_shines_back_only_where_it_is_mirrored() -> None:
    across = np.linspace(-0.9, 0.9, 19)
    normals = np.column_stack([across, np.zeros(19), -np.sqrt(1 - across**2)])
    colors = np.full((19, 3), 100.0)
    lamp = np.array([0.6, 0.0, -0.8])
    shone = shining(colors, normals, lamp, (80.0, 20.0))
    # halfway between the lamp and the camera
    assert across[shone[:, 0].argmax()] == pytest.approx(np.sin(np.arcsin(0.6) / 2), abs=0.06)
    assert shone.max() == pytest.approx(180, abs=2)
    assert shone[0, 0] == pytest.approx(100, abs=0.1)
    np.testing.assert_array_equal(shining(colors, normals, lamp, (0.0, 1.0)), colors)
    strengths = [drawn_gloss(np.random.default_rng(seed))[0] for seed in range(60)]
    assert 0.2 < np.mean(np.array(strengths) > 0) < 0.6


@pytest.mark.parametrize("number", [1, 3, 9, 11])
def test_another_size_shows_the_same_ball(number: int) -> None:
    small, large = (ANY.crop(number, size) for size in ((64, 48), (320, 240)))
    assert small.facts == large.facts
    assert small.facts.ball
    assert small.facts.skin is None
    shrunk = cv2.resize(large.pixels, (64, 48), interpolation=cv2.INTER_AREA).astype(float)
    assert np.abs(cv2.blur(shrunk, (3, 3)) - cv2.blur(small.pixels.astype(float), (3, 3))).mean() < 10
    assert ANY.crop(number) == small


def test_only_the_ball_differs_from_one_of_a_skin() -> None:
    usual = CropSet(seed=5)
    for number in (2, 4):
        assert ANY.crop(number) == usual.crop(number)
    for number in (3, 9):
        own, other = ANY.crop(number, (320, 240)), usual.crop(number, (320, 240))
        assert (own.facts.middle, own.facts.diameter) == (other.facts.middle, other.facts.diameter)
        rows, columns = np.nonzero((own.pixels != other.pixels).any(axis=2))
        away = np.hypot(columns / 240 - own.facts.middle[0], rows / 240 - own.facts.middle[1])
        assert len(away) > 100
        # a block of the camera's JPEG is 16 pixels wide
        assert away.max() < own.facts.diameter * (0.55 + own.facts.blur) + 1.5 * 16 / 240


def test_the_share_of_other_looks_is_that_of_the_set() -> None:
    some = CropSet(seed=6, any_ball=0.5)
    skins = [some.crop(number).facts.skin for number in range(1, 61, 2)]
    assert 8 <= skins.count(None) <= 22


def test_a_set_without_other_looks_is_as_it_was() -> None:
    pixels = np.stack([CropSet(seed=3, any_ball=0.0).crop(number).pixels for number in range(6)])
    np.testing.assert_array_equal(pixels, [CropSet(seed=3).crop(number).pixels for number in range(6)])
