"""`handball synth`: make a synthetic set with exact truth."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from cyclopts import Parameter


def synth(
    *,
    out: Path,
    preset: Literal["near", "far", "phone", "rig", "orbit", "fan", "pair", "pe"] = "near",
    profile: Literal["light", "paper"] | None = None,
    players: int | None = None,
    clips: int | None = None,
    seed: int = 1,
    rate: float | None = None,
    size: Annotated[tuple[int, int] | None, Parameter(negative="")] = None,
    techniques: str | None = None,
    novices: float = 0.0,
    reality: Annotated[bool, Parameter(negative="")] = False,
    others: float | None = None,
    sessions: Annotated[bool, Parameter(negative="")] = False,
    workers: int = 1,
) -> None:
    """Make a set of synthetic clips of handball techniques with everything that is true of them.

    Parameters
    ----------
    out
        Folder for the set; a set that was begun there with the same options is completed.
    preset
        Where the cameras stand: near or far in front as in the paper, a phone at the side, the binocular rig,
        a ring of cameras, a fan of phones at the side, a pair of phones a right angle apart; pe is near with
        catching as a further technique.
    profile
        light is small pictures of 12 players, paper the clip counts of the paper; for near and far.
    players
        How many players, at most 16.
    clips
        Clips of each player and technique.
    seed
        The same seed gives the same truth.
    rate
        Pictures a second.
    size
        Width and height of the pictures in pixels.
    techniques
        Techniques, separated by commas: jump_shot, standing_shot, pass, push_pass, feint, dribble, block, none, catch.
    novices
        Share of the throws, from 0 to 1, that have a fault of 20 to 40 degrees.
    reality
        Do to clips of phones what phones do: repeated frames, dark halls, shaking hands, messengers, the wrong side.
    others
        Share of the clips, from 0 to 1, with other players in the hall.
    sessions
        Film all clips of a player and technique from one place in one hall, with the same fault or none.
    workers
        Processes that render side by side.
    """
    from handball.cli.progress import shown_progress
    from handball.synthesis.dataset import make_set
    from handball.synthesis.presets import build_recipe, named_techniques

    recipe = build_recipe(
        preset,
        profile,
        players=players,
        clips=clips,
        seed=seed,
        rate_hz=rate,
        size=size,
        techniques=named_techniques(techniques) if techniques else None,
        novices=novices,
        reality=reality,
        others=others,
        sessions=sessions,
    )
    with shown_progress("synth") as hooks:
        card = make_set(
            recipe, out, workers=workers, progress=lambda done, total: hooks.progress("render", done, total)
        )
    print(f"{card.clips} clips, {card.files} files, truth {card.truth_hash}, {card.seconds:.0f} s: {out}")
