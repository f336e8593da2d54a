"""What the commands of `handball rig` print."""

from __future__ import annotations

import itertools
import math
from typing import Any

import numpy as np

from handball.domain.camera import Camera
from handball.domain.rig import Rig

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
