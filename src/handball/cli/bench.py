"""`handball bench`: tables about this installation on this machine."""

from __future__ import annotations

from pathlib import Path


def align(*, count: int = 200, seed: int = 2020, json: Path | None = None) -> None:
    """Measure how well each aligner finds known warps of a synthetic throw (milliseconds).

    Parameters
    ----------
    count
        Number of random warps.
    seed
        Seed of the warps.
    json
        File for the numbers.
    """
    from handball.benchmarking.alignment import run
    from handball.cli.progress import shown_progress
    from handball.storage.files import replacing

    with shown_progress("align") as hooks:
        result = run(count=count, seed=seed, progress=lambda done, total: hooks.progress("bench", done, total))
    print(result.to_table())
    if json is not None:
        with replacing(json) as path:
            path.write_text(result.to_json(), encoding="utf-8")


def pipeline(test: Path, standard: Path, /, *, repeats: int = 3, json: Path | None = None) -> None:
    """Measure the stages of a whole evaluation beside the pose net alone on as many pictures.

    Parameters
    ----------
    test
        The learner's clip.
    standard
        The coach's clip.
    repeats
        How often; the medians are printed.
    json
        File for the numbers.
    """
    from handball.benchmarking.pipeline import run
    from handball.storage.files import replacing

    result = run(test, standard, repeats=repeats)
    print(result.to_table())
    if json is not None:
        with replacing(json) as path:
            path.write_text(result.to_json(), encoding="utf-8")


def single_camera(folder: Path, /, *, json: Path | None = None) -> None:
    """Measure joint angles of one camera against four calibrated ones, and whether our error bars hold.

    Parameters
    ----------
    folder
        Recordings of the Pose2Sim demo with one person: videos, calibration, reference .trc.
    json
        File for the numbers.
    """
    from handball.benchmarking.single_camera import run
    from handball.storage.files import replacing

    result = run(folder)
    print(result.to_table())
    if json is not None:
        with replacing(json) as path:
            path.write_text(result.to_json(), encoding="utf-8")
