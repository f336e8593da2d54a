"""`handball bench`: tables about this installation on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from handball.cli.bench_output import camera_numbers, shown_bench, told


def align(
    *,
    count: int = 200,
    seed: int = 2020,
    players: Annotated[bool, Parameter(negative="")] = False,
    json: Path | None = None,
) -> None:
    """Measure how well each aligner finds known warps of a synthetic throw (milliseconds).

    Parameters
    ----------
    count
        Number of random warps, or of pairs a technique.
    seed
        Seed of the warps.
    players
        Align throws of two different players instead, whose phases are known.
    json
        File for the numbers.
    """
    from handball.benchmarking import alignment, player_alignment

    run = player_alignment.run if players else alignment.run
    with shown_bench("align") as progress:
        result = run(count=count, seed=seed, progress=progress)
    told(result, json)


def key_actions(
    *,
    players: int = 12,
    clips: int = 5,
    seed: int = 2020,
    noise_mm: float = 0.0,
    rendered: Path | None = None,
    cameras: str | None = None,
    json: Path | None = None,
) -> None:
    """Measure how exactly the key actions of synthetic throws are found.

    Parameters
    ----------
    players, clips, seed
        So many players throw so often, by technique and frame rate.
    noise_mm
        Noise on each coordinate of each true joint.
    rendered
        A rendered set (`handball synth`): measure from its pictures instead of true joints.
    cameras
        Numbers of the cameras of each clip to take together as one calibrated rig, as 1,2.
    json
        File for the numbers.
    """
    from handball.benchmarking.key_actions import run, run_rendered

    with shown_bench("key actions") as progress:
        if rendered is not None:
            result = run_rendered(rendered, cameras=camera_numbers(cameras), progress=progress)
        else:
            result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    told(result, json)


def angles(rendered: Path, /, *, json: Path | None = None) -> None:
    """Measure how wrong angles from pictures are, by where the camera stands.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset orbit`).
    json
        File for the numbers.
    """
    from handball.benchmarking.angles import run

    with shown_bench("angles") as progress:
        result = run(rendered, progress=progress)
    told(result, json)


def views(rendered: Path, /, *, json: Path | None = None) -> None:
    """Measure what it costs to film coach and learner from different sides.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset fan`).
    json
        File for the numbers.
    """
    from handball.benchmarking.views import run

    with shown_bench("views") as progress:
        result = run(rendered, progress=progress)
    told(result, json)


def error_bars(
    rendered: Path,
    /,
    *,
    lift: Literal["temporal", "landmarks"] = "temporal",
    cameras: str | None = None,
    json: Path | None = None,
) -> None:
    """Measure whether error bars of one camera, or of a rig, hold for differences of two players; fit their factors.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset phone`, or `--preset pair` for several cameras).
    lift
        How joints get their depth from one camera.
    cameras
        Numbers of the cameras of each clip to take together as one calibrated rig, as 1,2.
    json
        File for the numbers.
    """
    from handball.benchmarking.error_bars import run
    from handball.config import Settings

    with shown_bench("error bars") as progress:
        result = run(rendered, settings=Settings(lift=lift), cameras=camera_numbers(cameras), progress=progress)
    told(result, json)
    print(f"\nFactors for lifting/error_bars.toml:\n\n{result.to_toml()}")


def score(*, players: int = 12, seed: int = 2020, json: Path | None = None) -> None:
    """Measure whether the score orders synthetic throws rightly and stays the same where it should.

    Parameters
    ----------
    players
        How many players throw.
    seed
        Seed of their throws.
    json
        File for the numbers.
    """
    from handball.benchmarking.score import run

    with shown_bench("score") as progress:
        result = run(players=players, seed=seed, progress=progress)
    told(result, json)


def experts(*, players: int = 12, clips: int = 3, seed: int = 2020, json: Path | None = None) -> None:
    """Tell experts from novices by the nearest neighbor among other players' synthetic throws.

    Parameters
    ----------
    players
        How many players throw.
    clips
        Expert throws, and as many novice throws, of each player.
    seed
        Seed of their throws.
    json
        File for the numbers.
    """
    from handball.benchmarking.experts import run

    with shown_bench("experts") as progress:
        result = run(players=players, clips=clips, seed=seed, progress=progress)
    told(result, json)


def verdicts(
    *,
    players: int = 12,
    clips: int = 2,
    seed: int = 2020,
    noise_mm: float = 0.0,
    rendered: Path | None = None,
    throws: int = 1,
    cameras: str | None = None,
    json: Path | None = None,
) -> None:
    """Measure how much of the first screen is decided, how much of that is wrong, and whether the first tip is right.

    Parameters
    ----------
    players, clips, seed
        So many players throw so often, clean and with every fault.
    noise_mm
        Noise on each coordinate of each true joint.
    rendered
        A rendered set with faults (`handball synth --preset phone --novices 0.5`): measure from its pictures.
    throws
        Evaluate so many throws of an athlete together; for a rendered set made with `--sessions`.
    cameras
        Numbers of the cameras of each clip to take together as one calibrated rig, as 1,2.
    json
        File for the numbers.
    """
    from handball.benchmarking.verdicts import run, run_rendered

    with shown_bench("verdicts") as progress:
        if rendered is not None:
            result = run_rendered(rendered, throws=throws, cameras=camera_numbers(cameras), progress=progress)
        else:
            result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    told(result, json)


def check(rendered: Path, /, *, json: Path | None = None) -> None:
    """Measure how often a check is right about each of its points.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset phone --reality`).
    json
        File for the numbers.
    """
    from handball.benchmarking.capture import run

    with shown_bench("check") as progress:
        result = run(rendered, progress=progress)
    told(result, json)


def throws(
    folder: Path,
    /,
    *,
    player: int = 1,
    seconds: float = 180.0,
    seed: int = 1,
    json: Path | None = None,
) -> None:
    """Measure how many throws of long recordings are found, and how many of those found are none.

    Parameters
    ----------
    folder
        Folder of recordings; where it holds none, one is rendered into it.
    player, seconds, seed
        Who throws in a new recording (1 to 16), how long, and what is drawn.
    json
        File for the numbers.
    """
    from handball.benchmarking.found_throws import run

    with shown_bench("throws") as progress:
        result = run(folder, player=player - 1, seconds=seconds, seed=seed, progress=progress)
    told(result, json)


def faults(*, players: int = 16, clips: int = 4, seed: int = 2020, json: Path | None = None) -> None:
    """Measure whether each fault of the table fires on itself, from true joints, and on nothing else.

    Parameters
    ----------
    players, clips, seed
        So many players throw so often, clean and with every fault.
    json
        File for the numbers.
    """
    from handball.benchmarking.faults import run

    with shown_bench("faults") as progress:
        result = run(players=players, clips=clips, seed=seed, progress=progress)
    told(result, json)


def stages(
    *, players: int = 8, clips: int = 2, noise_mm: float = 0.0, seed: int = 2021, json: Path | None = None
) -> None:
    """Measure whether levels of the report card are those that synthetic throws are made at.

    Parameters
    ----------
    players, clips, seed
        So many players (at most 8) throw so often, clean and with faults that lower a level.
    noise_mm
        Noise on each coordinate of each true joint.
    json
        File for the numbers.
    """
    from handball.benchmarking.stages import run

    with shown_bench("stages") as progress:
        result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    told(result, json)


def repeat(
    *,
    novices: int = 48,
    throws: int = 3,
    noise_mm: float = 0.0,
    seed: int = 2020,
    rendered: Path | None = None,
    json: Path | None = None,
) -> None:
    """Measure whether two sets of throws of one novice get the same first tip.

    Parameters
    ----------
    novices
        How many novices throw, each with one fault.
    throws
        Throws of a set.
    noise_mm
        One standard deviation of noise on each coordinate, in millimetres.
    seed
        Seed of the motions.
    rendered
        A rendered set (`handball synth --preset phone --novices 0.5 --sessions`): measure from its pictures.
    json
        File for the numbers.
    """
    from handball.benchmarking import repeated_tips

    with shown_bench("repeat") as progress:
        if rendered is not None:
            result = repeated_tips.run_rendered(rendered, throws=throws, seed=seed, progress=progress)
        else:
            result = repeated_tips.run(novices=novices, throws=throws, noise_mm=noise_mm, seed=seed, progress=progress)
    told(result, json)


def difficulty(rendered: Path | None = None, /, *, json: Path | None = None) -> None:
    """Measure how hard a synthetic set is for simple recognizers, so that no result is good because the data are easy.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset near --profile light`). Without one the clips of that profile are
        performed and the part about pictures is left out.
    json
        File for the numbers.
    """
    from handball.benchmarking.difficulty import run

    with shown_bench("difficulty") as progress:
        result = run(rendered, progress=progress)
    told(result, json)


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

    told(run(test, standard, repeats=repeats), json)
