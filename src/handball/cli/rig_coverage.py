"""`handball rig coverage`: what a rig sees of the court."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from handball.domain.rig import Rig
    from handball.stereo.coverage import Coverage


def coverage(
    rig: Annotated[Path | None, Parameter(name="RIG")] = None,
    /,
    *,
    preset: Literal["paper_rig", "side_rig"] | None = None,
    focal: float = 6.0,
    baseline: float = 1.0,
    out: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Map what the cameras of a rig see of the court: how many, how finely, how exactly, and what a goal hides.

    Parameters
    ----------
    rig
        Rig file in the world of the court.
    preset
        A built-in rig in place of a file: the paper's, or the recommended one at the side.
    focal
        Focal length of the preset's lenses in millimetres.
    baseline
        Metres between the preset's cameras.
    out
        Picture to write with the map.
    json
        Print JSON instead of lines.
    """
    from handball.drawing.picture_file import check_picture_name, save_picture
    from handball.stereo.coverage import coverage as mapped
    from handball.stereo.coverage_drawing import draw_coverage
    from handball.storage.files import check_file_writable

    if out is not None:
        check_picture_name(out)
        check_file_writable(out)
    cameras = _rig(rig, preset, focal, baseline)
    found = mapped(cameras)
    if out is not None:
        save_picture(out, draw_coverage(found, cameras))
    document = _document(found, cameras)
    print(json_format.dumps(document, indent=2) if json else "\n".join(_lines(document)))


def _rig(path: Path | None, preset: str | None, focal: float, baseline: float) -> Rig:
    from handball.errors import UsageError
    from handball.stereo.presets import preset_rig
    from handball.storage.rigs import load_rig

    if (path is None) == (preset is None):
        raise UsageError("Name either a rig file or --preset paper_rig or side_rig.")
    if path is not None:
        return load_rig(path)
    if not (focal > 0 and baseline > 0):
        raise UsageError(f"--focal and --baseline must be positive, found {focal:g} and {baseline:g}.")
    return preset_rig(str(preset), focal, baseline)


def _document(found: Coverage, rig: Rig) -> dict[str, Any]:
    import numpy as np

    from handball.stereo.coverage import full_width_range

    def middle(values: Any) -> float | None:
        return round(float(np.nanmedian(values)), 4) if np.isfinite(values).any() else None

    return {
        "cell_m": float(found.x[1] - found.x[0]),
        "seen_by_one_or_more": round(found.share(1), 4),
        "seen_by_two_or_more": round(found.share(2), 4),
        "seen_by_two_past_the_net": round(found.clear_share, 4),
        "only_through_a_net": round(float(found.netted.mean()), 4),
        "hidden_by_a_goal": round(float(found.hidden.mean()), 4),
        "median_coarsest_m_per_px": middle(found.along),
        "median_finest_m_per_px": middle(found.across),
        "median_depth_sigma_m": middle(found.depth_sigma),
        "cameras": [
            {"name": camera.name, "full_width_from_m": round(full_width_range(camera), 1)} for camera in rig.cameras
        ],
    }


def _lines(document: dict[str, Any]) -> list[str]:
    words = [
        ("by one camera or more", "seen_by_one_or_more"),
        ("by two or more", "seen_by_two_or_more"),
        ("by two or more past the nets", "seen_by_two_past_the_net"),
        ("only through the net of a goal", "only_through_a_net"),
        ("hidden by posts or crossbar", "hidden_by_a_goal"),
    ]
    lines = ["Of the floor of the court is seen:"]
    lines += [f"  {name:32} {document[key]:6.1%}" for name, key in words]
    sizes = [
        ("floor in a pixel, coarsest", "median_coarsest_m_per_px"),
        ("floor in a pixel, finest", "median_finest_m_per_px"),
        ("error of the distance", "median_depth_sigma_m"),
    ]
    lines += [f"  {name:32} {document[key] * 100:6.1f} cm (median)" for name, key in sizes if document[key] is not None]
    lines += [
        f"  camera {camera['name']}: the whole width of the court from {camera['full_width_from_m']:.1f} m on"
        for camera in document["cameras"]
    ]
    return lines
