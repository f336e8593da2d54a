"""Who performs: body, looks, hand and personal style of each player."""

from __future__ import annotations

from typing import Literal

import attrs

from handball.domain.skeleton import Side
from handball.synthesis.rig import RestBody

Color = tuple[int, int, int]


@attrs.frozen(kw_only=True)
class Looks:
    """Colours (RGB) of skin, hair and clothes, and the number on the shirt."""

    skin: Color
    hair: Color
    shirt: Color
    shorts: Color
    shoes: Color
    number: int


@attrs.frozen(kw_only=True)
class Build:
    """Shape of the body on the scales of the `anny` model, each from 0 to 1."""

    gender: float
    age: float
    muscle: float
    weight: float
    height: float
    proportions: float


@attrs.frozen(kw_only=True)
class Style:
    """Habits that stay with a player: deviations from the technique as taught, in the units that the name says.

    The spread over players is at least that of published throws (PEERS.md section 4).
    """

    tempo: float = 1.0
    amplitude: float = 1.0
    offsets_deg: tuple[tuple[str, float], ...] = ()


@attrs.frozen(kw_only=True)
class Player:
    """One player. `body` is the rest pose that both the exact skeleton and the skin are made from."""

    name: str
    sex: Literal["female", "male"]
    group: Literal["youth", "adult"]
    hand: Side
    body: RestBody
    build: Build
    looks: Looks
    style: Style = Style()

    @property
    def height(self) -> float:
        """Body height in metres."""
        return self.body.height
