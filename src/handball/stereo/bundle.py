"""All cameras and all boards at once: the places, lenses and boards that explain every corner best.

Triggs et al., "Bundle adjustment: a modern synthesis", 2000; Huber's loss keeps single bad corners from bending it. How
far the result can be trusted comes from leaving out one moment at a time (jackknife, in one Gauss-Newton step from the
common solution), so that errors that all corners of a picture share (a board that is not flat, blur) count in full.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import cv2
import numpy as np
from jaxtyping import Bool, Float
from numpy.typing import NDArray

from handball.domain.arrays import column

Array = NDArray[np.float64]

HUBER_PX = 1.0
_POSE, _LENS = 6, 9
_STEPS, _GAIN = 100, 1e-10
_DAMPING, _MOST_DAMPING = 1e-3, 1e6


@attrs.frozen(kw_only=True)
class Geometry:
    """What the adjustment finds.

    Attributes
    ----------
    lenses
        fx, fy, cx, cy, k1, k2, p1, p2, k3 of each camera, shape (cameras, 9).
    places
        Rotation vector and translation from the axes of the first camera to those of each; zeros for the first.
    boards
        Rotation vector and translation from the board of each moment to the axes of the first camera.
    """

    lenses: Float[np.ndarray, "cameras 9"] = column(np.float64)
    places: Float[np.ndarray, "cameras 6"] = column(np.float64)
    boards: Float[np.ndarray, "moments 6"] = column(np.float64)


@attrs.frozen(kw_only=True)
class Problem:
    """What the adjustment starts from: corners seen, and which values of the lenses are to be found.

    Attributes
    ----------
    points
        Corners of the board, metres, shape (corners, 3).
    pixels
        Where each camera sees them at each moment, shape (cameras, moments, corners, 2); NaN where not.
    free
        Which values of the lenses are to be found, shape (cameras, 9).
    """

    points: Float[np.ndarray, "corners 3"] = column(np.float64)
    pixels: Float[np.ndarray, "cameras moments corners 2"] = column(np.float64)
    free: Bool[np.ndarray, "cameras 9"] = column(np.bool_)

    @property
    def cameras(self) -> int:
        """How many cameras."""
        return len(self.pixels)

    @property
    def views(self) -> list[tuple[int, int]]:
        """Pairs of (camera, moment) in which the board is seen."""
        return [(int(c), int(m)) for c, m in np.argwhere(~np.isnan(self.pixels[..., 0]).all(axis=2))]

    @property
    def shared(self) -> int:
        """How many of the unknowns belong to lenses and places: they come before those of the boards."""
        return int(self.free.sum()) + _POSE * (self.cameras - 1)

    def packed(self, geometry: Geometry) -> Array:
        """Return the unknowns as one vector."""
        return np.concatenate([geometry.lenses[self.free], geometry.places[1:].ravel(), geometry.boards.ravel()])

    def unpacked(self, vector: Array, start: Geometry) -> Geometry:
        """Return the geometry of a vector of unknowns; the rest is as at the start."""
        lenses = start.lenses.copy()
        count = int(self.free.sum())
        lenses[self.free] = vector[:count]
        places = np.vstack([np.zeros(_POSE), vector[count : self.shared].reshape(-1, _POSE)])
        return Geometry(lenses=lenses, places=places, boards=vector[self.shared :].reshape(-1, _POSE))


@attrs.frozen(kw_only=True)
class Adjustment:
    """The result: geometry, what is left in pixels, and how it changes without one of the moments.

    Attributes
    ----------
    residuals
        Pixels shown minus seen, shape (cameras, moments, corners, 2); NaN where a corner was not seen.
    left_out
        The geometry as each moment but one would have it.
    """

    geometry: Geometry
    residuals: Float[np.ndarray, "cameras moments corners 2"] = column(np.float64)
    left_out: tuple[Geometry, ...] = attrs.field(repr=False)


def adjusted(problem: Problem, start: Geometry) -> Adjustment:
    """Find the geometry that explains all corners best: Levenberg and Marquardt, weighted anew in each step."""
    vector, damping = problem.packed(start), _DAMPING
    left = _residuals(problem, start)
    for _ in range(_STEPS):
        rows, weights = _jacobian(problem, problem.unpacked(vector, start)), _weights(left)
        normal, gradient = rows.T @ (weights[:, None] * rows), rows.T @ (weights * left)
        vector, after, damping, moved = _step(problem, start, (vector, left), (normal, gradient), damping)
        gained, left = _huber(left) - _huber(after), after
        if not moved or gained <= _GAIN * _huber(left):
            break
    geometry = problem.unpacked(vector, start)
    return Adjustment(
        geometry=geometry, residuals=residuals_px(problem, geometry), left_out=_left_out(problem, geometry)
    )


def _step(
    problem: Problem,
    start: Geometry,
    here: tuple[Array, Array],
    equations: tuple[Array, Array],
    damping: float,
) -> tuple[Array, Array, float, bool]:
    """Return unknowns and residuals after a step that lowers the loss, the next damping, and whether there is one."""
    (vector, left), (normal, gradient) = here, equations
    size = 1 / np.sqrt(np.maximum(np.diag(normal), np.finfo(float).tiny))
    scaled = normal * np.outer(size, size)
    while damping < _MOST_DAMPING:
        step = np.linalg.solve(scaled + damping * np.eye(len(size)), -gradient * size) * size
        after = _residuals(problem, problem.unpacked(vector + step, start))
        if _huber(after) < _huber(left):
            return vector + step, after, damping / 10, True
        damping *= 10
    return vector, left, damping, False


def _weights(residuals: Array) -> Array:
    return np.asarray(np.minimum(1.0, HUBER_PX / np.maximum(np.abs(residuals), 1e-12)))


def _huber(residuals: Array) -> float:
    size = np.abs(residuals)
    return float(np.where(size < HUBER_PX, size**2, 2 * HUBER_PX * size - HUBER_PX**2).sum())


def residuals_px(problem: Problem, geometry: Geometry) -> Array:
    """Return pixels shown minus seen, shape (cameras, moments, corners, 2); NaN where a corner was not seen."""
    residuals = np.full(problem.pixels.shape, np.nan)
    for camera, moment in problem.views:
        shown, *_ = _shown(problem, geometry, camera, moment)
        residuals[camera, moment] = shown - problem.pixels[camera, moment]
    return residuals


def _residuals(problem: Problem, geometry: Geometry) -> Array:
    residuals = residuals_px(problem, geometry)
    return np.concatenate([_seen(problem, view, residuals[view]).ravel() for view in problem.views])


def _seen(problem: Problem, view: tuple[int, int], values: Array) -> Array:
    return np.asarray(values[~np.isnan(problem.pixels[view][:, 0])])


def _shown(problem: Problem, geometry: Geometry, camera: int, moment: int) -> tuple[Array, Array, Sequence[Array]]:
    """Return pixels of the corners, their derivatives by (r, t, lens), and those of the composed pose."""
    board, place = geometry.boards[moment], geometry.places[camera]
    turned, moved, *chain = cv2.composeRT(board[:3], board[3:], place[:3], place[3:])
    fx, fy, cx, cy = geometry.lenses[camera, :4]
    matrix = np.array([[fx, 0.0, cx], [0.0, fy, cy], [0.0, 0.0, 1.0]])
    pixels, derivatives = cv2.projectPoints(problem.points, turned, moved, matrix, geometry.lenses[camera, 4:])
    return (
        np.asarray(pixels, np.float64).reshape(-1, 2),
        np.asarray(derivatives[:, : _POSE + _LENS], np.float64),
        [np.asarray(part, np.float64) for part in chain],
    )


def _view_jacobian(problem: Problem, geometry: Geometry, view: tuple[int, int]) -> tuple[Array, Array, Array]:
    """Return derivatives of the corners seen in one view by its lens, its place and its board."""
    _, derivatives, chain = _shown(problem, geometry, *view)
    turn_board, turn_board_move, turn_place, turn_place_move, *moves = chain
    move_board, move_board_move, move_place, move_place_move = moves
    by_board = np.block([[turn_board, turn_board_move], [move_board, move_board_move]])
    by_place = np.block([[turn_place, turn_place_move], [move_place, move_place_move]])
    rows = np.repeat(~np.isnan(problem.pixels[view][:, 0]), 2)
    pose, lens = derivatives[rows, :_POSE], derivatives[rows, _POSE:]
    return lens, pose @ by_place, pose @ by_board


def _jacobian(problem: Problem, geometry: Geometry) -> Array:
    return np.vstack([_rows(problem, geometry, view) for view in problem.views])


def _rows(problem: Problem, geometry: Geometry, view: tuple[int, int]) -> Array:
    camera, moment = view
    by_lens, by_place, by_board = _view_jacobian(problem, geometry, view)
    rows = np.zeros((len(by_lens), problem.shared + geometry.boards.size))
    before = int(problem.free[:camera].sum())
    free = problem.free[camera]
    rows[:, before : before + int(free.sum())] = by_lens[:, free]
    if camera:
        place = int(problem.free.sum()) + _POSE * (camera - 1)
        rows[:, place : place + _POSE] = by_place
    board = problem.shared + _POSE * moment
    rows[:, board : board + _POSE] = by_board
    return rows


def _left_out(problem: Problem, geometry: Geometry) -> tuple[Geometry, ...]:
    """Return the geometry without each of the moments, in one Gauss-Newton step from the common solution.

    The board of a moment only matters to that moment, so it is eliminated first.
    """
    residuals = residuals_px(problem, geometry)
    parts = [_moment_equations(problem, geometry, residuals, moment) for moment in range(len(geometry.boards))]
    normal = np.sum([square for square, _ in parts], axis=0)
    size = 1 / np.sqrt(np.maximum(np.diag(normal), np.finfo(float).tiny))
    vector = problem.packed(geometry)
    found = []
    for square, gradient in parts:
        without = vector.copy()
        step = np.linalg.lstsq((normal - square) * np.outer(size, size), gradient * size, rcond=None)[0]
        without[: problem.shared] += step * size
        found.append(problem.unpacked(without, geometry))
    return tuple(found)


def _moment_equations(problem: Problem, geometry: Geometry, residuals: Array, moment: int) -> tuple[Array, Array]:
    """Return the share of one moment in the normal equations of lenses and places: matrix and gradient."""
    views = [view for view in problem.views if view[1] == moment]
    rows = np.vstack([_rows(problem, geometry, view) for view in views])
    left = np.concatenate([_seen(problem, view, residuals[view]).ravel() for view in views])
    weights = np.sqrt(_weights(left))
    shared = rows[:, : problem.shared] * weights[:, None]
    own = rows[:, problem.shared + _POSE * moment :][:, :_POSE] * weights[:, None]
    basis, _ = np.linalg.qr(own)
    shared = shared - basis @ (basis.T @ shared)
    left = left * weights
    left = left - basis @ (basis.T @ left)
    return shared.T @ shared, shared.T @ left


def board_tilts_deg(geometry: Geometry, camera: int) -> Array:
    """Return by how many degrees the board of each moment is tilted out of the plane of a camera's picture."""
    turn = np.asarray(cv2.Rodrigues(geometry.places[camera, :3])[0], np.float64)
    normals = np.stack([turn @ np.asarray(cv2.Rodrigues(board[:3])[0])[:, 2] for board in geometry.boards])
    return np.asarray(np.degrees(np.arccos(np.clip(np.abs(normals[:, 2]), 0, 1))))
