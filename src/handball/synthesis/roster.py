"""The players of the set: bodies from the shipped table, hands, looks, and habits that differ from player to player."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

import numpy as np
from scipy.special import ndtri

from handball.domain.skeleton import Side
from handball.synthesis.bodies import load_bodies
from handball.synthesis.players import Color, Looks, Player, Style


class _Entry(NamedTuple):
    body: str
    hand: Side
    number: int
    skin: Color
    hair: Color
    shirt: Color
    shorts: Color
    shoes: Color


_RED, _BLUE, _GREEN, _YELLOW, _WHITE, _BLACK = (
    (190, 35, 40),
    (35, 70, 170),
    (30, 130, 75),
    (230, 195, 40),
    (235, 235, 235),
    (30, 30, 35),
)
_ORANGE, _PURPLE, _NAVY, _GRAY = (225, 115, 30), (110, 50, 140), (20, 30, 70), (125, 130, 135)
_PALE, _LIGHT, _TAN, _BROWN, _DARK = (238, 205, 185), (222, 180, 150), (190, 140, 105), (135, 90, 62), (85, 56, 42)
_BLOND, _FAIR, _CHESTNUT, _AUBURN, _RAVEN = (200, 165, 105), (150, 115, 75), (85, 55, 35), (130, 60, 35), (25, 22, 22)

_ROSTER: tuple[_Entry, ...] = (
    _Entry("man_athletic", "right", 7, _LIGHT, _CHESTNUT, _RED, _BLACK, _WHITE),
    _Entry("woman_slim", "right", 11, _PALE, _BLOND, _BLUE, _NAVY, _ORANGE),
    _Entry("boy_slim", "right", 4, _BROWN, _RAVEN, _YELLOW, _BLACK, _BLACK),
    _Entry("woman_athletic", "left", 9, _TAN, _CHESTNUT, _GREEN, _WHITE, _WHITE),
    _Entry("man_tall", "left", 23, _PALE, _FAIR, _WHITE, _RED, _BLUE),
    _Entry("girl_slim", "right", 6, _DARK, _RAVEN, _PURPLE, _BLACK, _YELLOW),
    _Entry("woman_tall", "right", 14, _LIGHT, _AUBURN, _RED, _RED, _BLACK),
    _Entry("man_slim", "right", 18, _DARK, _RAVEN, _BLUE, _WHITE, _RED),
    _Entry("boy_small", "right", 2, _PALE, _BLOND, _ORANGE, _NAVY, _WHITE),
    _Entry("man_small", "right", 10, _TAN, _RAVEN, _BLACK, _BLACK, _GREEN),
    _Entry("girl_small", "left", 3, _LIGHT, _FAIR, _WHITE, _BLUE, _PURPLE),
    _Entry("girl_sturdy", "right", 15, _BROWN, _RAVEN, _GREEN, _BLACK, _WHITE),
    _Entry("woman_small", "right", 5, _TAN, _CHESTNUT, _YELLOW, _GREEN, _GRAY),
    _Entry("man_heavy", "right", 21, _LIGHT, _BLOND, _NAVY, _NAVY, _YELLOW),
    _Entry("woman_heavy", "left", 8, _BROWN, _RAVEN, _ORANGE, _GRAY, _BLACK),
    _Entry("boy_tall", "right", 13, _PALE, _AUBURN, _GRAY, _RED, _BLUE),
)
"""So ordered that the first players, and every fourth of them, are of both sexes, youth and adult, and both hands."""

OFFSETS_SD_DEG: Mapping[str, float] = MappingProxyType(
    {
        "right_shoulder_elevation": 5.0,
        "right_shoulder_azimuth": 7.0,
        "right_elbow_angle": 8.0,
        "right_forearm_rotation": 6.0,
        "left_shoulder_elevation": 9.0,
        "left_shoulder_azimuth": 9.0,
        "left_elbow_angle": 10.0,
        "trunk_tilt_forward": 4.0,
        "trunk_tilt_lateral": 4.5,
        "shoulder_line_angle": 7.0,
        "hip_line_angle": 6.0,
        "pelvis_tilt_forward": 4.0,
        "right_pronation": 10.0,
    }
)
"""One standard deviation between players of each habit, in degrees (see `docs/explanation/synthesis.md`)."""
_TEMPO_SD, _AMPLITUDE_SD, _YOUTH_TEMPO = 0.09, 0.10, 0.90
_STYLE_SEED = 20


@functools.cache
def build_players(count: int = 16) -> tuple[Player, ...]:
    """Return the first players of the roster; the same ones in every set.

    Raises
    ------
    ValueError
        For fewer than one or more than there are.

    Examples
    --------
    >>> [player.name for player in build_players(2)]
    ['man_athletic', 'woman_slim']
    """
    if not 1 <= count <= len(_ROSTER):
        raise ValueError(f"there are 1 to {len(_ROSTER)} players, asked for {count}")
    return tuple(_player(row, entry) for row, entry in enumerate(_ROSTER[:count]))


def _player(row: int, entry: _Entry) -> Player:
    body = next(body for body in load_bodies() if body.name == entry.body)
    return Player(
        name=body.name,
        sex=body.sex,
        group=body.group,
        hand=entry.hand,
        body=body.rest,
        build=body.build,
        looks=Looks(
            skin=entry.skin,
            hair=entry.hair,
            shirt=entry.shirt,
            shorts=entry.shorts,
            shoes=entry.shoes,
            number=entry.number,
        ),
        style=_style(row, youth=body.group == "youth"),
    )


def _style(row: int, *, youth: bool) -> Style:
    """Give every habit the quantiles of a normal distribution over the roster, in an order of its own."""
    rng = np.random.default_rng(_STYLE_SEED)
    quantiles = ndtri((np.arange(len(_ROSTER)) + 0.5) / len(_ROSTER))
    habits = [float(rng.permutation(quantiles)[row]) for _ in range(2 + len(OFFSETS_SD_DEG))]
    tempo = float(np.exp(_TEMPO_SD * habits[0])) * (_YOUTH_TEMPO if youth else 1.0)
    offsets = tuple(
        (name, round(sd * habit, 2)) for (name, sd), habit in zip(OFFSETS_SD_DEG.items(), habits[2:], strict=True)
    )
    return Style(tempo=round(tempo, 3), amplitude=round(1 + _AMPLITUDE_SD * habits[1], 3), offsets_deg=offsets)
