"""From the options of the command line to a recipe."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from typing import Literal

import attrs

from handball.errors import UsageError
from handball.synthesis.bodies import load_bodies
from handball.synthesis.motion import TECHNIQUES, Technique
from handball.synthesis.recipe import LIGHT, PAPER, Recipe

Profile = Literal["light", "paper"]
Choice = Literal["near", "far", "phone", "rig", "orbit", "fan", "pair", "pe"]

_LONGEST_S = 4.0
_MOST_RATE_HZ = 1000.0
_SIDES_PX = (32, 4096)
"""Least and most width and height; H.264 takes even ones."""

DEFAULTS: Mapping[Choice, Recipe] = {
    "near": Recipe(preset="near"),
    "far": Recipe(preset="far"),
    "pe": Recipe(preset="near", techniques=(*Recipe(preset="near").techniques, "catch")),
    "phone": Recipe(preset="phone", rate_hz=60.0, frames=120),
    "rig": Recipe(preset="rig", rate_hz=120.0, frames=240, size=(640, 480)),
    "orbit": Recipe(preset="orbit", rate_hz=60.0, frames=120),
    "fan": Recipe(preset="fan", rate_hz=60.0, frames=120),
    "pair": Recipe(preset="pair", rate_hz=60.0, frames=120),
}
"""Each preset as the paper or a phone films: two seconds a clip."""


_PROFILES: Mapping[Profile, Mapping[Choice, Recipe]] = {
    "light": {"near": LIGHT["near"], "far": LIGHT["far"]},
    "paper": {"near": PAPER["near"], "far": PAPER["far"]},
}


def build_recipe(
    preset: Choice,
    profile: Profile | None = None,
    *,
    players: int | None = None,
    clips: int | None = None,
    seed: int = 1,
    rate_hz: float | None = None,
    size: tuple[int, int] | None = None,
    techniques: tuple[Technique, ...] | None = None,
    novices: float = 0.0,
    reality: bool = False,
    others: float | None = None,
    sessions: bool = False,
) -> Recipe:
    """Build a recipe; what is not given is the preset's or the profile's own.

    Raises
    ------
    UsageError
        For a profile that the preset does not have, or a number out of range.

    Examples
    --------
    >>> build_recipe("near", "light", clips=2).size
    (480, 270)
    """
    base = _profile(preset, profile) if profile else DEFAULTS[preset]
    _check_counts(players, clips, seed)
    _check_pictures(preset, rate_hz, size)
    for name, share in (("novices", novices), ("others", others or 0.0)):
        if not 0 <= share <= 1:
            raise UsageError(f"--{name} must be a share from 0 to 1, found {share:g}.")
    if reality and preset != "phone":
        raise UsageError(f"--reality is what phones do: use it with --preset phone, found {preset}.")
    recipe = attrs.evolve(
        base,
        novices=novices,
        reality=reality,
        others=base.others if others is None else others,
        size=size or base.size,
        techniques=techniques or base.techniques,
        players=players or base.players,
        clips=clips or base.clips,
        total=None if clips else base.total,
        seed=seed,
        sessions=sessions,
    )
    if rate_hz is None:
        return recipe
    seconds = min(base.frames / base.rate_hz, _LONGEST_S)
    return attrs.evolve(recipe, rate_hz=rate_hz, frames=max(2, round(seconds * rate_hz)))


def _check_counts(players: int | None, clips: int | None, seed: int) -> None:
    most = len(load_bodies())
    if players is not None and not 1 <= players <= most:
        raise UsageError(f"--players must lie between 1 and {most}, found {players}.")
    if clips is not None and clips < 1:
        raise UsageError(f"--clips must be at least 1, found {clips}.")
    if seed < 0:
        raise UsageError(f"--seed must not be negative, found {seed}.")


def _check_pictures(preset: Choice, rate_hz: float | None, size: tuple[int, int] | None) -> None:
    if rate_hz is not None and not 1 <= rate_hz <= _MOST_RATE_HZ:
        raise UsageError(f"--rate must lie between 1 and {_MOST_RATE_HZ:g} pictures a second, found {rate_hz:g}.")
    if size is None:
        return
    if preset == "rig":
        raise UsageError("--size does not go with --preset rig, whose cameras have 640 x 480 pixels.")
    if any(side % 2 or not _SIDES_PX[0] <= side <= _SIDES_PX[1] for side in size):
        least, most = _SIDES_PX
        raise UsageError(f"--size takes two even numbers from {least} to {most} pixels, found {size[0]} {size[1]}.")


def _profile(preset: Choice, profile: Profile) -> Recipe:
    found = _PROFILES[profile].get(preset)
    if found is None:
        raise UsageError(f"The profile '{profile}' is for the presets near and far, found '{preset}'.")
    return found


def named_techniques(text: str) -> tuple[Technique, ...]:
    """Read techniques that are separated by commas.

    Raises
    ------
    UsageError
        For an unknown one, with the nearest that is known, or one that is named twice.

    Examples
    --------
    >>> named_techniques("pass, block")
    ('pass', 'block')
    """
    found: list[Technique] = []
    for name in (part.strip() for part in text.split(",")):
        known = next((technique for technique in TECHNIQUES if technique == name), None)
        if known is None:
            close = difflib.get_close_matches(name, TECHNIQUES, 1)
            hint = f" Did you mean '{close[0]}'?" if close else ""
            raise UsageError(f"'{name}' is no technique, expected some of {', '.join(TECHNIQUES)}.{hint}")
        if known in found:
            raise UsageError(f"--techniques names {known} twice: name each once.")
        found.append(known)
    return tuple(found)
