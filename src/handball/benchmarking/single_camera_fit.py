"""The uncertainty of joints that explains the errors of angles, fitted to all cameras and to all but one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import attrs
import numpy as np

from handball.benchmarking.single_camera_statistics import (
    AngleErrors,
    Array,
    Pairs,
    Share,
    pair_weights,
    pairs_apart,
    standardized_differences,
    weighted_quantile,
)
from handball.domain.pose import Pose3D
from handball.kinematics.angles import measure_angles
from handball.pose_estimation.sequence import LEAST_TRUST

ANGLES = tuple(
    f"{side}_{angle}"
    for angle in ("elbow_angle", "shoulder_elevation", "hip_angle", "knee_angle")
    for side in ("right", "left")
)
"""Angles that need no vertical and no throwing direction, so that they compare between cameras."""
UNIT_M = 0.02
"""Uncertainty across and in depth at which the spread of the angles is propagated for the fit."""
EXPONENTS = (0.0, 0.5, 1.0, 1.5, 2.0)
RATIOS = (1.0, 1.25, 1.5, 1.75, 2.0, 2.5, 3.0, 4.0, 6.0)
_ONE_SIGMA = 0.6827
_EVERY = 3
_ANY_DIRECTION = np.array([1.0, 0.0, 0.0])


@attrs.frozen(kw_only=True)
class Fit:
    """Uncertainty across and in depth in metres, and the power of 1 / score by which it grows."""

    across_m: float
    depth_m: float
    exponent: float
    log_loss: float


@attrs.frozen(kw_only=True)
class LeftOut:
    """Coverage of one camera by the uncertainty that was fitted to the others."""

    camera: str
    fit: Fit
    within_1: float
    within_2: float


@attrs.frozen(kw_only=True)
class Fits:
    """The fit to all cameras, the intervals of its bootstrap repeats, and the fits to all but one."""

    best: Fit
    across_m: Share
    depth_m: Share
    left_out: tuple[LeftOut, ...]


Spreads = Callable[[float], tuple[Array, Array]]
"""From a power to the spread of the angles (cameras, frames, angles) that `UNIT_M` across, and in depth, causes."""


def fitted(found: AngleErrors, spreads: Spreads, weights: Array | None = None) -> Fit:
    """Fit the uncertainty of joints to the errors of differences of two moments.

    Ratio and power are those of the largest Gaussian likelihood; the size is then set so that 68 %
    of the differences lie within one standard deviation, which tails do not disturb.

    Parameters
    ----------
    found
        Errors; its own `sigma` is not used.
    spreads
        What an uncertainty of `UNIT_M` does to the angles.
    weights
        How often each pair of `fit_pairs` counts, shape (pairs,); once where it is not given.
    """
    pairs = fit_pairs(found.times)
    times = np.ones(len(pairs[0])) if weights is None else weights
    fits = []
    for exponent in EXPONENTS:
        across, depth = spreads(exponent)
        for ratio in RATIOS:
            unit = attrs.evolve(found, sigma=np.hypot(across, ratio * depth))
            size, loss = _size_and_loss(unit, pairs, times)
            fits.append(Fit(across_m=size * UNIT_M, depth_m=size * UNIT_M * ratio, exponent=exponent, log_loss=loss))
    return min(fits, key=lambda fit: fit.log_loss)


def _size_and_loss(unit: AngleErrors, pairs: Pairs, weights: Array) -> tuple[float, float]:
    standardized = standardized_differences(unit, pairs)
    every = np.broadcast_to(weights[:, None], standardized.shape)
    known = ~np.isnan(standardized)
    z, share = np.abs(standardized[known]), every[known] / every[known].sum()
    size = weighted_quantile(z, share, _ONE_SIGMA)
    sigma = np.broadcast_to(np.hypot(unit.sigma[:, pairs[0]], unit.sigma[:, pairs[1]])[:, None], known.shape)[known]
    return size, float(share @ (0.5 * (z / size) ** 2 + np.log(size * sigma)))


def fit_pairs(times: Array) -> Pairs:
    """Return pairs of every third moment: neighbours err alike and would only cost time."""
    first, second = pairs_apart(times[::_EVERY])
    return first * _EVERY, second * _EVERY


def angles_of(pose: Pose3D) -> tuple[Array, Array]:
    """Return the angles `ANGLES` in degrees and their uncertainty, each (frames, angles)."""
    measured = measure_angles(pose, _ANY_DIRECTION)
    columns = [measured.names.index(name) for name in ANGLES]
    return measured.degrees[:, columns], measured.sigma_deg[:, columns]


def fits(found: AngleErrors, poses: Sequence[Pose3D], draws: Array) -> Fits:
    """Fit the joints' uncertainty to all cameras, with intervals over `draws` (repeats, rows), and to all but one."""
    spreads = _Spreads(poses)
    best = fitted(found, spreads)
    again = [fitted(found, spreads, weights) for weights in pair_weights(draws, fit_pairs(found.times))]
    return Fits(
        best=best,
        across_m=_interval(best.across_m, [fit.across_m for fit in again]),
        depth_m=_interval(best.depth_m, [fit.depth_m for fit in again]),
        left_out=tuple(_left_out(found, spreads, camera) for camera in range(len(found.cameras))),
    )


def _interval(value: float, repeated: Sequence[float]) -> Share:
    low, high = np.quantile(repeated, (0.025, 0.975))
    return Share(value=value, low=float(low), high=float(high))


def _left_out(found: AngleErrors, spreads: _Spreads, camera: int) -> LeftOut:
    others = [k for k in range(len(found.cameras)) if k != camera]
    fit = fitted(_cameras(found, others), spreads.of(others))
    across, depth = spreads.of([camera])(fit.exponent)
    sigma = np.hypot(fit.across_m / UNIT_M * across, fit.depth_m / UNIT_M * depth)
    alone = attrs.evolve(_cameras(found, [camera]), sigma=sigma)
    z = np.abs(standardized_differences(alone, pairs_apart(found.times)))
    return LeftOut(
        camera=found.cameras[camera], fit=fit, within_1=float(np.nanmean(z < 1)), within_2=float(np.nanmean(z < 2))
    )


def _cameras(found: AngleErrors, kept: list[int]) -> AngleErrors:
    return attrs.evolve(
        found,
        cameras=tuple(found.cameras[k] for k in kept),
        errors=found.errors[kept],
        sigma=found.sigma[kept],
    )


class _Spreads:
    """What `UNIT_M` of uncertainty across, and in depth, does to the angles; kept for each power of 1 / score."""

    def __init__(self, poses: Sequence[Pose3D]) -> None:
        self._poses = poses
        self._known: dict[float, tuple[Array, Array]] = {}

    def __call__(self, exponent: float) -> tuple[Array, Array]:
        if exponent not in self._known:
            across = np.stack([self._spread(pose, exponent, (UNIT_M, 0.0, UNIT_M)) for pose in self._poses])
            depth = np.stack([self._spread(pose, exponent, (0.0, UNIT_M, 0.0)) for pose in self._poses])
            self._known[exponent] = across, depth
        return self._known[exponent]

    def of(self, cameras: list[int]) -> Spreads:
        """Return the same for some of the cameras."""

        def some(exponent: float) -> tuple[Array, Array]:
            across, depth = self(exponent)
            return across[cameras], depth[cameras]

        return some

    @staticmethod
    def _spread(pose: Pose3D, exponent: float, meters: tuple[float, float, float]) -> Array:
        doubt = np.clip(pose.scores, LEAST_TRUST, 1.0) ** -exponent
        return angles_of(attrs.evolve(pose, sigma=np.array(meters) * doubt[..., None]))[1]
