"""Where the ball is over a clip: `ball.csv`, written and read back, and `ball.json`, its summary.

```text
frame,time_s,x_px,y_px,radius_px,score,in_hand,bridged
142,1.183333,312.250,201.000,9.500,0.9731,1,0
143,1.191667,,,,,,
```
"""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from handball.domain.ball import BallTrack
from handball.errors import InvalidBallTrackError
from handball.storage.files import replacing

COLUMNS = ("frame", "time_s", "x_px", "y_px", "radius_px", "score", "in_hand", "bridged")
_FLAGS = {"": False, "0": False, "1": True}


def write_ball_csv(track: BallTrack, path: Path) -> None:
    """Write one row a picture; where the ball is not known its cells are empty, and a bridged one has no score.

    `in_hand` and `bridged` are 1 or 0. The release is no column: `write_ball_json` keeps it.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows(_cells(track))


def read_ball_csv(path: Path) -> BallTrack:
    """Read a table of a ball's places; its release is not in there, and None.

    Raises
    ------
    InvalidBallTrackError
        When it is missing, has other columns, or values that cannot be.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, *rows = csv.reader(file)
    except OSError as error:
        raise InvalidBallTrackError(f"Table {path} cannot be read ({error.strerror}): check the name.") from error
    except (UnicodeDecodeError, csv.Error, ValueError) as error:
        raise InvalidBallTrackError(f"{path} is no table of a ball: make it anew by handball ball track.") from error
    if tuple(header) != COLUMNS:
        raise InvalidBallTrackError(f"{path} has columns {','.join(header)}, expected {','.join(COLUMNS)}.")
    try:
        return _track(rows)
    except (ValueError, KeyError) as error:
        raise InvalidBallTrackError(f"{path} is damaged: {error}; make it anew by handball ball track.") from error


def ball_summary(track: BallTrack) -> dict[str, Any]:
    """Return in how many pictures the ball was seen, filled in, not known and in hand, and its release, for JSON."""
    return {
        "pictures": len(track),
        "seen": int(track.seen.sum()),
        "bridged": int(track.bridged.sum()),
        "unknown": int((~track.known).sum()),
        "in_hand": int(track.in_hand.sum()),
        "release": _release(track),
    }


def write_ball_json(track: BallTrack, path: Path) -> None:
    """Write `ball_summary` to a file.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(ball_summary(track), indent=2) + "\n", encoding="utf-8")


def _release(track: BallTrack) -> dict[str, Any] | None:
    """Return the first frame in which the ball is free, and when it left the hand."""
    if track.release is None or track.first_free is None:
        return None
    return {
        "frame": int(track.frames[track.first_free]),
        "time_s": round(track.release.time, 6),
        "sigma_s": round(track.release.sigma_s, 6),
    }


def _cells(track: BallTrack) -> Iterator[list[str]]:
    for row, frame in enumerate(track.frames):
        place = [_number(value, 3) for value in track.circles[row]]
        flags = [str(int(flag[row])) for flag in (track.in_hand, track.bridged)] if track.known[row] else ["", ""]
        yield [str(frame), f"{track.times[row]:.6f}", *place, _number(track.scores[row], 4), *flags]


def _number(value: float, digits: int) -> str:
    return "" if math.isnan(value) else f"{value:.{digits}f}"


def _track(rows: Sequence[Sequence[str]]) -> BallTrack:
    for line, row in enumerate(rows, start=2):
        if len(row) != len(COLUMNS):
            raise ValueError(f"line {line} has {len(row)} cells, expected {len(COLUMNS)}")
    cells = dict(zip(COLUMNS, zip(*rows, strict=True), strict=True)) if rows else dict.fromkeys(COLUMNS, ())
    return BallTrack(
        frames=np.array([int(cell) for cell in cells["frame"]], np.int64),
        times=_numbers(cells["time_s"]),
        circles=np.stack([_numbers(cells[name]) for name in ("x_px", "y_px", "radius_px")], axis=1),
        scores=_numbers(cells["score"]),
        in_hand=_flags(cells["in_hand"]),
        bridged=_flags(cells["bridged"]),
    )


def _numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    return np.array([float(cell) if cell else math.nan for cell in cells], np.float64)


def _flags(cells: Sequence[str]) -> NDArray[np.bool_]:
    for cell in cells:
        if cell not in _FLAGS:
            raise ValueError(f"in_hand and bridged must be 1, 0 or empty, found {cell!r}")
    return np.array([_FLAGS[cell] for cell in cells], np.bool_)
