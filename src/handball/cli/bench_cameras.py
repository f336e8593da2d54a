"""`handball bench fit`, `rig-views` and `single-camera`: several cameras and what one of them misses."""

from __future__ import annotations

from pathlib import Path

from handball.cli.bench_output import shown_bench, told


def fit(rendered: Path, /, *, players: str | None = None, json: Path | None = None) -> None:
    """Measure what a skeleton fitted over the clip gains: one phone, and pairs of phones whose places are known.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset fan`, or `phone` for one phone alone).
    players
        Numbers of the players to measure, from 0 on, with commas between them; all where not given.
    json
        File for the numbers.
    """
    from handball.benchmarking.skeleton_fit import run
    from handball.errors import UsageError

    try:
        chosen = None if players is None else [int(number) for number in players.split(",")]
    except ValueError as error:
        raise UsageError(f"--players takes numbers with commas between them, as in 0,1,2: found {players}.") from error
    with shown_bench("fit") as progress:
        result = run(rendered, players=chosen, progress=progress)
    told(result, json)


def rig_views(folder: Path, /, *, json: Path | None = None) -> None:
    """Measure how exactly two, three and four calibrated cameras see a real person.

    Parameters
    ----------
    folder
        Recordings of the Pose2Sim demo with one person: videos, calibration, reference .trc.
    json
        File for the numbers.
    """
    from handball.benchmarking.rig_views import run

    told(run(folder), json)


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

    told(run(folder), json)
