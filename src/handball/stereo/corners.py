"""Where the corners of a board are in a picture, to a fraction of a pixel.

Chessboards: the quadrangle search of OpenCV, then gradients around each corner (Foerstner and Guelch 1987) in a window
that grows with the squares. ChArUco: Garrido-Jurado et al. 2014.
"""

from __future__ import annotations

import contextlib
import itertools
from collections.abc import Iterator, Sequence
from typing import Any

import attrs
import cv2
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.arrays import column
from handball.stereo.boards import MARKERS, Board, Kind, charuco_board

Array = NDArray[np.float64]
Gray = NDArray[np.uint8]

FEWEST_CORNERS = 12
_FEWEST_MARKERS = 4
_WINDOW_SHARE, _LEAST_WINDOW, _LARGEST_WINDOW = 0.3, 3, 15
"""Half the side of the window as a share of the shortest side of a square: measured on 13 pairs of 640 x 480,
0.20 px of error against 0.45 with OpenCV's usual 11 pixels, in which neighboring corners can lie, and 0.27 with its
sector search (findChessboardCornersSB), which also missed one of the 26 boards."""
_SEARCH_WIDTH = 1600
"""Larger pictures are searched at this width, and corners refined in full."""
_STOP = (cv2.TERM_CRITERIA_EPS + cv2.TERM_CRITERIA_MAX_ITER, 50, 1e-4)
_QUADS = cv2.CALIB_CB_ADAPTIVE_THRESH | cv2.CALIB_CB_NORMALIZE_IMAGE


@attrs.frozen(kw_only=True)
class Corners:
    """Corners of a board in one picture.

    Attributes
    ----------
    pixels
        In the order of `Board.points`, shape (corners, 2); NaN where one was not found.
    edge_px
        How many pixels an edge takes from black to white: about 2 when sharp, above 4 when blurred. NaN if unknown.
    """

    pixels: Float[np.ndarray, "corners 2"] = column(np.float64)
    edge_px: float = float("nan")


def find_corners(picture: Gray, board: Board, *, quick: bool = False) -> Corners | None:
    """Find the corners of a board in a gray picture, or None where there is no board.

    Parameters
    ----------
    picture
        Gray picture, shape (height, width).
    board
        What to look for. A chessboard must be seen whole, of a ChArUco board a part is enough.
    quick
        Give up at once where nothing looks like a chessboard: for the many frames of a video.
    """
    if board.kind == "charuco":
        return _charuco(picture, board)
    found = _quadrangles(picture, board, quick=quick)
    if found is None:
        return None
    pixels = _from_the_black_square(picture, found, board)
    return Corners(pixels=pixels, edge_px=_edge_px(picture, pixels, board))


def board_seen_as(picture: Gray, board: Board) -> Board | None:
    """Return the board that is in the picture where the one asked for is not, or None.

    People count squares instead of inner corners, miss one, change columns and rows, or print the other kind. Where
    there are markers it is a ChArUco board.
    """
    kind: Kind = "charuco" if _has_markers(picture) else "chessboard"
    sizes = [(board.columns, board.rows), *([(board.rows, board.columns)] if kind == "charuco" else [])]
    return next((near for near in _near(sizes, board.square, kind) if near != board and _shows(picture, near)), None)


def _near(sizes: Sequence[tuple[int, int]], square: float, kind: Kind) -> Iterator[Board]:
    """Yield boards of these sizes and of up to one corner more or less a side."""
    offsets = sorted(itertools.product((-1, 0, 1), repeat=2), key=lambda offset: offset[0] != offset[1])
    for (columns, rows), (more_columns, more_rows) in itertools.product(sizes, offsets):
        with contextlib.suppress(ValueError):
            yield Board(columns=columns + more_columns, rows=rows + more_rows, square=square, kind=kind)


def _has_markers(picture: Gray) -> bool:
    dictionary = cv2.aruco.getPredefinedDictionary(MARKERS)
    numbers = cv2.aruco.ArucoDetector(dictionary).detectMarkers(picture)[1]
    return numbers is not None and len(numbers) >= _FEWEST_MARKERS


def _shows(picture: Gray, board: Board) -> bool:
    if board.kind == "charuco":
        return _charuco(picture, board) is not None
    size = (board.columns, board.rows)
    return bool(cv2.findChessboardCorners(picture, size, flags=_QUADS | cv2.CALIB_CB_FAST_CHECK)[0])


def _quadrangles(picture: Gray, board: Board, *, quick: bool) -> Array | None:
    flags = _QUADS | (cv2.CALIB_CB_FAST_CHECK if quick else 0)
    shrunk = min(1.0, _SEARCH_WIDTH / max(picture.shape))
    searched = cv2.resize(picture, None, fx=shrunk, fy=shrunk, interpolation=cv2.INTER_AREA) if shrunk < 1 else picture
    found, corners = cv2.findChessboardCorners(searched, (board.columns, board.rows), flags=flags)
    return _refined(picture, (np.asarray(corners) + 0.5) / shrunk - 0.5, board) if found else None


def _refined(picture: Gray, corners: NDArray[Any], board: Board) -> Array:
    """Move corners to where the gradients around them meet."""
    grid = corners.reshape(board.rows, board.columns, 2)
    shortest = min(float(np.linalg.norm(np.diff(grid, axis=axis), axis=-1).min()) for axis in (0, 1))
    half = int(np.clip(round(_WINDOW_SHARE * shortest), _LEAST_WINDOW, _LARGEST_WINDOW))
    refined = cv2.cornerSubPix(picture, np.ascontiguousarray(corners, np.float32), (half, half), (-1, -1), _STOP)
    return np.asarray(refined, np.float64).reshape(-1, 2)


def _from_the_black_square(picture: Gray, pixels: Array, board: Board) -> Array:
    """Count corners from the end where the square between the first four is black, as on the printed board.

    Both ends look alike where columns and rows are both odd or both even: then from the upper left one.
    """
    if board.turns_unseen:
        along = pixels[-1] - pixels[0]
        return pixels if along.sum() >= 0 else pixels[::-1].copy()
    grid = pixels.reshape(board.rows, board.columns, 2)
    squares = (grid[:-1, :-1] + grid[1:, 1:] + grid[:-1, 1:] + grid[1:, :-1]) / 4
    column, row = np.rint(squares).astype(int).transpose(2, 0, 1)
    light = picture[np.clip(row, 0, picture.shape[0] - 1), np.clip(column, 0, picture.shape[1] - 1)].astype(float)
    signs = np.where(np.indices(light.shape).sum(axis=0) % 2 == 0, 1.0, -1.0)
    return pixels if float((signs * light).sum()) <= 0 else pixels[::-1].copy()


def _edge_px(picture: Gray, pixels: Array, board: Board) -> float:
    corners = pixels.astype(np.float32).reshape(-1, 1, 2)
    measured = np.ravel(cv2.estimateChessboardSharpness(picture, (board.columns, board.rows), corners)[0])[0]
    return float(measured) if 0 < measured < 1000 else float("nan")


def _charuco(picture: Gray, board: Board) -> Corners | None:
    corners, numbers, _, _ = cv2.aruco.CharucoDetector(charuco_board(board)).detectBoard(picture)
    if numbers is None or len(numbers) < FEWEST_CORNERS:
        return None
    pixels = np.full((board.columns * board.rows, 2), np.nan)
    pixels[np.asarray(numbers).ravel()] = np.asarray(corners).reshape(-1, 2)
    seen = ~np.isnan(pixels[:, 0])
    on_one_line = np.linalg.matrix_rank(board.points[seen, :2] - board.points[seen, :2].mean(axis=0)) < 2
    return None if on_one_line else Corners(pixels=pixels)
