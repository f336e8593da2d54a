"""`handball bench`: tables about this installation on this machine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal, Protocol

from cyclopts import Parameter


class _Benchmark(Protocol):
    def to_table(self) -> str: ...

    def to_json(self) -> str: ...


def _shown(result: _Benchmark, json: Path | None) -> None:
    """Print a table; keep the numbers where they are asked for."""
    from handball.storage.files import replacing

    print(result.to_table())
    if json is not None:
        with replacing(json) as path:
            path.write_text(result.to_json() + "\n", encoding="utf-8")


@contextmanager
def _progress(title: str) -> Iterator[Callable[[int, int], None]]:
    """Give what a bench calls with the parts done and to do."""
    from handball.cli.progress import shown_progress

    with shown_progress(title) as hooks:
        yield lambda done, total: hooks.progress("bench", done, total)


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
    with _progress("align") as progress:
        result = run(count=count, seed=seed, progress=progress)
    _shown(result, json)


def key_actions(
    *,
    players: int = 12,
    clips: int = 5,
    seed: int = 2020,
    noise_mm: float = 0.0,
    rendered: Path | None = None,
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
    json
        File for the numbers.
    """
    from handball.benchmarking.key_actions import run, run_rendered

    with _progress("key actions") as progress:
        if rendered is not None:
            result = run_rendered(rendered, progress=progress)
        else:
            result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    _shown(result, json)


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

    with _progress("angles") as progress:
        result = run(rendered, progress=progress)
    _shown(result, json)


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

    with _progress("views") as progress:
        result = run(rendered, progress=progress)
    _shown(result, json)


def error_bars(
    rendered: Path, /, *, lift: Literal["temporal", "landmarks"] = "temporal", json: Path | None = None
) -> None:
    """Measure whether error bars of one camera hold for differences of two players, and fit their factors.

    Parameters
    ----------
    rendered
        A rendered set (`handball synth --preset phone`).
    lift
        How joints get their depth.
    json
        File for the numbers.
    """
    from handball.benchmarking.error_bars import run
    from handball.config import Settings

    with _progress("error bars") as progress:
        result = run(rendered, settings=Settings(lift=lift), progress=progress)
    _shown(result, json)
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

    with _progress("score") as progress:
        result = run(players=players, seed=seed, progress=progress)
    _shown(result, json)


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

    with _progress("experts") as progress:
        result = run(players=players, clips=clips, seed=seed, progress=progress)
    _shown(result, json)


def verdicts(
    *,
    players: int = 12,
    clips: int = 2,
    seed: int = 2020,
    noise_mm: float = 0.0,
    rendered: Path | None = None,
    throws: int = 1,
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
    json
        File for the numbers.
    """
    from handball.benchmarking.verdicts import run, run_rendered

    with _progress("verdicts") as progress:
        if rendered is not None:
            result = run_rendered(rendered, throws=throws, progress=progress)
        else:
            result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    _shown(result, json)


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

    with _progress("check") as progress:
        result = run(rendered, progress=progress)
    _shown(result, json)


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

    with _progress("throws") as progress:
        result = run(folder, player=player - 1, seconds=seconds, seed=seed, progress=progress)
    _shown(result, json)


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

    with _progress("faults") as progress:
        result = run(players=players, clips=clips, seed=seed, progress=progress)
    _shown(result, json)


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

    with _progress("stages") as progress:
        result = run(players=players, clips=clips, seed=seed, noise_mm=noise_mm, progress=progress)
    _shown(result, json)


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

    with _progress("repeat") as progress:
        if rendered is not None:
            result = repeated_tips.run_rendered(rendered, throws=throws, seed=seed, progress=progress)
        else:
            result = repeated_tips.run(novices=novices, throws=throws, noise_mm=noise_mm, seed=seed, progress=progress)
    _shown(result, json)


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

    with _progress("difficulty") as progress:
        result = run(rendered, progress=progress)
    _shown(result, json)


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

    _shown(run(test, standard, repeats=repeats), json)


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

    _shown(run(folder), json)
