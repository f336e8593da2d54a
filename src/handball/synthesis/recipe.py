"""What a synthetic set consists of: which player does what how often, filmed how, in which split."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Literal

import attrs
import numpy as np

from handball.errors import UsageError
from handball.synthesis.motion import TECHNIQUES, Technique

Preset = Literal["near", "far", "phone", "rig", "orbit", "fan", "pair"]
Split = Literal["train", "test"]

GENERATOR_VERSION = 3
"""Rises whenever the same recipe gives other clips, so that no two such sets are taken for one."""

RANDOM_TEST_SHARE = 0.1
HELD_OUT_EVERY = 4
"""Every fourth player is held out: 25 % of them, the same ones in every set."""

_SEVEN: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass", "push_pass", "feint", "dribble", "block")
_EIGHT: tuple[Technique, ...] = (*_SEVEN, "none")


@attrs.frozen(kw_only=True)
class Recipe:
    """Everything that decides what a set holds; the same recipe gives the same truth.

    Attributes
    ----------
    preset
        Where the cameras stand (`camera.py`).
    players
        How many of the players take part.
    clips
        Clips of each player and technique. With `total` set, that many in all, dealt out evenly.
    frames, rate_hz, size
        Pictures a clip, pictures a second, width and height in pixels.
    novices
        Share of the throws that are thrown with a fault.
    reality
        Whether clips have what phones do to them: repeats, dark halls, shaking hands, messengers, the wrong side.
    others
        Share of the clips with other players in the hall.
    sessions
        Whether the clips of a player and technique are filmed one after the other: the same fault or none, the same
        arm slot, hall and place of the phone beside the throw. Otherwise chance decides all that for each clip.
    """

    preset: Preset
    techniques: tuple[Technique, ...] = _EIGHT
    players: int = 12
    clips: int = 15
    total: int | None = None
    seed: int = 1
    frames: int = 50
    rate_hz: float = 25.0
    size: tuple[int, int] = (1280, 720)
    novices: float = 0.0
    reality: bool = False
    others: float = 0.5
    sessions: bool = False

    def __attrs_post_init__(self) -> None:
        unknown = set(self.techniques) - set(TECHNIQUES)
        if unknown:
            raise UsageError(f"Unknown technique {sorted(unknown)[0]}: expected some of {', '.join(TECHNIQUES)}.")
        if self.players < 1 or self.clips < 1 or self.frames < 2:
            raise UsageError("A set needs at least one player, one clip and two frames.")

    @property
    def key(self) -> str:
        """Hash of the recipe and the generator's version, 12 hexadecimal digits."""
        text = json.dumps([GENERATOR_VERSION, attrs.asdict(self)], sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()[:12]


@attrs.frozen(kw_only=True)
class ClipPlan:
    """One clip to make: `seed` feeds every chance in it; `name` is its file name without ending."""

    name: str
    player: int
    technique: Technique
    number: int
    seed: tuple[int, ...]
    split_random: Split
    split_players: Split

    @property
    def session_seed(self) -> tuple[int, ...]:
        """The seed of what all clips of this player and technique share."""
        return self.seed[:-1]


LIGHT: Mapping[Preset, Recipe] = MappingProxyType(
    {"near": Recipe(preset="near", size=(480, 270)), "far": Recipe(preset="far", size=(640, 360))}
)
"""50 full frames of 12 players x 8 classes x 15 clips, small enough for a laptop."""

PAPER: Mapping[Preset, Recipe] = MappingProxyType(
    {
        "near": Recipe(preset="near", techniques=_SEVEN, players=6, total=4484),
        "far": Recipe(preset="far", techniques=_SEVEN, players=6, total=3071),
    }
)
"""The numbers of the paper: set I 4,484 = 4,035 + 449 clips, set II 3,071 = 2,780 + 291."""

_PAPER_TESTS = {4484: 449, 3071: 291}


def held_out(player: int) -> bool:
    """Tell whether a player belongs to the held-out quarter."""
    return player % HELD_OUT_EVERY == HELD_OUT_EVERY - 1


def plan(recipe: Recipe) -> tuple[ClipPlan, ...]:
    """List every clip of a recipe, in a fixed order, with both splits.

    Examples
    --------
    >>> clips = plan(PAPER["near"])
    >>> len(clips), sum(clip.split_random == "test" for clip in clips)
    (4484, 449)
    """
    cells = [(player, technique) for player in range(recipe.players) for technique in recipe.techniques]
    counts = _counts(recipe, len(cells))
    named = [(*cell, number) for cell, count in zip(cells, counts, strict=True) for number in range(count)]
    tests = _random_tests(recipe, len(named))
    return tuple(
        ClipPlan(
            name=f"p{player + 1:02d}_{technique}_{number + 1:03d}",
            player=player,
            technique=technique,
            number=number,
            seed=(recipe.seed, player, TECHNIQUES.index(technique), number),
            split_random="test" if row in tests else "train",
            split_players="test" if held_out(player) else "train",
        )
        for row, (player, technique, number) in enumerate(named)
    )


def _counts(recipe: Recipe, cells: int) -> Sequence[int]:
    """Deal a total out evenly: the first cells get one more."""
    if recipe.total is None:
        return [recipe.clips] * cells
    return [recipe.total // cells + (row < recipe.total % cells) for row in range(cells)]


def _random_tests(recipe: Recipe, count: int) -> frozenset[int]:
    wanted = _PAPER_TESTS.get(count) if recipe.total == count else None
    wanted = round(RANDOM_TEST_SHARE * count) if wanted is None else wanted
    rng = np.random.default_rng([recipe.seed, count])
    return frozenset(rng.choice(count, wanted, replace=False).tolist())
