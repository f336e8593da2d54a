"""The crops of a training: drawn, cut from clips, and own ones."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import attrs

from handball.synthesis.ball_crops import HELD_OUT_SKINS, TAUGHT_SKINS, CropSet
from handball.synthesis.clip_crops import clip_crops
from handball.synthesis.labeled_crops import LabeledCrops, labeled, load_crops, save_crops, together
from handball.training.ball.own_pictures import own_pictures
from handball.training.ball.recipe import BallRecipe

Progress = Callable[[str, int, int], None]

_PART = 250
_DRAWN = (("taught", TAUGHT_SKINS), ("tested", TAUGHT_SKINS), ("held_out", HELD_OUT_SKINS))
"""The sets of one seed: to learn from, to test with, and with a ball that no net has seen."""


@attrs.frozen(kw_only=True)
class TaughtCrops:
    """What a net learns from and is tested with.

    Attributes
    ----------
    taught, tested
        Drawn crops; of `taught` also those of clips and own pictures.
    held_out
        Drawn crops with a ball whose looks are not among those taught.
    clips, own
        Crops of clips and own pictures to test with; none where there are no such.
    """

    taught: LabeledCrops
    tested: LabeledCrops
    held_out: LabeledCrops
    clips: LabeledCrops | None
    own: LabeledCrops | None


def gather_crops(recipe: BallRecipe, folder: Path, progress: Progress) -> TaughtCrops:
    """Draw or load all crops of a recipe; they are kept in `folder`, part by part.

    Raises
    ------
    InvalidCropsError
        When a kept part is damaged, or own pictures or clips give no crops.
    OutputError
        When a part cannot be written, or the folder of clips holds no set.
    """
    counts = recipe.crops, recipe.test_crops, recipe.test_crops
    drawn: list[LabeledCrops] = []
    for part, (name, skins) in enumerate(_DRAWN):
        crops, tell = CropSet(seed=len(_DRAWN) * recipe.seed + part, skins=skins), _counting(progress, part, counts)
        drawn.append(kept_crops(crops, counts[part], recipe.size, folder / f"crops_{name}", tell))
    more, clips, own = [drawn[0]], None, None
    if recipe.clips:
        learned, clips = _of_clips(recipe, folder, progress)
        more.append(learned)
    if recipe.own_pictures:
        learned, own = own_pictures(Path(recipe.own_pictures), recipe.size)
        more.append(learned)
    return TaughtCrops(taught=together(more), tested=drawn[1], held_out=drawn[2], clips=clips, own=own)


def kept_crops(
    crops: CropSet, count: int, size: tuple[int, int], stem: Path, tell: Callable[[int], None]
) -> LabeledCrops:
    """Return so many crops of a set, those that are not kept in files that begin as `stem` drawn anew.

    Raises
    ------
    InvalidCropsError
        When a kept part is damaged.
    OutputError
        When a part cannot be written.
    """
    parts = []
    for begin in range(0, count, _PART):
        path = stem.with_name(f"{stem.name}_{begin // _PART:03d}.npz")
        numbers = range(begin, min(begin + _PART, count))
        if not path.exists():
            drawn = []
            for number in numbers:
                drawn.append(crops.crop(number, size))
                tell(number + 1)
            save_crops(labeled(drawn), path)
        parts.append(load_crops(path))
    return together(parts)


def _of_clips(recipe: BallRecipe, folder: Path, progress: Progress) -> tuple[LabeledCrops, LabeledCrops]:
    """Return crops of the clips of players to learn from, and of those to test with."""
    found = []
    for split in ("train", "test"):
        path = folder / f"crops_clips_{split}.npz"
        if not path.exists():
            given = clip_crops(
                Path(recipe.clips),
                "train" if split == "train" else "test",
                recipe.size,
                seed=recipe.seed,
                progress=lambda done, total: progress("crops", done, total),
            )
            save_crops(given, path)
        found.append(load_crops(path))
    return found[0], found[1]


def _counting(progress: Progress, part: int, counts: tuple[int, ...]) -> Callable[[int], None]:
    return lambda done: progress("crops", sum(counts[:part]) + done, sum(counts))
