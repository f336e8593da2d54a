"""`handball train`: nets of our own, from synthetic data."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from handball.errors import MissingExtraError, UsageError


def lifter(
    *,
    out: Path,
    config: Literal["lite", "full"] = "lite",
    sequences: int | None = None,
    steps: int | None = None,
    seed: int = 7,
    receptive_field: Literal["27", "45", "81", "243"] | None = None,
    causal: Annotated[bool, Parameter(negative="")] = False,
    loss: Literal["absolute", "mse", "mpjpe", "huber", "correntropy"] = "absolute",
    mocap: Path | None = None,
    held_out: Annotated[tuple[str, ...], Parameter(consume_multiple=True, negative="")] = (),
    unlabeled: float = 0.0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
) -> None:
    """Train the net that lifts joints from the pictures of one camera into space.

    Parameters
    ----------
    out
        Folder for the motions, the state of the training and the net; a training that was stopped there goes on.
    config
        Sizes that fit a processor (lite) or need a graphics card (full); the three options below replace one each.
    sequences
        Synthetic motions to learn from.
    steps
        Steps of the training, 24 clips of 112 frames each.
    seed
        Of motions, cameras and noise.
    receptive_field
        Pictures at 60 a second that the net looks at: 27, 45, 81 or 243.
    causal
        Look at the past only, instead of as far ahead as back.
    loss
        How an error counts: each coordinate (absolute), the distance of a joint (mpjpe), its square (mse), or one that
        forgives gross errors (huber, correntropy).
    mocap
        Recorded motions to learn from as well: sequences of 38 joints at 60 Hz (.npz, CMU motion capture).
    held_out
        Techniques and families of recorded motions that the net does not learn from; its error on them is told.
    unlabeled
        Share of the motions whose joints in space are withheld, from 0 (none) to below 1: of them the net learns from
        the picture and from bone lengths. Not measured to help.
    device
        What computes: auto, cpu or cuda.
    """
    import attrs

    computes = training_device(device)
    from handball.cli.progress import shown_progress
    from handball.training.lifter.export import export
    from handball.training.lifter.loop import CONFIGS, train
    from handball.training.lifter.report import card_of, write_curves
    from handball.training.nets.temporal_convolution import KERNELS

    if mocap is not None and not mocap.is_file():
        raise UsageError(f"{mocap} is no file: --mocap needs recorded motions of 38 joints (.npz).")
    usual = CONFIGS[config]
    recipe = attrs.evolve(
        usual,
        sequences=usual.sequences if sequences is None else sequences,
        steps=usual.steps if steps is None else steps,
        seed=seed,
        kernels=usual.kernels if receptive_field is None else KERNELS[int(receptive_field)],
        causal=causal,
        loss=loss,
        capture="" if mocap is None else str(mocap),
        held_out=held_out,
        unlabeled=unlabeled,
    )
    with shown_progress("train") as hooks:
        trained = train(recipe, out, progress=hooks.progress, tell=print, device=computes)
    write_curves(trained, out)
    export(trained.net, out / "lifter.onnx", card_of(recipe, trained))
    print(f"{out / 'lifter.onnx'}: trained in {trained.seconds:.0f} s")


def training_device(device: Literal["auto", "cpu", "cuda"]) -> Literal["cpu", "cuda"]:
    """Return what computes.

    Raises
    ------
    MissingExtraError
        When PyTorch is not installed.
    UsageError
        When there is no graphics card that it can use.
    """
    try:
        import torch
    except ImportError as error:
        raise MissingExtraError("Training needs PyTorch: install it with pip install 'handball[train]'.") from error
    if device == "cuda" and not torch.cuda.is_available():
        raise UsageError(
            "PyTorch finds no CUDA device here: use --device cpu, or a build of PyTorch for your graphics card."
        )
    if device == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return device
