"""Hue, saturation and intensity; distances in them; the main color."""

from __future__ import annotations

import colorsys

import numpy as np
import pytest

from handball.color.hsi import cylindrical_distance, field_ratio, to_hsi
from handball.color.main_color import main_color


def test_pure_colors_are_a_third_of_the_circle_apart() -> None:
    pure = np.array([[255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 0], [255, 0, 255]], np.uint8)
    hsi = to_hsi(pure)
    np.testing.assert_allclose(np.degrees(hsi[:, 0]), [0, 120, 240, 60, 300], atol=1e-9)
    np.testing.assert_allclose(hsi[:, 1], 1)
    np.testing.assert_allclose(hsi[:, 2], [1 / 3, 1 / 3, 1 / 3, 2 / 3, 2 / 3])


def test_greys_have_neither_hue_nor_saturation() -> None:
    greys = np.array([[value] * 3 for value in (0, 1, 128, 255)], np.uint8)
    np.testing.assert_allclose(to_hsi(greys), [[0, 0, value / 255] for value in (0, 1, 128, 255)])


def test_hue_is_near_that_of_the_hexagon() -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (200, 3)).astype(np.uint8)
    hexagon = 2 * np.pi * np.array([colorsys.rgb_to_hsv(*(pixel / 255))[0] for pixel in pixels])
    apart = np.abs((to_hsi(pixels)[:, 0] - hexagon + np.pi) % (2 * np.pi) - np.pi)
    assert np.degrees(apart.max()) < 1.2


def test_distance_goes_the_short_way_around() -> None:
    red = np.array([np.radians(359), 0.5, 0.4])
    near = cylindrical_distance(np.array([[np.radians(1), 0.5, 0.4], [np.radians(179), 0.5, 0.4]]), red)
    np.testing.assert_allclose(near, [2 * 0.5 * np.sin(np.radians(1)), 1.0])
    np.testing.assert_allclose(cylindrical_distance(np.array([[0.0, 0.0, 0.1]]), np.array([2.0, 0.0, 0.4])), 0.3)


def test_field_ratio_counts_pixels_of_the_color() -> None:
    picture = np.full((6, 8, 3), (40, 90, 160), np.uint8)
    picture[:3] = (200, 60, 40)
    assert field_ratio(picture, to_hsi(picture)[5, 0], 0.05) == 0.5
    assert field_ratio(picture, to_hsi(picture)[5, 0], 2.0) == 1.0


def test_main_color_is_that_of_the_most_not_the_mean() -> None:
    rng = np.random.default_rng(1)
    red = np.c_[rng.normal(0, 0.05, 600) % (2 * np.pi), rng.normal(0.6, 0.02, 600), rng.normal(0.4, 0.02, 600)]
    blue = np.c_[rng.normal(4, 0.05, 300), rng.normal(0.2, 0.02, 300), rng.normal(0.8, 0.02, 300)]
    hue, saturation, intensity = main_color(np.concatenate([red, blue]))
    assert abs((hue + np.pi) % (2 * np.pi) - np.pi) < 0.05
    assert (saturation, intensity) == (pytest.approx(0.6, abs=0.02), pytest.approx(0.4, abs=0.02))


def test_main_color_of_greys_has_no_hue_and_of_nothing_is_refused() -> None:
    assert main_color(np.tile([0.0, 0.0, 0.5], (9, 1)))[0] == 0
    with pytest.raises(ValueError, match="found none"):
        main_color(np.empty((0, 3)))
