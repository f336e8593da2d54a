"""Builds the choreography of a throw: the taught moves in a player's style and tempo, on feet and through the air."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Literal

import numpy as np

from handball.synthesis.ballistics import BALLS, ball_size
from handball.synthesis.choreography import ArmSlot, Choreography, Throwing
from handball.synthesis.faults import check_faults, with_faults
from handball.synthesis.motion import Fault
from handball.synthesis.moves import Track
from handball.synthesis.players import Player
from handball.synthesis.rig import right_handed
from handball.synthesis.run_up import jump, steps
from handball.synthesis.throws import EARLIER_START, JUMP, PASS, PASS_TAUGHT, SHOT, SLOTS, TAUGHT
from handball.synthesis.variation import STANDING, Retiming, standing, styled, tempo_of

ThrowKind = Literal["jump_shot", "standing_shot", "pass"]
_TRACKS: Mapping[str, Mapping[str, Track]] = {"jump_shot": JUMP, "standing_shot": SHOT, "pass": PASS}
_RISE_DEG: Mapping[str, float] = {"jump_shot": -7.0, "standing_shot": -3.0, "pass": 3.0}
_SLOT_SHARES: Mapping[str, tuple[float, float, float]] = {
    "jump_shot": (0.85, 0.15, 0.0),
    "standing_shot": (0.75, 0.18, 0.07),
    "pass": (0.85, 0.15, 0.0),
}


def build_throw(
    player: Player,
    kind: ThrowKind,
    rng: np.random.Generator,
    slot: ArmSlot | None = None,
    faults: Sequence[Fault] = (),
) -> Choreography:
    """Return a throw.

    Parameters
    ----------
    slot
        Where the arm comes from; drawn at random, mostly overhead, where it is not given.
    faults
        What the thrower does wrong, see `faults.py`.
    """
    sizes = check_faults(faults, kind)
    rest = right_handed(player.body, player.hand)
    drawn: ArmSlot = ("overhead", "side", "low")[int(rng.choice(3, p=_SLOT_SHARES[kind]))]
    slot = slot or drawn
    retiming = _retiming(player, kind, rng)
    changes = dict(_TRACKS[kind])
    for name, moves in SLOTS[slot]:
        changes[name] = changes.get(name, Track(rest=STANDING[name])).plus(*moves)
    tracks = {name: retiming.track(track) for name, track in styled(standing(changes), player, rng).items()}
    taught = dict(PASS_TAUGHT if kind == "pass" else TAUGHT)
    taught["start"] -= EARLIER_START[slot]
    moments = {name: retiming(time) for name, time in taught.items()}
    rise = _RISE_DEG[kind] + float(rng.normal(0.0, 3.0))
    travel = (
        jump(player, rest, rng, moments, sizes)
        if kind == "jump_shot"
        else steps(player, rest, kind, rng, moments, sizes)
    )
    choreography = Choreography(
        player=player,
        begin=travel.begin,
        end=travel.end,
        tracks=tracks | {"crouch": _added(tracks["crouch"], travel.crouch)},
        forward=travel.forward,
        feet=travel.feet,
        flights=travel.flights,
        ball=Throwing(release=0.0, rise_deg=rise),
        ball_diameter=BALLS[ball_size(player)][0],
        moments=tuple(sorted({**moments, **travel.moments}.items(), key=lambda moment: moment[1])),
        clock=retiming.pairs,
        arm_slot=slot,
    )
    return with_faults(choreography, rest, sizes)


def _added(habit: Track, travel: Track) -> Track:
    return Track(rest=travel.rest, moves=travel.moves + habit.moves)


def _retiming(player: Player, kind: ThrowKind, rng: np.random.Generator) -> Retiming:
    """Slow or hasten the draw-back, the whip and the follow-through, each a little on its own."""
    tempo = tempo_of(player, rng) * (0.92 if kind == "pass" else 1.0)
    draw, whip, follow = (float(np.exp(rng.normal(0.0, s))) for s in (0.06, 0.03, 0.06))
    strong = tempo**0.6 * whip
    taught = (-0.60, -0.24, -0.10, 0.0, 0.10, 0.30)
    steps = (0.36 / (tempo * draw), 0.14 / strong, 0.10 / strong, 0.10 / strong, 0.20 / (tempo * follow))
    before = np.cumsum(steps[:3][::-1])[::-1]
    here = (*(-before).tolist(), 0.0, steps[3], steps[3] + steps[4])
    return Retiming(taught=taught, here=here, tempo=tempo)
