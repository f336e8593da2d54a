"""Thin pictures out evenly until the page is small enough; the pictures that are needed stay."""

from __future__ import annotations

from collections.abc import Sequence, Set

import attrs
import numpy as np

from handball.domain.pictures import Pictures


@attrs.frozen(kw_only=True)
class Wanted:
    """Pictures of one clip: `needed` numbers must stay, the others of `first..last` may."""

    pictures: Pictures
    needed: frozenset[int]
    first: int
    last: int

    def chosen(self, share: float) -> tuple[int, ...]:
        """Return the needed numbers and an even share of the others."""
        others = [k for k in range(self.first, self.last + 1) if k not in self.needed]
        count = int(share * len(others))
        even = np.linspace(0, len(others) - 1, count).round().astype(int)
        return tuple(sorted(self.needed | {others[k] for k in even.tolist()}))

    def size(self, share: float) -> int:
        """Bytes of these pictures in base64."""
        return sum(-(-len(self.pictures.jpegs[k]) // 3) * 4 for k in self.chosen(share))


def wanted(pictures: Pictures, needed_frames: Set[int], first_frame: int, last_frame: int) -> Wanted:
    """Want the pictures of a run of frames, and those nearest to the needed frames in any case."""
    return Wanted(
        pictures=pictures,
        needed=frozenset(pictures.nearest(frame) for frame in needed_frames),
        first=pictures.nearest(first_frame),
        last=pictures.nearest(last_frame),
    )


def within_budget(clips: Sequence[Wanted], budget: int) -> list[tuple[int, ...]]:
    """Choose the picture numbers of each clip so that together they take at most `budget` bytes.

    Pictures are thinned by the same share in all clips. Where even the needed ones take more, just these are returned.
    """
    for step in range(20, 0, -1):
        if sum(clip.size(step / 20) for clip in clips) <= budget:
            return [clip.chosen(step / 20) for clip in clips]
    return [clip.chosen(0.0) for clip in clips]
