"""Rig files (`rig.toml`): two or more cameras, where they stand and what their lenses do.

```toml
format = "handball-rig"
version = 1
world = "floor"              # camera, floor or court
error_px = 0.31              # of the calibration; may be left out

[[camera]]
name = "left"
image_size = [1280, 720]     # pixels
focal = [921.6, 921.6]       # pixels
principal = [639.5, 359.5]   # pixels, from the center of the top-left pixel
distortion = [0.0, 0.0, 0.0, 0.0, 0.0]   # k1, k2, p1, p2, k3
position = [0.0, 0.0, 1.5]   # metres in the world
rotation = [[1.0, 0.0, 0.0], [0.0, 0.0, -1.0], [0.0, 1.0, 0.0]]   # from the world's axes to the camera's
delay = 0.0                  # seconds to add to the clock of its files
```
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from handball.domain.camera import Camera
from handball.domain.rig import Rig
from handball.errors import InvalidRigError
from handball.storage.files import replacing

FORMAT = "handball-rig"
VERSION = 1
_CAMERA_KEYS = ("name", "image_size", "focal", "principal", "distortion", "position", "rotation", "delay")
_KEYS = ("format", "version", "world", "error_px", "camera")


def save_rig(rig: Rig, path: Path) -> None:
    """Write a rig file; it appears complete or not at all.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(rig_text(rig), encoding="utf-8")


def rig_text(rig: Rig) -> str:
    """Return a rig as the text of its file."""
    lines = [f'format = "{FORMAT}"', f"version = {VERSION}", f'world = "{rig.world}"']
    if rig.error_px is not None:
        lines.append(f"error_px = {rig.error_px!r}")
    for camera, delay in zip(rig.cameras, rig.delays, strict=True):
        lines += ["", "[[camera]]", *camera_lines(camera), f"delay = {float(delay)!r}"]
    return "\n".join(lines) + "\n"


def camera_lines(camera: Camera) -> list[str]:
    """Return a camera as lines of a TOML table, without its delay."""
    name = camera.name.replace("\\", "\\\\").replace('"', '\\"')
    return [
        f'name = "{name}"',
        f"image_size = {[int(side) for side in camera.image_size]}",
        f"focal = {[float(value) for value in camera.focal]}",
        f"principal = {[float(value) for value in camera.principal]}",
        f"distortion = {[float(value) for value in camera.distortion]}",
        f"position = {camera.position.tolist()}",
        f"rotation = {camera.rotation.tolist()}",
    ]


def load_rig(path: Path) -> Rig:
    """Read a rig file.

    Raises
    ------
    InvalidRigError
        When it is missing, no TOML, no rig file, of a later version, or its cameras cannot be.
    """
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except OSError as error:
        raise InvalidRigError(f"Rig file {path} cannot be read ({error.strerror}): check the name.") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise InvalidRigError(f"Rig file {path} is not valid TOML ({error}): make it anew by rig calibrate.") from error
    if table.get("format") != FORMAT:
        raise InvalidRigError(
            f'{path} is no rig file: expected format = "{FORMAT}", found {table.get("format")!r}. '
            "Make one by rig calibrate, or rig import for other calibrations."
        )
    if table.get("version") != VERSION:
        raise InvalidRigError(f"Rig file {path} has version {table.get('version')!r}, expected {VERSION}.")
    _check_keys(path, table, _KEYS)
    try:
        return _rig(path, table)
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        wrong = f"{error} is missing" if isinstance(error, KeyError) else str(error)
        raise InvalidRigError(f"Rig file {path} is damaged: {wrong}.") from error


def _check_keys(path: Path, table: Mapping[str, Any], known: tuple[str, ...]) -> None:
    for key in table:
        if key not in known:
            raise InvalidRigError(f"Unknown '{key}' in rig file {path}: known are {', '.join(known)}.")


def _rig(path: Path, table: Mapping[str, Any]) -> Rig:
    cameras = table["camera"]
    for camera in cameras:
        _check_keys(path, camera, _CAMERA_KEYS)
    if table["world"] not in ("camera", "floor", "court"):
        raise ValueError(f"world must be camera, floor or court, found {table['world']!r}")
    error_px = table.get("error_px")
    return Rig(
        cameras=tuple(_camera(camera) for camera in cameras),
        world=table["world"],
        delays=tuple(float(camera.get("delay", 0.0)) for camera in cameras),
        error_px=None if error_px is None else float(error_px),
    )


def _camera(table: Mapping[str, Any]) -> Camera:
    width, height = table["image_size"]
    (fx, fy), (cx, cy) = table["focal"], table["principal"]
    return Camera(
        name=str(table["name"]),
        image_size=(int(width), int(height)),
        focal=(float(fx), float(fy)),
        principal=(float(cx), float(cy)),
        rotation=table["rotation"],
        position=table["position"],
        distortion=tuple(float(term) for term in table.get("distortion", (0.0,) * 5)),
    )
