"""Numbers of a throw that need no single joint angle at one exact frame, or that coaches name otherwise.

Each with one standard deviation from the joints' uncertainty and the timing of its moment.
Drawings and definitions: docs/reference/angles.md.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyActions, Measure, SpeedPeak
from handball.domain.angles import AngleSeries
from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import without_single_spikes
from handball.kinematics.moment_measures import Curve, body_height, leg_length, median_length, read_at
from handball.kinematics.vectors import UP, dot, horizontal

LEAST_ELBOW_WINDOW_S = 0.4
SEPARATION_WINDOW_S = 0.5


def throw_measures(
    body: Pose3D,
    angles: AngleSeries,
    key_actions: KeyActions,
    peaks: tuple[SpeedPeak, ...],
    direction: NDArray[np.float64],
) -> tuple[Measure, ...]:
    """Measure one throw in right-handed form.

    Parameters
    ----------
    body, angles
        Smoothed joints and their angles, on the same rows.
    key_actions, peaks
        Of this throw.
    direction
        Horizontal unit vector of the throw, shape (3,).
    """
    at = _AtMoment(body, key_actions, direction)
    return (
        at.elbow_height("cocking"),
        at.elbow_height("strike"),
        at.hand_behind_shoulder(),
        at.stride_length(),
        at.lead_foot(),
        least_elbow_angle(angles, key_actions),
        largest_separation(angles, key_actions),
        cocking_to_strike(key_actions),
        *(_gap(peaks, first, second) for first, second in (("pelvis", "trunk"), ("trunk", "elbow"), ("elbow", "hand"))),
    )


class _AtMoment:
    """Measures at one key action: a value from joint positions, its sigma from theirs."""

    def __init__(self, body: Pose3D, key_actions: KeyActions, direction: NDArray[np.float64]) -> None:
        self._body = body
        self._key_actions = key_actions
        self._direction = direction

    def elbow_height(self, moment: str) -> Measure:
        joints = ("right_shoulder", "right_elbow")
        length = median_length(self._body, *joints)
        return self._measure(
            "elbow_height", "%", moment, joints, lambda at: 100 * dot(at[:, 1] - at[:, 0], UP) / length
        )

    def hand_behind_shoulder(self) -> Measure:
        arm = median_length(self._body, "right_shoulder", "right_elbow")
        arm += median_length(self._body, "right_elbow", "right_wrist")
        return self._measure(
            "hand_behind_shoulder",
            "arm_lengths",
            "cocking",
            ("right_shoulder", "right_wrist"),
            lambda at: -dot(at[:, 1] - at[:, 0], self._direction) / arm,
        )

    def stride_length(self) -> Measure:
        height = body_height(self._body)
        return self._measure(
            "stride_length",
            "body_heights",
            "strike",
            ("left_ankle", "right_ankle"),
            lambda at: np.linalg.norm(horizontal(at[:, 0] - at[:, 1]), axis=-1) / height,
        )

    def lead_foot(self) -> Measure:
        leg = leg_length(self._body)
        return self._measure(
            "lead_foot",
            "%",
            "strike",
            ("left_ankle", "right_ankle"),
            lambda at: 100 * dot(at[:, 0] - at[:, 1], self._direction) / leg,
        )

    def _measure(self, name: str, unit: str, moment: str, joints: tuple[str, ...], curve: Curve) -> Measure:
        found = read_at(self._body, self._key_actions[moment], joints, curve)
        return Measure(name=name, unit=unit, value=found.value, sigma=found.sigma, key_action=moment)  # type: ignore[arg-type]


def least_elbow_angle(angles: AngleSeries, key_actions: KeyActions) -> Measure:
    """Smallest elbow angle of the throwing arm in the 0.4 s before the strike, degrees."""
    row = _extreme(angles, "right_elbow_angle", key_actions, LEAST_ELBOW_WINDOW_S, np.nanargmin)
    return _angle_measure("least_elbow_angle", angles, "right_elbow_angle", row)


def largest_separation(angles: AngleSeries, key_actions: KeyActions) -> Measure:
    """Largest turn of the shoulders behind the hips in the 0.5 s before the strike, degrees."""
    row = _extreme(angles, "hip_shoulder_separation", key_actions, SEPARATION_WINDOW_S, np.nanargmax)
    return _angle_measure("largest_hip_shoulder_separation", angles, "hip_shoulder_separation", row)


def _extreme(
    angles: AngleSeries,
    name: str,
    key_actions: KeyActions,
    window_s: float,
    choose: Callable[[NDArray[np.float64]], np.intp],
) -> int | None:
    strike = key_actions["strike"].time
    rows = np.flatnonzero((angles.times >= strike - window_s) & (angles.times <= strike))
    values = without_single_spikes(angles.curve(name))[rows]
    return int(rows[choose(values)]) if rows.size and not np.isnan(values).all() else None


def _angle_measure(name: str, angles: AngleSeries, angle: str, row: int | None) -> Measure:
    if row is None:
        return Measure(name=name, unit="deg", value=float("nan"), sigma=float("nan"))
    return Measure(name=name, unit="deg", value=float(angles.curve(angle)[row]), sigma=float(angles.sigma(angle)[row]))


def cocking_to_strike(key_actions: KeyActions) -> Measure:
    """Time from cocking to strike in milliseconds: the tempo of the throw."""
    cocking, strike = key_actions["cocking"], key_actions["strike"]
    sigma = float(np.hypot(cocking.timing_sigma_s, strike.timing_sigma_s))
    return Measure(name="cocking_to_strike", unit="ms", value=1000 * (strike.time - cocking.time), sigma=1000 * sigma)


def _gap(peaks: tuple[SpeedPeak, ...], first: str, second: str) -> Measure:
    """Time from one speed peak to the next, milliseconds; negative when the order is reversed."""
    found = {peak.part: peak for peak in peaks}
    name = f"{first}_to_{second}"
    if first not in found or second not in found:
        return Measure(name=name, unit="ms", value=float("nan"), sigma=float("nan"))
    before, after = found[first], found[second]
    return Measure(
        name=name,
        unit="ms",
        value=1000 * (after.time - before.time),
        sigma=1000 * float(np.hypot(before.timing_sigma_s, after.timing_sigma_s)),
    )
