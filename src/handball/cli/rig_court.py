"""`handball rig court`: where the floor of the court lies in a picture, and where the camera stands."""

from __future__ import annotations

import json as json_format
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

from cyclopts import Parameter

if TYPE_CHECKING:
    from handball.domain.camera import Camera
    from handball.stages import Picture
    from handball.stereo.court import CourtView
    from handball.stereo.court_camera import CourtCamera
    from handball.storage.courts import ClickedCourt

Clicks = Mapping[str, tuple[float, float]]


def court(
    picture: Annotated[Path, Parameter(name="PICTURE")],
    /,
    *,
    points: Path | None = None,
    point: Annotated[tuple[str, ...], Parameter(negative="")] = (),
    camera: Path | None = None,
    name: str | None = None,
    out: Path | None = None,
    overlay: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
) -> None:
    """Find the court in a picture from points that you clicked: where feet stand, and where the camera stood.

    Parameters
    ----------
    picture
        A picture, or a video whose first picture is taken.
    points
        TOML file with a table [points]: post_left = [512.0, 433.5].
    point
        One point, as post_left=512,433; may be given several times.
    camera
        Rig file with the camera's lens; without it the lens is taken to be straight and its focal length estimated.
    name
        Which camera of the rig file, by its name; the first one unless given.
    out
        File to write with points, view and camera.
    overlay
        Picture to write with the lines of the court drawn over it: they must cover those of the hall.
    json
        Print JSON instead of a table.
    """
    from handball.acquisition.still import still_picture
    from handball.errors import HandballError
    from handball.stereo.court import court_view
    from handball.stereo.court_camera import camera_from_court
    from handball.storage.courts import save_court
    from handball.storage.files import check_file_writable

    for file in filter(None, (out, overlay)):
        check_file_writable(file)
    shown = still_picture(picture)
    size = (shown.shape[1], shown.shape[0])
    clicks = clicked(points, point, size)
    lens = _lens(camera, name, size)
    view = court_view(clicks, lens=lens)
    kept = {key: pixel for key, pixel in clicks.items() if key not in view.suspects}
    found: CourtCamera | None = None
    refusal = ""
    try:
        found = camera_from_court(kept, size, lens=lens, name=name or "camera")
    except HandballError as error:
        refusal = str(error)
    if overlay is not None:
        _draw(shown, overlay, clicks, view, found)
    if out is not None:
        save_court(out, clicks, size, view.homography, found.camera if found else None)
    document = _document(view, found, refusal)
    print(json_format.dumps(document, indent=2) if json else "\n".join(_lines(document)))


def clicked(file: Path | None, typed: Sequence[str], size: tuple[int, int]) -> Clicks:
    """Return the points of a file and those that were typed, which win.

    Parameters
    ----------
    size
        Width and height of the picture that they belong to.

    Raises
    ------
    UsageError
        When there are none.
    InvalidRigError
        For what is no point, or a file of points in a picture of another size.
    """
    from handball.errors import UsageError
    from handball.storage.courts import load_clicks, parsed_click

    found = _points_of(load_clicks(file), file, size) if file is not None else {}
    found.update(parsed_click(one) for one in typed)
    if not found:
        raise UsageError("Points of the court are missing: give --points court.toml or --point post_left=512,433.")
    return found


def _points_of(court: ClickedCourt, file: Path, size: tuple[int, int]) -> dict[str, tuple[float, float]]:
    from handball.errors import InvalidRigError

    if court.image_size not in (None, size):
        width, height = court.image_size or size
        raise InvalidRigError(
            f"{file} has points of a picture of {width} x {height} pixels, found one of {size[0]} x {size[1]}: click "
            "them again in this one."
        )
    return dict(court.points)


def _lens(file: Path | None, name: str | None, size: tuple[int, int]) -> Camera | None:
    from handball.errors import InvalidRigError
    from handball.storage.rigs import load_rig

    if file is None:
        return None
    rig = load_rig(file)
    if name is not None and name not in rig.names:
        raise InvalidRigError(f"Rig file {file} has no camera '{name}': it has {', '.join(rig.names)}.")
    lens = rig.cameras[rig.names.index(name) if name is not None else 0]
    if lens.image_size != size:
        raise InvalidRigError(
            f"Camera {lens.name} of {file} has pictures of {lens.image_size[0]} x {lens.image_size[1]} pixels, found "
            f"{size[0]} x {size[1]}: take a picture at the size of its calibration."
        )
    return lens


def _draw(shown: Picture, path: Path, clicks: Clicks, view: CourtView, found: CourtCamera | None) -> None:
    from handball.drawing.picture_file import save_picture
    from handball.stereo.court_drawing import draw_clicks, draw_court

    canvas = shown.copy()
    if found is not None:
        draw_court(canvas, found.camera.project)
    else:
        draw_court(canvas, lambda places: view.picture(places[:, :2]), goals=False)
    draw_clicks(canvas, clicks, view.suspects)
    save_picture(path, canvas)


def _document(view: CourtView, found: CourtCamera | None, refusal: str) -> dict[str, Any]:
    rows = zip(view.names, view.pixels, view.residuals_px, view.held_out, view.used, strict=True)
    camera = None
    if found is not None:
        camera = {
            "position_m": [round(float(value), 3) for value in found.camera.position],
            "position_sigma_m": [round(float(value), 3) for value in found.position_sigma],
            "focal_px": round(found.camera.focal[0], 1),
            "focal_sigma": round(found.focal_sigma, 4),
            "error_px": round(found.error_px, 2),
        }
    return {
        "points": [
            {
                "name": name,
                "pixel": [float(value) for value in pixel],
                "error_px": _rounded(error, 2),
                "held_out_m": _rounded(held, 3),
                "used": bool(used),
            }
            for name, pixel, error, held, used in rows
        ],
        "suspects": list(view.suspects),
        "error_m": _rounded(view.error, 3),
        "homography": view.homography.tolist(),
        "camera": camera,
        "no_camera_because": refusal or None,
    }


def _rounded(value: float, digits: int) -> float | None:
    return round(float(value), digits) if value == value else None  # noqa: PLR0124 - NaN is not itself


def _lines(document: Mapping[str, Any]) -> list[str]:
    lines = [f"{'point':20} {'x':>8} {'y':>8}  {'off':>8}  placed by the others"]
    for row in document["points"]:
        held = "-" if row["held_out_m"] is None else f"{row['held_out_m']:.2f} m off"
        doubt = "" if row["used"] else "   <- does not fit the others: click it again"
        x, y = row["pixel"]
        lines.append(f"{row['name']:20} {x:8.1f} {y:8.1f}  {row['error_px']:5.1f} px  {held}{doubt}")
    if document["error_m"] is None:
        lines.append("Four points fit exactly: click a fifth to learn how well.")
    else:
        lines.append(f"Places on the floor are right to about {document['error_m']:.2f} m near these points.")
    camera = document["camera"]
    if camera is None:
        lines.append(f"No camera: {document['no_camera_because']}")
        return lines
    place = ", ".join(f"{value:.2f}" for value in camera["position_m"])
    doubt = ", ".join(f"{value:.2f}" for value in camera["position_sigma_m"])
    lines.append(
        f"The camera stands at {place} m (give or take {doubt}), focal length {camera['focal_px']:.0f} pixels."
    )
    return lines
