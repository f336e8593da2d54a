"""What an aligner compares: angles or their speeds, their weights, and one unit for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.domain.angles import AngleSeries
from handball.kinematics.derivatives import angular_velocity_deg
from handball.kinematics.vectors import wrapped_deg

Array = NDArray[np.float64]
FeatureKind = Literal["angles", "derivatives", "both"]
Scaling = Literal["degrees", "spread"]

ARM_WEIGHT, TRUNK_WEIGHT, LEG_WEIGHT = 2.0, 1.5, 0.25
"""Steps and jump have a rhythm of their own, so that the legs tell less about where arm and trunk are."""

LEAST_SPREAD_DEG = 8.0
"""An angle that hardly moves is noise: its spread counts as at least this."""

_LEAST_SPEED_DEG_S = 80.0
_ARM = ("right_elbow", "right_shoulder", "right_forearm")
_TRUNK = ("trunk_", "hip_shoulder_", "shoulder_line_", "hip_line_")
_LEGS = ("_hip_angle", "_knee_angle")
_WEIGHTS = ((_ARM, ARM_WEIGHT), (_TRUNK, TRUNK_WEIGHT))


@attrs.frozen(kw_only=True)
class Features:
    """Columns to compare; NaN where missing.

    `circular` tells which columns wrap at 180 degrees; `sigma` is one standard deviation of each value;
    `floor` is the least spread of each column.
    """

    values: Float[np.ndarray, "rows columns"]
    sigma: Float[np.ndarray, "rows columns"]
    circular: NDArray[np.bool_]
    weights: Float[np.ndarray, " columns"]
    floor: Float[np.ndarray, " columns"]


def weights_of(names: Sequence[str]) -> Array:
    """Weigh angles in right-handed form: throwing arm 2, trunk 1.5, other arm 1, legs 0.25.

    Examples
    --------
    >>> weights_of(["right_elbow_angle", "trunk_tilt_forward", "left_elbow_angle", "left_knee_angle"])
    array([2.  , 1.5 , 1.  , 0.25])
    """
    return np.array([_weight(name) for name in names])


def _weight(name: str) -> float:
    if name.endswith(_LEGS):
        return LEG_WEIGHT
    return next((weight for starts, weight in _WEIGHTS if name.startswith(starts)), 1.0)


def features_of(series: AngleSeries, kind: FeatureKind = "angles", *, weighted: bool = False) -> Features:
    """Return the angles, their speeds in degrees a second, or both side by side."""
    count = len(series.names)
    weights = weights_of(series.names) if weighted else np.ones(count)
    angles = Features(
        values=series.degrees,
        sigma=series.sigma_deg,
        circular=np.ones(count, dtype=bool),
        weights=weights,
        floor=np.full(count, LEAST_SPREAD_DEG),
    )
    if kind == "angles":
        return angles
    speeds = attrs.evolve(
        angles,
        values=speeds_of(series),
        sigma=np.zeros_like(series.sigma_deg),
        circular=np.zeros(count, dtype=bool),
        floor=np.full(count, _LEAST_SPEED_DEG_S),
    )
    return speeds if kind == "derivatives" else _side_by_side(angles, speeds)


def speeds_of(series: AngleSeries) -> Array:
    """Return angular speeds in degrees a second, shape (frames, angles)."""
    columns = [angular_velocity_deg(series.degrees[:, k], series.times) for k in range(len(series.names))]
    return np.stack(columns, axis=1) if columns else np.zeros(series.degrees.shape)


def degrees_at(series: AngleSeries, times: Float[np.ndarray, " times"]) -> Array:
    """Return the angles at any times, shape (times, angles): between rows the short way round the circle.

    Beyond the ends the first or last row; NaN beside a missing value.
    """
    if len(series.times) == 1:
        return np.repeat(series.degrees, len(times), axis=0)
    left = np.clip(np.searchsorted(series.times, times, side="right") - 1, 0, len(series.times) - 2)
    share = np.clip((times - series.times[left]) / (series.times[left + 1] - series.times[left]), 0.0, 1.0)[:, None]
    before, after = series.degrees[left], series.degrees[left + 1]
    between: Array = np.where(
        share == 0, before, np.where(share == 1, after, before + share * wrapped_deg(after - before))
    )
    return between


def _side_by_side(first: Features, second: Features) -> Features:
    return Features(
        **{
            name: np.concatenate([getattr(first, name), getattr(second, name)], axis=-1)
            for name in ("values", "sigma", "circular", "weights", "floor")
        }
    )


def spreads(reference: Features, performance: Features) -> Array:
    """Return one standard deviation of each column, pooled over both clips and not below the floor."""
    variances = [_variance(features) for features in (reference, performance)]
    present = np.stack([~np.isnan(variance) for variance in variances])
    pooled = np.where(present, np.nan_to_num(variances), 0.0).sum(axis=0) / np.maximum(present.sum(axis=0), 1)
    spread: Array = np.maximum(np.sqrt(pooled), reference.floor)
    return spread


def _variance(features: Features) -> Array:
    """Return the variance of each column; a circular one is measured around its circular mean."""
    values = features.values
    counts = (~np.isnan(values)).sum(axis=0)
    sums = np.nansum(values, axis=0) / np.maximum(counts, 1)
    away = np.where(features.circular, wrapped_deg(values - centers_deg(values)), values - sums)
    variance: Array = np.nansum(away**2, axis=0) / np.maximum(counts, 1)
    return np.where(counts > 1, variance, np.nan)


def centers_deg(values: Array) -> Array:
    """Return the circular mean of each column in degrees; missing values are left out."""
    angles = np.radians(values)
    return np.asarray(np.degrees(np.arctan2(np.nansum(np.sin(angles), axis=0), np.nansum(np.cos(angles), axis=0))))


def check_comparable(reference: AngleSeries, performance: AngleSeries) -> None:
    """Raise `ValueError` unless both series have rows and the same angles in the same order."""
    if reference.names != performance.names:
        raise ValueError(f"both clips must have the same angles, found {reference.names} and {performance.names}")
    if not (len(reference.times) and len(performance.times)):
        raise ValueError("an empty clip cannot be aligned: both need at least one row")
