"""Boards whose corners calibrate cameras: a chessboard, or ChArUco, a chessboard with markers in its white squares."""

from __future__ import annotations

import re
from typing import Any, Literal

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray

from handball.errors import UsageError

Kind = Literal["chessboard", "charuco"]
MARKER_SHARE = 0.75
"""Side of a ChArUco marker as a share of its square."""
FEWEST, MOST = 3, 20
_DICTIONARY = cv2.aruco.DICT_5X5_250


@attrs.frozen(kw_only=True)
class Board:
    """A flat board.

    Attributes
    ----------
    columns, rows
        Inner corners, where four squares meet: a board of 10 x 7 squares has 9 x 6.
    square
        Side of a square in metres.
    kind
        Chessboard or ChArUco.

    Raises
    ------
    ValueError
        For fewer than 3 or more than 20 corners a side, as many rows as columns, or a square that is none.

    Examples
    --------
    >>> board = Board(columns=3, rows=4, square=0.1)
    >>> board.points[4].tolist(), board.turns_unseen
    ([0.1, 0.1, 0.0], False)
    """

    columns: int
    rows: int
    square: float
    kind: Kind = "chessboard"

    def __attrs_post_init__(self) -> None:
        if not (min(self.columns, self.rows) >= FEWEST and max(self.columns, self.rows) <= MOST):
            raise ValueError(f"a board has {FEWEST} to {MOST} inner corners a side, found {self.columns} x {self.rows}")
        if self.columns == self.rows and self.kind == "chessboard":
            raise ValueError(
                f"a chessboard of {self.columns} x {self.rows} looks the same after a quarter turn: "
                "use one with more columns than rows"
            )
        if not 0 < self.square < 1:
            raise ValueError(f"the side of a square is given in metres, between 0 and 1, found {self.square}")

    @property
    def points(self) -> NDArray[np.float64]:
        """Corners in the axes of the board, row by row, metres, shape (columns * rows, 3); z is 0."""
        row, column = np.divmod(np.arange(self.columns * self.rows), self.columns)
        return np.stack([column, row, np.zeros(len(row))], axis=1) * self.square

    @property
    def squares(self) -> tuple[int, int]:
        """Squares along the columns and along the rows."""
        return self.columns + 1, self.rows + 1

    @property
    def turns_unseen(self) -> bool:
        """Whether the board looks the same upside down, so that its corners can be counted from either end."""
        return self.kind == "chessboard" and (self.columns + self.rows) % 2 == 0

    @property
    def words(self) -> str:
        """What it is, for messages."""
        return (
            f"{self.kind} of {self.columns} x {self.rows} inner corners ({self.squares[0]} x {self.squares[1]} squares)"
        )


def board_of(corners: str, square: float, kind: Kind) -> Board:
    """Return a board from its size in words, as `9x6`.

    Raises
    ------
    UsageError
        When the words or the numbers are none of a board.
    """
    found = re.fullmatch(r"(\d+)\s*[xX×]\s*(\d+)", corners.strip())
    if found is None:
        raise UsageError(f"--board {corners} is no size, expected columns x rows of inner corners: --board 9x6.")
    try:
        return Board(columns=int(found[1]), rows=int(found[2]), square=square, kind=kind)
    except ValueError as error:
        raise UsageError(f"--board {corners} --square {square:g}: {error}.") from error


def charuco_board(board: Board) -> Any:
    """Return OpenCV's description of a ChArUco board."""
    dictionary = cv2.aruco.getPredefinedDictionary(_DICTIONARY)
    return cv2.aruco.CharucoBoard(board.squares, board.square, MARKER_SHARE * board.square, dictionary)


def marker_modules(number: int) -> NDArray[np.bool_]:
    """Return which modules of a marker are black, its border included, shape (7, 7)."""
    dictionary = cv2.aruco.getPredefinedDictionary(_DICTIONARY)
    side = dictionary.markerSize + 2
    return np.asarray(cv2.aruco.generateImageMarker(dictionary, number, side) == 0)
