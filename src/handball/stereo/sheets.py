"""A board on a sheet of paper, ready to print in true size."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Literal

import attrs

from handball.drawing.pdf import Box, Line, pdf_page
from handball.errors import UsageError
from handball.stereo.boards import MARKER_SHARE, Board, marker_modules

Paper = Literal["a4", "a3", "letter"]
PAPERS_MM: Mapping[str, tuple[float, float]] = MappingProxyType(
    {"a4": (297.0, 210.0), "a3": (420.0, 297.0), "letter": (279.4, 215.9)}
)
"""Longer side first."""
RULER_MM = 100
_MARGIN_MM, _FOOT_MM = 8.0, 15.0
_TEXT_MM, _WIDTH_OF_LETTER = 3.0, 0.53


@attrs.frozen(kw_only=True)
class Sheet:
    """What is printed: size of the page, black boxes of the board and of the ruler, lines of text; millimetres."""

    size_mm: tuple[float, float]
    board: tuple[Box, ...] = attrs.field(repr=False)
    ruler: tuple[Box, ...] = attrs.field(repr=False)
    lines: tuple[Line, ...]

    def pdf(self) -> bytes:
        """Return the sheet as a PDF file."""
        return pdf_page(self.size_mm, [*self.board, *self.ruler], self.lines)


def sheet(board: Board, paper: Paper) -> Sheet:
    """Lay a board, a control ruler of 100 mm and a line of words on a page, the longer side across if the board's is.

    Raises
    ------
    UsageError
        When the board is larger than the paper; it names the largest square that fits.
    """
    size = page_mm(board, paper)
    most = largest_square_mm(board, paper)
    square = board.square * 1000
    if square > most + 1e-9:
        raise UsageError(
            f"A {board.words} with squares of {square:g} mm is too large for {paper} paper: "
            f"the largest square that fits is --square {math.floor(most) / 1000:g}; or take larger paper."
        )
    left = (size[0] - board.squares[0] * square) / 2
    top = (size[1] - _FOOT_MM - board.squares[1] * square) / 2
    return Sheet(
        size_mm=size,
        board=tuple(_board_boxes(board, left, top)),
        ruler=tuple(_ruler_boxes(size)),
        lines=_lines(board, size),
    )


def page_mm(board: Board, paper: Paper) -> tuple[float, float]:
    """Return width and height of the page, turned as the board is."""
    long, short = PAPERS_MM[paper]
    return (long, short) if board.columns >= board.rows else (short, long)


def largest_square_mm(board: Board, paper: Paper) -> float:
    """Return the side of the largest square that fits, in millimetres.

    Examples
    --------
    >>> largest_square_mm(Board(columns=9, rows=6, square=0.02), "a4")
    25.571428571428573
    """
    width, height = page_mm(board, paper)
    room = (width - 2 * _MARGIN_MM, height - 2 * _MARGIN_MM - _FOOT_MM)
    return min(side / count for side, count in zip(room, board.squares, strict=True))


def _board_boxes(board: Board, left: float, top: float) -> Iterator[Box]:
    """Yield the black squares, the first at the top left, and the markers in the white ones, as OpenCV counts."""
    square = board.square * 1000
    white = 0
    for row in range(board.squares[1]):
        for column in range(board.squares[0]):
            corner = (left + column * square, top + row * square)
            if (row + column) % 2 == 0:
                yield (*corner, square, square)
            elif board.kind == "charuco":
                yield from _marker_boxes(white, corner, square)
                white += 1


def _marker_boxes(number: int, corner: tuple[float, float], square: float) -> Iterator[Box]:
    """Yield the black runs of each row of a marker."""
    modules = marker_modules(number)
    side = MARKER_SHARE * square / len(modules)
    inset = (1 - MARKER_SHARE) / 2 * square
    for row, line in enumerate(modules):
        start = 0
        while start < len(line):
            end = start
            while end < len(line) and line[end]:
                end += 1
            if end > start:
                yield (corner[0] + inset + start * side, corner[1] + inset + row * side, (end - start) * side, side)
            start = max(end, start + 1)


def _ruler_boxes(size: tuple[float, float]) -> Iterator[Box]:
    """Yield a line of 100 mm with a stroke each centimetre; its ends are the outer edges of the end strokes."""
    left, base, stroke = _MARGIN_MM, size[1] - _MARGIN_MM - _TEXT_MM - 2.0, 0.2
    yield (left, base - stroke, float(RULER_MM), stroke)
    for tick in range(0, RULER_MM + 1, 10):
        tall = 4.0 if tick % 50 == 0 else 2.5
        place = left + tick - (stroke / 2 if 0 < tick < RULER_MM else stroke if tick else 0.0)
        yield (place, base - tall, stroke, tall)


def _lines(board: Board, size: tuple[float, float]) -> tuple[Line, ...]:
    text = (
        f"{board.kind}, {board.columns} x {board.rows} inner corners, square {board.square * 1000:g} mm. "
        "Print at 100 %, not fitted to the page: the ruler must measure 100 mm. Glue it flat on a stiff board."
    )
    room = size[0] - 2 * _MARGIN_MM
    letters = min(_TEXT_MM, room / (_WIDTH_OF_LETTER * len(text)))
    base = size[1] - _MARGIN_MM
    return (
        Line(text=text, left=_MARGIN_MM, base=base, size=letters),
        Line(text="100 mm", left=_MARGIN_MM + RULER_MM + 2, base=base - _TEXT_MM - 2, size=_TEXT_MM),
    )
