"""Which techniques there are, in which variants, and who builds them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType

import numpy as np

from handball.synthesis.choreography import Choreography
from handball.synthesis.handling import build_catch, build_dribble, build_push_pass
from handball.synthesis.motion import Fault, Technique
from handball.synthesis.moving import NONE_KINDS, build_block, build_feint, build_none
from handball.synthesis.players import Player
from handball.synthesis.throwing import build_throw

_SLOTS = ("overhead", "side", "low")
VARIANTS: Mapping[Technique, tuple[str, ...]] = MappingProxyType(
    {
        "jump_shot": _SLOTS[:2],
        "standing_shot": _SLOTS,
        "pass": _SLOTS[:2],
        "push_pass": (),
        "feint": (),
        "dribble": ("standing", "walking"),
        "block": ("jump", "standing"),
        "none": NONE_KINDS,
        "catch": (),
    }
)
"""The variants of each technique; where none is asked for, one is drawn."""

THROWS: tuple[Technique, ...] = ("jump_shot", "standing_shot", "pass")

_Builder = Callable[[Player, np.random.Generator, str | None], Choreography]
_OTHERS: Mapping[Technique, _Builder] = MappingProxyType(
    {
        "push_pass": lambda player, rng, _: build_push_pass(player, rng),
        "feint": lambda player, rng, _: build_feint(player, rng),
        "dribble": build_dribble,
        "block": build_block,
        "none": build_none,
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
