"""Small valid containers of one analytic throw, for the tests: `build_*`, every part can be overridden."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from builders_motion import DURATION, KEY_TIMES, Array, interior, joints, knobs
from builders_pictures import draw_jpegs
from handball.domain.action import KEY_ACTION_NAMES, KeyAction, KeyActions, Measure, SpeedPeak
from handball.domain.alignment import Alignment
from handball.domain.angles import AngleSeries
from handball.domain.assessment import (
    Advice,
    Assessment,
    FaultFinding,
    FaultStatus,
    Finding,
    KeyActionAssessment,
    StageFinding,
    Verdict,
)
from handball.domain.performance import Athlete, Notice, Performance
from handball.domain.pictures import Pictures
from handball.domain.pose import Pose2D, Pose3D
from handball.domain.skeleton import BODY_23, Side
from handball.domain.standard import Band, StandardAction
from handball.domain.video import Video

ANGLE_NAMES = (
    *(f"{side}_{part}" for part in ("elbow_angle", "shoulder_elevation") for side in ("right", "left")),
    *("right_shoulder_azimuth", "right_forearm_rotation"),
    *(f"{side}_{part}" for part in ("hip_angle", "knee_angle") for side in ("right", "left")),
    *("trunk_tilt_forward", "trunk_tilt_lateral", "hip_shoulder_separation", "shoulder_line_angle", "hip_line_angle"),
)
IMAGE_SIZE = (960, 540)
PIXELS_A_METER = 230.0
FLOOR_PX = 500.0


def _times(rate_hz: float, speed: float) -> Array:
    return np.arange(round(DURATION / speed * rate_hz)) / rate_hz


def build_pose_3d(*, rate_hz: float = 30.0, speed: float = 1.0, first_frame: int = 0, origin: str = "pelvis",
                  missing: Sequence[str] = (), **offsets_deg: float) -> Pose3D:  # fmt: skip
    """Build the throw in right-handed form; `offsets_deg` are added to curves of `builders_motion`."""
    times = _times(rate_hz, speed)
    drive = {name: curve + offsets_deg.get(name, 0.0) for name, curve in knobs(times * speed).items()}
    positions = joints(drive)
    if origin == "pelvis":
        positions -= positions[:, BODY_23.indices(("left_hip", "right_hip"))].mean(axis=1, keepdims=True)
    positions[:, BODY_23.indices(tuple(missing))] = np.nan
    return Pose3D(
        skeleton=BODY_23, frames=np.arange(len(times)) + first_frame, times=times + first_frame / rate_hz,
        positions=positions, scores=np.full(positions.shape[:2], 0.9), sigma=np.full(positions.shape, 0.01),
        origin="pelvis" if origin == "pelvis" else "world",
    )  # fmt: skip


def build_pose_2d(body: Pose3D | None = None, **changes: Any) -> Pose2D:
    """Project a pose in the room onto a side view of 960 x 540 pixels."""
    body = body or build_pose_3d(origin="world")
    x, z = body.positions[..., 0], body.positions[..., 2]
    pixels = np.stack([300 + PIXELS_A_METER * x, FLOOR_PX - PIXELS_A_METER * z], axis=-1)
    fields: dict[str, Any] = {
        "skeleton": BODY_23, "frames": body.frames, "times": body.times, "positions": pixels,
        "scores": body.scores, "sigma": np.full(pixels.shape, 2.0), "image_size": IMAGE_SIZE,
    }  # fmt: skip
    return Pose2D(**(fields | changes))


def build_video(frames: int = 54, rate_hz: float = 30.0, **changes: Any) -> Video:
    """Build the description of a flawless clip."""
    fields: dict[str, Any] = {
        "path": Path("clip.mp4"), "width": IMAGE_SIZE[0], "height": IMAGE_SIZE[1], "times": np.arange(frames) / rate_hz,
        "repeated": np.zeros(frames, bool), "rate_hz": rate_hz, "variable_rate": False, "lost_frames": 0,
        "slow_motion": 1.0,
    }  # fmt: skip
    times = changes.get("times", fields["times"])
    return Video(**(fields | {"capture_times": times} | changes))


def build_angles(body: Pose3D | None = None, *, shoulder_line: float = 0.0, speed: float = 1.0) -> AngleSeries:
    """Measure the angles; a side view gives no lateral tilt, so that one is missing."""
    body = body or build_pose_3d()
    drive = knobs((body.times - body.times[0]) * speed)
    at = {name: body.joint(name) for name in BODY_23.joints}
    found: dict[str, Array] = {}
    for side in ("left", "right"):
        limb = {part: at[f"{side}_{part}"] for part in ("shoulder", "elbow", "wrist", "hip", "knee", "ankle")}
        found[f"{side}_elbow_angle"] = interior(limb["shoulder"], limb["elbow"], limb["wrist"])
        found[f"{side}_shoulder_elevation"] = interior(limb["hip"], limb["shoulder"], limb["elbow"])
        found[f"{side}_hip_angle"] = interior(limb["shoulder"], limb["hip"], limb["knee"])
        found[f"{side}_knee_angle"] = interior(limb["hip"], limb["knee"], limb["ankle"])
    found["right_shoulder_azimuth"], found["right_forearm_rotation"] = drive["azimuth"], drive["rotation"]
    found["trunk_tilt_forward"], found["trunk_tilt_lateral"] = drive["tilt"], np.full(len(body.times), np.nan)
    found["shoulder_line_angle"], found["hip_line_angle"] = drive["shoulder_line"] + shoulder_line, drive["hip_line"]
    found["hip_shoulder_separation"] = found["shoulder_line_angle"] - found["hip_line_angle"]
    degrees = np.stack([found[name] for name in ANGLE_NAMES], axis=1)
    sigma = np.where(np.isnan(degrees), np.nan, 3.0)
    return AngleSeries(names=ANGLE_NAMES, frames=body.frames, times=body.times, degrees=degrees, sigma_deg=sigma)


def _mark(body: Pose3D, name: str, rule: str, time: float) -> KeyAction:
    row = body.row_at(body.times[0] + time)
    return KeyAction(
        name=name, row=row, frame=int(body.frames[row]), time=float(body.times[row]), rule=rule,
        confidence=0.9, timing_sigma_s=0.29 / body.rate_hz,
    )  # fmt: skip


def build_key_actions(body: Pose3D | None = None, *, hand: Side = "right", speed: float = 1.0) -> KeyActions:
    """Build the true key actions and, beside them, what the literal rule would take 73 ms late."""
    body = body or build_pose_3d()
    rules = {"start": "hand_leaves_rest", "cocking": "elbow_top", "strike": "peak_hand_speed", "finish": "hand_at_rest"}
    marks = tuple(_mark(body, name, rules[name], KEY_TIMES[name] / speed) for name in KEY_ACTION_NAMES)
    literal = (_mark(body, "strike", "elbow_height_drop", (KEY_TIMES["strike"] + 0.073) / speed),)
    return KeyActions(marks=marks, hand=hand, arm_slot="overhead", literal=literal)


def build_pictures(pose: Pose2D | None = None, *, scale: float = 0.7, **changes: Any) -> Pictures:
    """Draw the pose as a stick figure in equal JPEG crops around the athlete."""
    pose = pose or build_pose_2d()
    low, high = np.nanmin(pose.positions, axis=(0, 1)) - 40, np.nanmax(pose.positions, axis=(0, 1)) + 40
    width, height = (int(side) for side in (high - low) * scale)
    fields: dict[str, Any] = {
        "frames": pose.frames, "jpegs": draw_jpegs((pose.positions - low) * scale, width, height),
        "width": width, "height": height, "offset": low, "scale": scale,
    }  # fmt: skip
    return Pictures(**(fields | changes))


def build_measures(body: Pose3D, speed: float = 1.0) -> tuple[Measure, ...]:
    """Build the measures of the throw by hand; the lead foot cannot be told in this view."""
    rows: tuple[tuple[Any, ...], ...] = (
        ("elbow_height", "%", 4.0, 6.0, "cocking"), ("elbow_height", "%", 8.0, 6.0, "strike"),
        ("hand_behind_shoulder", "arm_lengths", 0.45, 0.06, "cocking"),
        ("stride_length", "body_heights", 0.41, 0.03, "strike"), ("lead_foot", "%", np.nan, np.nan, "strike"),
        ("least_elbow_angle", "deg", float(np.nanmin(build_angles(body).curve("right_elbow_angle"))), 4.0, None),
        ("largest_hip_shoulder_separation", "deg", 35.0, 6.0, None),
        ("cocking_to_strike", "ms", 200 / speed, 14.0, None),
        ("pelvis_to_trunk", "ms", 40 / speed, 14.0, None), ("trunk_to_elbow", "ms", 45 / speed, 14.0, None),
        ("elbow_to_hand", "ms", 30 / speed, 14.0, None),
    )  # fmt: skip
    return tuple(Measure(name=n, unit=u, value=v, sigma=s, key_action=k) for n, u, v, s, k in rows)


def build_peaks(body: Pose3D, speed: float = 1.0) -> tuple[SpeedPeak, ...]:
    """Build the peak speeds from the pelvis out to the hand."""
    first = float(body.times[0])
    rows: tuple[tuple[Any, ...], ...] = (
        ("pelvis", 1.065, 480.0, "deg/s"), ("trunk", 1.105, 720.0, "deg/s"),
        ("elbow", 1.15, 1180.0, "deg/s"), ("hand", 1.18, 13.5, "m/s"),
    )  # fmt: skip
    return tuple(
        SpeedPeak(part=part, time=first + time / speed, value=value * speed, unit=unit, timing_sigma_s=0.01)
        for part, time, value, unit in rows
    )


def build_performance(
    *, path: Path | str = "clip.mp4", hand: Side = "right", rate_hz: float = 30.0, speed: float = 1.0,
    first_frame: int = 0, elbow_offset_deg: float = 0.0, shoulder_line_offset_deg: float = 0.0,
    missing: Sequence[str] = (), with_video: bool = True, with_pictures: bool = True, **changes: Any,
) -> Performance:  # fmt: skip
    """Build one throw; a left-hander is the mirror image, in right-handed form inside `body`."""
    build = {"rate_hz": rate_hz, "speed": speed, "first_frame": first_frame, "missing": missing}
    offsets = {"elbow": elbow_offset_deg, "shoulder_line": shoulder_line_offset_deg}
    room = build_pose_3d(**build, **offsets, origin="world")
    body = build_pose_3d(**build, **offsets) if with_video else room
    filmed = build_pose_2d(room) if hand == "right" else build_pose_2d(room).mirrored()
    video = build_video(int(body.frames[-1]) + 1, rate_hz, path=Path(path)) if with_video else None
    athlete = Athlete(
        rule="throws", number=1, people=2, box_xyxy=(220.0, 60.0, 640.0, 510.0), frame=int(body.frames[0])
    )
    fields: dict[str, Any] = {
        "path": Path(path), "video": video, "hand": hand,
        "athlete": athlete if with_video else None, "picture_pose": filmed if with_video else None,
        "raw_pose": body if hand == "right" else body.mirrored(), "body": body,
        "angles": build_angles(body, shoulder_line=shoulder_line_offset_deg, speed=speed),
        "key_actions": build_key_actions(body, hand=hand, speed=speed), "measures": build_measures(body, speed),
        "peaks": build_peaks(body, speed), "pictures": build_pictures(filmed) if with_video and with_pictures else None,
    }  # fmt: skip
    return Performance(**(fields | changes))


def build_standard(clips: int = 1, **changes: Any) -> StandardAction:
    """Build a standard of one coach clip, or of several with a band around the middle one."""
    throws = tuple(
        build_performance(path=f"coach_{k + 1}.mp4", elbow_offset_deg=4.0 * (k - clips // 2), **changes)
        for k in range(clips)
    )
    mean = throws[clips // 2].angles.rows(throws[clips // 2].action_rows).degrees
    band = Band(mean_deg=mean, spread_deg=np.full(mean.shape, 5.0), clips=clips) if clips > 1 else None
    return StandardAction(clips=throws, medoid=clips // 2, band=band)


def build_alignment(reference: Performance, performance: Performance, **changes: Any) -> Alignment:
    """Build a path that is linear between the key actions, closed on both actions."""
    marks = np.array([[p.key_actions[name].row for name in KEY_ACTION_NAMES] for p in (reference, performance)])
    points = [marks[:, 0]]
    for k in range(3):
        low, span = marks[:, k], marks[:, k + 1] - marks[:, k]
        points += [np.rint(low + span * step / max(span)).astype(int) for step in range(1, max(span) + 1)]
    costs = np.full(len(points), 0.25)
    fields: dict[str, Any] = {"path": np.stack(points), "costs": costs, "distance": 0.13, "method": "dtw"}
    return Alignment(**(fields | changes))


def build_verdict(difference: float, uncertainty: float, tolerance: float) -> Verdict:
    """Judge a difference as the published format says."""
    size = abs(difference)
    if np.isnan(size):
        return "not_measurable"
    if size <= uncertainty:
        return "ok" if size + uncertainty <= tolerance else "not_distinguishable"
    return "ok" if size <= tolerance else "slight" if size <= 2 * tolerance else "large"


def build_finding(name: str = "right_elbow_angle", reference: float = 95.0, performance: float = 70.0,
                  **changes: Any) -> Finding:  # fmt: skip
    """Build one finding; `uncertainty` and `tolerance` default to 4 and 10."""
    fields: dict[str, Any] = {
        "name": name, "unit": "deg", "reference": reference, "performance": performance,
        "difference": performance - reference, "tolerance": 10.0, "uncertainty": 4.0,
    } | changes  # fmt: skip
    sure = {key: fields[key] for key in ("difference", "uncertainty", "tolerance")}
    return Finding(**({"verdict": build_verdict(**sure)} | fields))


def build_fault(name: str = "low_elbow", status: FaultStatus = "fired", **changes: Any) -> FaultFinding:
    """Build what was found of one fault: an upper arm 10 degrees too low, known to 3."""
    fields: dict[str, Any] = {
        "name": name, "status": status, "measure": "carried_upper_arm", "key_action": None, "unit": "deg",
        "value": 65.0, "sigma": 3.0, "threshold": 75.0, "above": False, "beyond": 1.1, "reference": 92.0,
        "reference_sigma": 0.0,
    }  # fmt: skip
    return FaultFinding(**(fields | changes))


def build_faults() -> tuple[FaultFinding, ...]:
    """Build one fault of each status."""
    nothing = {"value": np.nan, "sigma": np.nan, "threshold": np.nan, "beyond": np.nan, "reference": np.nan}
    draw = {"measure": "hand_behind_shoulder", "key_action": "cocking", "unit": "arm_lengths", "threshold": 0.2}
    return (
        build_fault(),
        build_fault("short_draw", "clear", value=0.42, sigma=0.04, beyond=-2.8, reference=0.4, **draw),
        build_fault("arm_only", "undecided", measure="pelvis_to_trunk", unit="ms", value=31.0, sigma=25.0,
                    threshold=10.0, beyond=-1.5, reference=60.0),
        build_fault("release_early", "not_measurable", reason="needs_ball", measure="", unit="", **nothing),
    )  # fmt: skip


def build_stages() -> tuple[StageFinding, ...]:
    """Build the levels of five components: told, not visible, in between, at the top, and not sure."""
    stride = Measure(name="step_length", unit="body_heights", value=0.41, sigma=0.03)
    height = Measure(name="carried_elbow_height", unit="%", value=14.0, sigma=9.0)
    return (
        StageFinding(name="step", levels=4, level=3, confidence=0.998, probabilities=(0.0, 0.0, 0.998, 0.002),
                     readings=(stride,)),
        StageFinding(name="trunk", levels=3, reason="view", views=("front",), least_rate_hz=25.0),
        StageFinding(name="backswing", levels=4, between=(2, 3), confidence=0.97, reason="unsure",
                     probabilities=(0.01, 0.55, 0.42, 0.02)),
        StageFinding(name="upper_arm", levels=3, level=3, confidence=0.72, probabilities=(0.08, 0.2, 0.72),
                     readings=(height,)),
        StageFinding(name="forearm", levels=3, probabilities=(0.3, 0.4, 0.3), reason="rate", views=("side",),
                     least_rate_hz=100.0),
    )  # fmt: skip


def _findings(reference: Performance, performance: Performance, name: str) -> tuple[Finding, ...]:
    values = [p.angles.degrees[p.key_actions[name].row] for p in (reference, performance)]
    unsure = {"right_shoulder_azimuth": 14.0, "right_forearm_rotation": 25.0, "trunk_tilt_lateral": np.nan}
    return tuple(
        build_finding(angle, float(a), float(b), uncertainty=unsure.get(angle, 4.0))
        for angle, a, b in zip(ANGLE_NAMES, *values, strict=True)
    )


def _measure_findings(reference: Performance, performance: Performance) -> tuple[Finding, ...]:
    tolerances = {"deg": 10.0, "ms": 30.0, "%": 15.0, "arm_lengths": 0.15, "body_heights": 0.05}
    return tuple(
        build_finding(
            a.name, a.value, b.value, unit=a.unit, uncertainty=float(np.hypot(a.sigma, b.sigma)),
            tolerance=tolerances[a.unit], exact_frame=a.key_action is not None,
        )
        for a, b in zip(reference.measures, performance.measures, strict=True)
    )  # fmt: skip


def build_assessment(*, advice: int = 1, mirrored: bool = False, clips: int = 1, standard: StandardAction | None = None,
                     performance: Performance | None = None, **changes: Any) -> Assessment:  # fmt: skip
    """Measure a learner (elbow 25 degrees too bent, shoulders 13 too open) against a coach: all five verdicts."""
    standard = standard or build_standard(clips)
    reference = standard.reference
    performance = performance or build_performance(
        path="learner.mp4", hand="left" if mirrored else "right", speed=0.85, first_frame=6,
        elbow_offset_deg=-25.0, shoulder_line_offset_deg=-13.0,
    )  # fmt: skip
    found = tuple(
        KeyActionAssessment(
            name=name, reference=reference.key_actions[name], performance=performance.key_actions[name],
            angles=_findings(reference, performance, name),
        )
        for name in KEY_ACTION_NAMES
    )  # fmt: skip
    tips = (
        Advice(key="throwing_elbow_angle_less_at_strike", key_action="strike", finding=found[2].angles[0]),
        Advice(key="shoulder_line_angle_less_at_cocking", key_action="cocking", finding=found[1].angles[-2]),
    )
    praise = Advice(key="praise.other_knee_angle", key_action="strike", finding=found[2].angles[9])
    fields: dict[str, Any] = {
        "standard": standard, "performance": performance, "alignment": build_alignment(reference, performance),
        "key_actions": found, "measures": _measure_findings(reference, performance), "score": 71.0,
        "advice": tips[:advice], "praise": praise,
        "notices": (Notice(key="low_rate_exact_measures", values=(("rate_hz", "30"),)),),
    }  # fmt: skip
    return Assessment(**(fields | changes))
