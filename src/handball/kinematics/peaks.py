"""When pelvis, trunk, elbow and hand are fastest: the order that makes a throw a whip.

Published order of the angular peaks: pelvis, trunk, elbow (systematic review of 14 studies, see
docs/explanation/key-actions.md); the hand follows.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyActions, SpeedPeak
from handball.domain.angles import AngleSeries
from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import (
    angular_velocity_deg,
    interpolated_peak,
    speed_relative_to_hips,
    without_single_spikes,
)

_BEFORE_S, _AFTER_S = 0.45, 0.08
_RIVAL_SHARE = 0.8
_NOISE_SPAN_S = 0.08
"""A smoothed angle forgets its error in about this time: the noise of its speed is that of two angles so far apart."""
_LEAST_ABOVE_NOISE = 1.5
"""The largest of half a second of mere noise, in its standard deviations: what is lower is no peak."""


def speed_peaks(body: Pose3D, angles: AngleSeries, key_actions: KeyActions) -> tuple[SpeedPeak, ...]:
    """Return the peaks around the strike in the order pelvis, trunk, elbow, hand.

    Left out are parts that are not seen, that do not rise above the noise of their own speed, or that are
    still getting faster where the time around the strike ends.
    """
    strike = key_actions["strike"].time
    turning = {
        "pelvis": -angular_velocity_deg(angles.curve("hip_line_angle"), angles.times),
        "trunk": -angular_velocity_deg(angles.curve("shoulder_line_angle"), angles.times),
        "elbow": angular_velocity_deg(without_single_spikes(angles.curve("right_elbow_angle")), angles.times),
    }
    window = (body.times >= strike - _BEFORE_S) & (body.times <= strike + _AFTER_S)
    step = float(np.median(np.diff(angles.times)))
    noise = {
        part: np.sqrt(2.0) * angles.sigma(name) / max(_NOISE_SPAN_S, 2 * step)
        for part, name in (
            ("pelvis", "hip_line_angle"), ("trunk", "shoulder_line_angle"), ("elbow", "right_elbow_angle")
        )
    }  # fmt: skip
    peaks = [_peak(part, values, noise[part], (body.times, window), "deg/s") for part, values in turning.items()]
    hand = speed_relative_to_hips(body, "right_wrist")
    peaks.append(_peak("hand", hand, np.zeros(len(hand)), (body.times, window), "m/s"))
    return tuple(peak for peak in peaks if peak is not None)


def _peak(
    part: str,
    values: NDArray[np.float64],
    noise: NDArray[np.float64],
    where: tuple[NDArray[np.float64], NDArray[np.bool_]],
    unit: str,
) -> SpeedPeak | None:
    times, window = where
    rows = np.flatnonzero(window & ~np.isnan(values))
    if not rows.size:
        return None
    row = int(rows[np.argmax(values[rows])])
    if not values[row] > _LEAST_ABOVE_NOISE * noise[row] or np.nanmax(values[max(row - 1, 0) : row + 2]) > values[row]:
        return None
    time, value = interpolated_peak(times, values, row)
    # noise moves the highest sample by a frame, a flat top hides its moment, a rival could be the true one
    near = rows[values[rows] >= min(_RIVAL_SHARE * values[row], values[row] - noise[row])]
    step = float(np.median(np.diff(times)))
    return SpeedPeak(
        part=part,  # type: ignore[arg-type]
        time=time,
        value=value,
        unit=unit,  # type: ignore[arg-type]
        timing_sigma_s=max(step, float(times[near[-1]] - times[near[0]]) / 4),
    )
