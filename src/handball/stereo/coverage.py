"""What a rig sees of the court's floor: by how many cameras, how finely, how well in depth, and what a goal hides.

Depth error of a pair: sigma_Z = Z^2 sigma_d / (f B) (Gallup et al. 2008, "Variable baseline/resolution stereo"), with
the part of the baseline that lies across the line of sight.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import combinations

import attrs
import numpy as np
from jaxtyping import Bool, Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_shape, column
from handball.domain.camera import Camera
from handball.domain.court import GOAL_HEIGHT, GOAL_WIDTH, LENGTH, WIDTH
from handball.domain.rig import Rig
from handball.errors import InvalidRigError

Array = NDArray[np.float64]
Mask = NDArray[np.bool_]

CELL = 0.25
DISPARITY_PX = 0.5
POST = 0.08
"""Width of posts and crossbar, metres."""
_STEP = 1e-3


@attrs.frozen(kw_only=True)
class Coverage:
    """A map over the floor of the court; rows run across it (y), columns along it (x).

    Attributes
    ----------
    x, y
        Centres of the cells, metres.
    cameras
        How many cameras see a cell past posts and crossbar, nets counting as clear.
    netted
        Whether every camera that sees a cell sees it through the net of a goal.
    hidden
        Whether some camera would see a cell, and posts or crossbar stand before it for all of them.
    along, across
        Metres of floor in one pixel in the coarsest and the finest direction, by the camera that sees it best; NaN
        where none does.
    depth_sigma
        One standard deviation of the distance by the best pair of cameras, metres; NaN for fewer than two.
    """

    x: Float[np.ndarray, " columns"] = column(np.float64)
    y: Float[np.ndarray, " rows"] = column(np.float64)
    cameras: Int[np.ndarray, "rows columns"] = column(np.int64)
    netted: Bool[np.ndarray, "rows columns"] = column(np.bool_)
    hidden: Bool[np.ndarray, "rows columns"] = column(np.bool_)
    along: Float[np.ndarray, "rows columns"] = column(np.float64)
    across: Float[np.ndarray, "rows columns"] = column(np.float64)
    depth_sigma: Float[np.ndarray, "rows columns"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        shape = (len(self.y), len(self.x))
        for name in ("cameras", "netted", "hidden", "along", "across", "depth_sigma"):
            check_shape(name, getattr(self, name), shape)

    def share(self, at_least: int) -> float:
        """Return the share of the floor that at least so many cameras see."""
        return float((self.cameras >= at_least).mean())

    @property
    def clear_share(self) -> float:
        """Share of the floor that two cameras see and not only through a net."""
        return float(((self.cameras >= 2) & ~self.netted).mean())


def coverage(rig: Rig, cell: float = CELL, disparity_px: float = DISPARITY_PX) -> Coverage:
    """Map what a rig sees of the floor.

    Parameters
    ----------
    cell
        Side of a cell in metres.
    disparity_px
        One standard deviation of the difference of two cameras' columns in pixels.

    Raises
    ------
    InvalidRigError
        When the rig does not stand in the world of the court.
    """
    if rig.world != "court":
        raise InvalidRigError(
            f"The map needs cameras in the court, and the world of this rig is its {rig.world}: find them by rig court."
        )
    x, y = (np.arange(cell / 2, side, cell) for side in (LENGTH, WIDTH))
    floor = np.stack([*np.meshgrid(x, y), np.zeros((len(y), len(x)))], axis=-1)
    inside = np.stack([_inside(camera, floor) for camera in rig.cameras])
    barred = np.stack([behind_frame(camera.position, floor) for camera in rig.cameras])
    netted = np.stack([behind_net(camera.position, floor) for camera in rig.cameras])
    seen = inside & ~barred
    fine = np.stack([meters_per_pixel(camera, floor) for camera in rig.cameras])
    fine[~seen] = np.nan
    return Coverage(
        x=x,
        y=y,
        cameras=seen.sum(axis=0),
        netted=np.asarray(seen.any(axis=0) & ~(seen & ~netted).any(axis=0)),
        hidden=np.asarray(inside.any(axis=0) & ~seen.any(axis=0)),
        along=_least(fine[..., 1]),
        across=_least(fine[..., 0]),
        depth_sigma=_least(_pair_sigmas(rig.cameras, floor, seen, disparity_px)),
    )


def meters_per_pixel(camera: Camera, floor: Array) -> Array:
    """Return metres of floor in a pixel, finest and coarsest direction, shape (..., 2); NaN behind the camera."""
    here = camera.project(floor)
    steps = [(camera.project(floor + step) - here) / _STEP for step in np.eye(3)[:2] * _STEP]
    per_meter = np.stack(steps, axis=-1)
    unseen: Mask = np.asarray(np.isnan(per_meter).any(axis=(-1, -2)))
    steps_seen: Array = np.where(unseen[..., None, None], np.eye(2), per_meter)
    scales = np.linalg.svd(steps_seen, compute_uv=False)
    return np.asarray(np.where(unseen[..., None], np.nan, 1 / np.maximum(scales, 1e-12)))


def depth_sigma(first: Camera, second: Camera, points: Array, disparity_px: float = DISPARITY_PX) -> Array:
    """Return one standard deviation of the distance of points from a pair of cameras, metres.

    Examples
    --------
    >>> left, right = (
    ...     Camera.looking(position=(x, 0, 1), target=(x, 9, 1), focal_px=810.8, image_size=(640, 480)) for x in (0, 1)
    ... )
    >>> depth_sigma(left, right, np.array([[0.5, 5.0, 1.0], [0.5, 13.0, 1.0]])).round(3).tolist()
    [0.015, 0.104]
    """
    sight = points - (first.position + second.position) / 2
    distance = np.linalg.norm(sight, axis=-1)
    apart = second.position - first.position
    ahead = sight / np.maximum(distance, 1e-9)[..., None]
    base = np.linalg.norm(apart - (ahead @ apart)[..., None] * ahead, axis=-1)
    focal = (first.focal[0] + second.focal[0]) / 2
    return np.asarray(distance**2 * disparity_px / (focal * np.maximum(base, 1e-9)))


def behind_frame(eye: Array, points: Array) -> Mask:
    """Tell which points posts or crossbar of a goal hide from an eye, shape (...)."""
    return _behind(eye, points, framed=True)


def behind_net(eye: Array, points: Array) -> Mask:
    """Tell which points an eye behind a goal sees through its net, shape (...)."""
    return _behind(eye, points, framed=False)


def full_width_range(camera: Camera) -> float:
    """Return the distance along the axis from which on the whole width of the court is in the picture, metres."""
    return WIDTH / 2 * 2 * camera.focal[0] / camera.image_size[0]


def corner_view_deg(position: Sequence[float]) -> float:
    """Return the horizontal angle of view that both corners of the near goal line need, in degrees.

    Examples
    --------
    >>> round(corner_view_deg((-3.0, 10.0, 2.2)), 1)
    146.6
    """
    x, y = position[0], position[1]
    return float(np.degrees(np.arctan2(y, -x) + np.arctan2(WIDTH - y, -x)))


def _behind(eye: Array, points: Array, *, framed: bool) -> Mask:
    hidden = np.zeros(points.shape[:-1], np.bool_)
    for goal_line, outside in ((0.0, eye[0] < 0), (LENGTH, eye[0] > LENGTH)):
        if not outside:
            continue
        share = (goal_line - eye[0]) / (points[..., 0] - eye[0])
        crossed = eye + share[..., None] * (points - eye)
        aside, height = np.abs(crossed[..., 1] - WIDTH / 2), crossed[..., 2]
        opening = (aside < GOAL_WIDTH / 2) & (height < GOAL_HEIGHT)
        frame = (aside < GOAL_WIDTH / 2 + POST) & (height < GOAL_HEIGHT + POST)
        hidden |= frame & ~opening if framed else opening
    return hidden


def _inside(camera: Camera, points: Array) -> Mask:
    pixels = np.nan_to_num(camera.project(points), nan=-1.0)
    return np.asarray(((pixels >= -0.5) & (pixels < np.array(camera.image_size) - 0.5)).all(axis=-1))


def _pair_sigmas(cameras: Sequence[Camera], floor: Array, seen: Mask, disparity_px: float) -> Array:
    return np.stack(
        [
            np.where(seen[i] & seen[j], depth_sigma(cameras[i], cameras[j], floor, disparity_px), np.nan)
            for i, j in combinations(range(len(cameras)), 2)
        ]
    )


def _least(values: Array) -> Array:
    """Return the smallest of each cell over axis 0; NaN where there is none."""
    least = np.nan_to_num(values, nan=np.inf).min(axis=0)
    return np.asarray(np.where(np.isinf(least), np.nan, least))
