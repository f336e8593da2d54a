"""Builds feigned throws: each begins as a throw and stops before the ball leaves, which comes back to both hands."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

import attrs
import numpy as np

from handball.synthesis.choreography import Choreography, Throwing
from handball.synthesis.handling import build_push_pass
from handball.synthesis.moves import Move, Track, smooth_step
from handball.synthesis.players import Player
from handball.synthesis.throwing import build_throw

Feigned = Literal["standing_shot", "pass", "push_pass"]
FEIGNED: tuple[Feigned, ...] = ("standing_shot", "pass", "push_pass")

_STOP_S: Mapping[Feigned, tuple[float, float]] = MappingProxyType(
    {"standing_shot": (-0.06, 0.06), "pass": (-0.06, 0.06), "push_pass": (0.12, 0.30)}
)
"""When the arm stops, from the cocking of the throw."""
_LATEST_S: Mapping[Feigned, float] = MappingProxyType({"standing_shot": -0.03, "pass": -0.03, "push_pass": 0.12})
"""From the strike; a hand that has whipped keeps no ball, two hands do."""
_SHARED_MOMENTS = ("start", "plant", "cocking")
_BRAKE_S = 0.12
_WAIT_S, _BACK_S = (0.03, 0.25), (0.35, 0.55)
_THROUGH = (0.0, 1.0)
"""How far trunk, hips and the other arm go on as in the throw while the ball stays."""
_STOPPED = ("right_", "support", "hold")
_FROM_THE_WAY = ("crouch", "sway_right", "sway_forward")
"""Tracks that go with the steps, which a feint does not break off."""


def build_feigned_throw(player: Player, kind: Feigned, rng: np.random.Generator) -> Choreography:
    """Return a feint that begins as the throw of this kind, from the same steps, and keeps the ball."""
    throw = build_push_pass(player, rng) if kind == "push_pass" else build_throw(player, kind, rng)
    stop = min(dict(throw.moments)["cocking"] + float(rng.uniform(*_STOP_S[kind])), _LATEST_S[kind])
    back = stop + _BRAKE_S + float(rng.uniform(*_WAIT_S))
    end = back + float(rng.uniform(*_BACK_S)) / player.style.tempo
    # both hands push, and stop, together
    through = 0.0 if kind == "push_pass" else float(rng.uniform(*_THROUGH))
    tracks = {
        name: _mixed(_broken_off(track, stop, (back, end)), track, _share_of_throw(name, through))
        for name, track in throw.tracks.items()
    }
    return attrs.evolve(
        throw,
        tracks=tracks,
        ball=Throwing(),
        moments=(*_until(throw, stop), ("stop", stop), ("finish", end)),
        clock=(),
        arm_slot=None,
    )


def _until(throw: Choreography, stop: float) -> tuple[tuple[str, float], ...]:
    return tuple((name, time) for name, time in throw.moments if name in _SHARED_MOMENTS and time < stop)


def _share_of_throw(name: str, through: float) -> float:
    if name in _FROM_THE_WAY:
        return 1.0
    return 0.0 if name.startswith(_STOPPED) else through


def _mixed(feint: Track, throw: Track, share: float) -> Track:
    moves = [(begin, end, change * (1 - share)) for begin, end, change in feint.moves]
    moves += [(begin, end, change * share) for begin, end, change in throw.moves]
    return Track(rest=throw.rest, moves=tuple(move for move in moves if move[2]))


def _broken_off(track: Track, stop: float, back: tuple[float, float]) -> Track:
    """Keep what a track has done when it is stopped, slow it down from there, and bring it back to rest."""
    kept = tuple(_slowed_down(move, stop) for move in track.moves if move[0] < stop)
    total = sum(change for _, _, change in kept)
    return Track(rest=track.rest, moves=(*kept, (*back, -total)) if kept else ())


def _slowed_down(move: Move, stop: float) -> Move:
    """Let a move that is under way at the stop end a little later, as far as it has got by then."""
    begin, end, change = move
    if end <= stop:
        return move
    share = float(smooth_step(np.array((stop - begin) / (end - begin))))
    return begin, stop + _BRAKE_S, change * share
