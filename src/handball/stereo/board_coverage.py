"""Which parts of each picture the board has covered: a lens is only known where it was seen."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from handball.drawing.labels import draw_label
from handball.drawing.strokes import draw_dot
from handball.stereo.calibration import Calibration, Sightings

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CELLS = (8, 6)
"""Columns and rows into which a picture is divided."""
_FINE = 8
_HALF = 0.5
_PANEL_HEIGHT, _GAP = 480, 12
_PAPER, _BARE, _COVERED = (246, 246, 244), (243, 205, 170), (176, 208, 228)
_OUTLINE, _DOT, _GRID = (96, 128, 150), (20, 54, 80), (255, 255, 255)


def covered_cells(sightings: Sightings, used: Mask) -> Mask:
    """Return which cells of each picture a board has covered by half, shape (cameras, rows, columns)."""
    return np.stack(
        [
            _cells(size, pixels[row])
            for size, pixels, row in zip(sightings.image_sizes, sightings.pixels, used, strict=True)
        ]
    )


def _cells(size: tuple[int, int], boards: Array) -> Mask:
    columns, rows = CELLS
    fine = np.zeros((rows * _FINE, columns * _FINE), np.uint8)
    scale = np.array([columns * _FINE / size[0], rows * _FINE / size[1]])
    for pixels in boards:
        cv2.fillConvexPoly(fine, np.rint(_outline(pixels) * scale - 0.5).astype(np.int32), 1)
    return np.asarray(fine.reshape(rows, _FINE, columns, _FINE).mean(axis=(1, 3)) >= _HALF)


def _outline(pixels: Array) -> Array:
    """Return the corners of the hull of a board, shape (sides, 2)."""
    seen = pixels[~np.isnan(pixels[:, 0])].astype(np.float32)
    return np.asarray(cv2.convexHull(seen), np.float64).reshape(-1, 2)


def bare_corners(cells: Mask) -> tuple[str, ...]:
    """Name the corners of a picture, a quarter of its sides, that no board has come into.

    Examples
    --------
    >>> cells = np.ones((6, 8), bool)
    >>> cells[:2, :2] = False
    >>> bare_corners(cells)
    ('upper left',)
    """
    down, across = cells.shape[0] // 4 + 1, cells.shape[1] // 4
    parts = {
        "upper left": cells[:down, :across],
        "upper right": cells[:down, -across:],
        "lower left": cells[-down:, :across],
        "lower right": cells[-down:, -across:],
    }
    return tuple(name for name, part in parts.items() if not part.any())


def coverage_picture(calibration: Calibration) -> NDArray[np.uint8]:
    """Draw the pictures of all cameras side by side: blue where the board was, orange where it never was; RGB."""
    cells = covered_cells(calibration.sightings, calibration.used)
    panels = [_panel(calibration, camera, cells[camera]) for camera in range(len(cells))]
    gap = np.full((_PANEL_HEIGHT, _GAP, 3), _PAPER, np.uint8)
    joined = [part for panel in panels for part in (panel, gap)][:-1]
    return np.concatenate(joined, axis=1)


def _panel(calibration: Calibration, camera: int, cells: Mask) -> NDArray[np.uint8]:
    sightings = calibration.sightings
    width, height = sightings.image_sizes[camera]
    scale = _PANEL_HEIGHT / height
    panel = np.empty((_PANEL_HEIGHT, round(width * scale), 3), np.uint8)
    edges = [np.linspace(0, side, count + 1).astype(int) for side, count in zip(panel.shape[1::-1], CELLS, strict=True)]
    for row, column in np.ndindex(*cells.shape):
        box = (slice(edges[1][row], edges[1][row + 1]), slice(edges[0][column], edges[0][column + 1]))
        panel[box] = _COVERED if cells[row, column] else _BARE
        panel[box][0], panel[box][:, 0] = _GRID, _GRID
    for pixels in sightings.pixels[camera, calibration.used[camera]]:
        outline = np.rint(_outline(pixels) * scale).astype(np.int32)
        cv2.polylines(panel, [outline], True, _OUTLINE, 1, cv2.LINE_AA)
        for x, y in pixels[~np.isnan(pixels[:, 0])] * scale:
            draw_dot(panel, (x, y), 2.0, _DOT)
    share, boards = float(cells.mean()), int(calibration.used[camera].sum())
    words = f"{sightings.names[camera]}: {boards} boards, {share:.0%} of the picture covered"
    draw_label(panel, words, (10, 30), size=16)
    return panel
