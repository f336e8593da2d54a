"""`handball bench`: what trains or describes the lifting net; most need the extra `train`."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from handball.cli.bench_output import shown_bench, told


@contextmanager
def _training_extra() -> Iterator[None]:
    """Say which extra is missing where PyTorch cannot be imported."""
    from handball.errors import MissingExtraError

    try:
        yield
    except ImportError as error:
        raise MissingExtraError("Training needs PyTorch: install it with pip install 'handball[train]'.") from error


def lifting_losses(
    folder: Path, /, *, steps: int = 300, seeds: int = 3, svg: Path | None = None, json: Path | None = None
) -> None:
    """Measure what gross errors in training cost a small lifting net, by its loss (needs the extra `train`).

    Parameters
    ----------
    folder
        Folder for the motions and the trainings done so far; a study that was stopped there goes on.
    steps
        Steps of each training, of which there are 16 a seed.
    seeds
        How often everything is trained.
    svg
        File for the plot.
    json
        File for the numbers.
    """
    from handball.errors import UsageError

    if seeds < 1:
        raise UsageError(f"--seeds must be at least 1, found {seeds}.")
    with _training_extra():
        from handball.benchmarking.lifting_losses import run
        from handball.training.lifter.loss_study import StudyRecipe
    from handball.storage.files import replacing

    with shown_bench("lifting losses") as progress:
        result = run(folder, recipe=StudyRecipe(steps=steps), seeds=seeds, progress=progress)
    told(result, json)
    if svg is not None:
        with replacing(svg) as path:
            path.write_text(result.to_svg(), encoding="utf-8")


def pose_noise(rendered: Path, /, *, toml: Path | None = None, json: Path | None = None) -> None:
    """Fit the noise that the lifting net is trained with to how the pose net errs on rendered clips.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth`) whose joints another bench has kept.
    toml
        File for the parameters as training reads them.
    json
        File for the numbers.
    """
    from handball.benchmarking.pose_noise import run
    from handball.storage.files import replacing

    result = run(rendered)
    told(result, json)
    if toml is not None:
        with replacing(toml) as path:
            path.write_text(result.to_toml(f"handball bench pose-noise {rendered.name} --toml {toml.name}"), "utf-8")


def lifting_nets(folder: Path, /, *, steps: int = 300, json: Path | None = None) -> None:
    """Compare forms of the lifting net, small and on the same motions (needs the extra `train`).

    Parameters
    ----------
    folder
        Folder for the motions; that of `lifting-losses` does.
    steps
        Steps of each training.
    json
        File for the numbers.
    """
    with _training_extra():
        from handball.benchmarking.lifting_nets import run
        from handball.training.lifter.loss_study import StudyRecipe

    told(run(folder, recipe=StudyRecipe(steps=steps)), json)


def lifted_joints(rendered: Path, /, *, net: Path | None = None, json: Path | None = None) -> None:
    """Measure lifted joints and angles of rendered clips of any movement against the true ones.

    And whether what is said of their uncertainty holds. Beside the angles stand those of the pose net alone.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth`).
    net
        A net of `handball train lifter` instead of the one that ships.
    json
        File for the numbers.
    """
    from handball.benchmarking.lifted_joints import run
    from handball.errors import UsageError

    if net is not None and not net.is_file():
        raise UsageError(f"{net} is no file: --net needs the lifter.onnx of a training.")
    with shown_bench("lifted joints") as progress:
        result = run(rendered, net=net, progress=progress)
    told(result, json)
