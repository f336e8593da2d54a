"""The crops that the finder learns from: drawn ones, and those of rendered clips."""

from __future__ import annotations

from pathlib import Path

import attrs

from handball.ball.finder_net import HEIGHT, WIDTH
from handball.synthesis.ball_crops import HELD_OUT_SKINS, TAUGHT_SKINS, CropSet
from handball.synthesis.clip_crops import clip_crops
from handball.synthesis.labeled_crops import LabeledCrops, load_crops, save_crops, together
from handball.training.ball.crop_source import Progress, kept_crops
from handball.training.ball_finder.pictures import picture_crops
from handball.training.ball_finder.recipe import FinderRecipe

SIZE = WIDTH, HEIGHT
TESTED_SEED, HELD_OUT_SEED = 1, 2
_OFF_CENTER = 0.35
"""Candidates lie beside the ball; the finder moves on to it from farther away than the paper's net may be off."""
_ANY_BALL = 0.6
"""Share of the drawn balls whose looks are drawn by chance."""
_FRAMES, _TEST_FRAMES = 50, 12


@attrs.frozen(kw_only=True)
class FinderCrops:
    """What the finder learns from, and what it is tested with, by name."""

    taught: LabeledCrops
    tested: tuple[tuple[str, LabeledCrops], ...]


def gather(recipe: FinderRecipe, folder: Path, progress: Progress) -> FinderCrops:
    """Draw, cut or load all crops of a recipe; they are kept in `folder`, part by part.

    The sets to test with are always the same: those of the paper's net of seed 0, which no finder learns from.

    Raises
    ------
    InvalidCropsError
        When a kept part is damaged, or clips give no crops.
    OutputError
        When a part cannot be written, or a folder of clips holds no set.
    """
    total = recipe.crops + 2 * recipe.test_crops
    taught = kept_crops(
        CropSet(seed=3 * recipe.seed, skins=TAUGHT_SKINS, off_center=_OFF_CENTER, any_ball=_ANY_BALL),
        recipe.crops,
        SIZE,
        folder / "crops_taught",
        lambda done: progress("crops", done, total),
    )
    tested = kept_crops(
        CropSet(seed=TESTED_SEED, skins=TAUGHT_SKINS),
        recipe.test_crops,
        SIZE,
        folder / "crops_tested",
        lambda done: progress("crops", recipe.crops + done, total),
    )
    held_out = kept_crops(
        CropSet(seed=HELD_OUT_SEED, skins=HELD_OUT_SKINS),
        recipe.test_crops,
        SIZE,
        folder / "crops_held_out",
        lambda done: progress("crops", recipe.crops + recipe.test_crops + done, total),
    )
    clips = [_of_clips(recipe, number, folder, progress) for number in range(len(recipe.clips))]
    marked = picture_crops(Path(recipe.pictures), seed=recipe.seed) if recipe.pictures else None
    cut = [("clips", together([test for _, test in clips]))] if clips else []
    return FinderCrops(
        taught=together([taught, *(train for train, _ in clips), *([marked[0]] if marked else [])]),
        tested=(("test", tested), ("held-out skin", held_out), *cut, *([("pictures", marked[1])] if marked else [])),
    )


def _of_clips(recipe: FinderRecipe, number: int, folder: Path, progress: Progress) -> tuple[LabeledCrops, LabeledCrops]:
    """Return crops of one set: of the players to learn from, and of those to test with."""
    found = []
    for split, frames in (("train", _FRAMES), ("test", _TEST_FRAMES)):
        path = folder / f"crops_clips_{number}_{split}.npz"
        if not path.exists():
            given = clip_crops(
                Path(recipe.clips[number]),
                "train" if split == "train" else "test",
                SIZE,
                seed=recipe.seed,
                frames=frames,
                off_center=_OFF_CENTER,
                progress=lambda done, total: progress("crops", done, total),
            )
            save_crops(given, path)
        found.append(load_crops(path))
    return found[0], found[1]
