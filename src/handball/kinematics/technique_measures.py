"""What coaches look at when they name a fault: numbers of one throw that need no standard to compare with.

All in right-handed form, each with one standard deviation. Definitions and sources: docs/explanation/faults.md.
"""

from __future__ import annotations

from collections.abc import Sequence

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.domain.action import EventName, KeyActionName, KeyActions, Measure, SpeedPeak
from handball.domain.angles import AngleSeries
from handball.domain.ball import Release
from handball.domain.pose import Pose3D
from handball.kinematics.derivatives import angular_velocity_deg, speed_relative_to_hips, without_single_spikes
from handball.kinematics.moment_measures import (
    Curve,
    MomentValue,
    body_height,
    leg_length,
    median_length,
    read_at,
    torso_length,
)
from handball.kinematics.vectors import UP, dot, horizontal, wrapped_deg

FOLLOW_THROUGH_S = 0.1
STRETCHED_S = 0.05
DRAWN_S, THROWN_S = (-0.15, -0.1), (0.0, 0.05)
SWUNG_OUT_S = 0.4
_SAMPLES = 11
_SPEED_SPAN_S = 0.08
"""Smoothed joints forget their error in about this time: the noise of a speed is that of two places so far apart."""
_NOTHING = MomentValue(value=float("nan"), sigma=float("nan"))


@attrs.frozen(kw_only=True)
class Throw:
    """One throw: joints, angles on the same rows, its moments, and the horizontal direction it goes, shape (3,)."""

    body: Pose3D
    angles: AngleSeries
    key_actions: KeyActions
    direction: NDArray[np.float64]


def technique_measures(throw: Throw) -> tuple[Measure, ...]:
    """Measure what faults are read from; NaN where the clip cannot give it."""
    return (
        carried_upper_arm(throw),
        carried_elbow_height(throw),
        stretched_elbow(throw),
        shoulder_turn(throw),
        hand_to_opposite_hip(throw),
        follow_through_speed(throw),
        plant_stride(throw),
        plant_lead_foot(throw),
        front_knee_give(throw),
        top_to_strike(throw),
    )


def carried_upper_arm(throw: Throw) -> Measure:
    """Upper arm to trunk on the way from cocking to strike, degrees: the median, which no single frame decides."""
    rows = _between(throw, "cocking", "strike")
    curve, sigma = _angle(throw, "right_shoulder_elevation")
    return _measure("carried_upper_arm", "deg", _median(curve[rows], sigma[rows]))


def carried_elbow_height(throw: Throw) -> Measure:
    """Height of the elbow above the shoulder from cocking to strike, % of the upper arm: the median."""
    rows, body = _between(throw, "cocking", "strike"), throw.body
    length = median_length(body, "right_shoulder", "right_elbow")
    height = 100 * dot(body.joint("right_elbow") - body.joint("right_shoulder"), UP) / length
    columns = body.skeleton.indices(("right_shoulder", "right_elbow"))
    sigma = 100 * np.linalg.norm(body.sigma[:, columns, 2], axis=1) / length
    return _measure("carried_elbow_height", "%", _median(height[rows], sigma[rows]))


def stretched_elbow(throw: Throw) -> Measure:
    """Angle of the throwing elbow, mean of the 0.05 s from the strike on, degrees.

    At the strike itself it opens by over 1,000 degrees a second, so that 2 ms of timing are a good part of what good
    throwers differ by; the mean moves by the change from one end to the other, about half of that.
    """
    strike = throw.key_actions["strike"]
    curve, sigma = _angle(throw, "right_elbow_angle")
    times = np.linspace(strike.time, strike.time + STRETCHED_S, _SAMPLES)
    if times[-1] > throw.angles.times[-1] + 1e-9:
        return _measure("stretched_elbow", "deg", _NOTHING)
    elbow = np.interp(times, throw.angles.times, without_single_spikes(curve))
    error = np.interp(times, throw.angles.times, sigma)
    timing = abs(elbow[-1] - elbow[0]) / STRETCHED_S * strike.timing_sigma_s
    found = MomentValue(value=float(elbow.mean()), sigma=float(np.hypot(error.mean(), timing)))
    return _measure("stretched_elbow", "deg", found)


def shoulder_turn(throw: Throw) -> Measure:
    """How far the shoulders turn from the drawn arm to the ball's leaving, seen from above, degrees.

    From the median of 0.15 to 0.1 s before the strike, when good throwers have the arm fully drawn back, to that of the
    0.05 s after it. Needs no direction of the throw, which the way of the hand tells only roughly, and no cocking,
    which is found 20 ms late at times, when the shoulders have turned by 10 degrees.
    """
    curve, sigma = _angle(throw, "shoulder_line_angle")
    since = throw.angles.times - throw.key_actions["strike"].time
    drawn, thrown = (_rows_within(since, *window) for window in (DRAWN_S, THROWN_S))
    before, after = _median(curve[drawn], sigma[drawn]), _median(curve[thrown], sigma[thrown])
    speed = angular_velocity_deg(curve, throw.angles.times)
    timing = (_seen_mean(speed[drawn]) - _seen_mean(speed[thrown])) * throw.key_actions["strike"].timing_sigma_s
    turn = float(wrapped_deg(np.array(before.value - after.value)))
    error = float(np.sqrt(before.sigma**2 + after.sigma**2 + timing**2))
    return _measure("shoulder_turn", "deg", MomentValue(value=turn, sigma=error))


def hand_to_opposite_hip(throw: Throw) -> Measure:
    """Least distance of the hand from the opposite hip in the 0.4 s after the strike, % of the torso.

    Where the arm swings out, down and across, and where it stops on the way. Needs no finish, which comes at once
    where the hand is stopped.
    """
    torso, body, strike = torso_length(throw.body), throw.body, throw.key_actions["strike"]
    rows = np.flatnonzero((body.times >= strike.time) & (body.times <= strike.time + SWUNG_OUT_S + 1e-9))
    apart = without_single_spikes(np.linalg.norm(body.joint("right_wrist") - body.joint("left_hip"), axis=1))[rows]
    if np.isnan(apart).all() or body.times[-1] < strike.time + SWUNG_OUT_S / 2:
        return _measure("hand_to_opposite_hip", "%", _NOTHING)
    nearest = attrs.evolve(strike, row=int(rows[np.nanargmin(apart)]))
    found = read_at(
        body,
        nearest,
        ("left_hip", "right_wrist"),
        lambda at: 100 * np.linalg.norm(at[:, 1] - at[:, 0], axis=1) / torso,
    )
    return _measure("hand_to_opposite_hip", "%", found)


def follow_through_speed(throw: Throw) -> Measure:
    """Slowest hand within 0.1 s after its peak, % of the peak: a hand that is stopped at once reads low."""
    times = throw.body.times
    strike = throw.key_actions["strike"].time
    speed = without_single_spikes(speed_relative_to_hips(throw.body, "right_wrist"))
    after = speed[(times > strike) & (times <= strike + FOLLOW_THROUGH_S)]
    peak = speed[throw.key_actions["strike"].row]
    if not after.size or np.isnan(after).any() or not peak > 0:
        return _measure("follow_through_speed", "%", _NOTHING)
    wrist = throw.body.sigma[throw.key_actions["strike"].row, throw.body.skeleton.index("right_wrist")]
    noise = np.sqrt(2.0) * float(np.mean(wrist)) / _SPEED_SPAN_S
    return _measure(
        "follow_through_speed", "%", MomentValue(value=100 * float(after.min()) / peak, sigma=100 * noise / peak)
    )


def plant_stride(throw: Throw) -> Measure:
    """Horizontal distance of the ankles when the front foot is planted, body heights."""
    height = body_height(throw.body)
    found = _at_event(
        throw,
        "plant",
        ("left_ankle", "right_ankle"),
        lambda at: np.linalg.norm(horizontal(at[:, 0] - at[:, 1]), axis=-1) / height,
    )
    return _measure("plant_stride", "body_heights", found)


def plant_lead_foot(throw: Throw) -> Measure:
    """How far the other side's ankle is ahead along the throw at the plant, % of the leg."""
    leg = leg_length(throw.body)
    found = _at_event(
        throw, "plant", ("left_ankle", "right_ankle"), lambda at: 100 * dot(at[:, 0] - at[:, 1], throw.direction) / leg
    )
    return _measure("plant_lead_foot", "%", found)


def front_knee_give(throw: Throw) -> Measure:
    """By how much the front knee bends further between plant and strike, degrees."""
    plant, strike = throw.key_actions.event("plant"), throw.key_actions["strike"]
    if plant is None or plant.row >= strike.row:
        return _measure("front_knee_give", "deg", _NOTHING)
    curve, errors = _angle(throw, "left_knee_angle")
    knee, sigma = without_single_spikes(curve)[plant.row : strike.row + 1], errors[plant.row : strike.row + 1]
    if np.isnan(knee).any():
        return _measure("front_knee_give", "deg", _NOTHING)
    value = float(knee[0] - knee.min())
    return _measure("front_knee_give", "deg", MomentValue(value=value, sigma=float(np.hypot(sigma[0], sigma.max()))))


def top_to_strike(throw: Throw) -> Measure:
    """Time from the highest pelvis of a jump to the strike, ms; negative: the ball goes before the top."""
    top, strike = throw.key_actions.event("top"), throw.key_actions["strike"]
    if top is None:
        return _measure("top_to_strike", "ms", _NOTHING)
    sigma = float(np.hypot(top.timing_sigma_s, strike.timing_sigma_s))
    return _measure("top_to_strike", "ms", MomentValue(value=1000 * (strike.time - top.time), sigma=1000 * sigma))


def _measure(name: str, unit: str, found: MomentValue) -> Measure:
    return Measure(name=name, unit=unit, value=float(found.value), sigma=float(found.sigma))  # type: ignore[arg-type]


def _angle(throw: Throw, name: str) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return an angle over time and its standard deviation; NaN where the clip lacks it."""
    if name not in throw.angles.names:
        missing = np.full(len(throw.angles.times), np.nan)
        return missing, missing
    return throw.angles.curve(name), throw.angles.sigma(name)


def release_after_hand(release: Release | None, peaks: Sequence[SpeedPeak]) -> Measure:
    """Time from the fastest moment of the hand to the ball's leaving it, milliseconds; negative where it leaves before.

    Where the joints alone tell how far the throw is and the ball alone when it leaves, both are needed: the strike
    itself lies between the two.

    Parameters
    ----------
    release
        When the ball left the hand; None where that is not known.
    peaks
        Of the same throw.

    Examples
    --------
    >>> hand = SpeedPeak(part="hand", time=1.0, value=12.0, unit="m/s", timing_sigma_s=0.009)
    >>> found = release_after_hand(Release(time=1.05, sigma_s=0.012, evidence=8.0), [hand])
    >>> round(found.value), round(found.sigma)
    (50, 15)
    """
    hand = next((peak for peak in peaks if peak.part == "hand"), None)
    if release is None or hand is None:
        return _measure("release_after_hand", "ms", _NOTHING)
    sigma = float(np.hypot(release.sigma_s, hand.timing_sigma_s))
    return _measure(
        "release_after_hand", "ms", MomentValue(value=1000 * (release.time - hand.time), sigma=1000 * sigma)
    )


def _between(throw: Throw, first: KeyActionName, last: KeyActionName) -> slice:
    begin, end = throw.key_actions[first], throw.key_actions[last]
    return slice(begin.row, end.row + 1)


def _rows_within(since: NDArray[np.float64], first: float, last: float) -> NDArray[np.bool_]:
    """Rows of a window of time; the nearest row where it holds none."""
    rows = (since >= first - 1e-9) & (since <= last + 1e-9)
    if not rows.any():
        rows[int(np.argmin(np.abs(since - (first + last) / 2)))] = True
    return rows


def _seen_mean(values: NDArray[np.float64]) -> float:
    return float(np.nanmean(values)) if not np.isnan(values).all() else float("nan")


def _median(values: NDArray[np.float64], sigma: NDArray[np.float64]) -> MomentValue:
    """Take the middle of a run; its error is that of one frame, since neighbours share theirs."""
    seen = ~np.isnan(values)
    if not seen.any():
        return _NOTHING
    return MomentValue(value=float(np.median(values[seen])), sigma=float(np.median(sigma[seen])))


def _at_event(throw: Throw, event: EventName, joints: tuple[str, ...], curve: Curve) -> MomentValue:
    mark = throw.key_actions.event(event)
    return read_at(throw.body, mark, joints, curve) if mark else _NOTHING
