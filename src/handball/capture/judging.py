"""From what was measured of a clip to lights, what it can decide, and how to film it better."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

from handball.capture.view import camera_side
from handball.domain.capture import Capture, CaptureMeasures, CapturePoint, Light, PointName

GOOD_RATE_HZ, LEAST_RATE_HZ = 100.0, 22.0
MOST_REPEATED = 0.02
SHARP_M, SMEARED_M = 0.18, 0.7
GOOD_HEIGHT_PX, LEAST_HEIGHT_PX = 170.0, 90.0
GOOD_SHARE, LEAST_SHARE = 0.24, 0.12
INSIDE, HALF_OUTSIDE = 0.95, 0.75
LEAST_HAND_SPEED = 6.5
"""Meters a second: a hand that throws is rarely slower, even a child's; in fourfold slow motion nearly every one is."""
LIVELY_HAND_SPEED = 8.0
"""Meters a second: with a hand as fast as that, nothing plays slowly, whatever a short flight seems to say."""
STILL, MOVES = 0.03, 0.15
"""Shares of the athlete's height by which the background moves within a second of the throw."""
SURE_HAND = 0.25

_Values = tuple[tuple[str, float | str], ...]
_Judged = tuple[Light, str, _Values]


def judge(measures: CaptureMeasures) -> Capture:
    """Give every point its light and sentence, and say what the clip can decide.

    Returns
    -------
    Capture
        Points in the order of `POINTS`.
    """
    points = []
    for name, rule in _RULES.items():
        light, key, values = rule(measures)
        points.append(CapturePoint(name=name, light=light, key=key, values=values))
    lights = {point.name: point.light for point in points}
    can = tuple(name for name, decides in _DECIDES.items() if measures.hand is not None and decides(measures, lights))
    return Capture(
        measures=measures,
        points=tuple(points),
        can=can,
        cannot=(*(name for name in _DECIDES if name not in can), *ONE_CAMERA_CANNOT),
        advice=tuple(key for key, wanted in _ADVICE.items() if wanted(measures, lights)),
    )


def _frame_rate(m: CaptureMeasures) -> _Judged:
    values: _Values = (("rate", m.distinct_rate_hz), ("file_rate", m.rate_hz), ("percent", 100 * m.repeated_share))
    light: Light = "ok"
    if m.distinct_rate_hz < GOOD_RATE_HZ:
        light = "doubtful" if m.distinct_rate_hz >= LEAST_RATE_HZ else "bad"
    if m.repeated_share > MOST_REPEATED:
        return _worse(light, "doubtful"), "repeated", values
    if m.variable_rate:
        return _worse(light, "doubtful"), "variable", values
    return light, {"ok": "high", "doubtful": "low", "bad": "too_low"}[light], values


def _slow_motion(m: CaptureMeasures) -> _Judged:
    factor, tag = m.slow_motion, m.slow_motion_tag
    if m.slow_motion_suspected is not None:
        return "bad", "suspected", (("factor", m.slow_motion_suspected),)
    if tag is not None and tag != 1 and tag == factor:
        return "ok", "read", (("factor", factor),)
    if tag is not None and not math.isclose(tag, factor, rel_tol=0.1):
        return "doubtful", "contradicts", (("factor", factor), ("tag", tag))
    if factor != 1:
        return "ok", "given", (("factor", factor),)
    return _untold(m) if tag is None else ("ok", "none", ())


def _untold(m: CaptureMeasures) -> _Judged:
    """Judge a file of which nobody has said how fast it plays: ask where the throw does not tell."""
    if m.athlete is not None and not m.throw_times:
        return "doubtful", "no_throw", ()
    speed = m.blur_m * m.distinct_rate_hz
    if m.throw_times and speed < LEAST_HAND_SPEED:
        return "doubtful", "slow_hand", (("speed", speed),)
    return "ok", "none", ()


def _blur(m: CaptureMeasures) -> _Judged:
    values: _Values = (("centimeters", 100 * m.blur_m), ("pixels", m.blur_px))
    if math.isnan(m.blur_m):
        return "doubtful", "unknown", ()
    if m.blur_m <= SHARP_M:
        return "ok", "little", values
    return ("doubtful", "some", values) if m.blur_m <= SMEARED_M else ("bad", "much", values)


def _size(m: CaptureMeasures) -> _Judged:
    values: _Values = (("pixels", m.height_px), ("percent", 100 * m.height_share))
    if math.isnan(m.height_px):
        return "bad", "unknown", ()
    if m.height_px >= GOOD_HEIGHT_PX and m.height_share >= GOOD_SHARE:
        return "ok", "large", values
    small = m.height_px < LEAST_HEIGHT_PX or m.height_share < LEAST_SHARE
    return ("bad", "too_small", values) if small else ("doubtful", "small", values)


def _inside(m: CaptureMeasures) -> _Judged:
    if math.isnan(m.feet_inside) or math.isnan(m.arm_inside):
        return "doubtful", "unknown", ()
    feet, arm = m.feet_inside >= INSIDE, m.arm_inside >= INSIDE
    if feet and arm:
        return "ok", "whole", ()
    if feet:
        return ("bad" if m.arm_inside < HALF_OUTSIDE else "doubtful"), "arm_out", ()
    return ("doubtful", "feet_out", ()) if arm else ("bad", "both_out", ())


def _camera_motion(m: CaptureMeasures) -> _Judged:
    if math.isnan(m.camera_drift):
        return "doubtful", "unknown", ()
    values: _Values = (("percent", 100 * m.camera_drift),)
    if m.camera_drift <= STILL:
        return "ok", "still", values
    return ("doubtful", "moves", values) if m.camera_drift <= MOVES else ("bad", "moves_much", values)


def _view(m: CaptureMeasures) -> _Judged:
    if m.view is None:
        return "doubtful", "unknown", ()
    side = camera_side(m.view)
    lights: dict[str, Light] = {"throwing_side": "ok", "front": "doubtful", "other_side": "bad", "behind": "bad"}
    return lights[side], side, (("azimuth", abs(m.view.azimuth_deg)), ("sigma", m.view.sigma_deg))


def _hand(m: CaptureMeasures) -> _Judged:
    if m.hand is None:
        return "doubtful", "unknown", ()
    return ("ok", m.hand, ()) if m.hand_sure >= SURE_HAND else ("doubtful", f"{m.hand}_unsure", ())


def _athlete(m: CaptureMeasures) -> _Judged:
    values: _Values = (("people", float(m.people)), ("number", float(m.athlete or 0)))
    if m.athlete is None:
        return "bad", "nobody", ()
    if m.people <= 1:
        return "ok", "alone", values
    return ("ok", "clear", values) if m.athlete_sure else ("doubtful", "unsure", values)


def _throws(m: CaptureMeasures) -> _Judged:
    times = ", ".join(f"{time:.2f}" for time in m.throw_times)
    values: _Values = (("count", float(len(m.throw_times))), ("times", times))
    if not m.throw_times:
        return "bad", "none", ()
    if not m.throws_counted:
        return "ok", "measured", values
    return "ok", "one" if len(m.throw_times) == 1 else "several", values


_RULES: Mapping[PointName, Callable[[CaptureMeasures], _Judged]] = {
    "frame_rate": _frame_rate,
    "slow_motion": _slow_motion,
    "blur": _blur,
    "size": _size,
    "inside": _inside,
    "camera_motion": _camera_motion,
    "view": _view,
    "hand": _hand,
    "athlete": _athlete,
    "throws": _throws,
}


def _worse(first: Light, second: Light) -> Light:
    order: tuple[Light, ...] = ("ok", "doubtful", "bad")
    return max(first, second, key=order.index)


_Lights = Mapping[PointName, Light]


def _seen(m: CaptureMeasures, lights: _Lights) -> bool:
    return lights["size"] != "bad" and lights["slow_motion"] != "bad" and bool(m.throw_times)


def _from(m: CaptureMeasures, *sides: str) -> bool:
    return m.view is not None and camera_side(m.view) in sides


def _legs(m: CaptureMeasures, lights: _Lights) -> bool:
    return _seen(m, lights) and m.feet_inside >= HALF_OUTSIDE and _from(m, "throwing_side", "other_side")


_DECIDES: Mapping[str, Callable[[CaptureMeasures, _Lights], bool]] = {
    "foot": _legs,
    "legs": _legs,
    "stride": lambda m, lights: _legs(m, lights) and lights["camera_motion"] != "bad",
    "turn": lambda m, lights: _seen(m, lights) and m.view is not None,
    "elbow_height": lambda m, lights: (
        _seen(m, lights) and m.arm_inside >= HALF_OUTSIDE and _from(m, "throwing_side", "front")
    ),
}
"""What can be decided, in the order of the report, and when."""

ONE_CAMERA_CANNOT = ("cocking", "release", "order")
"""What no clip of one camera decides: it is off by as much as players differ (docs/explanation/lifting.md)."""


def _asks_without_throw(m: CaptureMeasures) -> bool:
    return m.athlete is not None and not m.throw_times and m.slow_motion_suspected is None


def _throws_with(m: CaptureMeasures, hand: str) -> bool:
    return m.hand == hand and m.view is not None and camera_side(m.view) != "throwing_side"


_ADVICE: Mapping[str, Callable[[CaptureMeasures, _Lights], bool]] = {
    "slow_motion": lambda m, lights: lights["slow_motion"] != "ok" and not _asks_without_throw(m),
    "athlete": lambda _, lights: lights["athlete"] == "doubtful",
    "nobody": lambda m, _: m.athlete is None,
    "no_throw": lambda m, _: _asks_without_throw(m),
    "left_side": lambda m, _: _throws_with(m, "left"),
    "right_side": lambda m, _: _throws_with(m, "right"),
    "hand": lambda m, lights: m.hand is not None and lights["hand"] != "ok",
    "arm_room": lambda m, _: m.arm_inside < INSIDE,
    "feet_room": lambda m, _: m.feet_inside < INSIDE,
    "closer": lambda m, lights: lights["size"] != "ok" and m.athlete is not None,
    "tripod": lambda m, _: m.camera_drift > STILL,
    "original": lambda m, _: m.repeated_share > MOST_REPEATED,
    "fixed_rate": lambda m, _: m.variable_rate,
    "faster": lambda m, _: m.distinct_rate_hz < GOOD_RATE_HZ,
}
"""How to film better, most important first, and when."""
