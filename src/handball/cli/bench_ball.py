"""`handball bench ball`: structures of the ball net, its rival by color, its times (needs the extra `train`)."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from handball.errors import UsageError

if TYPE_CHECKING:
    from handball.benchmarking.ball_structures import Kind
    from handball.benchmarking.ball_study import Part


def ball(
    *,
    out: Path,
    size: str = "128x96",
    parts: str = "recognition,latency,structures,transfers",
    structures: str = "3,4,1,5,6,2,7,3+relu,4+relu,1+relu",
    net: Path | None = None,
    iterations: int | None = None,
    small_iterations: int | None = None,
    fine_iterations: int | None = None,
    crops: int = 5000,
    test_crops: int = 1000,
    seed: int = 0,
    figures: Path | None = None,
    json: Path | None = None,
) -> None:
    """Compare ball nets with each other, with a method by color and with the paper's tables (needs the extra `train`).

    Parameters
    ----------
    out
        Folder for crops and trainings; what was stopped there goes on, what is done is not done again.
    size
        Width and height of the large pictures, 4 to 3, up to 320x240.
    parts
        What is measured, with commas: recognition (net against color), latency, structures, transfers (small to
        large).
    structures
        Which structures are trained from scratch on large pictures, in this order, +relu with a ReLU between the full
        layers. Others are told as not run.
    net
        A ball.onnx to compare with the method by color, instead of structure 3 trained on small and then on large
        pictures.
    iterations, small_iterations, fine_iterations
        Batches of 64 crops: on large pictures from scratch, on small ones, and on large ones after those; if not given
        the paper's 6000, 6000 and 2000.
    crops, test_crops
        Crops to draw and learn from, and to test with.
    seed
        Of crops, weights and order.
    figures
        Folder for the figures.
    json
        File for the numbers.
    """
    from handball.cli.bench_output import told
    from handball.cli.train import training_device
    from handball.cli.train_ball import parsed_size

    training_device("cpu")
    from handball.benchmarking.ball_study import run, save_figures
    from handball.benchmarking.ball_trainings import Plan

    given = (iterations, small_iterations, fine_iterations)
    if any(count is not None and count < 1 for count in given):
        raise UsageError("--iterations, --small-iterations and --fine-iterations must be at least 1.")
    if net is not None and not net.is_file():
        raise UsageError(f"{net} is no file: --net needs the ball.onnx of a training.")
    plan = Plan(
        folder=out,
        size=parsed_size(size),
        iterations=iterations or 0,
        small_iterations=small_iterations or 0,
        fine_iterations=fine_iterations or 0,
        crops=crops,
        test_crops=test_crops,
        seed=seed,
    )
    study = run(plan, parts=_parts(parts), kinds=_kinds(structures), net=net, tell=_tell)
    told(study, json)
    if figures is not None:
        save_figures(study, figures)


def _tell(text: str) -> None:
    print(text, file=sys.stderr)


def _parts(text: str) -> tuple[Part, ...]:
    from handball.benchmarking.ball_study import PARTS

    words = [word.strip() for word in text.split(",")]
    unknown = set(words) - set(PARTS)
    if unknown:
        raise UsageError(f"--parts takes {', '.join(PARTS)}, with commas, found {text!r}.")
    return tuple(part for part in PARTS if part in words)


def _kinds(text: str) -> tuple[Kind, ...]:
    from handball.benchmarking.ball_structures import KINDS

    known = {f"{number}+relu" if fc_relu else str(number): (number, fc_relu) for number, fc_relu in KINDS}
    words = [word.strip() for word in text.split(",")]
    if not set(words) <= set(known):
        raise UsageError(f"--structures takes some of {', '.join(known)}, with commas, found {text!r}.")
    return tuple(known[word] for word in words)
