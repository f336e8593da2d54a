"""Boards: what is printed is found again, in true size; what is no board or too large is refused."""

from __future__ import annotations

import re

import attrs
import cv2
import numpy as np
import pytest

from boards import BOARD, pictured, placed_boards, printed, two_cameras
from handball.errors import UsageError
from handball.stereo.boards import Board, board_of
from handball.stereo.corners import board_seen_as, find_corners
from handball.stereo.sheets import RULER_MM, sheet

PER_MM = 4.0


@pytest.mark.parametrize("kind", ["chessboard", "charuco"])
def test_a_printed_board_is_found_in_true_size(kind: str) -> None:
    board = Board(columns=9, rows=6, square=0.03, kind=kind)
    found = find_corners(printed(board, per_mm=PER_MM), board)
    assert found is not None
    page = sheet(board, "a3")
    first = np.array(page.board[0][:2]) + 30
    expected = (first + board.points[:, :2] * 1000) * PER_MM - 0.5
    assert found.pixels == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize("turned", [False, True])
def test_corners_are_counted_from_the_black_square_even_upside_down(turned: bool) -> None:
    board = Board(columns=9, rows=6, square=0.03)
    picture = printed(board)
    upright = find_corners(picture, board)
    found = find_corners(np.ascontiguousarray(picture[::-1, ::-1]), board) if turned else upright
    assert found is not None
    assert upright is not None
    last = np.array(picture.shape[::-1]) - 1
    expected = last - upright.pixels if turned else upright.pixels
    assert found.pixels == pytest.approx(expected, abs=0.05)


def test_the_ruler_measures_a_hundred_millimetres() -> None:
    ruler = sheet(Board(columns=9, rows=6, square=0.025), "a4").ruler
    left = min(box[0] for box in ruler)
    assert max(box[0] + box[2] for box in ruler) - left == pytest.approx(RULER_MM)


@pytest.mark.parametrize("paper", ["a4", "a3", "letter"])
def test_everything_lies_on_the_paper(paper: str) -> None:
    page = sheet(Board(columns=9, rows=6, square=0.025), paper)
    boxes = np.array([*page.board, *page.ruler])
    assert boxes[:, :2].min() >= 5.0
    assert (boxes[:, :2] + boxes[:, 2:] <= np.array(page.size_mm) - 5.0).all()
    below = min(box[1] for box in page.ruler) - max(box[1] + box[3] for box in page.board)
    assert below >= 3.0


def test_the_pdf_draws_the_boxes_in_true_size() -> None:
    page = sheet(Board(columns=5, rows=4, square=0.02), "a4")
    text = page.pdf().decode("cp1252")
    assert "[0 0 841.8898 595.2756]" in text
    assert text.startswith("%PDF-1.4")
    assert int(re.findall(r"startxref\n(\d+)", text)[0]) == text.index("xref\n0 6")
    for number, start in enumerate(re.findall(r"^(\d{10}) 00000 n", text, re.MULTILINE), 1):
        assert text[int(start) :].startswith(f"{number} 0 obj")
    scale, *_ = map(float, re.findall(r"^(\S+) 0 0 \S+ 0 0 cm", text, re.MULTILINE))
    boxes = [tuple(map(float, found)) for found in re.findall(r"^(\S+) (\S+) (\S+) (\S+) re$", text, re.MULTILINE)]
    assert len(boxes) == len(page.board) + len(page.ruler)
    assert boxes[0][2] * scale == pytest.approx(20 / 25.4 * 72)
    assert "square 20 mm" in text
    assert "100 %" in text


def test_a_board_too_large_is_refused_with_the_largest_square() -> None:
    with pytest.raises(UsageError, match=r"too large for a4 paper: the largest square that fits is --square 0\.025"):
        sheet(Board(columns=9, rows=6, square=0.04), "a4")
    sheet(Board(columns=9, rows=6, square=0.025), "a4")


@pytest.mark.parametrize(
    ("words", "square", "told"),
    [
        ("9 by 6", 0.025, "no size, expected columns x rows"),
        ("2x6", 0.025, "3 to 20 inner corners"),
        ("6x6", 0.025, "looks the same after a quarter turn"),
        ("9x6", 25.0, "in metres, between 0 and 1, found 25"),
    ],
)
def test_what_is_no_board(words: str, square: float, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        board_of(words, square, "chessboard")


def test_corners_of_a_rendered_board_are_exact_to_a_tenth_of_a_pixel() -> None:
    camera, _ = two_cameras(bent=False)
    for corners in placed_boards(3):
        found = find_corners(pictured(camera, corners, BOARD), BOARD)
        assert found is not None
        assert np.abs(found.pixels - camera.project(corners)).max() < 0.1
        assert found.edge_px < 4


def test_a_blurred_board_has_wide_edges() -> None:
    camera, _ = two_cameras(bent=False)
    picture = cv2.GaussianBlur(pictured(camera, placed_boards(1)[0], BOARD), (0, 0), 3.0)
    found = find_corners(picture, BOARD)
    assert found is not None
    assert found.edge_px > 5


def test_who_counts_squares_is_told_the_corners() -> None:
    camera, _ = two_cameras(bent=False)
    picture = pictured(camera, placed_boards(1)[0], BOARD)
    squares = attrs.evolve(BOARD, columns=10, rows=7)
    assert find_corners(picture, squares) is None
    assert board_seen_as(picture, squares) == BOARD
    assert find_corners(np.full((300, 400), 128, np.uint8), BOARD) is None


def test_a_part_of_a_charuco_board_is_enough() -> None:
    board = Board(columns=9, rows=6, square=0.03, kind="charuco")
    picture = printed(board)
    picture[:, : picture.shape[1] // 2] = 255
    found = find_corners(picture, board)
    assert found is not None
    seen = ~np.isnan(found.pixels[:, 0])
    assert 12 <= seen.sum() < 36


@pytest.mark.parametrize(
    ("asked", "there"),
    [
        (Board(columns=9, rows=6, square=0.03, kind="charuco"), Board(columns=9, rows=6, square=0.03)),
        (Board(columns=10, rows=7, square=0.03), Board(columns=9, rows=6, square=0.03, kind="charuco")),
        (Board(columns=6, rows=9, square=0.03, kind="charuco"), Board(columns=9, rows=6, square=0.03, kind="charuco")),
    ],
)
def test_the_other_kind_of_board_and_a_changed_side_are_told(asked: Board, there: Board) -> None:
    picture = printed(there)
    assert find_corners(picture, asked) is None
    assert board_seen_as(picture, asked) == there
