"""What `handball rig calibrate` prints."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from handball.cli.rig_text import rig_json, rig_lines

if TYPE_CHECKING:
    from handball.pipeline.calibrating import CalibrationRun


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
