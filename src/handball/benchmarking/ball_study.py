"""The whole comparison of ball nets, part by part: `handball bench ball`."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal, get_args

import attrs

from handball.ball.net import open_ball_net
from handball.benchmarking.ball_figures import accuracy_figure, color_figure, time_figure, training_figure
from handball.benchmarking.ball_latency import CALLS, Latency, latencies
from handball.benchmarking.ball_recognition import Recognition, calibrated_on, color_rival, recognition
from handball.benchmarking.ball_structures import KINDS, Kind, StructureRow, structure_rows, train_structures
from handball.benchmarking.ball_tables import latency_table, recognition_tables, structure_table, transfer_table
from handball.benchmarking.ball_trainings import BallTraining, Plan, Tell, finished_training
from handball.benchmarking.ball_transfers import Transfer, train_transfers, transfer_rows
from handball.drawing.picture_file import save_picture
from handball.storage.files import ensure_folder, replacing
from handball.training.recipes import keep_recipe

Part = Literal["recognition", "latency", "structures", "transfers"]
PARTS: tuple[Part, ...] = get_args(Part)


@attrs.frozen(kw_only=True)
class BallStudy:
    """Everything that was measured; what was not asked for is empty, but for trainings that are kept.

    Attributes
    ----------
    small, fine
        The net of small pictures, and what it becomes on large ones.
    structures, transfers
        All that were ever trained in this folder.
    """

    plan: Plan
    small: BallTraining | None = None
    fine: BallTraining | None = None
    recognition: Recognition | None = None
    latencies: tuple[Latency, ...] = ()
    structures: tuple[StructureRow, ...] = ()
    transfers: tuple[Transfer, ...] = ()

    def to_table(self) -> str:
        """Return all tables as Markdown text."""
        parts = [
            structure_table(self.plan, self.structures),
            recognition_tables(self.recognition),
            latency_table(self.latencies),
            transfer_table(self.plan, self.transfers),
        ]
        return "\n\n".join(parts)

    def to_json(self) -> str:
        """Return everything as JSON text; nets are told by the name of their training."""

        def plain(_: Any, field: Any, value: Any) -> Any:
            if isinstance(value, Path):
                return value.parent.name if field is not None and field.name == "net" else value.name
            return value

        return json.dumps(attrs.asdict(self, value_serializer=plain), indent=1)


def run(
    plan: Plan,
    *,
    parts: Sequence[Part] = PARTS,
    kinds: Sequence[Kind] = KINDS,
    net: Path | None = None,
    tell: Tell,
    calls: int = CALLS,
) -> BallStudy:
    """Train what is not trained yet, and measure.

    Parameters
    ----------
    plan
        What is trained, and where it is kept.
    parts
        Which of `PARTS`.
    kinds
        Structures to train, in this order; others that are kept are told as well.
    net
        A net to compare with the method by color, instead of the fine-tuned one.
    calls
        Single pictures for each time.

    Raises
    ------
    OutputError
        When the folder holds trainings from other crops, or cannot be written.
    ModelError
        When `net` is no ball net.
    """
    crops = {"crops": plan.crops, "test_crops": plan.test_crops, "seed": plan.seed}
    keep_recipe(crops, ensure_folder(plan.folder))
    study = BallStudy(plan=plan)
    if {"latency", "transfers"} & set(parts) or ("recognition" in parts and net is None):
        study = attrs.evolve(study, small=finished_training(plan.folder, plan.small(), tell))
    if "recognition" in parts:
        study = _recognized(study, net, tell, calls)
    if "latency" in parts and study.small is not None:
        study = attrs.evolve(study, latencies=latencies(study.small.net, plan.folder / "latency", calls))
    if "structures" in parts:
        train_structures(plan, kinds, tell)
    if "transfers" in parts:
        train_transfers(plan, tell)
    return attrs.evolve(study, structures=structure_rows(plan, calls), transfers=transfer_rows(plan))


def _recognized(study: BallStudy, net: Path | None, tell: Tell, calls: int) -> BallStudy:
    plan = study.plan
    if net is not None:
        crops = plan.gathered(open_ball_net(net).size)
        return attrs.evolve(study, recognition=recognition(net, crops, f"{net.name} (--net)", calls))
    fine = finished_training(plan.folder, plan.fine("interp"), tell)
    small, large = plan.small(), plan.fine("interp")
    source = f"structure 3, {small.solver.max_iter} iterations on small pictures, then {large.solver.max_iter} on large"
    return attrs.evolve(study, fine=fine, recognition=recognition(fine.net, plan.gathered(plan.size), source, calls))


def save_figures(study: BallStudy, folder: Path) -> None:
    """Write the paper's Figures 2 to 4 as far as their parts were measured. Raises `OutputError` where that fails."""
    ensure_folder(folder)
    if study.small is not None and study.fine is not None:
        _save(folder / "ball_training.svg", training_figure(study.small, study.fine))
    if any(row.training for row in study.structures):
        _save(folder / "ball_structures_accuracy.svg", accuracy_figure(study.structures))
        _save(folder / "ball_structures_time.svg", time_figure(study.structures))
    if study.recognition is not None:
        crops = study.plan.gathered(study.recognition.size)
        picture = color_figure(color_rival(crops.taught), crops.tested, calibrated_on(crops.tested))
        save_picture(folder / "ball_color_rival.jpg", picture)


def _save(path: Path, text: str) -> None:
    with replacing(path) as beside:
        beside.write_text(text, encoding="utf-8")
