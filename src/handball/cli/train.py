"""`handball train`: nets of our own, from synthetic data."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from handball.errors import MissingExtraError, UsageError


def lifter(
    *,
    out: Path,
    sequences: int = 8000,
    steps: int = 8000,
    seed: int = 7,
    device: Literal["auto", "cpu", "cuda"] = "auto",
) -> None:
    """Train the net that lifts joints from the pictures of one camera into space.

    Parameters
    ----------
    out
        Folder for the motions, the state of the training and the net; a training that was stopped there goes on.
    sequences
        Synthetic motions to learn from.
    steps
        Steps of the training, 24 clips of 112 frames each.
    seed
        Of motions, cameras and noise.
    device
        What computes: auto, cpu or cuda.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("Training needs PyTorch: install it with pip install 'handball[train]'.") from error

    from handball.cli.progress import shown_progress
    from handball.training.lifter.export import export
    from handball.training.lifter.loop import LifterRecipe, train
    from handball.training.lifter.report import card_of

    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "PyTorch finds no CUDA device here: use --device cpu, or a build of PyTorch for your graphics card."
        )
    if device == "auto":
        device = "cuda" if torch.cuda.is_available() else "cpu"
    recipe = LifterRecipe(sequences=sequences, steps=steps, seed=seed)
    with shown_progress("train") as hooks:
        trained = train(recipe, out, progress=hooks.progress, tell=print, device=device)
    export(trained.net, out / "lifter.onnx", card_of(recipe, trained))
    print(f"{out / 'lifter.onnx'}: trained in {trained.seconds:.0f} s")
