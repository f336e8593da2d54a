"""Boards in front of cameras whose lenses and places are known: corners, pictures of them, and what was calibrated."""

from __future__ import annotations

import attrs
import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.spatial.transform import Rotation

from handball.domain.camera import Camera
from handball.stereo.boards import Board
from handball.stereo.sheets import sheet
from handball.stereo.sightings import Sightings

Array = NDArray[np.float64]

BOARD = Board(columns=9, rows=6, square=0.08)
SIZE = (1280, 720)
MIDDLE = np.array([0.5, 3.0, 1.0])


def two_cameras(*, bent: bool = True, size: tuple[int, int] = SIZE) -> tuple[Camera, Camera]:
    """Two cameras, a metre apart, that look at one place."""
    scale = size[0] / SIZE[0]
    left, right = (
        Camera.looking(name=name, position=(x, 0.0, 1.2), target=tuple(MIDDLE), focal_px=focal * scale, image_size=size)
        for name, x, focal in (("left", 0.0, 1000.0), ("right", 1.0, 1040.0))
    )
    if not bent:
        return left, right
    return (
        attrs.evolve(left, distortion=(-0.12, 0.05, 1e-3, -5e-4)),
        attrs.evolve(right, distortion=(-0.1, 0.03, -4e-4, 8e-4)),
    )


def placed_boards(count: int, *, seed: int = 1, board: Board = BOARD, spread: float = 0.35) -> Array:
    """Corners of boards held about the middle, tilted by up to 40 degrees: metres in the world, (count, corners, 3)."""
    rng = np.random.default_rng(seed)
    centered = board.points - board.points.mean(axis=0)
    upright = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])
    placed = []
    for _ in range(count):
        turn = Rotation.from_euler("xyz", rng.uniform(-40, 40, 3), degrees=True).as_matrix()
        middle = MIDDLE + rng.uniform(-spread, spread, 3) * (1.0, 2.0, 0.6)
        placed.append(centered @ (upright @ turn).T + middle)
    return np.stack(placed)


def sightings(cameras: tuple[Camera, ...], boards: Array, *, noise_px: float = 0.0, seed: int = 2) -> Sightings:
    """What the cameras see of the boards; a corner outside of the picture is missing."""
    pixels = np.stack([camera.project(boards) for camera in cameras])
    pixels += np.random.default_rng(seed).normal(size=pixels.shape) * noise_px
    sizes = np.array([camera.image_size for camera in cameras])[:, None, None]
    pixels[~((pixels > 0) & (pixels < sizes - 1)).all(axis=-1)] = np.nan
    count = len(boards)
    return Sightings(
        names=tuple(camera.name for camera in cameras),
        image_sizes=tuple(camera.image_size for camera in cameras),
        labels=tuple(f"image {number}" for number in range(1, count + 1)),
        numbers=tuple(float(number) for number in range(1, count + 1)),
        pixels=pixels,
        edges_px=np.full(pixels.shape[:2], np.nan),
    )


def printed(board: Board, *, per_mm: float = 4.0) -> NDArray[np.uint8]:
    """Rasterize the sheet that is printed for a board: gray, white paper."""
    page = sheet(board, "a3")
    width, height = (round(side * per_mm) for side in page.size_mm)
    picture = np.full((height, width), 255, np.uint8)
    for left, top, wide, tall in (*page.board, *page.ruler):
        rows = slice(round(top * per_mm), max(round((top + tall) * per_mm), round(top * per_mm) + 1))
        columns = slice(round(left * per_mm), max(round((left + wide) * per_mm), round(left * per_mm) + 1))
        picture[rows, columns] = 0
    return picture


def pictured(camera: Camera, corners: Array, board: Board) -> NDArray[np.uint8]:
    """Render a board for a camera without distortion: gray, with smooth edges."""
    square = 24
    width, height = (count * square for count in board.squares)
    rows, columns = np.indices((height, width)) // square
    checks = np.where((rows + columns) % 2 == 0, 0, 255).astype(np.uint8)
    texture = cv2.copyMakeBorder(checks, square, square, square, square, cv2.BORDER_CONSTANT, value=255)
    grid = np.stack([board.points[:, 0], board.points[:, 1]], axis=1) / board.square * square + 2 * square - 0.5
    fine = 3
    seen = (camera.project(corners) + 0.5) * fine - 0.5
    homography, _ = cv2.findHomography(grid, seen)
    size = (camera.image_size[0] * fine, camera.image_size[1] * fine)
    large = cv2.warpPerspective(texture, homography, size, flags=cv2.INTER_LINEAR, borderValue=140)
    return np.asarray(cv2.resize(large, camera.image_size, interpolation=cv2.INTER_AREA), np.uint8)


def photographed(camera: Camera, corners: Array, board: Board) -> NDArray[np.uint8]:
    """Render the sheet that is printed for a board, for a camera without distortion: gray, with smooth edges."""
    small, per_mm, fine = attrs.evolve(board, square=0.03), 4.0, 3
    first = np.array(sheet(small, "a3").board[0][:2]) + 30
    grid = (first + small.points[:, :2] * 1000) * per_mm - 0.5
    homography, _ = cv2.findHomography(grid, (camera.project(corners) + 0.5) * fine - 0.5)
    size = (camera.image_size[0] * fine, camera.image_size[1] * fine)
    large = cv2.warpPerspective(printed(small, per_mm=per_mm), homography, size, borderValue=140)
    return np.asarray(cv2.resize(large, camera.image_size, interpolation=cv2.INTER_AREA), np.uint8)
