"""`handball bench ball-finder` and `ball-track`: whether the ball is seen, followed, and its release found."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter

from handball.cli.bench_output import shown_bench, told


def ball_track(
    rendered: Path | None = None,
    /,
    *,
    labeled: Path | None = None,
    net: Path | None = None,
    players: Literal["train", "test", "all"] = "test",
    json: Path | None = None,
) -> None:
    """Follow the ball through throws whose truth is known.

    Parameters
    ----------
    rendered
        A rendered set with throws (`handball synth`).
    labeled
        A folder of real videos with ball_circles.csv (file, frame, cx, cy, r) and events.csv (file, event, frame).
    net
        A ball finder of your own (ball_finder.onnx).
    players
        Whose throws of the set: of the players to learn from (train), of those to test with (test), or all.
    json
        File for the numbers.
    """
    from handball.benchmarking.ball_tracks import run

    with shown_bench("ball-track") as progress:
        result = run(rendered, labeled, net=net, split=players, progress=progress)
    told(result, json)


def ball_finder(*, net: Path | None = None, balls: int = 7500, others: int = 2000, json: Path | None = None) -> None:
    """Test the ball finder on drawn crops that it has not learned from.

    Parameters
    ----------
    net
        A ball finder of your own (ball_finder.onnx).
    balls
        Crops with a ball.
    others
        Crops without one.
    json
        File for the numbers.
    """
    from handball.benchmarking.ball_finder import run

    with shown_bench("ball-finder") as progress:
        result = run(net=net, balls=balls, others=others, progress=progress)
    told(result, json)


def ball_frames(
    clips: Annotated[tuple[Path, ...], Parameter(consume_multiple=True, negative="")],
    /,
    *,
    net: Path | None = None,
    threads: int = 2,
    pictures: int = 1000,
    json: Path | None = None,
) -> None:
    """Time the ball finder on whole pictures of 640 x 480, by ONNX Runtime and by OpenCV's nets.

    Parameters
    ----------
    clips
        Videos whose pictures are taken.
    net
        A ball finder of your own (ball_finder.onnx).
    threads
        Of the processor.
    pictures
        That are timed.
    json
        File for the numbers.
    """
    from handball.benchmarking.ball_frames import run

    told(run(clips, net=net, threads=threads, most=pictures), json)
