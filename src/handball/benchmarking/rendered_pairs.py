"""Who of a rendered set is compared with whom: throws of one athlete in sets, and a coach seen from the same side."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

import numpy as np

from handball.benchmarking.rendered import RenderedThrow

SAME_SIDE_DEG = 10.0


def sets_of(every: Sequence[RenderedThrow], throws: int) -> Iterator[tuple[RenderedThrow, ...]]:
    """Put the clips of each player and technique into sets of so many throws, in their order; what is left is left out.

    A set whose throws do not share fault, arm slot and camera side is left out as well: only
    `handball synth --sessions` makes sets of several throws that do.
    """
    for _, group in groupby(every, key=lambda one: (one.truth.player, one.truth.technique, one.row["camera"])):
        clips = list(group)
        for first in range(0, len(clips) - throws + 1, throws):
            found = tuple(clips[first : first + throws])
            if throws == 1 or _one_session(found):
                yield found


def _one_session(clips: Sequence[RenderedThrow]) -> bool:
    names = {(one.truth.arm_slot, tuple(fault.name for fault in one.truth.faults)) for one in clips}
    return len(names) == 1 and all(abs(one.azimuth_deg - clips[0].azimuth_deg) <= SAME_SIDE_DEG for one in clips)


def coach_for(learner: RenderedThrow, every: Sequence[RenderedThrow], rng: np.random.Generator) -> RenderedThrow | None:
    """Draw a clean clip of another player with the same technique and arm slot, seen within 10 degrees, if any."""
    coaches = [one for one in every if _fits(one, learner)]
    return coaches[int(rng.integers(len(coaches)))] if coaches else None


def _fits(coach: RenderedThrow, learner: RenderedThrow) -> bool:
    """Whether a clip can be the standard of another one."""
    alike = (coach.truth.technique, coach.truth.arm_slot) == (learner.truth.technique, learner.truth.arm_slot)
    same = alike and coach.truth.player != learner.truth.player
    clean = not coach.truth.faults and coach.performance is not None
    return same and clean and abs(coach.azimuth_deg - learner.azimuth_deg) <= SAME_SIDE_DEG
