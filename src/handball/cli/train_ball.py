"""`handball train ball`: the net that tells whether a piece of a picture shows a ball."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

from cyclopts import Parameter

from handball.cli.train import training_device
from handball.errors import UsageError

if TYPE_CHECKING:
    from handball.training.ball.loop import TrainedBall
    from handball.training.ball.recipe import BallRecipe


def ball(
    *,
    out: Path,
    structure: Literal["1", "2", "3", "4", "5", "6", "7"] = "3",
    size: str = "64x48",
    fc_relu: Annotated[bool, Parameter(negative="")] = False,
    iterations: int | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    way: Literal["interp", "adaptive", "fcn"] = "interp",
    crops: int = 5000,
    test_crops: int = 1000,
    clips: Path | None = None,
    own_pictures: Path | None = None,
    seed: int = 0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
) -> None:
    """Train the net that tells whether a piece of a picture shows a ball.

    Parameters
    ----------
    out
        Folder for the crops, the state of the training and the net; a training that was stopped there goes on.
    structure
        Which of the seven structures; 1 to 6 are those of the paper's Table 2.
    size
        Width and height of the pictures in pixels, 4 to 3: from 64x48 to 320x240.
    fc_relu
        A ReLU between the two full layers, which the paper does not name.
    iterations
        Batches of 64 crops; 6000 if not given, 2000 with --from.
    from_
        A net of smaller pictures (ball.onnx) to begin with.
    way
        How it becomes a net of larger pictures: weights resampled (interp), maps averaged (adaptive), or full layers
        that slide (fcn).
    crops
        Crops to draw and learn from.
    test_crops
        Crops to draw and test with, and as many with a ball that the net has not seen.
    clips
        A set of handball synth to cut more crops from.
    own_pictures
        A folder with your own pictures in positive/ (a ball) and negative/ (none) to learn from as well.
    seed
        Of crops, weights and order.
    device
        What computes: auto, cpu or cuda.
    """
    computes = training_device(device)
    from handball.cli.progress import shown_progress
    from handball.synthesis.dataset import set_hash
    from handball.training.ball.loop import train
    from handball.training.ball.own_pictures import fingerprint
    from handball.training.ball.recipe import BallRecipe, file_sha256

    if iterations is not None and iterations < 1:
        raise UsageError(f"--iterations must be at least 1, found {iterations}.")
    if way != "interp" and from_ is None:
        raise UsageError(f"--way {way} needs --from: a net of smaller pictures that becomes one of larger pictures.")
    recipe = BallRecipe(
        structure=int(structure),
        size=parsed_size(size),
        fc_relu=fc_relu,
        iterations=iterations or 0,
        crops=crops,
        test_crops=test_crops,
        seed=seed,
        start=str(from_ or ""),
        start_sha256=file_sha256(from_) if from_ else "",
        way=way,
        clips=str(clips or ""),
        clips_hash=set_hash(clips) if clips else "",
        own_pictures=str(own_pictures or ""),
        own_fingerprint=fingerprint(own_pictures) if own_pictures else "",
    )
    with shown_progress("train") as hooks:
        trained = train(recipe, out, progress=hooks.progress, tell=print, device=computes)
    _write(recipe, trained, out)


def parsed_size(text: str) -> tuple[int, int]:
    """Return width and height.

    Raises
    ------
    UsageError
        When the text is no size.

    Examples
    --------
    >>> parsed_size("128x96")
    (128, 96)
    """
    found = re.fullmatch(r"(\d+)x(\d+)", text)
    if found is None:
        raise UsageError(f"--size is a width and a height in pixels as 64x48, found {text}.")
    return int(found[1]), int(found[2])


def _write(recipe: BallRecipe, trained: TrainedBall, out: Path) -> None:
    """Write curves, net and card, and say how good it is."""
    from handball.benchmarking.ball_recall import ball_recall
    from handball.training.ball.export import export
    from handball.training.ball.report import card_of, write_curves

    found = [ball_recall(name, tested.crops, tested.chances >= 0.5) for name, tested in trained.tested]
    measured: dict[str, Any] = {recall.name: recall.to_json() for recall in found}
    write_curves(trained, out)
    export(trained.net, out / "ball.onnx", card_of(recipe, trained, measured))
    for recall in found:
        print(recall.to_text())
    print(f"all crops to learn from: {100 * trained.train_error:.2f} % wrong")
    print(f"{out / 'ball.onnx'}: trained in {trained.seconds:.0f} s")
