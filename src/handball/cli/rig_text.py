"""What the commands of `handball rig` print."""

from __future__ import annotations

import itertools
import math
from typing import TYPE_CHECKING, Any

import numpy as np

from handball.domain.camera import Camera
from handball.domain.rig import Rig

if TYPE_CHECKING:
    from handball.pipeline.calibrating import CalibrationRun

_WORLDS = {
    "camera": "of the first camera (x right, y away, z up in its picture); the floor is not known",
    "floor": "of the floor (z up, z = 0 the floor)",
    "court": "of the court (x along, y across, z up)",
}


def preset_lines() -> list[str]:
    """Return the presets, and the arithmetic of the paper's camera."""
    from handball.stereo import presets

    own, claimed = presets.IMAGE_SIZE, presets.CLAIMED_SIZE
    lines = [f"{name:10} {station.position}: {station.what}" for name, station in presets.STATIONS.items()]
    width, height = presets.chip_mm(own)
    lines.append(
        f"camera     {own[0]} x {own[1]} at {presets.RATE_HZ:g} Hz, chip {width:.2f} x {height:.2f} mm (1/3 inch)"
    )
    for focal in presets.FOCALS_MM:
        across, up = presets.view_deg(focal)
        lines.append(f"lens       {focal:g} mm sees {across:.1f} degrees across, {up:.1f} up")
    for size, rate in ((own, presets.RATE_HZ), (own, presets.TOP_RATE_HZ), (claimed, presets.RATE_HZ)):
        both = 2 * presets.stream_mbit_s(size, rate)
        word = "fits" if both <= presets.BUS_MBIT_S else "does not fit"
        lines.append(
            f"bus        two cameras of {size[0]} x {size[1]} at {rate:g} Hz send {both:.0f} Mbit/s: "
            f"{word} one bus of {presets.BUS_MBIT_S:g}"
        )
    width, height = presets.chip_mm(claimed)
    lines.append(
        f"not        {claimed[0]} x {claimed[1]} as in the paper's table: a chip of {width:.1f} x {height:.1f} mm, "
        "three times as wide as the camera has"
    )
    return lines


def rig_lines(rig: Rig) -> list[str]:
    """Return cameras, baselines and angles between their axes."""
    error = "not known" if rig.error_px is None else f"{rig.error_px:.2f} px"
    lines = [f"axes       {_WORLDS[rig.world]}", f"error      {error}"]
    lines += [_camera_line(camera, delay) for camera, delay in zip(rig.cameras, rig.delays, strict=True)]
    for one, other in itertools.combinations(rig.cameras, 2):
        apart = float(np.linalg.norm(other.position - one.position))
        lines.append(
            f"pair       {one.name} and {other.name}: {apart:.3f} m apart, {axes_deg(one, other):.1f} degrees between "
            "their views"
        )
    return lines


def _camera_line(camera: Camera, delay: float) -> str:
    x, y, z = camera.position
    width, height = camera.image_size
    across = math.degrees(2 * math.atan(width / (2 * camera.focal[0])))
    clock = f", clock {delay:+.4f} s" if delay else ""
    return (
        f"camera     {camera.name}: {width} x {height}, focal length {camera.focal[0]:.1f} x {camera.focal[1]:.1f} px "
        f"({across:.0f} degrees across), at ({x:.3f}, {y:.3f}, {z:.3f}) m{clock}"
    )


def axes_deg(one: Camera, other: Camera) -> float:
    """Return the angle between the optical axes of two cameras in degrees."""
    return math.degrees(math.acos(float(np.clip(one.rotation[2] @ other.rotation[2], -1, 1))))


def rig_json(rig: Rig) -> dict[str, Any]:
    """Return the same as a document."""
    return {
        "world": rig.world,
        "has_floor": rig.has_floor,
        "error_px": rig.error_px,
        "cameras": [
            {
                "name": camera.name,
                "image_size": list(camera.image_size),
                "focal_px": list(camera.focal),
                "principal_px": list(camera.principal),
                "distortion": list(camera.distortion),
                "position": camera.position.tolist(),
                "rotation": camera.rotation.tolist(),
                "delay_s": delay,
            }
            for camera, delay in zip(rig.cameras, rig.delays, strict=True)
        ],
        "pairs": [
            {
                "cameras": [one.name, other.name],
                "baseline": float(np.linalg.norm(other.position - one.position)),
                "axes_deg": axes_deg(one, other),
            }
            for one, other in itertools.combinations(rig.cameras, 2)
        ],
    }


def calibration_lines(run: CalibrationRun) -> list[str]:
    """Return the errors of a calibration, image by image, and the verdict with what to do."""
    found, worth = run.calibration, run.precision
    lines = [_image_head(found.sightings.names), *_image_lines(run)]
    lines += list(run.notes)
    lines += ["", *rig_lines(run.rig)]
    cameras = zip(found.sightings.names, found.camera_rms_px, strict=True)
    shares = ", ".join(f"{name} {error:.3f} px" for name, error in cameras)
    left_out = int((found.sightings.seen & ~found.used).sum())
    lines += [
        f"pictures   {int(found.used.sum())} used, {left_out} left out, {found.shared_moments} moments seen by two "
        f"cameras or more; {found.bad_corners} corners more than 2 px off",
        f"corners    error {found.rms_px:.3f} px ({shares}); rays of two cameras miss by {worth.sampson_px:.3f} px",
        f"squares    without their own images measured as {worth.square_ratio:.4f} of a side, sd {worth.square_sd:.4f}",
        f"athlete    errors of the calibration move a point {worth.distance:g} m away by {_mm(worth.athlete_mm)}",
        "",
        f"verdict    {run.verdict}",
    ]
    return lines + [f"  {finding.light}: {finding.text}" for finding in run.findings]


def _mm(value: float) -> str:
    return "an unknown way: no two cameras see it" if math.isnan(value) else f"{value:.1f} mm"


def _image_head(names: tuple[str, ...]) -> str:
    return "error of each image in px: " + ", ".join(names)


def image_errors_px(run: CalibrationRun) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the error of each picture, shape (cameras, moments); NaN where it was not used."""
    found = run.calibration
    errors = np.full(found.used.shape, np.nan)
    for number, moment in enumerate(found.moments):
        for camera in np.flatnonzero(found.used[:, moment]):
            errors[camera, moment] = np.sqrt(np.nanmean(found.distances_px[camera, number] ** 2))
    return errors


def _image_lines(run: CalibrationRun) -> list[str]:
    seen, errors = run.calibration.sightings.seen, image_errors_px(run)
    lines = []
    for moment, label in enumerate(run.calibration.sightings.labels):
        words = [
            f"{error:8.3f}" if there and not math.isnan(error) else "left out" if there else "       -"
            for there, error in zip(seen[:, moment], errors[:, moment], strict=True)
        ]
        lines.append(f"  {' '.join(words)}  {label}")
    return lines


def calibration_json(run: CalibrationRun) -> dict[str, Any]:
    """Return a calibration as a document."""
    found, worth = run.calibration, run.precision
    errors = image_errors_px(run)
    return {
        "verdict": run.verdict,
        "findings": [{"light": finding.light, "text": finding.text} for finding in run.findings],
        "notes": list(run.notes),
        "error_px": found.rms_px,
        "camera_error_px": dict(zip(found.sightings.names, found.camera_rms_px, strict=True)),
        "images": [
            {
                "label": label,
                "found": found.sightings.seen[:, moment].tolist(),
                "used": found.used[:, moment].tolist(),
                "error_px": [None if math.isnan(error) else error for error in errors[:, moment].tolist()],
            }
            for moment, label in enumerate(found.sightings.labels)
        ],
        "pairs_used": found.shared_moments,
        "images_left_out": int((found.sightings.seen & ~found.used).sum()),
        "bad_corners": found.bad_corners,
        "sampson_px": worth.sampson_px,
        "square_ratio": worth.square_ratio,
        "square_sd": worth.square_sd,
        "athlete": {
            "distance": worth.distance,
            "error_mm": None if math.isnan(worth.athlete_mm) else worth.athlete_mm,
        },
        "rig": rig_json(run.rig),
    }
