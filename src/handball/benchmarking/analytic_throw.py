"""A throw whose every angle and moment is known, for tests and benchmarks: forward kinematics, no detector."""

from __future__ import annotations

from typing import Literal

import attrs
import numpy as np
from jaxtyping import Float
from numpy.typing import NDArray

from handball.benchmarking.analytic_body import TALL, UPPER_ARM, joints_of
from handball.benchmarking.analytic_curves import BEGIN, CURVES, END, PHASES
from handball.domain.action import KEY_ACTION_NAMES, KeyActionName
from handball.domain.arrays import check_rising, check_shape, column
from handball.domain.pose import Pose3D
from handball.domain.skeleton import BODY_23, Side, mirrored_name

Array = NDArray[np.float64]

_KNEES = ("left_knee_angle", "right_knee_angle")
_OFFSETS = frozenset(CURVES) | {*_KNEES, "hip_shoulder_separation"}
_CLOCK_STEP_S = 0.001


@attrs.frozen(kw_only=True)
class ThrowStyle:
    """How one throw is thrown and recorded.

    Attributes
    ----------
    rate_hz
        Rows a second.
    tempo
        Speed of the motion; 2 throws in half the time.
    lead_in, tail
        Seconds of standing still before and after the motion.
    elbow_lowered_mm
        How much lower the throwing elbow is from the cocking to the strike (a body 1.80 m tall).
    elbow_lowered_deg
        The same as an angle of the upper arm, added to it.
    angle_offsets
        Pairs (name, degrees) added to an angle through the whole clip: elbow, knee, shoulder elevation
        and azimuth, forearm rotation, tilts, the two line angles and their separation.
    hand
        A left-hander is the mirror image and so throws to -x.
    yaw_deg
        Turns the whole scene about the vertical, counter-clockwise from above.
    body_height
        Metres.
    noise_mm
        One standard deviation of independent noise on each coordinate.
    missing
        Joints that are missing in every row.
    dropout
        Share of single joints that are missing by chance.
    origin
        `world`, or `pelvis` to centre each row on the middle of the hips.
    """

    rate_hz: float = 120.0
    tempo: float = 1.0
    lead_in: float = 0.2
    tail: float = 0.2
    elbow_lowered_mm: float = 0.0
    elbow_lowered_deg: float = 0.0
    angle_offsets: tuple[tuple[str, float], ...] = ()
    hand: Side = "right"
    yaw_deg: float = 0.0
    body_height: float = TALL
    noise_mm: float = 0.0
    missing: tuple[str, ...] = ()
    dropout: float = 0.0
    seed: int = 0
    origin: Literal["pelvis", "world"] = "world"

    def __attrs_post_init__(self) -> None:
        unknown = {name for name, _ in self.angle_offsets} - _OFFSETS
        if unknown:
            raise ValueError(f"angles {sorted(unknown)} have no offset, choose from {sorted(_OFFSETS)}")


@attrs.frozen(kw_only=True)
class Clock:
    """Pairs of a clip's seconds and the throw's seconds from its strike, both rising."""

    clip: Float[np.ndarray, " knots"] = column(np.float64)
    throw: Float[np.ndarray, " knots"] = column(np.float64)

    def __attrs_post_init__(self) -> None:
        check_shape("throw", self.throw, self.clip.shape)
        check_rising("clip", self.clip)
        check_rising("throw", self.throw)

    def throw_time(self, clip_time: Array) -> Array:
        """Return the throw's seconds at seconds of the clip."""
        times: Array = np.interp(clip_time, self.clip, self.throw)
        return times

    def clip_time(self, throw_time: Array) -> Array:
        """Return the clip's seconds at seconds from the strike."""
        times: Array = np.interp(throw_time, self.throw, self.clip)
        return times


@attrs.frozen(kw_only=True)
class AnalyticThrow:
    """One throw with its truth.

    `key_times` are the seconds of the four key actions in the clip; `target` is the unit vector that
    the throw goes along.
    """

    style: ThrowStyle
    clock: Clock
    body: Pose3D
    key_times: tuple[float, float, float, float]
    target: tuple[float, float, float]

    def time_of(self, name: KeyActionName) -> float:
        """Return when a key action happens, in seconds of the clip."""
        return self.key_times[KEY_ACTION_NAMES.index(name)]

    def row_of(self, name: KeyActionName) -> int:
        """Return the row nearest to a key action."""
        return self.body.row_at(self.time_of(name))

    @property
    def action_rows(self) -> slice:
        """Rows from start to finish, both included."""
        return slice(self.row_of("start"), self.row_of("finish") + 1)


def analytic_throw(style: ThrowStyle | None = None, clock: Clock | None = None) -> AnalyticThrow:
    """Throw in a style, on a steady clock unless another one is given (which then sets tempo and lead).

    Examples
    --------
    >>> throw = analytic_throw(ThrowStyle(rate_hz=60.0))
    >>> throw.body.positions.shape[1:], round(throw.time_of("strike"), 3)
    ((23, 3), 0.8)
    """
    style = style or ThrowStyle()
    clock = clock or steady_clock(style)
    times = np.arange(clock.clip[0], clock.clip[-1] + 1e-9, 1.0 / style.rate_hz)
    positions = _recorded(_positions(style, clock.throw_time(times)), style)
    rows, joints = positions.shape[:2]
    body = Pose3D(
        skeleton=BODY_23,
        frames=np.arange(rows),
        times=times,
        positions=positions,
        scores=np.where(np.isnan(positions[..., 0]), 0.0, 0.95),
        sigma=np.full((rows, joints, 3), style.noise_mm / 1000),
        origin=style.origin,
    )
    key_times = clock.clip_time(np.array([PHASES[name] for name in KEY_ACTION_NAMES]))
    start, cocking, strike, finish = (float(time) for time in key_times)
    return AnalyticThrow(
        style=style, clock=clock, body=body, key_times=(start, cocking, strike, finish), target=_target(style)
    )


def steady_clock(style: ThrowStyle) -> Clock:
    """Return the clock of an even tempo."""
    ends = np.array([0.0, style.lead_in, style.lead_in + (END - BEGIN) / style.tempo])
    return _with_still_ends(ends[1:], np.array([BEGIN, END]), style)


def warped_clock(style: ThrowStyle, rng: np.random.Generator, slowest: float = 0.8, fastest: float = 1.5) -> Clock:
    """Return a clock whose tempo wanders smoothly and at random between two limits (times `style.tempo`)."""
    knots = np.linspace(BEGIN, END, 5)
    bends = rng.uniform(np.log(slowest), np.log(fastest), len(knots))
    throw = np.arange(BEGIN, END + _CLOCK_STEP_S / 2, _CLOCK_STEP_S)
    tempo = style.tempo * np.exp(_cosine_interpolation(throw, knots, bends))
    steps = _CLOCK_STEP_S * (1 / tempo[1:] + 1 / tempo[:-1]) / 2
    clip = style.lead_in + np.concatenate([[0.0], np.cumsum(steps)])
    return _with_still_ends(clip, throw, style)


def _with_still_ends(clip: Array, throw: Array, style: ThrowStyle) -> Clock:
    # A lead of zero still needs rising knots.
    lead, tail = max(style.lead_in, 1e-6), max(style.tail, 1e-6)
    return Clock(
        clip=np.concatenate([[clip[0] - lead], clip, [clip[-1] + tail]]),
        throw=np.concatenate([[throw[0] - lead], throw, [throw[-1] + tail]]),
    )


def _cosine_interpolation(at: Array, knots: Array, values: Array) -> Array:
    left = np.clip(np.searchsorted(knots, at, side="right") - 1, 0, len(knots) - 2)
    share = np.clip((at - knots[left]) / (knots[left + 1] - knots[left]), 0, 1)
    mixed: Array = values[left] + (values[left + 1] - values[left]) * (1 - np.cos(np.pi * share)) / 2
    return mixed


def _positions(style: ThrowStyle, throw_times: Array) -> Array:
    """Return the exact joints of a right-hander in metres, turned and scaled."""
    values = {name: curve(throw_times) for name, curve in CURVES.items()}
    values["right_shoulder_elevation"] -= lowering_deg(style) * values["raised_arm"]
    offsets = dict(style.angle_offsets)
    if "hip_shoulder_separation" in offsets:
        values["shoulder_line_angle"] += offsets["hip_shoulder_separation"]
    for name in offsets.keys() & values.keys():
        values[name] += offsets[name]
    knees = {name.split("_")[0]: offsets[name] for name in _KNEES if name in offsets}
    positions: Array = joints_of(values, knees) * (style.body_height / TALL)
    return positions


def lowering_deg(style: ThrowStyle) -> float:
    """Return by how many degrees the raised upper arm is lowered at the cocking."""
    at_cocking = CURVES["right_shoulder_elevation"](np.array([PHASES["cocking"]]))[0]
    cosine = np.cos(np.radians(at_cocking)) + style.elbow_lowered_mm / (1000 * UPPER_ARM)
    return float(at_cocking - np.degrees(np.arccos(min(cosine, 1.0)))) + style.elbow_lowered_deg


def _recorded(positions: Array, style: ThrowStyle) -> Array:
    """Mirror, turn, centre, add noise and drop joints."""
    rng = np.random.default_rng(style.seed)
    if style.hand == "left":
        order = [BODY_23.index(mirrored_name(joint)) for joint in BODY_23.joints]
        positions = positions[:, order] * np.array([-1.0, 1.0, 1.0])
    positions = positions @ _turn(style.yaw_deg).T
    positions = positions + rng.normal(0.0, style.noise_mm / 1000, positions.shape)
    if style.origin == "pelvis":
        positions -= positions[:, BODY_23.indices(("left_hip", "right_hip"))].mean(axis=1, keepdims=True)
    positions[rng.random(positions.shape[:2]) < style.dropout] = np.nan
    positions[:, BODY_23.indices(style.missing)] = np.nan
    return positions


def _turn(yaw_deg: float) -> Array:
    sine, cosine = np.sin(np.radians(yaw_deg)), np.cos(np.radians(yaw_deg))
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])


def _target(style: ThrowStyle) -> tuple[float, float, float]:
    x, y, z = _turn(style.yaw_deg) @ np.array([1.0 if style.hand == "right" else -1.0, 0.0, 0.0])
    return float(x), float(y), float(z)
