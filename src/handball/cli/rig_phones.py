"""`handball rig phones`: two ordinary phones made a rig, by the athlete or by the lines of the court."""

from __future__ import annotations

import math
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from handball.domain.pose import Pose2D
    from handball.pipeline import Hooks
    from handball.stereo.court_camera import CourtCamera

_LEAST_APART = 0.5
"""Metres between two phones below which points of the court cannot have been clicked in both films."""


def phones(
    left: Annotated[Path, Parameter(name="LEFT")],
    right: Annotated[Path, Parameter(name="RIGHT")],
    /,
    *,
    out: Path,
    height: float | None = None,
    fov: float | None = None,
    delay: float | None = None,
    points: Annotated[tuple[Path, ...], Parameter(negative="")] = (),
) -> None:
    """Find where two phones stood without a board: from the athlete that both filmed, or from points of the court.

    Parameters
    ----------
    left, right
        The two films, or files of joints in the picture (.npz) that `handball pose` wrote.
    out
        Rig file to write.
    height
        The athlete's height in metres.
    fov
        Angle of view of the longer side of the pictures in degrees; 69 unless given. It is refined. With --height only.
    delay
        Seconds to add to the clock of the second film to get that of the first; unless given found from the movements,
        and 0 with --points.
    points
        Instead of a height: files of court points, one for each film in their order.
    """
    from handball.errors import UsageError
    from handball.storage.files import check_file_writable

    if out.suffix.lower() != ".toml":
        raise UsageError(f"--out {out} has no known ending, expected .toml.")
    check_file_writable(out)
    if bool(points) == (height is not None):
        raise UsageError("Give either --height of the athlete or --points twice, one file of court points a film.")
    if height is not None:
        _by_athlete((left, right), out, height, fov, delay)
    else:
        if fov is not None:
            raise UsageError("--fov goes with --height: points of the court tell the angle of view by themselves.")
        _by_court((left, right), out, points, delay)


def _by_athlete(paths: tuple[Path, Path], out: Path, height: float, fov: float | None, delay: float | None) -> None:
    import attrs

    from handball.cli.options import check_there
    from handball.cli.progress import shown_progress
    from handball.errors import UsageError
    from handball.stereo.phones import PHONE_VIEW_DEG, calibrate_phones, paired
    from handball.stereo.synchrony import motion_delay, rays_delay
    from handball.storage.rigs import save_rig

    if not 1.0 <= height <= 2.4:
        raise UsageError(f"--height must be metres between 1 and 2.4, found {height:g}.")
    if fov is not None and not 20 <= fov <= 130:
        raise UsageError(f"--fov must be degrees between 20 and 130, found {fov:g}.")
    check_there(paths)
    with shown_progress("phones") as hooks:
        first, second = (_joints(path, hooks) for path in paths)
    view_deg, names = fov or PHONE_VIEW_DEG, _names(paths)
    start = motion_delay(first, second) if delay is None else None
    late = start.seconds if start is not None else delay or 0.0
    found = calibrate_phones(*paired(first, second, late), height=height, view_deg=view_deg, names=names)
    if start is not None:
        late = rays_delay(found.rig.cameras, first, second, start).seconds
        found = calibrate_phones(*paired(first, second, late), height=height, view_deg=view_deg, names=names)
    save_rig(attrs.evolve(found.rig, delays=(0.0, late)), out)
    print(f"Two phones from {found.frames} pictures, the second clock {late * 1000:+.0f} ms: {out}")
    print(f"They add about {found.error * 1000:.0f} mm to where a joint lies at the athlete.")
    print(f"Bones change their length by {found.bone_spread * 1000:.0f} mm over the clip: so good are the joints.")
    floor = "found from the feet" if found.rig.has_floor else "not found: the feet hardly stand still; heights are open"
    print(f"The floor is {floor}.")


def _names(paths: Sequence[Path]) -> tuple[str, str]:
    first, second = (path.stem for path in paths)
    return (first, second) if first != second else ("left", "right")


def _joints(path: Path, hooks: Hooks) -> Pose2D:
    from handball.config import Settings
    from handball.pipeline import estimate_pose
    from handball.storage.poses import load_pose_2d

    if path.suffix.lower() == ".npz":
        return load_pose_2d(path)
    settings = Settings(action="any")
    return estimate_pose(path, settings.test, settings, hooks).picture


def _by_court(paths: tuple[Path, Path], out: Path, points: Sequence[Path], delay: float | None) -> None:
    from handball.domain.rig import Rig
    from handball.errors import UsageError
    from handball.storage.rigs import save_rig

    if len(points) != len(paths):
        raise UsageError(f"--points must name {len(paths)} files, one a film, found {len(points)}.")
    found = [_in_court(*each) for each in zip(paths, points, _names(paths), strict=True)]
    _check_apart([one.camera.position for one in found], points)
    error_px = (sum(one.error_px**2 for one in found) / len(found)) ** 0.5
    cameras = tuple(one.camera for one in found)
    save_rig(Rig(cameras=cameras, world="court", delays=(0.0, delay or 0.0), error_px=error_px), out)
    for one in found:
        place = ", ".join(f"{value:.2f}" for value in one.camera.position)
        doubt = ", ".join(f"{value:.2f}" for value in one.position_sigma)
        print(f"{one.camera.name} stands at {place} m (give or take {doubt}), points fit to {one.error_px:.1f} px")
    print(f"Rig in the court: {out}")


def _in_court(path: Path, points: Path, name: str) -> CourtCamera:
    """Find one phone from its points of the court; those that do not fit the others are left out and told."""
    from handball.acquisition.still import still_picture
    from handball.cli.rig_court import clicked
    from handball.stereo.court import court_view
    from handball.stereo.court_camera import camera_from_court

    shown = still_picture(path)
    size = (shown.shape[1], shown.shape[0])
    clicks = clicked(points, (), size)
    suspects = court_view(clicks).suspects
    for suspect in suspects:
        print(f"{name}: {suspect} does not fit the other points and is left out: click it again in {points}.")
    kept = {key: pixel for key, pixel in clicks.items() if key not in suspects}
    return camera_from_court(kept, size, name=name)


def _check_apart(places: Sequence[NDArray[np.float64]], points: Sequence[Path]) -> None:
    from handball.errors import InvalidRigError

    apart = math.dist(*places)
    if apart < _LEAST_APART:
        raise InvalidRigError(
            f"The points of {points[0]} and {points[1]} put both phones at one place ({apart:.2f} m apart): give one "
            "file for each film, in their order."
        )
