"""Forms of the lifting net and what they are worth, small and on the same motions: `handball bench lifting-nets`."""

from __future__ import annotations

import json
from pathlib import Path

import attrs

from handball.benchmarking.lifting_losses import study_motions
from handball.lifting.features import RATE_HZ
from handball.storage.files import ensure_folder
from handball.training.lifter.form_study import FormResult, compared_forms
from handball.training.lifter.loss_study import StudyRecipe


@attrs.frozen(kw_only=True)
class LiftingNets:
    """The whole table."""

    recipe: StudyRecipe
    rows: tuple[FormResult, ...]

    def to_table(self) -> str:
        """Return the table as Markdown text."""
        recipe = self.recipe
        lines = [
            f"Synthetic: {recipe.motions - recipe.held_out} motions to learn from, {recipe.held_out} of other players "
            f"to test, each seen {recipe.windows} times; width {recipe.width}, {recipe.steps} steps of {recipe.clips} "
            f"clips of {recipe.frames} frames, one seed. Errors in millimetres, at {RATE_HZ:g} Hz.",
            "",
            "| form (receptive field) | weights | MPJPE | PA-MPJPE | N-MPJPE | MPJVE (mm a frame) | MPJVE (mm/s) |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {row.form} | {row.weights} | {1e3 * row.error:.1f} | {1e3 * row.aligned_error:.1f} "
            f"| {1e3 * row.scaled_error:.1f} | {1e3 * row.step_error:.2f} | {1e3 * RATE_HZ * row.step_error:.0f} |"
            for row in self.rows
        ]
        return "\n".join(lines)

    def to_json(self) -> str:
        """Return everything as JSON text."""
        return json.dumps(attrs.asdict(self), indent=1)


def run(folder: Path, *, recipe: StudyRecipe | None = None) -> LiftingNets:
    """Train and measure every form; motions are kept in `folder`, those of the study of losses do."""
    recipe = recipe or StudyRecipe()
    ensure_folder(folder)
    rows = compared_forms(recipe, study_motions(folder / "motions.npz", recipe))
    return LiftingNets(recipe=recipe, rows=rows)
