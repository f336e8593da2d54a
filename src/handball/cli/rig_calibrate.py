"""`handball rig calibrate`: lenses and places of two or more cameras by a board."""

from __future__ import annotations

import json as json_format
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

from cyclopts import Parameter

if TYPE_CHECKING:
    from handball.pipeline.calibrating import CalibrationRun


def calibrate(
    *sources: str,
    board: str,
    square: float,
    out: Path,
    kind: Literal["chessboard", "charuco"] = "chessboard",
    intrinsics: Path | None = None,
    delays: str | None = None,
    floor: float | None = None,
    distance: float = 5.0,
    coverage: Path | None = None,
    json: Annotated[bool, Parameter(negative="")] = False,
    force: Annotated[bool, Parameter(negative="")] = False,
) -> int:
    """Find lenses and places of two or more cameras from images or videos of a board.

    Parameters
    ----------
    sources
        For each camera a folder of images, a pattern in quotes ('left*.jpg') or a video; the cameras filmed together.
    board
        Inner corners, columns x rows: 9x6 for a board of 10 x 7 squares.
    square
        Side of a square in metres, as measured on the print.
    out
        Rig file to write (.toml).
    kind
        What is printed: chessboard or charuco.
    intrinsics
        Rig file of the same cameras whose lenses are kept; only the places are found.
    delays
        Seconds to add to the clock of each camera, with commas between: 0,0.0125.
    floor
        Number of the image, or second of the video, in which the board lay on the floor: then z = 0 is the floor.
    distance
        Metres from the first camera to the athlete, for the error there.
    coverage
        PNG to write: where in the pictures the board was.
    json
        Print JSON instead of lines.
    force
        Write the rig in the place of another one even when the verdict is red.
    """
    from handball.cli.options import check_there
    from handball.cli.progress import shown_progress
    from handball.cli.rig_text import calibration_json, calibration_lines
    from handball.errors import UsageError
    from handball.pipeline.calibrating import calibrate as calibrated
    from handball.stereo.boards import board_of
    from handball.storage.files import check_file_writable
    from handball.storage.rigs import load_rig

    wanted = board_of(board, square, kind)
    _check_outputs(out, coverage)
    if not 0 < distance < 1000:
        raise UsageError(f"--distance {distance:g} is out of range, expected metres above 0.")
    if intrinsics is not None:
        check_there([intrinsics], "--intrinsics ")
    known = load_rig(intrinsics) if intrinsics is not None else None
    check_file_writable(out)
    with shown_progress("rig") as hooks:
        run = calibrated(
            sources, wanted, known=known, delays=_delays(delays), floor=floor, distance=distance, hooks=hooks
        )
    if coverage is not None:
        _write_coverage(run, coverage)
    kept = run.verdict == "red" and out.exists() and not force
    if json:
        document = calibration_json(run) | {"written": None if kept else str(out)}
        print(json_format.dumps(document, indent=2, ensure_ascii=False))
    else:
        print("\n".join(calibration_lines(run)))
    return _write(run, out, kept=kept, force=force, told=not json)


def _check_outputs(out: Path, coverage: Path | None) -> None:
    from handball.errors import UsageError
    from handball.storage.files import check_file_writable

    if out.suffix.lower() != ".toml":
        raise UsageError(f"--out {out} has no known ending, expected .toml.")
    if coverage is not None:
        if coverage.suffix.lower() != ".png":
            raise UsageError(f"--coverage {coverage} has no known ending, expected .png.")
        check_file_writable(coverage)


def _delays(words: str | None) -> tuple[float, ...] | None:
    from handball.errors import UsageError

    if words is None:
        return None
    try:
        return tuple(float(word) for word in words.split(","))
    except ValueError as error:
        raise UsageError(f"--delays {words} is no list of seconds, expected numbers with commas: 0,0.0125.") from error


def _write_coverage(run: CalibrationRun, path: Path) -> None:
    from handball.drawing.png import encode_png
    from handball.stereo.board_coverage import coverage_picture
    from handball.storage.files import replacing

    with replacing(path) as temporary:
        temporary.write_bytes(encode_png(coverage_picture(run.calibration)))


def _write(run: CalibrationRun, out: Path, *, kept: bool, force: bool, told: bool) -> int:
    """Write the rig unless it would replace another one with a bad one; return the exit code."""
    from handball.storage.rigs import save_rig

    if kept:
        print(
            f"handball: the verdict is red, so {out} stays as it was: better the images first, or give --force.",
            file=sys.stderr,
        )
        return 2
    save_rig(run.rig, out)
    if told:
        print(f"written to {out}")
    if run.verdict == "red" and not force:
        print(f"handball: the verdict is red: {out} was written, but do not measure with it.", file=sys.stderr)
        return 2
    return 0
