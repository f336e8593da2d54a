"""What is true of the clips of a set, performed just now from its recipe or read from a rendered folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import numpy as np
from jaxtyping import Float

from handball.domain.arrays import column
from handball.synthesis.dataset import positions_hash, read_manifest, truth_hash
from handball.synthesis.joint_sets import coco_joints
from handball.synthesis.recipe import ClipPlan, Recipe, Split, plan
from handball.synthesis.staging import stage
from handball.synthesis.truth import load_truth

Progress = Callable[[int, int], None]


@attrs.frozen(kw_only=True)
class KnownClip:
    """One clip of one camera: joints of COCO-17 in metres and pixels; `video` and boxes only where it is rendered."""

    technique: str
    player: int
    split_players: Split
    split_random: Split
    camera: str
    truth_hash: str
    times: Float[np.ndarray, " frames"] = column(np.float64)
    coco_m: Float[np.ndarray, "frames 17 3"] = column(np.float64)
    coco_px: Float[np.ndarray, "frames 17 2"] = column(np.float64)
    box_xyxy: Float[np.ndarray, "boxes 4"] = column(np.float64)
    video: Path | None = None


def performed_clips(recipe: Recipe, progress: Progress | None = None) -> Iterator[KnownClip]:
    """Perform every clip of a recipe and see it with its cameras; nothing is rendered."""
    clips = plan(recipe)
    for done, clip in enumerate(clips, start=1):
        yield from _performed(recipe, clip)
        if progress is not None:
            progress(done, len(clips))


def _performed(recipe: Recipe, clip: ClipPlan) -> Iterator[KnownClip]:
    take = stage(recipe, clip)
    joints = coco_joints(take.motion)
    for scene in take.scenes:
        camera = scene.camera
        yield KnownClip(
            technique=clip.technique,
            player=clip.player,
            split_players=clip.split_players,
            split_random=clip.split_random,
            camera=camera.name,
            truth_hash=positions_hash(take.motion.times, joints, take.motion.ball.positions, camera.position),
            times=take.motion.times,
            coco_m=joints,
            coco_px=camera.project(joints),
            box_xyxy=np.empty((0, 4)),
        )


def rendered_clips(folder: Path, progress: Progress | None = None) -> Iterator[KnownClip]:
    """Read every clip of a rendered set.

    Raises
    ------
    OutputError
        When the folder holds no complete set.
    """
    rows = read_manifest(folder)
    for done, row in enumerate(rows, start=1):
        yield _rendered(folder, row)
        if progress is not None:
            progress(done, len(rows))


def _rendered(folder: Path, row: dict[str, Any]) -> KnownClip:
    truth = load_truth(folder / row["truth"])
    return KnownClip(
        technique=row["technique"],
        player=row["player"],
        split_players=row["split_players"],
        split_random=row["split_random"],
        camera=row["camera"],
        truth_hash=truth_hash(truth),
        times=truth.times,
        coco_m=truth.coco_m,
        coco_px=truth.coco_px,
        box_xyxy=truth.box_xyxy,
        video=folder / row["video"],
    )
