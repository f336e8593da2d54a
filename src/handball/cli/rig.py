"""`handball rig`: boards to print, what a rig holds, the paper's rig; calibration has its own module."""

from __future__ import annotations

import json as json_format
from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def presets() -> None:
    """Print the rigs in the hall that are built in, their camera, and why it cannot have 1920 x 1200 pixels."""
    from handball.cli.rig_text import preset_lines

    print("\n".join(preset_lines()))


def board(
    *,
    board: str,
    square: float,
    out: Path,
    paper: Literal["a4", "a3", "letter"] = "a4",
    kind: Literal["chessboard", "charuco"] = "chessboard",
) -> None:
    """Write a board to calibrate cameras with, in true size, ready to print.

    Parameters
    ----------
    board
        Inner corners, columns x rows: 9x6 for a board of 10 x 7 squares.
    square
        Side of a square in metres.
    out
        PDF file to write.
    paper
        Size of the paper.
    kind
        A chessboard, or ChArUco: one with markers, of which a part is enough.
    """
    from handball.errors import UsageError
    from handball.stereo.boards import board_of
    from handball.stereo.sheets import sheet
    from handball.storage.files import check_file_writable, replacing

    if out.suffix.lower() != ".pdf":
        raise UsageError(f"--out {out} has no known ending, expected .pdf.")
    wanted = board_of(board, square, kind)
    printed = sheet(wanted, paper).pdf()
    check_file_writable(out)
    with replacing(out) as temporary:
        temporary.write_bytes(printed)
    print(f"{wanted.words}, squares of {square * 1000:g} mm, written to {out}")
    print("Print it at 100 % (no fitting to the page) and check that the ruler measures 100 mm.")
    if kind == "chessboard" and wanted.turns_unseen:
        print("Upside down it looks the same: keep all cameras upright, or take an odd and an even number, as 9x6.")


def show(rig: Path, /, *, json: Annotated[bool, Parameter(negative="")] = False) -> None:
    """Print what a rig holds: cameras, how far they stand apart, how their views cross, error, floor known or not.

    Parameters
    ----------
    rig
        Rig file.
    json
        Print JSON instead of lines.
    """
    from handball.cli.rig_text import rig_json, rig_lines
    from handball.storage.rigs import load_rig

    loaded = load_rig(rig)
    print(json_format.dumps(rig_json(loaded), indent=2, ensure_ascii=False) if json else "\n".join(rig_lines(loaded)))


def import_(file: Path, /, *, out: Path) -> None:
    """Take over a calibration: a Pose2Sim .toml or a Qualisys .qca.txt.

    Parameters
    ----------
    file
        The calibration.
    out
        Rig file to write (.toml).
    """
    from handball.cli.options import check_there
    from handball.cli.rig_text import rig_lines
    from handball.errors import UsageError
    from handball.storage.calibrations import load_calibration
    from handball.storage.files import check_file_writable
    from handball.storage.rigs import save_rig

    if out.suffix.lower() != ".toml":
        raise UsageError(f"--out {out} has no known ending, expected .toml.")
    check_there([file])
    if out.exists() and out.samefile(file):
        raise UsageError(f"--out {out} is the calibration itself: choose another name.")
    check_file_writable(out)
    imported = load_calibration(file)
    save_rig(imported, out)
    print("\n".join([*rig_lines(imported), f"written to {out}"]))
