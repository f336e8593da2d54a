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


def speed_peaks(body: Pose3D, angles: AngleSeries, key_actions: KeyActions) -> tuple[SpeedPeak, ...]:
    """Return the peaks around the strike in the order pelvis, trunk, elbow, hand; unseen ones are left out."""
    strike = key_actions["strike"].time
    turning = {
        "pelvis": -angular_velocity_deg(angles.curve("hip_line_angle"), angles.times),
        "trunk": -angular_velocity_deg(angles.curve("shoulder_line_angle"), angles.times),
        "elbow": angular_velocity_deg(without_single_spikes(angles.curve("right_elbow_angle")), angles.times),
    }
    window = (body.times >= strike - _BEFORE_S) & (body.times <= strike + _AFTER_S)
    peaks = [_peak(part, values, body.times, window, "deg/s") for part, values in turning.items()]
    hand = speed_relative_to_hips(body, "right_wrist")
    peaks.append(_peak("hand", hand, body.times, window, "m/s"))
    return tuple(peak for peak in peaks if peak is not None)


def _peak(
    part: str, values: NDArray[np.float64], times: NDArray[np.float64], window: NDArray[np.bool_], unit: str
) -> SpeedPeak | None:
    rows = np.flatnonzero(window & ~np.isnan(values))
    if not rows.size:
        return None
    row = int(rows[np.argmax(values[rows])])
    if values[row] <= 0:
        return None
    time, value = interpolated_peak(times, values, row)
    # noise moves the highest sample by a frame, a flat top hides its moment, a rival could be the true one
    near = rows[values[rows] >= _RIVAL_SHARE * values[row]]
    step = float(np.median(np.diff(times)))
    return SpeedPeak(
        part=part,  # type: ignore[arg-type]
        time=time,
        value=value,
        unit=unit,  # type: ignore[arg-type]
        timing_sigma_s=max(step, float(times[near[-1]] - times[near[0]]) / 4),
    )
