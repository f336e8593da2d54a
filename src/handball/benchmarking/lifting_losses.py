"""What gross errors in what it is taught cost a lifting net, by its loss: `handball bench lifting-losses`.

After Chen et al., "Efficient and robust deep learning with correntropy-induced loss function", Neural Comput. Appl.
27(4), 2016, whose claim (squares are sensitive to outliers) the paper repeats.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Callable, Mapping
from pathlib import Path

import attrs
import numpy as np

from handball.drawing.line_chart import Line, line_chart
from handball.errors import OutputError
from handball.storage.files import ensure_folder, replacing
from handball.training.lifter.loss_study import Cell, CellResult, Study, StudyRecipe
from handball.training.lifter.losses import LOSS_NAMES, LossName
from handball.training.lifter.motions import Motions, drawn_motions, load_motions, save_motions

Progress = Callable[[int, int], None]

CONTAMINATIONS = (0.0, 0.05, 0.1, 0.2)
_MOTION_SEED = 31
_MOST_LOST, _LEAST_LOST = 0.1, 0.3
"""The question: does the best loss lose at most so much where the square loses so much and more?"""


@attrs.frozen(kw_only=True)
class LossRow:
    """One loss at one contamination: mean over the seeds and their standard deviation, metres; share lost."""

    loss: LossName
    contamination: float
    seeds: int
    error: float
    error_sd: float
    aligned_error: float
    lost: float


@attrs.frozen(kw_only=True)
class LossStudy:
    """The whole table."""

    recipe: StudyRecipe
    rows: tuple[LossRow, ...]
    cells: tuple[CellResult, ...]

    @property
    def answer(self) -> str:
        """Whether the best robust loss loses at most 10 % where the square loses 30 % and more."""
        worst = {row.loss: row.lost for row in self.rows if row.contamination == max(CONTAMINATIONS)}
        best = min((name for name in worst if name != "mse"), key=lambda name: worst[name])
        holds = worst[best] <= _MOST_LOST and worst["mse"] >= _LEAST_LOST
        return (
            f"{'Yes' if holds else 'No'}: with {max(CONTAMINATIONS):.0%} gross errors mse loses {worst['mse']:.1%} and "
            f"{best} {worst[best]:.1%} (asked: at least {_LEAST_LOST:.0%} and at most {_MOST_LOST:.0%})."
        )

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        recipe = self.recipe
        lines = [
            f"Synthetic: {recipe.motions - recipe.held_out} motions to learn from, {recipe.held_out} of other players "
            f"to test, each seen {recipe.windows} times; nets of width {recipe.width}, kernels {recipe.kernels}, "
            f"{recipe.steps} steps of {recipe.clips} clips of {recipe.frames} frames; {self.rows[0].seeds} seeds "
            "(mean and standard deviation). Millimetres, clean test.",
            "",
            "| loss | gross errors | MPJPE | SD of seeds | PA-MPJPE | MPJPE lost |",
            "| --- | ---: | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {row.loss} | {row.contamination:.0%} | {1e3 * row.error:.1f} | {1e3 * row.error_sd:.1f} "
            f"| {1e3 * row.aligned_error:.1f} | {row.lost:+.1%} |"
            for row in self.rows
        ]
        return "\n".join([*lines, "", self.answer])

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)

    def to_svg(self) -> str:
        """Return the plot of the errors by contamination."""
        lines = [
            Line(
                name=name,
                across=np.array([100 * row.contamination for row in self.rows if row.loss == name]),
                up=np.array([1e3 * row.error for row in self.rows if row.loss == name]),
            )
            for name in LOSS_NAMES
        ]
        return line_chart(
            lines, title="Lifting with gross errors in training", across="gross errors (%)", up="MPJPE (mm), clean test"
        )


def run(
    folder: Path, *, recipe: StudyRecipe | None = None, seeds: int = 3, progress: Progress | None = None
) -> LossStudy:
    """Train every loss at every contamination; what is done stays in `folder`, and a stopped study goes on there.

    Raises
    ------
    OutputError
        When the folder holds a study of other options.
    """
    recipe = recipe or StudyRecipe()
    ensure_folder(folder)
    cells = [
        Cell(loss=n, contamination=c, seed=s) for s, c, n in itertools.product(range(seeds), CONTAMINATIONS, LOSS_NAMES)
    ]
    kept = folder / "cells.json"
    done = _read(kept, recipe)
    study = Study(recipe, study_motions(folder / "motions.npz", recipe))
    for number, cell in enumerate(cells, start=1):
        if cell not in done:
            done[cell] = study.run(cell)
            _write(kept, recipe, done)
        if progress is not None:
            progress(number, len(cells))
    results = tuple(done[cell] for cell in cells)
    return LossStudy(recipe=recipe, rows=rows_of(results), cells=results)


def rows_of(results: tuple[CellResult, ...]) -> tuple[LossRow, ...]:
    """Return means over the seeds, loss by loss."""
    rows = []
    for name in LOSS_NAMES:
        clean = float("nan")
        for share in CONTAMINATIONS:
            own = [one for one in results if one.cell.loss == name and one.cell.contamination == share]
            errors = np.array([one.error for one in own])
            clean = float(errors.mean()) if share == 0 else clean
            rows.append(
                LossRow(
                    loss=name,
                    contamination=share,
                    seeds=len(own),
                    error=float(errors.mean()),
                    error_sd=float(errors.std(ddof=1)) if len(own) > 1 else 0.0,
                    aligned_error=float(np.mean([one.aligned_error for one in own])),
                    lost=float(errors.mean() / clean - 1),
                )
            )
    return tuple(rows)


def study_motions(path: Path, recipe: StudyRecipe) -> Motions:
    """Return the motions of a study, drawn if the file is not there yet.

    Raises
    ------
    OutputError
        When the file holds another number of motions.
    """
    if not path.exists():
        save_motions(drawn_motions(recipe.motions, _MOTION_SEED), path)
    motions = load_motions(path)
    if len(motions) != recipe.motions:
        raise OutputError(
            f"{path.parent} holds a study with {len(motions)} motions, not {recipe.motions}: take another folder."
        )
    return motions


def _read(path: Path, recipe: StudyRecipe) -> dict[Cell, CellResult]:
    if not path.exists():
        return {}
    told = json.loads(path.read_text(encoding="utf-8"))
    if told["recipe"] != json.loads(json.dumps(attrs.asdict(recipe))):
        raise OutputError(f"{path.parent} holds a study with other options: give them again, or take another folder.")
    results = [CellResult(cell=Cell(**one.pop("cell")), **one) for one in told["cells"]]
    return {one.cell: one for one in results}


def _write(path: Path, recipe: StudyRecipe, done: Mapping[Cell, CellResult]) -> None:
    told = {"recipe": attrs.asdict(recipe), "cells": [attrs.asdict(one) for one in done.values()]}
    with replacing(path) as beside:
        beside.write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")
