"""The method by color finds what it was calibrated on, and fails where the paper says that it does."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from handball.ball.color_rival import calibrated, measured
from handball.color.hsi import to_hsi

RED, BLUE, FLOOR = (190, 40, 45), (30, 60, 150), (150, 140, 120)


def picture(color: tuple[int, int, int], light: float = 1.0, diameter: float = 0.4) -> np.ndarray:
    """One ball of one color on a floor."""
    shown = np.full((48, 64, 3), FLOOR, np.float64)
    cv2.circle(shown, (32, 24), round(24 * diameter), color, -1)
    return (light * shown).astype(np.uint8)


RIVAL = calibrated(np.stack([picture(RED, diameter=size) for size in (0.3, 0.4, 0.5)]), np.array([0.3, 0.4, 0.5]))


def test_it_learns_the_color_of_the_ball() -> None:
    np.testing.assert_allclose(RIVAL.color, to_hsi(np.array(RED, np.uint8)), atol=0.02)
    disk = np.pi * 0.09 / 4 * 48 / 64
    assert RIVAL.areas[0] == pytest.approx(disk / 2)
    assert RIVAL.areas[1] == pytest.approx(2 * disk * (0.5 / 0.3) ** 2)


def test_it_finds_its_ball_and_neither_another_color_nor_its_own_in_the_dark() -> None:
    shown = np.stack([picture(RED), picture(BLUE), picture(RED, light=0.35), np.full((48, 64, 3), FLOOR, np.uint8)])
    assert RIVAL(shown).tolist() == [True, False, False, False]


def test_a_larger_picture_is_told_alike() -> None:
    larger = np.stack([cv2.resize(picture(color), (128, 96), interpolation=cv2.INTER_NEAREST) for color in (RED, BLUE)])
    assert RIVAL(larger).tolist() == [True, False]
    np.testing.assert_array_equal(RIVAL.mask(larger[0]), RIVAL.mask(picture(RED)))


def test_what_is_not_round_is_no_ball() -> None:
    bar, ring = picture(FLOOR), picture(FLOOR)
    bar[20:28, 8:56] = RED
    ring[4:44:2, 30:34] = RED
    assert RIVAL(np.stack([bar, ring])).tolist() == [False, False]
    patch = RIVAL.patches(RIVAL.mask(bar))[0]
    assert (patch.circularity, patch.fill) == (
        pytest.approx(np.pi * 384 / 56**2, rel=0.03),
        pytest.approx(0.21, abs=0.02),
    )


def test_what_is_too_small_or_too_large_is_no_ball() -> None:
    sizes = np.stack([picture(RED, diameter=size) for size in (0.12, 0.4, 0.96)])
    assert RIVAL(sizes).tolist() == [False, True, False]


def test_a_square_is_measured_as_one() -> None:
    piece = np.zeros((40, 40), np.uint8)
    piece[10:30, 10:30] = 1
    patch = measured(piece)
    assert patch.area == pytest.approx(400, rel=0.01)
    assert patch.circularity == pytest.approx(np.pi / 4, rel=0.05)
    assert patch.fill == pytest.approx(2 / np.pi, rel=0.05)
    assert patch.middle == pytest.approx((19.5, 19.5))


def test_a_calibration_needs_pictures() -> None:
    with pytest.raises(ValueError, match="found none"):
        calibrated(np.empty((0, 48, 64, 3), np.uint8), np.empty(0))
