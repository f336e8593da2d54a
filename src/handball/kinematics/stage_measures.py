"""What the levels of the report card are read from: numbers of one throw, in right-handed form.

Each with one standard deviation.
Definitions, sources and doubts: docs/explanation/stages.md.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from handball.domain.action import KeyMoment, Measure
from handball.kinematics.derivatives import angular_velocity_deg, velocity, without_single_spikes
from handball.kinematics.moment_measures import MomentValue, body_height, median_length, read_at, torso_length
from handball.kinematics.technique_measures import Throw
from handball.kinematics.vectors import UP, dot, horizontal

TURN_WINDOW_S = 0.5
LAG_WINDOW_S = 0.25
WAY_BACK_S = 1.2
FEET_WINDOW_S = 0.9
_GOING_BACK = 0.5
"""Arm lengths a second: a hand that moves back slower than this is at rest or is being lifted."""
_LARGEST_TIMING_S = 0.1
_NOTHING = MomentValue(value=float("nan"), sigma=float("nan"))


def stage_measures(throw: Throw) -> tuple[Measure, ...]:
    """Measure what levels are read from; NaN where the clip cannot give it."""
    return (
        _measure("foot_travel", "body_heights", foot_travel(throw)),
        _measure("step_length", "body_heights", step_length(throw)),
        _measure("shoulders_furthest_back", "deg", shoulders_furthest_back(throw)),
        _measure("pelvis_ahead", "deg", pelvis_ahead(throw)),
        _measure("hand_drawn_back", "arm_lengths", hand_drawn_back(throw)),
        _measure("hand_furthest_back", "arm_lengths", hand_furthest_back(throw)),
        _measure("lowest_swing", "%", lowest_swing(throw)),
        _measure("upper_arm_at_front", "deg", upper_arm_at_front(throw)),
        _measure("lay_back", "deg", lay_back(throw)),
        _measure("lag_after_front", "ms", lag_after_front(throw)),
    )


def foot_travel(throw: Throw) -> MomentValue:
    """By how much the feet move past each other along the throw in the 0.9 s before the strike, body heights."""
    rows = _before(throw, FEET_WINDOW_S)
    body, height = throw.body, body_height(throw.body)
    ahead = dot(body.joint("left_ankle") - body.joint("right_ankle"), throw.direction) / height
    seen = rows[~np.isnan(ahead[rows])]
    if seen.size < 3:
        return _NOTHING
    columns = body.skeleton.indices(("left_ankle", "right_ankle"))
    noise = np.linalg.norm(body.sigma[seen][:, columns, :2], axis=(1, 2)) / np.sqrt(2.0)
    smooth = without_single_spikes(ahead[seen])
    return MomentValue(value=float(np.ptp(smooth)), sigma=float(np.sqrt(2.0) * np.median(noise) / height))


def step_length(throw: Throw) -> MomentValue:
    """Horizontal distance from toe to toe when the front foot is planted, body heights."""
    plant = throw.key_actions.event("plant")
    if plant is None:
        return _NOTHING
    height = body_height(throw.body)
    return read_at(
        throw.body,
        plant,
        ("left_big_toe", "right_big_toe"),
        lambda at: np.linalg.norm(horizontal(at[:, 0] - at[:, 1]), axis=-1) / height,
    )


def shoulders_furthest_back(throw: Throw) -> MomentValue:
    """How far the shoulder line is turned back against the throw, degrees: the most in the 0.5 s before the strike."""
    row = _furthest(throw, "shoulder_line_angle")
    if row is None:
        return _NOTHING
    curve, sigma = _angle(throw, "shoulder_line_angle")
    return MomentValue(value=float(curve[row]), sigma=float(sigma[row]))


def pelvis_ahead(throw: Throw) -> MomentValue:
    """By how much the pelvis turns ahead of the shoulders once it turns toward the target, degrees.

    From the moment at which the hip line is furthest back to the largest separation after that.
    """
    start, separation = _furthest(throw, "hip_line_angle"), "hip_shoulder_separation"
    if start is None:
        return _NOTHING
    curve, _ = _angle(throw, separation)
    rows = np.arange(start, throw.key_actions["strike"].row + 1)
    values = without_single_spikes(curve)[rows]
    if np.isnan(values).all():
        return _NOTHING
    return _change(throw, separation, int(rows[np.nanargmax(values)]), start)


def hand_drawn_back(throw: Throw) -> MomentValue:
    """How far the hand is drawn back against the shoulder before it goes forward, arm lengths; 0: not at all."""
    reach, rows, sigma = _reach(throw)
    if not rows.size:
        return _NOTHING
    furthest = int(np.argmax(reach[rows]))
    value = float(reach[rows][furthest] - reach[rows][: furthest + 1].min())
    return MomentValue(value=value, sigma=float(np.sqrt(2.0)) * sigma)


def hand_furthest_back(throw: Throw) -> MomentValue:
    """How far the hand gets behind the shoulder, arm lengths: the most in the 1.2 s before the strike."""
    reach, rows, sigma = _reach(throw)
    return MomentValue(value=float(reach[rows].max()), sigma=sigma) if rows.size else _NOTHING


def lowest_swing(throw: Throw) -> MomentValue:
    """Height of the hand above the hips at the lowest point of its swing back, % of the torso."""
    reach, rows, _ = _reach(throw)
    if not rows.size:
        return _NOTHING
    body, torso = throw.body, torso_length(throw.body)
    rows = rows[: int(np.argmax(reach[rows])) + 1]
    back = rows[velocity(reach, body.times)[rows] > _GOING_BACK]
    height = 100 * dot(body.joint("right_wrist") - body.middle("left_hip", "right_hip"), UP) / torso
    if not back.size or np.isnan(height[back]).all():
        return _NOTHING
    lowest = int(back[np.nanargmin(height[back])])
    wrist, *hips = body.sigma[lowest, body.skeleton.indices(("right_wrist", "left_hip", "right_hip")), 2]
    return MomentValue(value=float(height[lowest]), sigma=float(100 * np.hypot(wrist, np.hypot(*hips) / 2) / torso))


def upper_arm_at_front(throw: Throw) -> MomentValue:
    """Turn of the upper arm in front of the shoulder line when the shoulders face the target, degrees."""
    front = _front_facing(throw)
    if front is None:
        return _NOTHING
    curve, sigma = _angle(throw, "right_shoulder_azimuth")
    near = np.abs(throw.angles.times - front.time) <= max(front.timing_sigma_s, _step(throw)) * (1 + 1e-9)
    near[front.row] = True
    speeds = np.abs(angular_velocity_deg(curve, throw.angles.times))[near]
    speed = float(np.nanmax(speeds)) if not np.isnan(speeds).all() else 0.0
    return MomentValue(
        value=float(curve[front.row]), sigma=float(np.hypot(sigma[front.row], speed * front.timing_sigma_s))
    )


def lay_back(throw: Throw) -> MomentValue:
    """How far the forearm lays back before the strike, degrees: 90 points along the trunk, more is further back."""
    row = _last_lag(throw)
    if row is None:
        return _NOTHING
    curve, sigma = _angle(throw, "right_forearm_rotation")
    return MomentValue(value=float(curve[row]), sigma=float(sigma[row]))


def lag_after_front(throw: Throw) -> MomentValue:
    """Time from shoulders that face the target to the forearm's furthest lay-back, ms; negative: before them."""
    row, front = _last_lag(throw), _front_facing(throw)
    if row is None or front is None:
        return _NOTHING
    curve, sigma = _angle(throw, "right_forearm_rotation")
    rows = _before(throw, LAG_WINDOW_S)
    # a flat top hides its moment: as far as its neighbours are within the noise
    near = throw.angles.times[rows[curve[rows] >= curve[row] - sigma[row]]]
    timing = max(float(np.ptp(near)) / 4, _step(throw) / np.sqrt(12.0))
    late = float(throw.angles.times[row]) - front.time
    return MomentValue(value=1000 * late, sigma=1000 * float(np.hypot(timing, front.timing_sigma_s)))


def _front_facing(throw: Throw) -> KeyMoment | None:
    """Find when the shoulder line first faces the target after it was furthest back; at the latest the strike.

    Shoulders that never turn away from it face it throughout: then the arm's own start, the cocking, counts.
    """
    back, strike = _furthest(throw, "shoulder_line_angle"), throw.key_actions["strike"]
    if back is None:
        return None
    curve, sigma = _angle(throw, "shoulder_line_angle")
    times = throw.angles.times
    if not curve[back] > 0:
        return throw.key_actions["cocking"]
    faced = [row for row in range(back, strike.row + 1) if curve[row] <= 0]
    if not faced:
        return strike
    row = faced[0]
    share = curve[row - 1] / (curve[row - 1] - curve[row]) if curve[row] < curve[row - 1] else 1.0
    time = float(times[row - 1] + share * (times[row] - times[row - 1]))
    speed = abs(float(angular_velocity_deg(curve, times)[row]))
    timing = sigma[row] / speed if speed > 0 else _LARGEST_TIMING_S
    least = _step(throw) / np.sqrt(12.0)
    return KeyMoment(
        row=row,
        frame=int(throw.body.frames[row]),
        time=time,
        rule="front_facing",
        confidence=1.0,
        timing_sigma_s=float(min(max(timing, least), _LARGEST_TIMING_S)),
    )


def _last_lag(throw: Throw) -> int | None:
    """Return the row at which the forearm is laid back furthest before the strike."""
    rows = _before(throw, LAG_WINDOW_S)
    curve, _ = _angle(throw, "right_forearm_rotation")
    values = without_single_spikes(curve)[rows]
    return None if not rows.size or np.isnan(values).all() else int(rows[np.nanargmax(values)])


def _reach(throw: Throw) -> tuple[NDArray[np.float64], NDArray[np.intp], float]:
    """How far the hand is behind the shoulder along the throw, the rows before the strike, one standard deviation."""
    body = throw.body
    arm = median_length(body, "right_shoulder", "right_elbow") + median_length(body, "right_elbow", "right_wrist")
    reach = without_single_spikes(-dot(body.joint("right_wrist") - body.joint("right_shoulder"), throw.direction) / arm)
    rows = _before(throw, WAY_BACK_S)
    rows = rows[~np.isnan(reach[rows])]
    columns = body.skeleton.indices(("right_shoulder", "right_wrist"))
    along = body.sigma[rows][:, columns, :2] * np.abs(throw.direction[:2])
    return reach, rows, float(np.median(np.linalg.norm(along, axis=(1, 2)))) / arm if rows.size else float("nan")


def _furthest(throw: Throw, name: str) -> int | None:
    """Return the row in the 0.5 s before the strike at which an angle is largest."""
    rows = _before(throw, TURN_WINDOW_S)
    curve, _ = _angle(throw, name)
    values = without_single_spikes(curve)[rows]
    return None if not rows.size or np.isnan(values).all() else int(rows[np.nanargmax(values)])


def _change(throw: Throw, name: str, first: int, second: int) -> MomentValue:
    """Return by how much an angle is larger at one row than at another."""
    curve, sigma = _angle(throw, name)
    return MomentValue(value=float(curve[first] - curve[second]), sigma=float(np.hypot(sigma[first], sigma[second])))


def _before(throw: Throw, window_s: float) -> NDArray[np.intp]:
    times, strike = throw.angles.times, throw.key_actions["strike"].time
    return np.flatnonzero((times >= strike - window_s) & (times <= strike))


def _step(throw: Throw) -> float:
    return float(np.median(np.diff(throw.angles.times)))


def _angle(throw: Throw, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an angle over time and its standard deviation; NaN where the clip lacks it."""
    if name not in throw.angles.names:
        missing = np.full(len(throw.angles.times), np.nan)
        return missing, missing
    return throw.angles.curve(name), throw.angles.sigma(name)


def _measure(name: str, unit: str, found: MomentValue) -> Measure:
    return Measure(name=name, unit=unit, value=float(found.value), sigma=float(found.sigma))  # type: ignore[arg-type]
