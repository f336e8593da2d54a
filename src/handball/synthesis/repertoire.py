"""Which techniques there are, in which variants, and who builds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from handball.synthesis.choreography import Choreography
from handball.synthesis.feinting import FEIGNED, build_feigned_throw
from handball.synthesis.handling import build_catch, build_dribble, build_dropping, build_holding, build_push_pass
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.moving import NONE_KINDS, build_block, build_body_feint, build_none
from handball.synthesis.players import Player
from handball.synthesis.throwing import build_throw

_SLOTS = ("overhead", "side", "low")
_WITHOUT_BALL_SHARE = 0.4
_WITH_BALL: Mapping[str, Callable[[Player, np.random.Generator], Choreography]] = MappingProxyType(
    {"holding": build_holding, "dropping": build_dropping}
)
VARIANTS: Mapping[Technique, tuple[str, ...]] = MappingProxyType(
    {
        "jump_shot": _SLOTS[:2],
        "standing_shot": _SLOTS,
        "pass": _SLOTS[:2],
        "push_pass": (),
        "feint": ("body", *FEIGNED),
        "dribble": ("standing", "walking"),
        "block": ("jump", "standing"),
        "none": (*NONE_KINDS, *_WITH_BALL),
        "catch": (),
    }
)
"""The variants of each technique; where none is asked for, one is drawn."""

THROWS: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")


def _build_feint(player: Player, rng: np.random.Generator, variant: str | None) -> Choreography:
    """Feign with the body, or one of the throws; all equally often, where no variant is asked for."""
    kind = variant or VARIANTS["feint"][int(rng.integers(len(VARIANTS["feint"])))]
    feigned = next((throw for throw in FEIGNED if throw == kind), None)
    return build_body_feint(player, rng) if feigned is None else build_feigned_throw(player, feigned, rng)


def _build_none(player: Player, rng: np.random.Generator, variant: str | None) -> Choreography:
    """Do nothing in particular, mostly with a ball, where no variant is asked for."""
    drawn = None if rng.random() < _WITHOUT_BALL_SHARE else tuple(_WITH_BALL)[int(rng.integers(len(_WITH_BALL)))]
    kind = variant or drawn
    with_ball = None if kind is None else _WITH_BALL.get(kind)
    return build_none(player, rng, kind) if with_ball is None else with_ball(player, rng)


_Builder = Callable[[Player, np.random.Generator, str | None], Choreography]
_OTHERS: Mapping[Technique, _Builder] = MappingProxyType(
    {
        "push_pass": lambda player, rng, _: build_push_pass(player, rng),
        "feint": _build_feint,
        "dribble": build_dribble,
        "block": build_block,
        "none": _build_none,
        "catch": lambda player, rng, _: build_catch(player, rng),
    }
)


def choreograph(
    player: Player, technique: Technique, rng: np.random.Generator, variant: str | None, faults: Sequence[Fault] = ()
) -> Choreography:
    """Build one performance of a technique.

    Raises
    ------
    ValueError
        For a variant that the technique does not have, or faults in what is no throw.
    """
    if variant is not None and variant not in VARIANTS[technique]:
        raise ValueError(f"{technique} has the variants {VARIANTS[technique] or 'none'}, asked for {variant}")
    if technique in THROWS:
        return build_throw(player, technique, rng, variant, faults)  # type: ignore[arg-type]
    if faults:
        raise ValueError(f"faults belong to {', '.join(THROWS)}; {technique} takes none")
    return _OTHERS[technique](player, rng, variant)
