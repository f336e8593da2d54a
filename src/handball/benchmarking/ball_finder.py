"""How good the ball finder is on drawn crops: by ball and light, size and smear, and by what it takes for a ball."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

import attrs
import numpy as np
from numpy.typing import NDArray

from handball.ball.finder_net import HEIGHT, WIDTH, FinderNet, open_finder_net
from handball.benchmarking.intervals import Share, share_of
from handball.inference.shipped import shipped_path
from handball.synthesis.ball_crops import HELD_OUT_SKINS, TAUGHT_SKINS, Crop, CropSet
from handball.synthesis.hall import LIGHTINGS

Progress = Callable[[int, int], None]
Array = NDArray[np.float64]

TAUGHT_SEED, HELD_OUT_SEED = 1, 2
"""The sets that every ball net is tested with, and none learns from."""
_AT_ONCE = 200
_SURE_FROM = 0.5
_SIZES, _SMEARS = (0.12, 0.2, 0.3, 0.45, 0.6), (0.0, 1e-9, 0.35, 0.7, 1.5)
_SUBJECTS = ("head", "bald_head", "logo", "lamp", "shoe", "shirt", "a hand alone or nothing")


@attrs.frozen(kw_only=True)
class FinderCell:
    """Crops of one kind, and in how many of them the finder says what is true."""

    group: str
    kind: str
    right: Share


@attrs.frozen(kw_only=True)
class FinderScores:
    """All kinds."""

    cells: tuple[FinderCell, ...]

    def to_table(self) -> str:
        """Return the tables as Markdown text; intervals are Wilson's, 95 %."""
        lines: list[str] = []
        for group in dict.fromkeys(cell.group for cell in self.cells):
            own = [cell for cell in self.cells if cell.group == group]
            lines += [f"| {group} | told rightly | of |", "|---|---:|---:|"]
            lines += [f"| {cell.kind} | {_percent(cell.right)} | {cell.right.of} |" for cell in own]
            lines.append("")
        return "\n".join(lines[:-1])

    def to_json(self) -> str:
        """Return everything as JSON text."""
        told = [{"group": cell.group, "kind": cell.kind, "right": attrs.astuple(cell.right)} for cell in self.cells]
        return json.dumps(told, indent=1)


def run(
    *, net: Path | None = None, balls: int = 7500, others: int = 2000, progress: Progress | None = None
) -> FinderScores:
    """Test the finder.

    Parameters
    ----------
    net
        The ball finder; the one that comes with the package unless given.
    balls, others
        Crops with a ball and without one; of another ball, which was never shown, a fifth as many of each.
    progress
        Called with crops done and in all.
    """
    finder = open_finder_net(net or shipped_path("ball_finder"), threads=2)
    parts = ((TAUGHT_SEED, TAUGHT_SKINS, balls, others), (HELD_OUT_SEED, HELD_OUT_SKINS, balls // 5, others // 5))
    total, done = sum(part[2] + part[3] for part in parts), 0
    told: list[tuple[Crop, Array]] = []
    for seed, skins, with_ball, without in parts:
        numbers = [*range(1, 2 * with_ball, 2), *range(0, 2 * without, 2)]
        for crop, found in _answers(CropSet(seed=seed, skins=skins), numbers, finder):
            told.append((crop, found))
            done += 1
            if progress is not None:
                progress(done, total)
    return FinderScores(cells=tuple(_cells(told[: balls + others], told[balls + others :])))


def _answers(crops: CropSet, numbers: Sequence[int], finder: FinderNet) -> Iterator[tuple[Crop, Array]]:
    for begin in range(0, len(numbers), _AT_ONCE):
        part = [crops.crop(number, (WIDTH, HEIGHT)) for number in numbers[begin : begin + _AT_ONCE]]
        yield from zip(part, finder(np.stack([crop.pixels for crop in part])), strict=True)


def _cells(told: Sequence[tuple[Crop, Array]], unseen: Sequence[tuple[Crop, Array]]) -> Iterator[FinderCell]:
    balls, nothing = _split(told)
    yield _cell("all", "balls", balls)
    yield _cell("all", "no ball", nothing)
    other_balls, other_nothing = _split(unseen)
    yield _cell("all", "balls of looks that were never shown", other_balls)
    yield _cell("all", "no ball beside such", other_nothing)
    for skin in TAUGHT_SKINS:
        for light in LIGHTINGS:
            own = [each for each in balls if each[0].facts.skin == skin and each[0].facts.lighting == light]
            yield _cell("ball and light", f"ball {skin + 1}, {light}", own)
    for low, high in pairwise(_SIZES):
        own = [each for each in balls if low <= each[0].facts.diameter < high]
        yield _cell("diameter, share of the crop's height", f"{low:.2f} to {high:.2f}", own)
    for low, high in pairwise(_SMEARS):
        own = [each for each in balls if low <= each[0].facts.blur < high]
        yield _cell("smear, diameters", "at rest" if low == 0 else f"{low:.2f} to {high:.2f}", own)
    for subject in _SUBJECTS:
        own = [each for each in nothing if (each[0].facts.subject or _SUBJECTS[-1]) == subject]
        yield _cell("no ball, cut around", subject.replace("_", " "), own)


def _split(told: Sequence[tuple[Crop, Array]]) -> tuple[list[tuple[Crop, Array]], list[tuple[Crop, Array]]]:
    return [each for each in told if each[0].facts.ball], [each for each in told if not each[0].facts.ball]


def _cell(group: str, kind: str, told: Sequence[tuple[Crop, Array]]) -> FinderCell:
    right = [bool((found[0] >= _SURE_FROM) == crop.facts.ball) for crop, found in told]
    return FinderCell(group=group, kind=kind, right=share_of(right))


def _percent(share: Share) -> str:
    low, high = share.interval
    return f"{100 * share.value:.1f} % ({100 * low:.1f} to {100 * high:.1f})" if share.of else "none"
