"""Joints of one person over time, in the picture (`Pose2D`) and in space (`Pose3D`).

Conventions, defined here and nowhere else:

* time is axis 0, joint axis 1, coordinate last; `frames` are zero-based decoded frames of the file,
  `times` are real seconds since its first frame;
* a missing joint is NaN in all its coordinates, and only that says so: a score never does;
* `sigma` is one standard deviation per coordinate, in the unit of the position;
* `Pose2D` is in pixels, x right, y down, origin at the centre of the top-left pixel;
* `Pose3D` is in metres, right-handed, x to the right of the picture, y away from the camera, z up.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, Self

import attrs
import numpy as np
from jaxtyping import Float, Int
from numpy.typing import NDArray

from handball.domain.arrays import check_rising, check_shape, column
from handball.domain.skeleton import Skeleton


@attrs.frozen(kw_only=True)
class _Pose:
    skeleton: Skeleton
    frames: Int[np.ndarray, " frames"] = column(np.int64)
    times: Float[np.ndarray, " frames"] = column(np.float64)
    positions: Float[np.ndarray, "frames joints axes"] = column(np.float64)
    scores: Float[np.ndarray, "frames joints"] = column(np.float64)
    sigma: Float[np.ndarray, "frames joints axes"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        rows, joints = len(self.frames), len(self.skeleton.joints)
        check_shape("times", self.times, (rows,))
        check_shape("positions", self.positions, (rows, joints, self.axes))
        check_shape("scores", self.scores, (rows, joints))
        check_shape("sigma", self.sigma, (rows, joints, self.axes))
        check_rising("frames", self.frames)
        check_rising("times", self.times)
        if not np.all(np.isfinite(self.times)):
            raise ValueError("times must be finite")
        missing = np.isnan(self.positions)
        if np.any(missing.any(axis=-1) != missing.all(axis=-1)):
            raise ValueError("a missing joint must be NaN in all its coordinates")
        if np.any(np.isinf(self.positions)):
            raise ValueError("positions must be finite or NaN")

    @property
    def axes(self) -> int:
        raise NotImplementedError

    @property
    def up(self) -> NDArray[np.float64]:
        """Unit vector that points up, in the axes of this pose."""
        raise NotImplementedError

    @property
    def rate_hz(self) -> float:
        """Median sampling rate in Hz; NaN for fewer than two rows."""
        return float(1.0 / np.median(np.diff(self.times))) if len(self.times) > 1 else float("nan")

    @property
    def peak_rate_hz(self) -> float:
        """Sampling rate in Hz where the clip is sampled most densely (the throw itself); 0 for fewer than two rows."""
        return float(1.0 / np.quantile(np.diff(self.times), 0.1)) if len(self.times) > 1 else 0.0

    def joint(self, name: str) -> NDArray[np.float64]:
        """Return one joint over time, shape (frames, axes)."""
        values: NDArray[np.float64] = self.positions[:, self.skeleton.index(name)]
        return values

    def middle(self, first: str, second: str) -> NDArray[np.float64]:
        """Return the point half-way between two joints, shape (frames, axes)."""
        return (self.joint(first) + self.joint(second)) / 2

    def present(self, joints: Sequence[str]) -> NDArray[np.bool_]:
        """Tell for each frame whether all these joints are there, shape (frames,)."""
        columns = self.skeleton.indices(tuple(joints))
        found: NDArray[np.bool_] = ~np.isnan(self.positions[:, columns, 0]).any(axis=1)
        return found

    def rows(self, rows: slice | NDArray[Any]) -> Self:
        """Return the pose at some rows (a slice, or row numbers in rising order)."""
        return attrs.evolve(
            self,
            frames=self.frames[rows],
            times=self.times[rows],
            positions=self.positions[rows],
            scores=self.scores[rows],
            sigma=self.sigma[rows],
        )

    def row_at(self, time: float) -> int:
        """Return the row whose time is nearest to `time` (seconds)."""
        return int(np.argmin(np.abs(self.times - time)))


@attrs.frozen(kw_only=True)
class Pose2D(_Pose):
    """Joints in the picture: pixels, x right, y down.

    Raises
    ------
    ValueError
        For wrong shapes, times or frames that do not rise, half-missing joints.
    """

    image_size: tuple[int, int]
    """Width and height of the picture in pixels."""

    @property
    def axes(self) -> int:
        """Number of coordinates: 2."""
        return 2

    @property
    def up(self) -> NDArray[np.float64]:
        """Minus y: pixels count downwards."""
        return np.array([0.0, -1.0])

    def mirrored(self) -> Pose2D:
        """Return the pose of the mirrored picture: x flipped, left and right joints swapped."""
        order = self.skeleton.mirror_order()
        positions = self.positions[:, order].copy()
        positions[..., 0] = self.image_size[0] - 1 - positions[..., 0]
        return attrs.evolve(self, positions=positions, scores=self.scores[:, order], sigma=self.sigma[:, order])


@attrs.frozen(kw_only=True)
class Pose3D(_Pose):
    """Joints in space: metres, x right, y away from the camera, z up.

    Raises
    ------
    ValueError
        For wrong shapes, times or frames that do not rise, half-missing joints.
    """

    origin: Literal["pelvis", "world"]
    """Whether each frame is centred on the middle of the hips, or positions are in the room."""

    @property
    def axes(self) -> int:
        """Number of coordinates: 3."""
        return 3

    @property
    def up(self) -> NDArray[np.float64]:
        """Plus z."""
        return np.array([0.0, 0.0, 1.0])

    def mirrored(self) -> Pose3D:
        """Return the mirror image: x negated, left and right joints swapped."""
        order = self.skeleton.mirror_order()
        positions = self.positions[:, order] * np.array([-1.0, 1.0, 1.0])
        return attrs.evolve(self, positions=positions, scores=self.scores[:, order], sigma=self.sigma[:, order])


Pose = Pose2D | Pose3D
