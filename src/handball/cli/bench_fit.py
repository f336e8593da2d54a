"""`handball bench fit`."""

from __future__ import annotations

from pathlib import Path

from handball.cli.bench import _progress, _shown


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
    with _progress("fit") as progress:
        result = run(rendered, players=chosen, progress=progress)
    _shown(result, json)
