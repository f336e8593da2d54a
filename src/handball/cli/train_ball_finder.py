"""`handball train ball-finder`: the net that `handball ball` and `handball evaluate` find the ball with."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from handball.cli.train import training_device


def ball_finder(
    *,
    out: Path,
    crops: int = 120_000,
    test_crops: int = 1000,
    clips: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")] = (),
    pictures: Path | None = None,
    from_: Annotated[Path | None, Parameter(name="--from")] = None,
    rounds: int = 12,
    seed: int = 0,
    device: Literal["auto", "cpu", "cuda"] = "auto",
) -> None:
    """Train the net that finds the ball: whether it is there, where, and whether a hand holds it.

    Parameters
    ----------
    out
        Folder for the crops, the state of the training and the net; a training that was stopped there goes on.
    crops
        Crops to draw and learn from.
    test_crops
        Crops to draw and test with, and as many with a ball that the net has not seen.
    clips
        Sets of handball synth to cut more crops from.
    pictures
        A folder of real pictures with marked balls (YOLO boxes beside each, and obj.names): the net learns from the
        first half of those of the first camera and is tested with all others.
    from_
        The state of another training (checkpoint.pt) to begin with.
    rounds
        How often it sees each crop.
    seed
        Of crops, weights and order.
    device
        What computes: auto, cpu or cuda.
    """
    computes = training_device(device)
    from handball.benchmarking.ball_recall import ball_recall
    from handball.cli.progress import shown_progress
    from handball.synthesis.dataset import set_hash
    from handball.training.ball.recipe import file_sha256
    from handball.training.ball_finder.loop import train
    from handball.training.ball_finder.pictures import fingerprint
    from handball.training.ball_finder.recipe import FinderRecipe
    from handball.training.ball_finder.report import export, write_curves

    recipe = FinderRecipe(
        crops=crops,
        test_crops=test_crops,
        clips=tuple(map(str, clips)),
        clips_hashes=tuple(map(set_hash, clips)),
        pictures=str(pictures or ""),
        pictures_fingerprint=fingerprint(pictures) if pictures else "",
        start=str(from_ or ""),
        start_sha256=file_sha256(from_) if from_ else "",
        rounds=rounds,
        seed=seed,
    )
    with shown_progress("train") as hooks:
        trained = train(recipe, out, progress=hooks.progress, tell=print, device=computes)
    found = [ball_recall(name, tested.crops, tested.found) for name, tested in trained.tested]
    write_curves(trained, out)
    export(recipe, trained, {recall.name: recall.to_json() for recall in found}, out / "ball_finder.onnx")
    for recall in found:
        print(recall.to_text())
    print(f"{out / 'ball_finder.onnx'}: trained in {trained.seconds:.0f} s")
