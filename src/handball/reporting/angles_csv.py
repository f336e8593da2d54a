"""`angles.csv`: every angle of both clips on all frames, side by side in aligned rows."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

import numpy as np

from handball.domain.angles import AngleSeries
from handball.domain.assessment import Assessment
from handball.domain.skeleton import sided_name
from handball.reporting.timeline import key_steps
from handball.storage.files import replacing

AlignedRow = tuple[int | None, int | None, str]
"""Row of the standard, row of the test (None outside the other clip's part), key action or nothing (`a+b` for two)."""


def write_angles_csv(assessment: Assessment, path: Path) -> Path:
    """Write one row for each step of the alignment, before and after it what each clip has beyond it.

    Columns are `standard_frame`, `standard_time_s`, `test_frame`, `test_time_s`, `key_action`, then
    `standard_<angle>_deg` and `test_<angle>_deg` for each angle, under the sides of the standard's
    thrower. A cell is empty where nothing was measured. UTF-8, commas, decimal points.

    Raises
    ------
    OutputError
        When the file cannot be written.
    """
    hand = assessment.standard.reference.hand
    names = [sided_name(name, hand) for name in assessment.standard.reference.angles.names]
    header = ["standard_frame", "standard_time_s", "test_frame", "test_time_s", "key_action"]
    header += [f"{clip}_{name}_deg" for name in names for clip in ("standard", "test")]
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(_cells(assessment, row) for row in aligned_rows(assessment))
    return path


def aligned_rows(assessment: Assessment) -> Iterator[AlignedRow]:
    """Yield all rows of both clips: both lead-ins, the path, both tails."""
    path = assessment.alignment.path
    counts = (len(assessment.standard.reference.angles.frames), len(assessment.performance.angles.frames))
    names: dict[int, str] = {}
    for name, step in key_steps(assessment):
        names[step] = f"{names[step]}+{name}" if step in names else name
    beyond = [found for found in assessment.key_actions if found.name not in dict(key_steps(assessment))]
    first = {found.reference.row: found.name for found in beyond}
    last = {found.performance.row: found.name for found in beyond}
    yield from ((row, None, first.get(row, "")) for row in range(path[0, 0]))
    yield from ((None, row, last.get(row, "")) for row in range(path[0, 1]))
    yield from ((int(a), int(b), names.get(step, "")) for step, (a, b) in enumerate(path))
    yield from ((row, None, first.get(row, "")) for row in range(path[-1, 0] + 1, counts[0]))
    yield from ((None, row, last.get(row, "")) for row in range(path[-1, 1] + 1, counts[1]))


def _cells(assessment: Assessment, row: AlignedRow) -> list[str]:
    first, last = assessment.standard.reference.angles, assessment.performance.angles
    values = zip(_degrees(first, row[0]), _degrees(last, row[1]), strict=True)
    return [*_moment(first, row[0]), *_moment(last, row[1]), row[2], *chain(*values)]


def _moment(angles: AngleSeries, row: int | None) -> tuple[str, str]:
    return ("", "") if row is None else (str(angles.frames[row]), f"{angles.times[row]:.4f}")


def _degrees(angles: AngleSeries, row: int | None) -> list[str]:
    values = np.full(len(angles.names), np.nan) if row is None else angles.degrees[row]
    return ["" if np.isnan(value) else f"{round(float(value), 2) + 0.0:.2f}" for value in values]
