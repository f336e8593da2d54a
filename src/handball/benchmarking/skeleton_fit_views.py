"""Joints of several calibrated cameras in space, triangulated and fitted: what both benchmarks of the fit compare."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.camera import Camera
from handball.domain.pose import Pose2D, Pose3D
from handball.kinematics.rigid import with_steady_bones
from handball.kinematics.smoothing import smoothed
from handball.lifting.features import torso
from handball.lifting.placement import LEVEL
from handball.lifting.skeleton_fit import View, fit_skeleton
from handball.stereo.triangulation import triangulate

Array = NDArray[np.float64]
Way = Literal["triangulated", "fitted"]
WAYS: tuple[Way, ...] = ("triangulated", "fitted")

_FEWEST_POINTS = 3


def triangulated_views(views: Sequence[View]) -> Pose3D:
    """Return joints seen at the same moments by several cameras, each row by itself."""
    first = views[0].picture
    shape = first.positions.shape[:2]
    pixels = np.stack([view.picture.positions.reshape(-1, 2) for view in views])
    sigma = np.stack([view.picture.sigma[..., 0].ravel() for view in views])
    found = triangulate([view.camera for view in views], pixels, sigma)
    return Pose3D(
        skeleton=first.skeleton,
        frames=first.frames,
        times=first.times,
        positions=found.positions.reshape(*shape, 3),
        scores=np.nanmean(np.stack([view.picture.scores for view in views]), axis=0),
        sigma=found.sigma.reshape(*shape, 3),
        origin="world",
    )


def both_ways(views: Sequence[View], priors: Sequence[Pose3D] = ()) -> dict[Way, Pose3D]:
    """Return the same clip triangulated with the standard treatment of a clip, and fitted."""
    start = triangulated_views([smoothed_view(view) for view in views])
    return {
        "triangulated": with_steady_bones(smoothed(start)),
        "fitted": with_steady_bones(fit_skeleton(start, views, priors=priors)),
    }


def smoothed_view(view: View) -> View:
    """Return a view with the standard treatment of a clip."""
    return attrs.evolve(view, picture=smoothed(view.picture))


def common_rows(poses: Sequence[Pose2D | Pose3D]) -> list[NDArray[np.intp]]:
    """Return for each pose its rows at the frames that all of them have."""
    frames = set(poses[0].frames.tolist()).intersection(*(pose.frames.tolist() for pose in poses[1:]))
    return [np.flatnonzero(np.isin(pose.frames, sorted(frames))) for pose in poses]


def turned_into_world(lifted: Pose3D, camera: Camera, like: Pose3D) -> Pose3D:
    """Return a net's joints, level axes of a camera, in the world, with a torso as long as that of another pose."""
    own, wanted = (np.nanmedian(np.linalg.norm(torso(pose.positions), axis=-1)) for pose in (lifted, like))
    turn = camera.rotation.T @ LEVEL
    scale = wanted / own
    return attrs.evolve(lifted, positions=scale * lifted.positions @ turn.T, sigma=scale * lifted.sigma)


def off_after_rigid_fit(points: Array, reference: Array) -> Array:
    """Return distances of points (n, 3) from a reference after the best turn and shift (Kabsch 1976), in metres.

    NaN where one of both is missing.
    """
    known = np.isfinite(points).all(axis=1) & np.isfinite(reference).all(axis=1)
    if known.sum() < _FEWEST_POINTS:
        return np.full(len(points), np.nan)
    middle, target = points[known].mean(axis=0), reference[known].mean(axis=0)
    left, _, right = np.linalg.svd((points[known] - middle).T @ (reference[known] - target))
    flip = np.diag([1.0, 1.0, np.sign(np.linalg.det(left @ right))])
    return np.asarray(np.linalg.norm((points - middle) @ (left @ flip @ right) - (reference - target), axis=1))
